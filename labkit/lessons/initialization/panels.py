"""The flagship panel: drag the standard deviation of the weights through a deep network and see what survives."""

from collections.abc import Callable, Sequence
from typing import Any

from labkit.activations import ACTIVATIONS
from labkit.checks import check_int
from labkit.exercises.guard import AttemptError, NotAttempted
from labkit.figures.layerwise import view_of
from labkit.fits import guard
from labkit.lessons.initialization.experiments import (
    BRANCHES,
    DEEPEST,
    WIDEST,
    Signal,
    YourWeights,
    deep_network,
    he_in_float64,
    signal,
    two_starts,
    with_std,
)
from labkit.lessons.initialization.figures import SignalPicture
from labkit.network import Network
from labkit.optimizers import SGD
from labkit.widgets.controls import choice, int_slider, log_slider
from labkit.widgets.explorer import Explorer, Target
from labkit.widgets.live import Live
from labkit.widgets.trainer import Trainer
from labkit.widgets.yours import PAIR, DrivenTrainer, driven

LOW, HIGH = 1e-3, 3.0


def marks(width: int) -> dict[str, float]:
    """The standard deviations with a name, for layers of `width` units."""
    return {"0.01": 0.01, "1/√n": width**-0.5, "√(2/n)": (2 / width) ** 0.5, "1": 1.0}


def init_explorer(width: int = 500, depth: int = 10, batch: int = 64, *, std: float = 0.01, activation: str = "tanh",
                  seed: int = 0, show_marks: bool = True, target: Target | None = None) -> Explorer:
    """Init std (log, with marks), activation, depth and width → signal and gradient in every layer.

    The random numbers are drawn once, so that the picture moves without a jump. `show_marks=False` hides the named
    values, for a search. Ranges: width 50 to 500 (or `width`), depth 2 to 20, std 0.001 to 3.
    """
    width = check_int("init_explorer", "width", width)
    controls = _controls(width, depth, std, activation, marks if show_marks else lambda width: {})

    def compute(std: float, activation: str, depth: int, width: int) -> Signal:
        view = view_of(activation)
        return signal(std, activation, depth, width, low=view.low, high=view.high, bins=view.bins, batch=batch,
                      seed=seed)

    return Explorer(controls, compute, SignalPicture(), target=target)


def _controls(width: int, depth: int, std: float, activation: str, marks: Callable[[int], dict[str, float]], *,
              low: float = LOW, high: float = HIGH) -> dict[str, Any]:
    """The controls of a deep network; the marks of the std follow the width."""
    controls = {
        "std": log_slider("init std", std, low=low, high=high, marks=marks(width),
                          tooltip="standard deviation of one weight"),
        "activation": choice("activation", activation, list(ACTIVATIONS), tooltip="applied after every layer"),
        "depth": int_slider("depth", depth, low=2, high=DEEPEST, tooltip="number of layers"),
        "width": int_slider("width n", width, low=50, high=max(width, WIDEST), step=50, tooltip="units per layer"),
    }
    controls["width"].observe(lambda change: setattr(controls["std"], "marks", marks(change["new"])), "value")
    return controls


# ------------------------------------------------------------------------------------------------ a student's weights
WIDE = 1e-5, 1e3
"""Ends of the std's slider for weights of which nothing is known."""


@driven
def your_init(rule: Callable[..., Any], *, activation: str = "relu", width: int = 500, depth: int = 10) -> Explorer:
    """The same picture, for weights that the student's rule(rng, n_in, n_out) draws; their std is the mark "yours"."""
    return _with_weights(YourWeights(rule), activation, width, depth)


@driven
def your_std(f: Callable[..., Any], *, activation: str = "tanh", width: int = 500, depth: int = 10) -> Explorer:
    """The same picture, for normal weights whose std is the student's f(n_in, n_out), the mark "yours"."""
    return _with_weights(YourWeights(with_std(f)), activation, width, depth)


def _with_weights(weights: YourWeights, activation: str, width: int, depth: int) -> Explorer:
    def with_yours(width: int) -> dict[str, float]:
        try:
            std = weights.std(width)
        except NotAttempted:
            raise
        except AttemptError:  # the picture says it
            std = 0.0
        others = {name: value for name, value in marks(width).items() if name != "1"}
        return others | ({"yours": std} if WIDE[0] <= std <= WIDE[1] else {})

    def compute(std: float, activation: str, depth: int, width: int) -> Signal:
        view = view_of(activation)
        return weights.signal(std, activation, depth, width, low=view.low, high=view.high, bins=view.bins)

    std = with_yours(width).get("yours", width**-0.5)
    view = view_of(activation)
    start = signal(std, activation, depth, width, low=view.low, high=view.high, bins=view.bins)
    controls = _controls(width, depth, std, activation, with_yours, low=WIDE[0], high=WIDE[1])
    return Explorer(controls, compute, SignalPicture(), start=start)


def depth_trainer(data: Any, *, sizes: tuple[int, int, int] = (40, 64, 10), depth: int = 30, branch: str = "no skip",
                  lr: float = 0.05, seeds: Sequence[int] = range(5), max_steps: int = 300, **settings: Any) -> Trainer:
    """A trainer of deep ReLU networks, with skip connections or without; depth and branches are built anew."""
    def make(branch: str, depth: int) -> Network:
        return deep_network(sizes, depth, branch, seed=seeds)

    build = {"branch": choice("skip connection", branch, list(BRANCHES), tooltip="how the branches are scaled"),
             "depth": int_slider("depth L", depth, low=2, high=60, tooltip="number of hidden layers")}
    return Trainer(make, data, optimizer=SGD(lr), build_settings=build, controls=[Live("lr", low=1e-3, high=1.0)],
                   view=None, instruments=(), max_steps=max_steps, **settings)


@driven
def your_start(rule: Callable[..., Any], *, data: Any, sizes: Sequence[int] = (40, *[64] * 10, 10), lr: float = 0.05,
               max_steps: int = 600, **settings: Any) -> Trainer:
    """A trainer of two deep ReLU networks, one from labkit's weights by He, one from the student's rule."""
    return DrivenTrainer(lambda: two_starts(sizes, "relu", he_in_float64, rule), data, optimizer=SGD(lr),
                         max_steps=max_steps, controls=[Live("lr", low=1e-3, high=1.0)], view=None, instruments=(),
                         names=PAIR, **settings)


guard(__name__)
