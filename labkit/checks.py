"""Argument checks, the float type, live hyperparameters and named random streams: what every module needs.

An error says who complains, what came, what was expected and how to mend it.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

FLOAT = np.float32
LARGEST = 1e100      # squares of larger numbers, summed, leave the range of float64


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
    import difflib  # only a misspelt name needs it

    near = difflib.get_close_matches(name.lower(), table, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    raise ValueError(f"{owner}: {name!r} is not known{hint} Known: {', '.join(table)}.")


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


class Hyperparameter:
    """A number that may be changed at any moment and is read at every step: `opt.lr = 0.3` acts on the next one.

    Declared once, it serves everybody. Its range guards every assignment. `label`, `unit`, the scale (`log`: steps
    multiply) and `limits`, where they should be narrower than the range, make its slider; `symbol` names it in the
    history of a run. The owner declares the slot `_name`, so that a misspelt name is an AttributeError. On the class
    (`SGD.lr`) it is the declaration itself.
    """

    def __init__(self, low: float, high: float = math.inf, *, open_low: bool = False, open_high: bool = False,
                 log: bool = False, limits: tuple[float, float] | None = None, label: str = "", symbol: str = "",
                 unit: str = "", fix: str = "", arrays: bool = True) -> None:
        self.range = Range(low, high, open_low, open_high)
        self.log, self.limits, self.unit, self.fix = log, limits, unit, fix
        self.label, self.symbol, self.arrays = label, symbol, arrays

    def __set_name__(self, owner: type, name: str) -> None:
        self.name, self.slot = name, "_" + name
        self.symbol = self.symbol or name.replace("_", " ")
        self.label = self.label or self.symbol

    def slider_limits(self, value: float) -> tuple[float, float]:
        """Where its slider begins and ends: `limits`, or the range, without open ends and finite around `value`."""
        if self.limits:
            return self.limits
        low, high = self.range[:2]
        reach, size = 10 * max(abs(value), 1.0), abs(value) or 1.0
        low = size / 1000 if self.log and low <= 0 else low if math.isfinite(low) else value - reach
        high = high if math.isfinite(high) else 1000 * max(size, low) if self.log else value + reach
        margin = (low if self.log else high - low) / 1000
        return low + margin * self.range.open_low, high - margin * self.range.open_high

    def __get__(self, instance: Any, owner: type) -> Any:
        return self if instance is None else getattr(instance, self.slot)

    def __set__(self, instance: Any, value: Any) -> None:
        value = in_range(type(instance).__name__, self.name, value, self.range, self.fix, arrays=self.arrays)
        setattr(instance, self.slot, value)


def declared(owner: type) -> dict[str, Hyperparameter]:
    """The hyperparameters that a class declares, by name, those of the base class first."""
    return {n: v for c in reversed(owner.__mro__) for n, v in vars(c).items() if isinstance(v, Hyperparameter)}


class Tunable:
    """Something with hyperparameters: it can list them, and its repr shows what they are now."""

    __slots__ = ()

    @classmethod
    def hyperparameters(cls) -> list[str]:
        """The names of the declared hyperparameters, those of the base class first."""
        return list(declared(cls))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{n}={getattr(self, n)}' for n in self.hyperparameters())})"


# ------------------------------------------------------------------------------------------------ arrays
def check_finite(owner: str, name: str, x: np.ndarray) -> np.ndarray:
    """Return `x`; raise if an entry is NaN or infinite, saying how many and where the first one is."""
    bad = ~np.isfinite(x)
    if bad.any():
        first = tuple(int(i) for i in np.argwhere(bad)[0])
        raise ValueError(f"{owner}: {name} has {int(bad.sum())} entries that are NaN or infinite, the first at index "
                         f"{first}; expected finite numbers. Clean the data first (np.isfinite finds the rows).")
    return x


def as_array(owner: str, x: Any, name: str = "x") -> np.ndarray:
    """Return `x` as an array of any type; raise TypeError for masked entries and rows of different lengths."""
    if isinstance(x, np.ma.MaskedArray) and np.ma.is_masked(x):
        raise TypeError(f"{owner}: {name} has masked entries; fill them in, x.filled(0), or leave the examples out.")
    try:
        return np.asarray(x)
    except Exception as error:
        raise TypeError(f"{owner}: {name} is no array of real numbers ({str(error)[:100]}).") from None


def check_array(owner: str, x: Any, axes: str = "", *, name: str = "x", dtype: Any = None,
                finite: bool = True, some: bool = False) -> np.ndarray:
    """Return `x` as an array of real numbers, `finite` ones: float32 and float64 as they are, whole numbers in float64.

    `axes` names what it must have, "(batch, units)", with "…" for any number of axes; `some` asks for at least one
    entry, `dtype` for another type. Raises TypeError for text, objects, complex numbers and masked entries, ValueError
    for another shape and NaN.
    """
    x = as_array(owner, x, name)
    try:
        numbers_only = x.dtype.kind in "biuf" or (x.dtype == object and all(map(_is_real, x.flat)))
        if not numbers_only:
            raise TypeError(f"dtype {x.dtype}")
        x = x.astype(dtype or (FLOAT if x.dtype in (np.float16, FLOAT) else np.float64), copy=False)
    except Exception as error:
        raise TypeError(f"{owner}: {name} is no array of real numbers ({str(error)[:100]}).") from None
    wanted = [axis.strip() for axis in axes.strip("()").split(",") if axis.strip()]
    missing = len(wanted) - ("…" in wanted) - x.ndim
    if axes and (missing > 0 or (missing and "…" not in wanted)):
        raise ValueError(f"{owner}: {name} has shape {x.shape}; expected {axes}.")
    if some and not x.size:
        raise ValueError(f"{owner}: {name} has shape {x.shape}; expected at least one entry.")
    return check_finite(owner, name, x) if finite else x


def _is_real(value: Any) -> bool:
    return isinstance(value, numbers.Real)


def check_table(owner: str, x: Any, n: int | None = None, *, name: str = "x", dtype: Any = FLOAT) -> np.ndarray:
    """Return `x` as a finite float array (examples, features); raise unless it has `n` features when `n` is given."""
    x = check_array(owner, x, f"(examples, {n or 'features'})", name=name, dtype=dtype)
    if n is not None and x.shape[1] != n:
        raise ValueError(f"{owner}: {name} has shape {x.shape}; expected (examples, {n}).")
    if float(np.abs(x).max(initial=0)) > LARGEST:
        raise ValueError(f"{owner}: {name} has entries beyond {LARGEST:g}, whose squares are too large; divide by a "
                         "constant first.")
    return x


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
        return [int(seed) + i for i in range(1 if replicas is None else check_int("replicas", "replicas", replicas))]
    if isinstance(seed, str | bytes) or not hasattr(seed, "__len__"):
        raise TypeError(f"seed must be a whole number, or one for each replica, got {seed!r}.")
    if not len(seed):
        raise ValueError("seed: there is none; expected a whole number, or one for each replica, such as [0, 1, 2].")
    if replicas not in (None, len(seed)):
        raise ValueError(f"replicas: got {len(seed)} seeds for {replicas} replicas; expected one each.")
    return [check_int("seed", "each", s, low=0) for s in seed]
