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
from labkit.checks import Range, check_int, in_range, lookup

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
    return float(_WEIGHT @ f(math.sqrt(q) * _Z))


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
    every layer has `width` units. Raises ValueError outside these ranges and for an unknown activation.

    >>> variance_profile("relu", math.sqrt(2 / 500), 500, 10).second_moment.round(6)[[0, -1]]
    array([1., 1.])
    """
    act = lookup(ACTIVATIONS, activation, "variance_profile: activation")
    sigma_w2 = check_int("variance_profile", "width", width) * in_range(
        "variance_profile", "weight_std", weight_std, Range(0, math.inf)) ** 2
    layers, moment = [], input_second_moment
    for _ in range(check_int("variance_profile", "depth", depth)):
        q = sigma_w2 * moment + bias_std**2
        x = math.sqrt(q) * _Z
        y = act.f(x)
        moment = float(_WEIGHT @ (y * y))
        layers.append((q, float(_WEIGHT @ y), moment, float(_WEIGHT @ np.square(act.df(x, y)))))
    q, mean, second, slope = np.array(layers).T
    back = slope * sigma_w2 ** np.arange(depth - 1, -1, -1.0)
    back[:-1] *= np.cumprod(slope[:0:-1])[::-1]
    return Profile(q, mean, second, slope, np.sqrt(back))


def largest_curvature(gradient: Callable[[Array], Array], theta: Array, *, rng: np.random.Generator,
                      iterations: int = 100, eps: float = 1e-4) -> float:
    """λmax of the Hessian H of a loss, from its gradient alone: power iteration v ← Hv/‖Hv‖.

    Hv ≈ (g(θ + εv) − g(θ − εv)) / 2ε with ‖v‖ = 1. The iteration finds the eigenvalue of largest size; where that is a
    negative λ, a second one finds the largest of H − λI, none of whose eigenvalues is negative. θ (P,) is not changed.
    """
    def product(v: Array) -> Array:
        return (gradient(theta + eps * v) - gradient(theta - eps * v)) / (2 * eps)

    start = rng.standard_normal(theta.shape).astype(theta.dtype)
    found = _dominant_eigenvalue(product, start, iterations)
    if found >= 0:
        return found
    return found + _dominant_eigenvalue(lambda v: product(v) - found * v, start, iterations)


def _dominant_eigenvalue(product: Callable[[Array], Array], v: Array, iterations: int) -> float:
    size = 0.0
    for _ in range(iterations):
        v = v / np.linalg.norm(v)
        Hv = product(v)
        size, v = float(v @ Hv), Hv
    return size


def largest_stable_rate(curvature: float) -> float:
    """2/λmax: gradient descent on a quadratic of curvature λ multiplies the error by 1 − lr·λ, stable for lr < 2/λ."""
    return 2 / in_range("largest_stable_rate", "curvature", curvature, Range(0, math.inf, open_low=True))
