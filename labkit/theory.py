"""What happens to a signal in a wide random network can be computed without drawing a single weight.

Mean-field theory: in a layer of many units the pre-activations z are Gaussian with mean 0 and variance q, so one number
per layer is enough. Symbols: σ_w² = n · weight_std² for layers of n units, σ_b² the variance of the biases, φ the
activation, χ = σ_w² E[φ'(z)²] the factor by which the squared gradient grows per layer on its way back.
Poole et al. 2016, arXiv:1606.05340; Schoenholz et al. 2017, arXiv:1611.01232.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from labkit.activations import ACTIVATIONS, Activation
from labkit.checks import NOT_NEGATIVE, POSITIVE, Range, check_array, check_generator, check_int, in_range, lookup

Array = np.ndarray

# The midpoint rule on a fine grid of N(0, 1): no node at 0, where ReLU has its kink, and narrow enough for the spike of
# tanh'(√q z)², which Gauss–Hermite quadrature misses when √q is large.
_Z = (np.arange(8000) + 0.5) / 500 - 8
_WEIGHT = np.exp(-_Z * _Z / 2)
_WEIGHT /= _WEIGHT.sum()


def gaussian_mean(f: Callable[[Array], Array], q: float) -> float:
    """E[f(z)] for z ~ N(0, q), q ≥ 0.

    >>> round(gaussian_mean(np.square, 4.0), 6)
    4.0
    """
    q = in_range("gaussian_mean", "q", q, NOT_NEGATIVE)
    if not callable(f):
        raise TypeError(f"gaussian_mean: f must be a function of an array, such as np.square, got {f!r}.")
    values = check_array("gaussian_mean", f(math.sqrt(q) * _Z), name="what f returns", finite=False)
    if values.shape not in ((), _Z.shape):
        raise ValueError(f"gaussian_mean: f returns shape {values.shape} for {_Z.shape}; expected a number for each z.")
    return float(_WEIGHT @ np.broadcast_to(values, _Z.shape))


class Profile(NamedTuple):
    """What theory expects in each layer, first to last; every field has shape (depth,).

    q: variance of the pre-activation z; mean, second_moment: E[h] and E[h²] of the output h = φ(z);
    slope: E[φ'(z)²]; gradient: rms of ∂L/∂z when the gradient that enters after the last layer has rms 1.
    """

    q: Array
    mean: Array
    second_moment: Array
    slope: Array
    gradient: Array

    @property
    def std(self) -> Array:
        """√(E[h²] − E[h]²) per layer."""
        return np.sqrt(np.maximum(self.second_moment - self.mean**2, 0))

    @property
    def rms(self) -> Array:
        """√E[h²] per layer: what the next layer receives."""
        return np.sqrt(self.second_moment)


def variance_profile(activation: str | Activation, weight_std: float, width: int, depth: int, *,
                     bias_std: float = 0.0, input_second_moment: float = 1.0) -> Profile:
    """The recursion q ← σ_w² E[φ(√q z)²] + σ_b², from q = σ_w² E[x²] + σ_b² for the first layer, and the way back.

    With δ = ∂L/∂z: E[δ_l²] = E[φ'(z_l)²] · σ_w² · E[δ_{l+1}²]. weight_std ≥ 0 is the standard deviation of one weight;
    every layer has `width` units. Raises ValueError outside these ranges, for an unknown activation, and where the
    signal outgrows float64.

    >>> variance_profile("relu", math.sqrt(2 / 500), 500, 10).second_moment.round(6)[[0, -1]]
    array([1., 1.])
    """
    who = "variance_profile"
    act = lookup(ACTIVATIONS, activation, f"{who}: activation")
    if not isinstance(act, Activation):
        raise TypeError(f"{who}: activation must be a name or an entry of ACTIVATIONS, got {act!r}.")
    width, depth = check_int(who, "width", width), check_int(who, "depth", depth)
    sigma_w2 = width * in_range(who, "weight_std", weight_std, NOT_NEGATIVE) ** 2
    moment = in_range(who, "input_second_moment", input_second_moment, NOT_NEGATIVE)
    with np.errstate(all="ignore"):
        found = _recursion(act, sigma_w2, in_range(who, "bias_std", bias_std, NOT_NEGATIVE) ** 2, moment, depth)
    if not all(np.isfinite(a).all() for a in found):
        raise ValueError(f"{who}: the signal outgrows float64 at weight_std = {weight_std:g}, bias_std = {bias_std:g} "
                         f"in {depth} layers; take smaller ones, or fewer layers.")
    return found


def _recursion(act: Activation, sigma_w2: float, sigma_b2: float, moment: float, depth: int) -> Profile:
    layers = []
    for _ in range(depth):
        q = sigma_w2 * moment + sigma_b2
        x = math.sqrt(q) * _Z
        y = act.f(x)
        moment = float(_WEIGHT @ (y * y))
        layers.append((q, float(_WEIGHT @ y), moment, float(_WEIGHT @ np.square(act.df(x, y)))))
    q, mean, second, slope = np.array(layers).T
    back = slope * np.float64(sigma_w2) ** np.arange(depth - 1, -1, -1.0)
    back[:-1] *= np.cumprod(slope[:0:-1])[::-1]
    return Profile(q, mean, second, slope, np.sqrt(back))


def largest_curvature(gradient: Callable[[Array], Array], theta: Array, *, rng: np.random.Generator,
                      iterations: int = 100, eps: float = 1e-4) -> float:
    """λmax of the Hessian H of a loss, from its gradient alone: power iteration v ← Hv/‖Hv‖.

    Hv ≈ (g(θ + εv) − g(θ − εv)) / 2ε with ‖v‖ = 1. The iteration finds the eigenvalue of largest size; where that is a
    negative λ, a second one finds the largest of H − λI, none of whose eigenvalues is negative. θ (P,) is not changed.
    The answer is 0 where the gradient does not change; ValueError where it is not finite or of another shape than θ.
    """
    who = "largest_curvature"
    theta, rng = check_array(who, theta, "(P,)", name="theta"), check_generator(who, rng)
    eps, iterations = in_range(who, "eps", eps, Range(0, 1, open_low=True)), check_int(who, "iterations", iterations)
    if not callable(gradient):
        raise TypeError(f"{who}: gradient must be a function of theta, got {gradient!r}.")

    def product(v: Array) -> Array:
        ends = [check_array(who, gradient(theta + step * v), name="gradient(theta)") for step in (eps, -eps)]
        if ends[0].shape != theta.shape:
            raise ValueError(f"{who}: gradient(theta) has shape {ends[0].shape}; expected {theta.shape}, as theta.")
        return (ends[0] - ends[1]) / (2 * eps)

    start = rng.standard_normal(theta.shape).astype(theta.dtype)
    found = _dominant_eigenvalue(product, start, iterations)
    if found >= 0:
        return found
    return found + _dominant_eigenvalue(lambda v: product(v) - found * v, start, iterations)


def _dominant_eigenvalue(product: Callable[[Array], Array], v: Array, iterations: int) -> float:
    size = 0.0
    for _ in range(iterations):
        length = np.linalg.norm(v)
        if length == 0:
            return 0.0
        v = v / length
        Hv = product(v)
        size, v = float(v @ Hv), Hv
    return size


def largest_stable_rate(curvature: float) -> float:
    """2/λmax: gradient descent on a quadratic of curvature λ multiplies the error by 1 − lr·λ, stable for lr < 2/λ."""
    return 2 / in_range("largest_stable_rate", "curvature", curvature, POSITIVE)
