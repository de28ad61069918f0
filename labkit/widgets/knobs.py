"""Hot controls of a training run: what is turned acts on the very next step.

A name is enough for the usual ones (`HOT`); limits come from the declared range of the attribute that is turned.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from labkit.checks import Hyperparameter, lookup
from labkit.layers import Dropout
from labkit.runs import Run
from labkit.schedules import SCHEDULES
from labkit.widgets.controls import choice, int_slider, log_slider, slider


class Scale(NamedTuple):
    """A slider's label, where it begins and ends, and whether its steps multiply."""

    label: str
    low: float
    high: float
    log: bool = False


HOT = {
    "lr": Scale("learning rate", 1e-4, 10.0, log=True),
    "momentum": Scale("momentum μ", 0.0, 0.99),
    "rho": Scale("memory ρ", 0.0, 0.999),
    "beta1": Scale("β₁", 0.0, 0.999),
    "beta2": Scale("β₂", 0.0, 0.9999),
    "weight_decay": Scale("weight decay λ", 1e-6, 1.0, log=True),
    "lam": Scale("penalty λ", 1e-6, 1.0, log=True),
    "keep": Scale("keep", 0.1, 1.0),
}
OF_THE_OPTIMIZER = {"lr", "momentum", "rho", "beta1", "beta2", "weight_decay"}


@dataclass(frozen=True)
class Hot:
    """A hot control. `name` is a hot setting of `Run`; or of your own, then give its `widget` and `apply(run, value)`.

    low, high, marks and label replace the usual ones; options are those of a menu (batch size, optimizer), for
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
        if self.apply is not None:
            run.knobs[self.key] = self.apply
            run.turn(self.key, self.widget.value)
            return self.widget
        if self.key in HOT:
            return self._slider(run)
        return lookup(MENUS, self.key, "Trainer: hot control")(self, run)

    def _slider(self, run: Run) -> Any:
        scale, (owner, value) = HOT[self.key], owner_of(run, self.key)
        declared = getattr(type(owner), self.key)
        low = scale.low if self.low is None else self.low
        high = scale.high if self.high is None else self.high
        make = log_slider if scale.log else slider
        return make(self.label or scale.label, value, low=low, high=high, marks=self.marks or {}, within=declared)


def owner_of(run: Run, key: str) -> tuple[Any, float]:
    """The object that has the hyperparameter, and its value; raises ValueError if nobody has it."""
    dropout = [layer for layer in run.net.layers if isinstance(layer, Dropout)]
    owners = {"keep": dropout[:1], "lam": [run.regularizer]}.get(key, [run.opt, *run.optimizers.values()])
    for owner in owners:
        if isinstance(getattr(type(owner), key, None), Hyperparameter):
            return owner, float(getattr(owner, key))
    what = {"keep": "Dropout layer; build it with keep below 1, for example mlp(…, keep=0.8)",
            "lam": "penalty; give a regularizer, for example lk.L2(1e-4)"}.get(key, f"optimizer with {key}")
    raise ValueError(f"Trainer: there is a control {key!r}, but no {what}.")


def _sizes(hot: Hot, run: Run) -> Any:
    sizes = hot.options or [2**k for k in range(1, 10) if 2**k <= len(run.x)]
    sizes = sorted({*sizes, run.size})
    return choice(hot.label or "batch size", run.size, {str(n): n for n in sizes})


def _optimizers(hot: Hot, run: Run) -> Any:
    return choice(hot.label or "optimizer", run.optimizer, list(run.optimizers))


def _schedules(hot: Hot, run: Run) -> Any:
    options = hot.options or {name: recipe(run.max_steps) for name, recipe in SCHEDULES.items()}
    run.knobs["schedule"] = lambda run, name: setattr(run, "schedule", options[name])
    first = next((name for name, schedule in options.items() if schedule is run.schedule), next(iter(options)))
    run.knobs["schedule"](run, first)
    return choice(hot.label or "schedule", first, list(options))


def _patience(hot: Hot, run: Run) -> Any:
    if run.patient is None:
        raise ValueError("Trainer: there is a control 'patience', but no early stopping; give "
                         "stopping=lk.EarlyStopping(10).")
    return int_slider(hot.label or "patience", run.patient.patience, low=int(hot.low or 1), high=int(hot.high or 30))


MENUS = {"batch_size": _sizes, "optimizer": _optimizers, "schedule": _schedules, "patience": _patience}
