"""Without a bend between them, ten linear layers are one linear layer: the activation function is the bend.

Symbols: x is the input of the activation (the pre-activation), y = f(x) its output, f'(x) its slope.
Every entry of `ACTIVATIONS` is a pair (f, f'); all are applied element by element and keep shape and float type.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from labkit.checks import POSITIVE, Range, as_float, in_range, lookup
from labkit.doors import function_door

Array = np.ndarray


class Activation(NamedTuple):
    """A function y = f(x) and its derivative df(x, y), which may use whichever of the two is cheaper.

    One of your own is `Activation("square", np.square, lambda x, y: 2 * x)`. `alpha` is the parameter of a family.

    >>> relu(np.array([-1.0, 2.0]))
    array([0., 2.])
    """

    name: str
    f: Callable[[Array], Array]
    df: Callable[[Array, Array], Array]
    alpha: float | None = None

    @np.errstate(under="ignore")  # e⁻⁸⁰⁰ is 0, whatever np.seterr says
    def __call__(self, x: Array) -> Array:
        """f(x), of the shape of x; whole numbers count as float64."""
        return self.f(as_float(self.name, x))

    @np.errstate(under="ignore")
    def slope(self, x: Array) -> Array:
        """f'(x), of the shape of x, for pictures and theory, where y has not been computed yet."""
        x = as_float(self.name, x)
        return self.df(x, self.f(x))

    def __reduce__(self) -> tuple[Callable, tuple]:
        """Copies and pickles of what this module knows carry its name, not its code."""
        known = ACTIVATIONS.get(self.name) is self or (self.name in FAMILIES and self.alpha is not None)
        return (named, (self.name, self.alpha)) if known else (Activation, tuple(self))

    def __repr__(self) -> str:
        return self.name


def _guarded(name: str, f: Callable, df: Callable, alpha: float | None = None) -> Activation:
    return Activation(name, function_door(name, f), function_door(name, df), alpha)


def _sigmoid(x: Array) -> Array:
    e = np.exp(-np.abs(x))  # never overflows: its argument is never positive
    return np.where(x >= 0, 1, e) / (1 + e)


def _gelu(x: Array) -> Array:
    return 0.5 * np.maximum(x, -10) * (1 + np.tanh(_gelu_inner(np.clip(x, -10, 10))))  # −∞ · 0 has no value


def _gelu_inner(x: Array) -> Array:
    return math.sqrt(2 / math.pi) * (x + 0.044715 * (x * x * x))  # several times faster than x**3


def _gelu_slope(x: Array, y: Array) -> Array:
    x = np.clip(x, -10, 10)  # beyond, the slope is 0 or 1 to the last digit, but 0 · x² would become 0 · ∞
    t = np.tanh(_gelu_inner(x))
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * math.sqrt(2 / math.pi) * (1 + 0.134145 * x * x)


def _silu_slope(x: Array, y: Array) -> Array:
    s = _sigmoid(x)
    return s + np.minimum(y, 1000) * (1 - s)  # beyond, 1 − s is 0


identity = _guarded("identity", lambda x: x, lambda x, y: np.ones_like(x))
"""y = x, f' = 1: no bend at all, the reference for everything else."""

sigmoid = _guarded("sigmoid", _sigmoid, lambda x, y: y * (1 - y))
"""σ(x) = 1 / (1 + e⁻ˣ) in (0, 1); σ' = σ(1 − σ) ≤ 1/4."""

tanh = _guarded("tanh", np.tanh, lambda x, y: 1 - y * y)
"""tanh(x) = 2σ(2x) − 1 in (−1, 1); f' = 1 − tanh² ≤ 1."""

relu = _guarded("relu", lambda x: np.maximum(x, 0), lambda x, y: (y > 0).astype(y.dtype))
"""max(x, 0); f' = 1 for x > 0, else 0 (at the kink too). Nair & Hinton 2010."""

gelu = _guarded("gelu", _gelu, _gelu_slope)
"""x Φ(x) in its tanh form, within 5·10⁻⁴ of the exact one. Hendrycks & Gimpel 2016, arXiv:1606.08415."""

silu = _guarded("silu", lambda x: np.maximum(x, -1000) * _sigmoid(x), _silu_slope)
"""x σ(x), also called swish. Elfwing et al. 2017, arXiv:1702.03118."""


def leaky(alpha: float = 0.01) -> Activation:
    """max(x, αx): f' = 1 for x > 0, else α ∈ [0, 1). Maas et al. 2013."""
    alpha = in_range("leaky_relu", "alpha", alpha, Range(0, 1, open_high=True))
    return _guarded("leaky_relu", lambda x: np.maximum(x, alpha * x),
                    lambda x, y: np.where(x > 0, x.dtype.type(1), x.dtype.type(alpha)), alpha)


def exponential_linear(alpha: float = 1.0) -> Activation:
    """x for x > 0, else α(eˣ − 1); f' = 1 or y + α, with α > 0. Clevert et al. 2015, arXiv:1511.07289."""
    alpha = in_range("elu", "alpha", alpha, POSITIVE)
    return _guarded("elu", lambda x: np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0))),
                    lambda x, y: np.where(x > 0, np.float32(1), y + alpha), alpha)


leaky_relu, elu = leaky(), exponential_linear()
FAMILIES = {"leaky_relu": leaky, "elu": exponential_linear}

ACTIVATIONS: dict[str, Activation] = {
    a.name: a for a in (identity, sigmoid, tanh, relu, leaky_relu, elu, gelu, silu)
}


def named(name: str, alpha: float | None = None) -> Activation:
    """The activation of this name, of a family the one with this `alpha`."""
    return ACTIVATIONS[name] if alpha in (None, ACTIVATIONS[name].alpha) else FAMILIES[name](alpha)


def check_activation(owner: str, name: str, value: Any) -> Activation:
    """The activation that `value` is or names; TypeError for a function without its derivative."""
    value = lookup(ACTIVATIONS, value, f"{owner}: {name}")
    if not isinstance(value, Activation) or not (callable(value.f) and callable(value.df)):
        raise TypeError(f"{owner}: {name} must be a name ({', '.join(ACTIVATIONS)}) or an Activation, got {value!r}. "
                        "A function of your own needs its derivative: lk.Activation('mine', f, df), df(x, y) = f'(x).")
    return value
