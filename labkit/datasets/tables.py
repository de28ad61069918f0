"""Labelled examples in three parts: learn from the first, decide with the second, report the third once."""

from typing import NamedTuple

import numpy as np

from labkit.checks import FLOAT, check_int
from labkit.datasets.files import arrays

Array = np.ndarray
N_CLASSES = 10
FASHION_CLASSES = ("T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
                   "ankle boot")


class Dataset(NamedTuple):
    """Examples x (n, features), float32, and their classes y (n,), whole numbers from 0, for three purposes."""

    x_train: Array
    y_train: Array
    x_val: Array
    y_val: Array
    x_test: Array
    y_test: Array

    def __repr__(self) -> str:
        return (f"Dataset(train {self.x_train.shape}, validation {self.x_val.shape}, test {self.x_test.shape}; "
                f"{self.x_train.dtype})")


def tens(owner: str, name: str, value: int, low: int, high: int, hint: str = "") -> int:
    """Return `value`; raise unless it is a multiple of ten from `low` to `high`, as many examples of every class."""
    value = check_int(owner, name, value, low=low)
    if value > high or value % N_CLASSES:
        raise ValueError(f"{owner}: {name} must be a multiple of {N_CLASSES} from {low} to {high}, got {value}. "
                         f"There are {N_CLASSES} classes, each with as many examples.{' ' * bool(hint)}{hint}")
    return value


def fashion_mnist(n_train: int = 6000) -> Dataset:
    """Pictures of clothes, 28 × 28 grey pixels: `n_train` to learn from, 2000 to validate, 4000 to test.

    x in [0, 1], shape (n, 784), row by row (`x.reshape(-1, 28, 28)` gives pictures back); y indexes
    `FASHION_CLASSES`. The classes take turns 0, 1, …, 9, 0, 1, …, so every n_train = 10 m has m of each, and a smaller
    n_train is the beginning of a larger one. Training and validation pictures come from the official training set,
    test pictures from the official test set; none occurs twice.

    Raises ValueError unless n_train is a multiple of 10 in [10, 6000]. Source: Xiao, Rasul, Vollgraf 2017,
    arXiv:1708.07747; MIT licence.

    >>> fashion_mnist(2000)
    Dataset(train (2000, 784), validation (2000, 784), test (4000, 784); float32)
    """
    n_train = tens("fashion_mnist", "n_train", n_train, N_CLASSES, 6000)
    part = arrays("fashion_mnist.npz")
    return Dataset(_pixels(part["X_train"][:n_train]), _labels(part["y_train"][:n_train]), _pixels(part["X_val"]),
                   _labels(part["y_val"]), _pixels(part["X_test"]), _labels(part["y_test"]))


def mnist1d(n_train: int | None = None, *, n_val: int = 1000) -> Dataset:
    """Ten kinds of noisy curve, 40 numbers each: small, quick to train on, and far from solved by a small network.

    x (n, 40), about zero mean and unit variance. The 4000 training curves are sorted so that the classes take turns,
    as in `fashion_mnist`; the last n_val / 10 of each class are set aside for validation, the same number for every
    class. n_train of the others are returned, from the front; None means all of them. The beginning does not depend on
    n_val, and n_train = 10 m has m of each class up to m = 394 - n_val / 10, the size of the rarest class. n_val=0
    leaves all 4000 to train on. The 1000 test curves are as published.

    Raises ValueError unless n_val is a multiple of 10 in [0, 3000] and n_train one in [10, 4000 - n_val]. Source:
    Greydanus, Kobak 2020, arXiv:2011.14439; Apache-2.0.

    >>> mnist1d()
    Dataset(train (3000, 40), validation (1000, 40), test (1000, 40); float32)
    >>> mnist1d(1000, n_val=0)
    Dataset(train (1000, 40), validation (0, 40), test (1000, 40); float32)
    """
    n_val = tens("mnist1d", "n_val", n_val, 0, 3000)
    left = 4000 - n_val
    hint = "" if n_val == 0 else f"{n_val} are set aside for validation; n_val=0 leaves all 4000."
    n_train = left if n_train is None else tens("mnist1d", "n_train", n_train, N_CLASSES, left, hint)
    part = arrays("mnist1d.npz")
    train, val = _take_turns(part["y_train"], n_val // N_CLASSES)
    train, x, y = train[:n_train], part["X_train"].astype(FLOAT), _labels(part["y_train"])
    return Dataset(x[train], y[train], x[val], y[val], part["X_test"].astype(FLOAT), _labels(part["y_test"]))


def _take_turns(y: Array, last: int) -> tuple[Array, Array]:
    """Rows in an order in which the classes take turns, and the `last` of each class kept apart from the others."""
    member = y[:, None] == np.arange(N_CLASSES)
    rank = member.cumsum(axis=0)[member] - 1
    order = np.lexsort((y, rank))
    apart = (rank >= member.sum(axis=0)[y] - last)[order]
    return order[~apart], order[apart]


def _pixels(images: Array) -> Array:
    """Bytes 0 … 255 as rows of float32 in [0, 1]."""
    return images.reshape(len(images), -1) / FLOAT(255)


def _labels(y: Array) -> Array:
    """Labels as int64: with the stored bytes y - 1 would make 255 of class 0."""
    return y.astype(np.int64)
