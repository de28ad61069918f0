"""Every question can be asked, is asked in its notebook, and nowhere is its answer in the open."""

import json
from pathlib import Path

import pytest

from labkit.questions import NOTEBOOKS, QUESTIONS
from labkit.widgets import predict

SOURCES = {path.name[:2]: "\n".join("".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"])
           for path in (Path(__file__).parents[1] / "notebooks").glob("*.ipynb")}


def test_no_name_is_used_twice():
    assert len(QUESTIONS) == sum(len(notebook.QUESTIONS) for notebook in NOTEBOOKS)


@pytest.mark.parametrize("name", QUESTIONS)
def test_it_can_be_asked_and_answered(name):
    asked = predict(name)
    asked.pick(QUESTIONS[name].answer)
    asked.commit()
    assert QUESTIONS[name].why in asked._reveal.value
    for option in QUESTIONS[name].options:
        assert option in asked._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize("name", QUESTIONS)
def test_its_notebook_asks_it_once_and_does_not_hold_the_answer(name):
    source = SOURCES[name[:2]]
    assert source.count(f'predict("{name}")') == 1
    assert QUESTIONS[name].why not in source


@pytest.mark.parametrize("number", SOURCES)
def test_notebooks_ask_by_name(number):
    assert "Predict(" not in SOURCES[number]


def test_an_unknown_name_suggests_the_nearest():
    with pytest.raises(ValueError, match="did you mean '03-zero'"):
        predict("03-zeros")
