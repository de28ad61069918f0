"""A student's instrument at work: what it reads in labels of which more and more are wrong."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np

from labkit.checks import SHARE, in_range, streams
from labkit.datasets import label_noise
from labkit.exercises.answers import array_of
from labkit.fits import guard
from labkit.lessons.training_clinic.exercises import agreement
from labkit.lessons.training_clinic.experiments.data import clothes

Array = np.ndarray
N = 150
SHARES = np.linspace(0, 0.9, 7)


class OwnInstrument(NamedTuple):
    """Readings at the share `wrong`, and at all `shares` (7,): of the student's instrument, and labkit's `expected`."""

    wrong: float
    reading: float
    labkits: float
    shares: Array
    readings: Array
    expected: Array


def own_instrument(f: Callable[[Array, Array], float], wrong: float) -> OwnInstrument:
    """Call f(x, y) with 150 pictures, of whose labels this share is wrong, and seven others.

    Raises AttemptError for an answer that is not one number.
    """
    wrong = in_range("own_instrument", "wrong", wrong, SHARE)
    here, *others = (float(array_of(f(*_pictures(share)), ())) for share in (wrong, *SHARES.tolist()))
    expected = np.array([agreement(*_pictures(share)) for share in SHARES])
    return OwnInstrument(wrong, here, agreement(*_pictures(wrong)), SHARES, np.array(others), expected)


def _pictures(wrong: float) -> tuple[Array, Array]:
    """Small pictures (150, 196), and their labels, some of them wrong."""
    y = label_noise(clothes().y_train[:N], wrong, streams(0).noise).y
    return _small().copy(), y


@cache
def _small() -> Array:
    return clothes().x_train[:N].reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(N, -1)


guard(__name__)
