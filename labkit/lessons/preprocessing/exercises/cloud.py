"""The clouds on which preprocessing is tried, and two lines that several answers share."""

import numpy as np

Array = np.ndarray


def cloud(seed: int, n: int, d: int) -> Array:
    """A correlated cloud away from the origin, its features of very different sizes; (n, d), float64."""
    rng = np.random.default_rng(seed)
    spread = np.geomspace(4, 0.5, d)
    mix = np.linalg.qr(rng.standard_normal((d, d)))[0] + 0.3 * np.eye(d)
    return rng.standard_normal((n, d)) * spread @ mix + np.linspace(2, 7, d)


def centred(x: Array) -> Array:
    """The cloud around its mean."""
    return x - x.mean(axis=0)


def spectrum(s: Array, n: int) -> Array:
    """The variances that the singular values s of n centred examples stand for."""
    return s**2 / (n - 1)
