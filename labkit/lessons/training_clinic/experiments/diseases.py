"""Diseases: named ways to change one ingredient of a healthy recipe, each with its range of severities.

What is dull, lucky or misleading was left out: a frozen last layer (78 % without it), ReLU on the outputs (as bad as
chance will have it), test pictures standardised by themselves (harmless here), a wrong sign in a middle layer (healthy
at one seed, dead at the next), a third of the labels wrong (hardly visible).
"""

import zlib
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from labkit.checks import SHARE, check_int, in_range, lookup
from labkit.fits import guard
from labkit.lessons.training_clinic.experiments.recipe import WARDS, Recipe, changed

START, TRAINING, DATA, CODE = "the start", "the training", "the data", "the code"
GROUPS = (START, TRAINING, DATA, CODE)


class Disease(NamedTuple):
    """One changed ingredient, spoil(recipe, s), whose severity s is between `mild` and `severe`, on a log scale if both
    are positive. `sign` is what would have told, as (instrument, in words); `cure` the treatment of the cause. Level 1
    shows itself in one look, level 2 hides behind a symptom that others share.
    """

    group: str
    level: int
    spoil: Callable[[Recipe, float], Recipe]
    mild: float
    severe: float
    what: str
    sign: tuple[str, str]
    cure: str
    ward: str = "plain"

    def severity(self, share: float) -> float:
        """From mild (0) to severe (1)."""
        share = in_range("Disease.severity", "share", share, SHARE)
        if self.mild > 0 and self.severe > 0:
            return float(self.mild * (self.severe / self.mild) ** share)
        return float(self.mild + (self.severe - self.mild) * share)


def _with(*names: str) -> Callable[[Recipe, float], Recipe]:
    """These ingredients become the severity."""
    return lambda recipe, s: recipe._replace(**dict.fromkeys(names, s))


def _set(values: dict[str, object]) -> Callable[[Recipe, float], Recipe]:
    """These ingredients become these values, whatever the severity."""
    return lambda recipe, s: recipe._replace(**values)


DISEASES: dict[str, Disease] = {
    # -------------------------------------------------------------------------------- the start
    "weights too small": Disease(
        START, 2, _with("gain", "last"), 0.1, 0.05, "all weights start at a tenth of He's std, or less",
        ("inside, at the start", "the signal shrinks from layer to layer"), "weights: draw anew (He, biases 0)"),
    "weights too large": Disease(
        START, 1, _with("gain", "last"), 2.0, 6.0, "all weights start at twice He's std, or more",
        ("inside, at the start", "the signal grows from layer to layer, and the first loss is far above ln 10"),
        "weights: draw anew (He, biases 0)"),
    "weights all equal": Disease(
        START, 2, _with("equal"), 0.002, 0.004, "all weights start at the same small number",
        ("inside, at the start", "all units of a layer do the same: their distance is 0"),
        "weights: draw anew (He, biases 0)"),
    "weights all zero": Disease(
        START, 2, _set({"equal": 0.0}), 0.0, 0.0, "all weights start at zero",
        ("inside, at the start", "no signal in any layer: even the first is constant"),
        "weights: draw anew (He, biases 0)"),
    "dead units": Disease(
        START, 2, _with("bias"), -2.0, -6.0, "the biases start so low that ReLU is off for every picture",
        ("inside, at the start", "units of the last hidden layer are off for all pictures"),
        "weights: draw anew (He, biases 0)"),
    "saturated tanh": Disease(
        START, 2, lambda recipe, s: recipe._replace(activation="tanh", gain=s), 5.0, 12.0,
        "tanh with weights five times too large, or more",
        ("inside, at the start", "most outputs lie at the ends of tanh"), "weights: draw anew (He, biases 0)"),
    "vanishing gradient": Disease(
        START, 2, _set({"activation": "sigmoid"}), 0.0, 0.0, "sigmoids in all hidden layers",
        ("gradients", "the first layer's gradient is much smaller than the third's"), "activation: ReLU"),
    # -------------------------------------------------------------------------------- the training
    "rate too low": Disease(
        TRAINING, 1, _with("lr"), 3e-4, 1e-4, "the rate is a hundredth of what is good, or less",
        ("update ratio", "the very first updates are far too small, in every layer"), "rate: × 150"),
    "rate too high": Disease(
        TRAINING, 1, _with("lr"), 0.2, 1.0, "the rate is seven times too high, or more",
        ("update ratio", "the first update is too large, though the gradient is of normal size"), "rate: ÷ 6"),
    "schedule ends too early": Disease(
        TRAINING, 2, _with("cosine_ends"), 0.06, 0.03, "the rate has fallen to zero long before the end",
        ("update ratio", "normal at first, next to nothing in the middle of the run"),
        "schedule: to the end of the run"),
    "momentum too large": Disease(
        TRAINING, 2, _with("momentum"), 0.99, 0.995, "momentum .99 or more at an unchanged rate",
        ("loss curve", "falls as it should at first, then rises; code and batches are in order"), "momentum: 0.9"),
    "batches too small": Disease(
        TRAINING, 1, _set({"batch": 2}), 0.0, 0.0, "two pictures in a batch, at an unchanged rate",
        ("a batch", "its size"), "batches: 64, shuffled"),
    "decay too strong": Disease(
        TRAINING, 2, _with("lam"), 0.1, 0.3, "an L2 penalty so strong that it eats the weights",
        ("weights", "the norm of the first layer is a fraction of what it was"), "weight decay: none"),
    "keep and drop exchanged": Disease(
        TRAINING, 1, _set({"keep": 0.1}), 0.0, 0.0, "one unit in ten is kept instead of dropped",
        ("train against evaluation", "in training the outputs are several times as large"),
        "dropout: keep 0.8, rescaled, off in evaluation",
        "dropout"),
    "two pictures for batch norm": Disease(
        TRAINING, 1, _set({"batch": 2}), 0.0, 0.0, "mean and variance of batches of two",
        ("a batch", "its size"), "batches: 64, shuffled", "batch norm"),
    # -------------------------------------------------------------------------------- the data
    "raw pixels": Disease(
        DATA, 1, _set({"pixels": "0..255"}), 0.0, 0.0, "pixels from 0 to 255, not centred",
        ("data sheet", "the mean of the inputs is far from 0, the std far from 1"), "pictures: prepare all alike"),
    "another unit": Disease(
        DATA, 2, _with("hot"), 100.0, 300.0, "five pixels are given in another unit, a hundred times larger or more",
        ("data sheet", "the largest std of a pixel"), "pictures: prepare all alike"),
    "constant pixel": Disease(
        DATA, 2, _with("constant"), 1e-6, 1e-8, "a pixel that is constant in training was divided by its std, nearly 0",
        ("data sheet", "the largest test value is thousands of times the largest training value"),
        "pictures: prepare all alike"),
    "test prepared differently": Disease(
        DATA, 2, _set({"held_out": "0..1"}), 0.0, 0.0, "validation and test pictures were not standardised",
        ("data sheet", "the mean of the test pictures is not that of the training pictures"),
        "pictures: prepare all alike"),
    "pictures turned": Disease(
        DATA, 2, _set({"held_out": "turned"}), 0.0, 0.0, "rows read as columns in validation and test pictures",
        ("data sheet", "each pixel has the mean of another pixel in the test set"), "pictures: prepare all alike"),
    "labels shuffled": Disease(
        DATA, 2, _set({"permuted": True}), 0.0, 0.0, "labels were sorted separately from their pictures",
        ("neighbours", "similar training pictures have different labels"), "labels: label again"),
    "wrong labels": Disease(
        DATA, 2, _with("wrong"), 0.55, 0.65, "half of the training labels are wrong, or more",
        ("neighbours", "many similar training pictures have different labels"), "labels: label again"),
    "other class numbers": Disease(
        DATA, 1, _set({"recoded": 1}), 0.0, 0.0, "the classes are numbered differently in validation and test",
        ("predictions", "nearly all answers are off by the same number"), "labels: label again"),
    "class missing": Disease(
        DATA, 2, lambda recipe, s: recipe._replace(missing=int(s)), 0.0, 9.99, "no training picture of one class",
        ("predictions", "one class is never recognised"), "pictures: all the data"),
    "batches sorted by class": Disease(
        DATA, 1, _set({"sorted": True}), 0.0, 0.0, "the pictures come class by class and are never shuffled",
        ("a batch", "one class only"), "batches: 64, shuffled"),
    "too few pictures": Disease(
        DATA, 1, lambda recipe, s: recipe._replace(n_train=10 * round(s / 10)), 250.0, 150.0,
        "two hundred pictures, learned by heart", ("data sheet", "the number of pictures"), "pictures: all the data"),
    "test pictures in training": Disease(
        DATA, 2, _with("leak"), 0.6, 1.0, "test pictures were among those that it learned from",
        ("duplicates", "the share of test pictures that occur in training"), "pictures: take duplicates out"),
    # -------------------------------------------------------------------------------- the code
    "1/n forgotten": Disease(
        CODE, 2, _set({"mean_loss": False}), 0.0, 0.0, "the gradient of the sum over the batch, 64 times too large",
        ("gradient check", "backward says n times what the loss does, for a batch of n pictures"),
        "code: repair the backward pass"),
    "wrong sign": Disease(
        CODE, 2, _set({"sign": -1}), 0.0, 0.0, "the first layer goes uphill",
        ("gradient check", "the ratio of one layer is −1"), "code: repair the backward pass"),
    "frozen body": Disease(
        CODE, 2, _set({"frozen": True}), 0.0, 0.0, "only the last layer is handed to the optimizer",
        ("gradient check", "the ratio is 0 in all layers but the last"), "code: repair the backward pass"),
    "gradient never zeroed": Disease(
        CODE, 2, _set({"zeroed": False}), 0.0, 0.0, "each gradient is added to those of all batches before",
        ("gradient check", "at the second call the ratio is 2"), "code: repair the backward pass"),
    "softmax twice": Disease(
        CODE, 2, _set({"softmax_twice": True}), 0.0, 0.0, "probabilities are handed to a loss that wants logits",
        ("gradients", "a tenth of the usual size from the very start, though the gradient check passes"),
        "code: hand the logits to the loss"),
    "evaluated in training mode": Disease(
        CODE, 1, lambda recipe, s: recipe._replace(evaluation="train", eval_batch=round(s), eval_sorted=True), 10.0,
        20.0, "the report normalises by batches of one class", ("train against evaluation", "the report is not what "
        "evaluation mode says"), "evaluation: in evaluation mode", "batch norm"),
    "report too good": Disease(
        CODE, 2, _set({"evaluation": "train", "eval_batch": 10}), 0.0, 0.0,
        "the report normalises by batches with one picture of each class",
        ("train against evaluation", "the report is not what evaluation mode says"),
        "evaluation: in evaluation mode", "batch norm"),
    "stale averages": Disease(
        CODE, 2, _with("decay_of_averages"), 0.999, 0.9999, "the running averages hardly leave their start",
        ("train against evaluation", "training and evaluation mode disagree far more than usual"),
        "running averages: decay 0.9", "batch norm"),
    "dropout never rescaled": Disease(
        CODE, 2, lambda recipe, s: recipe._replace(keep=s, rescaled=False), 0.5, 0.35, "no division by keep",
        ("train against evaluation", "in evaluation the outputs are several times as large"),
        "dropout: keep 0.8, rescaled, off in evaluation", "dropout"),
    "dropout in evaluation": Disease(
        CODE, 1, lambda recipe, s: recipe._replace(keep=s, always_drop=True), 0.7, 0.45, "units are dropped in "
        "evaluation, too", ("train against evaluation", "two evaluations of the same pictures differ"),
        "dropout: keep 0.8, rescaled, off in evaluation", "dropout"),
}


def spoiled(name: str, seed: int, recipe: Recipe | None = None, *, share: float | None = None) -> Recipe:
    """The recipe of patient `seed` of this disease; the severity is drawn from the name and the seed alone.

    `recipe` is what is spoiled, the healthy one of the ward if none is given; `share` is a severity that is not drawn:
    0 mild, 1 severe, and beyond them what no patient has.
    """
    disease = lookup(DISEASES, name, "spoiled: disease")
    rng = np.random.default_rng([zlib.crc32(name.encode()), check_int("spoiled", "seed", seed, low=0)])
    drawn = rng.random()
    return disease.spoil(recipe or WARDS[disease.ward], disease.severity(drawn if share is None else share))


def causes(name: str, recipe: Recipe | None = None) -> frozenset[str]:
    """The ingredients that a disease changes.

    >>> sorted(causes("rate too low"))
    ['lr']
    """
    well = recipe or WARDS[lookup(DISEASES, name, "causes: disease").ward]
    return changed(spoiled(name, 0, well), well)


PAIRS = (
    ("test pictures in training", "wrong labels"),
    ("other class numbers", "wrong labels"),
    ("pictures turned", "frozen body"),
    ("constant pixel", "softmax twice"),
    ("other class numbers", "wrong sign"),
    ("test pictures in training", "decay too strong"),
    ("raw pixels", "rate too low"),
    ("class missing", "saturated tanh"),
)
"""Two diseases at once, whose own signs both survive."""


guard(__name__)
