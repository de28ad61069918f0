"""The network of a recipe, its loss and its gradient, with whatever mistakes the recipe has in them.

The training loop is labkit's own: mistakes in the loss are another loss, and mistakes in the backward pass are made
where a penalty adds its gradient.
"""

import math
from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np

from labkit.checks import streams
from labkit.fits import guard
from labkit.initializers import constant, normal
from labkit.layers import BatchNorm, Dropout, Elementwise, Layer, Linear
from labkit.lessons.training_clinic.experiments.data import Data
from labkit.lessons.training_clinic.experiments.recipe import SIZES, Recipe
from labkit.losses import softmax, softmax_cross_entropy
from labkit.network import Network
from labkit.optimizers import SGD, Adam, Optimizer
from labkit.regularizers import L2
from labkit.runs.readings import layer_slices
from labkit.training import Batches

Array = np.ndarray


class OddDropout(Dropout):
    """Dropout that does not divide by keep unless `rescaled`, and `always` drops, also in evaluation."""

    __slots__ = ("always", "rescaled")

    def __init__(self, keep: float, *, rescaled: bool = True, always: bool = False) -> None:
        super().__init__(keep)
        self.rescaled, self.always = rescaled, always

    def forward(self, x: Array, train: bool = False) -> Array:
        """y = x · mask / keep, or x · mask; in evaluation x, unless it always drops."""
        if not (train or self.always):
            return x
        y = super().forward(x, True)
        return y if self.rescaled else y * x.dtype.type(self.keep)

    def backward(self, dy: Array) -> Array:
        """dx = dy · mask / keep, or dy · mask."""
        dx = super().backward(dy)
        return dx if self.rescaled else dx * dx.dtype.type(self.keep)


def network(recipe: Recipe, *, seed: int = 0, replicas: int | None = None, dtype: type = np.float32) -> Network:
    """784-100-100-100-10 as the recipe starts it."""
    layers: list[Layer] = []
    for n_in, n_out in pairwise(SIZES[:-1]):
        layers += [Linear(n_in, n_out, init=_start(recipe, recipe.gain))]
        layers += [BatchNorm(n_out, decay=recipe.decay_of_averages)] if recipe.batch_norm else []
        layers += [Elementwise(recipe.activation)]
        layers += [OddDropout(recipe.keep, rescaled=recipe.rescaled, always=recipe.always_drop)] * (recipe.keep < 1)
    last = Linear(*SIZES[-2:], init=_start(recipe, recipe.last))
    net = Network([*layers, last], seed=seed, replicas=replicas, dtype=dtype)
    for layer in net.layers:
        if isinstance(layer, Linear) and layer is not last:
            layer.params["b"][...] = recipe.bias
    return net


def _start(recipe: Recipe, gain: float) -> Callable[..., Array]:
    """He's normal weights times a gain, or one number for all."""
    if recipe.equal >= 0:
        return lambda rng, n_in, n_out: constant(rng, n_in, n_out, value=recipe.equal)
    return lambda rng, n_in, n_out: normal(rng, n_in, n_out, std=gain * math.sqrt(2 / n_in))


def loss_of(recipe: Recipe) -> Callable[[Array, Array], tuple[Array, Array]]:
    """The loss that the recipe trains on: cross-entropy, perhaps of a softmax too many, or with the sum's gradient."""
    def loss(z: Array, y: Array) -> tuple[Array, Array]:
        if recipe.softmax_twice:
            p = softmax(z)
            value, dp = softmax_cross_entropy(p, y)
            dz = p * (dp - (dp * p).sum(axis=-1, keepdims=True))
        else:
            value, dz = softmax_cross_entropy(z, y)
        return value, dz if recipe.mean_loss else dz * dz.dtype.type(dz.shape[-2])

    return loss


class Backward:
    """What becomes of the gradient before the step: mistakes, then the L2 penalty, then the limit of its norm."""

    def __init__(self, recipe: Recipe, net: Network) -> None:
        self.recipe, self.parts, self.before = recipe, layer_slices(net), np.zeros_like(net.grad)
        self.penalty = L2(recipe.lam, mask=net.weight_mask()) if recipe.lam else None

    def spoil(self, grad: Array) -> None:
        """The mistakes alone, in place."""
        if self.recipe.sign < 0:
            grad[..., self.parts[0]] *= -1
        if self.recipe.frozen:
            grad[..., :self.parts[-1].start] = 0
        if not self.recipe.zeroed:
            grad += self.before
            self.before[...] = grad

    def add_gradient(self, theta: Array, grad: Array) -> None:
        """All three, in place."""
        self.spoil(grad)
        if self.penalty:
            self.penalty.add_gradient(theta, grad)
        if self.recipe.clip:
            norm = np.linalg.norm(grad, axis=-1, keepdims=True)
            grad *= np.minimum(1, self.recipe.clip / np.maximum(norm, 1e-30)).astype(grad.dtype)


def optimizer(recipe: Recipe) -> Optimizer:
    """SGD with momentum, or Adam at its usual rate."""
    return SGD(recipe.lr, momentum=recipe.momentum) if recipe.optimizer == "sgd" else Adam(1e-3)


def batches(recipe: Recipe, data: Data, net: Network) -> Iterator[tuple[Array, Array]]:
    """Shuffled batches for ever, or class by class."""
    size = min(recipe.batch, len(data.x))
    if not recipe.sorted:
        rngs = [streams(seed).data for seed in net.seeds]
        yield from Batches(data.x, data.y, size=size, rng=rngs if net.lead else rngs[0])
    while True:
        for start in range(0, len(data.x), size):
            yield data.x[start:start + size], data.y[start:start + size]


def outputs(recipe: Recipe, net: Network, x: Array, y: Array, *, mode: str = "") -> Array:
    """Logits (…, n, 10) as the recipe evaluates, or in the mode "eval" or "train"; the network stays as it was."""
    mode, n, order = mode or recipe.evaluation, recipe.eval_batch, np.arange(len(x))
    if recipe.eval_sorted and mode == "train":
        order = np.argsort(y, kind="stable")
    before = net.snapshot()
    with np.errstate(all="ignore"):
        parts = [net.forward(x[order[i:i + n]], train=mode == "train") for i in range(0, len(x), n)]
    net.restore(before)
    found = np.empty((*net.lead, len(x), SIZES[-1]), parts[0].dtype)
    found[..., order, :] = np.concatenate(parts, axis=-2)
    return found


def accuracy(z: Array, y: Array) -> Array:
    """Share of right answers of logits (…, n, 10): (…,)."""
    return (z.argmax(axis=-1) == y).mean(axis=-1)


guard(__name__)
