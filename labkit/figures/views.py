"""What a network answers, drawn in place while it learns: regions of the plane, or its predictions for pictures."""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.live_parts import LETTER, above
from labkit.figures.words import Words

Array = np.ndarray
CLASSES = (style.BLUE, style.ORANGE, style.GREEN, style.PURPLE, style.SKY, style.VERMILLION, style.YELLOW, style.GREY)
"""Colour of class 0, 1, …; those beyond begin again."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "h")
LINE = 22
"""Pixels that a line of the key takes."""
DEPTH = 0.42
"""How much of the class's colour a region has where the network is sure."""


class Plane(NamedTuple):
    """A network's answers in the plane, and points with their classes: x (n, 2), y (n,).

    predicted, margin (m, m), row by row upwards: the most probable class, and how far ahead of the next; members
    (K, m, m) the predictions of single networks, if there are several; extent is left, right, bottom, top.
    """

    predicted: Array
    margin: Array
    members: Array
    extent: tuple[float, float, float, float]
    x: Array
    y: Array


class PlaneView:
    """The regions of the classes, pale where the network is unsure, the points on top; thin borders of the members."""

    def __init__(self, ax: Axes) -> None:
        self.ax = ax
        ax.set(xticks=[], yticks=[], aspect="equal", anchor="N")
        ax.spines[:].set_visible(False)
        self.image = AxesImage(ax, origin="lower", interpolation="bilinear", extent=(0, 1, 0, 1))
        ax.add_image(self.image)
        self.borders = LineCollection([], colors=style.INK, lw=0.7, alpha=0.5)
        self.points = [Line2D([], [], ls="", marker=marker, ms=5, mec=style.PAPER, mew=0.6, color=color)
                       for marker, color in zip(MARKERS, CLASSES, strict=True)]
        for artist in [self.borders, *self.points]:
            ax.add_artist(artist)
        self._title = Words(0, above(ax), ax.transAxes, size=style.TITLE)
        self._title.set_text("Decision regions")
        self._shown = None

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        return [self.image, self.borders, *self.points, self._title]

    def update(self, plane: Plane) -> bool:
        """Show the plane; True when it has other limits than before. Answers that are no numbers are not shown."""
        if np.isfinite(plane.margin).all():
            inks = np.array([to_rgb(color) for color in CLASSES], np.float32)[plane.predicted % len(CLASSES)]
            shade = DEPTH * np.round(10 * plane.margin[..., None]) / 10
            self.image.set_data(np.uint8(255 * (1 - shade * (1 - inks)) + 0.5))
        self.borders.set_segments([line for predicted in plane.members for line in borders(predicted, plane.extent)])
        self.borders.set_visible(len(plane.members) > 0)
        if self._shown is plane.x:
            return False
        self._shown = plane.x
        self.image.set_extent(plane.extent)
        self.ax.set(xlim=plane.extent[:2], ylim=plane.extent[2:])
        for i, line in enumerate(self.points):
            line.set_data(*plane.x[plane.y % len(self.points) == i].T)
        return True


def borders(predicted: Array, extent: tuple[float, float, float, float]) -> Array:
    """Short lines (n, 2, 2) that part the grid points of different classes.

    In each square between four grid points the middles of the two sides whose ends differ are joined; where more
    differ, each is joined to the middle of the square.
    """
    across, up = predicted[:, 1:] != predicted[:, :-1], predicted[1:] != predicted[:-1]
    sides = np.stack([across[:-1], across[1:], up[:, :-1], up[:, 1:]])
    middles = np.array([(0.5, 0), (0.5, 1), (0, 0.5), (1, 0.5)])
    two, more = sides.sum(axis=0) == 2, sides.sum(axis=0) > 2
    ends = [(sides[i] & sides[j] & two, middles[i], middles[j]) for i, j in combinations(range(4), 2)]
    ends += [(sides[i] & more, middles[i], np.array((0.5, 0.5))) for i in range(4)]
    corners = [(np.argwhere(mask)[:, ::-1], start, end) for mask, start, end in ends]
    lines = np.concatenate([np.stack([corner + start, corner + end], axis=1) for corner, start, end in corners])
    left, right, bottom, top = extent
    return np.array([left, bottom]) + lines * np.array([right - left, top - bottom]) / (len(predicted) - 1)


# ------------------------------------------------------------------------------------------------ samples
class Predictions(NamedTuple):
    """What a network says to some examples: pictures (n, height, width), or curves (n, points); classes by name.

    truth (n,) and answer (n,) are names, sure (n,) the probability of the answer.
    """

    examples: Array
    truth: Sequence[str]
    answer: Sequence[str]
    sure: Array


class PredictionView:
    """Nine examples, or six where it is narrow; under each the network's answer, with a bar as long as it is sure.

    A key at the bottom says so in the picture.
    """

    ROWS = 3
    KEY = "✓ right   ✗ wrong", "how sure it is"

    def __init__(self, ax: Axes) -> None:
        self.ax = ax
        pixels = ax.get_position().width * ax.figure.bbox.width
        self.columns = 3 if pixels > 320 else 2
        self.letters = int(pixels / self.columns / LETTER) - 2
        lines = 1 if pixels > LETTER * (len("".join(self.KEY)) + 6) else 2
        self._row = (ax.bbox.height - lines * LINE - 4) / self.ROWS  # pixels
        ax.set(xlim=(0, self.columns), ylim=(self.ROWS - ax.bbox.height / self._row, self.ROWS), xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        self._draw_key(pixels, lines)
        self._title = Words(0, above(ax), ax.transAxes, size=style.TITLE)
        self._title.set_text("What it says now")
        places = [(c, self.ROWS - 1 - r) for r in range(self.ROWS) for c in range(self.columns)]
        self.places = places
        self.words = [Words(c + 0.04, r + 0.09, ax.transData, size=style.SMALL) for c, r in places]
        self.troughs = LineCollection([[(c + 0.04, r + 0.03), (c + 0.9, r + 0.03)] for c, r in places],
                                      colors=style.FAINT, lw=4, capstyle="butt")
        self.bars = LineCollection([], lw=4, capstyle="butt")
        self.curves: list[Artist] = []
        for artist in (self.troughs, self.bars):
            ax.add_artist(artist)
        self._shown = None

    def _draw_key(self, pixels: float, lines: int) -> None:
        """In one line, or in two, from the bottom: the signs, and a short bar with what its length means."""
        ax, height = self.ax, self.ax.bbox.height
        line, left = LINE / height, 0.04 / self.columns
        first = left if lines == 2 else left + LETTER * (len(self.KEY[0]) + 1) / pixels
        ax.text(left, (lines - 1) * line + 3 / height, self.KEY[0], transform=ax.transAxes, size=style.SMALL)
        bar = first + np.array([0, 26, 44]) / pixels
        for part, color in ((bar[:2], style.GREEN), (bar[1:], style.FAINT)):
            ax.add_artist(Line2D(part, [0.4 * line] * 2, transform=ax.transAxes, color=color, lw=4,
                                 solid_capstyle="butt"))
        ax.text(first + 52 / pixels, 3 / height, self.KEY[1], transform=ax.transAxes, size=style.SMALL)

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        return [self.bars, self._title, *self.words]

    def update(self, predictions: Predictions) -> bool:
        """Show the answers; True when the examples are others than before. What is no number is not shown."""
        if not np.isfinite(predictions.sure).all():
            return False
        right = [a == t for a, t in zip(predictions.answer, predictions.truth, strict=True)]
        for words, answer, good in zip(self.words, predictions.answer, right, strict=False):
            words.set_text(f"{'✓' if good else '✗'} {answer[:self.letters]}")
        self.bars.set_segments([[(c + 0.04, r + 0.03), (c + 0.04 + 0.86 * p, r + 0.03)]
                                for (c, r), p in zip(self.places, predictions.sure, strict=False)])
        self.bars.set_colors([style.GREEN if good else style.VERMILLION for good in right])
        if self._shown is predictions.examples:
            return False
        self._shown = predictions.examples
        self._draw(predictions.examples)
        return True

    def _draw(self, examples: Array) -> None:
        for artist in self.curves:
            artist.remove()
        draw = self._picture if examples.ndim == 3 else self._curve
        self.curves = [draw(example, c, r) for (c, r), example in zip(self.places, examples, strict=False)]

    def _picture(self, example: Array, c: int, r: int) -> Artist:
        limits = self.ax.get_xlim(), self.ax.get_ylim()
        wide, high = self.ax.bbox.width / self.columns, self._row
        side = min(0.9 * wide, 0.74 * high)
        picture = self.ax.imshow(example, cmap="gray_r", interpolation="nearest", aspect="auto",
                                 extent=(c + 0.04, c + 0.04 + side / wide, r + 0.23, r + 0.23 + side / high))
        self.ax.set(xlim=limits[0], ylim=limits[1])
        return picture

    def _curve(self, example: Array, c: int, r: int) -> Artist:
        low, high = example.min(), example.max()
        share = (example - low) / ((high - low) or 1)
        x = c + 0.04 + 0.86 * np.linspace(0, 1, len(example))
        line = Line2D(x, r + 0.26 + 0.66 * share, color=style.INK, lw=1.5)
        self.ax.add_artist(line)
        return line
