"""A student's functions at work: soft targets, a window that is moved over a curve, the gradient of two heads.

Symbols: y, dw, db as in the exercise; the gradients are those of ½ Σ y² over two curves and all positions, so dy = y.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from labkit.checks import FLOAT, check_int, lookup
from labkit.exercises.answers import array_of, values_of
from labkit.exercises.guard import AttemptError
from labkit.fits import guard
from labkit.lessons.noise_and_sharing.exercises import shared_weights, smooth_targets, two_heads
from labkit.lessons.noise_and_sharing.experiments.noise import CLASSES
from labkit.lessons.noise_and_sharing.experiments.shifts import LENGTH, pattern

Array = np.ndarray
WINDOWS = {
    "rise": np.array([-0.5, -0.25, 0.0, 0.25, 0.5]),
    "peak": np.array([-0.25, 0.0, 0.5, 0.0, -0.25]),
    "mean of five": np.full(5, 0.2),
    "uneven": np.array([0.6, 0.0, 0.0, -0.2, 0.1]),
}
"""Windows of five weights, by what they find."""
BIAS = 0.25
ROWS, HEADS = 12, (5, 4)
"""Rows of the batch of two tasks, and outputs of each head."""


class OwnWindow(NamedTuple):
    """A window on a shifted curve (40,): y (36,), dw (5,) and db by the student's function and by labkit's."""

    shift: int
    curve: Array
    yours: tuple[Array, Array, float]
    labkits: tuple[Array, Array, float]


def own_window(f: Callable[..., tuple], shift: int, window: str) -> OwnWindow:
    """Move a window of `WINDOWS` over a curve, shifted by 0 … 16 positions, and over a second one that stays.

    Raises AttemptError for an answer that is no y, dw, db of the right shapes.
    """
    w = lookup(WINDOWS, window, "own_window: window")
    x = np.stack([np.roll(pattern(), check_int("own_window", "shift", shift, low=0)), -pattern()])
    dy = shared_weights(x, w, BIAS, np.zeros((2, LENGTH - len(w) + 1)))[0]
    right = shared_weights(x, w, BIAS, dy)
    y, dw, db = values_of(f(x.copy(), w.copy(), BIAS, dy.copy()), ("y", "dw", "db"))
    yours = array_of(y, dy.shape, "y")[0], array_of(dw, w.shape, "dw"), float(array_of(db, (), "db"))
    return OwnWindow(shift, x[0], yours, (right[0][0], *right[1:]))


class OwnHeads(NamedTuple):
    """dz (12, 9) of a batch with n1 rows of task 1 and the others of task 2, by the student's function and by labkit's.

    The first `classes` columns are the outputs of task 1.
    """

    n1: int
    classes: int
    weight: float
    yours: Array
    labkits: Array


def own_heads(f: Callable[..., Array], n1: int, weight: float) -> OwnHeads:
    """The gradient of a batch of 12 rows with 5 classes of task 1 and 4 of task 2, n1 from 1 to 11.

    Raises AttemptError for an answer that is no array of the shape of z.
    """
    n1, rng = check_int("own_heads", "n1", n1, low=1), np.random.default_rng(12)
    z = rng.standard_normal((ROWS, sum(HEADS)))
    y1, y2 = (rng.integers(0, classes, ROWS) for classes in HEADS)
    given = z, y1[:n1], y2[n1:], HEADS[0], weight
    labkits = two_heads(*given)
    yours = f(*(part.copy() if isinstance(part, np.ndarray) else part for part in given))
    return OwnHeads(n1, HEADS[0], weight, array_of(yours, z.shape, "dz"), labkits)


def told_two(f: Callable[[Array, float, int], Array], eps: Callable[[], float]) -> Callable:
    """The change of a batch (2, batch, …) of two networks: labkit's soft targets for one, f(y, ε, 10) for the other.

    `eps()` is the ε of the moment. Raises AttemptError for an answer of another shape, and for rows that are no
    probabilities: cross-entropy is not defined for them.
    """
    def change(x: Array, y: Array) -> tuple[Array, Array]:
        targets = [rule(labels.copy(), eps(), CLASSES) for rule, labels in zip((smooth_targets, f), y, strict=True)]
        targets = [array_of(t, (y.shape[1], CLASSES), "the targets") for t in targets]
        _probabilities(targets[1], eps())
        return x, np.stack(targets).astype(FLOAT)

    return change


def _probabilities(rows: Array, eps: float) -> None:
    sums = rows.sum(axis=1)
    if rows.min() < 0 or np.abs(sums - 1).max() > 1e-4:
        raise AttemptError(f"made targets from {rows.min():.3g} to {rows.max():.3g} at ε = {eps:.3g}, and a first row "
                           f"that adds up to {sums[0]:.3g}",
                           "a target is made of probabilities: none below 0, and each row adds up to 1.")


guard(__name__)
