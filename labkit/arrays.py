"""What is an array of numbers? Lists, tables and tensors may come in; text, objects and NaN are sent back."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

FLOAT = np.float32
LARGEST = 1e100  # squares of larger numbers, summed, leave the range of float64
FLOATS = (np.dtype(np.float32), np.dtype(np.float64))
INT = np.dtype(np.intp)


def check_float_type(owner: str, name: str, dtype: Any) -> np.dtype:
    """Return `dtype` as a NumPy dtype; raise unless it is float32 or float64, the two that networks compute in."""
    try:
        found = None if dtype is None else np.dtype(dtype)
    except TypeError:
        found = None
    if found is None or found not in FLOATS:  # None == np.dtype(float)
        raise TypeError(f"{owner}: {name} must be float32 or float64, got {dtype!r}.")
    return found


def check_finite(owner: str, name: str, x: np.ndarray) -> np.ndarray:
    """Return `x`; raise if an entry is NaN or infinite, saying how many and where the first one is."""
    bad = ~np.isfinite(x)  # the shape of x
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


def as_numbers(owner: str, x: Any, name: str = "x") -> np.ndarray:
    """Return `x` as an array of whole or real numbers, of their own type; TypeError for text, objects and the rest."""
    x = as_array(owner, x, name)
    if x.dtype.kind not in "biuf":
        raise TypeError(f"{owner}: {name} is no array of real numbers (dtype {x.dtype}).")
    return x


def as_float(owner: str, x: Any, *, name: str = "x", dtype: Any = None) -> np.ndarray:
    """Return `x` as an array of real numbers: float32 and float64 as they are, whole numbers in float64; NaN may pass.

    `dtype` asks for another type. Raises TypeError for text, objects, complex numbers and masked entries.
    """
    if type(x) is np.ndarray and x.dtype in FLOATS and dtype is None:
        return x
    x = as_array(owner, x, name)
    try:
        numbers_only = x.dtype.kind in "biuf" or (x.dtype == object and all(map(_is_real, x.flat)))
        if not numbers_only:
            raise TypeError(f"dtype {x.dtype}")
        return x.astype(dtype or (FLOAT if x.dtype in (np.float16, FLOAT) else np.float64), copy=False)
    except Exception as error:
        raise TypeError(f"{owner}: {name} is no array of real numbers ({str(error)[:100]}).") from None


def check_array(owner: str, x: Any, axes: str = "", *, name: str = "x", dtype: Any = None,
                finite: bool = True, some: bool = False) -> np.ndarray:
    """Return `x` as an array of real numbers, `finite` ones: float32 and float64 as they are, whole numbers in float64.

    `axes` names what it must have, "(batch, units)", with "…" for any number of axes; `some` asks for at least one
    entry, `dtype` for another type. Raises TypeError for text, objects, complex numbers and masked entries, ValueError
    for another shape and NaN.
    """
    x = as_float(owner, x, name=name, dtype=dtype)
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


def check_step(owner: str, theta: Any, grad: Any) -> None:
    """Raise unless θ is an array of floats that can be changed in place, and g has its shape and is finite."""
    as_array(owner, theta, "theta")
    if not isinstance(theta, np.ndarray) or theta.dtype not in FLOATS:
        got = f"dtype {theta.dtype}" if isinstance(theta, np.ndarray) else repr(theta)
        raise TypeError(f"{owner}: theta must be an array of float32 or float64, to be changed in place; got {got}.")
    if theta.shape != (found := as_numbers(owner, grad, "the gradient")).shape:
        raise ValueError(f"{owner}: the gradient has shape {found.shape}; expected that of theta, {theta.shape}.")
    if not theta.flags.writeable:
        raise ValueError(f"{owner}: theta is read-only; expected an array to be changed in place, theta.copy().")
    check_finite(owner, "the gradient", found)
