"""Prose is British: normalise, centre, neighbour. What the field has named keeps its name: optimizer, initialization.

Prose is what students and readers see: Markdown cells but the references, descriptions and printed words in code cells,
the README, and labkit's docstrings and sentences. Code, formulas and links are left out.
"""

import ast
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MODULES = sorted((ROOT / "labkit").rglob("*.py"))
VERBS = ("apolog", "author", "categor", "character", "emphas", "equal", "factor", "general", "ideal", "initial",
         "local", "maxim", "memor", "minim", "normal", "optim", "organ", "parametr", "popular", "priorit", "quant",
         "random", "real", "recogn", "regular", "special", "stabil", "standard", "summar", "symbol", "synchron",
         "util", "visual")
PAIRS = {
    **{f"{stem}iz{end}": f"{stem}is{end}" for stem in VERBS for end in ("e", "es", "ed", "ing", "ation", "ations")},
    **{f"{stem}yz{end}": f"{stem}ys{end}" for stem in ("anal", "paral", "catal") for end in ("e", "es", "ed", "ing")},
    **{f"{stem}or{end}": f"{stem}our{end}" for stem in ("behavi", "fav", "neighb") for end in ("", "s", "ing", "ed")},
    **{f"{verb}el{end}": f"{verb}ell{end}" for verb in ("lab", "mod", "canc") for end in ("ed", "ing")},
    "center": "centre", "centers": "centres", "centered": "centred", "centering": "centring", "gray": "grey",
    "artifact": "artefact", "artifacts": "artefacts",
}
"""American → British."""
NAMES = re.compile(r"\bbatch normalization\b|\binitialization\b", re.IGNORECASE)
"""Names of methods, written as the papers and the libraries write them."""


def prose(text):
    """Text without code, formulas and the addresses of links."""
    return re.sub(r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|\]\([^)]*\)|<[^>]+>|https?:\S+", " ", text, flags=re.DOTALL)


def american(text):
    """American words in the text, each with the British one."""
    plain = NAMES.sub(" ", prose(text))
    return [f"{found} → {PAIRS[found.lower()]}" for found in re.findall(r"\b[A-Za-z]+\b", plain)
            if found.lower() in PAIRS]


def sentences(source):
    """The strings of Python code that hold several words and are no style sheet, no identifier and no format alone."""
    strings = [node.value for node in ast.walk(ast.parse(source))
               if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return "\n".join(text for text in strings if " " in text and not re.search(r"[{;]\s*[\w-]+\s*:", text))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_written_in_british_english(path):
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.id != "references"]
    texts = {cell.id: cell.source if cell.cell_type == "markdown" else sentences(cell.source) for cell in cells}
    assert {name: american(text) for name, text in texts.items() if american(text)} == {}


def test_the_readme_is_written_in_british_english():
    assert american((ROOT / "README.md").read_text(encoding="utf-8")) == []


def test_labkit_speaks_british_english():
    texts = {path.relative_to(ROOT).as_posix(): sentences(path.read_text(encoding="utf-8")) for path in MODULES}
    assert {name: american(text) for name, text in texts.items() if american(text)} == {}


@pytest.mark.parametrize(("text", "found"), [
    ("We normalize the neighbors.", 2), ("Batch normalization, an optimizer, `randomize(x)`, $center$", 0),
    ("Analyzing labeled data", 2), ("regularization", 1), ("He initialization normalises", 0),
])
def test_american_words_are_found_and_names_are_left(text, found):
    assert len(american(text)) == found
