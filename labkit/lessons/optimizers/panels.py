"""The panels of notebook 04: optimizers start from one point; which of them crosses the landscape, and how?"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from labkit.checks import lookup
from labkit.fits import guard
from labkit.lessons.optimizers.experiments import (
    LANDSCAPES,
    WINDOW,
    Clipped,
    Landscape,
    Race,
    race,
    standard_optimizers,
)
from labkit.lessons.optimizers.experiments.yours import KINDS, YOURS, Yours, beside
from labkit.lessons.optimizers.figures import RacePicture
from labkit.network import mlp
from labkit.optimizers import SGD, Adam
from labkit.runs.side_by_side import SideBySide
from labkit.widgets.controls import choice, log_slider, slider
from labkit.widgets.explorer import Explorer, Target
from labkit.widgets.live import Live
from labkit.widgets.shown import close
from labkit.widgets.trainer import Trainer
from labkit.widgets.yours import PAIR, DrivenTrainer, driven

STEPS = 120
RATES, BETA2 = {"momentum": 0.03, "RMSProp": 0.003, "Adam": 0.003}, 0.999
LOW, HIGH = 1e-3, 3.0
"""Ends of the learning rate's slider."""


def marks(land: Landscape) -> dict[str, float]:
    """The rate at which gradient descent begins to diverge, where the slider has it."""
    return {"2/λmax": land.limit()} if LOW <= land.limit() <= HIGH else {}


def _with(landscape: str | Landscape) -> tuple[dict[str, Callable[[float], Landscape]], str]:
    """The maps of the menu, with a map of one's own if it is one, and the name of the first."""
    if isinstance(landscape, Landscape):
        return LANDSCAPES | {landscape.name: lambda kappa: landscape}, landscape.name
    return LANDSCAPES, landscape


def optimizer_explorer(landscape: str | Landscape = "ravine", kappa: float = 50.0, lr: float = 0.03,
                       momentum: float = 0.9, beta2: float = 0.99, noise: float = 0.0, *, seed: int = 0,
                       show_marks: bool = True, target: Target | None = None) -> Explorer:
    """Learning rate, momentum, β₂, gradient noise, condition number, landscape → the paths of five optimizers.

    `landscape` is a name, or a map of your own, which joins the menu and does not follow κ. One rate for all; momentum
    is also Adam's β₁, β₂ also RMSProp's ρ. Ranges: lr 0.001 to 3, momentum 0 to 0.99, β₂ 0 to 0.999, noise 0 to 2,
    κ 1 to 100. `show_marks=False` hides 2/λmax, for a search.
    """
    maps, landscape = _with(landscape)
    controls = _controls(maps, landscape, kappa, lr, momentum, beta2, noise, unit="for all five", show_marks=show_marks)

    def compute(lr: float, momentum: float, beta2: float, noise: float, kappa: float, landscape: str) -> Race:
        return race(maps[landscape](kappa), standard_optimizers(lr, momentum, beta2), STEPS, noise=noise, seed=seed)

    picture = RacePicture(list(standard_optimizers(lr, momentum, beta2)), WINDOW, STEPS)
    return Explorer(controls, compute, picture, target=target)


def _controls(maps: Mapping[str, Any], landscape: str, kappa: float, lr: float, momentum: float, beta2: float,
              noise: float, *, unit: str, show_marks: bool = True) -> dict[str, Any]:
    """The controls of a race; the mark of the rate follows the map."""
    controls = {
        "lr": log_slider("learning rate", lr, low=LOW, high=HIGH, within=SGD.lr, unit=unit),
        "momentum": slider("momentum μ, Adam's β₁", momentum, low=0.0, high=0.99, within=SGD.momentum),
        "beta2": slider("Adam's β₂, RMSProp's ρ", beta2, low=0.0, high=0.999, within=Adam.beta2,
                        marks={"0.9": 0.9, "0.99": 0.99, "0.999": 0.999}),
        "noise": slider("gradient noise σ", noise, low=0.0, high=2.0, steps=200,
                        tooltip="standard deviation of what is added to each entry of the gradient"),
        "kappa": log_slider("condition number κ", kappa, low=1.0, high=100.0,
                            tooltip="how many times as steep across the valley as along it"),
        "landscape": choice("landscape", landscape, list(maps)),
    }

    def follow(change: object = None) -> None:
        controls["lr"].marks = marks(maps[controls["landscape"].value](controls["kappa"].value))

    for name in ("landscape", "kappa") if show_marks else ():
        controls[name].observe(follow, "value")
        follow()
    return controls


def clipping_trainer(data: Any, *, sizes: Sequence[int] = (40, *[64] * 10, 10), lr: float = 0.1, limit: float = 100.0,
                     momentum: float = 0.9, seeds: Sequence[int] = range(5), max_steps: int = 600,
                     **settings: Any) -> Trainer:
    """A trainer of deep ReLU networks with momentum whose gradients are clipped, at the slider's end hardly any."""
    return Trainer(lambda: mlp(sizes, seed=seeds), data, optimizer=Clipped(lr, momentum, limit=limit),
                   controls=[Live("lr", low=1e-3, high=1.0), "limit"], view=None, instruments=("gradients",),
                   on=("gradients",), max_steps=max_steps, **settings)


# ------------------------------------------------------------------------------------------------ a student's rule
@driven
def your_path(rule: Callable[..., Any], *, like: str, landscape: str = "ravine", kappa: float = 50.0,
              lr: float = 0.03) -> Explorer:
    """The same controls → the paths of labkit's optimizer `like` and of the student's rule.

    `like` is momentum, RMSProp or Adam. A rule that walks as labkit's does leaves one path, in two colours.
    """
    lookup(KINDS, like, "your_path: like")
    controls = _controls(LANDSCAPES, landscape, kappa, lr, 0.9, 0.99, 0.0, unit="for both")
    for unused in {"momentum": ("beta2",), "RMSProp": ("momentum",)}.get(like, ()):
        close(controls.pop(unused))

    def compute(lr: float, noise: float, kappa: float, landscape: str, momentum: float = 0.9,
                beta2: float = 0.99) -> Race:
        runners = beside(rule, like, lr, momentum, beta2)
        return race(LANDSCAPES[landscape](kappa), runners, STEPS, noise=noise)

    start = race(LANDSCAPES[landscape](kappa), {like: standard_optimizers(lr, 0.9, 0.99)[like]}, STEPS)
    return Explorer(controls, compute, RacePicture([like, YOURS], WINDOW, STEPS), start=start)


@driven
def your_training(rule: Callable[..., Any], *, like: str, data: Any, max_steps: int = 600,
                  **settings: Any) -> Trainer:
    """A trainer of two equal networks, one by labkit's optimizer `like`, one by the student's rule, at one rate."""
    lr = lookup(RATES, like, "your_training: like")
    both = SideBySide(standard_optimizers(lr, 0.9, BETA2)[like], Yours(rule, lr, like=like, beta2=BETA2))
    return DrivenTrainer(lambda: mlp([40, 64, 64, 10], seed=[0, 0]), data, optimizer=both, max_steps=max_steps,
                         controls=[Live("lr", low=1e-4, high=1.0)], view=None, instruments=(), names=PAIR, **settings)


guard(__name__)
