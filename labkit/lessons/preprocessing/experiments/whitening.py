"""A cloud of points on its way from raw to white, step by step, and the loss of a linear model at every step.

Symbols: x (n, 2) the points, μ their mean, Σ their covariance, κ the condition number of the Hessian.
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from labkit.checks import Range, check_int, check_table, in_range, lookup, streams
from labkit.datasets import gaussian_cloud
from labkit.fits import guard
from labkit.lessons.preprocessing.experiments.conditioning import (
    best_rate,
    condition_number,
    gradient_path,
    hessian,
    steps_to,
)

Array = np.ndarray
Move = Callable[[float], Array]
MEAN, STD = (5.0, 7.0), 0.6
STEPS = 30


# ------------------------------------------------------------------------------------------------ from raw to white
PIPELINES = {
    "rotate, then scale": ("raw", "centred", "rotated", "whitened", "turned back"),
    "normalise first": ("raw", "centred", "normalised", "rotated", "whitened"),
}
"""Two ways to a round cloud, stage by stage. The first, turned back, is ZCA whitening."""


class Stage(NamedTuple):
    """A cloud on its way to white: the points (n, 2), their mean (2,) and covariance (2, 2), the principal axes.

    `axes` (2, 2): the rows go from the mean to one standard deviation along each axis, as far as it has been carried.
    """

    points: Array
    mean: Array
    covariance: Array
    axes: Array


def whitening_path(x: Array, pipeline: str, at: float) -> Stage:
    """The cloud x (n, 2) at position `at` of a pipeline: 0 is raw, 1 the second stage of `PIPELINES`, …, 4 the last.

    In between a step is done in part: the mean is on its way, the cloud half turned, an axis half scaled, so that a
    slider shows a film. Turns go the shorter way and are never reflections. Raises ValueError for points on one line,
    which have no second axis to scale.
    """
    x = check_table("whitening_path", x, 2, dtype=np.float64)
    at = in_range("whitening_path", "at", at, Range(0, 4))
    stages = lookup(PIPELINES, pipeline, "whitening_path: pipeline")
    mean, covariance = x.mean(axis=0), np.cov(x.T)
    moves = _moves(covariance, x.std(axis=0), pipeline)
    M = _product(moves, at - 1)
    axes = M @ np.linalg.inv(_product(moves, stages.index("whitened") - 1))
    left = (1 - min(at, 1.0)) * mean
    return Stage((x - mean) @ M.T + left, left, M @ covariance @ M.T, axes.T)


def _moves(covariance: Array, std: Array, pipeline: str) -> list[Move]:
    """What is done to the centred cloud, one after the other."""
    if condition_number(covariance) > 1e12:
        raise ValueError("whitening_path: the points lie on one line; expected a cloud with some width.")
    if pipeline == "normalise first":
        angle, std_along = _principal_axes(covariance / np.outer(std, std))
        return [partial(_scale, std), partial(_turn, -angle), partial(_scale, std_along)]
    angle, std_along = _principal_axes(covariance)
    return [partial(_turn, -angle), partial(_scale, std_along), partial(_turn, angle)]


def _product(moves: Sequence[Move], done: float) -> Array:
    """The matrix of the first `done` moves, the last of them in part."""
    M = np.eye(2)
    for i, move in enumerate(moves):
        M = move(min(max(done - i, 0.0), 1.0)) @ M
    return M


def _principal_axes(covariance: Array) -> tuple[float, Array]:
    """The angle of the widest axis, at most π/2 either way, and the standard deviations along it and across."""
    variances, U = np.linalg.eigh(covariance)
    x, y = U[:, 1]
    return math.atan2(math.copysign(1, x) * y, abs(x)), np.sqrt(variances[::-1])


def _turn(angle: float, share: float) -> Array:
    c, s = math.cos(share * angle), math.sin(share * angle)
    return np.array([[c, -s], [s, c]])


def _scale(std: Array, share: float) -> Array:
    return np.diag(std**-share)


# ------------------------------------------------------------------------------------------------ a cloud and its loss
class Cloud(NamedTuple):
    """A cloud at position `at` of its pipeline, with its Hessian in numbers, and gradient descent on that loss.

    `ahead` (n,) marks the points that are painted in the first colour; `curvatures` are the flattest and the steepest;
    `walk` (steps + 1, 2) is the path of gradient descent along these two; `steps` bring the distance down to 1 %.
    `raw` (2, 2) is the covariance at stage 0.
    """

    stage: Stage
    ahead: Array
    stages: tuple[str, ...]
    at: float
    curvatures: tuple[float, float]
    kappa: float
    walk: Array
    steps: float
    raw: Array


def cloud(at: float, route: str, correlation: float, scale: float, angle: float, *, n: int = 400,
          seed: int = 0) -> Cloud:
    """A cloud with mean (5, 7) and standard deviations `scale` and 0.6, at position `at` of the pipeline `route`.

    Raises ValueError unless 0 ≤ at ≤ 4, |correlation| < 1, scale > 0, n ≥ 3; `angle` is in degrees.
    """
    x = gaussian_cloud(check_int("cloud", "n", n, low=3), streams(seed).data, mean=MEAN, std=(scale, STD),
                       correlation=correlation, angle=angle)
    stage, raw, white = (whitening_path(x, *where) for where in ((route, at), (route, 0), ("rotate, then scale", 3)))
    H = hessian(stage.points)
    curvatures = np.linalg.eigvalsh(H)[[0, -1]]
    valley, kappa = np.diag(curvatures), condition_number(H)
    walk = gradient_path(valley, np.ones(2), best_rate(valley), STEPS)
    return Cloud(stage, white.points[:, 0] > 0, PIPELINES[route], at, tuple(curvatures.tolist()), kappa, walk,
                 steps_to(0.01, kappa), raw.covariance)


guard(__name__)
