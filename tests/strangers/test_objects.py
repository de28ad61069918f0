"""Under strangers' hands: panels, pictures and exercises of one's own, and the methods of what others return."""

from functools import partial
from typing import Any

import numpy as np
import pytest

import labkit as lk
from labkit import augment, exercises, figures, probes, regularizers, widgets
from labkit.lessons.optimizers.experiments import landscapes
from labkit.lessons.training_clinic.experiments.diseases import DISEASES
from tests.strangers.examples import data, example, picture
from tests.strangers.harness import Case, few, generator, strangers

LINE = picture()
X = generator().random((6, 4)).astype(np.float32)


class Dot(figures.Picture):
    """One point."""

    def __init__(self) -> None:
        drawn = figures.figure(3, 2)
        super().__init__(drawn, "a point")
        self.point, = drawn.add_subplot().plot([0], [0], "o")

    def update(self, arrays: Any) -> None:
        self.point.set_ydata([arrays])


MADE: dict[str, tuple[Any, dict[str, Any]]] = {
    "Explorer": (widgets.Explorer, {
        "controls": lambda: {"a": widgets.slider("a", 0.5, low=0.0, high=1.0)}, "compute": lambda: lambda a: a,
        "picture": Dot}),
    "Trainer": (widgets.Trainer, {"make": lambda: partial(lk.mlp, [4, 5, 3]), "data": data, "preview": lambda: 2,
                                  "optimizer": lambda: lk.SGD(0.1), "view": lambda: None, "instruments": list}),
    "Live": (widgets.Live, {"name": lambda: "lr"}),
    "Predict": (widgets.Predict, {"question": lambda: "Which?", "options": lambda: ["one", "two"],
                                  "answer": lambda: "one", "why": lambda: "So it is.", "look": lambda: "Above."}),
    "Reveal": (widgets.Reveal, {"picture": lambda: LINE, "at": lambda: lambda said: (said, None)}),
    "Picture": (figures.Picture, {"drawn": lambda: figures.figure(3, 2), "description": lambda: "nothing"}),
    "Still": (figures.Still, {"png": lambda: LINE.png, "description": lambda: "a line"}),
    "Exercise": (exercises.Exercise, {"reference": lambda: abs, "cases": lambda: [(1.0,)], "tested": lambda: "abs"}),
    "guarded": (exercises.guarded, {"f": lambda: abs}),
    "examine": (exercises.examine, {"name": lambda: "abs", "f": lambda: abs, "exercise": lambda: exercises.Exercise(
        reference=abs, cases=[(1.0,)], tested="abs")}),
    "by_differences": (exercises.by_differences, {"f": lambda: np.square}),
}
"""How each is made; a class of these rooms that is missing here is found."""


def test_every_class_of_these_rooms_is_made():
    rooms = [getattr(room, name) for room in (widgets, figures, exercises) for name in room.__all__]
    classes = {c.__name__ for c in rooms if isinstance(c, type) and not issubclass(c, tuple | Exception)}
    assert classes | set(exercises.__all__) - {"AttemptError", "Question", "Verdict"} <= set(MADE)


@pytest.mark.parametrize("name", MADE)
def test_it_is_made_right_or_says_no(name):
    f, own = MADE[name]
    found = Case(name, f, partial(example, name, f, own), zoo=few, also={"Run", "SGD", "a", "Dot"}).complaints()
    assert not found, "\n".join(found)


PHOTOS = generator().random((3, 7, 8, 3)).astype(np.float32)
VALLEY = landscapes.valley(4.0)
METHODS: dict[str, tuple[Any, dict[str, Any]]] = {
    "tanh": (lk.tanh.__call__, {"x": X.copy}), "slope": (lk.elu.slope, {"x": X.copy}),
    "rotate": (augment.AUGMENTATIONS["rotate"].__call__, {"rng": generator, "x": PHOTOS.copy}),
    "LinearFit": (regularizers.ridge(X, X[:, 0], 0.1).predict, {"x": X.copy}),
    "Disease.severity": (next(iter(DISEASES.values())).severity, {}),
    "Channel.height": (VALLEY.height, {"theta": X[:, :2].copy}),
    "Channel.gradient": (VALLEY.gradient, {"theta": X[:, :2].copy}),
    "Channel.hessian": (VALLEY.hessian, {"theta": X[0, :2].copy}),
    "part": (probes.random_network(3, 4, 2).part, {"depth": lambda: 2, "width": lambda: 3}),
}


@pytest.mark.parametrize("name", METHODS)
def test_a_method_of_what_is_returned_does_it_right_or_says_no(name):
    f, own = METHODS[name]
    found = Case(name, f, partial(example, name, f, own), zoo=strangers, also={"elu"}).complaints()
    assert not found, "\n".join(found)
