"""What the instruments beside a training run read off: pure functions of a network and of arrays.

Symbols: h = φ(z) activations, W and b of layer l, θ before and after one update. All look at a network as it is and
change nothing. Networks of K replicas are read as a whole: units and examples of all of them together, and for one
number per layer the median over the replicas.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from labkit.checks import FLOAT
from labkit.layers import Elementwise, Linear
from labkit.losses import softmax
from labkit.network import Network
from labkit.probes import Layers, between_example_std, dead_units, histogram, saturated, std, update_ratio

Array = np.ndarray


# ------------------------------------------------------------------------------------------------ the signal
def activations(net: Network, x: Array, low: float, high: float, *, bins: int = 81) -> Layers:
    """Spread and histogram of h in every activation layer for the inputs x (examples, features), in evaluation mode.

    `gradient` is not measured here and is NaN.
    """
    rows = []
    with np.errstate(all="ignore"):
        for layer, h in net.activations(x):
            if isinstance(layer, Elementwise):
                found = histogram(h, low, high, bins)
                rows.append((std(h), between_example_std(h), np.nan, found.counts, found.below / h.size,
                             found.above / h.size, found.zeros / h.size, saturated(h, low, high)))
    return Layers(*(np.array(column) for column in zip(*rows, strict=True)))


def dead_shares(net: Network, x: Array, *, size: int = 1000) -> Array:
    """Share of units per activation layer whose slope φ'(z) is 0 for EVERY example of x: (layers,).

    One example, or one mini-batch, cannot tell: pass the whole training set. It is read in parts of `size`.
    """
    dead: list[Array] = []
    with np.errstate(all="ignore"):
        for start in range(0, len(x), size):
            found, z = [], x[start:start + size]
            for layer, y in net.activations(z):
                if isinstance(layer, Elementwise):
                    found.append(dead_units(layer.activation.df(z, y)))
                z = y
            dead = [a & b for a, b in zip(dead, found, strict=True)] if dead else found
    return np.array([units.mean() for units in dead])


def weight_values(net: Network) -> Array:
    """All weights of the network (biases, γ and β left out) in one row."""
    return np.concatenate([W.ravel() for W in net.weights()])


# ------------------------------------------------------------------------------------------------ the updates
def layer_slices(net: Network) -> list[slice]:
    """Where in θ the parameters W and b of each linear layer lie, first to last.

    >>> from labkit.network import mlp
    >>> layer_slices(mlp([3, 4, 2]))
    [slice(0, 16, None), slice(16, 26, None)]
    """
    slices, start = [], 0
    for layer in net.layers:
        stop = start + sum(int(np.prod(shape)) for shape in layer.shapes.values())
        slices += [slice(start, stop)] if isinstance(layer, Linear) else []
        start = stop
    return slices


def gradient_norms(net: Network) -> Array:
    """‖∂L/∂(W, b)‖ of every linear layer, of the last `backward`: (layers,)."""
    return _median([_norm(net.grad[..., part]) for part in layer_slices(net)])


def update_ratios(net: Network, previous_theta: Array) -> Array:
    """‖Δ(W, b)‖ / ‖(W, b)‖ of every linear layer, from `previous_theta` (…, P) to the θ of now: (layers,)."""
    with np.errstate(over="ignore"):
        return _median([update_ratio(previous_theta[..., part], net.theta[..., part]) for part in layer_slices(net)])


def _norm(a: Array) -> Array:
    with np.errstate(over="ignore"):
        return np.linalg.norm(a, axis=-1)


def _median(rows: Sequence[Array | float]) -> Array:
    values = np.array(rows, float)
    return np.median(values, axis=1) if values.ndim == 2 else values


# ------------------------------------------------------------------------------------------------ the answers
class Regions(NamedTuple):
    """The predicted classes on a grid over two features: predicted (n, n), whole numbers, row by row upwards.

    margin (n, n) is the probability of that class less that of the next. Replicas vote with the mean of their
    probabilities; members (K, n, n) are the predictions of each alone, K = 0 for a network without replicas. extent is
    left, right, bottom, top.
    """

    predicted: Array
    margin: Array
    members: Array
    extent: tuple[float, float, float, float]


def grid_over(x: Array, n: int = 72, *, room: float = 0.12) -> tuple[Array, tuple[float, float, float, float]]:
    """An n × n grid (n², 2) over the points x (examples, 2) with some `room` around them, and its extent."""
    low, high = x.min(axis=0), x.max(axis=0)
    half = max(high - low) / 2 * (1 + room)
    (left, bottom), (right, top) = (low + high) / 2 - half, (low + high) / 2 + half
    across, up = np.meshgrid(np.linspace(left, right, n), np.linspace(bottom, top, n))
    return np.stack([across.ravel(), up.ravel()], axis=1).astype(FLOAT), tuple(map(float, (left, right, bottom, top)))


def regions(net: Network, grid: Array, extent: tuple[float, float, float, float]) -> Regions:
    """Ask the network at every point of `grid_over(x)`."""
    n = round(len(grid) ** 0.5)
    p = _probabilities(net, grid)
    members = p.argmax(axis=-1).reshape(-1, n, n) if net.replicas else np.zeros((0, n, n), int)
    mean = _mean_probabilities(p)
    runner_up, first = np.moveaxis(np.partition(mean, -2, axis=-1)[..., -2:], -1, 0)
    return Regions(mean.argmax(axis=-1).reshape(n, n), (first - runner_up).reshape(n, n), members, extent)


def predict_proba(net: Network, x: Array) -> Array:
    """Probabilities of the classes for x (examples, features): (examples, classes); replicas give their mean."""
    return _mean_probabilities(_probabilities(net, x))


def _probabilities(net: Network, x: Array) -> Array:
    with np.errstate(all="ignore"):
        return softmax(net.forward(x))


def _mean_probabilities(p: Array) -> Array:
    """The mean over the replicas that have not diverged; NaN if all have."""
    if p.ndim == 2:
        return p
    alive = np.isfinite(p).all(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        return np.where(alive, p, 0).sum(axis=0) / alive.sum(axis=0)
