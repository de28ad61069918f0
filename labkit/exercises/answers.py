"""What a student's function gave, as the arrays that were asked for; or else what it gave instead, in words."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from labkit.exercises.exercise import is_real
from labkit.exercises.guard import AttemptError

Array = np.ndarray


def values_of(answer: Any, names: Sequence[str]) -> tuple[Any, ...]:
    """The named values of one answer. Raises AttemptError if there are more or fewer, or if one is None.

    >>> values_of((1.0, 2.0), ["theta", "v"])
    (1.0, 2.0)
    """
    count = len(answer) if isinstance(answer, (tuple, list)) else 1
    if count != len(names):
        raise AttemptError(f"returned {count} value{'s' * (count != 1)}", f"return {', '.join(names)}.")
    for name, value in zip(names, answer, strict=True):
        if value is None:
            raise AttemptError(f"returned None for {name}",
                               f"{name} was never set on the way: is there an `if` that nothing passes?")
    return tuple(answer)


def array_of(answer: Any, shape: tuple[int, ...], name: str = "", why: str = "", *, finite: bool = False) -> Array:
    """A copy of the answer as an array of numbers of this shape, and `finite` if that is asked for.

    Raises AttemptError if it is none; `why` is the hint. Text is no number, however it reads.

    >>> array_of([1, 2], (2,))
    array([1., 2.])
    """
    what = f" for {name}" if name else ""
    try:
        array = np.array(answer)
    except (TypeError, ValueError):                  # rows of different lengths
        array = np.array(None)
    if not is_real(array):
        raise AttemptError(f"returned what is no array of numbers{what}", why or _wanted(shape))
    if array.shape != shape:
        got = f"an array of shape {array.shape}" if array.ndim else "one number"
        raise AttemptError(f"returned {got}{what}", why or _wanted(shape))
    if finite and not np.isfinite(array).all():
        raise AttemptError(f"returned {'NaN' if np.isnan(array).any() else 'an infinite number'}{what}",
                           "is there a division by 0, the root or the logarithm of something negative, or 0 · ∞?")
    return array.astype(float)


def _wanted(shape: tuple[int, ...]) -> str:
    return f"an array of shape {shape} is wanted." if shape else "one number is wanted."
