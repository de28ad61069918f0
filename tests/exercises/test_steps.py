"""Hints in steps: a nudge, the idea, nearly the line; never the solution."""

import json
import re
from pathlib import Path

import pytest

from labkit import course
from labkit.course import EXERCISES, hint
from labkit.exercises.steps import Steps

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
CELLS = [cell for path in NOTEBOOKS for cell in json.loads(path.read_text("utf-8"))["cells"]]


def source(name, role):
    return next("".join(cell["source"]) for cell in CELLS
                if {name, role} <= set(cell["metadata"].get("tags", [])))


@pytest.fixture
def fresh(monkeypatch):
    monkeypatch.setattr(course, "STEPS", Steps())


@pytest.mark.parametrize("name", EXERCISES)
def test_three_hints_that_grow_and_are_text(name):
    hints = EXERCISES[name].hints
    assert len(hints) == len(set(hints)) == 3
    for text in hints:
        assert 60 < len(text) < 420
        assert text.rstrip(")")[-1] in ".?…" and not re.search(r"[$\\]|<\w", text)


def statements(code):
    """The lines of a solution that say something, without blanks and without the def."""
    return [re.sub(r"\s", "", line) for line in code.splitlines()
            if line.strip() and not line.lstrip().startswith(("def ", "for ", "if ", "else", "import", "break"))]


@pytest.mark.parametrize("name", EXERCISES)
def test_no_hint_is_the_solution(name):
    code = re.search(r"```python\n(.*?)```", source(name, "solution"), re.DOTALL).group(1)
    said = re.sub(r"\s", "", " ".join(EXERCISES[name].hints))
    assert not all(line.removeprefix("return") in said for line in statements(code))


@pytest.mark.usefixtures("fresh")
def test_one_after_the_other_and_then_where_else_to_look(capsys):
    for number, text in enumerate(EXERCISES["03-he"].hints, start=1):
        hint("03-he")
        out = capsys.readouterr().out
        assert out.startswith(f"03-he, hint {number} of 3") and text.split()[-1] in out
        assert ("again" in out) == (number < 3)
    for _ in range(2):
        hint("03-he")
        out = capsys.readouterr().out
        assert "all 3 hints" in out and 'check("03-he", …)' in out and "solution" in out
    hint("03-xavier")
    assert "hint 1 of 3" in capsys.readouterr().out


@pytest.mark.usefixtures("fresh")
def test_a_step_can_be_asked_for_and_is_remembered(capsys):
    hint("03-he", 2)
    hint("03-he")
    hint("03-he", 1)
    hint("03-he")
    heads = [line for line in capsys.readouterr().out.splitlines() if line.startswith("03-he")]
    assert [head[12] for head in heads[:3]] == ["2", "3", "1"] and "all 3" in heads[3]


@pytest.mark.parametrize(("arguments", "words"), [
    (("03-hee",), "did you mean '03-he'"), ((print,), 'hint("03-xavier")'), ((3,), 'hint("03-xavier")'),
    (("03-he", 0), "from 1 to 3"), (("03-he", 4), "from 1 to 3"), (("03-he", 1.5), "from 1 to 3"),
    (("03-he", True), "from 1 to 3"), (("03-he", "two"), "from 1 to 3")])
def test_what_cannot_be_meant_is_answered_and_raises_nothing(arguments, words, capsys):
    hint(*arguments)
    out = capsys.readouterr().out
    assert out.startswith("hint: ") and words in out


@pytest.mark.parametrize("name", EXERCISES)
def test_its_notebook_says_how_to_get_a_hint(name):
    assert f'hint("{name}")' in source(name, "check")


def test_every_notebook_imports_it():
    for path in NOTEBOOKS:
        code = ["".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"]
                if cell["cell_type"] == "code"]
        assert re.search(r"from labkit.course import .*\bhint\b", code[0]), path.name
