"""A valid argument for every parameter of the kits and the lessons, made from its name and its annotation."""

import inspect
import pkgutil
import types
import typing
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
from matplotlib.axes import Axes

import labkit as lk
from labkit import lessons
from labkit.datasets import Dataset
from labkit.exercises import AttemptError
from labkit.figures import style
from labkit.figures.picture import Still, still
from labkit.runs import Run
from tests.strangers.harness import generator, parameters

X = generator().random((12, 4)).astype(np.float32)
Y = np.arange(12) % 3
CURVE = np.linspace(0.1, 1.0, 8)

WORDS = {"activation": "tanh", "unit": "identity", "mode": "training", "network": "two hidden layers", "log": "x",
         "schedule": "constant", "pipeline": "rotate, then scale", "route": "rotate, then scale", "line": "y = x"}
NUMBERS = {"keep": 0.5, "noise": 0.1, "lr": 0.05, "std": 0.5, "low": -1.0, "high": 1.0, "half": 2.0, "angle": 30.0,
           "at": 0.5, "correlation": 0.5, "offset": 0.5, "share": 0.5, "limit": 1.0, "kappa": 4.0, "beta2": 0.9,
           "momentum": 0.5, "guessing": 2.3}
COUNTS = {"n": 6, "k": 3, "width": 4, "depth": 3, "batch": 4, "steps": 5, "masks": 4, "patience": 2, "tau": 5,
          "degree": 3, "total": 20, "warm": 4, "every": 1, "window": 2, "max_steps": 5}
ARRAYS: dict[str, Callable[[], Any]] = {
    "x": X.copy, "y": Y.copy, "H": np.diag([1.0, 3.0]).copy, "start": np.ones(2).copy, "best": np.ones(2).copy,
    "images": generator().random((3, 28, 28)).astype(np.float32).copy, "lams": np.array([0.1, 1.0]).copy,
    "image": generator().random((5, 5)).copy, "photo": generator().random((40, 60, 3)).astype(np.float32).copy,
    "masks": np.array([[0, 1], [1, 1]]).copy, "answers": generator().random((3, 9)).copy, "predicted": CURVE.copy,
}


def data() -> Dataset:
    """Few examples that are quickly learned."""
    return Dataset(X, Y, X, Y, X, Y)


def run() -> Run:
    """A short run that is over."""
    done = Run(lambda: lk.mlp([4, 5, 3]), data(), optimizer=lk.SGD(0.1), max_steps=5,
               early_stopping=lk.EarlyStopping(9))
    done.advance(5)
    return done


def picture() -> Still:
    """A plain picture with one panel."""
    drawn = style.figure(3, 2)
    drawn.add_subplot().plot([0, 1])
    return still(drawn, "a line")


THINGS: dict[Any, Callable[[], Any]] = {
    Dataset: data, Run: run, Still: picture, lk.Network: lambda: lk.mlp([4, 5, 3]), lk.PCA: lambda: lk.PCA(3).fit(
        generator().random((30, 784)).astype(np.float32)), Axes: lambda: style.figure(3, 2).add_subplot(),
    lk.Activation: lambda: lk.tanh, np.random.Generator: generator, lk.optimizers.Optimizer: lambda: lk.SGD(0.1),
}


def modules(*roles: str) -> list[types.ModuleType]:
    """The modules of all lessons whose path has one of these words in it."""
    found = [m.name for m in pkgutil.walk_packages(lessons.__path__, "labkit.lessons.")]
    return [import_module(name) for name in found if set(roles) & set(name.split(".")[3:])]


def public(*roles: str) -> dict[str, Callable]:
    """The public functions that these modules define, as lesson.function."""
    return {f"{module.__name__.split('.')[2]}.{name}": f for module in modules(*roles)
            for name, f in vars(module).items() if not name.startswith("_") and inspect.isfunction(f)
            and f.__module__ == module.__name__}


def shown(room: str) -> dict[str, Any]:
    """What this room of every lesson shows, as lesson.name."""
    found = {}
    for module in modules(room):
        _, _, lesson, *inner = module.__name__.split(".")
        names = getattr(module, "__all__", vars(module)) if len(inner) == 1 else ()
        found |= {f"{lesson}.{name}": vars(module)[name] for name in names if not name.startswith("_")}
    return {name: f for name, f in found.items() if getattr(f, "__module__", "").startswith(lessons.__name__)}


@cache
def makers() -> dict[type, str]:
    """Which function of the experiments returns which tuple of results."""
    found = {name: typing.get_type_hints(f).get("return") for name, f in public("experiments").items()}
    return {kind: name for name, kind in found.items() if isinstance(kind, type) and "lessons" in kind.__module__}


def example(name: str, f: Callable, own: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The required arguments of a valid call of `f`, and its `own` ones."""
    hints, own = typing.get_type_hints(f), own or {}
    return {p.name: own[p.name]() if p.name in own else make(p.name, hints.get(p.name, Any)) for p in parameters(f)
            if p.default is p.empty or p.name in own}


def make(name: str, hint: Any) -> Any:
    """A valid value for a parameter of this name and annotation."""
    base, inner = typing.get_origin(hint) or hint, typing.get_args(hint)
    if base in (typing.Union, types.UnionType):
        return make(name, inner[0])
    if hint in THINGS:
        return THINGS[hint]()
    if hint in makers():
        return result_of(makers()[hint])
    simple = {str: WORDS.get(name, name), float: NUMBERS.get(name, 0.5), int: COUNTS.get(name, 3), bool: True}
    if base in simple:
        return simple[base]
    if base is np.ndarray:
        return ARRAYS.get(name, CURVE.copy)()
    return _several(name, base, inner)


@cache
def result_of(source: str) -> Any:
    """What an experiment returns for guessed arguments, or None if the guess was wrong."""
    f = public("experiments")[source]
    try:
        with warnings.catch_warnings(action="ignore"):
            return None if source in LONG else f(**example(source, f, OWN.get(source)))
    except (TypeError, ValueError, AttemptError):
        return None


def _several(name: str, base: Any, inner: tuple) -> Any:
    if base is tuple:
        return tuple(make(name, part) for part in inner if part is not ...)
    if base is Callable:
        return lambda *_: 0.5
    if name == "data":
        return data()
    if isinstance(base, type) and issubclass(base, Mapping):
        return {"one": make(name, inner[1]), "two": make(name, inner[1])}
    if inner and isinstance(base, type) and issubclass(base, Sequence):
        return [make(name, inner[0]) for _ in range(3)]
    return None  # nothing is known that would be valid


OWN: dict[str, dict[str, Callable[[], Any]]] = {}
"""What is particular about single functions."""
LONG = {f"noise_and_sharing.{name}" for name in (
    "penalty_of_noise", "fine_tuned", "frozen", "three_ways", "by_heart", "learn", "sines", "scratch", "toy")} | {
    "weight_decay.double_descent", "early_stopping.own_end", "early_stopping.wrong_labels",
    "training_clinic.separating"}
"""They train: only their doors are tried."""
MAY_BE_NAN = {"activations.without_own", "optimizers.race"}
"""Their docstrings say when."""
RUNS = generator().random((20, 3)) + 0.1
DRAWN: dict[str, dict[str, Callable[[], Any]]] = {
    "activations.why_not_the_sigmoid": {name: lambda: {"one": RUNS[:3], "two": RUNS[:3]} for name in (
        "gradients", "right")},
    "batch_normalization.sweeps": {"panels": lambda: [("rate", [0.1, 0.2, 0.3], {"one": RUNS[:3]})]},
    "learning_rate.runs_by_rate": {"losses": lambda: {"one": RUNS}, "fates": lambda: ["converges"]},
    "optimizers.outcomes": {"panels": lambda: {"one": {"momentum": CURVE, "Adam": CURVE}}},
    "optimizers.optimizer_curves": {"panels": lambda: {"one": {"momentum": (CURVE, CURVE), "Adam": (CURVE, CURVE)}}},
    "preprocessing.loss_and_accuracy": {"loss": lambda: {"one": RUNS}, "accuracy": lambda: {"one": RUNS[:5]}},
    "preprocessing.point_clouds": {"panels": lambda: {"one": RUNS[:, :2]}},
}
"""What is particular about single stills."""
