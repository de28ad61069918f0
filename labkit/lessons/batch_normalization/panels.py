"""The panels of notebook 06: a batch on its way through one unit, and a deep network to break and to repair."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from labkit.activations import ACTIVATIONS
from labkit.fits import guard
from labkit.initializers import he_normal, normal
from labkit.lessons.batch_normalization.experiments import HOME, MODES, Rules, Unit, spans_of_two, two_norms, unit
from labkit.lessons.batch_normalization.figures.unit import UnitPicture
from labkit.lessons.batch_normalization.figures.yours import UnitSpans
from labkit.network import Network, mlp
from labkit.optimizers import SGD
from labkit.widgets.controls import choice, slider, switch
from labkit.widgets.explorer import Explorer, Target
from labkit.widgets.gauges import Gauge
from labkit.widgets.live import Live
from labkit.widgets.trainer import Trainer
from labkit.widgets.yours import PAIR, DrivenTrainer, driven

FARTHEST = 6.0
STARTS = {"He": he_normal, **{f"std {std:g}": partial(normal, std=std) for std in (0.001, 0.01, 0.1, 1.0)}}


def norm_explorer(point: float = HOME, gamma: float = 1.0, beta: float = 0.0, activation: str = "sigmoid",
                  mode: str = "training", *, m: int = 12, seed: int = 10, target: Target | None = None) -> Explorer:
    """One point of a batch of `m`, γ, β, activation, training or evaluation → the whole batch through one unit.

    Ranges: point −6 to 6, γ −2 to 3, β −4 to 4.
    """
    controls = {
        "point": slider("the orange input", point, low=-FARTHEST, high=FARTHEST, marks={"start": HOME},
                        tooltip="one of the inputs of the batch"),
        "gamma": slider("scale γ", gamma, low=-2.0, high=3.0, marks={"1": 1.0}),
        "beta": slider("shift β", beta, low=-4.0, high=4.0, marks={"0": 0.0}),
        "activation": choice("activation", activation, list(ACTIVATIONS), tooltip="what comes after the layer"),
        "mode": choice("mode", mode, list(MODES), tooltip="whose mean and std are used"),
    }

    def compute(**values: Any) -> Unit:
        return unit(m=m, seed=seed, **values)

    return Explorer(controls, compute, UnitPicture(), target=target)


def norm_trainer(sizes: Sequence[int], data: Any, *, batch_norm: bool = False, start: str = "He", lr: float = 0.05,
                 size: int = 100, max_steps: int = 400, preview: int = 60, **settings: Any) -> Trainer:
    """One network of ReLU units, trained with momentum 0.9: learning rate and batch size act at once; with another
    batch norm or other first weights (`STARTS`) it starts anew. `settings` are those of `Trainer`.
    """
    def make(batch_norm: bool, start: str) -> Network:
        return mlp(sizes, init=STARTS[start], batch_norm=batch_norm)

    build = {"batch_norm": switch("batch norm (starts anew)", batch_norm),
             "start": choice("first weights (start anew)", start, list(STARTS))}
    rate = Live("lr", low=1e-3, high=5.0, marks={"0.05": 0.05, "0.5": 0.5})
    return Trainer(make, data, optimizer=SGD(lr, momentum=0.9), size=size, max_steps=max_steps,
                   controls=[rate, "batch size"], build_settings=build, view=None, on=["activations"],
                   preview=preview, **settings)


@driven
def your_norm(forward: Callable[..., Any], backward: Callable[..., Any], evaluate: Callable[..., Any], *, data: Any,
              sizes: Sequence[int] = (40, 64, 64, 64, 10), lr: float = 0.3, size: int = 60,
              max_steps: int = 400, **settings: Any) -> Trainer:
    """A trainer of two equal networks, one with labkit's batch norm, one with the student's three functions."""
    rules = Rules(forward, backward, evaluate)
    units = Gauge("units", spans_of_two, partial(UnitSpans, names=PAIR))
    return DrivenTrainer(lambda: two_norms(sizes, rules), data, optimizer=SGD(lr), size=size, max_steps=max_steps,
                         controls=[Live("lr", low=1e-2, high=5.0), "batch size"], view=None, names=PAIR,
                         instruments=[units], on=["units"], **settings)


guard(__name__)
