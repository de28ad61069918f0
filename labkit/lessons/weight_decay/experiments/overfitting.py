"""What fits the examples too well fails on new ones: a polynomial through noisy points, and pictures with wrong labels.

Symbols: x, y the examples, n how many, σ the standard deviation of the noise in y, λ (`lam`) the strength of the
penalty. Errors are root mean squares, in the units of y. The error on new examples is √(mean (f − sin πx)² + σ²), so no
polynomial can have less than σ.
"""

import math
from functools import cache
from typing import NamedTuple

import numpy as np

from labkit.checks import NOT_NEGATIVE, POSITIVE, Range, check_int, in_range, streams
from labkit.datasets import Dataset, fashion_mnist, label_noise, noisy_sine
from labkit.fits import guard
from labkit.preprocess import Standardizer
from labkit.regularizers import ridge

Array = np.ndarray
GRID = np.linspace(-1, 1, 201)[:, None]
LAMS = np.logspace(-9, 1, 41)
"""The λ of the error curves."""
MOST = 200
"""So many points are drawn; n of them are used, so that more points join those that are there."""


# ------------------------------------------------------------------------------------------------ polynomials
class Polynomial(NamedTuple):
    """A polynomial of this degree, fitted to n points with penalty λ: what it says, and what it would say for other λ.

    x, y (n,) the points; fit, truth (201,) on a grid over [−1, 1]; train and test errors; trains, tests (L,) those
    for other λ, `lams`; largest is the largest coefficient's size.
    """

    degree: int
    noise: float
    lam: float
    x: Array
    y: Array
    truth: Array
    fit: Array
    train: float
    test: float
    lams: Array
    trains: Array
    tests: Array
    largest: float


def polynomial_features(x: Array, degree: int) -> Array:
    """x, x², …, x^degree of a column x (n, 1): (n, degree), in float64.

    >>> polynomial_features(np.array([[2.0], [3.0]]), 3).tolist()
    [[2.0, 4.0, 8.0], [3.0, 9.0, 27.0]]
    """
    return np.asarray(x, float) ** np.arange(1, degree + 1)


def fit_polynomial(degree: int, lam: float, *, noise: float = 0.3, n: int = 15, seed: int = 0) -> Polynomial:
    """Ridge regression on the powers of x, for n noisy points of one period of a sine. λ = 0 is least squares.

    Raises ValueError unless degree ≥ 1, λ, noise ≥ 0 and 2 ≤ n ≤ 200.
    """
    degree, n = check_int("fit_polynomial", "degree", degree), check_int("fit_polynomial", "n", n, low=2)
    in_range("fit_polynomial", "n", n, Range(2, MOST))
    x, y = (column[:n].astype(float) for column in noisy_sine(MOST, streams(seed).data, noise=noise))
    path = ridge(polynomial_features(x, degree), y[:, 0], np.append(LAMS, lam))
    truth, says = np.sin(math.pi * GRID), path.predict(polynomial_features(GRID, degree))
    trains = _rms(path.predict(polynomial_features(x, degree)) - y)
    tests = np.hypot(_rms(says - truth), noise)
    return Polynomial(degree, noise, float(lam), x[:, 0], y[:, 0], truth[:, 0], says[:, -1], float(trains[-1]),
                      float(tests[-1]), LAMS, trains[:-1], tests[:-1], float(np.abs(path.w[-1]).max()))


def _rms(errors: Array) -> Array:
    return np.sqrt(np.mean(errors**2, axis=0))


# ------------------------------------------------------------------------------------------------ pictures
def noisy_fashion(noise: float = 0.3, *, n: int = 2000, seed: int = 0) -> Dataset:
    """Fashion-MNIST, n training pictures at half the resolution (14 × 14), a share `noise` of their labels wrong.

    Every 2 × 2 pixels are averaged, then each of the 196 features is standardised with the statistics of the training
    pictures. Validation and test labels are clean.
    """
    data = Dataset(*(part.copy() for part in _small_fashion(n)))
    return data._replace(y_train=label_noise(data.y_train, noise, streams(seed).noise).y)


@cache
def _small_fashion(n: int) -> Dataset:
    """Without noise; worked out once, so that a slider for the noise need not wait."""
    data = fashion_mnist(n)
    halves = [downsample_2x(x) for x in (data.x_train, data.x_val, data.x_test)]
    standard = Standardizer().fit(halves[0])
    x_train, x_val, x_test = (standard.transform(x) for x in halves)
    return Dataset(x_train, data.y_train, x_val, data.y_val, x_test, data.y_test)


def downsample_2x(x: Array) -> Array:
    """Pictures (n, 784), 28 × 28, at half the resolution: (n, 196), means of 2 × 2 pixels."""
    return x.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196)


# ------------------------------------------------------------------------------------------------ confidence
class Scaled(NamedTuple):
    """A linear classifier p = s(c (w·x + b)) of two classes, with its w and b multiplied by c, s the logistic function.

    w (2,) as at c = 1; x (n, 2), y (n,) are the training points; p (m, m) its answers on a grid over [−4, 4]², row by
    row upwards. train and validation are its losses, trains, validations (L,) those for all `scales`; accuracy is that
    on validation.
    """

    c: float
    w: Array
    x: Array
    y: Array
    p: Array
    scales: Array
    train: float
    validation: float
    trains: Array
    validations: Array
    accuracy: float


SCALES = np.logspace(-1, 1.5, 51)
REACH = 4.0


def scale_classifier(c: float, *, distance: float = 3.0, n: int = 30, seed: int = 2, m: int = 81) -> Scaled:
    """Two Gaussian clouds whose centres are `distance` apart, and the classifier between them, sharpened c times.

    At c = 1 it gives the true probabilities: log p/(1 − p) = w·x with w the difference of the centres, in units of the
    clouds' standard deviation 1. The boundary w·x = 0 is the same for every c > 0. `n` training points, 2000 others.
    """
    c, n = in_range("scale_classifier", "c", c, POSITIVE), check_int("scale_classifier", "n", n)
    distance = in_range("scale_classifier", "distance", distance, NOT_NEGATIVE)
    w = distance * np.array([math.cos(0.6), math.sin(0.6)])
    (x, y), (x_val, y_val) = _clouds(w, n, streams(seed).data), _clouds(w, 2000, streams(seed).noise)
    side = np.linspace(-REACH, REACH, m)
    z = (np.stack(np.meshgrid(side, side), axis=-1) @ w).astype(np.float32)
    all_scales = np.append(SCALES, c)
    trains, validations = (logistic_loss(np.multiply.outer(s @ w, all_scales), t) for s, t in ((x, y), (x_val, y_val)))
    return Scaled(c, w, x, y, 1 / (1 + np.exp(-np.clip(c * z, -60, 60))), SCALES, float(trains[-1]),
                  float(validations[-1]), trains[:-1], validations[:-1], float(np.mean((x_val @ w > 0) == y_val)))


def logistic_loss(z: Array, y: Array) -> Array:
    """Mean of log(1 + e^∓z) over the examples: z (n, …) log-odds, y (n,) of 0 and 1.

    >>> logistic_loss(np.array([0.0, 0.0]), np.array([0, 1])).round(4).item()
    0.6931
    """
    sign = np.where(y == 1, -1.0, 1.0).reshape(-1, *[1] * (z.ndim - 1))
    return np.mean(np.logaddexp(0, sign * z), axis=0)


def _clouds(w: Array, n: int, rng: np.random.Generator) -> tuple[Array, Array]:
    y = np.arange(n) % 2
    return (y[:, None] - 0.5) * w + rng.standard_normal((n, 2)), y


guard(__name__)
