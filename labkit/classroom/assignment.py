"""The notebook for nbgrader: what courses on a hub expect, with a roster, late days, comments and feedback.

nbgrader reads from a cell's metadata what may be changed (`solution`), what is a test and may not be (`grade`,
`locked`), and how many points it brings. When it grades it takes the tests from the instructor's copy, so replacing one
changes nothing. https://nbgrader.readthedocs.io/en/stable/contributor_guide/metadata.html
"""

import ast
import functools
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from labkit.classroom.handout import handout_of
from labkit.notebooks.cells import Exercise, exercises_of, role_of
from labkit.notebooks.files import converted

HIDDEN = """
### BEGIN HIDDEN TESTS
from labkit.course import examine as _examine
_verdict = _examine("{exercise.name}", {exercise.function})
assert _verdict.status == "right", _verdict.text
### END HIDDEN TESTS"""
CONFIG = 'c.ClearSolutions.code_stub = {"python": "..."}'
"""The line of nbgrader_config.py with which the released cells are our stubs, to the character."""


def assignment_of(notebook: NotebookNode, *, points: int = 1) -> NotebookNode:
    """nbgrader's source of a notebook: the students' copy, with published solutions between its marks, and tests.

    Raises ValueError for a notebook without exercises, or one whose stub and solution do not fit.
    """
    exercises = {exercise.name: exercise for exercise in exercises_of(notebook.cells)}
    if not exercises:
        raise ValueError("there is no exercise in it, so there is nothing to grade.")
    new = handout_of(notebook)
    setup = next(cell for cell in new.cells if cell.cell_type == "code")
    _mark(setup, "setup", locked=True)
    for cell in new.cells:
        role, name = role_of(cell)
        if role == "exercise":
            cell.source = with_solution(exercises[name])
            _mark(cell, name, solution=True)
        elif role == "check":
            cell.source += HIDDEN.format(exercise=exercises[name])
            _mark(cell, f"{name}-check", grade=True, locked=True, points=points)
    return new


def _mark(cell: NotebookNode, grade_id: str, **kind: Any) -> None:
    """Write nbgrader's metadata, schema 3, into a cell."""
    cell.metadata["nbgrader"] = {"schema_version": 3, "grade_id": grade_id, "grade": False, "solution": False,
                                 "locked": False, "task": False, "cell_type": cell.cell_type} | kind


def with_solution(exercise: Exercise) -> str:
    """The stub, whose last line `...` is the body of the published solution between nbgrader's marks."""
    kept, _, dots = exercise.stub.rstrip().rpartition("\n")
    if dots.strip() != "..." or not exercise.solution:
        wanted = "the stub should end in a line ..., and there should be a solution"
        raise ValueError(f"exercise {exercise.name}: {wanted}.")
    defined = ast.parse(exercise.solution).body
    if len(defined) != 1 or not isinstance(defined[0], ast.FunctionDef):
        raise ValueError(f"exercise {exercise.name}: the solution should be one function, like its stub.")
    body = defined[0].body[1:] if ast.get_docstring(defined[0]) else defined[0].body
    lines = exercise.solution.split("\n")[body[0].lineno - 1:]
    indent = dots[:-3]
    inside = textwrap.indent(textwrap.dedent("\n".join(lines)), indent)
    return f"{kept}\n{indent}### BEGIN SOLUTION\n{inside}\n{indent}### END SOLUTION"


def assign(paths: Sequence[Path], out: Path, points: int) -> list[Path]:
    """Write nbgrader's sources into a folder; returns their paths. Raises what `assignment_of` and `converted` raise.
    """
    return converted(paths, out, functools.partial(assignment_of, points=points))
