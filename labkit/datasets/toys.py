"""Data with nothing to hide: points and curves whose law is known, and labels that are wrong on purpose."""

import math
from typing import NamedTuple

import numpy as np

from labkit.checks import FLOAT, SHARE, Range, check_array, check_generator, check_int, class_labels, in_range

Array = np.ndarray
LARGE = 1e9             # float32 has room for larger ones, but not for what is computed with them
BOUNDED = Range(-LARGE, LARGE)
BOUNDED_POSITIVE = Range(0, LARGE, open_low=True)
BOUNDED_NOT_NEGATIVE = Range(0, LARGE)


def _pair(owner: str, name: str, values: tuple[float, float], allowed: Range) -> tuple[float, float]:
    """Return the two numbers; raise unless there are two of them, one per feature, both in `allowed`."""
    if check_array(owner, values, name=name).shape != (2,):
        raise ValueError(f"{owner}: {name} must be two numbers, one per feature, got {values!r}.")
    first, second = values
    return in_range(owner, name, first, allowed), in_range(owner, name, second, allowed)


def spirals(n: int, rng: np.random.Generator, *, arms: int = 2, turns: float = 1.0,
            noise: float = 0.03) -> tuple[Array, Array]:
    """Points on spiral arms wound into each other: no straight line parts them.

    x = r (cos φ, sin φ) + noise · ε with φ = 2π (turns · r + arm / arms), r uniform in [0.1, 1], ε ~ N(0, I).
    Returns x (n, 2), float32, and the arm y (n,) of each point; the arms take turns 0, 1, …

    Raises ValueError unless n is a multiple of arms ≥ 2 and turns, noise ≥ 0.

    >>> x, y = spirals(300, np.random.default_rng(0), arms=3)
    >>> x.shape, x.dtype.name, np.bincount(y).tolist()
    ((300, 2), 'float32', [100, 100, 100])
    """
    check_generator("spirals", rng)
    n, arms = check_int("spirals", "n", n), check_int("spirals", "arms", arms, low=2)
    turns = in_range("spirals", "turns", turns, BOUNDED_NOT_NEGATIVE)
    noise = in_range("spirals", "noise", noise, BOUNDED_NOT_NEGATIVE)
    if n % arms:
        raise ValueError(f"spirals: n must be a multiple of arms = {arms}, got {n}; every arm gets as many points.")
    y = np.arange(n) % arms
    r = 0.1 + 0.9 * rng.random(n, dtype=FLOAT)
    φ = 2 * math.pi * (turns * r + y.astype(FLOAT) / arms)
    return r[:, None] * np.stack([np.cos(φ), np.sin(φ)], axis=1) + noise * rng.standard_normal((n, 2), dtype=FLOAT), y


def gaussian_cloud(n: int, rng: np.random.Generator, *, mean: tuple[float, float] = (5.0, 7.0),
                   std: tuple[float, float] = (1.0, 1.0), correlation: float = 0.8, angle: float = 0.0) -> Array:
    """A correlated two-dimensional cloud far from the origin: what preprocessing is there to tame.

    x = mean + R L z with z ~ N(0, I), L Lᵀ = [[σ₁², ρ σ₁ σ₂], [ρ σ₁ σ₂, σ₂²]] and R the rotation by `angle` degrees,
    counter-clockwise. Returns x (n, 2), float32. Generators in the same state draw the same z, so a slider that
    changes the shape moves every point smoothly.

    Raises ValueError unless σ > 0 and ρ in [-1, 1].

    >>> gaussian_cloud(1000, np.random.default_rng(0)).mean(axis=0).round().tolist()
    [5.0, 7.0]
    """
    check_generator("gaussian_cloud", rng)
    μ, (σ1, σ2) = _pair("gaussian_cloud", "mean", mean, BOUNDED), _pair("gaussian_cloud", "std", std, BOUNDED_POSITIVE)
    ρ = in_range("gaussian_cloud", "correlation", correlation, Range(-1, 1))
    α = math.radians(in_range("gaussian_cloud", "angle", angle, BOUNDED))
    L = np.array([[σ1, 0], [ρ * σ2, math.sqrt(1 - ρ**2) * σ2]])
    R = np.array([[math.cos(α), -math.sin(α)], [math.sin(α), math.cos(α)]])
    z = rng.standard_normal((check_int("gaussian_cloud", "n", n), 2), dtype=FLOAT)
    return np.array(μ, FLOAT) + z @ (R @ L).T.astype(FLOAT)


def noisy_sine(n: int, rng: np.random.Generator, *, noise: float = 0.3) -> tuple[Array, Array]:
    """One period of a sine seen through noise: the smallest regression that can be over- and underfitted.

    y = sin(π x) + noise · ε, x uniform in [-1, 1], ε ~ N(0, 1). Returns x (n, 1) and y (n, 1), float32, so that
    `x ** np.arange(degree + 1)` is the table of powers and a network can be fed as it is.

    Raises ValueError unless n ≥ 1 and noise ≥ 0.

    >>> x, y = noisy_sine(20, np.random.default_rng(0), noise=0)
    >>> x.shape, bool(np.allclose(y, np.sin(np.pi * x)))
    ((20, 1), True)
    """
    check_generator("noisy_sine", rng)
    noise = in_range("noisy_sine", "noise", noise, BOUNDED_NOT_NEGATIVE)
    x = 2 * rng.random((check_int("noisy_sine", "n", n), 1), dtype=FLOAT) - 1
    return x, np.sin(math.pi * x) + noise * rng.standard_normal(x.shape, dtype=FLOAT)


class NoisyLabels(NamedTuple):
    """Labels y (n,) of which those marked in `flipped` (n,) are wrong."""

    y: Array
    flipped: Array


def label_noise(y: Array, share: float, rng: np.random.Generator, *, n_classes: int = 10) -> NoisyLabels:
    """Replace round(share · n) labels, chosen at random, by one of the n_classes - 1 wrong ones, each as likely.

    Returns new labels of the same type and the mask of the replaced ones; `y` itself is not touched. Generators in the
    same state make the same mistakes: with a larger share the old ones stay and others join them, and the generator is
    left in the same state.

    Raises ValueError unless share in [0, 1], n_classes ≥ 2 and labels in [0, n_classes).

    >>> noisy, flipped = label_noise(np.arange(10), 0.3, np.random.default_rng(0))
    >>> int(flipped.sum()), np.array_equal(noisy != np.arange(10), flipped)
    (3, True)
    """
    check_generator("label_noise", rng)
    n_classes = check_int("label_noise", "n_classes", n_classes, low=2)
    y, share = class_labels("label_noise", y, n_classes), in_range("label_noise", "share", share, SHARE)
    if y.ndim != 1:
        raise ValueError(f"label_noise: y has shape {y.shape}; expected one class per example, (n,). One-hot "
                         "labels become that by y.argmax(axis=1).")
    order, shift = rng.permutation(len(y)), rng.integers(1, n_classes, size=len(y))
    flipped = np.zeros(len(y), bool)
    flipped[order[:round(share * len(y))]] = True
    wrong = ((y.astype(np.int64) + shift) % n_classes).astype(y.dtype)
    return NoisyLabels(np.where(flipped, wrong, y), flipped)
