"""Where an activation is flat, its derivative is nearly 0, and it stops the gradient: it is saturated there.

Symbols: x is the input of the activation, x ~ N(mean, std²); f'(x) its slope. A slope below `FLAT` counts as saturated.
"""

import math
from typing import NamedTuple

import numpy as np

from labkit.activations import ACTIVATIONS, Activation
from labkit.checks import NOT_NEGATIVE, POSITIVE, PROPER_SHARE, check_int, in_range, lookup
from labkit.fits import guard
from labkit.theory import gaussian_mean

Array = np.ndarray
FLAT = 0.01
"""|f'(x)| below this is called saturated: the unit passes on less than one per cent of the gradient."""
BENT = tuple(name for name in ACTIVATIONS if name != "identity")
"""The activations that bend."""


def saturated_share(activation: str | Activation, mean: float, std: float) -> float:
    """P(|f'(x)| < FLAT) for x ~ N(mean, std²), std ≥ 0: the share of inputs that meet a flat piece.

    >>> round(saturated_share("sigmoid", 0.0, 1.0), 3), round(saturated_share("relu", 0.0, 1.0), 3)
    (0.0, 0.5)
    """
    act = lookup(ACTIVATIONS, activation, "saturated_share: activation")
    return gaussian_mean(lambda z: np.abs(act.slope(mean + z)) < FLAT, _variance("saturated_share", std))


def widest_input(activation: str | Activation, share: float = 0.05, *, mean: float = 0.0) -> float:
    """The largest std for which `saturated_share` stays at most `share`: 0 if no std does, ∞ if every one up to 100.

    By bisection: what it finds is the largest such std if the share grows with std.

    >>> round(widest_input("sigmoid"), 2), widest_input("relu")
    (2.34, 0.0)
    """
    in_range("widest_input", "share", share, PROPER_SHARE)
    narrow, wide = 1e-3, 100.0
    if saturated_share(activation, mean, wide) <= share:
        return math.inf
    if saturated_share(activation, mean, narrow) > share:
        return 0.0
    while wide - narrow > 1e-4 * narrow:
        middle = math.sqrt(wide * narrow)
        if saturated_share(activation, mean, middle) <= share:
            narrow = middle
        else:
            wide = middle
    return narrow


def slope_product(activation: str | Activation, std: float, depth: int) -> Array:
    """rms of f'(x_1) f'(x_2) … f'(x_l) for l = 1 … depth, with independent x ~ N(0, std²): (depth,).

    √E[Π f'²] = (√E[f'(x)²])^l. It is what the activations alone leave of a gradient; the weights come on top.

    >>> slope_product("relu", 1.0, 4).round(4).tolist()
    [0.7071, 0.5, 0.3536, 0.25]
    """
    act = lookup(ACTIVATIONS, activation, "slope_product: activation")
    one = math.sqrt(gaussian_mean(lambda z: np.square(act.slope(z)), _variance("slope_product", std)))
    return one ** np.arange(1.0, check_int("slope_product", "depth", depth) + 1)


def _variance(owner: str, std: float) -> float:
    return in_range(owner, "std", std, NOT_NEGATIVE) ** 2


# ------------------------------------------------------------------------------------------------ for the picture
class Saturation(NamedTuple):
    """An activation and the inputs it meets. x, f, slope, density: (points,); the density's peak is 1.

    `shares` has the saturated share of every activation in `names` for the same inputs, NaN for one that is not known
    yet; `mean_slope` is E[f'(x)].
    """

    activation: str
    mean: float
    std: float
    x: Array
    f: Array
    slope: Array
    density: Array
    shares: Array
    mean_slope: float
    names: tuple[str, ...] = BENT

    @property
    def share(self) -> float:
        """The saturated share of this activation."""
        return float(self.shares[self.names.index(self.activation)])

    @property
    def beyond(self) -> float:
        """The share of the inputs that lie left or right of what is drawn."""
        ends = (self.mean - self.x[0], self.x[-1] - self.mean)
        return sum(math.erfc(end / (self.std * math.sqrt(2))) / 2 for end in ends)


def saturation(activation: str, mean: float, std: float, *, own: Activation | None = None, limit: float = 8.0,
               points: int = 401) -> Saturation:
    """All that can be seen of `activation` at inputs N(mean, std²), drawn from −limit to limit; std > 0.

    An activation of one's `own` joins the known ones under its name.
    """
    table = ACTIVATIONS if own is None else ACTIVATIONS | {own.name: own}
    names = BENT if own is None else (*BENT, own.name)
    act = lookup(table, activation, "saturation: activation")
    in_range("saturation", "std", std, POSITIVE)
    x = np.linspace(-limit, limit, points)
    f, density = act.f(x), np.exp(-((x - mean) ** 2) / (2 * std**2))
    shares = np.array([saturated_share(table[name], mean, std) for name in names])
    mean_slope = gaussian_mean(lambda z: act.slope(mean + z), std**2)
    return Saturation(activation, mean, std, x, f, act.df(x, f), density, shares, mean_slope, names)


def without_own(name: str, mean: float, std: float) -> Saturation:
    """The sigmoid, with room for an activation of this name whose share is not known yet."""
    known = saturation("sigmoid", mean, std)
    return known._replace(shares=np.append(known.shares, np.nan), names=(*BENT, name))


guard(__name__)
