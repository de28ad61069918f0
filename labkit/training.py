"""Training is a loop of four lines: forward, backward, step, repeat. Everything else is watching it.

`train` is a generator that yields one record per update and knows nothing of screens: scripts, tests, figures and
players pull from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from labkit.checks import FLOAT, check_finite, check_int
from labkit.losses import Loss, softmax_cross_entropy
from labkit.network import Network, Snapshot
from labkit.optimizers import Optimizer

Array = np.ndarray
Schedule = Callable[[int], float]
Augment = Callable[[Array, Array], tuple[Array, Array]]


class Batches:
    """Mini-batches (x, y) for ever: each epoch visits every example once, in a new random order.

    x (examples, features), y one target per example. With a sequence of K generators every replica gets its own order:
    batches are then (K, size, features). The last batch of an epoch holds what is left. `size` may change at any time;
    `augment` turns a batch (x, y) into another.
    """

    def __init__(self, x: Array, y: Array, *, size: int = 128, rng: np.random.Generator | Sequence[np.random.Generator],
                 augment: Augment | None = None) -> None:
        x, y = np.asarray(x), np.asarray(y)
        if x.ndim < 2 or len(x) != len(y) or not len(x):
            raise ValueError(f"Batches: x has shape {x.shape} and y {y.shape}; expected (examples, features) and one "
                             "target per example, at least one example.")
        self.x = check_finite("Batches", "x", x.astype(FLOAT, copy=False) if x.dtype.kind != "f" else x)
        self.y, self.rng, self.augment = y, rng, augment
        self.size = size

    @property
    def size(self) -> int:
        """Examples per batch."""
        return self._size

    @size.setter
    def size(self, value: int) -> None:
        self._size = check_int("Batches", "size", value)

    @property
    def per_epoch(self) -> int:
        """How many batches make one epoch."""
        return -(-len(self.x) // self.size)

    def __iter__(self) -> Iterator[tuple[Array, Array]]:
        while True:
            order, start = self._shuffled(), 0
            while start < len(self.x):
                take = order[..., start:start + self.size]
                start += self.size
                batch = self.x[take], self.y[take]
                yield self.augment(*batch) if self.augment else batch

    def _shuffled(self) -> Array:
        if isinstance(self.rng, np.random.Generator):
            return self.rng.permutation(len(self.x))
        return np.stack([rng.permutation(len(self.x)) for rng in self.rng])


class Step(NamedTuple):
    """What happened in one update: its number (from 0), the loss before it, the rate used, and whether it diverged.

    With K replicas `loss` and `diverged` have one entry each; the loss of a diverged replica is NaN from then on.
    """

    index: int
    loss: float | Array
    lr: float | Array
    diverged: bool | Array

    def __str__(self) -> str:
        if not np.any(self.diverged):
            return f"step {self.index}: loss {np.round(self.loss, 4)}"
        who = "" if np.ndim(self.diverged) == 0 else f" in replicas {np.flatnonzero(self.diverged).tolist()}"
        return (f"loss became infinite{who} at step {self.index}, learning rate {np.squeeze(self.lr)}; "
                "lower the rate and start again")


class Regularizer(Protocol):
    """A penalty R(θ) that is added to the loss: training needs its gradient only."""

    def add_gradient(self, theta: Array, grad: Array) -> None:
        """grad += ∂R/∂θ, in place."""


def train(net: Network, loss: Loss, opt: Optimizer, batches: Iterable[tuple[Array, Array]], *,
          schedule: Schedule | None = None, regularizer: Regularizer | None = None) -> Iterator[Step]:
    """Train for ever, one `Step` per update; the caller decides when to stop.

    A loss that is no longer finite ends the run: its record says at which step and rate, and θ stays as it was. With
    replicas the diverged ones rest while the others go on; the run ends when all have diverged.
    """
    for index, (x, y) in enumerate(batches):
        scale = 1.0 if schedule is None else schedule(index)
        value, diverged = _update(net, loss, opt, x, y, scale, regularizer)
        yield Step(index, value, opt.lr * scale, diverged)
        if np.count_nonzero(diverged) == diverged.size:
            return


def _update(net: Network, loss: Loss, opt: Optimizer, x: Array, y: Array, scale: float,
            regularizer: Regularizer | None) -> tuple[Array, Array]:
    """One step of the loop: the loss before it, and whether that loss is no longer finite."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        value, dy = loss(net.forward(x, train=True), y)
        diverged = ~np.isfinite(value)
        lost = np.count_nonzero(diverged)
        if lost < diverged.size:
            net.backward(dy)
            if regularizer is not None:
                regularizer.add_gradient(net.theta, net.grad)
            if lost:
                _step_the_others(net, opt, scale, diverged)
            else:
                opt.step(net.theta, net.grad, scale)
    return value, diverged


def _step_the_others(net: Network, opt: Optimizer, scale: float, diverged: Array) -> None:
    resting = net.theta[diverged]
    net.grad[diverged] = 0
    opt.step(net.theta, net.grad, scale)
    net.theta[diverged] = resting


class Evaluation(NamedTuple):
    """Mean loss and share of correct answers over a whole data set; one entry per replica if there are any."""

    loss: float | Array
    accuracy: float | Array


def evaluate(net: Network, x: Array, y: Array, *, loss: Loss = softmax_cross_entropy, size: int = 1000) -> Evaluation:
    """Loss and accuracy on all of (x, y) in evaluation mode, in parts of `size` that count by their number of examples.

    Accuracy is the share of examples whose largest output is the one of their label; y holds class numbers.
    """
    if not len(x) or len(x) != len(y):
        raise ValueError(f"evaluate: got {len(x)} examples and {len(y)} labels; expected as many of one as the other, "
                         "and at least one.")
    total = correct = 0.0
    for start in range(0, len(x), size):
        labels = y[start:start + size]
        out = net.forward(x[start:start + size])
        total = total + loss(out, labels)[0] * len(labels)
        correct = correct + (out.argmax(axis=-1) == labels).sum(axis=-1)
    return Evaluation(total / len(x), correct / len(x))


class EarlyStopping:
    """Remember the best network seen so far; say stop after `patience` evaluations in a row without a better one.

    An evaluation is better when its score (a validation loss: lower is better) is below the best by more than
    `min_delta`. With K replicas the scores are (K,) and each has its own best.
    """

    def __init__(self, patience: int, *, min_delta: float = 0.0) -> None:
        self.patience = check_int("EarlyStopping", "patience", patience)
        self.min_delta = min_delta
        self.evaluations = 0
        self.best: Snapshot | None = None

    def update(self, score: float | Array, net: Network) -> bool:
        """Take note of one evaluation; True when it is time to stop (with K replicas: when it is for every one)."""
        score = np.asarray(score)
        if self.best is None:
            self.best, self.best_score = net.snapshot(), score.copy()
            self.best_evaluation = np.zeros(score.shape, int)
        better = score < self.best_score - self.min_delta
        for kept, new in zip(self.best, net.snapshot(), strict=True):
            kept[better] = new[better]
        self.best_score = np.where(better, score, self.best_score)
        self.best_evaluation = np.where(better, self.evaluations, self.best_evaluation)
        self.evaluations += 1
        return bool(np.all(self.evaluations - 1 - self.best_evaluation >= self.patience))

    def restore(self, net: Network) -> None:
        """Put the best parameters back into the network."""
        if self.best is None:
            raise RuntimeError("EarlyStopping: nothing to restore yet; call update(score, net) first.")
        net.restore(self.best)
