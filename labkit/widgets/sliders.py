"""A slider that keeps exact values, for the mouse and for the keyboard.

ipywidgets moves a value that is out of limits without a word, and its sliders round a value to their grid as soon as
they are shown. Here a value out of limits is an error, and one that is set, typed or chosen from a mark stays exact.
"""

import math
from collections.abc import Mapping
from typing import Any

import ipywidgets as W
import numpy as np
import traitlets

from labkit.widgets.panel import status
from labkit.widgets.shown import close


class Slider(W.HBox):
    """A slider with a box to type in and a button for every mark, all in one row; `value` is the exact number.

    The arrow keys move by one step, page up and down by five. A drag that comes within half a step of a mark, or of an
    end, takes the mark's exact value. What is typed and is no number inside the limits is answered below the row, and
    the answer goes with the next valid number.
    """

    value = traitlets.Float()

    def __init__(self, bar: W.FloatSlider | W.FloatLogSlider, unit: str, marks: Mapping[str, float]) -> None:
        self._log = isinstance(bar, W.FloatLogSlider)
        self._ends = tuple(bar.base**end for end in (bar.min, bar.max)) if self._log else (bar.min, bar.max)
        self._bar, self._label, self._unit, self._marks = bar, bar.description, unit, {}
        self._expected = f"a number from {_short(self._ends[0])} to {_short(self._ends[1])}"
        self._box = W.Text(continuous_update=False, layout=W.Layout(width="6em"),
                           tooltip=f"{self._label}: type {self._expected}")
        self._buttons = W.HBox(layout=W.Layout(flex_flow="row wrap", margin="0 0 0 4px"))
        self._complaint = W.HTML(layout=W.Layout(flex="1 0 100%", display="none"))
        super().__init__([bar, self._box, W.Label(unit), self._buttons, self._complaint],
                         layout=W.Layout(flex="1 1 auto", flex_flow="row wrap", align_items="center", max_width="100%"))
        self.add_class("lk-slider")
        self.value = bar.value
        self._write()
        self.marks = marks
        bar.observe(self._moved, "value")
        self._box.observe(self._typed, "value")

    @property
    def label(self) -> str:
        """The quantity's name."""
        return self._label

    @property
    def unit(self) -> str:
        """The unit, or a remark that stands in its place."""
        return self._unit

    def narrow(self) -> "Slider":
        """The same slider, laid out for a narrow column."""
        self._bar.layout.min_width, self._bar.layout.flex, self._box.layout.width = "9em", "1 1 9em", "4.2em"
        return self

    def positions(self, n: int) -> list[float]:
        """`n` values, evenly along the bar; the nearest give way to the ends, the marks and the present value.

        >>> from labkit.widgets.controls import slider
        >>> slider("noise", 0.0, low=0.0, high=1.0, marks={"here": 0.3}).positions(5)
        [0.0, 0.3, 0.5, 0.75, 1.0]
        """
        exact = sorted({*self._ends, *self._marks.values(), self.value})
        places = np.linspace(self._bar.min, self._bar.max, n).tolist()
        for value in exact[:n]:
            places.remove(min(places, key=lambda place: abs(place - self._place(value))))
        return sorted(exact + [10**place if self._log else place for place in places])

    @property
    def marks(self) -> dict[str, float]:
        """The named values. Assigning a dictionary changes them, for example when they depend on another control."""
        return self._marks

    @marks.setter
    def marks(self, marks: Mapping[str, float]) -> None:
        for name, value in marks.items():
            self._check(value, f"mark {name!r}")
        self._marks = dict(marks)
        old = self._buttons.children
        fresh = tuple(self._button() for _ in range(len(marks) - len(old)))
        self._buttons.children = (old + fresh)[:len(marks)]
        for button, (name, value) in zip(self._buttons.children, marks.items(), strict=True):
            button.description = name if name == _short(value) else f"{name} = {_short(value)}"
            button.tooltip = f"set {self._label} to {button.description}"
        for button in old[len(marks):]:
            close(button)
        self._light()

    def _button(self) -> W.Button:
        button = W.Button(layout=W.Layout(width="auto", height="26px"))
        button.on_click(lambda pressed: self._press(self._buttons.children.index(pressed)))
        return button

    def _press(self, which: int) -> None:
        self.value = list(self._marks.values())[which]

    def _place(self, value: float) -> float:
        return math.log10(value) if self._log else value

    def _near(self, a: float, b: float) -> bool:
        return abs(self._place(a) - self._place(b)) <= 0.501 * self._bar.step

    def _check(self, value: float, what: str) -> None:
        low, high = self._ends
        rounding = 1e-12 * max(abs(low), abs(high))
        if not low - rounding <= value <= high + rounding:
            raise ValueError(f"{self._label}: {what} is {value!r}; expected {self._expected}.")

    @traitlets.validate("value")
    def _valid(self, proposal: Any) -> float:
        self._check(proposal["value"], "the value")
        return proposal["value"]

    @traitlets.observe("value")
    def _changed(self, change: Any) -> None:
        if not self._near(self._bar.value, self.value):
            self._bar.value = self.value
        self._write()
        self._light()

    def _write(self) -> None:
        self._box.value = self._box.placeholder = _short(self.value)  # the second stays when nonsense is typed
        self._complain("")

    def _complain(self, text: str) -> None:
        self._complaint.value = status(text, "#B84A00") if text else ""
        self._complaint.layout.display = None if text else "none"

    def _light(self) -> None:
        for button, value in zip(self._buttons.children, self._marks.values(), strict=True):
            chosen = value == self.value
            button.button_style, button.icon = ("primary", "check") if chosen else ("", "")

    def _moved(self, change: Any) -> None:
        if not self._near(change["new"], self.value):  # else it is only the front end's rounding to its grid
            catch = (v for v in (*self._marks.values(), *self._ends) if self._near(change["new"], v))
            self.value = next(catch, change["new"])

    def _typed(self, change: Any) -> None:
        """Take a number inside the limits; anything else stays in the box, is answered, and changes nothing."""
        if change["new"] == _short(self.value):
            self._complain("")
            return
        try:
            self.value = float(change["new"].replace(",", "."))
            self._write()
        except ValueError:
            self._complain(f"{self._expected}, please; it is still {_short(self.value)}")


class WholeSlider(W.IntSlider):
    """An IntSlider that raises when it is given a number outside its limits, instead of moving it."""

    def positions(self, n: int) -> list[int]:
        """At most `n` whole numbers, evenly along the bar from end to end; the nearest is moved onto the present value.

        >>> from labkit.widgets.controls import int_slider
        >>> int_slider("depth", 4, low=1, high=10).positions(4)
        [1, 4, 7, 10]
        """
        steps = (self.max - self.min) // self.step
        grid = {self.min + self.step * round(i) for i in np.linspace(0, steps, min(n, steps + 1))}
        nearest = min(grid, key=lambda value: abs(value - self.value))
        return sorted(grid - {nearest} | {self.value})

    @traitlets.validate("value")
    def _validate_value(self, proposal: Any) -> int:
        if not self.min <= proposal["value"] <= self.max:
            raise ValueError(f"{self.description}: the value is {proposal['value']}; expected a whole number from "
                             f"{self.min} to {self.max}.")
        return proposal["value"]


def _short(value: float) -> str:
    """Three digits, and no power of ten where a person would write none.

    >>> _short(0.12345), _short(1000.0), _short(2e-6)
    ('0.123', '1000', '2e-6')
    """
    return f"{value:.0f}" if 999.5 <= abs(value) < 1e6 else f"{value:.3g}".replace("e-0", "e-").replace("e+0", "e")
