"""The more weights, the worse? With as many random features as examples the fit is wild; with ten times as many, not.

Symbols: n examples, p features φ(x) = max(0, xV)/√p with random V that are not trained, W (p, 10) the weights that are:
least squares on the classes, + λ ‖W‖². At λ = 0 of all W that fit the solution of least norm. Belkin, Hsu, Ma & Mandal
2019, arXiv:1812.11118; with the best λ the peak is gone: Nakkiran, Venkat, Kakade & Ma 2021, arXiv:2003.01897.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from labkit.checks import NOT_NEGATIVE, Range, check_int, in_range, streams
from labkit.fits import guard
from labkit.lessons.weight_decay.experiments.overfitting import noisy_fashion

Array = np.ndarray
RATIOS = np.unique(np.append(np.geomspace(1 / 30, 10, 19), [0.9, 0.97, 1.0, 1.03, 1.1]))
"""Features per example."""
TESTED = 1000
SMALLEST = 1e-8
"""λ that is as good as none."""


class Descent(NamedTuple):
    """widths (L,) numbers of features; train, test (L,) shares of wrong answers; norms (L,) those of the weights."""

    lam: float
    noise: float
    n: int
    widths: Array
    train: Array
    test: Array
    norms: Array


def double_descent(lam: float = 0.0, noise: float = 0.2, *, n: int = 300, seed: int = 0,
                   ratios: Array = RATIOS) -> Descent:
    """Random features on n pictures of clothes, a share `noise` of their labels wrong, tested on 1000 clean ones.

    λ ≥ 0, 0 ≤ noise < 1, 20 ≤ n ≤ 2000. `ratios` are features per example.
    """
    lam = in_range("double_descent", "lam", lam, NOT_NEGATIVE)
    noise = in_range("double_descent", "noise", noise, Range(0, 1, open_high=True))
    n = check_int("double_descent", "n", n, low=20, high=2000)
    data = noisy_fashion(noise)
    y, y_test = data.y_train[:n], data.y_test[:TESTED]
    targets = np.eye(10)[y] - 0.1
    rows = [_fit(parts, targets, lam, y, y_test) for parts in _features(n, seed, tuple(ratios))]
    widths = np.array([_width(ratio, n) for ratio in ratios])
    return Descent(lam, noise, n, widths, *np.array(rows).T)


def _fit(parts: tuple[Array, ...], targets: Array, lam: float, y: Array, y_test: Array) -> tuple[float, float, float]:
    """Shares of wrong answers in training and on new pictures, and ‖W‖, from U, s and φ(new) V of φ = U s Vᵀ."""
    U, s, along = parts
    weights = (s / (s * s + lam * len(U)))[:, None] * (U.T @ targets)
    train, test = (U * s) @ weights, along @ weights
    return (float(np.mean(train.argmax(axis=1) != y)), float(np.mean(test.argmax(axis=1) != y_test)),
            float(np.linalg.norm(weights)))


def _width(ratio: float, n: int) -> int:
    return max(2, round(ratio * n))


@lru_cache(maxsize=4)
def _features(n: int, seed: int, ratios: tuple[float, ...]) -> list[tuple[Array, ...]]:
    """(U, s, φ(new) V) for every number of features; wider sets hold the narrower ones."""
    data, most = noisy_fashion(0.0), _width(max(ratios), n)
    V = streams(seed).init.standard_normal((data.x_train.shape[1], most)) / np.sqrt(data.x_train.shape[1])
    old, new = (np.maximum(x.astype(float) @ V, 0) for x in (data.x_train[:n], data.x_test[:TESTED]))
    found = []
    for width in (_width(ratio, n) for ratio in ratios):
        U, s, Vt = np.linalg.svd(old[:, :width] / np.sqrt(width), full_matrices=False)
        real = s > 1e-10 * s[0]
        found.append((U[:, real], s[real], new[:, :width] @ Vt[real].T / np.sqrt(width)))
    return found


guard(__name__)
