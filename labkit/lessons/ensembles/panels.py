"""The panels of notebook 11: averages of errors, bootstrap samples and intervals, calibration, networks that vote."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from labkit.fits import guard
from labkit.lessons.ensembles.exercises.bootstrap import bootstrap
from labkit.lessons.ensembles.exercises.moments import predicted_error
from labkit.lessons.ensembles.exercises.soft_vote import soft_vote
from labkit.lessons.ensembles.experiments import (
    MEMBERS,
    MOST,
    SAMPLES,
    STATISTICS,
    bootstrap_sample,
    committee,
    ensemble_evaluation,
    foretold,
    intervals,
    own_committee,
    sureness,
)
from labkit.lessons.ensembles.figures import (
    CommitteePicture,
    ForetoldPicture,
    IntervalPicture,
    OwnCommitteePicture,
    ReliabilityPicture,
    SamplePicture,
)
from labkit.network import mlp
from labkit.widgets.controls import choice, int_slider, log_slider, slider
from labkit.widgets.explorer import Explorer, Target
from labkit.widgets.trainer import Trainer
from labkit.widgets.yours import driven

Pair = tuple[np.ndarray, np.ndarray]
MOST_EXAMPLES = 100


def committee_explorer(c: float = 0.5, k: int = 10, *, seed: int = 0, target: Target | None = None) -> Explorer:
    """Correlation c of the errors and number of models k → the error of their average.

    Ranges: c −0.3 to 1, k 1 to 30. A correlation below −1/(k − 1) is raised to it, and the picture says so.
    """
    controls = {
        "c": slider("correlation c", c, low=-0.3, high=1.0, steps=130, marks={"0": 0.0, "0.5": 0.5, "1": 1.0},
                    tooltip="of the errors of any two models"),
        "k": int_slider("models k", k, low=1, high=MOST),
    }

    def compute(**values: Any) -> Any:
        return committee(seed=seed, **values)

    return Explorer(controls, compute, CommitteePicture(), target=target)


def bootstrap_explorer(n: int = 10, draw: int = 1, *, seed: int = 0, target: Target | None = None) -> Explorer:
    """Number of examples n and number of the sample → which examples are drawn how often.

    Ranges: n 1 to 100, draw 1 to 40.
    """
    controls = {
        "n": int_slider("examples n", n, low=1, high=MOST_EXAMPLES),
        "draw": int_slider("draw", draw, low=1, high=40, tooltip="another sample of the same size"),
    }

    def compute(n: int, draw: int) -> Any:
        return bootstrap_sample(n, draw, seed=seed)

    return Explorer(controls, compute, SamplePicture(bootstrap_sample(n, seed=seed)), target=target)


def interval_explorer(n: int = 20, statistic: str = "mean", draw: int = 1, *, target: Target | None = None) -> Explorer:
    """Sample size, statistic, number of the sample → its bootstrap interval, and those of forty samples.

    Ranges: n 5 to 100, draw 1 to 40.
    """
    controls = {
        "n": int_slider("sample size n", n, low=5, high=100, step=5),
        "draw": int_slider("sample", draw, low=1, high=SAMPLES, tooltip="which of the forty is looked at"),
        "statistic": choice("statistic", statistic, list(STATISTICS)),
    }
    return Explorer(controls, intervals, IntervalPicture(SAMPLES), target=target)


def reliability_explorer(p: np.ndarray, y: np.ndarray, k: int = 1, temperature: float = 1.0, *,
                         target: Target | None = None) -> Explorer:
    """Number of networks averaged, temperature → how sure they are and how often right, on labels y (n,).

    p (members, n, classes) are their probabilities. Ranges: k 1 to the number of members, temperature 0.5 to 4.
    """
    controls = {
        "k": int_slider("networks k", k, low=1, high=len(p)),
        "temperature": log_slider("temperature T", temperature, low=0.5, high=4.0, steps=60, marks={"1": 1.0},
                                  tooltip="probabilities to the power 1/T: above 1 less sure"),
    }

    def compute(k: int, temperature: float) -> Any:
        return sureness(p, y, k, temperature)

    return Explorer(controls, compute, ReliabilityPicture(), target=target)


def ensemble_trainer(sizes: Sequence[int], train: Pair, validation: Pair, k: int = 5, **settings: Any) -> Trainer:
    """k networks on the same data, from different first weights; a thin line each, and a line for their ensemble.

    The number of networks, 1 to 9, is a build setting; `settings` are those of `Trainer`.
    """
    data = {"train": train, "members": validation, "ensemble": ensemble_evaluation(*validation)}
    return Trainer(lambda networks: mlp(sizes, seed=range(networks)), data,
                   build_settings={"networks": int_slider("networks", k, low=1, high=9)}, **settings)


# ------------------------------------------------------------------------------------------------ the student's own
@driven
def your_vote(vote: Callable[..., Any], k: int = 5, **settings: Any) -> Explorer:
    """Number of networks → how often they are right together, by the student's vote and by the soft vote."""
    return _own(bootstrap, vote, k, **settings)


@driven
def your_committee(draw: Callable[..., Any], vote: Callable[..., Any], k: int = 5, **settings: Any) -> Explorer:
    """The same, and each network has learned from a sample that the student's drawn, left_out = draw(n, rng) made.

    Ranges: k 1 to 15, samples 1 to 10. What an error leaves on the screen is the committee of labkit's functions.
    """
    return _own(draw, vote, k, **settings)


@driven
def your_prediction(f: Callable[..., Any], m: int = 5, *, errors: np.ndarray, **settings: Any) -> Explorer:
    """Number of networks that are measured, and which → the student's v, c, mse = f(errors, k) against all the others.

    errors (members, n). Ranges: 2 to 10 networks. What an error leaves on the screen is the prediction of labkit.
    """
    controls = {
        "m": int_slider("networks measured", m, low=2, high=10),
        "shift": int_slider("begin with network", 0, low=0, high=len(errors) - 1),
    }

    def compute(m: int, shift: int) -> Any:
        return foretold(f, errors, m, shift)

    labkits = foretold(predicted_error, errors, m)
    return Explorer(controls, compute, ForetoldPicture(len(errors) - 2), start=labkits, **settings)


def _own(draw: Callable[..., Any], vote: Callable[..., Any], k: int, *, target: Target | None = None) -> Explorer:
    controls = {
        "k": int_slider("networks k", k, low=1, high=MEMBERS, tooltip="the first k vote"),
        "samples": int_slider("samples", 1, low=1, high=10, tooltip="other samples; the networks are trained anew"),
    }

    def compute(k: int, samples: int) -> Any:
        return own_committee(draw, vote, k, seed=samples)

    labkits = own_committee(bootstrap, soft_vote, k, seed=1)
    return Explorer(controls, compute, OwnCommitteePicture(MEMBERS), target=target, start=labkits)


guard(__name__)
