"""Controls of live settings: what is turned acts on the very next step of a training run.

The name of a hyperparameter is enough: its declaration, on the class of its owner, makes the slider. A few settings
that are no hyperparameters have `MENUS`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets as W
import numpy as np

from labkit.figures.style import number
from labkit.runs import Run
from labkit.schedules import SCHEDULES
from labkit.settings import Hyperparameter
from labkit.widgets.controls import choice, int_slider, log_slider, slider


@dataclass(frozen=True)
class Live:
    """A control of a live setting of `Run`; or of one of your own, then give its `widget` and `apply(run, value)`.

    low, high, marks and label replace the declared ones; options are those of a menu (batch size, optimizer), for
    schedules a mapping from names to schedules.
    """

    name: str
    widget: Any = None
    apply: Callable[[Run, Any], None] | None = None
    low: float | None = None
    high: float | None = None
    marks: Mapping[str, float] | None = None
    options: Sequence[Any] | Mapping[str, Any] | None = None
    label: str = ""

    @property
    def key(self) -> str:
        """The name as an identifier: "batch size" is batch_size."""
        return self.name.replace(" ", "_")

    def connect(self, run: Run) -> Any:
        """The widget, at the value that the run has now; the run learns how to apply it."""
        if self.apply is None:
            return MENUS[self.key](self, run) if self.key in MENUS else self._slider(run)
        if self.widget is None:
            raise ValueError(f"Live: {self.name} has apply, but no widget; give one, for example slider(…).")
        run.setters[self.key] = self.apply
        run.turn(self.key, self.widget.value)
        return self.widget

    def _slider(self, run: Run) -> Any:
        owner = run.owners(self.key)[0]
        declared: Hyperparameter = getattr(type(owner), self.key)
        value = getattr(owner, self.key)
        if np.ndim(value):
            raise ValueError(f"Live: {self.key} has one value per replica, a slider has one; leave it out of controls.")
        low, high = declared.slider_limits(value)
        make = log_slider if declared.log else slider
        return make(self.label or declared.label, value, within=declared, unit=declared.unit, marks=self.marks or {},
                    low=low if self.low is None else self.low, high=high if self.high is None else self.high)


# ------------------------------------------------------------------------------------------------ menus
def _sizes(live: Live, run: Run) -> Any:
    sizes = live.options or [2**k for k in range(1, 10) if 2**k <= len(run.x)]
    sizes = sorted({*sizes, run.size})
    return choice(live.label or "batch size", run.size, {str(n): n for n in sizes})


def _optimizers(live: Live, run: Run) -> Any:
    return choice(live.label or "optimizer", run.optimizer, list(run.optimizers))


def _schedules(live: Live, run: Run) -> Any:
    options = live.options or {name: recipe(run.max_steps) for name, recipe in SCHEDULES.items()}
    run.setters["schedule"] = lambda run, name: setattr(run, "schedule", options[name])
    first = next((name for name, schedule in options.items() if schedule is run.schedule), next(iter(options)))
    run.turn("schedule", first)
    return choice(live.label or "schedule", first, list(options))


def _patience(live: Live, run: Run) -> Any:
    if run.early_stopping is None:
        raise ValueError("Live: there is a control 'patience', but no early stopping; give "
                         "early_stopping=lk.EarlyStopping(10).")
    return int_slider(live.label or "patience", run.early_stopping.patience, low=int(live.low or 1),
                      high=int(live.high or 30))


MENUS = {"batch_size": _sizes, "optimizer": _optimizers, "schedule": _schedules, "patience": _patience}


# ------------------------------------------------------------------------------------------------ build settings
def build_label(name: str, control: W.ValueWidget) -> str:
    """A build setting as it stands, in few words: "activation relu", "batch norm on"."""
    value = control.label if isinstance(control, W.Dropdown) else control.value
    value = ("off", "on")[value] if isinstance(value, bool) else value
    return f"{name.replace('_', ' ')} {number(value, 3) if isinstance(value, float) else value}"
