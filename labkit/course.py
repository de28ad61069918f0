"""Which lessons are there, and what do they ask? One table; `check`, `hint` and `predict` look names up in it.

    predict("03-zero")
    check("03-xavier", xavier_std)
    hint("03-xavier")

The name of an exercise or a question is the number of its lesson and a word. A notebook loads what its own lesson
needs and nothing of the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from labkit import exercises
from labkit.checks import lookup
from labkit.exercises import Exercise, Question, Verdict, show
from labkit.exercises.steps import Steps

if TYPE_CHECKING:
    from labkit.widgets import Predict

LESSONS = (
    "start_here",
    "activations",
    "preprocessing",
    "initialization",
    "optimizers",
    "learning_rate",
    "batch_normalization",
    "weight_decay",
    "early_stopping",
    "data_augmentation",
    "dropout",
    "ensembles",
)
"""The topics in order: a topic's place is its number. Notebook 03 is `03_initialization.ipynb`, its code stands in the
folder `labkit/lessons/initialization`."""


class _ByLesson(Mapping):
    """The tables of all lessons as one. A lesson is imported when one of its names is looked up."""

    def __init__(self, role: str) -> None:
        self.role = role

    def of(self, topic: str) -> Mapping[str, Any]:
        """The table of one lesson: `EXERCISES` of its module `exercises`."""
        return getattr(import_module(f"labkit.lessons.{topic}.{self.role}"), self.role.upper())

    def __getitem__(self, name: str) -> Any:
        number = name.partition("-")[0]
        if not number.isdecimal() or int(number) >= len(LESSONS):
            raise KeyError(name)
        return self.of(LESSONS[int(number)])[name]

    def __iter__(self) -> Iterator[str]:
        return (name for topic in LESSONS for name in self.of(topic))

    def __len__(self) -> int:
        return sum(len(self.of(topic)) for topic in LESSONS)


EXERCISES: Mapping[str, Exercise] = _ByLesson("exercises")
QUESTIONS: Mapping[str, Question] = _ByLesson("questions")
STEPS = Steps()


def check(name: str, f: Any) -> None:
    """Try the student's function `f` on the cases of an exercise and print what came of it. It never raises.

    >>> check("03-xavier", lambda n_in, n_out: ...)
    ○ 03-xavier: not attempted yet. Replace the ... in the function, run its cell and then this one.
    """
    try:
        verdict = examine(name, f)
        print(verdict.text)
        if verdict.status == "wrong" and not verdict.hint:
            print(f"  stuck? hint(\"{name}\") helps in three steps.")
    except (TypeError, ValueError) as misuse:
        print(show.folded(f"check: {misuse}"))


def hint(name: str, step: int | None = None) -> None:
    """Print the next of the three hints for an exercise, or the hint of this number. It never raises.

    >>> hint("03-xavier", 1)
    03-xavier, hint 1 of 3 (call it again for the next one)
      Two signals want a say: the one that runs forward and the gradient that runs back. Which condition does each
      of them put on n·σ², and what is a fair compromise between the two?
    """
    try:
        if not isinstance(name, str):
            raise TypeError(f"expected the name of an exercise, as in hint(\"03-xavier\"), got {show.short(name)}.")
        print(STEPS.text(name, lookup(EXERCISES, name, "exercise").hints, step))
    except (TypeError, ValueError) as misuse:
        print(show.folded(f"hint: {misuse}"))


def examine(name: str, f: Any) -> Verdict:
    """Judge the function `f`. Raises ValueError for an unknown name, TypeError for what is not a function."""
    if not isinstance(name, str) or not callable(f):
        raise TypeError("expected the name of an exercise and your function, as in check(\"03-xavier\", xavier_std), "
                        f"got ({show.short(name)}, {show.short(f)}). Hand the function over without calling it.")
    return exercises.examine(name, lookup(EXERCISES, name, "exercise"), f)


def predict(name: str) -> Predict:
    """Ask the question of this name, such as "03-zero". Raises ValueError for an unknown name, with the nearest one."""
    from labkit.widgets import Predict  # checks run without a screen, and sooner

    return Predict(**lookup(QUESTIONS, name, "predict")._asdict())
