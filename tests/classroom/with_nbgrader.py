"""The whole cycle with the real nbgrader: source, release, four submissions of two notebooks, scores, feedback.

It runs both notebooks four times, so it is no part of the suite:

    python -m uv run --extra test --extra classroom pytest tests/classroom/with_nbgrader.py
"""

import pytest

pytest.importorskip("nbgrader", reason="nbgrader is in labkit's extra 'classroom'")

from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from labkit.classroom.__main__ import main
from labkit.notebooks.cells import exercises_of, role_of
from labkit.notebooks.files import read, write
from tests.cells import NOTEBOOKS
from tests.classroom.submissions import MIXED, ORIGINAL, solutions, solved

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
SECOND = NOTEBOOKS / "08_early_stopping.ipynb"
MIXED_SECOND = {"08-patience": solutions(SECOND)["08-patience"],
                "08-match": "def matching_steps(lr, lam, h):\n    raise RuntimeError('no idea')"}
STUDENTS = {
    "alice": (solutions() | solutions(SECOND), False),
    "bob": (MIXED | MIXED_SECOND, False),
    "carol": ({}, True),
    "dave": ({}, False),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The API of a course with all notebooks as one assignment, and two of them as another; both are released."""
    root = tmp_path_factory.mktemp("course")
    config = Config()
    config.CourseDirectory.root = str(root)
    config.ClearSolutions.code_stub = {"python": "..."}
    config.Execute.timeout = 300
    api = NbGraderAPI(config=config)
    for name, paths in {"all": PATHS, "two": [ORIGINAL, SECOND]}.items():
        assert main(["assignment", *map(str, paths), "--out", str(root / "source" / name)]) == 0
        result = api.generate_assignment(name)
        assert result["success"], result.get("error", result["log"])
    return api, root


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_what_is_released_are_our_stubs_and_no_solution(path, course):
    _, root = course
    released = read(root / "release" / "all" / path.name)
    stubs = {exercise.name: exercise.stub for exercise in exercises_of(read(path).cells)}
    assert {role_of(cell)[1]: cell.source for cell in released.cells if role_of(cell)[0] == "exercise"} == stubs
    assert not any("HIDDEN" in cell.source or "BEGIN SOLUTION" in cell.source for cell in released.cells)


@pytest.fixture(scope="module")
def graded(course):
    api, root = course
    for student, (answers, forged) in STUDENTS.items():
        for path in (ORIGINAL, SECOND):
            released = read(root / "release" / "two" / path.name)
            write(solved(released, answers, forged), root / "submitted" / student / "two" / path.name)
        result = api.autograde("two", student)
        assert result["success"], result.get("error", result["log"])
        result = api.generate_feedback("two", student)
        assert result["success"], result.get("error", result["log"])
    return api, root


def points(api, student):
    """exercise → points of one student."""
    with api.gradebook as gradebook:
        submission = gradebook.find_submission("two", student)
        return {grade.name.removesuffix("-check"): grade.score for notebook in submission.notebooks
                for grade in notebook.grades}


def test_right_mixed_forged_and_untouched_get_what_they_deserve(graded):
    api, _ = graded
    names = [*solutions(), *solutions(SECOND)]
    assert points(api, "alice") == dict.fromkeys(names, 1)
    assert points(api, "bob") == dict.fromkeys(names, 0) | {"03-xavier": 1, "08-patience": 1}
    assert points(api, "carol") == points(api, "dave") == dict.fromkeys(names, 0)


def test_the_feedback_carries_our_hints(graded):
    _, root = graded
    feedback = (root / "feedback" / "bob" / "two" / f"{ORIGINAL.stem}.html").read_text(encoding="utf-8")
    assert "2/n_in is the variance" in feedback and "✗ 03-he" in feedback
