"""A signature says what may come in; a door holds every caller to it.

`guard` puts a door before each public function and class of a module: numbers, arrays, names with arrays and functions
are told from strangers by the annotation of the parameter, and lists become arrays where arrays are asked for.
"""

from __future__ import annotations

import functools
import inspect
import math
import numbers
import re
import sys
import types
import typing
from collections.abc import Callable, Collection, Mapping, Set
from typing import Annotated, Any, NamedTuple

import numpy as np

from labkit.arrays import as_numbers
from labkit.doors import in_the_name_of

Signed = Annotated[int, "of either sign"]
"""A whole number that counts nothing, and so may be negative."""
Endless = Annotated[float, "or infinite"]
"""A number that may be infinite, even where something is computed."""
Positive = Annotated[float, "above 0"]
"""A number to measure with: where an axis ends, what others are divided by."""
MOST = 10**7


class Mismatch(Exception):
    """A value is not what its annotation says."""


class Place(NamedTuple):
    """Where a value came in: at whose door, for which argument; and whether a number must be finite there."""

    owner: str
    name: str
    finite: bool


# ------------------------------------------------------------------------------------------------ the doors
def guard(module: str) -> None:
    """Put a door before every public function and class that a module defines; called at the end of the module.

    At the end of a package's `__init__` it does so for what the package shows of its modules. Numbers must be finite
    where something is computed. Figures show what was lost, and controls have limits of their own.
    """
    room = sys.modules[module]
    finite = not any(word in module for word in (".figures", ".widgets", ".panels"))
    shown = getattr(room, "__all__", vars(room))
    for name, thing in [(name, vars(room)[name]) for name in shown]:
        if name.startswith("_") or not f"{getattr(thing, '__module__', '')}.".startswith(f"{module}."):
            continue
        if isinstance(thing, types.FunctionType):
            setattr(room, name, door(thing, name, finite=finite))
        elif isinstance(thing, type) and issubclass(thing, tuple):  # nothing stands before what makes it
            for what, method in list(vars(thing).items()):
                if isinstance(method, types.FunctionType) and not what.startswith("_"):
                    setattr(thing, what, door(method, f"{name}.{what}", finite=finite))
        elif isinstance(thing, type) and "__init__" in vars(thing) and not issubclass(thing, Exception):
            thing.__init__ = door(thing.__init__, name, finite=finite)


def door(f: Callable, owner: str, *, finite: bool = True) -> Callable:
    """`f`, whose arguments are held against its annotations. Raises TypeError or ValueError in the name of `owner`."""
    signature = inspect.signature(f)

    @functools.cache
    def hints() -> dict[str, Any]:  # at the first call, when all annotations can be looked up
        known = typing.get_type_hints(f, include_extras=True)
        return {n: known.get(n, Any) for n, p in signature.parameters.items()
                if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD) and n != "self"}

    @functools.wraps(f)
    def inside(*args: Any, **named: Any) -> Any:
        try:
            bound = signature.bind(*args, **named)
        except TypeError as error:
            raise TypeError(f"{owner}: {error}; it is called as {owner}{plain(signature)}.") from None
        for name, value in bound.arguments.items():
            if name in hints() and value is not signature.parameters[name].default:
                bound.arguments[name] = fitted(Place(owner, name, finite), hints()[name], value)
        named = {name: bound.arguments[name] if name in hints() else value for name, value in named.items()}
        try:
            return f(*bound.args[:len(args)], **named)
        except Exception as error:
            in_the_name_of(owner, error, f"it is called as {owner}{plain(signature)}")

    return inside


def plain(thing: Any) -> str:
    """An annotation or a signature as one would write it, without the modules."""
    text = str(thing) if isinstance(thing, inspect.Signature) else inspect.formatannotation(thing)
    return re.sub(r"\b(?:[a-z_]\w*\.)+(?=[A-Za-z_])", "", text)[:400].replace("ndarray", "Array")


# ------------------------------------------------------------------------------------------------ one argument
def fitted(place: Place, hint: Any, value: Any) -> Any:
    """The value of an argument, lists of numbers as arrays where arrays are asked for; raises if it does not fit."""
    try:
        return _fit(place, hint, value)
    except Mismatch as reason:
        said = f" ({reason})" if str(reason) else ""
        came = f"the class {value.__name__}" if isinstance(value, type) else f"{value!r}"[:80]
        raise TypeError(f"{place.owner}: {place.name} must be {plain(hint)}, got {came}{said}.") from None


def _fit(place: Place, hint: Any, value: Any) -> Any:
    base, inner = typing.get_origin(hint) or hint, typing.get_args(hint)
    if base in (typing.Union, types.UnionType):
        return _fit_one_of(place, inner, value)
    if base is np.ndarray:
        return _fit_array(place, value)
    if base in (bool, int, float, Annotated):
        return _fit_number(place, hint, value)
    if not isinstance(base, type) or base in (Any, object) or getattr(base, "_is_protocol", False):
        return value
    if inner and issubclass(base, Collection):
        return _fit_collection(place, base, inner, value)
    kind = Callable if issubclass(base, type | Callable) else base
    drawer = base is np.random.Generator and callable(getattr(value, "random", None))  # one of your own will do
    if not (isinstance(value, kind) or (drawer and not isinstance(value, type))):
        raise Mismatch
    return value


def _fit_one_of(place: Place, hints: tuple, value: Any) -> Any:
    if value is None and type(None) in hints:
        return value
    reason: Exception = Mismatch()
    for hint in hints:
        try:
            if hint is not type(None):
                return _fit(place, hint, value)
        except Mismatch:
            continue
        except (TypeError, ValueError) as error:
            reason = error
    raise reason


def _fit_array(place: Place, value: Any) -> np.ndarray:
    if isinstance(value, str | bytes | Mapping | numbers.Number | None):
        raise Mismatch
    return as_numbers(place.owner, value, place.name)


def _fit_number(place: Place, hint: Any, value: Any) -> Any:
    plain_kind = isinstance(hint, type)  # the others are `Signed`, `Endless`, `Positive`
    kind, low = (hint, 0) if plain_kind else (hint.__origin__, -MOST)
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    truth = isinstance(value, bool | np.bool_)
    number = isinstance(value, numbers.Real if kind is float else numbers.Integral)
    if truth != (kind is bool) or not (truth or number):
        raise Mismatch({int: "a whole number is wanted", float: "a number is wanted"}.get(kind, "True or False"))
    if kind is int and not low <= value <= MOST:
        raise ValueError(f"{place.owner}: {place.name} must be from {low} to {MOST}, got {str(value)[:20]}.")
    if kind is float and place.finite and (value != value or (plain_kind and abs(value) == math.inf)):
        raise ValueError(f"{place.owner}: {place.name} must be in (-∞, ∞), got {str(value)[:20]}.")
    if hint == Positive and not 0 < value < math.inf:
        raise ValueError(f"{place.owner}: {place.name} must be in (0, ∞), got {str(value)[:20]}.")
    return value


def _fit_collection(place: Place, base: type, hints: tuple, value: Any) -> Any:
    """The members, one by one; a list will do for a tuple, and an array of numbers for a list."""
    if isinstance(value, np.ndarray) and value.ndim and value.dtype.kind in "biuf" and not issubclass(base, Mapping):
        return tuple(value) if base is tuple else value
    if isinstance(value, str | bytes) or not isinstance(value, list | tuple if base is tuple else base):
        raise Mismatch
    if isinstance(value, Set):
        return value
    if isinstance(value, Mapping):
        table = {_fit(place, hints[0], key): _fit(place, hints[1], part) for key, part in value.items()}
        return value if all(table.get(key) is part for key, part in value.items()) else table  # it may be live
    if base is tuple and hints[-1] is not ...:
        if len(value) != len(hints):
            raise Mismatch(f"{len(hints)} are wanted")
    else:
        hints = hints[:1] * len(value)
    members = [_fit(place, hint, part) for hint, part in zip(hints, value, strict=True)]
    return value if hasattr(value, "_fields") else tuple(members) if isinstance(value, tuple) else members
