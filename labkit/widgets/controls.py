"""Controls with a name, a unit, honest limits and exact values, for the mouse and for the keyboard.

ipywidgets moves a value that is out of limits without a word, and its sliders round a value to their grid as soon as
they are shown. Here a value out of limits is an error, and one that is set, typed or chosen from a mark stays exact.
"""

import math
import numbers
from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets as W
import numpy as np
import traitlets

from labkit.checks import Range, lookup
from labkit.doors import guard
from labkit.settings import Hyperparameter
from labkit.widgets.panel import status

WIDE = {"description_width": "initial"}


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
            button.close()
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
        self._box.value = _short(self.value)
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


def log_slider(label: str, value: float, *, low: float | None = None, high: float | None = None,
               within: Range | Hyperparameter | None = None, marks: Mapping[str, float] | None = None, unit: str = "",
               tooltip: str = "", steps: int = 200) -> Slider:
    """A slider for rates, stds and strengths: each of its `steps` multiplies. The limits come from `low` and `high`,
    or from `within`, the declared range; given both, they must agree. Raises ValueError for a value outside.

    >>> log_slider("init std", 0.01, low=1e-3, high=3, marks={"1/√n": 500**-0.5}).value
    0.01
    """
    low, high = _limits(label, low, high, within)
    if low <= 0:
        raise ValueError(f"{label}: a log slider cannot begin at {low:g}; expected low > 0, for example 1e-4.")
    _inside(label, value, low, high)
    low, high = math.log10(low), math.log10(high)
    bar = W.FloatLogSlider(value, base=10, min=low, max=high, step=(high - low) / steps, **_bar(label, tooltip))
    return Slider(bar, unit, marks or {})


def slider(label: str, value: float, *, low: float | None = None, high: float | None = None,
           within: Range | Hyperparameter | None = None, marks: Mapping[str, float] | None = None, unit: str = "",
           tooltip: str = "", steps: int = 100) -> Slider:
    """A slider whose `steps` add. Limits and errors as in `log_slider`."""
    low, high = _limits(label, low, high, within)
    _inside(label, value, low, high)
    bar = W.FloatSlider(value, min=low, max=high, step=(high - low) / steps, **_bar(label, tooltip))
    return Slider(bar, unit, marks or {})


def int_slider(label: str, value: int, *, low: int, high: int, step: int = 1, tooltip: str = "") -> WholeSlider:
    """A slider over whole numbers. Raises ValueError for a value outside [low, high]."""
    _inside(label, value, low, high, whole=True)
    return WholeSlider(value, min=low, max=high, step=step, description=label, style=WIDE, tooltip=tooltip or label)


def choice(label: str, value: Any, options: Sequence[str] | Mapping[str, Any], *, tooltip: str = "") -> W.Dropdown:
    """A menu of names, or of a dictionary's keys for its values. Raises ValueError, naming the nearest, if unknown."""
    names = dict(options) if isinstance(options, Mapping) else {name: name for name in options}
    if not any(type(value) is type(known) and value == known for known in names.values()):
        lookup(names, str(value), label)
        raise ValueError(f"{label}: give the value that {value!r} stands for, not its name.")
    return W.Dropdown(options=list(names.items()), value=value, description=label, style=WIDE, tooltip=tooltip or label,
                      layout=W.Layout(width="max-content"))


def switch(label: str, value: bool, *, tooltip: str = "") -> W.Checkbox:
    """On or off."""
    return W.Checkbox(bool(value), description=label, indent=False, tooltip=tooltip or label,
                      layout=W.Layout(width="max-content"))


def _bar(label: str, tooltip: str) -> dict[str, Any]:
    width = f"{0.55 * len(label) + 11:.0f}em"  # of the name and the track
    return {"description": label, "tooltip": tooltip or label, "style": WIDE, "readout": False,
            "continuous_update": True, "layout": W.Layout(width="auto", flex=f"1 1 {width}", min_width=width)}


def _limits(label: str, low: float | None, high: float | None,
            within: Range | Hyperparameter | None) -> tuple[float, float]:
    declared = within.range if isinstance(within, Hyperparameter) else within
    if declared is not None:
        low = declared.low if low is None and not declared.open_low else low
        high = declared.high if high is None and not declared.open_high else high
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"{label}: the limits are {low} and {high}; expected two finite numbers, low < high. "
                         "A declared range that is open or endless needs low= or high= as well.")
    if declared is not None and not (low in declared and high in declared):
        raise ValueError(f"{label}: the slider would run from {low:g} to {high:g}, but {declared} is allowed.")
    return float(low), float(high)


def _inside(label: str, value: float, low: float, high: float, *, whole: bool = False) -> None:
    expected = f"expected a {'whole ' * whole}number from {low:g} to {high:g}."
    if isinstance(value, bool) or not isinstance(value, numbers.Integral if whole else numbers.Real):
        raise TypeError(f"{label}: the initial value is {value!r}; {expected}")
    if not low <= value <= high:
        raise ValueError(f"{label}: the initial value is {value!r}; {expected}")


def _short(value: float) -> str:
    """Three digits, and no power of ten where a person would write none.

    >>> _short(0.12345), _short(1000.0), _short(2e-6)
    ('0.123', '1000', '2e-06')
    """
    return f"{value:.0f}" if 999.5 <= abs(value) < 1e6 else f"{value:.3g}"


guard(__name__)
