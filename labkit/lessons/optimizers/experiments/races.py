"""Optimizers that walk on a map: one alone, or several from one start, to see which of them arrives, and when.

Symbols: θ = (x, y) the point, f its height, g = ∇f, σ (`noise`) the standard deviation of what is added to g.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from labkit.checks import NOT_NEGATIVE, check_int, in_range, streams
from labkit.fits import guard
from labkit.lessons.optimizers.experiments.landscapes import Landscape
from labkit.optimizers import SGD, AdaGrad, Adam, Optimizer, RMSProp

Array = np.ndarray
DIVERGED = 1e4
"""A point that is farther out than this has diverged; from then on it is NaN."""
TOLERANCE, HOLD = 0.01, 10
"""It has arrived when its height stays below this until the end, for so many steps at least."""


# ------------------------------------------------------------------------------------------------ walking
def walk(land: Landscape, opt: Optimizer, steps: int, *, start: Array | None = None, noise: float = 0.0,
         rng: np.random.Generator | None = None) -> Array:
    """Where the optimizer goes: the points (steps + 1, …, 2), the start first, in float64.

    `start` (…, 2) may hold K points, for K rates (K, 1) at once. With `noise` the gradient is g + noise · N(0, 1) from
    `rng`, as a small batch would give it. NaN from where a point is farther out than `DIVERGED`. `opt` begins anew.
    """
    return _run_all(land, [opt], steps, land.start if start is None else start, noise, rng)[0]


def _run_all(land: Landscape, opts: Sequence[Optimizer], steps: int, start: Array, noise: float,
             rng: np.random.Generator | None) -> Array:
    """All optimizers in step, with the same noise: (n, steps + 1, …, 2)."""
    if in_range("walk", "noise", noise, NOT_NEGATIVE) and rng is None:
        raise ValueError(f"walk: noise is {noise:g}, but there is no rng; give a generator, for example "
                         "rng=lk.streams(0).noise.")
    theta = np.repeat(_points(start)[None], len(opts), axis=0)
    points = np.empty((len(opts), check_int("walk", "steps", steps, low=0) + 1, *theta.shape[1:]))
    points[:, 0] = theta
    for opt in opts:
        opt.reset()
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(1, steps + 1):
            g = np.array(land.gradient(theta), float)
            if noise:
                g += noise * rng.standard_normal(theta.shape[1:])
            for opt, point, slope in zip(opts, theta, g, strict=True):
                opt.step(point, slope)
            points[:, t] = theta
        diverged = ~(np.abs(points).max(axis=-1) < DIVERGED)
    points[np.logical_or.accumulate(diverged, axis=1)] = np.nan
    return points


def _points(start: Array) -> Array:
    start = np.asarray(start, float)
    if not start.ndim or start.shape[-1] != 2 or not np.isfinite(start).all():
        raise ValueError(f"walk: start has shape {start.shape}; expected finite points (…, 2).")
    return start


def arrival(heights: Array) -> Array:
    """After how many steps the height (steps + 1, …) stays below `TOLERANCE`; ∞ if it does not, for `HOLD` steps: (…,).

    >>> arrival(np.array([8.0, 0.001, 4.0] + 10 * [0.001])).item()
    3.0
    """
    above = ~(heights < TOLERANCE)
    first = np.where(above.any(axis=0), len(heights) - above[::-1].argmax(axis=0), 0)
    return np.where(first <= len(heights) - HOLD, first, math.inf)


# ------------------------------------------------------------------------------------------------ side by side
class Race(NamedTuple):
    """Several optimizers on one map. Per optimizer, in the order of `names`: paths (n, steps + 1, 2), heights
    (n, steps + 1), arrivals (n,), see `arrival`. limit is 2/λmax; ground (rows, columns) the heights of the map in
    `WINDOW`.
    """

    land: str
    kappa: float
    lr: float
    noise: float
    limit: float
    start: Array
    goals: Array
    ground: Array
    names: tuple[str, ...]
    paths: Array
    heights: Array
    arrivals: Array


def standard_optimizers(lr: float, momentum: float, beta2: float) -> dict[str, Optimizer]:
    """One rate for all; momentum is μ, and Adam's β₁; beta2 is Adam's β₂, and RMSProp's ρ."""
    return {"gradient descent": SGD(lr), "momentum": SGD(lr, momentum), "AdaGrad": AdaGrad(lr),
            "RMSProp": RMSProp(lr, rho=beta2), "Adam": Adam(lr, beta1=momentum, beta2=beta2)}


def race(land: Landscape, optimizers: Mapping[str, Optimizer], steps: int, *, noise: float = 0.0,
         seed: int = 0) -> Race:
    """Let every optimizer walk from the start of `land`, with the same rate, and with the same draws of noise.

    Raises TypeError unless `land` is a `Landscape`, ValueError without optimizers.
    """
    if not isinstance(land, Landscape):
        raise TypeError(f"race: land is {land!r}; expected a Landscape, for example ravine(50).")
    if not optimizers:
        raise ValueError("race: there is no optimizer; expected at least one, as in {'Adam': lk.Adam(0.1)}.")
    opts = list(optimizers.values())
    paths = _run_all(land, opts, steps, land.start, noise, streams(seed).noise)
    heights = land.above_goal(paths)
    return Race(land.name, land.kappa, opts[0].lr, noise, land.limit(), land.start, land.goals, land.relief(),
                tuple(optimizers), paths, heights, arrival(heights.T))


guard(__name__)
