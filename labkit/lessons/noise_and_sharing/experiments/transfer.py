"""Learn five classes, keep the body, learn five others from few labels: from scratch, frozen, or fine-tuned.

Symbols: n labels of the new classes 5 … 9; the body is three convolutions and a mean over the positions, pretrained on
the classes 0 … 4, or a dense one. Yosinski et al. 2014, arXiv:1411.1792.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from labkit.checks import check_int, lookup, streams
from labkit.fits import guard
from labkit.layers import Linear
from labkit.lessons.noise_and_sharing.experiments.batches import balanced_rows, fit, own_batches, percent
from labkit.lessons.noise_and_sharing.experiments.sharing import body, curves, with_head
from labkit.network import Network, mlp
from labkit.optimizers import Adam

Array = np.ndarray
NEW, SIZE, BEFORE, AFTER = 5, 50, 300, 200
SCRATCH_RATE, HEAD_RATE, TUNE_RATE = 0.02, 0.05, 0.01
SOURCES = ("five other classes", "random labels", "nothing")
"""What the body has learned before."""


def network(seeds: Sequence[int], *, dense: bool = False) -> Network:
    """A body with a head for five classes, not trained."""
    return mlp([40, 100, 100, NEW], seed=seeds) if dense else with_head(body(), mean=True, classes=NEW, seeds=seeds)


def half(new: bool, *, test: bool = False) -> tuple[Array, Array]:
    """The curves of the classes 5 … 9 (new) or 0 … 4, labels counted from 0."""
    data = curves()
    x, y = (data.x_test, data.y_test) if test else (data.x_train, data.y_train)
    mine = (y >= NEW) == new
    return x[mine], y[mine] - NEW * new


@lru_cache(maxsize=16)
def pretrained(seeds: tuple[int, ...], source: str = "five other classes", *, dense: bool = False) -> Network:
    """A network per seed that has learned all curves of the first five classes, random labels for them, or nothing."""
    net = network(seeds, dense=dense)
    x, y = half(False)
    rows = np.tile(np.arange(len(x)), (len(seeds), 1))
    labels = y[rows]
    if source == "random labels":
        labels = np.stack([streams(seed).noise.integers(0, NEW, len(y)) for seed in seeds])
    if source != "nothing":
        fit(net, own_batches(x, labels, rows, 64, seeds), Adam(SCRATCH_RATE if not dense else 0.01), BEFORE)
    return net


def scratch(n: int, seeds: Sequence[int], *, steps: int = AFTER, dense: bool = False) -> Array:
    """Test accuracy in percent after learning n new labels from a random start: (K,)."""
    return _learn(network(seeds, dense=dense), n, seeds, 0.01 if dense else SCRATCH_RATE, steps)


def fine_tuned(n: int, seeds: Sequence[int], source: str = "five other classes", *, dense: bool = False) -> Array:
    """Test accuracy after learning n new labels from the pretrained body, all weights free, with a new head."""
    net, known = network(seeds, dense=dense), pretrained(tuple(seeds), source, dense=dense)
    for mine, theirs in list(zip(net.layers, known.layers, strict=True))[:-1]:
        for name in mine.shapes:
            mine.params[name][...] = theirs.params[name]
    return _learn(net, n, seeds, TUNE_RATE, AFTER)


def frozen(n: int, seeds: Sequence[int], source: str = "five other classes", *, dense: bool = False) -> Array:
    """Test accuracy of a new head alone, learned from n new labels; the body stays as it is."""
    known = pretrained(tuple(seeds), source, dense=dense)
    (x, y), (x_test, y_test) = half(True), half(True, test=True)
    rows = balanced_rows(y, n, seeds)
    x, x_test = features(known, x[rows]), features(known, x_test)
    head = Network([Linear(x.shape[-1], NEW)], seed=seeds)
    fit(head, _feature_batches(x, y[rows], seeds), Adam(HEAD_RATE), AFTER)
    return 100 * (head.forward(x_test).argmax(axis=-1) == y_test).mean(axis=-1)


def _feature_batches(x: Array, y: Array, seeds: Sequence[int]) -> Iterator[tuple[Array, Array]]:
    """Mini-batches of features x (K, n, features) and labels y (K, n), which every network has of its own."""
    n, size = y.shape[1], min(y.shape[1], SIZE)
    order = np.stack([np.random.default_rng([seed, 5]).permutation(n) for seed in seeds])
    while True:
        for start in range(0, n - size + 1, size):
            take = order[:, start:start + size]
            yield np.take_along_axis(x, take[..., None], axis=1), np.take_along_axis(y, take, axis=1)


def features(net: Network, x: Array) -> Array:
    """What the last layer sees: (K, n, features)."""
    *_, (_, before), _ = net.activations(x)
    return before


def _learn(net: Network, n: int, seeds: Sequence[int], rate: float, steps: int) -> Array:
    x, y = half(True)
    rows = balanced_rows(y, n, seeds)
    fit(net, own_batches(x, y[rows], rows, SIZE, seeds), Adam(rate), steps)
    return percent(net, *half(True, test=True))


class Transfer(NamedTuple):
    """Test accuracies (K,) on the new classes from n labels, in percent, in three ways."""

    n: int
    source: str
    scratch: Array
    frozen: Array
    tuned: Array


def three_ways(n: int, source: str = SOURCES[0], *, seeds: Sequence[int] = range(3)) -> Transfer:
    """From scratch, with a frozen body, fine-tuned: 200 updates each. What was computed before is remembered."""
    return _three_ways(check_int("three_ways", "n", n, low=NEW), source, tuple(seeds))


@lru_cache(maxsize=64)
def _three_ways(n: int, source: str, seeds: tuple[int, ...]) -> Transfer:
    lookup(dict.fromkeys(SOURCES, 0), source, "three_ways: source")
    return Transfer(n, source, _scratch(n, seeds), frozen(n, seeds, source), fine_tuned(n, seeds, source))


@lru_cache(maxsize=64)
def _scratch(n: int, seeds: tuple[int, ...]) -> Array:
    return scratch(n, seeds)


guard(__name__)
