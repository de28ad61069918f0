"""A signature says what may come in; the door of a room holds everybody to it.

`guard` puts a door before each public function and class of a module: every argument is held against its annotation,
and what NumPy or Python would say of the rest is said in the name of who was called.
"""

from __future__ import annotations

import dis
import functools
import inspect
import sys
import types
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from labkit.arrays import check_array
from labkit.fits import Argument, fitted, plain

HERE = str(Path(__file__).parent)
BARE = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, AssertionError)


# ------------------------------------------------------------------------------------------------ the doors
def guard(module: str) -> None:
    """Put a door before every public function and class that a module defines; numbers must be finite, but for figures,
    which show what was lost, and controls, which name the quantity.

    It is called at the end of the module.
    """
    room, finite = sys.modules[module], not any(word in module for word in (".figures", ".controls"))
    for name, thing in list(vars(room).items()):
        if name.startswith("_") or getattr(thing, "__module__", "") != module:
            continue
        if isinstance(thing, types.FunctionType):
            setattr(room, name, door(thing, thing.__name__, finite=finite))
        elif isinstance(thing, type) and "__init__" in vars(thing) and not issubclass(thing, tuple | Exception):
            thing.__init__ = door(thing.__init__, thing.__name__, finite=finite)


def door(f: Callable, owner: str, *, finite: bool = True) -> Callable:
    """`f`, whose arguments are held against its annotations. Raises TypeError or ValueError in the name of `owner`."""
    signature = inspect.signature(f)

    @functools.cache
    def arguments() -> dict[str, Argument]:  # at the first call, when all annotations can be looked up
        hints = _hints(f)
        turned = ".panels" in f.__module__
        return {n: Argument(n, hints.get(n, Any), p.default, finite, turned) for n, p in signature.parameters.items()
                if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD) and n != "self"}

    @functools.wraps(f)
    def inside(*args: Any, **named: Any) -> Any:
        try:
            bound = signature.bind(*args, **named)
        except TypeError as error:
            raise TypeError(f"{owner}: {error}; it is called as {owner}{plain(signature)}.") from None
        known = arguments()
        for name, value in bound.arguments.items():
            if name in known:
                bound.arguments[name] = fitted(owner, known[name], value)
        try:
            return f(*bound.args, **bound.kwargs)
        except Exception as error:
            in_the_name_of(owner, error, f"it is called as {owner}{plain(signature)}")

    return inside


def layer_door(f: Callable) -> Callable:
    """A method of a layer, called at every step of a training: arrays pass at once, lists become arrays."""
    names = list(inspect.signature(f).parameters)[1:]
    takes_array = names[:1] in (["x"], ["dy"], ["d"])

    @functools.wraps(f)
    def inside(self: Any, *args: Any, **named: Any) -> Any:
        if takes_array and not (args and type(args[0]) is np.ndarray and args[0].dtype.kind == "f"):
            args, named = _as_arrays(self, names[0], args, named)
        try:
            return f(self, *args, **named)
        except BARE as error:
            shapes = [f"{n} of shape {a.shape}" for n, a in zip(names, args, strict=False) if hasattr(a, "shape")]
            in_the_name_of(f"{self}", error, f"{f.__name__}({', '.join(names)}) got {', '.join(shapes) or 'others'}")

    return inside


def _as_arrays(layer: Any, name: str, args: tuple, named: dict[str, Any]) -> tuple[tuple, dict[str, Any]]:
    """The first argument of a layer's method as an array of finite numbers with at least two axes, in first place."""
    named = dict(named)
    if not args and name not in named:
        return args, named  # Python says what is missing
    x = args[0] if args else named.pop(name)
    return (check_array(str(layer), x, "(…, batch, units)", name=name, some=True), *args[1:]), named


def in_the_name_of(owner: str, error: Exception, expected: str) -> NoReturn:
    """Raise `error` again: as it is if somebody wrote it, else with who complains and what was expected."""
    refused = type(error).__name__ == "TraitError"  # by ipywidgets
    if not refused and (isinstance(error, Warning) or not isinstance(error, BARE) or not _is_bare(error)):
        raise error
    kind = TypeError if isinstance(error, TypeError | AttributeError) else ValueError
    raise kind(f"{owner}: cannot use what came ({str(error)[:120]}); {expected}.") from error


def _is_bare(error: Exception) -> bool:
    """Whether NumPy, Matplotlib or Python complains, and not a `raise` in labkit, or the code of somebody else."""
    trace = error.__traceback__
    while trace.tb_next:
        trace = trace.tb_next
    code, file = trace.tb_frame.f_code, trace.tb_frame.f_code.co_filename
    if file.startswith(HERE):
        return dis.opname[code.co_code[trace.tb_lasti]] != "RAISE_VARARGS"
    return "site-packages" in file or file.startswith((sys.base_prefix, "<frozen", "<__array_function__"))


def _hints(f: Callable) -> dict[str, Any]:
    try:
        return typing.get_type_hints(f)
    except NameError:  # names for type checkers only
        return {}
