"""The table of the lessons is the folders and the notebooks; names are found in it; every question can be asked, is
asked in its notebook, and nowhere is its answer in the open."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import labkit
from labkit.course import EXERCISES, LESSONS, QUESTIONS, check, predict

NOTEBOOKS = sorted(path.name for path in (Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
SOURCES = {path.name[:2]: "\n".join("".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"])
           for path in (Path(__file__).parents[1] / "notebooks").glob("*.ipynb")}


def test_lessons_are_folders_are_notebooks():
    folders = {path.name for path in (Path(labkit.__file__).parent / "lessons").iterdir() if path.is_dir()}
    assert set(LESSONS) == folders - {"__pycache__"}
    assert [f"{number:02d}_{topic}.ipynb" for number, topic in enumerate(LESSONS)] == NOTEBOOKS


@pytest.mark.parametrize("table", [EXERCISES, QUESTIONS], ids=["exercises", "questions"])
def test_names_begin_with_the_number_of_their_lesson_and_none_is_used_twice(table):
    for number, topic in enumerate(LESSONS):
        assert all(name.startswith(f"{number:02d}-") for name in table.of(topic))
    assert len(set(table)) == len(list(table)) == len(table)


def test_a_lesson_is_loaded_when_it_is_asked_for():
    code = ("import sys; from labkit.course import check; check('03-xavier', lambda n_in, n_out: ...); "
            "print([name for name in sys.modules if name.startswith('labkit.lessons.') and name.count('.') == 2], "
            "'matplotlib' in sys.modules)")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")
    assert done.stdout.splitlines()[-1] == "['labkit.lessons.initialization'] False"


def test_an_unknown_exercise_is_answered_with_the_nearest_one(capsys):
    for name in ("03-xaver", "3-xavier", "99-xavier"):
        check(name, abs)
        assert "did you mean '03-xavier'?" in capsys.readouterr().out


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
