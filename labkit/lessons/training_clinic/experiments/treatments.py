"""Treatments: one ordinary control is set to another value. Some remove the cause, some only the symptom, most neither.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from labkit.checks import lookup
from labkit.fits import guard
from labkit.lessons.training_clinic.experiments.patients import Outcome, outcome
from labkit.lessons.training_clinic.experiments.recipe import WARDS, Recipe, changed

ENOUGH, HONEST = 0.95, 0.02
Treatment = Callable[[Recipe], Recipe]


def _set(values: dict[str, object]) -> Treatment:
    return lambda recipe: recipe._replace(**values)


def _rate(factor: float) -> Treatment:
    return lambda recipe: recipe._replace(lr=recipe.lr * factor)


TREATMENTS: Mapping[str, Treatment] = {
    "weights: draw anew (He, biases 0)": lambda recipe: recipe._replace(
        gain=1.0 if recipe.activation == "relu" else 0.5, last=0.1, equal=-1.0, bias=0.0),
    "activation: ReLU": _set({"activation": "relu"}),
    "rate: ÷ 30": _rate(1 / 30),
    "rate: ÷ 6": _rate(1 / 6),
    "rate: × 6": _rate(6),
    "rate: × 150": _rate(150),
    "schedule: to the end of the run": _set({"cosine_ends": 1.0}),
    "momentum: none": _set({"momentum": 0.0}),
    "momentum: 0.9": _set({"momentum": 0.9}),
    "weight decay: none": _set({"lam": 0.0}),
    "weight decay: λ = 0.03": _set({"lam": 0.03}),
    "updates: three times as many": lambda recipe: recipe._replace(updates=3 * recipe.updates),
    "early stopping": _set({"early_stopping": True}),
    "gradient: norm at most 1": _set({"clip": 1.0}),
    "optimizer: Adam": _set({"optimizer": "adam"}),
    "batch norm: in every layer": _set({"batch_norm": True}),
    "batches: 64, shuffled": _set({"batch": 64, "sorted": False}),
    "dropout: none": _set({"keep": 1.0, "rescaled": True, "always_drop": False}),
    "dropout: keep 0.8, rescaled, off in evaluation": _set({"keep": 0.8, "rescaled": True, "always_drop": False}),
    "pictures: prepare all alike": _set({"pixels": "standardised", "held_out": "alike", "hot": 1.0, "constant": 0.0}),
    "pictures: all the data": _set({"n_train": 4000, "missing": -1}),
    "pictures: take duplicates out": _set({"leak": 0.0}),
    "labels: label again": _set({"wrong": 0.0, "permuted": False, "recoded": 0}),
    "code: repair the backward pass": _set({"mean_loss": True, "sign": 1, "frozen": False, "zeroed": True}),
    "code: hand the logits to the loss": _set({"softmax_twice": False}),
    "evaluation: in evaluation mode": _set({"evaluation": "eval", "eval_batch": 1000, "eval_sorted": False,
                                            "always_drop": False}),
    "running averages: decay 0.9": _set({"decay_of_averages": 0.9}),
}
"""What can be ordered. Each is one control of the recipe, or one repair."""

CAUSE, SYMPTOM, NEITHER = "the cause", "a symptom", "neither"


class Treated(NamedTuple):
    """What came of a treatment: the accuracies of five networks, what healthy ones reach, whether that is success, and
    what was treated: the cause, a symptom or neither.
    """

    reported: float
    honest: float
    healthy: float
    success: bool
    of: str


@cache
def healthy_accuracy(ward: str) -> float:
    """What five healthy networks of a ward report on average."""
    return float(outcome(lookup(WARDS, ward, "healthy_accuracy: ward"), 0).reported.mean())


@cache
def trained(recipe: Recipe, seed: int) -> Outcome:
    """Five networks of a recipe; asked again, the same."""
    return outcome(recipe, seed)


def is_well(reported: float, honest: float, healthy: float) -> bool:
    """Both accuracies reach 95 % of a healthy one, and the report is no better than the honest one by 2 points."""
    return min(reported, honest) >= ENOUGH * healthy and reported <= honest + HONEST


def treat(sick: Recipe, ward: str, seed: int, names: Sequence[str], causes: Sequence[frozenset[str]]) -> Treated:
    """Change a sick recipe by these treatments, train five networks with it, and judge.

    Each of the causes is a set of ingredients; to treat it is to change one of them at least.
    """
    recipe = sick
    for name in names:
        recipe = lookup(TREATMENTS, name, "treat: treatment")(recipe)
    found, healthy, touched = trained(recipe, seed), healthy_accuracy(ward), changed(sick, recipe)
    reported, honest = float(found.reported.mean()), float(found.honest.mean())
    success = is_well(reported, honest, healthy)
    of = CAUSE if all(cause & touched for cause in causes) else SYMPTOM
    return Treated(reported, honest, healthy, success, of if success else NEITHER)


guard(__name__)
