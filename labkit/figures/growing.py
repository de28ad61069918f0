"""One quantity against the step, or against the examples seen, drawn in place while it grows.

One run is a line per data set. K runs side by side are a thin line each, a thick median and a band between the extremes
(`curves.draw_runs` draws the finished picture), or, if they have names, a colour each.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, NullLocator

from labkit.figures import style
from labkit.figures.layerwise import layer_colours
from labkit.figures.live_parts import NEWEST, Bundle, Exit, Exits, Ghost, Ticks, above, exits, move_apart
from labkit.figures.progress import Line, Progress, median_run, spread_out
from labkit.figures.words import Words, length

Array = np.ndarray
FIRST_STEPS = 100
"""What the step axis shows at first; it doubles."""
MARGIN = 0.015
"""Share of the x axis left of 0, so that the first point is seen whole."""
NOTHING = Line(np.zeros(0), np.zeros(0))
EXCESS, APART = 30, 1.5
"""A loss of a batch that is so many times larger than at first leaves through the top; and one of runs with names,
which are there to be compared, so that those that learn are far apart."""
GAP = 18
"""Pixels between the title and the values beside it."""
COLOURS = (style.BLUE, style.VERMILLION, style.GREEN, style.PURPLE, style.ORANGE, style.SKY)
"""Of the first data set, of the second, and so on."""


class Curve:
    """One quantity against the step: title and newest values on top, below a line, or a bundle, per data set.

    A subclass says which lines of a `Progress` it shows, how it writes a value, and when its limits stretch.
    """

    title = ""
    worst, gone, longest = math.nan, "", ""
    """What a run counts as after it broke off, what is written in place of its value, and the longest that is."""

    def __init__(self, ax: Axes, progress: Progress) -> None:
        self.ax, self.names = ax, list(self.lines(progress))
        ax.xaxis.set_major_locator(NullLocator())
        self._steps = Ticks(ax, "x")
        self._set_steps(progress.at(FIRST_STEPS))
        self._marks = LineCollection([], colors=style.GREY, lw=1, ls=(0, (2, 2)), transform=ax.get_xaxis_transform())
        self._batch = Line2D([], [], color=style.LIGHT, lw=1.2)
        self._title = Words(0, above(ax), ax.transAxes, size=style.TITLE)
        self._title.set_text(self.title)
        shown = [] if progress.names else self.names
        self._bundles = [Bundle(set_colour(i), style.look(i), self.worst) for i in range(len(shown))]
        inks = [style.text_colour(set_colour(i)) for i in range(len(shown))]
        self._values = [Words(0, above(ax), ax.transAxes, size=style.SMALL, color=ink, bold=True) for ink in inks]
        colors, beside = layer_colours(len(progress.names)), ax.get_yaxis_transform()
        self._runs = [Line2D([], [], color=color, lw=1.8, ls="--" if i % 2 else "-", marker="o", ms=5, markevery=NEWEST)
                      for i, color in enumerate(colors)]
        self._ends = [Words(1.01, 0, beside, size=style.SMALL, color=style.text_colour(color), level="middle")
                      for color in colors]
        kept = self.names.index("validation") if "validation" in self.names else 0
        self._ghost, self._exits = Ghost(ax, set_colour(kept)), Exits(ax)
        for artist in [self._marks, self._batch, *self._runs, *(a for b in self._bundles for a in b.artists)]:
            ax.add_artist(artist)
        self._place_values()

    def _place_values(self) -> None:
        """Places for the values beside the title; where there is too little room, the first letters of their names."""
        width = self.ax.get_position().width * self.ax.figure.bbox.width
        place = length(self.title, style.TITLE) + GAP
        for letters in range(max(2, *map(len, self.names)), 1, -1):
            labels = [name[:letters] for name in self.names[:len(self._values)]]
            needed = [length(f"{label} {self.longest}", style.SMALL, bold=True) + GAP for label in labels]
            if place + sum(needed) - GAP <= width:
                break
        self.labels = labels
        for words, pixels in zip(self._values, needed, strict=True):
            words.x = place / width
            place += pixels

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        bundles = [artist for bundle in self._bundles for artist in bundle.artists]
        return [*self._steps.artists, self._marks, self._batch, *self._ghost.artists, *bundles, *self._runs,
                *self._exits.artists, self._title, *self._values, *self._ends]

    # -------------------------------------------------------------------------------------------- of the subclass
    def lines(self, progress: Progress) -> Mapping[str, Line]:
        """A line per data set."""
        raise NotImplementedError

    def hide_steps(self) -> None:
        """Write no numbers below: another panel has them."""
        self._steps.hide_labels()

    def before(self, progress: Progress) -> Mapping[str, Line]:
        """The lines of the run before this one, if there was one."""
        return progress.before.get(self.title.lower(), {})

    def batch(self, progress: Progress) -> Line:
        """The same quantity of every update; empty if it is not known."""
        return NOTHING

    def written(self, value: float) -> str:
        """A value as it stands beside the title."""
        raise NotImplementedError

    def lost(self, name: str) -> str:
        """What stands beside the axis for a run that has broken off."""
        return ""

    def stretch(self, evaluated: Array, single: Array, excess: float = EXCESS) -> None:
        """Make room for the values of evaluations, and of single updates unless they are so many times the first."""

    def show_exits(self, found: Sequence[Exit]) -> None:
        """Show where lines leave the picture."""

    # -------------------------------------------------------------------------------------------- drawing
    def update(self, progress: Progress) -> bool:
        """Show the run so far. Limits and ticks move with it, so the background stays as it is."""
        lines, batch, ghost = self.lines(progress), self.batch(progress), self._line_before(progress)
        self._stretch_steps(progress)
        marks = spread_out(progress.marks, 0.02 * self.ax.get_xlim()[1])
        self._marks.set_segments([[(x, 0), (x, 1)] for x, _ in marks])
        self._marks.set_visible(len(marks) > 0)
        if progress.names:
            runs = batch if len(batch.x) else list(lines.values())[-1]
            self.stretch(np.zeros(0), runs.y.ravel(), APART)
            self._draw_runs(runs, progress.names)
        else:
            self.stretch(np.concatenate([line.y.ravel() for line in [*lines.values(), ghost]]), batch.y.ravel())
            self._draw_sets(lines, batch)
        self._ghost.show(ghost)
        return False

    def _line_before(self, progress: Progress) -> Line:
        """The run before, on the validation set if there is one; of several runs the median."""
        lines = self.before(progress)
        name = next(iter(lines), "") if "validation" not in lines else "validation"
        if not name or progress.names:
            return NOTHING
        x, y = lines[name]
        return Line(x, y if y.ndim == 1 else median_run(y, self.worst))

    def _draw_sets(self, lines: Mapping[str, Line], batch: Line | None) -> None:
        """A line or a bundle per data set, and its newest value beside the title."""
        self._batch.set_data(batch.x, batch.y if batch.y.ndim == 1 else median_run(batch.y, self.worst))
        top = self.ax.get_ylim()[1]
        for bundle, words, label, line in zip(self._bundles, self._values, self.labels, lines.values(), strict=True):
            value = bundle.update(line)
            words.set_text(f"{label} {self.gone if math.isnan(value) else self.written(value)}")
        self.show_exits([exit for b, line in zip(self._bundles, lines.values(), strict=True)
                         for exit in b.exits(line, top)])

    def _draw_runs(self, runs: Line, names: Sequence[str]) -> None:
        """A line per run, and its name beside its end."""
        low, high = self.ax.get_ylim()
        for line, words, name, y in zip(self._runs, self._ends, names, runs.y.T, strict=True):
            line.set_data(runs.x, y)
            lost = not len(y) or not math.isfinite(y[-1])
            words.set_text(self.lost(name) if lost and len(y) else name)
            words.y = high if lost else min(max(y[-1], low), high)
        move_apart(self._ends, self.ax.bbox.y1)
        left = [exits(Line(runs.x, y), high, line.get_color()) for line, y in zip(self._runs, runs.y.T, strict=True)]
        self.show_exits([exit for found in left for i, exit in enumerate(found) if i == 0 or exit.lost])

    def _stretch_steps(self, progress: Progress) -> None:
        first, now, end = (float(progress.at(n)) for n in (FIRST_STEPS, progress.step, progress.max_steps))
        right = first
        while right < min(now, end):
            right *= 2
        right = min(right, max(end, first))
        if right != self.ax.get_xlim()[1]:
            self._set_steps(right)

    def _set_steps(self, right: float) -> None:
        self.ax.set_xlim(-MARGIN * right, right)
        ticks = [tick for tick in MaxNLocator(4, integer=True).tick_values(0, right) if tick <= right]
        self._steps.show(ticks, [f"{tick:,.0f}" for tick in ticks])


def text_colours(progress: Progress) -> list[str]:
    """The colours of the words that name data sets or runs."""
    sets = [set_colour(i) for i in range(len(progress.loss))]
    return [style.text_colour(color) for color in layer_colours(len(progress.names)) or sets]


def set_colour(i: int) -> str:
    """The colour of data set number `i`."""
    return COLOURS[i % len(COLOURS)]
