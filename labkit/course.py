"""Which lessons are there, and what do they ask? One table; `check`, `hint` and `predict` look names up in it.

    predict("03-zero")
    check("03-xavier", xavier_std)
    hint("03-xavier")

The name of an exercise or a question is the number of its lesson and a word. A notebook loads what its own lesson
needs and nothing of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from labkit import exercises, journal
from labkit.checks import entry, lookup
from labkit.exercises import Exercise, Question, Verdict, show
from labkit.exercises.steps import Steps

if TYPE_CHECKING:
    from labkit.figures.picture import Still
    from labkit.widgets import Predict, Reveal
    from labkit.widgets.report import Lesson, Report
    from labkit.widgets.reveal import Place

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
    "noise_and_sharing",
    "training_clinic",
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
        if verdict.status != "open":
            journal.belongs_to(name)
            journal.tried(name, verdict.status == "right")
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
        before = STEPS.given.get(name, 0)
        print(STEPS.text(name, lookup(EXERCISES, name, "exercise").hints, step))
        if STEPS.given[name] > before:
            journal.hinted(name)
    except (TypeError, ValueError) as misuse:
        print(show.folded(f"hint: {misuse}"))


def examine(name: str, f: Any) -> Verdict:
    """Judge the function `f`. Raises ValueError for an unknown name, TypeError for what is not a function."""
    if not isinstance(name, str) or not callable(f):
        raise TypeError("expected the name of an exercise and your function, as in check(\"03-xavier\", xavier_std), "
                        f"got ({show.short(name)}, {show.short(f)}). Hand the function over without calling it.")
    return exercises.examine(name, lookup(EXERCISES, name, "exercise"), f)


def predict(name: str) -> Predict:
    """Ask the question of this name, such as "03-zero". Raises ValueError for an unknown name, with the nearest one.

    What was decided in an earlier session still holds.
    """
    from labkit.widgets import Predict  # checks run without a screen, and sooner

    asked = entry(QUESTIONS, name, "predict")
    journal.belongs_to(name)
    return Predict(*asked[:5], name=name, decided=journal.record().decided.get(name),
                   on_decision=lambda option: _decided(name, option))


def _decided(name: str, option: str) -> None:
    journal.decided(name, option)
    if name in _REVEALS and (said := guess(name)) is not None:
        _REVEALS[name].show(said)


def guess(name: str) -> float | None:
    """The number that the student predicted, if the question is about one and has been answered.

    >>> guess("01-depth") is None
    True
    """
    asked, option = entry(QUESTIONS, name, "guess"), journal.record().decided.get(name)
    return dict(zip(asked.options, asked.values, strict=False)).get(option)


def reveal(name: str, picture: Still, at: Callable[[float], Place], *, panel: int = 0) -> Reveal:
    """Show the picture that answers a question, and in it, as soon as there is one, what the student said.

    `at(said)` is the place (x, y) of the mark in that panel; None for one of the two draws a line across.
    """
    from labkit.widgets import Reveal

    if not entry(QUESTIONS, name, "reveal").values:
        raise ValueError(f"reveal: the options of {name} are no numbers; give the question `values` first.")
    shown = _REVEALS[name] = Reveal(picture, at, panel=panel)
    if (said := guess(name)) is not None:
        shown.show(said)
    return shown


def report(lesson: str) -> Report:
    """What was done in the lesson of this number, such as "03", and in the course, with a page to hand in.

    Raises ValueError for a number that no lesson has.
    """
    from labkit.widgets.report import Report

    numbers = [f"{number:02d}" for number in range(len(LESSONS))]
    if not isinstance(lesson, str) or lesson not in numbers:
        raise ValueError(f"report: there is no lesson {lesson!r}; the lessons are {numbers[0]} to {numbers[-1]}.")
    journal.belongs_to(lesson)

    def read() -> list[Lesson]:
        done = journal.record()
        return [_lesson(number, topic, done) for number, topic in zip(numbers, LESSONS, strict=True)]

    return Report(read, numbers.index(lesson))


def _lesson(number: str, topic: str, done: journal.Record) -> Lesson:
    """What was done in one lesson."""
    from labkit.widgets.report import Lesson, Prediction

    predictions = []
    for name, asked in QUESTIONS.of(topic).items():
        said = done.decided.get(name, "")
        predictions.append(Prediction(name, asked.question, said if said in asked.options else "", asked.answer,
                                      asked.look))
    works = {name: done.work.get(name, journal.Work()) for name in EXERCISES.of(topic)}
    return Lesson(number, topic, predictions, works, done.targets.get(number, []))


_REVEALS: dict[str, Reveal] = {}
"""The latest answering picture of every question in this kernel."""
