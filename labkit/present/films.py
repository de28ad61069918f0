"""The films of the course: for the trainers that are on slides, the takes that the lecturer's notes speak of."""

from collections.abc import Mapping
from typing import Any

from labkit.present.film import Film, Take


def _rates(*rates: float) -> dict[str, float]:
    """The handles of a drawn schedule."""
    return dict(zip(("start", "quarter", "half", "three_quarters", "end"), rates, strict=True))


FILMS: Mapping[tuple[str, str], Film] = {
    ("00", "Trainer"): Film((Take("learning rate 0.01"), Take("0.1 from step 600", {600: {"lr": 0.1}}),
                Take("1 from step 600", {600: {"lr": 1.0}}), Take("learning rate 0.0001", {0: {"lr": 1e-4}}))),
    ("04", "Trainer"): Film((Take("gradient descent"), Take("Adam", {0: {"optimizer": "Adam"}}),
                Take("Adam from step 400", {400: {"optimizer": "Adam"}})), last=1200),
    ("05", "Trainer"): Film((Take("learning rate 0.01"), Take("1 from step 600", {600: {"lr": 1.0}}),
                Take("1, then 0.1 from step 1500", {0: {"lr": 1.0}, 1500: {"lr": 0.1}}),
                Take("100 from step 600", {600: {"lr": 100.0}}))),
    ("05", "schedule_drawer"): Film((
        Take("0.4 throughout"), Take("0.4, falling to 0.01", {0: _rates(0.4, 0.4, 0.2, 0.05, 0.01)}),
        Take("up to 0.8, then down", {0: _rates(0.05, 0.8, 0.4, 0.1, 0.01)}),
        Take("2 throughout", {0: _rates(2.0, 2.0, 2.0, 2.0, 2.0)}))),
    ("06", "norm_trainer"): Film((
        Take("rate 0.05, without batch norm"), Take("rate 0.5 from step 100, without", {100: {"lr": 0.5}}),
                Take("rate 0.5, with batch norm", {0: {"batch_norm": True, "lr": 0.5}}),
                Take("batches of 2, with batch norm", {0: {"batch_norm": True, "batch_size": 2}}),
                Take("first weights std 0.01, without", {0: {"start": "std 0.01"}}))),
    ("07", "penalty_trainer"): Film((Take("no penalty"), Take("L2, λ = 0.01", {0: {"lam": 0.01}}),
                Take("L2, λ = 0.01 from step 600", {600: {"lam": 0.01}}),
                Take("L2, λ = 0.3 from step 600", {600: {"lam": 0.3}}))),
    ("08", "stopping_trainer"): Film((Take("patience 5"), Take("patience 5, and on without it", goes_on=True),
                Take("patience 1", {0: {"patience": 1}}), Take("learning rate 0.03", {0: {"lr": 0.03}}))),
    ("09", "augmentation_trainer"): Film((
        Take("nothing is changed"), Take("shift 3 from step 1000", {1000: {"shift": 3}}),
                Take("shift 6 from step 1000", {1000: {"shift": 6}}))),
    ("10", "Trainer"): Film((Take("keep 0.95"), Take("keep 0.5", {0: {"keep": 0.5}}),
                Take("keep 0.5 from step 500", {500: {"keep": 0.5}}), Take("keep 0.1", {0: {"keep": 0.1}}))),
    ("11", "ensemble_trainer"): Film((Take("five networks"), Take("nine networks", {0: {"networks": 9}}))),
    ("12", "noise_trainer"): Film((Take("nothing against it"), Take("noise 0.6 on the inputs", {0: {"sigma": 0.6}}),
                Take("noise 2 on the inputs", {0: {"sigma": 2.0}}), Take("smoothing 0.5", {0: {"eps": 0.5}}),
                Take("wrong labels drawn anew", {0: {"fresh": True}}))),
}
"""By the number of the notebook and the function that makes the trainer: its film, if it is on a slide."""

FRAMES: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("01", "saturation_explorer"): {"activation": ["sigmoid", "tanh", "relu"], "std": 11, "mean": 3},
    ("01", "zigzag_explorer"): {"offset": 9, "batch": 7},
    ("02", "cloud_explorer"): {"at": 21, "route": ["rotate, then scale", "normalise first"]},
    ("02", "pca_explorer"): {"k": 14},
    ("02", "whitening_explorer"): {"eps": 11},
    ("02", "epsilon_explorer"): {"eps": 9},
    ("04", "optimizer_explorer"): {"lr": 13, "landscape": ["ravine", "tilted ravine", "saddle", "near a saddle"]},
    ("05", "rate_explorer"): {"lr": 21, "curvature": 3},
    ("06", "norm_explorer"): {"point": 11, "gamma": 4, "mode": ["training", "evaluation"]},
    ("07", "polynomial_explorer"): {"lam": 11, "n": 2},
    ("07", "path_explorer"): {"lam": 13},
    ("07", "tangency_explorer"): {"lam": 9, "angle": 4},
    ("07", "prior_explorer"): {"p": 9, "share": 3},
    ("07", "decay_explorer"): {"ratio": 7},
    ("07", "confidence_explorer"): {"c": 11, "distance": 2},
    ("07", "descent_explorer"): {"lam": 13},
    ("08", "patience_explorer"): {"noise": 4, "patience": 15},
    ("08", "bowl_explorer"): {"tau": 9, "lam": 5},
    ("09", "photo_explorer"): {"recipe": ["as taken", "a careless photographer", "too much", "mixup"], "draw": 2},
    ("10", "dropout_explorer"): {"keep": 9, "draw": 3},
    ("10", "averages_explorer"): {"k": 9, "network": ["linear", "one hidden layer", "two hidden layers"]},
    ("11", "reliability_explorer"): {"k": 6, "temperature": 4},
    ("11", "bootstrap_explorer"): {"n": 13, "draw": 4},
    ("12", "copies_explorer"): {"copies": 13, "sigma": 3},
}
"""By the number of the notebook and the function that makes the panel: what is drawn where a second control carries the
story, in the place of what the cell's metadata say.
"""
