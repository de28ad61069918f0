"""What can stand beside the curves of a training run: a name, how to read it off the run, how to draw it.

`VIEWS` show what the network answers, `INSTRUMENTS` what happens inside it. More of either: `Gauge(…)`.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from labkit.checks import lookup
from labkit.figures.instruments import Histograms, RateTrack, Shares, Track, WeightHistogram
from labkit.figures.layerwise import view_of
from labkit.figures.trainer import Part
from labkit.figures.views import Plane, PlaneView, Predictions, PredictionView
from labkit.layers import Elementwise
from labkit.network import Network
from labkit.runs import Run
from labkit.runs.readings import (
    activations,
    dead_shares,
    gradient_norms,
    grid_over,
    predict_proba,
    regions,
    update_ratios,
    weight_values,
)

PROBE = 256
"""So many training examples are sent through the network for the histograms."""


class Gauge(NamedTuple):
    """`read(run)` gives what the part that `build(ax)` makes is updated with, or None when there is nothing to show."""

    label: str
    read: Callable[[Run], Any]
    build: Callable[[Any], Part]


# ------------------------------------------------------------------------------------------------ instruments
def _name(run: Run) -> str:
    """The first activation's; empty for a linear network, in which there is nothing to read."""
    return next((layer.activation.name for layer in run.net.layers if isinstance(layer, Elementwise)), "")


def _activations(run: Run) -> Any:
    view = view_of(_name(run))
    found = activations(run.net, run.x[:PROBE], view.low, view.high, bins=view.bins) if _name(run) else None
    return found and (_name(run), found)


def _dead(run: Run) -> Any:
    return dead_shares(run.net, run.x) if _name(run) else None


def _next(run: Run) -> Network | None:
    """What the first step is going to lead to; what fails in it is said when it is really done."""
    try:
        return run.trial()
    except Exception:
        return None


def _gradients(run: Run) -> Any:
    net = run.net if run.steps else _next(run)
    return None if net is None else gradient_norms(net)


def _updates(run: Run) -> Any:
    last = run.steps and run.previous_theta is not None  # else nobody watched the last step: then the next one
    before, net = (run.previous_theta, run.net) if last else (run.net.theta, _next(run))
    return None if before is None or net is None else update_ratios(net, before)


def _rate(run: Run) -> Any:
    first = run.opt.lr * (1.0 if run.schedule is None else run.schedule(0))
    return run.rates[:run.steps] if run.steps else np.reshape(first, (1, -1)), run.max_steps


INSTRUMENTS = {
    "activations": Gauge("activations", _activations, Histograms),
    "gradients": Gauge("gradients", _gradients, lambda ax: Track(ax, "Gradient norm")),
    "updates": Gauge("updates", _updates, lambda ax: Track(ax, "Update / weight", usual=1e-3, decades=(-5.0, 0.0))),
    "dead units": Gauge("dead units", _dead, lambda ax: Shares(ax, "Dead units")),
    "weights": Gauge("weights", lambda run: weight_values(run.net), WeightHistogram),
    "rate": Gauge("rate", _rate, RateTrack),
}


# ------------------------------------------------------------------------------------------------ views
def plane() -> Gauge:
    """The regions of the classes in the plane of two features, with the training points."""
    known: dict[str, Any] = {}

    def read(run: Run) -> Plane:
        if known.get("x") is not run.x:
            known.update(x=run.x, y=run.y, grid=grid_over(run.x))
        return Plane(*regions(run.net, *known["grid"]), run.x, run.y)

    return Gauge("plane", read, PlaneView)


def samples(names: Sequence[str] | None = None, *, of: str = "validation", count: int = 9) -> Gauge:
    """The network's answers to the first `count` examples of one data set (the training set if there is no such).

    Square numbers of features of 64 and more are drawn as pictures, others as curves.
    """
    known: dict[str, Any] = {}

    def read(run: Run) -> Predictions:
        x, y = run.sets.get(of, (run.x, run.y))
        if known.get("x") is not x:
            side = round(x.shape[1] ** 0.5)
            shape = (side, side) if side * side == x.shape[1] and side >= 8 else (x.shape[1],)
            known.update(x=x, examples=x[:count].reshape(-1, *shape))
        p = predict_proba(run.net, x[:count])
        answers = [str(c) if names is None else names[c] for c in p.argmax(axis=-1)]
        truth = [str(c) if names is None else names[c] for c in y[:count]]
        return Predictions(known["examples"], truth, answers, p.max(axis=-1))

    return Gauge("samples", read, PredictionView)


VIEWS: dict[str, Callable[[], Gauge]] = {"plane": plane, "samples": samples}


def view_for(view: str | Gauge | None, run: Run) -> Gauge | None:
    """A view by its name; "auto" is the plane for two features, samples for more, none if there are no classes."""
    if view == "auto":
        view = None if not run.classifies else "plane" if run.x.shape[1] == 2 else "samples"
    return lookup(VIEWS, view, "Trainer: view")() if isinstance(view, str) else view
