"""Instruments: where in a network the signal or the gradient is lost, read off as plain numbers.

Symbols: z = h W pre-activations, h = φ(z) activations, dz = ∂L/∂z; arrays are (batch, units), layer by layer.
All functions are pure and none is fooled by scale: a layer whose values are near 1e36 or 1e-36 is measured in float32
as well as any other, although the squares of such values do not fit.
"""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from labkit.activations import ACTIVATIONS, Activation
from labkit.checks import FINITE, FLOAT, NOT_NEGATIVE, Range, check_array, check_int, in_range, lookup, streams

Array = np.ndarray


# ------------------------------------------------------------------------------------------------ size
def rms(a: Array) -> float:
    """√(mean a²), scaled by the largest entry first, so that it neither overflows nor underflows.

    >>> rms(np.array([3e36, -3e36], np.float32)) > 2.9e36
    True
    """
    return _scaled("rms", a, _norm)


def std(a: Array) -> float:
    """Standard deviation of all entries, √mean (a − mean a)², scaled like `rms`; infinite if an entry is not finite.

    >>> std(np.array([1.0, 3.0]))
    1.0
    """
    return _scaled("std", a, lambda a: _norm(a - a.mean()))


def between_example_std(a: Array) -> float:
    """What of the std tells examples apart: that of a (…, batch, units) less every unit's mean over the batch.

    >>> between_example_std(np.array([[5.0, -5.0], [5.0, -5.0]]))  # both examples give the same
    0.0
    """
    def apart(a: Array) -> float:
        a = a - a[..., :1, :]  # exact where examples nearly agree; a mean taken before would drown them in rounding
        return _norm(a - a.mean(axis=-2, keepdims=True))

    return _scaled("between_example_std", a, apart, "(…, batch, units)")


def _scaled(owner: str, a: Array, size_of: Callable[[Array], float], axes: str = "") -> float:
    """size_of(a / m) · m with m the largest |a|; infinite if an entry is not finite."""
    a = check_array(owner, a, axes, name="a", finite=False, some=True)
    m = max(float(a.max()), -float(a.min()))
    if not math.isfinite(m):
        return math.inf
    return size_of(a / a.dtype.type(m)) * m if m else 0.0


def _ends(owner: str, low: float, high: float) -> tuple[float, float]:
    high = in_range(owner, "high", high, FINITE)
    return in_range(owner, "low", low, Range(-math.inf, high, open_high=True)), high


def _norm(a: Array) -> float:
    a = a.ravel()
    return math.sqrt(float(a @ a) / a.size)


# ------------------------------------------------------------------------------------------------ shape
class Histogram(NamedTuple):
    """Counts in equal bins; the edge bins also hold what lies beyond them: `below` and `above` say how many.

    `zeros` is the number of entries that are exactly 0; they are counted in their bin too.
    """

    counts: Array
    below: int
    above: int
    zeros: int


def histogram(a: Array, low: float, high: float, bins: int) -> Histogram:
    """Histogram of all entries of `a` in `bins` equal bins from `low` to `high`; entries that are NaN are left out.

    Same bins as `np.histogram(a.clip(low, high), bins, (low, high))` up to rounding at the edges, several times faster.

    >>> histogram(np.array([-9.0, 0.0, 0.6, 1.0]), -1.0, 1.0, 4)
    Histogram(counts=array([1, 0, 1, 2]), below=1, above=0, zeros=1)
    """
    a = check_array("histogram", a, name="a", finite=False).ravel()
    (low, high), bins = _ends("histogram", low, high), check_int("histogram", "bins", bins)
    if math.isnan(float(a.max(initial=-math.inf))):
        a = a[~np.isnan(a)]
    place = a.clip(low, high)
    place -= low
    place *= bins / (high - low)
    np.minimum(place, bins - 1, out=place)
    counts = np.bincount(place.astype(np.intp), minlength=bins)
    below, above = int(np.count_nonzero(a < low)), int(np.count_nonzero(a > high))
    return Histogram(counts, below, above, int(np.count_nonzero(a == 0)))


def saturated(h: Array, low: float, high: float, margin: float = 0.015) -> float:
    """Share of the outputs within `margin` · (high − low) of an end of the range [low, high].

    With the default that is |h| ≥ 0.97 for tanh, and for the sigmoid the same units: σ(x) = (1 + tanh(x/2))/2.

    >>> saturated(np.array([-0.99, 0.2, 0.98, 0.5]), -1.0, 1.0)
    0.5
    """
    h = check_array("saturated", h, name="h", finite=False, some=True)
    low, high = _ends("saturated", low, high)
    room = in_range("saturated", "margin", margin, Range(0, 0.5)) * (high - low)
    return float(np.count_nonzero((h <= low + room) | (h >= high - room))) / h.size


def dead_units(slope: Array) -> Array:
    """Which units are dead: φ'(z) = 0 for every example. `slope` (…, examples, units) is φ'(z) over the WHOLE data set.

    A unit that is off for one example, or for one mini-batch, is not dead: another may move it. A NaN is no 0.

    >>> dead_units(np.array([[0.0, 1.0], [0.0, 0.0]]))
    array([ True, False])
    """
    slope = check_array("dead_units", slope, "(…, examples, units)", name="slope", finite=False, some=True)
    return ~np.any(slope, axis=-2)


def update_ratio(before: Array, after: Array) -> Array | float:
    """‖θ_after − θ_before‖ / ‖θ_before‖ along the last axis: how far one step moves the parameters.

    About 10⁻³ is usual for a healthy run. Infinite if θ_before is 0. Shapes (P,) → a number, (K, P) → (K,).

    >>> update_ratio(np.array([3.0, 4.0]), np.array([3.0, 4.5]))
    0.1
    """
    before, after = (check_array("update_ratio", a, "(…, P)", name=name, finite=False)
                     for name, a in (("before", before), ("after", after)))
    if before.shape != after.shape:
        raise ValueError(f"update_ratio: before has shape {before.shape}, after {after.shape}; expected the same.")
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.linalg.norm(after - before, axis=-1) / np.linalg.norm(before, axis=-1)
    return float(np.nan_to_num(ratio, posinf=np.inf)) if ratio.ndim == 0 else np.where(np.isnan(ratio), 0, ratio)


# ------------------------------------------------------------------------------------------------ layer by layer
class RandomNetwork(NamedTuple):
    """What a pass through a network without biases needs: x and upstream (batch, n), Z (depth, n, n); all N(0, 1)."""

    x: Array
    Z: Array
    upstream: Array

    def part(self, depth: int, width: int) -> "RandomNetwork":
        """The first layers and units only, as views: the picture of a smaller network resembles the large one's."""
        depth, width = check_int("part", "depth", depth), check_int("part", "width", width)
        return RandomNetwork(self.x[:, :width], self.Z[:depth, :width, :width], self.upstream[:, :width])


def random_network(depth: int, width: int, batch: int, *, seed: int = 0, of: int = 0) -> RandomNetwork:
    """Draw one, or with `of` > depth only the first layers of one that deep; asked again, the same read-only arrays."""
    sizes = (check_int("random_network", name, n) for name, n in (("depth", depth), ("width", width), ("batch", batch)))
    more = (check_int("random_network", name, n, low=0) for name, n in (("seed", seed), ("of", of)))
    return _drawn(*sizes, *more)


@lru_cache(maxsize=2)
def _drawn(depth: int, width: int, batch: int, seed: int, of: int) -> RandomNetwork:
    rng = streams(seed).init
    x, Z = (rng.standard_normal(shape, dtype=FLOAT) for shape in ((batch, width), (depth, width, width)))
    for _ in range(depth, of):  # the others are drawn and forgotten, so that upstream is that of the deep network
        rng.standard_normal((width, width), dtype=FLOAT)
    drawn = RandomNetwork(x, Z, rng.standard_normal((batch, width), dtype=FLOAT))
    for a in drawn:
        a.setflags(write=False)
    return drawn


class Flow(NamedTuple):
    """A forward and a backward pass: the outputs h and the gradients dz = ∂L/∂z of every layer, first to last."""

    h: list[Array]
    dz: list[Array]


def propagate(x: Array, Z: Array, std: float, activation: str | Activation, *, upstream: Array) -> Flow:
    """Send `x` forward and `upstream` backward through layers without bias, whose weights are W = std · Z.

    h_l = φ(h_{l−1} W_l), and back: dz_l = ∂L/∂h_l · φ'(z_l), ∂L/∂h_{l−1} = dz_l W_lᵀ, from ∂L/∂h_depth = upstream.
    Shapes: x and upstream (batch, n), Z (depth, n, n). Keep Z and change std: the picture then moves without a jump.
    Numbers too large for the float type become infinite or NaN, without a warning; numbers too small become 0.
    """
    act = lookup(ACTIVATIONS, activation, "propagate: activation")
    if not isinstance(act, Activation):
        raise TypeError(f"propagate: activation must be a name or an entry of ACTIVATIONS, got {act!r}.")
    x, Z, upstream = (check_array("propagate", a, name=name, finite=False)
                      for name, a in (("x", x), ("Z", Z), ("upstream", upstream)))
    scale = x.dtype.type(in_range("propagate", "std", std, NOT_NEGATIVE))
    _same_width(x, Z, upstream)
    zs, hs, dzs = [], [x], []
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        for Z_l in Z:
            z = hs[-1] @ Z_l
            z *= scale
            zs.append(z)
            hs.append(act.f(z))
        dh = upstream
        for layer in range(len(Z) - 1, -1, -1):
            dzs.append(dh * act.df(zs[layer], hs[layer + 1]))
            if layer:
                dh = dzs[-1] @ Z[layer].T
                dh *= scale
    return Flow(hs[1:], dzs[::-1])


def _same_width(x: Array, Z: Array, upstream: Array) -> None:
    n = x.shape[-1] if x.ndim == 2 and x.size else None
    if Z.shape[1:] != (n, n) or upstream.shape != x.shape:
        raise ValueError(f"propagate: x has shape {x.shape}, Z {Z.shape}, upstream {upstream.shape}; expected "
                         f"(batch, n), (depth, n, n), (batch, n) with one n.")


class Layers(NamedTuple):
    """What was measured in every layer, first to last: standard deviations of h and dz, and the histogram of h.

    std, between, gradient: (depth,); counts: (depth, bins); below, above, zeros, saturated: shares of h, (depth,).
    """

    std: Array
    between: Array
    gradient: Array
    counts: Array
    below: Array
    above: Array
    zeros: Array
    saturated: Array


def measure(flow: Flow, low: float, high: float, bins: int = 81) -> Layers:
    """The layers of `flow` as numbers: `std` of h and dz; `between_example_std`, `histogram` and saturation of h."""
    if not isinstance(flow, Flow):
        raise TypeError(f"measure: flow must be what propagate returns, got {type(flow).__name__}.")
    (low, high), bins = _ends("measure", low, high), check_int("measure", "bins", bins, low=2)
    rows = [(std(h), between_example_std(h), std(dz), found.counts, *(n / h.size for n in found[1:]),
             saturated(h, low, high)) for h, dz in zip(flow.h, flow.dz, strict=True)
            for found in [histogram(h, low, high, bins)]]
    return Layers(*(np.array(column) for column in zip(*rows, strict=True)))
