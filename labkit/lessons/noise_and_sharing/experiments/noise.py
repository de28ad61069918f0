"""Noise on inputs, on weights, on labels: a network cannot learn by heart what changes every time it looks.

Symbols: σ the standard deviation of the noise, ε the share of smoothing, K networks at once. Every σ and ε may be an
array (K, 1, 1), one for each network.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from labkit.checks import FLOAT, check_int, streams
from labkit.datasets import fashion_mnist, label_noise
from labkit.ensemble import reliability
from labkit.fits import guard
from labkit.layers import Dropout, Elementwise, Generators, Layer, Linear
from labkit.lessons.noise_and_sharing.experiments.batches import balanced_rows, fit, own_batches, percent
from labkit.losses import softmax
from labkit.network import Network
from labkit.optimizers import SGD
from labkit.preprocess import Standardizer
from labkit.schedules import step_decay
from labkit.settings import Hyperparameter, declared

Array = np.ndarray
CLASSES, HIDDEN, STEPS, RATE, SIZE = 10, 64, 400, 0.4, 100


# ------------------------------------------------------------------------------------------------ layers
class InputNoise(Layer):
    """In training y = x + σ·ε with ε ~ N(0, 1) drawn anew for every number; otherwise y = x. dx = dy."""

    __slots__ = ("_sigma",)
    sigma = Hyperparameter(0, limits=(0.0, 2.0), label="noise on inputs σ", symbol="σ")

    def __init__(self, sigma: float | Array = 0.0) -> None:
        self.sigma = sigma

    def start(self, init: Generators, dropout: Generators) -> None:
        self.generators = dropout

    def forward(self, x: Array, train: bool = False) -> Array:
        if not train or not np.any(self.sigma):
            return x
        return x + x.dtype.type(1) * self.sigma * normal(self.generators, (*self.lead, *x.shape[-2:]), x.dtype)

    def backward(self, dy: Array) -> Array:
        return dy

    def __repr__(self) -> str:
        return f"InputNoise({self.sigma})"


class NoisyLinear(Linear):
    """In training y = x(W + σ·E) + b with E ~ N(0, 1) drawn anew for every batch; otherwise y = xW + b.

    The gradient is taken at W + σE and applied to W: W is asked to answer well together with all its neighbours.
    """

    __slots__ = ("_weight_sigma",)
    weight_sigma = Hyperparameter(0, limits=(0.0, 0.3), label="noise on weights σ", symbol="σ of W")

    def __init__(self, n_in: int, n_out: int, *, weight_sigma: float | Array = 0.0) -> None:
        super().__init__(n_in, n_out)
        self.weight_sigma = weight_sigma

    def start(self, init: Generators, dropout: Generators) -> None:
        super().start(init, dropout)
        self.generators = dropout

    def forward(self, x: Array, train: bool = False) -> Array:
        if train:
            self.kept.noisy = self.params["W"]
        if not train or not np.any(self.weight_sigma):
            return super().forward(x, train)
        W = self.params["W"]
        noisy = W + W.dtype.type(1) * self.weight_sigma * normal(self.generators, W.shape, W.dtype)
        self.kept.x, self.kept.noisy = x, noisy
        return x @ noisy + self.params["b"]

    def backward(self, dy: Array) -> Array:
        """dW = xᵀ dy and db = Σ dy as in `Linear`; dx = dy (W + σE)ᵀ, with the noise that was used on the way there."""
        self.parameter_gradient(dy)
        return dy @ self.kept.noisy.mT


def normal(generators: Generators, shape: tuple[int, ...], dtype: np.dtype) -> Array:
    """N(0, 1) of this shape; with K generators each draws the part of its own network."""
    each = shape if len(generators) == 1 and len(shape) == 2 else shape[1:]
    return np.stack([rng.standard_normal(each, FLOAT) for rng in generators]).reshape(shape).astype(dtype, copy=False)


def noisy_mlp(sizes: Sequence[int], *, sigma: float | Array = 0.0, weight_sigma: float | Array = 0.0, keep: float = 1.0,
              seeds: int | Sequence[int] = 0) -> Network:
    """InputNoise → NoisyLinear → relu → Dropout → … → NoisyLinear: every noise is a knob, off at 0, 0 and 1."""
    layers: list[Layer] = [InputNoise(sigma)]
    for n_in, n_out in pairwise(sizes[:-1]):
        layers += [NoisyLinear(n_in, n_out, weight_sigma=weight_sigma), Elementwise("relu"), Dropout(keep)]
    return Network([*layers, NoisyLinear(*sizes[-2:], weight_sigma=weight_sigma)], seed=seeds)


# ------------------------------------------------------------------------------------------------ labels
def smooth(y: Array, eps: float | Array, classes: int = CLASSES) -> Array:
    """Soft targets (…, classes) of the labels y: 1 − ε + ε/C for the class, ε/C for every other.

    >>> smooth(np.array([1]), 0.5, 2).tolist()
    [[0.25, 0.75]]
    """
    classes = check_int("smooth", "classes", classes)
    return (1 - np.asarray(eps, FLOAT)) * np.eye(classes, dtype=FLOAT)[y] + np.asarray(eps, FLOAT) / classes


def flip(y: Array, share: float, rng: np.random.Generator, classes: int = CLASSES) -> Array:
    """Each label becomes, with this probability, one of the others, all equally likely."""
    classes = check_int("flip", "classes", classes, low=2)
    wrong = (y + rng.integers(1, classes, y.shape)) % classes
    return np.where(rng.random(y.shape) < share, wrong, y)


# ------------------------------------------------------------------------------------------------ one trainer
@lru_cache(maxsize=1)
def clothes() -> tuple[Array, Array, Array, Array]:
    """Fashion-MNIST at 14 × 14, standardised: 6000 pictures to draw from, and 4000 to test."""
    data = fashion_mnist(6000)

    def small(x: Array) -> Array:
        return x.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196)

    standard = Standardizer().fit(small(data.x_train))
    return (standard.transform(small(data.x_train)), data.y_train, standard.transform(small(data.x_test)), data.y_test)


class Learned(NamedTuple):
    """K trained networks; `rows` (K, n) are the pictures that each has seen, y (K, n) the labels it was told."""

    net: Network
    rows: Array
    y: Array
    wrong: Array


def learn(n: int, wrong: float, seeds: Sequence[int], *, sigma: float = 0.0, weight_sigma: float = 0.0,
          eps: float = 0.0, keep: float = 1.0, lam: float = 0.0, fresh: bool = False, fixed_sigma: float = 0.0,
          steps: int = STEPS) -> Learned:
    """A network per seed on n pictures of its own, a share of their labels `wrong`: the same for ever, or `fresh`."""
    x, y, _, _ = clothes()
    rows = balanced_rows(y, n, seeds)
    share = 0.0 if fresh else wrong
    told = [label_noise(y[r], share, streams(seed).noise) for r, seed in zip(rows, seeds, strict=True)]
    labels, flipped = (np.stack(part) for part in zip(*told, strict=True))
    if fixed_sigma:
        x = x + fixed_sigma * np.random.default_rng([*seeds, 2]).standard_normal(x.shape, FLOAT)
    change = _change(eps, wrong if fresh else 0.0, np.random.default_rng([*seeds, 3]))
    net = noisy_mlp([196, HIDDEN, CLASSES], sigma=sigma, weight_sigma=weight_sigma, keep=keep, seeds=seeds)
    fit(net, own_batches(x, labels, rows, SIZE, seeds, change), SGD(RATE), steps, lam=lam,
        schedule=partial(step_decay, at=(0.85,)))
    return Learned(net, rows, labels, flipped)


def _change(eps: float, share: float, rng: np.random.Generator) -> Callable:
    def change(x: Array, y: Array) -> tuple[Array, Array]:
        y = flip(y, share, rng) if share else y
        return x, smooth(y, eps) if eps else y
    return change


# ------------------------------------------------------------------------------------------------ what came of it
def score(found: Learned) -> Array:
    """How many of the 4000 test pictures each network gets right, in percent: (K,)."""
    return percent(found.net, *clothes()[2:])


def by_heart(found: Learned) -> Array:
    """How many of its WRONG labels each network reproduces, in percent: (K,); 11 % would be chance."""
    x = clothes()[0]
    said = found.net.forward(x[found.rows]).argmax(axis=-1)
    return np.array([100 * (s == y)[w].mean() for s, y, w in zip(said, found.y, found.wrong, strict=True)])


def calibration_error(net: Network, x: Array, y: Array, bins: int = 10) -> Array:
    """How far apart its sureness and its share of right answers are on average, in percent, over bins: (K,)."""
    p = softmax(net.forward(x))
    return np.array([100 * reliability(each, y, bins).ece for each in p.reshape(-1, *p.shape[-2:])])


def squared_slope(net: Network, x: Array) -> Array:
    """Mean over x of ‖J‖², the squared slopes of all logits: (K,). Switches all noise of the network off."""
    for layer in net.layers:
        for name in {"sigma", "weight_sigma"} & set(declared(type(layer))):
            setattr(layer, name, 0.0)
    total = np.zeros(len(net.seeds))
    for c in range(net.n_out):
        dy = np.zeros_like(net.forward(x, train=True))
        dy[..., c] = 1
        total += np.square(net.backward(dy, input_gradient=True)).sum(axis=-1).mean(axis=-1)
    return total


# ------------------------------------------------------------------------------------------------ for the trainer
class Wardrobe:
    """Data for a run that is steered: 2000 pictures, their labels wrong for ever or anew, smoothed by the `eps` of now.

    `data(wrong, fresh)` gives the sets, `augment(rng)` the change of every batch.
    """

    def __init__(self, *, seed: int = 0) -> None:
        self.seed, self.eps, self.share = seed, 0.0, 0.0

    def data(self, wrong: float, fresh: bool) -> dict[str, tuple[Array, Array]]:
        """The training set, with labels as the network is told them, and 1000 test pictures with the right ones."""
        x, y, x_test, y_test = clothes()
        self.share = wrong if fresh else 0.0
        told = label_noise(y[:2000], 0.0 if fresh else wrong, streams(self.seed).noise).y
        return {"train": (x[:2000], told), "test": (x_test[:1000], y_test[:1000])}

    def augment(self, rng: np.random.Generator) -> Callable:
        """Wrong labels drawn anew, and smoothing, in every batch."""
        def change(x: Array, y: Array) -> tuple[Array, Array]:
            y = flip(y, self.share, rng) if self.share else y
            return x, smooth(y, self.eps) if self.eps else y
        return change


guard(__name__)
