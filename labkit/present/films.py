"""The films of the course: for the trainers that are on slides, the takes that the lecturer's notes speak of."""

from collections.abc import Mapping
from typing import Any

from labkit.present.film import Film, Take

FILMS: Mapping[str, Film] = {
    "00": Film((Take("learning rate 0.01"), Take("0.1 from step 600", {600: {"lr": 0.1}}),
                Take("1 from step 600", {600: {"lr": 1.0}}), Take("learning rate 0.0001", {0: {"lr": 1e-4}}))),
    "04": Film((Take("gradient descent"), Take("Adam", {0: {"optimizer": "Adam"}}),
                Take("Adam from step 400", {400: {"optimizer": "Adam"}})), last=1200),
    "05": Film((Take("learning rate 0.01"), Take("1 from step 600", {600: {"lr": 1.0}}),
                Take("1, then 0.1 from step 1500", {0: {"lr": 1.0}, 1500: {"lr": 0.1}}),
                Take("100 from step 600", {600: {"lr": 100.0}}))),
    "06": Film((Take("rate 0.05, without batch norm"), Take("rate 0.5 from step 100, without", {100: {"lr": 0.5}}),
                Take("rate 0.5, with batch norm", {0: {"batch_norm": True, "lr": 0.5}}),
                Take("batches of 2, with batch norm", {0: {"batch_norm": True, "batch_size": 2}}),
                Take("first weights std 0.01, without", {0: {"start": "std 0.01"}}))),
    "07": Film((Take("no penalty"), Take("L2, λ = 0.01", {0: {"lam": 0.01}}),
                Take("L2, λ = 0.01 from step 600", {600: {"lam": 0.01}}),
                Take("L2, λ = 0.3 from step 600", {600: {"lam": 0.3}}))),
    "08": Film((Take("patience 5"), Take("patience 5, and on without it", goes_on=True),
                Take("patience 1", {0: {"patience": 1}}), Take("learning rate 0.03", {0: {"lr": 0.03}}))),
    "09": Film((Take("nothing is changed"), Take("shift 3 from step 1000", {1000: {"shift": 3}}),
                Take("shift 6 from step 1000", {1000: {"shift": 6}}))),
    "10": Film((Take("keep 0.95"), Take("keep 0.5", {0: {"keep": 0.5}}),
                Take("keep 0.5 from step 500", {500: {"keep": 0.5}}), Take("keep 0.1", {0: {"keep": 0.1}}))),
    "11": Film((Take("five networks"), Take("nine networks", {0: {"networks": 9}}))),
    "12": Film((Take("nothing against it"), Take("noise 0.6 on the inputs", {0: {"sigma": 0.6}}),
                Take("noise 2 on the inputs", {0: {"sigma": 2.0}}), Take("smoothing 0.5", {0: {"eps": 0.5}}),
                Take("wrong labels drawn anew", {0: {"fresh": True}}))),
}
"""By the number of the notebook: the film of each of its trainers on a slide."""

FRAMES: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("01", "saturation_explorer"): {"activation": ["sigmoid", "tanh", "relu"], "std": 11, "mean": 3},
    ("01", "zigzag_explorer"): {"offset": 9, "batch": 7},
    ("02", "pca_explorer"): {"k": 16},
    ("02", "whitening_explorer"): {"eps": 13},
    ("06", "norm_explorer"): {"point": 11, "gamma": 4, "mode": ["training", "evaluation"]},
    ("07", "polynomial_explorer"): {"lam": 11, "n": 2},
    ("07", "path_explorer"): {"lam": 13},
    ("07", "tangency_explorer"): {"lam": 9, "angle": 4},
    ("07", "prior_explorer"): {"p": 13},
    ("07", "decay_explorer"): {"ratio": 7},
    ("07", "confidence_explorer"): {"c": 11, "distance": 2},
    ("07", "descent_explorer"): {"lam": 13},
    ("08", "patience_explorer"): {"noise": 4, "patience": 15},
    ("10", "dropout_explorer"): {"keep": 9, "draw": 3},
    ("11", "bootstrap_explorer"): {"n": 13, "draw": 4},
    ("12", "copies_explorer"): {"copies": 13, "sigma": 3},
}
"""By the number of the notebook and the function that makes the panel: what is drawn where a second control carries the
story, in the place of what the cell's metadata say.
"""
