"""What live curves are made of: ticks whose places change, a bundle of runs, names that make room for each other."""

import math
from collections.abc import Sequence
from itertools import zip_longest

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.progress import Line, median_run, min_max_band
from labkit.figures.words import Words

MOST_TICKS = 7
ROW, ABOVE = 18, 8
"""Pixels between two names that stand below each other, and between the axes and words above them."""


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
    """One line, or K thin ones with their median, thick, and a band between the extremes."""

    def __init__(self, color: str, dash: object, worst: float) -> None:
        self._worst = worst
        self._band = PolyCollection([], facecolors=color, alpha=0.13, lw=0)
        self._thin = LineCollection([], colors=color, lw=0.8, alpha=0.45)
        self._thick = Line2D([], [], color=color, ls=dash, lw=2.5)
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
