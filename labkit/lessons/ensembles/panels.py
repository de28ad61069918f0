"""The panels of notebook 11: correlated errors averaged, a bootstrap sample, networks that vote while they learn."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from labkit.lessons.ensembles.experiments import MOST, bootstrap_sample, committee, ensemble_evaluation
from labkit.lessons.ensembles.figures import CommitteePicture, SamplePicture
from labkit.network import mlp
from labkit.widgets.controls import int_slider, slider
from labkit.widgets.explorer import Explorer, Target
from labkit.widgets.trainer import Trainer

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
