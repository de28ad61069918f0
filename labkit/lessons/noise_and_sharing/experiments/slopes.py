"""Noise on the inputs is a penalty on the slope: exactly for a linear model, nearly for a small network.

Symbols: w the weights of a linear model, σ the noise of the inputs, M noisy copies of every example; J = dŷ/dx the
slope of a network. E over the noise of the squared error = squared error + σ²‖w‖². Bishop 1995, Neural Computation 7.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from labkit.checks import check_int
from labkit.datasets import noisy_sine
from labkit.fits import guard
from labkit.layers import Elementwise, Layer, Linear
from labkit.lessons.noise_and_sharing.experiments.batches import fit
from labkit.lessons.noise_and_sharing.experiments.noise import InputNoise
from labkit.losses import mean_squared_error
from labkit.network import Network
from labkit.optimizers import Adam
from labkit.regularizers import ridge

Array = np.ndarray
N, D = 20, 8
"""Examples and inputs of the linear model."""
MOST_COPIES = 3000
POINTS, WIDTH, STEPS = 30, 50, 1500
GRID = np.linspace(-1, 1, 201, dtype=np.float32)[:, None]


# ------------------------------------------------------------------------------------------------ a linear model
class Copies(NamedTuple):
    """Weights (d,) of least squares on M noisy copies, of ridge with λ = 2σ², and of least squares without noise.

    apart (c,) is ‖noisy − ridge‖ / ‖ridge‖ for the numbers of copies in counts (c,), `now` the one for M.
    """

    copies: int
    sigma: float
    noisy: Array
    ridge: Array
    plain: Array
    now: float
    counts: Array
    apart: Array


def linear_data(seed: int = 0, n: int = N, d: int = D) -> tuple[Array, Array]:
    """n centred examples with d inputs, two of them nearly the same, so that least squares gives large weights."""
    rng, n, d = np.random.default_rng(seed), check_int("linear_data", "n", n), check_int("linear_data", "d", d, low=2)
    x = rng.standard_normal((n, d))
    x[:, 1] = x[:, 0] + 0.3 * rng.standard_normal(n)
    y = x @ rng.standard_normal(d) + rng.standard_normal(n)
    return x - x.mean(axis=0), y - y.mean()


def noisy_copies(copies: int, sigma: float, *, seed: int = 0) -> Copies:
    """Least squares on `copies` ≤ 3000 noisy copies of every example, beside ridge, which needs no copies.

    Copies are drawn from one stream: more of them only adds new ones.
    """
    copies = min(check_int("noisy_copies", "copies", copies), MOST_COPIES)
    x, y = linear_data(seed)
    # XᵀX and Xᵀy of the first 1, 2, … copies
    shaken = x + sigma * np.random.default_rng(seed + 1).standard_normal((MOST_COPIES, *x.shape))
    G, c = (shaken.mT @ shaken).cumsum(axis=0), (y @ shaken).cumsum(axis=0)
    counts = np.unique(np.geomspace(1, MOST_COPIES, 24).round().astype(int))
    exact = ridge(x, y, 2 * sigma**2).w
    w = np.linalg.solve(G[np.append(counts, copies) - 1], c[np.append(counts, copies) - 1][..., None])[..., 0]
    apart = np.linalg.norm(w - exact, axis=1) / np.linalg.norm(exact)
    return Copies(copies, float(sigma), w[-1], exact, ridge(x, y, 0.0).w, float(apart[-1]), counts, apart[:-1])


# ------------------------------------------------------------------------------------------------ a small network
class Sines(NamedTuple):
    """Networks of K seeds, each on 30 noisy points of a sine of its own.

    x, y (K, points): the data; curve (K, grid) the answers on `GRID`; error (K,) the distance to the true sine (root of
    the mean square), slope (K,) the mean of J² on [−1, 1], train (K,) the distance to the points.
    """

    net: Network
    x: Array
    y: Array
    curve: Array
    error: Array
    slope: Array
    train: Array


TRUE_SLOPE = math.pi**2 / 2
"""The mean of (d sin(πx)/dx)² over [−1, 1]."""


def sines(sigma: float, seeds: Sequence[int], *, fresh: bool = True, steps: int = STEPS) -> Sines:
    """Train 1-50-50-1 tanh networks with noise σ on x, drawn in every step, or once and for ever."""
    x, y = (np.stack(part) for part in zip(*(noisy_sine(POINTS, np.random.default_rng(seed)) for seed in seeds),
                                           strict=True))
    noise = InputNoise(sigma if fresh else 0.0)
    layers: list[Layer] = [noise, Linear(1, WIDTH, init="xavier_normal"), Elementwise("tanh"),
                           Linear(WIDTH, WIDTH, init="xavier_normal"), Elementwise("tanh"), Linear(WIDTH, 1)]
    net = Network(layers, seed=seeds)
    once = np.random.default_rng([*seeds, 4]).standard_normal(x.shape, np.float32)
    seen = x if fresh else x + np.float32(sigma) * once
    fit(net, iter(lambda: (seen, y), None), Adam(0.01), steps, loss=mean_squared_error)
    noise.sigma = 0.0
    curve = net.forward(GRID)
    error = np.sqrt(np.square(curve - np.sin(math.pi * GRID)).mean(axis=(1, 2)))
    train = np.sqrt(np.square(net.forward(x) - y).mean(axis=(1, 2)))
    return Sines(net, x[..., 0], y[..., 0], curve[..., 0], error, np.square(slopes(net, GRID)).mean(axis=1), train)


def slopes(net: Network, x: Array) -> Array:
    """J = dŷ/dx of networks with one input and one output at x (n, 1): (K, n)."""
    ones = np.ones_like(net.forward(np.broadcast_to(x, (*net.lead, *x.shape[-2:])), train=True))
    return net.backward(ones, input_gradient=True)[..., 0]


def penalty_of_noise(found: Sines, sigma: float, *, draws: int = 400, seed: int = 0) -> tuple[Array, Array]:
    """What noise σ on the points adds to the mean squared error, drawn, and σ² · mean J² at the points: both (K,)."""
    x, y = found.x[..., None], found.y[..., None]
    J = slopes(found.net, x)
    shakes = np.float32(sigma) * np.random.default_rng(seed).standard_normal((draws, *x.shape), np.float32)
    there = np.stack([np.square(found.net.forward(x + s * sign) - y).mean(axis=(1, 2))
                      for s in shakes for sign in (1, -1)])
    quiet = np.square(found.net.forward(x) - y).mean(axis=(1, 2))
    return there.mean(axis=0) - quiet, sigma**2 * np.square(J).mean(axis=1)


guard(__name__)
