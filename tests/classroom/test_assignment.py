"""What nbgrader gets: its metadata, locked tests, and between its marks the published solution, which passes them.

That nbgrader itself can use it is tried by `tests/classroom/with_nbgrader.py`.
"""

import re

import nbformat
import pytest

from labkit.classroom.__main__ import main
from labkit.classroom.assignment import assignment_of, with_solution
from labkit.notebooks.cells import Exercise, exercises_of
from labkit.notebooks.files import read, write
from tests.cells import NOTEBOOKS
from tests.classroom.submissions import ORIGINAL

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
KEYS = {"schema_version", "grade_id", "grade", "solution", "locked", "task", "cell_type"}


def kinds(notebook):
    """grade_id → (nbgrader's metadata, source) of the cells that have any."""
    marked = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    assert len({cell.metadata.nbgrader.grade_id for cell in marked}) == len(marked)
    return {cell.metadata.nbgrader.grade_id: (cell.metadata.nbgrader, cell.source) for cell in marked}


def without(source, name):
    """The source with nbgrader's region of that name replaced by three dots."""
    return re.sub(rf"( *)### BEGIN {name}\n.*### END {name}", r"\1...", source, flags=re.DOTALL)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_exercise_is_a_solution_cell_and_a_locked_test(path):
    original = read(path)
    notebook = assignment_of(original)
    nbformat.validate(notebook)
    marked, exercises = kinds(notebook), exercises_of(original.cells)
    assert set(marked) == {"setup", *(e.name for e in exercises), *(f"{e.name}-check" for e in exercises)}
    for kind, _ in marked.values():
        assert set(kind) - {"points"} == KEYS and kind.schema_version == 3 and kind.cell_type == "code"
    for exercise in exercises:
        kind, source = marked[exercise.name]
        assert (kind.solution, kind.grade, kind.locked) == (True, False, False)
        assert without(source, "SOLUTION") == exercise.stub, "what is released is our stub"
        kind, test = marked[f"{exercise.name}-check"]
        assert (kind.solution, kind.grade, kind.locked, kind.points) == (False, True, True, 1)
        shown = without(test, "HIDDEN TESTS")
        assert f'check("{exercise.name}"' in shown and "examine" not in shown
    assert (marked["setup"][0].locked, marked["setup"][0].grade) == (True, False)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_tests_pass_with_the_solutions_and_fail_with_the_stubs(path, capsys):
    marked, scope = kinds(assignment_of(read(path))), {}
    exec(marked["setup"][1], scope)
    for name, (kind, source) in marked.items():
        if kind.solution:
            test = marked[f"{name}-check"][1]
            exec(without(source, "SOLUTION"), scope)
            with pytest.raises(AssertionError, match=name):
                exec(test, scope)
            exec(source, scope)
            exec(test, scope)


def test_the_command_writes_a_folder_and_says_what_to_configure(tmp_path, capsys):
    assert main(["assignment", str(ORIGINAL), "--out", str(tmp_path / "nn03"), "--points", "5"]) == 0
    out, err = capsys.readouterr()
    assert out.strip() == str(tmp_path / "nn03" / ORIGINAL.name) and "c.ClearSolutions.code_stub" in err
    assert kinds(read(tmp_path / "nn03" / ORIGINAL.name))["03-he-check"][0].points == 5


@pytest.mark.parametrize(("stub", "solution", "said"), [
    ("def f(x):\n    return 1", "def f(x):\n    return x", "the stub should end in a line ..."),
    ("def f(x):\n    ...", "", "there should be a solution"),
    ("def f(x):\n    ...", "import math\ndef f(x):\n    return x", "should be one function"),
])
def test_a_stub_that_does_not_fit_its_solution_is_named(stub, solution, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        with_solution(Exercise("03-f", "f", stub, solution))


def test_a_docstring_of_the_solution_is_not_said_twice():
    stub, solution = 'def f(x):\n  """Says."""\n  ...', 'def f(x):\n    """Says."""\n    return x'
    assert with_solution(Exercise("03-f", "f", stub, solution)).count("Says") == 1


def test_a_notebook_without_exercises_is_named(tmp_path, capsys):
    write(nbformat.v4.new_notebook(), tmp_path / "a.ipynb")
    assert main(["assignment", str(tmp_path / "a.ipynb"), "--out", str(tmp_path / "out")]) == 1
    assert "a.ipynb: there is no exercise in it" in capsys.readouterr().err
