"""An activation drawn by hand: seven points, straight lines between them. What do twenty layers make of it?

Symbols: x the input, f(x) its output, f'(x) its slope. Training is short and small, so that it follows the hand: five
layers of 16 units, 60 steps on Fashion-MNIST in 49 pixels, three networks, started as He et al. do.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import numpy as np

from labkit.activations import ACTIVATIONS, Activation
from labkit.checks import check_array, lookup, streams
from labkit.datasets import fashion_mnist
from labkit.fits import guard
from labkit.lessons.activations.experiments.saturation import saturated_share
from labkit.losses import softmax_cross_entropy
from labkit.network import mlp
from labkit.optimizers import SGD
from labkit.theory import gaussian_mean, variance_profile
from labkit.training import Batches, evaluate, train

Array = np.ndarray
KNOTS = np.arange(-3.0, 4.0)
"""Where the seven points stand."""
DEPTH, WIDTH = 20, 500
LAYERS, UNITS, STEPS, SEEDS, RATE, MOMENTUM = 5, 16, 60, range(3), 0.03, 0.9


class Drawn(NamedTuple):
    """A drawn activation: knots and values (7,); x, f, slope (points,); std, gradient (20,): rms of the outputs and
    of ∂L/∂z in every layer, by mean-field theory; losses (steps, seeds), accuracy (seeds,); relu: ReLU's own.

    `share` of inputs N(0, 1) meets a slope below FLAT; the mean slope is over the same inputs.
    """

    values: Array
    x: Array
    f: Array
    slope: Array
    share: float
    mean_slope: float
    signal: Array
    gradient: Array
    losses: Array
    accuracy: Array
    relu_losses: Array
    relu_accuracy: Array

    @property
    def bends(self) -> bool:
        """Whether it is no straight line: five layers with a straight one are one layer."""
        return bool(np.ptp(np.diff(self.values)) > 1e-6)

    @property
    def ahead(self) -> float:
        """Its median accuracy less ReLU's."""
        return float(np.median(self.accuracy) - np.median(self.relu_accuracy))


def piecewise_linear(values: Sequence[float]) -> Activation:
    """The straight lines through (KNOTS, values), the outer ones going on for ever.

    >>> piecewise_linear([0, 0, 0, 0, 1, 2, 3])(np.array([-5.0, 0.5, 4.0])).tolist()
    [0.0, 0.5, 4.0]
    """
    values = check_array("piecewise_linear", values, "7", name="values")
    if len(values) != len(KNOTS):
        raise ValueError(f"piecewise_linear: there are {len(values)} values; expected one for each of the "
                         f"{len(KNOTS)} points.")
    rises = np.diff(values)
    starts = values[:-1] - rises * KNOTS[:-1]  # of each line at x = 0

    def piece(x: Array) -> Array:
        place = x - KNOTS[0].astype(x.dtype)
        np.fmin(np.fmax(place, 0, out=place), len(rises) - 1, out=place)  # fmax: NaN, of a network that is lost, to 0
        return place.astype(np.intp)

    def f(x: Array) -> Array:
        i = piece(x)
        y = rises.astype(x.dtype)[i]
        y *= x
        y += starts.astype(x.dtype)[i]
        return y

    return Activation("drawn", f, lambda x, y: rises.astype(x.dtype)[piece(x)])


def knots_of(activation: str) -> list[float]:
    """The heights of a known activation at the seven points, to begin with."""
    return [round(float(y), 2) for y in lookup(ACTIVATIONS, activation, "knots_of: activation")(KNOTS)]


def drawn(values: Sequence[float]) -> Drawn:
    """All that follows from the seven heights."""
    act = piecewise_linear(values)
    x = np.linspace(-4, 4, 321)
    profile = variance_profile(act, math.sqrt(2 / WIDTH), WIDTH, DEPTH)
    losses, accuracy = short_run(act)
    return Drawn(np.asarray(values, float), x, act(x), act.slope(x), saturated_share(act, 0.0, 1.0),
                 gaussian_mean(act.slope, 1.0), np.sqrt(profile.second_moment), profile.gradient, losses, accuracy,
                 *relu_run())


def short_run(act: Activation) -> tuple[Array, Array]:
    """Training losses (STEPS, seeds), NaN once infinite, and accuracy on other images (seeds,)."""
    x, y, x_new, y_new = _images()
    net = mlp([x.shape[1], *[UNITS] * LAYERS, 10], act, init="he_normal", seed=SEEDS)
    batches = Batches(x, y, size=50, rng=[streams(seed).data for seed in SEEDS])
    losses = np.full((STEPS, len(SEEDS)), np.nan)
    with np.errstate(all="ignore"):
        for step in islice(train(net, softmax_cross_entropy, SGD(RATE, momentum=MOMENTUM), batches), STEPS):
            losses[step.index] = np.where(step.diverged, np.nan, step.loss)
        return losses, evaluate(net, x_new, y_new).accuracy


@lru_cache(maxsize=1)
def relu_run() -> tuple[Array, Array]:
    """The same of ReLU."""
    return short_run(ACTIVATIONS["relu"])


@lru_cache(maxsize=1)
def _images() -> tuple[Array, Array, Array, Array]:
    """2000 images to train on and 1000 others, 28 × 28 pixels averaged to 7 × 7, centred."""
    data = fashion_mnist(2000)

    def small(images: Array) -> Array:
        return images.reshape(-1, 7, 4, 7, 4).mean(axis=(2, 4)).reshape(-1, 49)

    x, x_new = small(data.x_train), small(data.x_val)[:1000]
    mean, std = x.mean(axis=0), x.std()
    return (x - mean) / std, data.y_train, (x_new - mean) / std, data.y_val[:1000]


guard(__name__)
