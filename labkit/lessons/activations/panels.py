"""The panels of notebook 01: inputs that move across a slope, and descent when all inputs are positive."""

import html
import threading
from collections.abc import Callable
from typing import Any

import ipywidgets as W

from labkit.lessons.activations.experiments.saturation import BENT, FLAT, Saturation, saturation
from labkit.lessons.activations.experiments.zigzag import GOAL, LARGEST_BATCH, START, Zigzag, zigzag_descent
from labkit.lessons.activations.figures.saturation import SaturationPicture
from labkit.lessons.activations.figures.zigzag import ZigzagPicture
from labkit.widgets.controls import choice, int_slider, log_slider, slider
from labkit.widgets.explorer import Explorer, Target
from labkit.widgets.panel import close, told


def saturation_explorer(activation: str = "sigmoid", *, mean: float = 0.0, std: float = 1.0,
                        target: Target | None = None) -> Explorer:
    """Mean and std of the inputs, activation → f, f', and the share of inputs where |f'| < 0.01, for all activations.

    Ranges: mean −5 to 5, std 0.1 to 10.
    """
    controls = {
        "mean": slider("mean of the inputs", mean, low=-5.0, high=5.0, marks={"0": 0.0}),
        "std": log_slider("std of the inputs", std, low=0.1, high=10.0, marks={"1": 1.0}),
        "activation": choice("activation", activation, BENT),
    }

    def compute(**values: Any) -> Saturation:
        return saturation(**values)

    return Explorer(controls, compute, SaturationPicture(BENT, FLAT), target=target)


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


class Measure(W.VBox):
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

    def close(self) -> None:
        """Let go of everything."""
        if self.comm is not None:
            close(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """The live view, and for readers without a kernel the words on the button."""
        bundle = super()._repr_mimebundle_(include=include, exclude=exclude) or {}
        return bundle | {"text/plain": f"[{self.what}]"}
