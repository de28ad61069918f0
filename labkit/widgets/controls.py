"""Controls with a name, a unit and honest limits: one function each, which says what is wrong with its arguments."""

import math
import numbers
from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets as W

from labkit.checks import Range, lookup
from labkit.figures.headline import spoken
from labkit.fits import guard
from labkit.settings import Hyperparameter
from labkit.widgets.sliders import Slider, WholeSlider

WIDE = {"description_width": "initial"}


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


def int_slider(label: str, value: float, *, low: int, high: int, step: int = 1, tooltip: str = "") -> WholeSlider:
    """A slider over whole numbers. Raises ValueError for a value outside [low, high]."""
    _inside(label, value, low, high, whole=True)
    return WholeSlider(value, min=low, max=high, step=step, description=label, style=WIDE, tooltip=tooltip or label)


def choice(label: str, value: Any, options: Sequence[str] | Mapping[str, Any], *, tooltip: str = "") -> W.Dropdown:
    """A menu of names, as prose writes them, or of a dictionary's keys for its values.

    Raises ValueError, naming the nearest, if `value` is unknown.
    """
    names = dict(options) if isinstance(options, Mapping) else {spoken(name): name for name in options}
    if not any(type(value) is type(known) and value == known for known in names.values()):
        lookup(names if isinstance(options, Mapping) else {name: name for name in options}, str(value), label)
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


guard(__name__)
