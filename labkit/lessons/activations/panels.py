"""The panels of notebook 01: inputs move across a slope, all-positive inputs make steps zigzag, and one's own f."""

import html
import threading
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as W

from labkit.activations import Activation
from labkit.checks import lookup
from labkit.figures.style import number
from labkit.fits import guard
from labkit.lessons.activations.experiments.drawn import DEPTH, KNOTS, STEPS, Drawn, drawn, knots_of
from labkit.lessons.activations.experiments.saturation import BENT, FLAT, Saturation, saturation, without_own
from labkit.lessons.activations.experiments.yours import MAKERS, from_value_and_slope, two_activations
from labkit.lessons.activations.experiments.zigzag import GOAL, LARGEST_BATCH, START, Zigzag, zigzag_descent
from labkit.lessons.activations.figures.drawn import DrawnPicture
from labkit.lessons.activations.figures.saturation import SaturationPicture
from labkit.lessons.activations.figures.zigzag import ZigzagPicture
from labkit.optimizers import SGD
from labkit.widgets.controls import choice, int_slider, log_slider, slider
from labkit.widgets.explorer import Explorer, Target
from labkit.widgets.live import Live
from labkit.widgets.panel import told
from labkit.widgets.shown import Shown
from labkit.widgets.trainer import Trainer
from labkit.widgets.yours import PAIR, DrivenTrainer, driven


def saturation_explorer(activation: str = "sigmoid", *, mean: float = 0.0, std: float = 1.0,
                        target: Target | None = None) -> Explorer:
    """Mean and std of the inputs, activation → f, f', and the share of inputs where |f'| < 0.01, for all activations.

    Ranges: mean −5 to 5, std 0.1 to 10.
    """
    return Explorer(_inputs(mean, std, activation, BENT), saturation, SaturationPicture(BENT, FLAT), target=target)


def _inputs(mean: float, std: float, activation: str, names: Sequence[str]) -> dict[str, Any]:
    return {
        "mean": slider("mean of the inputs", mean, low=-5.0, high=5.0, marks={"0": 0.0}),
        "std": log_slider("std of the inputs", std, low=0.1, high=10.0, marks={"1": 1.0}),
        "activation": choice("activation", activation, names),
    }


def zigzag_explorer(offset: float = 0.5, batch: int = 1, *, target: Target | None = None) -> Explorer:
    """Offset of the inputs, batch size → paths of gradient descent in the plane of two weights, and their directions.

    Ranges: offset 0 (centred) to 1, batch 1 to 64.
    """
    controls = {
        "offset": slider("mean of the inputs", offset, low=0.0, high=1.0, marks={"centred": 0.0, "all positive": 0.5},
                         tooltip="the inputs are uniform between mean − ½ and mean + ½"),
        "batch": int_slider("batch size", batch, low=1, high=LARGEST_BATCH, tooltip="examples per step"),
    }

    def compute(offset: float, batch: int) -> Zigzag:
        return zigzag_descent(offset, batch)

    return Explorer(controls, compute, ZigzagPicture(START, GOAL), target=target)


# ------------------------------------------------------------------------------------------------ a student's own
RATES = {"sigmoid": 0.5, "elu": 0.1, "leaky_relu": 0.1}


@driven
def your_saturation(f: Callable[..., Any], slope: Callable[..., Any], *, mean: float = 0.0,
                    std: float = 3.0) -> Explorer:
    """The picture of `saturation_explorer`, with the student's f(x) and slope(y), f' from the output, as one more."""
    own = from_value_and_slope(f, slope)
    names = (*BENT, own.name)

    def compute(mean: float, std: float, activation: str) -> Saturation:
        return saturation(activation, mean, std, own=own)

    return Explorer(_inputs(mean, std, own.name, names), compute, SaturationPicture(names, FLAT),
                    start=without_own(own.name, mean, std))


@driven
def your_layers(*functions: Callable[..., Any], like: str, data: Any, units: int = 32, max_steps: int = 600,
                **settings: Any) -> Trainer:
    """A trainer of two equal networks of five layers, one with labkit's activation `like`, one with the student's.

    `like` is sigmoid, of f(x) and slope(y); elu, of slope(x, alpha); or leaky_relu, of backward(dy, x, alpha).
    """
    yours: Activation = lookup(MAKERS, like, "your_layers: like")(*functions)
    sizes = [40, *[units] * 5, 10]
    return DrivenTrainer(lambda: two_activations(like, yours, sizes), data, optimizer=SGD(RATES[like]),
                         max_steps=max_steps, controls=[Live("lr", low=1e-3, high=10.0)], view=None, instruments=(),
                         names=PAIR, **settings)


BEAT_RELU = Target("beat ReLU with an activation that bends: 3 points ahead after the short run.",
                   lambda d: d.bends and d.ahead >= 0.03, "Better than ReLU, in this short run. Is it in a long one?",
                   lambda d: f"Now {number(round(100 * d.ahead))} points.")


def draw_activation(start: str = "sigmoid", *, target: Target | None = BEAT_RELU) -> Explorer:
    """The heights of an activation at seven points → its slope, what twenty layers leave, and a short training run.

    Straight lines join the points. `start` is a known activation, whose heights are taken at first. Ranges: −3 to 3.
    """
    places = [f"at_{'minus_' if knot < 0 else ''}{abs(knot):.0f}" for knot in KNOTS]
    controls = {place: slider(f"f({knot:.0f})".replace("-", "−"), height, low=-3.0, high=3.0, steps=120).narrow()
                for place, knot, height in zip(places, KNOTS, knots_of(start), strict=True)}
    for control in controls.values():
        control.layout.flex = "0 1 23%"  # a grid: four and three

    def compute(**heights: float) -> Drawn:
        return drawn([heights[place] for place in places])

    return Explorer(controls, compute, DrawnPicture(KNOTS, DEPTH, STEPS), target=target)


# ------------------------------------------------------------------------------------------------ measuring
class Measure(Shown, W.VBox):
    """A button that measures something on this machine: `measure()` → a sentence, shown beside it.

    What it measures is different everywhere, so nothing is measured before somebody asks, and nothing is stored.
    """

    def __init__(self, what: str, measure: Callable[[], str]) -> None:
        if not what.strip():
            raise ValueError("Measure: what is empty; expected words for the button, such as 'time exp against max'.")
        self.what, self.measure = what, measure
        self.text = ""
        self._lock = threading.Lock()
        self._button = W.Button(description=what, icon="clock", layout=W.Layout(width="max-content"))
        self._line = W.HTML()
        super().__init__([self._button, self._line])
        self._button.on_click(lambda _: self.press())

    def press(self) -> None:
        """Measure and show the sentence; an error is shown too, since nobody reads a callback's log."""
        with self._lock:
            try:
                self.text = self.measure()
            except Exception as error:
                self.text = told(error)
            self._line.value = f'<div role="status" aria-live="polite">{html.escape(self.text)}</div>'

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """The live view, and for readers without a kernel the words on the button."""
        bundle = super()._repr_mimebundle_(include=include, exclude=exclude) or {}
        return bundle | {"text/plain": f"[{self.what}]"}


guard(__name__)
