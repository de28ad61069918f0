"""Argument checks, the float type and named random streams: what every module needs.

An error says who complains, what came, what was expected and how to mend it.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from labkit.arrays import (  # noqa: F401  handed on: an array is an argument too
    FLOAT,
    as_array,
    as_float,
    as_numbers,
    check_array,
    check_finite,
    check_float_type,
    check_table,
)
from labkit.doors import nearest


# ------------------------------------------------------------------------------------------------ tables of names
def lookup(table: Mapping[str, Any], name: Any, owner: str) -> Any:
    """The entry of `table` called `name`; anything that is not a string is returned as it came.

    >>> lookup({"relu": 1, "tanh": 2}, "rleu", "Activation")
    Traceback (most recent call last):
        ...
    ValueError: Activation: 'rleu' is not known; did you mean 'relu'? Known: relu, tanh.
    """
    if not isinstance(name, str):
        return name
    if name in table:
        return table[name]
    near = nearest(name.lower(), list(table))
    hint = f"; did you mean {near[0]!r}?" if near else "."
    raise ValueError(f"{owner}: {name!r} is not known{hint} Known: {', '.join(table)}.")


def entry(table: Mapping[str, Any], name: Any, owner: str) -> Any:
    """The entry of `table` called `name`; TypeError for anything that is not a string."""
    return lookup(table, check_type(owner, "the name", name, str, "a string"), owner)


# ------------------------------------------------------------------------------------------------ numbers
class Range(NamedTuple):
    """The numbers from `low` to `high`; an open end is not included, and an infinite end is always open.

    >>> 0.0 in Range(0, 1, open_low=True), 1.0 in Range(0, 1)
    (False, True)
    """

    low: float
    high: float
    open_low: bool = False
    open_high: bool = False

    def __contains__(self, value: Any) -> bool:
        above = value > self.low if self.open_low or math.isinf(self.low) else value >= self.low
        below = value < self.high if self.open_high or math.isinf(self.high) else value <= self.high
        return bool(np.all(above & below))

    def __str__(self) -> str:
        end = ")" if self.open_high or math.isinf(self.high) else "]"
        start = "(" if self.open_low or math.isinf(self.low) else "["
        return f"{start}{self.low:g}, {self.high}{end}".replace("inf", "∞")


FINITE, SHARE, PROPER_SHARE = Range(-math.inf, math.inf), Range(0, 1), Range(0, 1, open_low=True, open_high=True)
POSITIVE, NOT_NEGATIVE, AT_LEAST_ONE = Range(0, math.inf, open_low=True), Range(0, math.inf), Range(1, math.inf)
"""The ranges with a name. Neither end of a proper share is included: something is taken, and something is left."""


def in_range(owner: str, name: str, value: Any, allowed: Range, fix: str = "", *, arrays: bool = False) -> Any:
    """Return `value` as a float; raise if it is no number or outside `allowed`.

    Where each replica, or each image, may have its own (`arrays`), an array comes back as a float array.
    """
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, numbers.Real) and not isinstance(value, bool | np.bool):
        try:
            value = float(value)
        except OverflowError:
            value = math.inf if value > 0 else -math.inf
    elif arrays and isinstance(value, np.ndarray) and value.dtype.kind in "fiu":
        value = value.astype(value.dtype if value.dtype.kind == "f" else FLOAT)
    else:
        raise TypeError(f"{owner}: {name} must be a number, got {value!r}.")
    if value not in allowed:
        raise ValueError(f"{owner}: {name} must be in {allowed}, got {value!r}.{' ' * bool(fix)}{fix}")
    return value


def check_int(owner: str, name: str, value: Any, low: int = 1, high: int = 10**9) -> int:
    """Return `value` as an int; raise unless it is a whole number from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{owner}: {name} must be a whole number, got {value!r}.")
    if value < low:
        raise ValueError(f"{owner}: {name} must be at least {low}, got {value}.")
    if value > high:
        raise ValueError(f"{owner}: {name} must be at most {high}, got a number of {len(str(value))} digits.")
    return int(value)


def check_type(owner: str, name: str, value: Any, kind: Any, expected: str) -> Any:
    """Return `value`; raise TypeError unless it is an instance of `kind`, for example of `Callable`."""
    if not isinstance(value, kind):
        came = f"the class {value.__name__}" if isinstance(value, type) else repr(value)
        raise TypeError(f"{owner}: {name} must be {expected}, got {came[:100]}.")
    return value


def check_flag(owner: str, name: str, value: Any) -> bool:
    """Return `value` as a bool; raise unless it is True or False."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{owner}: {name} must be True or False, got {value!r}.")
    return bool(value)


def class_labels(owner: str, y: Any, n_classes: int | None = None) -> np.ndarray:
    """Return `y` as an integer array of class labels; raise unless all are whole numbers in [0, n_classes)."""
    y = as_array(owner, y, "labels")
    n_classes = None if n_classes is None else check_int(owner, "n_classes", n_classes)
    if y.dtype.kind not in "iu":
        raise ValueError(f"{owner}: labels have dtype {y.dtype}; expected whole numbers, one class per example.")
    low, high = (int(y.min()), int(y.max())) if y.size else (0, 0)
    if low < 0 or (n_classes is not None and high >= n_classes):
        end = "" if n_classes is None else f" to {n_classes - 1}"
        raise ValueError(f"{owner}: labels run from {low} to {high}; expected 0{end}. "
                         "Number the classes from 0, or give the network one output per class.")
    return y


# ------------------------------------------------------------------------------------------------ randomness
def check_generator(owner: str, rng: Any) -> np.random.Generator:
    """Return `rng`; raise TypeError if it is a seed or anything else that is not a NumPy generator."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"{owner}: rng must be a NumPy random generator, got {rng!r}; "
                        "write np.random.default_rng(seed).")
    return rng


class Streams(NamedTuple):
    """One independent generator per purpose, so that turning dropout on does not change the batches."""

    init: np.random.Generator
    data: np.random.Generator
    dropout: np.random.Generator
    augment: np.random.Generator
    noise: np.random.Generator


def streams(seed: int) -> Streams:
    """The named random streams of one run; stream k of seed s is `default_rng(SeedSequence(s, spawn_key=(k,)))`.

    >>> bool(streams(1).data.random() == streams(1).data.random())
    True
    """
    seed = check_int("streams", "seed", seed, low=0, high=2**128)
    keys = range(len(Streams._fields))
    return Streams(*(np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(k,))) for k in keys))


def seeds_of(seed: int | Sequence[int], replicas: int | None) -> list[int]:
    """The seed of every replica: `seed`, `seed` + 1, … for a number, or the sequence itself."""
    if isinstance(seed, numbers.Integral):
        first = check_int("seeds", "seed", seed, low=0)
        return [first + i for i in range(1 if replicas is None else check_int("replicas", "replicas", replicas))]
    if isinstance(seed, str) or as_array("seeds", seed, "seed").ndim != 1 or not len(seed):
        raise TypeError(f"seeds: seed must be a whole number, or a list with one for each replica, got {seed!r}.")
    if replicas not in (None, len(seed)):
        raise ValueError(f"replicas: got {len(seed)} seeds for {replicas} replicas; expected one each.")
    return [check_int("seeds", "an entry of seed", s, low=0) for s in seed]
