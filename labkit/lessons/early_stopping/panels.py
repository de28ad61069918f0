"""The panels of notebook 08: wrong labels, patience and noise, a run that is stopped, a bowl with two ways down."""

from collections.abc import Callable
from typing import Any

from labkit.checks import POSITIVE, check_int, in_range
from labkit.fits import guard
from labkit.lessons.early_stopping.exercises import stop_early
from labkit.lessons.early_stopping.experiments.recorded import (
    EVERY,
    STEPS,
    OwnEnd,
    WrongLabels,
    noisy_fashion,
    own_end,
    what_is_kept,
    wrong_labels,
)
from labkit.lessons.early_stopping.experiments.stopping import (
    EVALUATIONS,
    MOST_PATIENT,
    Bowl,
    OwnPatience,
    Patience,
    bowl,
    own_patience,
    try_patience,
)
from labkit.lessons.early_stopping.figures import (
    BowlPicture,
    Kept,
    OwnEndPicture,
    OwnPatiencePicture,
    PatiencePicture,
    WrongLabelsPicture,
)
from labkit.network import mlp
from labkit.optimizers import Adam
from labkit.regularizers import L2
from labkit.training import EarlyStopping
from labkit.widgets.controls import choice, int_slider, log_slider, slider
from labkit.widgets.explorer import Explorer, Target
from labkit.widgets.gauges import Gauge
from labkit.widgets.live import Live
from labkit.widgets.trainer import Trainer
from labkit.widgets.yours import driven

WEAKEST, STRONGEST = 1e-3, 10.0
"""Ends of the penalty's slider."""
NOISE = 0.3
LABELS = {"30 % wrong": NOISE, "clean": 0.0}


def patience_explorer(patience: int = 1, noise: float = 0.03, draw: int = 0, *,
                      target: Target | None = None) -> Explorer:
    """Patience, noise of an evaluation, random draw → where a run is stopped and which evaluation is kept.

    Ranges: patience 1 to 30, noise 0 to 0.2, draw 0 to 19.
    """
    def compute(noise: float, patience: int, draw: int) -> Patience:
        return try_patience(patience, noise, draw=draw)

    return Explorer(_patience_controls(patience, noise, draw), compute, PatiencePicture(EVALUATIONS, MOST_PATIENT),
                    target=target)


@driven
def your_patience(f: Callable[..., Any], patience: int = 5, noise: float = 0.03, draw: int = 0, *,
                  target: Target | None = None) -> Explorer:
    """The same, with the student's best, count = f(evaluations, patience) at the stop, beside labkit's rule.

    What an error leaves on the screen is the stop of labkit's solution.
    """
    def compute(noise: float, patience: int, draw: int) -> OwnPatience:
        return own_patience(f, patience, noise, draw=draw)

    labkits = own_patience(stop_early, patience, noise, draw=draw)
    return Explorer(_patience_controls(patience, noise, draw), compute, OwnPatiencePicture(EVALUATIONS, MOST_PATIENT),
                    target=target, start=labkits)


@driven
def your_end(f: Callable[..., Any], patience: int = 5, labels: str = "30 % wrong", *,
             target: Target | None = None) -> Explorer:
    """Patience, labels → where the student's θ, count = f(evaluations, patience) ends a real run, and what that
    network is worth on test pictures, beside labkit's rule.
    """
    controls = {"patience": int_slider("patience", patience, low=1, high=MOST_PATIENT),
                "labels": choice("training labels", labels, list(LABELS))}

    def compute(patience: int, labels: str) -> OwnEnd:
        return own_end(f, patience, LABELS[labels])

    return Explorer(controls, compute, OwnEndPicture(), target=target,
                    start=own_end(stop_early, patience, LABELS[labels]))


def wrong_labels_explorer(step: int = 0, draw: int = 0, *, target: Target | None = None) -> Explorer:
    """Step of a real run, random draw → what the network says to twelve training pictures whose labels are wrong.

    Ranges: step 0 to 800, in steps of 20; draw 0 to 19. The run is trained once.
    """
    controls = {
        "step": int_slider("step", step, low=0, high=STEPS, step=EVERY),
        "draw": int_slider("draw", draw, low=0, high=19, tooltip="twelve other pictures"),
    }

    def compute(step: int, draw: int) -> WrongLabels:
        return wrong_labels(step, draw, noise=NOISE)

    return Explorer(controls, compute, WrongLabelsPicture(), target=target)


def _patience_controls(patience: int, noise: float, draw: int) -> dict[str, Any]:
    return {
        "noise": slider("noise of an evaluation", noise, low=0.0, high=0.2, steps=40,
                        tooltip="the smaller the validation set, the larger"),
        "patience": int_slider("patience", patience, low=1, high=MOST_PATIENT),
        "draw": int_slider("draw", draw, low=0, high=19, tooltip="another run of the same kind"),
    }


def bowl_explorer(tau: int = 100, lr: float = 0.1, kappa: float = 10.0, *, target: Target | None = None) -> Explorer:
    """Steps τ, rate α, penalty λ, condition number κ → gradient descent that is stopped, and ridge, in one bowl.

    Ranges: τ 1 to 300, α 0.01 to 1, λ 0.001 to 10 with a mark at 1/(τα), κ 1 to 100.
    """
    tau, lr = check_int("bowl_explorer", "tau", tau), in_range("bowl_explorer", "lr", lr, POSITIVE)
    controls = {
        "lr": log_slider("learning rate α", lr, low=0.01, high=1.0),
        "lam": log_slider("penalty λ", within_reach(1 / (tau * lr)), low=WEAKEST, high=STRONGEST, within=L2.lam,
                          marks=marks(tau, lr)),
        "kappa": log_slider("condition number κ", kappa, low=1.0, high=100.0,
                            tooltip="how many times as steep the steep direction is"),
        "tau": int_slider("steps τ", tau, low=1, high=300),
    }

    def follow(change: object) -> None:
        controls["lam"].marks = marks(controls["tau"].value, controls["lr"].value)

    for name in ("tau", "lr"):
        controls[name].observe(follow, "value")

    def compute(lr: float, lam: float, kappa: float, tau: int) -> Bowl:
        return bowl(tau, lr, lam, kappa=kappa)

    return Explorer(controls, compute, BowlPicture(), target=target)


def marks(tau: int, lr: float) -> dict[str, float]:
    """The penalty that corresponds to τ steps at rate α, where the slider has it."""
    return {"1/(τα)": within_reach(1 / (tau * lr))}


def within_reach(lam: float) -> float:
    """λ, or the end of the slider that is nearest to it."""
    return min(max(lam, WEAKEST), STRONGEST)


# ------------------------------------------------------------------------------------------------ the trainer
def stopping_trainer(patience: int = 5, noise: float = 0.3, *, hidden: int = 64, lr: float = 3e-3, seed: int = 0,
                     size: int = 100, max_steps: int = 800, eval_every: int = 20, **settings: Any) -> Trainer:
    """A network on 2000 pictures of clothes, watched by the validation loss; patience acts at once, label noise anew.

    After the stop, play goes on without it, to see what would have happened. `settings` are those of `Trainer`.
    """
    kept = Gauge("kept", what_is_kept, Kept)
    return Trainer(lambda: mlp([784, hidden, 10], seed=seed), noisy_fashion, optimizer=Adam(lr), size=size,
                   early_stopping=EarlyStopping(patience), eval_every=eval_every, eval_size=1000, max_steps=max_steps,
                   controls=["patience", Live("lr", low=1e-4, high=0.1)], view=None,
                   build_settings={"noise": slider("label noise", noise, low=0.0, high=0.4, steps=40)},
                   instruments=[kept, "weights", "dead units"], on=["kept"], **settings)


guard(__name__)
