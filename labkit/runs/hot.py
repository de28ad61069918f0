"""Hot settings: what may be turned while a run goes on, and acts on its next step.

`KNOBS[name](run, value)` turns one. A run has its own table, so that a notebook can add knobs.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from labkit.checks import lookup
from labkit.layers import Dropout
from labkit.schedules import Schedule

if TYPE_CHECKING:
    from labkit.runs.run import Run

Knob = Callable[["Run", Any], None]
SHORT = {"batch_size": "batch", "lam": "λ", "optimizer": "", "weight_decay": "decay"}


def _hyperparameter(name: str) -> Knob:
    def turn(run: "Run", value: Any) -> None:
        if not hasattr(type(run.opt), name):
            raise ValueError(f"Run: {type(run.opt).__name__} has no {name}.")
        setattr(run.opt, name, value)
    return turn


def _set_optimizer(run: "Run", name: str) -> None:
    opt = lookup(run.optimizers, name, "Run: optimizer")
    if opt is not run.opt:
        opt.reset()
        run.opt = opt


def _set_size(run: "Run", value: int) -> None:
    run.batches.size = value
    run.size = value


def _set_schedule(run: "Run", schedule: Schedule | None) -> None:
    run.schedule = schedule


def _set_patience(run: "Run", value: int) -> None:
    for stopping in (run.patient, run.stopping):
        if stopping is not None:
            stopping.patience = value


def set_keep(run: "Run", value: float) -> None:
    """Every dropout layer keeps this share of its units."""
    layers = [layer for layer in run.net.layers if isinstance(layer, Dropout)]
    if not layers:
        raise ValueError("Run: keep was set, but the network has no Dropout layer; build it with keep below 1, for "
                         "example mlp(…, keep=0.8).")
    for layer in layers:
        layer.keep = value


def set_lam(run: "Run", value: float) -> None:
    """The strength λ of the penalty."""
    if run.regularizer is None:
        raise ValueError("Run: lam was set, but there is no penalty; give a regularizer, for example lk.L2(1e-4).")
    run.regularizer.lam = value


LASTING: dict[str, Knob] = {
    **{name: _hyperparameter(name) for name in ("lr", "momentum", "rho", "beta1", "beta2", "eps", "weight_decay")},
    "optimizer": _set_optimizer, "batch_size": _set_size, "schedule": _set_schedule, "patience": _set_patience,
}
"""They turn what a reset leaves alone."""
KNOBS: dict[str, Knob] = LASTING | {"keep": set_keep, "lam": set_lam}


def said(name: str, value: Any) -> str:
    """A setting in few words.

    >>> said("lr", 0.25), said("batch_size", 32), said("optimizer", "Adam")
    ('lr 0.25', 'batch 32', 'Adam')
    """
    text = f"{value:.3g}" if isinstance(value, float) else str(value) if isinstance(value, int | str) else ""
    return f"{SHORT.get(name, name.replace('_', ' '))} {text}".strip()
