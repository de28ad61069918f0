"""The panels of notebook 11: averages of correlated errors, a bootstrap sample, networks that vote."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from labkit.lessons.ensembles.exercises.bootstrap import bootstrap
from labkit.lessons.ensembles.exercises.soft_vote import soft_vote
from labkit.lessons.ensembles.experiments import (
    MEMBERS,
    MOST,
    bootstrap_sample,
    committee,
    ensemble_evaluation,
    own_committee,
)
from labkit.lessons.ensembles.figures import CommitteePicture, OwnCommitteePicture, SamplePicture
from labkit.network import mlp
from labkit.widgets.controls import int_slider, slider
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


def _own(draw: Callable[..., Any], vote: Callable[..., Any], k: int, *, target: Target | None = None) -> Explorer:
    controls = {
        "k": int_slider("networks k", k, low=1, high=MEMBERS, tooltip="the first k vote"),
        "samples": int_slider("samples", 1, low=1, high=10, tooltip="other samples; the networks are trained anew"),
    }

    def compute(k: int, samples: int) -> Any:
        return own_committee(draw, vote, k, seed=samples)

    labkits = own_committee(bootstrap, soft_vote, k, seed=1)
    return Explorer(controls, compute, OwnCommitteePicture(MEMBERS), target=target, start=labkits)
