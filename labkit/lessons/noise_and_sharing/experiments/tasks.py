"""Two tasks, one body: what the second task asks for is what the body learns. Good if the first needs it, too.

Symbols: T tasks, n examples of each, w the weight of the other tasks in the loss, r how related they are. Caruana 1997,
Machine Learning 28.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from labkit.checks import FLOAT, check_int, lookup, streams
from labkit.fits import guard
from labkit.layers import Linear
from labkit.lessons.noise_and_sharing.experiments.batches import balanced_rows, fit, own_batches
from labkit.lessons.noise_and_sharing.experiments.sharing import curves
from labkit.losses import softmax_cross_entropy
from labkit.network import Network, mlp
from labkit.optimizers import Adam

Array = np.ndarray
INPUTS, SHARED, NOISE, MOST_TASKS, TOY_STEPS = 20, 2, 0.3, 16, 300


# ------------------------------------------------------------------------------------------------ linear tasks
class Tasks(NamedTuple):
    """K repetitions of T linear tasks, trained together and alone.

    together and alone (K,): the error of task 1 on new examples, as a share of what answering 0 would give.
    """

    n: int
    tasks: int
    related: float
    width: int
    weight: float
    together: Array
    alone: Array


def toy(n: int = 15, tasks: int = 10, related: float = 1.0, width: int = 2, weight: float = 1.0, *,
        seeds: Sequence[int] = range(8)) -> Tasks:
    """Task t is y = a_t · (U x) + noise, x ∈ ℝ²⁰: all tasks look at the same plane U if r = 1, at their own if r = 0.

    A body of `width` linear units for all, a head for each; every task has n examples of its own.
    """
    n, tasks, width = (check_int("toy", name, v) for name, v in (("n", n), ("tasks", tasks), ("width", width)))
    error = _toy_error(n, tasks, round(float(related), 3), width, round(float(weight), 4), tuple(seeds))
    return Tasks(n, tasks, related, width, weight, error, _toy_error(n, 1, 1.0, width, 1.0, tuple(seeds)))


@lru_cache(maxsize=512)
def _toy_error(n: int, tasks: int, related: float, width: int, weight: float, seeds: tuple[int, ...]) -> Array:
    x, y, truth = (np.stack(part) for part in zip(*(_toy_data(s, n, tasks, related) for s in seeds), strict=True))
    net = Network([Linear(INPUTS, width, init="lecun_normal"), Linear(width, tasks, init="lecun_normal")], seed=seeds)
    asked = np.repeat(np.eye(tasks, dtype=FLOAT), n, axis=0)               # (T·n, T): which head a row is for
    count = asked * np.where(np.arange(tasks) == 0, 1, weight).astype(FLOAT)

    def loss(out: Array, target: Array) -> tuple[Array, Array]:
        error = out - target[..., None]
        return (count * error**2).sum(axis=(1, 2)) / n, 2 * count * error / n

    fit(net, iter(lambda: (x, y), None), Adam(0.02), TOY_STEPS, loss=loss)
    W = net.layers[0].params["W"] @ net.layers[1].params["W"][..., :1]                 # (K, 20, 1): task 1
    return np.square(W[..., 0] - truth).sum(axis=1) / np.square(truth).sum(axis=1)     # for x ~ N(0, I), in closed form


def _toy_data(seed: int, n: int, tasks: int, related: float) -> tuple[Array, Array, Array]:
    """x (T·n, 20) and y (T·n,), task after task, and the true weights (20,) of task 1; a new T only adds tasks."""
    rng = streams(seed).data
    planes, a = _directions(rng, 1 + MOST_TASKS), _directions(rng, MOST_TASKS, SHARED, 1)[:tasks]
    own = related * planes[0] + np.sqrt(1 - related**2) * planes[2:1 + tasks]
    U = np.concatenate([planes[:1], own / np.linalg.norm(own, axis=1, keepdims=True)])
    x = np.stack([np.random.default_rng([seed, task]).standard_normal((n, INPUTS)) for task in range(tasks)])
    ε = np.stack([np.random.default_rng([seed, task, 1]).standard_normal(n) for task in range(tasks)])
    W = (U @ a)[..., 0]                                                                # (T, 20)
    y = np.einsum("tni,ti->tn", x, W) + NOISE * ε
    return x.reshape(-1, INPUTS).astype(FLOAT), y.reshape(-1).astype(FLOAT), W[0]


def _directions(rng: np.random.Generator, count: int, rows: int = INPUTS, columns: int = SHARED) -> Array:
    a = rng.standard_normal((count, rows, columns))
    return a / np.linalg.norm(a, axis=1, keepdims=True)


# ------------------------------------------------------------------------------------------------ curves
PAIRS = np.array([0, 1, 2, 3, 4, 0, 1, 2, 3, 4])
"""A coarse label: 0 or 5, 1 or 6, …"""
SECOND = {"pairs of classes": lambda y, rng: PAIRS[y], "even or odd": lambda y, rng: y % 2,
          "random labels": lambda y, rng: rng.integers(0, 10, y.shape)}
TASK_STEPS, TASK_SIZE, TASK_RATE, CLASSES = 300, 50, 0.01, 10


class TwoHeads(NamedTuple):
    """A network whose first ten outputs are the classes, the others those of the second task."""

    net: Network

    def accuracy(self) -> Array:
        """How many test curves the first head gets right, in percent: (K,)."""
        data = curves()
        return 100 * (self.net.forward(data.x_test)[..., :CLASSES].argmax(axis=-1) == data.y_test).mean(axis=-1)


def two_losses(first: int, weight: float) -> object:
    """Cross-entropy of the first head on the first rows of a batch, plus `weight` × that of the second on the rest."""
    def loss(out: Array, labels: Array) -> tuple[Array, Array]:
        d = np.zeros_like(out)
        one, d[..., :first, :CLASSES] = softmax_cross_entropy(out[..., :first, :CLASSES], labels[..., :first])
        two, other = softmax_cross_entropy(out[..., first:, CLASSES:], labels[..., first:])
        d[..., first:, CLASSES:] = weight * other
        return one + weight * two, d
    return loss


def two_tasks(n: int, second: str, weight: float, seeds: Sequence[int], *, body: Network | None = None,
              steps: int = TASK_STEPS) -> TwoHeads:
    """n curves with all ten labels, 4000 with those of the second task; half of every batch is of each kind."""
    data = curves()
    rows = balanced_rows(data.y_train, n, seeds)
    everyone = np.tile(np.arange(len(data.y_train)), (len(seeds), 1))
    make = lookup(SECOND, second, "two_tasks: second")
    other = np.stack([make(data.y_train, streams(seed).noise) for seed in seeds])
    net = body or mlp([data.x_train.shape[1], 100, 100, CLASSES + int(other.max()) + 1], seed=seeds)
    mine = own_batches(data.x_train, data.y_train[rows], rows, TASK_SIZE, seeds)
    theirs = own_batches(data.x_train, other, everyone, TASK_SIZE, [seed + 1000 for seed in seeds])
    both = (tuple(np.concatenate(pair, axis=1) for pair in zip(a, b, strict=True))
            for a, b in zip(mine, theirs, strict=True))
    return TwoHeads(fit(net, both, Adam(TASK_RATE), steps, loss=two_losses(min(n, TASK_SIZE), weight)))


guard(__name__)
