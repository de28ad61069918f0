"""Loss and accuracy against the step, drawn in place while they grow.

One run is a line per data set. K runs side by side are a thin line each, a thick median and a band between the extremes
(`curves.draw_runs` draws the finished picture), or, if they have names, a colour each.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import zip_longest

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, NullLocator

from labkit.figures import style
from labkit.figures.layerwise import layer_colours
from labkit.figures.live_parts import Bundle, Ticks, above, move_apart
from labkit.figures.progress import Line, Progress, block_means, median_run, padded_limits, round_ticks, spread_out
from labkit.figures.words import Words

Array = np.ndarray
FIRST_STEPS = 100
"""What the step axis shows at first; it doubles."""
MOST_MARKS = 8
EXCESS = 30
"""A loss that is so many times larger than at first leaves the picture through its top."""
COLOURS = {"train": style.BLUE, "validation": style.VERMILLION}
OTHERS = (style.GREEN, style.PURPLE, style.ORANGE, style.SKY)


class Curve:
    """One quantity against the step: title and newest values on top, below a line, or a bundle, per data set.

    A subclass says which lines of a `Progress` it shows, how it writes a value, and when its limits stretch.
    """

    title = ""
    worst = math.nan

    def __init__(self, ax: Axes, progress: Progress) -> None:
        self.ax, self.names = ax, list(self.lines(progress))
        ax.xaxis.set_major_locator(NullLocator())
        self._steps = Ticks(ax, "x")
        self._set_steps(FIRST_STEPS)
        self._marks = LineCollection([], colors=style.GREY, lw=1, ls=(0, (2, 2)), transform=ax.get_xaxis_transform())
        self._batch = Line2D([], [], color=style.LIGHT, lw=1.2)
        self._title = Words(0, above(ax), ax.transAxes, size=style.TITLE)
        self._title.set_text(self.title)
        shown = [] if progress.names else self.names
        self._bundles = [Bundle(set_colour(i, name), style.look(i).dash, self.worst) for i, name in enumerate(shown)]
        inks = [style.text_colour(set_colour(i, name)) for i, name in enumerate(shown)]
        self._values = [Words(0, above(ax), ax.transAxes, size=style.SMALL, color=ink, bold=True) for ink in inks]
        colors, beside = layer_colours(len(progress.names)), ax.get_yaxis_transform()
        self._runs = [Line2D([], [], color=color, lw=1.8, ls="--" if i % 2 else "-") for i, color in enumerate(colors)]
        self._ends = [Words(1.01, 0, beside, size=style.SMALL, color=style.text_colour(color), level="middle")
                      for color in colors]
        for artist in [self._marks, self._batch, *self._runs, *(a for b in self._bundles for a in b.artists)]:
            ax.add_artist(artist)
        self._place_values()

    def _place_values(self) -> None:
        """Places for the values beside the title; where there is little room, short names."""
        inches = self.ax.get_position().width * self.ax.figure.bbox.width / style.DPI
        first = 0.15 + 0.11 * len(self.title)
        slot = (inches - first) / max(1, len(self._values))
        self.short = slot < 1.45
        for i, words in enumerate(self._values):
            words.x = (first + min(slot, 1.75) * i) / inches

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        bundles = [artist for bundle in self._bundles for artist in bundle.artists]
        return [*self._steps.artists, self._marks, self._batch, *bundles, *self._runs, self._title, *self._values,
                *self._ends]

    # -------------------------------------------------------------------------------------------- of the subclass
    def lines(self, progress: Progress) -> Mapping[str, Line]:
        """A line per data set."""
        raise NotImplementedError

    def hide_steps(self) -> None:
        """Write no numbers below: another panel has them."""
        self._steps.hide_labels()

    def batch(self, progress: Progress) -> Line | None:
        """The same quantity of every update, if it is known."""
        return None

    def written(self, value: float) -> str:
        """A value as it stands beside the title."""
        raise NotImplementedError

    def lost(self, name: str) -> str:
        """What stands beside the axis for a run that has broken off."""
        return ""

    def stretch(self, values: Array) -> None:
        """Make room for the values."""

    # -------------------------------------------------------------------------------------------- drawing
    def update(self, progress: Progress) -> bool:
        """Show the run so far. Limits and ticks move with it, so the background stays as it is."""
        lines, batch = self.lines(progress), self.batch(progress)
        self._stretch_steps(progress)
        marks = spread_out(progress.marks, 0.02 * self.ax.get_xlim()[1])
        self._marks.set_segments([[(step, 0), (step, 1)] for step, _ in marks])
        self._marks.set_visible(len(marks) > 0)
        if progress.names:
            runs = batch or list(lines.values())[-1]
            self.stretch(runs.y.ravel())
            self._draw_runs(runs, progress.names)
        else:
            shown = [*lines.values(), *([] if batch is None else [batch])]
            self.stretch(np.concatenate([line.y.ravel() for line in shown]))
            self._draw_sets(lines, batch)
        return False

    def _draw_sets(self, lines: Mapping[str, Line], batch: Line | None) -> None:
        """A line or a bundle per data set, and its newest value beside the title."""
        if batch is not None:
            self._batch.set_data(batch.x, batch.y if batch.y.ndim == 1 else median_run(batch.y, self.worst))
        for bundle, words, (name, line) in zip(self._bundles, self._values, lines.items(), strict=True):
            value = bundle.update(line)
            words.set_text(f"{name[:5] if self.short else name} {'' if math.isnan(value) else self.written(value)}")

    def _draw_runs(self, runs: Line, names: Sequence[str]) -> None:
        """A line per run, and its name beside its end."""
        low, high = self.ax.get_ylim()
        for line, words, name, y in zip(self._runs, self._ends, names, runs.y.T, strict=True):
            line.set_data(runs.x, y)
            lost = not len(y) or not math.isfinite(y[-1])
            words.set_text(self.lost(name) if lost and len(y) else name)
            words.y = high if lost else min(max(y[-1], low), high)
        move_apart(self._ends, self.ax.bbox.y1)

    def _stretch_steps(self, progress: Progress) -> None:
        right = FIRST_STEPS
        while right < min(progress.step, progress.max_steps):
            right *= 2
        right = min(right, max(progress.max_steps, FIRST_STEPS))
        if right != self.ax.get_xlim()[1]:
            self._set_steps(right)

    def _set_steps(self, right: int) -> None:
        self.ax.set_xlim(0, right)
        ticks = [tick for tick in MaxNLocator(4, integer=True).tick_values(0, right) if tick <= right]
        self._steps.show(ticks, [f"{tick:,.0f}" for tick in ticks])


class LossCurve(Curve):
    """Loss on a log axis, with the loss of the single batches as a pale line behind, and what was turned when."""

    title, worst = "Loss", math.inf

    def __init__(self, ax: Axes, progress: Progress) -> None:
        super().__init__(ax, progress)
        ax.set_yscale("log")
        ax.yaxis.set_major_locator(NullLocator())
        ax.minorticks_off()
        self._losses = Ticks(ax, "y")
        self._limits = self._ceiling = None
        self._texts = [Words(0, 0.93, ax.get_xaxis_transform(), size=style.SMALL) for _ in range(MOST_MARKS)]

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        return [*self._losses.artists, *super().artists, *self._texts]

    def lines(self, progress: Progress) -> Mapping[str, Line]:
        return progress.loss

    def batch(self, progress: Progress) -> Line:
        return block_means(progress.batch)

    def written(self, value: float) -> str:
        return style.number(value, 1 if self.short else 2)

    def lost(self, name: str) -> str:
        return f"{name} → ∞"

    def stretch(self, values: Array) -> None:
        values = values[np.isfinite(values)]
        if self._ceiling is None and values.size:
            self._ceiling = EXCESS * float(np.median(values))
        before, self._limits = self._limits, padded_limits(self._limits, values[values < (self._ceiling or math.inf)])
        if self._limits != before:
            self.ax.set_ylim(*self._limits)
            ticks = round_ticks(*self._limits)
            self._losses.show(ticks, [_tick(tick) for tick in ticks])

    def update(self, progress: Progress) -> bool:
        """Show the run so far; beside each mark its text, of those too close together only the last."""
        changed = super().update(progress)
        width = self.ax.get_xlim()[1]
        marks = spread_out(progress.marks, 0.02 * width, 0.018 * width)[:MOST_MARKS]
        for words, mark in zip_longest(self._texts, marks):
            words.set_text(mark[1] if mark else "")
            words.x = mark[0] + 0.008 * width if mark else 0
        return changed


class AccuracyCurve(Curve):
    """Share of correct answers, from 0 to 100 %."""

    title, worst = "Accuracy", -math.inf

    def __init__(self, ax: Axes, progress: Progress) -> None:
        super().__init__(ax, progress)
        ax.set(ylim=(0, 1.02), yticks=(0, 0.5, 1), yticklabels=("0", "50 %", "100 %"))
        ax.grid(axis="y")

    def lines(self, progress: Progress) -> Mapping[str, Line]:
        return progress.accuracy

    def written(self, value: float) -> str:
        return f"{value:.0%}"


def text_colours(progress: Progress) -> list[str]:
    """The colours of the words that name data sets or runs."""
    sets = [set_colour(i, name) for i, name in enumerate(progress.loss)]
    return [style.text_colour(color) for color in layer_colours(len(progress.names)) or sets]


def set_colour(i: int, name: str) -> str:
    """The colour of data set number `i`."""
    return COLOURS.get(name, OTHERS[(i - len(COLOURS)) % len(OTHERS)])


def _tick(x: float) -> str:
    exponent = round(math.log10(x))
    return style.power(exponent) if abs(exponent) > 2 and math.isclose(x, 10.0**exponent) else style.number(x)
