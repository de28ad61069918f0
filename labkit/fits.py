"""Does a value fit its annotation? Numbers, arrays, names with arrays and functions are told from strangers."""

from __future__ import annotations

import inspect
import math
import numbers
import re
import types
import typing
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

import numpy as np

from labkit.arrays import as_numbers, check_finite

SIGNED = {"exponent", "sign", "first"}
"""Whole numbers that count nothing, and so may be negative."""
LOST = {"losses", "values", "heights", "seen", "measured", "gradients"}
"""Arrays that hold NaN where a run has broken off."""
MOST = 10**7


class Mismatch(Exception):
    """A value is not what its annotation says."""


class Argument(NamedTuple):
    """What is known of a parameter: its name, its annotation, its default, and whether its arrays must be finite.

    A number that is `turned` by a control has limits there.
    """

    name: str
    hint: Any
    default: Any
    finite: bool
    turned: bool = False


def plain(thing: Any) -> str:
    """An annotation or a signature as one would write it, without the modules."""
    text = str(thing) if isinstance(thing, inspect.Signature) else inspect.formatannotation(thing)
    return re.sub(r"\b(?:[a-z_]\w*\.)+(?=[A-Za-z_])", "", text)[:400].replace("ndarray", "Array")


def fitted(owner: str, argument: Argument, value: Any) -> Any:
    """The value of an argument, lists of numbers as arrays where arrays are asked for; raises if it does not fit."""
    if value is argument.default:
        return value
    try:
        return _fit(owner, argument, argument.hint, value)
    except Mismatch as reason:
        said = f" ({reason})" if str(reason) else ""
        came = f"the class {value.__name__}" if isinstance(value, type) else f"{value!r}"[:80]
        raise TypeError(f"{owner}: {argument.name} must be {plain(argument.hint)}, got {came}{said}.") from None


def _fit(owner: str, argument: Argument, hint: Any, value: Any) -> Any:
    base = typing.get_origin(hint) or hint
    if base in (typing.Union, types.UnionType):
        return _fit_one_of(owner, argument, typing.get_args(hint), value)
    if base is np.ndarray:
        return _fit_array(owner, argument, value)
    if base in (bool, int, float):
        return _fit_number(owner, argument, base, value)
    if not isinstance(base, type) or base in (Any, object) or getattr(base, "_is_protocol", False):
        return value
    if base is Callable or issubclass(base, type):
        base = Callable
    elif issubclass(base, Collection) and not issubclass(base, str | np.ndarray) and typing.get_origin(hint):
        return _fit_collection(owner, argument, base, typing.get_args(hint), value)
    like_one = base is np.random.Generator and callable(getattr(value, "random", None))  # a drawer of your own will do
    if not (isinstance(value, base) or (like_one and not isinstance(value, type))):
        raise Mismatch
    return value


def _fit_one_of(owner: str, argument: Argument, hints: tuple, value: Any) -> Any:
    if value is None and type(None) in hints:
        return value
    reason: Exception = Mismatch()
    for hint in hints:
        try:
            if hint is not type(None):
                return _fit(owner, argument, hint, value)
        except Mismatch:
            continue
        except (TypeError, ValueError) as error:
            reason = error
    raise reason


def _fit_array(owner: str, argument: Argument, value: Any) -> np.ndarray:
    if isinstance(value, str | bytes | Mapping | bool | None):
        raise Mismatch
    array = as_numbers(owner, value, argument.name)
    finite = argument.finite and argument.name not in LOST and array.dtype.kind == "f"
    return check_finite(owner, argument.name, array) if finite else array


def _fit_number(owner: str, argument: Argument, kind: type, value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    truth = isinstance(value, bool | np.bool_)
    whole = kind is int and not argument.turned
    number = isinstance(value, numbers.Integral if whole else numbers.Real)
    if truth != (kind is bool) or not (truth or number):
        raise Mismatch({int: "a whole number is wanted", float: "a number is wanted"}.get(kind, "True or False"))
    if argument.turned:
        return value
    low = 0 if kind is int and argument.name not in SIGNED else -MOST if kind is int else -math.inf
    if kind is int and not low <= value <= MOST:
        raise ValueError(f"{owner}: {argument.name} must be from {low} to {MOST}, got {str(value)[:20]}.")
    if kind is float and argument.finite and not _is_finite(value) and not _is_open(argument.default):
        raise ValueError(f"{owner}: {argument.name} must be in (-∞, ∞), got {str(value)[:20]}.")
    return value


def _is_finite(value: Any) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _is_open(default: Any) -> bool:
    """Whether a parameter is infinite, or NaN, by default: then it may be so by choice."""
    return isinstance(default, float) and not math.isfinite(default)


def _fit_collection(owner: str, argument: Argument, base: type, hints: tuple, value: Any) -> Any:
    if base is tuple and isinstance(value, list | np.ndarray):
        value = tuple(value)
    if isinstance(value, str | bytes) or not isinstance(value, np.ndarray | base):
        raise Mismatch
    if isinstance(value, np.ndarray):
        if value.ndim == 0 or value.dtype.kind not in "biuf":
            raise Mismatch
        return value
    if isinstance(value, Mapping):
        for key in value:
            _fit(owner, argument, hints[0], key)
        new = {key: _fit(owner, argument, hints[1], part) for key, part in value.items()}
        return value if all(new[key] is part for key, part in value.items()) else new
    if base is tuple and not (len(hints) == 2 and hints[1] is ...):
        if len(value) != len(hints):
            raise Mismatch(f"{len(hints)} are wanted")
    else:
        hints = hints[:1] * len(value)
    new = [_fit(owner, argument, hint, part) for hint, part in zip(hints, value, strict=True)]
    changed = any(a is not b for a, b in zip(new, value, strict=True))
    return value if not changed or hasattr(value, "_fields") else tuple(new) if isinstance(value, tuple) else new
