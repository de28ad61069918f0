"""Exercise: mixup."""

from collections.abc import Callable

import numpy as np

from labkit.exercises.exercise import Exercise, Function
from labkit.lessons.data_augmentation.exercises.pictures import pictures

Array = np.ndarray


def mixup(x: Array, y: Array, m: Array, partner: Array) -> tuple[Array, Array]:
    """x̃ᵢ = mᵢ xᵢ + (1 − mᵢ) x_p and ỹᵢ = mᵢ yᵢ + (1 − mᵢ) y_p with p = partnerᵢ, one m per example."""
    mx, my = m[:, None, None], m[:, None]
    return mx * x + (1 - mx) * x[partner], my * y + (1 - my) * y[partner]


def _mixing(seed: int, n: int, h: int, w: int, classes: int) -> tuple:
    rng = np.random.default_rng(seed)
    y = np.eye(classes, dtype=np.float32)[rng.integers(classes, size=n)]
    return pictures(seed, n, h, w), y, rng.beta(0.5, 0.5, n).astype(np.float32), rng.permutation(n)


def mixes(of_x: Callable[..., Array], of_y: Callable[..., Array]) -> Function:
    """The mistake of mixing pictures and labels by of_x(x, m, partner) and of_y(y, m, partner)."""
    def mistaken(x: Array, y: Array, m: Array, partner: Array) -> tuple[Array, Array]:
        return of_x(x, m[:, None, None], partner), of_y(y, m[:, None], partner)

    return mistaken


def _mix(a: Array, m: Array, partner: Array) -> Array:
    return m * a + (1 - m) * a[partner]


def _swapped(a: Array, m: Array, partner: Array) -> Array:
    return (1 - m) * a + m * a[partner]


def _one_by_one(x: Array, y: Array, m: Array, partner: Array) -> tuple[Array, Array]:
    x, y = x.copy(), y.copy()
    for i, j in enumerate(partner):
        x[i], y[i] = m[i] * x[i] + (1 - m[i]) * x[j], m[i] * y[i] + (1 - m[i]) * y[j]
    return x, y


MIXUP = Exercise(
    reference=mixup,
    cases=[(np.array([[[1.0, 0.0]], [[0.0, 0.5]]], np.float32), np.eye(2, dtype=np.float32),
            np.array([0.75, 0.5], np.float32), np.array([1, 0])), _mixing(5, 6, 3, 4, 3), _mixing(6, 8, 5, 5, 10)],
    tested="three batches, of 2, 6 and 8 pictures: each is mixed with its partner in its own proportion, and so is its "
           "label.",
    returns=("x̃", "ỹ"),
    hints=(
        "Each example is a mixture of itself and its partner. How do you get the partners of all examples at once?",
        "x[partner] and y[partner] are the partners, in order. m must meet every pixel of its example: it has "
        "shape (n,), the pictures have (n, h, w). What do m[:, None] and m[:, None, None] do?",
        "For the pictures mx = m[:, None, None], for the labels my = m[:, None]. Each result is share · own + (1 − "
        "share) · partner's. Return pictures, then labels.",
    ),
    mistakes={
        "the labels are not mixed: a picture that is 70 % shirt and 30 % bag has the label 0.7 shirt + 0.3 bag.":
            mixes(_mix, lambda y, m, partner: y),
        "the labels are the partners' alone; mix them in the same proportion as the pictures.":
            mixes(_mix, lambda y, m, partner: y[partner]),
        "labels of the larger part only: that is not wrong in itself, but mixup mixes them, in the proportion of the "
        "pictures.":
            mixes(_mix, lambda y, m, partner: np.where(m >= 0.5, y, y[partner])),
        "pictures are mixed with m, labels with 1 − m: the first example has the share m in both.":
            mixes(_mix, _swapped),
        "m is the share of the example itself, 1 − m that of its partner; yours are swapped.":
            mixes(_swapped, _swapped),
        "one m for the whole batch; here each example has its own: m[:, None, None] for the pictures.":
            lambda x, y, m, partner: (_mix(x, m[0], partner), _mix(y, m[0], partner)),
        "the parts do not sum to 1: m · first + (1 − m) · partner.":
            mixes(lambda x, m, partner: m * x + m * x[partner], lambda y, m, partner: m * y + m * y[partner]),
        "the pictures are not mixed, only their labels.":
            mixes(lambda x, m, partner: x, _mix),
        "some partners were mixed already when their turn came: write into new arrays, and read from the old ones.":
            _one_by_one,
    },
)
