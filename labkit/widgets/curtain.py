"""What lies behind a prediction stays covered until the reader has decided: a curtain made of style alone.

A cell whose panel bears the class `lk-ask-NAME` draws a curtain over the outputs and the text of the cells below it,
down to the Markdown cell that holds `<div class="lk-until-NAME"></div>`. The page does it, so outputs that come later
are covered as well; when the class is removed the curtain is gone. A front end that builds its pages otherwise than
JupyterLab and Notebook, or a page without that cell, shows no curtain.
"""

import re

NAME = re.compile(r"\d\d-[a-z0-9-]+")
STRIPES = "repeating-linear-gradient(135deg, transparent 0 9px, rgba(0, 114, 178, 0.13) 9px 18px)"
COVERED = """
CELLS .jp-OutputArea-output, CELLS .jp-OutputArea-output *,
CELLS .jp-RenderedMarkdown > :not(h1, h2, h3, h4) { visibility: hidden !important; }
CELLS .jp-RenderedMarkdown:has(> :not(h1, h2, h3, h4)) { background: STRIPES; }
CELLS .jp-OutputArea:has(.jp-OutputArea-output) { position: relative; min-height: 2em; }
CELLS .jp-OutputArea:has(.jp-OutputArea-output)::after {
    content: "Covered until you commit to your prediction above."; position: absolute; background: STRIPES;
    inset: 0 0 0 var(--jp-cell-prompt-width, 64px); padding: 0.35em 0.8em; box-sizing: border-box;
    font-size: var(--jp-content-font-size1, 14px); color: var(--jp-content-font-color1, #222); }
""".replace("STRIPES", STRIPES)


def asks(name: str) -> str:
    """The class of a panel that still waits for the decision."""
    return f"lk-ask-{name}"


def until(name: str) -> str:
    """The class of the mark in the last cell that is covered."""
    return f"lk-until-{name}"


def curtain(name: str) -> str:
    """The style element for the question of this name, such as "03-zero"; raises ValueError for any other text."""
    if not NAME.fullmatch(name):
        raise ValueError(f"Predict: the name is {name!r}; expected that of a question, such as '03-zero'.")
    mark = f".{until(name)}"
    cells = f".jp-Cell:has(.{asks(name)}) ~ .jp-Cell:is(:has({mark}), :has(~ .jp-Cell {mark}))"
    return f"<style>{COVERED.replace('CELLS', cells)}</style>"
