"""What should the network have said? Every target comes in through one door, whoever asks.

Losses, `Batches` and `evaluate` take classes (whole numbers from lists, columns, floats, Series or tensors), shares of
the classes (one-hot rows, soft labels), or numbers. Anything else is refused with the line that mends it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.arrays import INT, as_float, check_array, check_finite
from labkit.checks import class_labels

Array = np.ndarray


def check_targets(owner: str, y: Any) -> Array:
    """Return targets `y` as an array: whole numbers as integers, other numbers as finite floats, the shape as it came.

    Lists, columns, pandas Series and tensors will do. Raises TypeError for text and objects, ValueError for NaN.
    """
    if type(y) is np.ndarray and y.dtype == INT:
        return y
    try:
        floats = as_float(owner, y, name="y")
    except TypeError as error:
        raise TypeError(f"{error} Classes that have names: names, y = np.unique(y, return_inverse=True).") from None
    if (y := np.asarray(y)).dtype.kind in "biu":
        return y.astype(np.intp)
    return check_finite(owner, "y", floats)


def check_pairs(owner: str, x: Any, y: Any) -> tuple[Array, Array]:
    """x (examples, features) and y, one target per example, as arrays of finite numbers; tables in the same order."""
    _check_order(owner, x, y)
    x, y = check_array(owner, x), check_targets(owner, y)
    if x.ndim < 2 or y.ndim < 1 or len(x) != len(y) or not x.size:
        raise ValueError(f"{owner}: x has shape {x.shape} and y {y.shape}; expected (examples, features) and one "
                         "target per example, and at least one example.")
    return x, y


def _check_order(owner: str, x: Any, y: Any) -> None:
    """Raise ValueError for two pandas tables with the same rows in different orders: the targets would be another's."""
    one, other = getattr(x, "index", None), getattr(y, "index", None)
    if not (hasattr(one, "equals") and hasattr(other, "equals")) or one.equals(other) or len(one) != len(other):
        return
    if one.is_unique and one.sort_values().equals(other.sort_values()):
        raise ValueError(f"{owner}: x and y have the same rows in different orders. Bring them together: "
                         "y.loc[x.index]; or, if they belong together as they stand, give y.to_numpy().")


def classes_of(y: Array, n_out: int, *, binary: bool = False) -> Array | None:
    """The class of every example, (examples,), for a network of `n_out` outputs; None if the targets are no classes.

    y holds class numbers, or rows that sum to 1, of which the largest counts. One output says yes or no if `binary`.
    """
    column = y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y
    if n_out == 1:
        return column > 0.5 if binary and column.ndim == 1 else None
    if column.ndim == 1:
        return column
    shares = y.ndim == 2 and y.shape[1] == n_out and (y >= 0).all() and np.allclose(y.sum(axis=1), 1, atol=1e-3)
    return y.argmax(axis=1) if shares else None


def class_targets(owner: str, y: Array, outputs: tuple[int, ...]) -> Array:
    """Targets `y` for outputs of the shape (batch, classes), or (K, batch, classes), in one of two forms.

    Whole numbers, (batch,) or (K, batch), the classes; also from a list, a column (batch, 1), or floats without a
    fraction. Or shares, (…, batch, classes), whose rows are positive and sum to 1: soft labels, or one-hot rows.
    Raises ValueError for anything else, and for a network with a single output.
    """
    if len(outputs) < 2 or 0 in outputs or outputs[-1] < 2:
        raise ValueError(f"{owner}: outputs have shape {outputs}; expected (batch, classes) with at least one example "
                         "and two classes. One output that says yes or no takes sigmoid_cross_entropy.")
    if type(y) is not np.ndarray or y.dtype != INT or y.shape not in (outputs[-2:-1], outputs[:-1]):
        y = _classes_or_shares(owner, y, outputs)
    if y.dtype == INT and np.maximum.reduce(y.view(np.uintp), axis=None) >= outputs[-1]:  # −1 is huge without a sign
        class_labels(owner, y, outputs[-1])
    return y


def _classes_or_shares(owner: str, y: Array, outputs: tuple[int, ...]) -> Array:
    y, per_example = check_targets(owner, y), (outputs[-2:-1], outputs[:-1])
    shares = y.ndim > 1 and y.shape == outputs[-y.ndim:] and (y.dtype.kind == "f" or y.shape not in per_example)
    if y.shape[-1:] == (1,) and y.shape[:-1] in per_example:
        y = y[..., 0]  # a column: (batch, 1) → (batch,)
    if not shares and y.shape not in per_example:
        raise ValueError(_shapes(owner, y.shape, outputs[:-1]))
    if not shares and (y % 1 != 0).any():
        raise ValueError(f"{owner}: labels have a fraction, such as {y[y % 1 != 0][0]:g}; expected whole numbers.")
    if not shares:
        return np.clip(y, -1, outputs[-1]).astype(np.intp) if y.dtype.kind == "f" else y
    if (y < 0).any() or np.abs(y.sum(axis=-1) - 1).max() > 1e-3:
        first = y.reshape(-1, y.shape[-1])[0].sum()
        raise ValueError(f"{owner}: the rows of soft labels must be positive and sum to 1; they run from {y.min():g} "
                         f"to {y.max():g}, and the first row sums to {first:g}. Divide each row by its sum.")
    return y.astype(np.float64, copy=False) if y.dtype.kind == "i" else y


def number_targets(owner: str, outputs: Array, y: Array) -> tuple[Array, Array]:
    """Outputs (…, batch, n) as floats, and targets `y` of their shape in their float type; replicas may share them."""
    outputs = as_float(owner, outputs, name="outputs")
    if outputs.ndim < 2 or not outputs.size:
        raise ValueError(f"{owner}: outputs have shape {outputs.shape}; expected (batch, n), at least one example.")
    y = as_float(owner, y, name="targets").astype(outputs.dtype, copy=False)
    if y.ndim < 2 or y.shape != outputs.shape[-y.ndim:]:
        raise ValueError(_shapes(owner, y.shape, outputs.shape))
    return outputs, y


def _shapes(owner: str, got: tuple[int, ...], expected: tuple[int, ...]) -> str:
    return (f"{owner}: targets have shape {got}; expected {expected}: one whole number per example for classes, one "
            "float per output otherwise (a single column of targets is y[:, None]).")
