"""What live curves are made of: ticks whose places change, a bundle of runs, names that make room for each other."""

import math
from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.transforms import IdentityTransform

from labkit.figures import style
from labkit.figures.progress import Line, median_run, min_max_band
from labkit.figures.words import Words

MOST_TICKS = 7
ROW, ABOVE, LETTER = 18, 8, 9.7
"""Pixels between two names that stand below each other, between the axes and words above them, and for one letter."""
NEWEST = slice(-1, None)


class Ticks:
    """Ticks whose places change: grid lines with numbers beside the axis "y", or ticks with numbers below axis "x"."""

    def __init__(self, ax: Axes, axis: str) -> None:
        self._x = axis == "x"
        size = ax.get_position().size * ax.figure.bbox.size
        self._near, self._far = (0, -5 / size[1]) if self._x else (0, 1)
        beside = ax.get_xaxis_transform() if self._x else ax.get_yaxis_transform()
        self._lines = LineCollection([], colors=style.GREY if self._x else style.FAINT, lw=1.0, transform=beside)
        ax.add_artist(self._lines)
        where = {"align": "center", "y": -21 / size[1], "x": 0} if self._x else {
            "align": "right", "level": "middle", "x": -8 / size[0], "y": 0}
        self._words = [Words(transform=beside, size=style.SMALL, **where) for _ in range(MOST_TICKS)]

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        return [self._lines, *self._words]

    def show(self, places: Sequence[float], texts: Sequence[str]) -> None:
        """Have ticks at these places, with these texts."""
        ends = [((place, self._near), (place, self._far)) for place in places]
        self._lines.set_segments(ends if self._x else [[point[::-1] for point in line] for line in ends])
        for words, place, text in zip_longest(self._words, places, texts):
            words.set_text(text or "")
            if text and self._x:
                words.x = place
            elif text:
                words.y = place

    def hide_labels(self) -> None:
        """Ticks alone: another panel below has the numbers."""
        for words in self._words:
            words.set_visible(False)


class Bundle:
    """One line, or K thin ones with their median, thick, and a band between the extremes; a dot at its newest value."""

    def __init__(self, color: str, look: style.Look, worst: float) -> None:
        self.color, self._worst = color, worst
        self._band = PolyCollection([], facecolors=color, alpha=0.13, lw=0)
        self._thin = LineCollection([], colors=color, lw=0.8, alpha=0.45)
        self._thick = Line2D([], [], color=color, ls=look.dash, lw=2.5, marker=look.marker, ms=6, markevery=NEWEST)
        self.artists = [self._band, self._thin, self._thick]

    def update(self, line: Line) -> float:
        """Show the line; the newest value of the thick one."""
        thick, several = line.y, line.y.ndim == 2
        self._thin.set_visible(several)  # Matplotlib takes its time for drawing nothing
        self._band.set_visible(several)
        if several:
            thick = median_run(line.y, self._worst)
            self._thin.set_segments([np.column_stack([line.x, y]) for y in line.y.T])
            self._band.set_verts([min_max_band(line)])
        self._thick.set_data(line.x, thick)
        return float(thick[-1]) if len(thick) else math.nan

    def exits(self, line: Line, top: float) -> list["Exit"]:
        """Where the thick line goes beyond `top`, and where single runs break off."""
        several = [Line(line.x, y) for y in line.y.T] if line.y.ndim == 2 else []
        ends = [exit for one in several for exit in exits(one, top, self.color) if exit.lost]
        return exits(Line(*self._thick.get_data()), top, self.color) + ends


# ------------------------------------------------------------------------------------------------ beyond the axis
class Exit(NamedTuple):
    """A line of this colour leaves the picture: from its last point inside, (x, y), to `at` on the upper edge.

    `lost`: it does not come back, since what it shows has become infinite.
    """

    color: str
    last: tuple[float, float]
    at: float
    lost: bool


def exits(line: Line, top: float, color: str) -> list[Exit]:
    """Every place where a line on a log axis crosses `top`, or breaks off.

    >>> exits(Line(np.arange(4), np.array([1.0, 100.0, 1.0, np.nan])), 10.0, "k")
    [Exit(color='k', last=(0.0, 1.0), at=0.5, lost=False), Exit(color='k', last=(2.0, 1.0), at=3.0, lost=True)]
    """
    x, y = np.asarray(line.x, float), np.asarray(line.y, float)
    outside = ~(y <= top)  # NaN: infinite
    found = []
    for i in np.flatnonzero(outside[1:] & ~outside[:-1]).tolist():
        share, lost = 1.0, not math.isfinite(y[i + 1])
        if not lost and y[i] > 0:
            share = math.log(top / y[i]) / math.log(y[i + 1] / y[i])
        found.append(Exit(color, (float(x[i]), float(y[i])), float(x[i] + share * (x[i + 1] - x[i])), lost))
    return found


class Exits:
    """Where lines leave through the top: an arrowhead above the upper edge, and the way to it, dotted."""

    def __init__(self, ax: Axes) -> None:
        head, self._up = MarkerStyle("^"), 1 + ABOVE / 2 / ax.bbox.height
        self.rises = LineCollection([], lw=2, ls=(0, (1, 1)))
        self.heads = PathCollection([head.get_path().transformed(head.get_transform())], sizes=[40], lw=0,
                                    offsets=np.zeros((0, 2)), offset_transform=ax.get_xaxis_transform())
        self.heads.set_transform(IdentityTransform())
        for artist in self.artists:
            ax.add_artist(artist)
        self.heads.set_clip_on(False)

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        return [self.rises, self.heads]

    def show(self, found: Sequence[Exit], top: float) -> None:
        """Show these exits of a picture that ends at `top`."""
        for artist in self.artists:
            artist.set_visible(len(found) > 0)
        if found:
            colors = [exit.color for exit in found]
            self.rises.set(segments=[[exit.last, (exit.at, top)] for exit in found], colors=colors)
            self.heads.set(offsets=[(exit.at, self._up) for exit in found], facecolors=colors)


class Ghost:
    """The same quantity of the run before: thin, pale and dotted, with the word "before" where it ends."""

    TEXT = "before"

    def __init__(self, ax: Axes, color: str) -> None:
        self.ax = ax
        self.line = Line2D([], [], color=color, lw=1.6, ls=(0, (1, 1.2)), alpha=0.65)
        self.words = Words(0, 0, ax.transAxes, size=style.SMALL, color=style.text_colour(color), align="right",
                           backed=True)
        ax.add_artist(self.line)

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        return [self.line, self.words]

    def show(self, line: Line) -> None:
        """Show the line, as far as the axes reach; write the word above its end, or below where there is no room."""
        self.line.set_data(line)
        x, y = (a[np.isfinite(line.y)] for a in line)
        self.words.set_text(self.TEXT if len(x) else "")
        if not len(x):
            return
        end = min(x[-1], self.ax.get_xlim()[1])
        place = self.ax.transData.transform((end, np.interp(end, x, y)))
        width, height = self.ax.bbox.size
        across, up = self.ax.transAxes.inverted().transform(place)
        self.words.x = min(max(across, (LETTER * len(self.TEXT) + 8) / width), 1)
        self.words.y = min(max(up, 0), 1) + (6 if up < 1 - 2 * ROW / height else -ROW) / height


# ------------------------------------------------------------------------------------------------ words
def beside(ax: Axes, x: float, text: str) -> float:
    """Where `text` begins that stands right of `x` on the data's scale; left of it if it would leave the axes."""
    left, right = ax.get_xlim()
    pixel = (right - left) / ax.bbox.width
    length = LETTER * len(text) * pixel
    after = x + 5 * pixel
    return after if after + length <= right else max(left, x - 5 * pixel - length)


def below_top(ax: Axes, row: int = 1) -> float:
    """The base line of the words in this row under the upper edge, in shares of the axes' height."""
    return 1 - (row * ROW - 2) / ax.bbox.height


def above(ax: Axes) -> float:
    """Where words stand a little above the axes, in shares of their height."""
    return 1 + ABOVE / (ax.get_position().height * ax.figure.bbox.height)


def move_apart(column: Sequence[Words], top: float) -> None:
    """Move names that would overlap apart, upwards, in the order of their places; those above `top` go down again."""
    shown = sorted((words for words in column if words.text), key=lambda words: words.y)
    places, last = [], -math.inf
    for words in shown:
        last = max(words.get_transform().transform((words.x, words.y))[1], last + ROW)
        places.append(last)
    for i, words in enumerate(shown):
        place = min(places[i], top - ROW * (len(shown) - 1 - i))
        words.y = words.get_transform().inverted().transform((0, place))[1]
