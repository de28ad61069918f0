"""What a training run has to show of itself, as arrays, and how much of it a small picture can hold."""

import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray
POINTS = 300
"""A line of single updates is drawn as the means of at most so many blocks."""


class Line(NamedTuple):
    """One quantity of one data set: x (n,), on the axis of the picture; y (n,) or (n, K)."""

    x: Array
    y: Array


class Seen(NamedTuple):
    """Examples seen after 0, 1, … steps, (steps + 1,), and how many each of the steps to come will add."""

    so_far: Array
    each: float

    def at(self, steps: Any) -> Array:
        """The number of examples after so many steps.

        >>> Seen(np.array([0, 10, 14]), 4.0).at([0.5, 2, 4]).tolist()
        [5.0, 14.0, 22.0]
        """
        done, steps = len(self.so_far) - 1, np.asarray(steps, float)
        return np.interp(steps, np.arange(done + 1), self.so_far) + self.each * np.maximum(steps - done, 0)


class Progress(NamedTuple):
    """A run so far: after `step` of `max_steps` updates. `batch` is the loss of every update, (step,) or (step, K).

    The x axis counts steps, or with `seen` examples. loss and accuracy have a line per data set, none for accuracy if
    the targets are no classes; marks are (x, text). names, if not empty, are those of the K runs. Runs that broke off
    hold NaN. `before` are lines of the run before this one, by the name of the quantity, "loss" or "accuracy", and of
    the data set.
    """

    step: int
    max_steps: int
    batch: Array
    loss: Mapping[str, Line]
    accuracy: Mapping[str, Line]
    marks: Sequence[tuple[int, str]] = ()
    names: Sequence[str] = ()
    seen: Seen | None = None
    before: Mapping[str, Mapping[str, Line]] = MappingProxyType({})

    def at(self, steps: Any) -> Any:
        """Where on the x axis so many steps are."""
        return steps if self.seen is None else self.seen.at(steps)


def block_means(batch: Array, points: int = POINTS) -> Line:
    """Means of neighbouring updates, so that at most `points` remain, each at the middle of its block.

    >>> block_means(np.array([4.0, 2.0, 1.0, 1.0, 8.0]), 3)
    Line(x=array([0.5, 2.5, 4. ]), y=array([3., 1., 8.]))
    """
    if not len(batch):
        return Line(np.zeros(0), batch)
    window = math.ceil(len(batch) / points)
    starts = np.arange(0, len(batch), window)
    sizes = np.diff(starts, append=len(batch))
    return Line(starts + (sizes - 1) / 2, (np.add.reduceat(batch, starts, axis=0).T / sizes).T)


def median_run(y: Array, worst: float) -> Array:
    """Median over the runs (n, K) → (n,). Runs that broke off count as the worst; where they are the median, NaN.

    >>> median_run(np.array([[1.0, 2.0, 4.0], [1.0, np.nan, 5.0], [1.0, np.nan, np.nan]]), np.inf)
    array([ 2.,  5., nan])
    """
    found = np.median(np.where(np.isnan(y), worst, y), axis=1)
    return np.where(np.isfinite(found), found, np.nan)


def min_max_band(line: Line) -> Array:
    """The outline (2 n, 2) of the band between the extremes of the runs that have not broken off."""
    low = np.where(np.isnan(line.y), np.inf, line.y).min(axis=1)
    high = np.where(np.isnan(line.y), -np.inf, line.y).max(axis=1)
    some = np.isfinite(low)
    x, low, high = line.x[some], low[some], high[some]
    return np.column_stack([np.concatenate([x, x[::-1]]), np.concatenate([low, high[::-1]])])


def padded_limits(limits: tuple[float, float] | None, values: Array) -> tuple[float, float] | None:
    """Limits of a log axis that hold `limits` and all positive finite values, in whole thirds of a decade.

    When the lower one has to give way it makes some more room, since a loss that falls will fall further.

    >>> low, high = padded_limits(None, np.array([0.06, 0.9]))
    >>> round(low, 3), round(high, 3)
    (0.046, 1.0)
    """
    values = values[np.isfinite(values) & (values > 0)]
    if not values.size:
        return limits
    low = math.floor(3 * math.log10(values.min()) - 0.1) / 3
    high = math.ceil(3 * math.log10(values.max()) + 0.1) / 3
    if limits is None:
        return 10**low, 10**high
    return limits[0] if values.min() >= limits[0] else 10 ** (low - 1 / 3), max(limits[1], 10**high)


def round_ticks(low: float, high: float) -> list[float]:
    """Some of 1, 2, 5 times the powers of ten inside the limits of a log axis: at most five; if there is none, others.

    >>> round_ticks(0.1, 4.0), round_ticks(0.22, 0.44)
    ([0.1, 0.2, 0.5, 1.0, 2.0], [0.3, 0.4])
    """
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)

    def inside(leading: Iterable[int]) -> list[float]:
        all_ticks = [float(f"{digit}e{exponent}") for exponent in decades for digit in leading]
        return [tick for tick in all_ticks if low * 0.999 <= tick <= high * 1.001]

    for leading in ((1, 2, 5), (1, 3), (1,)):
        ticks = inside(leading)
        if len(ticks) <= 5:
            return ticks or inside(range(1, 10))
    return ticks[::math.ceil(len(ticks) / 5)]


def spread_out(marks: Sequence[tuple[int, str]], gap: float, letter: float = 0) -> list[tuple[int, str]]:
    """Of marks too near to the next one only the last, latest first: the end of a drag, not its way.

    A mark needs `gap` steps, and `letter` more for every letter of its text.

    >>> spread_out([(10, "lr 0.1"), (90, "lr 0.2"), (95, "lr 0.3")], 20)
    [(95, 'lr 0.3'), (10, 'lr 0.1')]
    """
    shown: list[tuple[int, str]] = []
    for mark in sorted(marks, reverse=True, key=lambda mark: mark[0]):
        if not shown or mark[0] + gap + letter * len(mark[1]) <= shown[-1][0]:
            shown.append(mark)
    return shown
