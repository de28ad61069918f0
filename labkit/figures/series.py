"""What is handed to a still: named runs, one or several of each, however long; checked before anything is drawn."""

from collections.abc import Mapping, Sized

import numpy as np

Array = np.ndarray


def check_any(owner: str, what: str, things: Sized) -> None:
    """Raise ValueError when there is nothing to draw."""
    if not len(things):
        raise ValueError(f"{owner}: {what} is empty; expected at least one.")


def as_runs(owner: str, name: str, values: Array, length: int | None = None, *, lost: bool = False) -> Array:
    """One run (n,) or several (n, K) → (n, K) float64. Runs that broke off may hold NaN.

    Raises ValueError for another shape, another n than `length`, and, unless `lost` runs are shown too, when no run
    holds a single finite number.

    >>> as_runs("draw", "SGD", [3, 2, 1]).shape
    (3, 1)
    """
    y = np.asarray(values, float)
    wanted = "n" if length is None else str(length)
    if y.ndim not in (1, 2) or not y.size or len(y) != (len(y) if length is None else length):
        turned = " It looks transposed: give its .T." if y.ndim == 2 and length == y.shape[-1] else ""
        raise ValueError(f"{owner}: {name!r} has shape {y.shape}; expected ({wanted},) for one run, or ({wanted}, K) "
                         f"for K runs.{turned}")
    if not lost and not np.isfinite(y).any():
        raise ValueError(f"{owner}: {name!r} holds no finite number; leave it out, and say that all its runs diverged.")
    return y.reshape(len(y), -1)                                                            # (n, K)


def all_runs(owner: str, groups: Mapping[str, Array], length: int | None = None) -> dict[str, Array]:
    """`as_runs` of every group; raises ValueError when there is none."""
    check_any(owner, "the mapping from names to runs", groups)
    return {name: as_runs(owner, name, values, length) for name, values in groups.items()}


def smoothed(values: Array, window: int) -> Array:
    """Mean of every `window` neighbouring steps along the first axis, in blocks: (n, …) → (n // window, …).

    Raises ValueError when there are fewer steps than a window.

    >>> smoothed(np.array([1.0, 3.0, 5.0, 7.0, 100.0]), 2)
    array([2., 6.])
    """
    if not 1 <= window <= len(values):
        raise ValueError(f"smoothed: got {len(values)} steps and window {window}; expected a window from 1 to "
                         f"{len(values)}.")
    blocks = len(values) // window
    return values[:blocks * window].reshape(blocks, window, *values.shape[1:]).mean(axis=1)
