"""Live settings: what may be turned while a run goes on, and acts on its next step.

Nobody keeps a list of them: every hyperparameter that a part of the run declares is one. The parts come in families,
the optimizers, the penalty, the layers; a name belongs to the first family in which somebody declares it.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from labkit.checks import check_int, lookup
from labkit.convolution import LAYERS
from labkit.doors import nearest
from labkit.network import Network
from labkit.optimizers import OPTIMIZERS, Optimizer
from labkit.parts import check_callable, check_schedule
from labkit.regularizers import REGULARIZERS
from labkit.schedules import Schedule
from labkit.settings import Fixed, Setting, declared
from labkit.training import Batches, EarlyStopping, Regularizer

Array = np.ndarray
SYMBOLS = {"batch_size": "batch", "optimizer": ""}
"""How the settings that are no hyperparameters begin in the history."""
KINDS = OPTIMIZERS | REGULARIZERS | LAYERS
TURNED = {name for kind in KINDS.values() for name in declared(kind)} | {"batch_size", "patience"}
"""Settings that a run has, but not as an attribute: to set one would do nothing."""


class BatchSize(Setting):
    """Examples per batch, of the next one on."""

    def __set__(self, instance: Any, value: Any) -> None:
        super().__set__(instance, value)
        if hasattr(instance, "batches"):
            instance.batches.size = instance.size


class LiveSettings:
    """The side of a run that is steered. `setters` are those that set more than a hyperparameter; a panel may add some.

    `opt` is the optimizer in use, one of `optimizers`.
    """

    opt: Optimizer
    optimizers: dict[str, Optimizer]
    regularizer: Regularizer | None
    net: Network
    batches: Batches
    size = BatchSize(check_int)
    max_steps = Fixed(check_int)
    schedule = Setting(check_callable)
    early_stopping: EarlyStopping | None  # as it was given
    stopping: EarlyStopping | None        # its copy, which watches this run
    setters: dict[str, Callable[[Any, Any], None]]
    _changed: dict[str, Any]

    _made = False  # from then on it gets no new attributes

    def __setattr__(self, name: str, value: Any) -> None:
        unknown = self._made and name[:1] != "_" and not hasattr(self, name)
        if name in TURNED or unknown:
            near = [name] if name in TURNED else nearest(name, list(self.known_settings()))
            hint = "".join(f"; turn it: run.turn({one!r}, {value!r})" for one in near)
            raise AttributeError(f"Run has no attribute {name}{hint}.")
        super().__setattr__(name, value)

    def apply(self, name: str, value: Any) -> None:
        """Set the hyperparameter `name` of every part that has it, or call its setter. No mark, and no memory of it."""
        if name in self.setters:
            self._made = False  # one of your own may give the run something new
            try:
                self.setters[name](self, value)
            finally:
                self._made = True
            return
        owners = self.owners(name)
        if self.belongs_to_optimizer(name):
            if self.opt not in owners:
                raise ValueError(f"Run: {type(self.opt).__name__} has no {name}.")
            owners = [self.opt]
        for owner in owners:
            setattr(owner, name, value)

    def owners(self, name: str) -> list[Any]:
        """The parts that have the hyperparameter `name`: the optimizers, the one in use first, the penalty, or layers.

        Raises ValueError if there are none: which kind of part would have it, or else which name is the nearest.
        """
        found = ([part for part in family if name in declared(type(part))] for family in self._families())
        if owners := next(filter(None, found), []):
            return owners
        known = self.known_settings()
        if kinds := [kind for kind, cls in KINDS.items() if name in declared(cls)]:
            raise ValueError(f"Run: {name} is a setting of {' or '.join(kinds)}, and this run has no such part; build "
                             f"it with one. What can be set here: {', '.join(known)}.")
        return lookup(known, name, "Run: live setting")

    def known_settings(self) -> dict[str, None]:
        """The names of all that can be turned, in their order."""
        known = dict.fromkeys(n for family in self._families() for part in family for n in declared(type(part)))
        return known | dict.fromkeys(self.setters)

    def _families(self) -> Sequence[Sequence[Any]]:
        others = [opt for opt in self.optimizers.values() if opt is not self.opt]
        return [self.opt, *others], [self.regularizer], self.net.layers

    def belongs_to_optimizer(self, name: str) -> bool:
        """Whether it is a hyperparameter of one of the optimizers: each has its own value, and keeps it at a reset."""
        return name not in self.setters and any(name in declared(type(opt)) for opt in self.optimizers.values())

    def setting_label(self, name: str, value: Any) -> str:
        """A setting in few words, by the symbol that its owner declares: "lr 0.25", "batch 32", "Adam"."""
        symbol = SYMBOLS.get(name, name.replace("_", " "))
        if name not in self.setters:
            symbol = declared(type(self.owners(name)[0]))[name].symbol
        text = f"{value:.3g}" if isinstance(value, float) else str(value) if isinstance(value, int | str) else ""
        return f"{symbol} {text}".strip()

    @property
    def optimizer(self) -> str:
        """The name of the optimizer in use."""
        return next(name for name, opt in self.optimizers.items() if opt is self.opt)


class CurrentSettings:
    """Optimizer, schedule and penalty of a run as they are at this moment, so that all can be exchanged meanwhile."""

    def __init__(self, run: LiveSettings) -> None:
        self.run = run

    @property
    def lr(self) -> float | Array:
        return self.run.opt.lr

    def step(self, theta: Array, grad: Array, scale: float = 1.0) -> None:
        self.run.opt.step(theta, grad, scale)

    def scale(self, step: int) -> float:
        return 1.0 if self.run.schedule is None else self.run.schedule(step)

    def add_gradient(self, theta: Array, grad: Array) -> None:
        if self.run.regularizer is not None:
            self.run.regularizer.add_gradient(theta, grad)


# ------------------------------------------------------------------------------------------------ more than one number
def _set_optimizer(run: LiveSettings, name: str) -> None:
    opt = lookup(run.optimizers, name, "Run: optimizer")
    if opt is not run.opt:
        opt.reset()
        run.opt = opt


def _set_batch_size(run: LiveSettings, value: int) -> None:
    run.size = check_int("Run", "batch_size", value)


def _set_schedule(run: LiveSettings, schedule: Schedule | None) -> None:
    run.schedule = check_schedule("Run", schedule)


def _set_patience(run: LiveSettings, value: int) -> None:
    value = check_int("Run", "patience", value)
    if run.early_stopping is None:
        raise ValueError("Run: patience is a setting of early stopping, and this run has none; build it with "
                         "early_stopping=lk.EarlyStopping(10).")
    for stopping in (run.early_stopping, run.stopping):
        if stopping is not None:
            stopping.patience = value


SETTERS: Mapping[str, Callable[[Any, Any], None]] = MappingProxyType(
    {"optimizer": _set_optimizer, "batch_size": _set_batch_size, "schedule": _set_schedule, "patience": _set_patience})
