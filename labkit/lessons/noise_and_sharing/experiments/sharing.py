"""One set of weights for all positions: convolutions on curves, held against networks that share less.

Symbols: n training curves, 40 positions, 16 channels, windows of k = 5. `conv`: three convolutions of stride 2, ReLU
and a mean over the positions, or a flat head with weights for every position; `local`: the same windows without
sharing; `dense`: everything connected. MNIST-1D: Greydanus & Kobak 2020, arXiv:2011.14439.
"""

import copy
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from labkit.checks import lookup
from labkit.convolution import BatchNorm1d, Conv1d, Local1d, MeanPool1d
from labkit.datasets import Dataset, mnist1d
from labkit.fits import guard
from labkit.layers import Elementwise, Layer, Linear
from labkit.lessons.noise_and_sharing.experiments.batches import balanced_rows, fit, own_batches, percent
from labkit.network import Network, mlp
from labkit.optimizers import Adam

Array = np.ndarray
LENGTH, CLASSES, CHANNELS, K = 40, 10, 16, 5
STEPS, SIZE = 300, 64
RATE, DENSE_RATE = 0.02, 0.01
"""Of Adam; each kind of network at one that suits it."""


@lru_cache(maxsize=1)
def curves() -> Dataset:
    """All 4000 training curves, and 1000 to test."""
    return mnist1d(n_val=0)


# ------------------------------------------------------------------------------------------------ networks
def body(kind: type[Conv1d] = Conv1d, *, strides: Sequence[int] = (2, 2, 2), batch_norm: bool = False) -> list[Layer]:
    """Three layers of windows with ReLU: (batch, 40) → (batch, positions · 16)."""
    layers: list[Layer] = []
    length, channels = LENGTH, 1
    for stride in strides:
        windows = kind(length, channels, CHANNELS, K, stride=stride, pad=K // 2)
        length, channels = windows.positions, CHANNELS
        layers += [windows, *([BatchNorm1d(length, CHANNELS)] if batch_norm else []), Elementwise("relu")]
    return layers


def with_head(layers: list[Layer], *, mean: bool, classes: int = CLASSES, seeds: int | Sequence[int] = 0) -> Network:
    """The body with a linear layer on the mean over positions, or on every number of every position."""
    last = layers[-2] if isinstance(layers[-2], Conv1d) else layers[-3]
    pool = [MeanPool1d(last.positions, CHANNELS)] if mean else []
    return Network([*layers, *pool, Linear(CHANNELS if mean else last.n_out, classes)], seed=seeds)


def conv_mean(seeds: int | Sequence[int] = 0) -> Network:
    return with_head(body(), mean=True, seeds=seeds)


def conv_flat(seeds: int | Sequence[int] = 0) -> Network:
    return with_head(body(), mean=False, seeds=seeds)


def conv_norm(seeds: int | Sequence[int] = 0) -> Network:
    return with_head(body(batch_norm=True), mean=True, seeds=seeds)


def local_flat(seeds: int | Sequence[int] = 0) -> Network:
    return with_head(body(Local1d), mean=False, seeds=seeds)


def dense_same_number(seeds: int | Sequence[int] = 0) -> Network:
    return mlp([LENGTH, 44, 44, CLASSES], seed=seeds)


def dense_wider(seeds: int | Sequence[int] = 0) -> Network:
    return mlp([LENGTH, 100, 100, CLASSES], seed=seeds)


def dense_same_width(seeds: int | Sequence[int] = 0) -> Network:
    return mlp([LENGTH, 320, 160, 80, CLASSES], seed=seeds)


NETS = {"conv, mean": conv_mean, "conv, flat": conv_flat, "local, not shared": local_flat,
        "dense, same number": dense_same_number, "dense 100-100": dense_wider, "dense, same width": dense_same_width,
        "conv, batch norm": conv_norm}


# ------------------------------------------------------------------------------------------------ training
def train_on(n: int, kind: str, seeds: Sequence[int], *, permuted: bool = False,
             steps: int = STEPS) -> Network:
    """A network per seed on n curves of its own; `permuted` mixes up the positions, for all curves alike."""
    return further(lookup(NETS, kind, "train_on: kind")(seeds), n, seeds, DENSE_RATE if "dense" in kind else RATE,
                   permuted=permuted, steps=steps)


def further(net: Network, n: int, seeds: Sequence[int], rate: float, *, permuted: bool = False,
            steps: int = STEPS) -> Network:
    """Train the networks on, each on n curves of its own."""
    data = curves()
    rows = balanced_rows(data.y_train, n, seeds)
    x = data.x_train[:, order(permuted)]
    return fit(net, own_batches(x, data.y_train[rows], rows, SIZE, seeds), Adam(rate), steps)


def score(net: Network, *, permuted: bool = False, shift: int = 0) -> Array:
    """Test curves that each network gets right, in percent: (K,); all moved to the right by `shift`, round the end."""
    data = curves()
    return percent(net, np.roll(data.x_test, shift, axis=1)[:, order(permuted)], data.y_test)


def order(permuted: bool) -> Array:
    """The positions 0 … 39, or the same in a random order that is always the same."""
    return np.random.default_rng(0).permutation(LENGTH) if permuted else np.arange(LENGTH)


def as_dense(net: Network) -> Network:
    """The same function with every convolution written out as the big matrix of a Linear layer."""
    layers, values = [], []
    for layer in net.layers:
        if isinstance(layer, Conv1d):
            bias = layer.forward(np.zeros((1, layer.n_in), net.dtype))
            values += [layer.as_matrix(), bias]
            layer = Linear(layer.n_in, layer.n_out)
        elif isinstance(layer, Linear):
            values += [layer.params["W"], layer.params["b"]]
            layer = Linear(layer.n_in, layer.n_out)
        layers.append(copy.deepcopy(layer))
    dense = Network(layers, seed=net.seeds if net.replicas else net.seeds[0], dtype=net.dtype)
    parameters = [p for layer in layers if isinstance(layer, Linear) for p in (layer.params["W"], layer.params["b"])]
    for mine, theirs in zip(parameters, values, strict=True):
        mine[...] = theirs
    return dense


guard(__name__)
