"""The panels of notebook 10: units blink out, four masks of two inputs, many masks, a student's layer."""

from collections.abc import Callable
from typing import Any

from labkit.fits import guard
from labkit.layers import Dropout
from labkit.lessons.dropout.exercises.inverted import inverted_dropout
from labkit.lessons.dropout.experiments import SHAPES, averages, own_dropout, pair, thin, two_inputs
from labkit.lessons.dropout.figures import AveragesPicture, OwnDropoutPicture, TablePicture, ThinnedPicture
from labkit.optimizers import Adam
from labkit.widgets.controls import choice, int_slider, log_slider, slider
from labkit.widgets.explorer import Explorer, Target
from labkit.widgets.trainer import Trainer
from labkit.widgets.yours import PAIR, DrivenTrainer, driven

UNITS = {"linear": "identity", "ReLU": "relu", "tanh": "tanh"}
LOWEST = 0.05


def _keep_slider(label: str, value: float, tooltip: str) -> Any:
    return slider(label, value, low=LOWEST, high=1.0, steps=95, within=Dropout.keep, tooltip=tooltip)


def dropout_explorer(keep: float = 0.5, keep_inputs: float = 0.8, draw: int = 1, *, seed: int = 0,
                     target: Target | None = None) -> Explorer:
    """Keep of hidden units and of inputs, and the number of the draw → which units of a small network stay.

    Ranges: both keeps 0.05 to 1, draw 1 to 40.
    """
    controls = {
        "keep": _keep_slider("keep", keep, "probability that a hidden unit stays"),
        "keep_inputs": _keep_slider("keep of the inputs", keep_inputs, "probability that an input stays"),
        "draw": int_slider("draw", draw, low=1, high=40, tooltip="new masks, as in the next training step"),
    }

    def compute(**values: Any) -> Any:
        return thin(seed=seed, **values)

    return Explorer(controls, compute, ThinnedPicture(thin(keep, seed=seed)), target=target)


def expectation_explorer(keep: float = 0.5, first: float = 2.0, second: float = 1.0, unit: str = "identity", *,
                         target: Target | None = None) -> Explorer:
    """Keep, the contributions w₁x₁ and w₂x₂, the unit's activation → the table of its four masks.

    Ranges: keep 0.05 to 1, contributions −2.5 to 2.5.
    """
    controls = {
        "keep": _keep_slider("keep", keep, "probability that an input stays"),
        "first": slider("w₁x₁", first, low=-2.5, high=2.5, steps=50,
                        tooltip="what input 1 contributes when it is there"),
        "second": slider("w₂x₂", second, low=-2.5, high=2.5, steps=50,
                         tooltip="what input 2 contributes when it is there"),
        "unit": choice("unit", unit, UNITS),
    }
    return Explorer(controls, two_inputs, TablePicture(), target=target)


def averages_explorer(k: float = 10.0, keep: float = 0.5, network: str = "two hidden layers", *, seed: int = 0,
                      target: Target | None = None) -> Explorer:
    """Number of masks k (log), keep, and a random network → the mean of k thinned networks against the scaling rule.

    Ranges: k 1 to 1000, keep 0.1 to 0.95.
    """
    controls = {
        "k": log_slider("number of masks k", k, low=1.0, high=1000.0, steps=60),
        "keep": slider("keep", keep, low=0.1, high=0.95, steps=17, within=Dropout.keep),
        "network": choice("network", network, list(SHAPES)),
    }

    def compute(k: float, keep: float, network: str) -> Any:
        return averages(round(keep, 3), round(k), network, seed=seed)

    return Explorer(controls, compute, AveragesPicture(), target=target)


@driven
def your_dropout(f: Callable[..., Any], keep: float = 0.5, draw: int = 1, *, target: Target | None = None) -> Explorer:
    """Keep, and the number of the draw → the masks and factors of the student's y, dx = f(x, dy, keep, rng).

    Ranges: keep 0.1 to 1, draw 1 to 40. What an error leaves on the screen are the masks of labkit's solution.
    """
    controls = {
        "keep": slider("keep", keep, low=0.1, high=1.0, steps=90, within=Dropout.keep,
                       tooltip="probability that a unit stays"),
        "draw": int_slider("draw", draw, low=1, high=40, tooltip="new masks, as in the next training step"),
    }

    def compute(keep: float, draw: int) -> Any:
        return own_dropout(f, keep, draw)

    labkits = own_dropout(inverted_dropout, keep, draw)
    return Explorer(controls, compute, OwnDropoutPicture(), target=target, start=labkits)


@driven
def your_layer(f: Callable[..., Any], keep: float = 0.7, *, data: Any, hidden: tuple[int, ...] = (100, 100),
               seed: int = 0, max_steps: int = 600, **settings: Any) -> Trainer:
    """Two equal networks trained on `data`, with labkit's dropout and with that of y, dx = f(x, dy, keep, rng).

    keep and the learning rate act at once; data is a mapping from names to pairs (x, y) of pictures (n, 196).
    """
    return DrivenTrainer(lambda: pair([196, *hidden, 10], f, keep, seed), data, optimizer=Adam(0.004), names=PAIR,
                         controls=["keep", "lr"], view=None, instruments=(), size=100, eval_size=1000,
                         max_steps=max_steps, preview=max_steps, **settings)


guard(__name__)
