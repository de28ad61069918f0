"""The shape of a cloud of data becomes the shape of the loss: a long thin cloud makes a long thin valley.

Symbols: x (n, d) the data, μ its mean, Σ its covariance (divisor n − 1), λ₁ ≥ λ₂ the variances along its principal
axes; H the Hessian of a linear model's loss, κ = λmax(H) / λmin(H) its condition number. κ = 1 is a round bowl, whose
gradient points straight away from the minimum; a large κ is a ravine, in which gradient descent crawls.
"""

import math

import numpy as np

from labkit.checks import NOT_NEGATIVE, POSITIVE, PROPER_SHARE, check_array, check_int, check_table, in_range
from labkit.fits import Endless, guard

Array = np.ndarray


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
    curvatures = np.linalg.eigvalsh(check_table("best_rate", H, dtype=np.float64))
    if curvatures[0] < 0 or not curvatures[-1]:
        raise ValueError(f"best_rate: H curves by {curvatures[0]:g} to {curvatures[-1]:g}; expected a valley, all ≥ 0.")
    return float(2 / (curvatures[0] + curvatures[-1]))


def gradient_path(H: Array, start: Array, lr: float, steps: int) -> Array:
    """The path of gradient descent on ½ δᵀHδ, δ = θ − θ* the distance from the minimum: δ ← δ − lr · Hδ.

    H (p, p), start (p,) → (steps + 1, p), the start first.

    >>> gradient_path(np.eye(1), np.array([8.0]), 0.5, 3).ravel().tolist()
    [8.0, 4.0, 2.0, 1.0]
    """
    lr, path = in_range("gradient_path", "lr", lr, POSITIVE), [np.asarray(start, float)]
    for _ in range(check_int("gradient_path", "steps", steps, low=0)):
        path.append(path[-1] - lr * (H @ path[-1]))
    return np.array(path)


def steps_to(share: float, kappa: Endless) -> float:
    """How many steps at `best_rate` bring the distance to `share` of what it was: ln share / ln((κ − 1)/(κ + 1)).

    A whole number, at least 1; infinite for κ = ∞.

    >>> steps_to(0.01, 1.0), steps_to(0.01, 10.0), steps_to(0.01, math.inf)
    (1, 23, inf)
    """
    share = in_range("steps_to", "share", share, PROPER_SHARE)
    if not kappa > 1:
        return 1
    left = math.log1p(-2 / (kappa + 1))
    return math.ceil(math.log(share) / left) if left else math.inf


# ------------------------------------------------------------------------------------------------ the price
def noise_share(variances: Array, noise: float, *, eps: float = math.inf) -> float:
    """How much of the variance of whitened data is noise, when white noise of this std is added before whitening.

    Σ s²/(λ + ε) / Σ (λ + s²)/(λ + ε) over the directions λ (d,), s = `noise`. Every direction keeps its own ratio
    λ : s², but whitening gives the poorest the same say as the richest. ε = ∞ is no whitening at all.

    >>> variances = np.array([100.0, 0.01])
    >>> round(noise_share(variances, 0.1), 4), round(noise_share(variances, 0.1, eps=0), 4)
    (0.0002, 0.3334)
    """
    in_range("noise_share", "noise", noise, NOT_NEGATIVE)
    variances = check_array("noise_share", variances, name="variances", dtype=float, some=True)
    whitened = eps != math.inf
    gain = 1 / (variances + in_range("noise_share", "eps", eps, NOT_NEGATIVE)) if whitened else 1.0
    gain = np.broadcast_to(gain, variances.shape)
    return float(noise**2 * gain.sum() / ((variances + noise**2) * gain).sum())


guard(__name__)
