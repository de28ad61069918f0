"""The table of the lessons is the folders and the notebooks; names are found in it; every question can be asked, is
asked in its notebook, and nowhere is its answer in the open."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import labkit
from labkit import journal
from labkit.course import EXERCISES, LESSONS, QUESTIONS, check, guess, predict, reveal
from labkit.figures import line_panels

NOTEBOOKS = sorted(path.name for path in (Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
CELLS = {path.name[:2]: [f"[{cell['cell_type']}]" + "".join(cell["source"])
                         for cell in json.loads(path.read_text("utf-8"))["cells"]]
         for path in (Path(__file__).parents[1] / "notebooks").glob("*.ipynb")}
SOURCES = {number: "\n".join(cells) for number, cells in CELLS.items()}


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


# ------------------------------------------------------------------------------------------------ predictions hold
def cells_after(name):
    """The cells below a question, up to and with the one that ends its curtain."""
    cells = CELLS[name[:2]]
    start = next(i for i, cell in enumerate(cells) if f'predict("{name}")' in cell)
    ends = [i for i, cell in enumerate(cells) if f'<div class="lk-until-{name}"></div>' in cell]
    assert len(ends) == 1 and start < ends[0], f"{name}: one Markdown cell below ends the curtain"
    return cells[start + 1:ends[0] + 1]


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_curtain_covers_an_output_and_ends_before_the_next_question(name):
    covered = cells_after(name)
    assert any(cell.startswith("[code]") for cell in covered) and covered[-1].startswith("[markdown]")
    assert not any('predict("' in cell for cell in covered)


def test_no_letter_is_a_good_guess():
    letters = Counter(list(asked.options).index(asked.answer) for asked in QUESTIONS.values())
    assert max(letters.values()) <= 0.4 * len(QUESTIONS)


@pytest.mark.parametrize("name", [name for name, asked in QUESTIONS.items() if asked.values])
def test_what_is_said_stands_in_the_answering_picture(name, monkeypatch):
    asked = QUESTIONS[name]
    numbers = [value for value in asked.values if value is not None]
    assert numbers == sorted(numbers) and len(asked.values) == len(asked.options)
    assert any(f'reveal("{name}"' in cell for cell in cells_after(name))
    picture = line_panels(np.arange(1.0, 5), {"": {"a": np.ones(4)}}, xlabel="x", ylabel="y", description="A line.")
    panel, shown = predict(name), reveal(name, picture, at=lambda said: (2, said))
    assert guess(name) is None and shown.shown.png == picture.png
    panel.pick(asked.options[0])
    panel.commit()
    assert guess(name) == asked.values[0] and shown.shown.png != picture.png
    assert predict(name).decided == asked.options[0], "and it holds when the cell runs again"
    assert reveal(name, picture, at=lambda said: (2, said)).shown.png == shown.shown.png


def test_six_pictures_and_more_hold_what_was_said():
    assert len([name for name, asked in QUESTIONS.items() if asked.values]) >= 6


def test_who_was_shown_has_said_nothing():
    picture = line_panels(np.arange(1.0, 5), {"": {"a": np.ones(4)}}, xlabel="x", ylabel="y", description="A line.")
    shown = reveal("01-depth", picture, at=lambda said: (2, said))
    predict("01-depth").skip()
    assert guess("01-depth") is None and shown.shown.png == picture.png
    assert {guess(name) for name in QUESTIONS} == {None}, "nobody has said anything"


def test_only_numbers_are_drawn():
    with pytest.raises(ValueError, match="no numbers"):
        reveal("03-zero", None, at=lambda said: (1, said))


def test_tries_are_counted_but_an_untouched_stub_is_none(capsys):
    for f in (lambda n_in, n_out: ..., lambda n_in, n_out: 0.0, lambda n_in, n_out: np.sqrt(2 / (n_in + n_out))):
        check("03-xavier", f)
    assert journal.record().work == {"03-xavier": journal.Work(tries=2, passed=True)}
