"""Does a signal survive many layers, and does the gradient survive the way back? Measured, and by mean-field theory.

Symbols: h the outputs of a layer, z what enters its activation, ∂L/∂z the gradient there, n the width, std that of one
weight. The random numbers stay the same while std is turned.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from labkit.checks import FLOAT, check_int, lookup, streams
from labkit.exercises.answers import array_of
from labkit.exercises.guard import AttemptError
from labkit.fits import guard
from labkit.initializers import he_normal
from labkit.layers import Elementwise, Generators, Layer, Linear
from labkit.network import Network, mlp
from labkit.probes import Layers, measure, propagate, random_network
from labkit.settings import Fixed, Hyperparameter
from labkit.theory import variance_profile

Array = np.ndarray
DEEPEST, USUAL, WIDEST = 20, 10, 500
"""Layers and units of the network that is drawn; a smaller one is a part of it, and up to the usual depth no more is
kept: ten layers of 500 units are 10 MB in every student's kernel.
"""


class Signal(NamedTuple):
    """Signal and gradient in every layer. `std` is that of one weight; theory_std and theory_gradient are (depth,)."""

    activation: str
    std: float
    width: int
    layers: Layers
    theory_std: Array
    theory_gradient: Array


def signal(std: float, activation: str, depth: int, width: int, *, low: float, high: float, bins: int = 81,
           batch: int = 64, seed: int = 0) -> Signal:
    """What happens to unit-Gaussian inputs, and to a unit-Gaussian gradient coming back, at weights of this std.

    The histograms of h have `bins` from `low` to `high`. Raises ValueError unless 1 ≤ depth ≤ 20 and width, batch ≥ 1.
    """
    return _sent_through(None, std, activation, depth, width, low=low, high=high, bins=bins, batch=batch, seed=seed)


def _sent_through(Z: Array | None, std: float, activation: str, depth: int, width: int, *, low: float, high: float,
                  bins: int, batch: int, seed: int) -> Signal:
    """`signal` with the weights std · Z, Z (depth, width, width); without Z with standard normal ones."""
    depth, width = check_int("signal", "depth", depth), check_int("signal", "width", width)
    batch, seed = check_int("signal", "batch", batch), check_int("signal", "seed", seed, low=0)
    if depth > DEEPEST:
        raise ValueError(f"signal: depth must be at most {DEEPEST}, got {depth}.")
    kept = USUAL if depth <= USUAL else DEEPEST
    network = random_network(kept, max(width, WIDEST), batch, seed=seed, of=DEEPEST).part(depth, width)
    flow = propagate(network.x, network.Z if Z is None else Z, std, activation, upstream=network.upstream)
    theory = variance_profile(activation, std, width, depth)
    return Signal(activation, std, width, measure(flow, low, high, bins), theory.std, theory.gradient)


# ------------------------------------------------------------------------------------------------ skip connections
class Skip(Layer):
    """y = x + c · relu(x) W, with He's W (n, n): the branch is as large as x, E[(relu(x) W)²] = E[x²], and not
    correlated with it, so a layer multiplies the second moment by 1 + c². He et al. 2016, arXiv:1603.05027.
    """

    __slots__ = ("_c", "_n", "shapes")
    n = Fixed(check_int)
    c = Hyperparameter(0, label="branch scale c", arrays=False)

    def __init__(self, n: int, c: float) -> None:
        self.n, self.c = n, c
        self.shapes = {"W": (n, n)}

    def start(self, init: Generators, dropout: Generators) -> None:
        """W by He's rule, replica by replica."""
        for rng, W in zip(init, self.params["W"].reshape(-1, self.n, self.n), strict=True):
            W[...] = he_normal(rng, self.n, self.n)

    def forward(self, x: Array, train: bool = False) -> Array:
        """y = x + c · relu(x) W."""
        h = np.maximum(x, 0)
        if train:
            self.kept.h = h
        return x + x.dtype.type(self.c) * (h @ self.params["W"])

    def backward(self, dy: Array) -> Array:
        """dW = c · relu(x)ᵀ dy, dx = dy + c · (dy Wᵀ) · relu'(x)."""
        branch = dy.dtype.type(self.c) * dy
        np.matmul(self.kept.h.mT, branch, out=self.grads["W"])
        return dy + (branch @ self.params["W"].mT) * (self.kept.h > 0)

    def __repr__(self) -> str:
        return f"Skip({self.n}, c={self.c:.3g})"


BRANCHES: dict[str, Callable[[int], float]] = {
    "no skip": lambda depth: math.nan, "c = 1": lambda depth: 1.0,
    "c = 1/√L": lambda depth: depth**-0.5, "c = 1/L": lambda depth: 1 / depth,
}
"""How the scale of the branches follows from the depth L; without a skip connection there are no branches."""


def deep_network(sizes: tuple[int, int, int], depth: int, branch: str, *, seed: int | Sequence[int] = 0) -> Network:
    """(n_in, width, n_out) with `depth` hidden layers, the first an ordinary one: plain ReLU, or with skip connections.

    `branch` is a name of `BRANCHES`. Raises ValueError for another one, or for a depth below 2.
    """
    n_in, width, n_out = sizes
    c = lookup(BRANCHES, branch, "deep_network: branch")(check_int("deep_network", "depth", depth, low=2))
    if math.isnan(c):
        return mlp([n_in, *[width] * depth, n_out], seed=seed)
    blocks = [Skip(width, c) for _ in range(depth - 1)]
    return Network([Linear(n_in, width), *blocks, Elementwise("relu"), Linear(width, n_out)], seed=seed)


# ------------------------------------------------------------------------------------------------ a student's weights
Rule = Callable[[np.random.Generator, int, int], Any]


class YourWeights:
    """Weights by a student's rule(rng, n_in, n_out) → W, scaled to the std that is asked for: at its own they are W.

    Raises AttemptError for an answer of another shape, or if it has no standard deviation. Drawn once for each width.
    """

    def __init__(self, rule: Rule, *, seed: int = 0) -> None:
        self.rule, self.seed = rule, seed
        self.drawn = lru_cache(maxsize=2)(self._drawn)

    def _drawn(self, width: int) -> tuple[Array, float]:
        """W / std(W) (DEEPEST, width, width), float32, and std(W)."""
        rng = streams(self.seed).init
        with np.errstate(over="ignore", invalid="ignore"):
            W = np.array([drawn_weights(self.rule, rng, width, width) for _ in range(DEEPEST)], FLOAT)
            std = float(W.std(dtype=float))
        if not std > 0 and np.isfinite(std):
            raise AttemptError("returned weights whose standard deviation is 0: all of them are equal",
                               "units that start equal stay equal; draw the weights from rng.")
        if not np.isfinite(std):
            raise AttemptError("returned weights that are too large for float32, whose largest number is 3·10³⁸",
                               "is there a division by a tiny number, or a power too many?")
        return W / FLOAT(std), std

    def std(self, width: int) -> float:
        """The standard deviation of W for layers of this width."""
        return self.drawn(width)[1]

    def signal(self, std: float, activation: str, depth: int, width: int, *, low: float, high: float, bins: int = 81,
               batch: int = 64) -> Signal:
        """As `signal`, with these weights."""
        return _sent_through(self.drawn(width)[0][:depth], std, activation, depth, width, low=low, high=high, bins=bins,
                             batch=batch, seed=self.seed)


def drawn_weights(rule: Rule, rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """What a student's rule draws: W (n_in, n_out); AttemptError if it is none."""
    return array_of(rule(rng, n_in, n_out), (n_in, n_out), "W", finite=True)


def with_std(f: Callable[[int, int], Any]) -> Rule:
    """Normal weights of the standard deviation f(n_in, n_out)."""
    return lambda rng, n_in, n_out: (array_of(f(n_in, n_out), (), "the standard deviation", finite=True)
                                     * rng.standard_normal((n_in, n_out)))


def two_starts(sizes: Sequence[int], activation: str, ours: Rule, yours: Rule, *, seed: int = 0) -> Network:
    """Two replicas with the same seed: the first starts from weights by `ours`, the second by `yours`."""
    def checked(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
        return drawn_weights(yours, rng, n_in, n_out)

    net = mlp(sizes, activation, init=ours, seed=[seed, seed])
    net.theta[1] = mlp(sizes, activation, init=checked, seed=seed).theta
    return net


def he_in_float64(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """He's weights, from the draws rng.standard_normal((n_in, n_out)): a student's are then the same numbers."""
    return np.sqrt(2 / n_in) * rng.standard_normal((n_in, n_out))


guard(__name__)
