"""Students get the notebook and nothing of what comes afterwards: proved on every notebook of the course."""

import json
import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from labkit.classroom.__main__ import main
from labkit.classroom.handout import handout_of
from labkit.course import QUESTIONS
from tests.cells import NOTEBOOKS

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
SAID_ELSEWHERE = {"centred = x - x.mean(axis=0)", "$\\sqrt\\kappa$."}
"""Lines of a solution or an answer that the lesson itself has, and means to."""


def cells_of(path):
    """The cells as the file's JSON has them, without any help of labkit's."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [{**cell, "source": "".join(cell["source"])} for cell in cells]


def afterwards(cell):
    """The lines that come afterwards: of a solution or a note all of them, of another cell those inside a fold."""
    whole = cell["metadata"]["slideshow"]["slide_type"] == "notes" or "solution" in cell["metadata"].get("tags", [])
    texts = [cell["source"]] if whole else re.findall(r"(?s)<details>(.*?)</details>", cell["source"])
    lines = {line.strip() for text in texts for line in text.split("\n")}
    return {line for line in lines if len(line) > 12 and not line.startswith(("def ", "```python", "<div class="))}


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("handout")
    assert main(["handout", *map(str, PATHS), "--out", str(folder)]) == 0
    return folder


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_no_word_of_a_solution_a_note_or_an_answer_is_left(path, handed_out):
    original, copy = cells_of(path), cells_of(handed_out / path.name)
    text = "\n".join(cell["source"] for cell in copy)
    hidden = set().union(*map(afterwards, original)) - SAID_ELSEWHERE
    assert len(hidden) > 15, "there is something to find"
    assert {line for line in hidden if line in text} == set()
    for words in ("lecturer", "<details", "explained</summary>"):
        assert words not in text
    assert not any("solution" in cell["metadata"].get("tags", []) for cell in copy)
    assert not any(cell["metadata"]["slideshow"]["slide_type"] == "notes" for cell in copy)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_no_output_and_no_reason_of_a_prediction_is_left(path, handed_out):
    assert all(cell["outputs"] == [] and cell["execution_count"] is None
               for cell in cells_of(handed_out / path.name) if cell["cell_type"] == "code")
    text = (handed_out / path.name).read_text(encoding="utf-8")
    assert not [name for name, question in QUESTIONS.items() if question.why in text]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_rest_is_the_notebook(path, handed_out):
    """Valid; code as it was, in its order, with its ids; and every curtain of a prediction is lifted somewhere."""
    nbformat.validate(nbformat.read(handed_out / path.name, as_version=4))
    original, copy = cells_of(path), cells_of(handed_out / path.name)
    code, same = ([(cell["id"], cell["source"]) for cell in cells if cell["cell_type"] == "code"]
                  for cells in (original, copy))
    assert code == same
    kept = {cell["id"]: cell["source"] for cell in copy}
    plain = [cell for cell in original if not afterwards(cell) and "details" not in cell["source"]
             and cell["metadata"]["slideshow"]["slide_type"] != "notes"]
    assert all(kept[cell["id"]] == cell["source"] for cell in plain) and len(plain) > 20
    text = "\n".join(kept.values())
    for name in re.findall(r'predict\("([\w-]+)"\)', text):
        assert f'<div class="lk-until-{name}"></div>' in text


def test_a_solution_in_code_goes_and_a_text_around_a_fold_stays():
    printed = [new_output("stream", text="1")]
    solution = new_code_cell("x = 1", metadata={"tags": ["solution", "03-he"]}, outputs=printed)
    text = new_markdown_cell('Before.\n\n<details><summary>a</summary>\n\nsecret <div class="lk-until-03-x"></div>\n\n'
                             "</details>\n\nAfter.")
    code = new_code_cell("y", metadata={"jupyter": {"outputs_hidden": True}}, outputs=printed)
    notebook = new_notebook(cells=[solution, text, code])
    kept = handout_of(notebook).cells
    assert [cell.source for cell in kept] == ['Before.\n\nAfter.\n\n<div class="lk-until-03-x"></div>', "y"]
    assert kept[1].metadata == {} and kept[1].outputs == []
    assert len(notebook.cells) == 3 and code.outputs, "the original is left alone"


def test_the_original_is_never_written_over(tmp_path, capsys):
    path = tmp_path / "a.ipynb"
    nbformat.write(new_notebook(), path)
    before = path.read_bytes()
    assert main(["handout", str(path), "--out", str(tmp_path)]) == 1
    assert "another folder" in capsys.readouterr().err
    assert main(["handout", str(tmp_path / "b.ipynb"), "--out", str(tmp_path / "out")]) == 1
    assert "b.ipynb" in capsys.readouterr().err
    assert path.read_bytes() == before and not (tmp_path / "out").exists()
