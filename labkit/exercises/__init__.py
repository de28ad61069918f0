"""Was it right? The machinery behind the exercises of the notebooks: expected, yours, and a hint.

An exercise is data (`Exercise`), and so is a question (`Question`): each lesson has a table of both. `labkit.course`
finds them by name.
"""

from io import StringIO
from typing import Any, NamedTuple

import numpy as np

from labkit import fits
from labkit.exercises import show
from labkit.exercises.attempt import Attempt, attempt
from labkit.exercises.exercise import Exercise, by_differences
from labkit.exercises.guard import AttemptError, NotAttempted, guarded
from labkit.exercises.hints import hint_for
from labkit.exercises.order import order_hint
from labkit.exercises.question import Question

__all__ = ["AttemptError", "Exercise", "Question", "Verdict", "by_differences", "examine", "guarded"]


class Verdict(NamedTuple):
    """What a check found: "right", "wrong" or "open" (not attempted yet), the text that is shown, the hint in it."""

    status: str
    text: str
    hint: str = ""


def examine(name: str, exercise: Exercise, f: Any) -> Verdict:
    """Judge the function `f` by the cases of `exercise`; `name` is what the exercise is called in the answer."""
    printed, attempts = StringIO(), []
    with np.errstate(all="ignore"):
        for case in exercise.cases:
            try:
                attempts.append(attempt(exercise, f, case, printed))
            except NotAttempted as stub:
                return Verdict("open", f"○ {name}: not attempted yet. {stub.args[1]}")
            except AttemptError as error:
                did, hint = error.args
                order = order_hint(exercise, f) if did.startswith(("raised", "returned")) else ""
                return _wrong(name, exercise, case, {"yours": did}, printed, order or hint)
        return _judge(name, exercise, f, attempts, printed)


def _judge(name: str, exercise: Exercise, f: Any, attempts: list[Attempt], printed: StringIO) -> Verdict:
    for a in attempts:
        part = exercise.first_wrong(a.yours, a.expected)
        if part is not None:
            rows = show.difference(exercise, a.yours[part], a.expected[part], part)
            return _wrong(name, exercise, a.case, rows, printed, hint_for(exercise, f, attempts, a, part))
    return Verdict("right", show.folded(f"✓ {name}: {exercise.tested}"))


def _wrong(name: str, exercise: Exercise, case: tuple, rows: dict[str, str], printed: StringIO, hint: str) -> Verdict:
    rows = {"inputs": show.inputs(exercise.named(case)), **rows, "printed": printed.getvalue().strip()[:300]}
    return Verdict("wrong", show.report(f"✗ {name}", rows, hint), hint)


fits.guard(__name__)
