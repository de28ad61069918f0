"""Several networks at once, each with examples, labels and an order of its own: so a spread over seeds is honest.

Symbols: K networks (seeds), n examples each; `rows` (K, n) says which examples of x (examples, features) network k has,
y (K, n) are the labels that it is told.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from labkit.checks import streams
from labkit.fits import guard
from labkit.losses import softmax_cross_entropy
from labkit.network import Network
from labkit.optimizers import Optimizer
from labkit.regularizers import L2
from labkit.schedules import Schedule, cosine
from labkit.training import evaluate, train

Array = np.ndarray
Change = Callable[[Array, Array], tuple[Array, Array]]


def balanced_rows(y: Array, n: int, seeds: Sequence[int]) -> Array:
    """For every seed n random examples, as many of each class of y (examples,): rows (K, n)."""
    classes = np.unique(y)
    each = -(-n // len(classes))
    chosen = []
    for seed in seeds:
        rng = streams(seed).data
        parts = [rng.permutation(np.flatnonzero(y == c))[:each] for c in classes]
        chosen.append(rng.permutation(np.concatenate(parts))[:n])
    return np.stack(chosen)


def own_batches(x: Array, y: Array, rows: Array, size: int, seeds: Sequence[int],
                change: Change | None = None) -> Iterator[tuple[Array, Array]]:
    """Mini-batches (K, size, features) and (K, size) for ever, reshuffled in every epoch; `change` makes another of it.

    An epoch's last batch is left out if it is not full, unless there is no other.
    """
    generators = [np.random.default_rng([seed, 1]) for seed in seeds]
    n, size = rows.shape[1], min(size, rows.shape[1])
    while True:
        order = np.stack([rng.permutation(n) for rng in generators])
        for start in range(0, n - size + 1, size):
            take = order[:, start:start + size]
            batch = x[np.take_along_axis(rows, take, axis=1)], np.take_along_axis(y, take, axis=1)
            yield change(*batch) if change else batch


def fit(net: Network, batches: Iterator[tuple[Array, Array]], opt: Optimizer, steps: int, *, lam: float = 0.0,
        schedule: Callable[[int], Schedule] = cosine, loss: Callable = softmax_cross_entropy) -> Network:
    """Train for so many steps, at a rate that falls by the schedule; λ is an L2 penalty on the weights."""
    penalty = L2(lam, mask=net.weight_mask()) if lam else None
    updates = train(net, loss, opt, batches, schedule=schedule(steps), regularizer=penalty)
    for _ in zip(range(steps), updates, strict=False):
        pass
    return net


def percent(net: Network, x: Array, y: Array) -> Array:
    """How many of the examples each network gets right, in percent: (K,)."""
    return 100 * evaluate(net, x, y).accuracy


guard(__name__)
