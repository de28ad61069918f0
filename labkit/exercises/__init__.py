"""Was it right? The checks behind the exercises of the notebooks: expected, yours, and a hint.

    check("03-xavier", xavier_std)

An exercise is an entry of a table (`Exercise`), one module per notebook; its name is the number of the notebook and a
word. To add one, write the entry and, for a new notebook, name its module in `NOTEBOOKS` below.
"""

from io import StringIO
from typing import Any, NamedTuple

import numpy as np

from labkit.checks import lookup
from labkit.exercises import (
    n00_start_here,
    n01_activations,
    n02_preprocessing,
    n03_initialization,
    n04_optimizers,
    n05_learning_rate,
    n06_batch_normalization,
    n07_weight_decay,
    n08_early_stopping,
    n09_data_augmentation,
    n10_dropout,
    n11_ensembles,
    show,
)
from labkit.exercises.attempt import Attempt, NotAttempted, Trouble, attempt
from labkit.exercises.exercise import Exercise, by_differences
from labkit.exercises.hints import hint_for

__all__ = ["EXERCISES", "Exercise", "Verdict", "by_differences", "check", "examine"]

NOTEBOOKS = (n00_start_here, n01_activations, n02_preprocessing, n03_initialization, n04_optimizers, n05_learning_rate,
             n06_batch_normalization, n07_weight_decay, n08_early_stopping, n09_data_augmentation, n10_dropout,
             n11_ensembles)
EXERCISES: dict[str, Exercise] = {name: e for notebook in NOTEBOOKS for name, e in notebook.EXERCISES.items()}

HOW = "Replace the ... in the function, run its cell and then this one."


class Verdict(NamedTuple):
    """What a check found: "right", "wrong" or "open" (not attempted yet), the text that is shown, the hint in it."""

    status: str
    text: str
    hint: str = ""


def check(name: str, f: Any) -> None:
    """Try the student's function `f` on the cases of an exercise and print what came of it. It never raises.

    >>> check("03-xavier", lambda n_in, n_out: ...)
    ○ 03-xavier: not attempted yet. Replace the ... in the function, run its cell and then this one.
    """
    try:
        print(examine(name, f).text)
    except (TypeError, ValueError) as misuse:
        print(show.folded(f"check: {misuse}"))


def examine(name: str, f: Any) -> Verdict:
    """Judge the function `f`. Raises ValueError for an unknown name, TypeError for what is not a function."""
    if not isinstance(name, str) or not callable(f):
        raise TypeError("expected the name of an exercise and your function, as in check(\"03-xavier\", xavier_std), "
                        f"got ({show.short(name)}, {show.short(f)}). Hand the function over without calling it.")
    exercise = lookup(EXERCISES, name, "exercise")
    printed, attempts = StringIO(), []
    with np.errstate(all="ignore"):
        for case in exercise.cases:
            try:
                attempts.append(attempt(exercise, f, case, printed))
            except NotAttempted:
                return Verdict("open", f"○ {name}: not attempted yet. {HOW}")
            except Trouble as trouble:
                did, hint = trouble.args
                return _wrong(name, exercise, case, {"yours": did}, printed, hint)
        return _judge(name, exercise, attempts, printed)


def _judge(name: str, exercise: Exercise, attempts: list[Attempt], printed: StringIO) -> Verdict:
    for a in attempts:
        part = exercise.first_wrong(a.yours, a.expected)
        if part is not None:
            rows = show.difference(exercise, a.yours[part], a.expected[part], part)
            return _wrong(name, exercise, a.case, rows, printed, hint_for(exercise, attempts, a, part))
    return Verdict("right", show.folded(f"✓ {name}: {exercise.tested}") + _remark(exercise, attempts[0]))


def _wrong(name: str, exercise: Exercise, case: tuple, rows: dict[str, str], printed: StringIO, hint: str) -> Verdict:
    rows = {"inputs": show.inputs(exercise.named(case)), **rows, "printed": printed.getvalue().strip()[:300]}
    return Verdict("wrong", show.report(f"✗ {name}", rows, hint), hint)


def _remark(exercise: Exercise, a: Attempt) -> str:
    """An answer in float64 where float32 was expected is right, but doubles memory and time: say so."""
    yours, expected = exercise.parts(a.answer), exercise.parts(exercise.call(exercise.reference, a.case)[0])
    if any(yours[k].dtype == np.float64 and expected[k].dtype == np.float32 for k in expected):
        return "\n  (Yours is float64. labkit keeps to float32: half the memory, and enough for training.)"
    return ""
