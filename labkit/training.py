"""Training is a loop of four lines: forward, backward, step, repeat. Everything else is watching it.

`train` is a generator that yields one record per update and knows nothing of screens: scripts, tests, figures and
players pull from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from labkit.checks import FINITE, FLOAT, as_float, check_finite, check_int, in_range
from labkit.doors import ignoring, names_said
from labkit.losses import Loss, sigmoid_cross_entropy, softmax_cross_entropy
from labkit.network import Network, Snapshot
from labkit.optimizers import Optimizer
from labkit.parts import (
    check_callable,
    check_generators,
    check_loss,
    check_network,
    check_pair,
    check_parts,
    check_penalty,
    check_schedule,
    loss_pair,
)
from labkit.settings import Hyperparameter, Setting, Tunable
from labkit.targets import check_pairs, classes_of

Array = np.ndarray
Schedule = Callable[[int], float]
Augment = Callable[[Array, Array], tuple[Array, Array]]


class Batches(Tunable):
    """Mini-batches (x, y) for ever: each epoch visits every example once, in a new random order.

    x (examples, features), y one target per example. With a sequence of K generators every replica gets its own order:
    batches are then (K, size, features). The last batch of an epoch holds what is left. `size` may change at any time;
    `augment` turns a batch (x, y) into another. Raises ValueError for NaN in x or y, TypeError for what is no number.
    """

    __slots__ = ("_augment", "_rng", "_size", "x", "y")
    size, rng, augment = Setting(check_int), Setting(check_generators), Setting(check_callable)

    def __init__(self, x: Array, y: Array, *, size: int = 128, rng: np.random.Generator | Sequence[np.random.Generator],
                 augment: Augment | None = None) -> None:
        self.x, self.y = check_pairs("Batches", x, y)
        if self.x.dtype == np.float64 and getattr(getattr(x, "dtype", None), "kind", "") != "f":
            short = self.x.astype(FLOAT)  # whole numbers, unless they are too large for it
            self.x = short if (short == self.x).all() else self.x
        self.rng, self.augment, self.size = rng, augment, size

    @property
    def per_epoch(self) -> int:
        """How many batches make one epoch."""
        return -(-len(self.x) // self.size)

    def __iter__(self) -> Iterator[tuple[Array, Array]]:
        """Pairs (x, y) without an end."""
        while True:
            order, start = self._shuffled(), 0  # (examples,) or (K, examples)
            while start < len(self.x):
                take = order[..., start:start + self._size]  # (size,) or (K, size)
                start += self._size
                batch = self.x.take(take, axis=0), self.y.take(take, axis=0)
                yield self._augment(*batch) if self._augment else batch

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


@names_said
def train(net: Network, loss: Loss, opt: Optimizer, batches: Iterable[tuple[Array, Array]], *,
          schedule: Schedule | None = None, regularizer: Regularizer | None = None) -> Iterator[Step]:
    """Train for ever, one `Step` per update; the caller decides when to stop.

    A loss that is no longer finite ends the run: its record says at which step and rate, and θ stays as it was. With
    replicas the diverged ones are frozen while the others go on; the run ends when all have diverged. An optimizer that
    remembers another network, or this one before its `restart`, is reset first; otherwise it goes on where it was.
    Raises ValueError if x or y of a batch are the reason, TypeError for arguments that are not what their names say.
    """
    loss = check_loss("train", loss)
    check_parts(net, opt, batches)
    check_schedule("train", schedule)
    check_penalty(regularizer)
    return _updates(net, loss, opt, batches, schedule, regularizer)


def _updates(net: Network, loss: Loss, opt: Optimizer, batches: Iterable[tuple[Array, Array]],
             schedule: Schedule | None, regularizer: Regularizer | None) -> Iterator[Step]:
    """The loop of `train`."""
    remembers, life = isinstance(opt, Optimizer), net.life
    for index, pair in enumerate(batches):
        if remembers and opt.life is not net.life:
            if index and opt.life not in (None, life):
                raise ValueError(f"train: this {type(opt).__name__} is at work on another network meanwhile, and can "
                                 "remember one only; give each training its own: copy.deepcopy(opt).")
            opt.work_on(net.life)
            life = net.life
        x, y = check_pair(pair)
        scale = 1.0 if schedule is None else in_range("train", "schedule(step)", schedule(index), FINITE, arrays=True)
        value, diverged, lost = _update(net, loss, opt, x, y, scale, regularizer)
        if lost:  # before the rate is blamed
            check_finite("train", f"x of step {index}", as_float("train", x))
            check_finite("train", f"y of step {index}", as_float("train", y))
        yield Step(index, value, opt.lr * scale, diverged)
        if lost == diverged.size:
            return


@ignoring(all="ignore")
def _update(net: Network, loss: Loss, opt: Optimizer, x: Array, y: Array, scale: float,
            regularizer: Regularizer | None) -> tuple[Array, Array, int]:
    """One step of the loop: the loss before it, whether that loss is no longer finite, and of how many replicas."""
    value, dy = loss_pair("train", loss(net.forward(x, train=True), y))
    diverged = ~np.isfinite(value)
    lost = np.count_nonzero(diverged) if diverged.ndim else int(diverged)
    if lost < diverged.size:
        net.backward(dy)
        if regularizer is not None:
            regularizer.add_gradient(net.theta, net.grad)
        if lost:
            _step_the_others(net, opt, scale, diverged)
        else:
            opt.step(net.theta, net.grad, scale)
    return value, diverged, lost


def _step_the_others(net: Network, opt: Optimizer, scale: float, diverged: Array) -> None:
    """One update of the replicas that have not diverged."""
    resting = net.theta[diverged]
    net.grad[diverged] = 0
    opt.step(net.theta, net.grad, scale)
    net.theta[diverged] = resting


class Evaluation(NamedTuple):
    """Mean loss and share of correct answers over a whole data set; one entry per replica if there are any."""

    loss: float | Array
    accuracy: float | Array


@names_said
def evaluate(net: Network, x: Array, y: Array, *, loss: Loss = softmax_cross_entropy, size: int = 1000) -> Evaluation:
    """Loss and accuracy on all of (x, y) in evaluation mode, in parts of `size` that count by their number of examples.

    x (examples, features). Accuracy is the share of examples whose largest output is that of their class; y holds class
    numbers (examples,), or rows that sum to 1, of which the largest counts; one output under sigmoid_cross_entropy is
    to be on its side of 0. Outputs that are not finite are wrong. NaN where there are no classes, or θ holds NaN.
    """
    loss = check_loss("evaluate", loss)
    check_network("evaluate", net)
    size = check_int("evaluate", "size", size)
    x, y = check_pairs("evaluate", x, y)
    classes = classes_of(y, net.n_out, binary=loss is sigmoid_cross_entropy)  # (examples,), or None
    total = correct = 0.0
    with np.errstate(all="ignore"):
        for start in range(0, len(x), size):
            part = slice(start, start + size)
            out = net.forward(x[part])  # (…, size, n_out)
            total = total + loss_pair("evaluate", loss(out, y[part]))[0] * out.shape[-2]
            correct = correct + (np.nan if classes is None else _right(out, classes[part]).sum(axis=-1))
    correct = np.where(np.isnan(net.theta).any(-1) | np.isnan(net.buffers).any(-1), np.nan, correct)[()]
    return Evaluation(total / len(x), correct / len(x))


def _right(out: Array, classes: Array) -> Array:
    """Whether the network says the right class, (…, examples)."""
    said = out[..., 0] > 0 if out.shape[-1] == 1 else out.argmax(axis=-1)
    return (said == classes) & np.isfinite(out).all(axis=-1)


class EarlyStopping(Tunable):
    """Remember the best network seen so far; say stop after `patience` evaluations in a row without a better one.

    An evaluation is better when its score (a validation loss: lower is better) is below the best by more than
    `min_delta`; a score that is not finite is never better, and any finite one is better than it. With K replicas the
    scores are (K,) and each has its own best.
    """

    __slots__ = ("_min_delta", "_patience", "best", "best_evaluation", "best_score", "evaluations")
    patience, min_delta = Setting(check_int), Hyperparameter(0)

    def __init__(self, patience: int, *, min_delta: float = 0.0) -> None:
        self.patience, self.min_delta = patience, min_delta
        self.evaluations = 0
        self.best: Snapshot | None = None

    def update(self, score: float | Array, net: Network) -> bool:
        """Take note of one evaluation; True when it is time to stop (with K replicas: when it is for every one).

        score () or (K,): ValueError for another shape.
        """
        check_network("EarlyStopping", net)
        score = as_float("EarlyStopping", score, name="score", dtype=np.float64)
        if score.shape != net.lead:
            raise ValueError(f"EarlyStopping: score has shape {score.shape}; expected {net.lead}, one per network.")
        if self.best is None:
            self.best, self.best_score = net.snapshot(), score.copy()
            self.best_evaluation = np.zeros(score.shape, int)
        better = np.isfinite(score) & ((score < self.best_score - self.min_delta) | ~np.isfinite(self.best_score))
        for kept, new in zip(self.best, net.snapshot(), strict=True):
            kept[better] = new[better]
        self.best_score = np.where(better, score, self.best_score)
        self.best_evaluation = np.where(better, self.evaluations, self.best_evaluation)
        self.evaluations += 1
        return bool(np.all(self.evaluations - 1 - self.best_evaluation >= self.patience))

    def restore(self, net: Network) -> None:
        """Put the best parameters back into the network."""
        check_network("EarlyStopping", net)
        if self.best is None:
            raise RuntimeError("EarlyStopping: nothing to restore yet; call update(score, net) first.")
        net.restore(self.best)
