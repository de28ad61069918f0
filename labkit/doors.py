"""Whoever is called answers for what came in: an error names the one who was called, what came and what was expected.

Python's message for a wrong name and NumPy's for a wrong array say neither. These doors say it for them.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any, NoReturn

import numpy as np

from labkit.arrays import as_float, check_array

HERE = os.path.dirname(os.path.abspath(__file__))
BARE = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, AssertionError)

# what other libraries call it: name → what it may be called here
FOREIGN = {
    "learning_rate": ["lr"], "alpha": ["lr", "weight_decay"], "rate": ["keep", "lr"], "p": ["keep"], "prob": ["keep"],
    "batch_size": ["size"], "momentum": ["decay", "beta1"], "epsilon": ["eps"], "wd": ["weight_decay"],
    "betas": ["beta1"], "beta": ["momentum", "rho", "beta1"], "beta_1": ["beta1"], "beta_2": ["beta2"],
    "random_state": ["seed", "rng"], "units": ["n_out"], "in_features": ["n_in"], "out_features": ["n_out"],
    "num_features": ["n"], "kernel_initializer": ["init"], "tol": ["min_delta"], "n_components": ["k"],
    "batchsize": ["size"], "epochs": ["max_steps"], "steps": ["max_steps"], "callbacks": ["after"], "model": ["net"],
    "criterion": ["loss"], "optim": ["optimizer"], "dropout": ["keep"], "hidden": ["sizes"],
    "hidden_layer_sizes": ["sizes"],
}


# ------------------------------------------------------------------------------------------------ names
def arguments(f: Callable) -> list[str]:
    """The names of the arguments of a function, or of a method without its `self`."""
    code = getattr(getattr(f, "__wrapped__", f), "__code__", None)
    names = list(code.co_varnames[:code.co_argcount + code.co_kwonlyargcount]) if code else []
    return names[names[:1] == ["self"]:]


def nearest(name: str, known: Sequence[str]) -> list[str]:
    """The name that was probably meant, or nothing: what other libraries call so, or what is spelt like it."""
    import difflib  # only a misspelt name needs it

    return ([n for n in FOREIGN.get(name, ()) if n in known] or difflib.get_close_matches(name, known, 1, 0.5))[:1]


def names_said(f: Callable) -> Callable:
    """`f`; an argument that it does not have is a TypeError that says the nearest one it has."""
    known = arguments(f)

    @functools.wraps(f)
    def inside(*args: Any, **named: Any) -> Any:
        for name in named:
            if name not in known:
                owner = type(args[0]).__name__ if f.__name__ == "__init__" else f.__name__
                hint = "".join(f"; did you mean {near!r}?" for near in nearest(name, known)) or "."
                takes = ", ".join(known) or "no arguments"
                raise TypeError(f"{owner}: there is no argument {name!r}{hint} It takes {takes}.")
        return f(*args, **named)

    return inside


def misfit(f: Callable, *given: str) -> str:
    """Why a function cannot be called with these arguments; empty if it can, or if it does not tell."""
    import inspect  # only functions of somebody's own need it

    try:
        inspect.signature(f).bind(*given)
    except ValueError:  # some functions in C
        return ""
    except TypeError as error:
        return str(error)
    return ""


# ------------------------------------------------------------------------------------------------ floating point
_COVERED: ContextVar[bool] = ContextVar("covered", default=False)


def ignoring(**errors: str) -> Callable[[Callable], Callable]:
    """A function during which NumPy ignores floating-point errors, `under="ignore"`, whatever np.seterr says.

    `all="ignore"` covers what is called inside, too, and saves it the time of saying so again.
    """
    def decorate(f: Callable) -> Callable:
        guarded = np.errstate(**errors)(f)

        @functools.wraps(f)
        def inside(*args: Any, **named: Any) -> Any:
            if _COVERED.get():
                return f(*args, **named)
            token = _COVERED.set("all" in errors)
            try:
                return guarded(*args, **named)
            finally:
                _COVERED.reset(token)

        return inside

    return decorate


def function_door(owner: str, f: Callable) -> Callable:
    """A function of float arrays, for strangers: whole numbers count as float64, and a number that gets tiny is 0.

    Of several arrays None stands for one that is not needed: σ' follows from y alone. Arrays of floats pass at once, so
    that a layer may call it at every step.
    """
    @functools.wraps(f)
    def inside(*arrays: Any) -> Any:
        if type(arrays[0]) is not np.ndarray or arrays[0].dtype.kind != "f":
            arrays = [a if a is None and len(arrays) > 1 else as_float(owner, a) for a in arrays]
        with np.errstate(under="ignore"):
            return f(*arrays)

    return inside


# ------------------------------------------------------------------------------------------------ bare errors
def layer_door(f: Callable) -> Callable:
    """A method of a layer, for strangers: lists become arrays; what NumPy says of the rest is said by the layer."""
    names = arguments(f)
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

    inside.plain = f
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
    import dis  # only an error needs it

    trace = error.__traceback__
    while trace.tb_next:
        trace = trace.tb_next
    code, file = trace.tb_frame.f_code, trace.tb_frame.f_code.co_filename
    if file.startswith(HERE):
        return dis.opname[code.co_code[trace.tb_lasti]] != "RAISE_VARARGS"
    return "site-packages" in file or file.startswith((sys.base_prefix, "<frozen", "<__array_function__"))
