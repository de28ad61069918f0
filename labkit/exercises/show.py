"""Putting inputs, expected and yours into a few words that fit on a screen."""

import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np

from labkit.exercises.exercise import Exercise, is_real

FEW = 12          # entries that are shown in full


def report(head: str, rows: Mapping[str, str], hint: str) -> str:
    """The head, one row per text that is not empty, the hint.

    >>> print(report("✗ 99-half", {"expected": "1", "yours": "2", "printed": ""}, "divide by 2."))
    ✗ 99-half
      expected  1
      yours     2
      hint: divide by 2.
    """
    lines = [folded(line, f"  {'' if i else name:<10}", 12)
             for name, text in rows.items() for i, line in enumerate(text.splitlines())]
    return "\n".join([head, *lines, *([folded(hint, "  hint: ", 8)] if hint else [])])


def folded(text: str, start: str = "", indent: int = 2) -> str:
    """The text in lines of at most 110 characters."""
    return textwrap.fill(text, 110, initial_indent=start, subsequent_indent=" " * indent, break_on_hyphens=False)


def inputs(arguments: Mapping[str, Any]) -> str:
    """The arguments by name, `n_in = 300, n_out = 100`; generators are left out."""
    return ", ".join(f"{name} = {short(value)}" for name, value in arguments.items()
                     if not isinstance(value, np.random.Generator))


def short(value: Any) -> str:
    """A number, a small array in full, a large one by its shape, anything else by name.

    >>> short(0.1 + 0.2), short(np.eye(2)), short(np.zeros((50, 40))), short(short)
    ('0.3', '[[1, 0], [0, 1]]', 'an array of shape (50, 40)', 'short')
    """
    if callable(value):
        return getattr(value, "__name__", type(value).__name__)
    array = np.asarray(value)
    if not is_real(array):
        return _in_a_word(array)
    if array.size > FEW:
        return f"an array of shape {array.shape}"
    text = np.array2string(array, separator=", ", formatter={"float_kind": lambda x: f"{x + 0.0:.6g}"})
    return " ".join(text.split()).replace("[ ", "[")


def _in_a_word(array: np.ndarray) -> str:
    value = None if array.ndim else array.item()
    if isinstance(value, str):
        return textwrap.shorten(repr(value), 60)
    return f"an array of {array.dtype}" if array.ndim else f"a {type(value).__name__}"


def difference(exercise: Exercise, yours: np.ndarray, expected: np.ndarray, name: str) -> dict[str, str]:
    """The rows `expected` and `yours`, and of arrays the first wrong entry with its index."""
    label = f"{name}: " if name else ""
    texts = [label + short(_clean(x)) for x in (expected, yours)]
    if exercise.view and not name:               # the reference is one of many right answers: do not show its entries
        return {"expected": f"an array of shape {expected.shape}", "yours": texts[1]}
    rows = {"expected": texts[0], "yours": texts[1]}
    if expected.size > 1 and is_real(yours) and yours.shape == expected.shape:
        at = tuple(np.argwhere(~exercise.close(yours, expected, name))[0].tolist())
        place = f" at {list(at)} of {expected.shape}"
        if expected.size > FEW:
            return {key: label + short(_clean(x[at])) + place for key, x in (("expected", expected),
                                                                                         ("yours", yours))}
        rows["first"] = f"wrong entry at {list(at)}: {short(_clean(yours[at]))} is not {short(_clean(expected[at]))}"
    return rows


def _clean(x: np.ndarray) -> np.ndarray:
    """x without rounding noise: what is below 10⁻¹² is shown as 0."""
    return np.where(np.abs(x) < 1e-12, 0.0, x) if x.dtype.kind == "f" else x
