"""The shape of a cloud of data becomes the shape of the loss: a long thin cloud makes a long thin valley.

Symbols: x (n, d) the data, μ its mean, Σ its covariance (divisor n − 1), λ₁ ≥ λ₂ the variances along its principal
axes; H the Hessian of a linear model's loss, κ = λmax(H) / λmin(H) its condition number. κ = 1 is a round bowl, whose
gradient points straight away from the minimum; a large κ is a ravine, in which gradient descent crawls.
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from labkit.checks import Range, check_int, check_table, in_range, lookup

Array = np.ndarray
Move = Callable[[float], Array]
_POSITIVE = Range(0, math.inf, open_low=True, open_high=True)


# ------------------------------------------------------------------------------------------------ the bowl
def hessian(x: Array) -> Array:
    """H = AᵀA / n with A = [x 1]: the Hessian of ½ mean (x w + b − y)² in (w, b), whatever the targets y.

    x (n, d) → H (d + 1, d + 1), float64. With the mean at 0 the bias is on its own: H = [[Σ, 0], [0, 1]].

    >>> hessian(np.array([[1.0], [3.0]])).tolist()
    [[5.0, 2.0], [2.0, 1.0]]
    """
    x = check_table("hessian", x, dtype=np.float64)
    A = np.column_stack([x, np.ones(len(x))])
    return A.T @ A / len(A)


def condition_number(H: Array) -> float:
    """κ = λmax / λmin of a symmetric H ≥ 0; infinite when a direction has no curvature.

    >>> round(condition_number(np.diag([8.0, 2.0])), 6)
    4.0
    """
    curvatures = np.linalg.eigvalsh(H)
    flat = curvatures[-1] * len(curvatures) * np.finfo(curvatures.dtype).eps
    return float(curvatures[-1] / curvatures[0]) if curvatures[0] > flat else math.inf


def best_rate(H: Array) -> float:
    """2 / (λmin + λmax): of all constant learning rates the one whose slowest direction is fastest. Polyak 1987.

    With it every step leaves (κ − 1)/(κ + 1) of the distance along the flattest and along the steepest direction.
    """
    curvatures = np.linalg.eigvalsh(H)
    return float(2 / (curvatures[0] + curvatures[-1]))


def descend(H: Array, start: Array, lr: float, steps: int) -> Array:
    """The path of gradient descent on ½ δᵀHδ, δ = θ − θ* the distance from the minimum: δ ← δ − lr · Hδ.

    H (p, p), start (p,) → (steps + 1, p), the start first.

    >>> descend(np.eye(1), np.array([8.0]), 0.5, 3).ravel().tolist()
    [8.0, 4.0, 2.0, 1.0]
    """
    lr, path = in_range("descend", "lr", lr, _POSITIVE), [np.asarray(start, float)]
    for _ in range(check_int("descend", "steps", steps, low=0)):
        path.append(path[-1] - lr * (H @ path[-1]))
    return np.array(path)


def steps_to(share: float, kappa: float) -> float:
    """How many steps at `best_rate` bring the distance to `share` of what it was: ln share / ln((κ − 1)/(κ + 1)).

    A whole number, at least 1; infinite for κ = ∞.

    >>> steps_to(0.01, 1.0), steps_to(0.01, 10.0), steps_to(0.01, math.inf)
    (1, 23, inf)
    """
    share = in_range("steps_to", "share", share, Range(0, 1, open_low=True, open_high=True))
    if not kappa > 1:
        return 1
    left = math.log1p(-2 / (kappa + 1))
    return math.ceil(math.log(share) / left) if left else math.inf


# ------------------------------------------------------------------------------------------------ the journey
ROUTES = {
    "rotate, then scale": ("raw", "centred", "rotated", "whitened", "turned back"),
    "normalise first": ("raw", "centred", "normalised", "rotated", "whitened"),
}
"""Two ways to a round cloud, station by station. The first, turned back, is ZCA whitening."""


class Stop(NamedTuple):
    """A cloud somewhere on its route: the points (n, 2), their mean (2,) and covariance (2, 2), and the principal axes.

    `axes` (2, 2): the rows go from the mean to one standard deviation along each axis, as far as it has been carried.
    """

    points: Array
    mean: Array
    covariance: Array
    axes: Array


def journey(x: Array, route: str, at: float) -> Stop:
    """The cloud x (n, 2) at position `at` of a route: 0 is raw, 1 the second station of `ROUTES`, …, 4 the last.

    In between a step is done in part: the mean is on its way, the cloud half turned, an axis half scaled, so that a
    slider shows a film. Turns go the shorter way and are never reflections. Raises ValueError for points on one line,
    which have no second axis to scale.
    """
    x = check_table("journey", x, 2, dtype=np.float64)
    at = in_range("journey", "at", at, Range(0, 4))
    stations = lookup(ROUTES, route, "journey: route")
    mean, covariance = x.mean(axis=0), np.cov(x.T)
    moves = _moves(covariance, x.std(axis=0), route)
    M = _product(moves, at - 1)
    axes = M @ np.linalg.inv(_product(moves, stations.index("whitened") - 1))
    left = (1 - min(at, 1.0)) * mean
    return Stop((x - mean) @ M.T + left, left, M @ covariance @ M.T, axes.T)


def _moves(covariance: Array, std: Array, route: str) -> list[Move]:
    """What is done to the centred cloud, one after the other."""
    if condition_number(covariance) > 1e12:
        raise ValueError("journey: the points lie on one line; expected a cloud with some width.")
    if route == "normalise first":
        angle, spread = _principal_axes(covariance / np.outer(std, std))
        return [partial(_scale, std), partial(_turn, -angle), partial(_scale, spread)]
    angle, spread = _principal_axes(covariance)
    return [partial(_turn, -angle), partial(_scale, spread), partial(_turn, angle)]


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


# ------------------------------------------------------------------------------------------------ the price
def noise_share(variances: Array, noise: float, *, eps: float = math.inf) -> float:
    """How much of the variance of whitened data is noise, when white noise of this std is added before whitening.

    Σ s²/(λ + ε) / Σ (λ + s²)/(λ + ε) over the directions λ (d,), s = `noise`. Every direction keeps its own ratio
    λ : s², but whitening gives the poorest the same say as the richest. ε = ∞ is no whitening at all.

    >>> variances = np.array([100.0, 0.01])
    >>> round(noise_share(variances, 0.1), 4), round(noise_share(variances, 0.1, eps=0), 4)
    (0.0002, 0.3334)
    """
    in_range("noise_share", "noise", noise, Range(0, math.inf, open_high=True))
    variances, whitened = np.asarray(variances, float), eps != math.inf
    gain = 1 / (variances + in_range("noise_share", "eps", eps, Range(0, math.inf))) if whitened else 1.0
    gain = np.broadcast_to(gain, variances.shape)
    return float(noise**2 * gain.sum() / ((variances + noise**2) * gain).sum())
