"""How a training run is going: loss and accuracy against the step, drawn in place while they grow.

One run is a line per data set. K runs side by side are a thin line each, a thick median and a band between the extremes
(see `curves.draw_runs` for the finished picture), or, if they have names, a colour each.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from labkit.figures import style
from labkit.figures.layerwise import layer_colours
from labkit.figures.words import Words

Array = np.ndarray
FIRST_STEPS = 100
"""What the step axis shows at first; it doubles."""
POINTS = 300
"""A line of single updates is drawn as the means of at most so many blocks."""
MOST_MARKS = 8
EXCESS = 100
"""A loss that is so many times larger than at first leaves the picture through its top."""
COLOURS = {"train": style.BLUE, "validation": style.VERMILLION}
OTHERS = (style.GREEN, style.PURPLE, style.ORANGE, style.SKY)


class Line(NamedTuple):
    """One quantity of one data set: x (n,) steps, y (n,) or (n, K)."""

    x: Array
    y: Array


class Progress(NamedTuple):
    """A run so far: after `step` of `max_steps` updates. `batch` is the loss of every update, (step,) or (step, K).

    loss and accuracy have a line per data set, none for accuracy if the targets are no classes; marks are (step, text).
    names, if not empty, are those of the K runs.
    """

    step: int
    max_steps: int
    batch: Array
    loss: Mapping[str, Line]
    accuracy: Mapping[str, Line]
    marks: Sequence[tuple[int, str]] = ()
    names: Sequence[str] = ()


def blocks(batch: Array, points: int = POINTS) -> Line:
    """Means of neighbouring updates, so that at most `points` remain, each at the middle of its block.

    >>> blocks(np.array([4.0, 2.0, 1.0, 1.0, 9.0]), 2)
    Line(x=array([1., 4.]), y=array([2.33333333, 5.        ]))
    """
    if not len(batch):
        return Line(np.zeros(0), batch)
    window = max(1, math.ceil(len(batch) / points))
    starts = np.arange(0, len(batch), window)
    sizes = np.diff([*starts, len(batch)])
    sums = np.add.reduceat(batch, starts, axis=0)
    return Line(starts + (sizes - 1) / 2, (sums.T / sizes).T)


def stretched(limits: tuple[float, float] | None, values: Array) -> tuple[float, float] | None:
    """Limits of a log axis that hold `limits` and all positive finite values, in whole thirds of a decade."""
    values = values[np.isfinite(values) & (values > 0)]
    if not values.size:
        return limits
    low, high = 3 * math.log10(values.min()) - 0.15, 3 * math.log10(values.max()) + 0.15
    new = 10 ** (math.floor(low) / 3), 10 ** (math.ceil(high) / 3)
    return new if limits is None else (min(limits[0], new[0]), max(limits[1], new[1]))


class Curve:
    """One quantity against the step: title and current values on top, a line per data set below."""

    def __init__(self, ax: Axes, title: str, names: Sequence[str], *, worst: float, runs: int = 0,
                 run_names: Sequence[str] = ()) -> None:
        self.ax, self.worst, self.run_names = ax, worst, run_names
        ax.set_xlim(0, FIRST_STEPS)
        ax.grid(axis="y")
        ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        self.batch = Line2D([], [], color=style.LIGHT, lw=1.2)
        self.bands = {name: _Bundle(_colour(i, name), style.DASHES[i]) for i, name in enumerate(names)}
        self.each = [Line2D([], [], color=color, lw=1.8) for color in layer_colours(len(run_names))]
        top = ax.transAxes
        self._title = Words(0, 1.05, top, size=style.TITLE)
        self._title.set_text(title)
        self._values = [Words(0, 1.05, top, size=style.SMALL, color=_colour(i, name), bold=True)
                        for i, name in enumerate([] if run_names else names)]
        self._ends = [Words(1.01, 0, ax.get_yaxis_transform(), size=style.SMALL, color=color, level="middle")
                      for color in layer_colours(len(run_names))]
        self.marks = LineCollection([], colors=style.GREY, lw=1, ls=(0, (2, 2)), transform=ax.get_xaxis_transform())
        for artist in [self.batch, *self.each, self.marks, *(a for b in self.bands.values() for a in b.artists)]:
            ax.add_artist(artist)
        self._spread()

    def _spread(self) -> None:
        """Places for the values beside the title; where there is little room, short names."""
        inches = self.ax.get_position().width * self.ax.figure.bbox.width / style.DPI
        first = 0.15 + 0.11 * len(self._title.text)
        slot = (inches - first) / max(1, len(self._values))
        self._short = slot < 1.45
        for i, words in enumerate(self._values):
            words.x = (first + min(slot, 1.75) * i) / inches

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        bundles = [artist for bundle in self.bands.values() for artist in bundle.artists]
        return [self.marks, self.batch, *bundles, *self.each, self._title, *self._values, *self._ends]

    def update(self, progress: Progress, lines: Mapping[str, Line], batch: Line | None = None) -> bool:
        """Show the lines; True when a limit changed."""
        self.batch.set_data(*(batch if batch is not None and not self.run_names else ([], [])))
        drawn = [batch.y] if batch is not None else []
        if self.run_names:
            shown = batch if batch is not None else list(lines.values())[-1]
            self._show_each(shown)
            drawn = [shown.y]
        else:
            for bundle, words, (name, line) in zip(self.bands.values(), self._values, lines.items(), strict=True):
                now = bundle.update(line, self.worst)
                words.set_text(f"{name[:5] if self._short else name} {self._form(now) if math.isfinite(now) else ''}")
                drawn.append(line.y)
        changed = self._limit_steps(progress)
        marks = apart(progress.marks, 0.02 * self.ax.get_xlim()[1])
        self.marks.set_segments([[(step, 0), (step, 1)] for step, _ in marks])
        changed = self.limit_values(np.concatenate([np.ravel(y) for y in drawn])) or changed
        if self.run_names:
            self._name_ends(drawn[0])
        return changed

    def _show_each(self, shown: Line) -> None:
        for line, y in zip(self.each, shown.y.T, strict=True):
            line.set_data(shown.x, y)

    def _name_ends(self, y: Array) -> None:
        """Beside the end of every line the name of its run."""
        low, high = self.ax.get_ylim()
        for name, words, last in zip(self.run_names, self._ends, y[-1] if len(y) else [], strict=False):
            words.set_text(name if math.isfinite(last) else self._lost(name))
            words.y = min(max(last, low), high) if math.isfinite(last) else high
        _part(self._ends, self.ax)

    def _lost(self, name: str) -> str:
        return ""

    def _limit_steps(self, progress: Progress) -> bool:
        right = FIRST_STEPS
        while right < progress.step:
            right *= 2
        right = min(right, max(progress.max_steps, FIRST_STEPS))
        if self.ax.get_xlim()[1] == right:
            return False
        self.ax.set_xlim(0, right)
        return True

    def _form(self, value: float) -> str:
        raise NotImplementedError

    def limit_values(self, values: Array) -> bool:
        """Make room for the values; True when the limits changed."""
        raise NotImplementedError


class LossCurve(Curve):
    """Loss on a log axis, with the loss of the single batches as a pale line behind."""

    def __init__(self, ax: Axes, names: Sequence[str], *, run_names: Sequence[str] = ()) -> None:
        super().__init__(ax, "Loss", names, worst=math.inf, run_names=run_names)
        ax.set_yscale("log")
        ax.minorticks_off()
        self._limits = self._ceiling = None
        self._texts = [Words(0, 1, ax.get_xaxis_transform(), size=style.SMALL, color=style.INK)
                       for _ in range(MOST_MARKS)]

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        return [*super().artists, *self._texts]

    def _form(self, value: float) -> str:
        return style.number(value, 1 if self._short else 2)

    def _lost(self, name: str) -> str:
        return f"{name} → ∞"

    def show(self, progress: Progress) -> bool:
        """Draw the losses of `progress`, and its marks with their texts."""
        one = progress.batch if progress.names or progress.batch.ndim == 1 else _middle(progress.batch, math.inf)
        changed = self.update(progress, progress.loss, blocks(one))
        self._write_marks(progress)
        return changed

    def limit_values(self, values: Array) -> bool:
        finite = values[np.isfinite(values)]
        self._ceiling = self._ceiling or EXCESS * float(np.median(finite)) if finite.size else None
        old, self._limits = self._limits, stretched(self._limits, values[values < (self._ceiling or math.inf)])
        if self._limits in (old, None):
            return False
        ticks = _round_ticks(*self._limits)
        self.ax.set_ylim(*self._limits)
        self.ax.set_yticks(ticks, [_tick(tick) for tick in ticks])
        return True

    def _write_marks(self, progress: Progress) -> None:
        """Beside each mark its text; of those too close together only the last."""
        width = self.ax.get_xlim()[1]
        for words, mark in zip_longest(self._texts, apart(progress.marks, 0.16 * width)[:MOST_MARKS]):
            words.set_visible(mark is not None)
            if mark is not None:
                words.x, words.y = mark[0] + 0.008 * width, 0.93
                words.set_text(mark[1])


class AccuracyCurve(Curve):
    """Share of correct answers, from 0 to 100 %."""

    def __init__(self, ax: Axes, names: Sequence[str], *, run_names: Sequence[str] = ()) -> None:
        super().__init__(ax, "Accuracy", names, worst=0.0, run_names=run_names)
        ax.set(ylim=(0, 1.02), yticks=(0, 0.5, 1), yticklabels=("0", "50 %", "100 %"))

    def _form(self, value: float) -> str:
        return f"{value:.0%}"

    def show(self, progress: Progress) -> bool:
        """Draw the accuracies of `progress`."""
        return self.update(progress, progress.accuracy)

    def limit_values(self, values: Array) -> bool:
        return False


class _Bundle:
    """One line, or K thin ones with their median, thick, and a band between the extremes."""

    def __init__(self, color: str, dash: object) -> None:
        self.thin = LineCollection([], colors=color, lw=0.8, alpha=0.45)
        self.band = PolyCollection([], facecolors=color, alpha=0.13, lw=0)
        self.middle = Line2D([], [], color=color, ls=dash, lw=2.5)
        self.artists = [self.band, self.thin, self.middle]

    def update(self, line: Line, worst: float) -> float:
        """Show the line; the last value of the (median) run."""
        middle = line.y
        if line.y.ndim == 2:
            middle = _middle(line.y, worst)
            self.thin.set_segments([np.column_stack([line.x, y]) for y in line.y.T])
            self.band.set_verts([_outline(line)])
        self.middle.set_data(line.x, middle)
        return float(middle[-1]) if len(middle) else math.nan


def _middle(y: Array, worst: float) -> Array:
    """Median over the runs; those that broke off count as the worst of all, and where it is one of them it ends."""
    middle = np.median(np.where(np.isnan(y), worst, y), axis=1)
    return np.where(np.isfinite(middle), middle, np.nan)


def _outline(line: Line) -> Array:
    """The band between the extremes of the runs as one polygon."""
    low = np.where(np.isnan(line.y), np.inf, line.y).min(axis=1)
    high = np.where(np.isnan(line.y), -np.inf, line.y).max(axis=1)
    some = np.isfinite(low)
    x, low, high = line.x[some], low[some], high[some]
    return np.column_stack([np.concatenate([x, x[::-1]]), np.concatenate([low, high[::-1]])])


def _colour(i: int, name: str) -> str:
    return COLOURS.get(name, OTHERS[i % len(OTHERS)])


def _round_ticks(low: float, high: float) -> list[float]:
    """Some of 1, 2, 5 times the powers of ten inside the limits: at most five."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for leading in ((1, 2, 5), (1, 3), (1,)):
        ticks = [d * 10.0**e for e in decades for d in leading if low * 0.999 <= d * 10.0**e <= high * 1.001]
        if len(ticks) <= 5:
            return ticks
    return ticks[::math.ceil(len(ticks) / 5)]


def _tick(x: float) -> str:
    exponent = round(math.log10(x))
    return style.power(exponent) if abs(exponent) > 2 and math.isclose(x, 10.0**exponent) else style.number(x)


def apart(marks: Sequence[tuple[int, str]], gap: float) -> list[tuple[int, str]]:
    """Of marks less than `gap` steps from the next one only the last, latest first: the end of a drag, not its way."""
    shown: list[tuple[int, str]] = []
    for mark in sorted(marks, reverse=True, key=lambda mark: mark[0]):
        if not shown or mark[0] + gap <= shown[-1][0]:
            shown.append(mark)
    return shown


def _part(words: Sequence[Words], ax: Axes) -> None:
    """Move names that would overlap apart, upwards, in the order of their places."""
    pixels = ax.get_yaxis_transform()
    gap, last = 18, -math.inf
    for one in sorted((w for w in words if w.text), key=lambda w: w.y):
        x, y = pixels.transform((one.x, one.y))
        last = max(y, last + gap)
        one.y = pixels.inverted().transform((x, last))[1]
