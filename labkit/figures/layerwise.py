"""Parts of pictures that have one row, or one dot, per layer. They keep their artists and change them in place.

Each part is given its Axes, lists the `artists` that move, and `update(…)` says whether anything else changed too.
"""

import math
from itertools import zip_longest
from typing import NamedTuple

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.headline import spoken
from labkit.figures.words import Words
from labkit.probes import Layers

Array = np.ndarray

MOST_LAYERS, MOST_NAMES, MOST_TICKS = 20, 11, 6
TALLEST = 3.0
ROW = 0.88
"""Height of a full bar; the rows are 1 apart."""
FLAT = 0.004
"""A row is scaled to its peak, but a bin with this share of the units is at least full height: noise stays low."""


class View(NamedTuple):
    """The fixed range of h that is drawn for an activation, in `bins`, and whether h can leave it.

    `cut`: a peak left of 0 is cut off at `TALLEST` times the peak right of 0, which would be too flat to see otherwise.
    """

    low: float
    high: float
    bins: int
    bounded: bool
    ticks: tuple[float, ...]
    cut: bool = False


VIEWS = {
    "tanh": View(-1, 1, 81, True, (-1, -0.5, 0, 0.5, 1)),
    "sigmoid": View(0, 1, 81, True, (0, 0.25, 0.5, 0.75, 1)),
    "relu": View(-0.5, 4, 90, False, (0, 1, 2, 3, 4)),
    "identity": View(-4, 4, 81, False, (-4, -2, 0, 2, 4)),
}
OTHER = View(-1.5, 4, 110, False, (-1, 0, 1, 2, 3, 4), cut=True)


def view_of(activation: str) -> View:
    """The range of h to measure and to draw for the activation of this name."""
    return VIEWS.get(activation, OTHER)


def layer_colours(depth: int) -> list[str]:
    """One colour per layer, dark to light."""
    return [to_hex(rgb) for rgb in matplotlib.colormaps[style.DEPTHS](np.linspace(0.15, 0.85, depth))]


class Ridgeline:
    """The histograms of h, one row per layer, the first on top, with the std of h beside each.

    Every row is scaled to its own peak. Units that are exactly 0, or beyond the axis, are bars of their own whose
    height is their share, so that they neither flatten the rest nor get lost.
    """

    def __init__(self, ax: Axes, title: str, column: str) -> None:
        self.ax = ax
        ax.set_title(title, loc="left")
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.set_ylabel("layer")
        ax.yaxis.set_label_coords(-0.075, 0.5)
        self._column = ax.text(1.03, 1.03, column, transform=ax.transAxes, size=style.SMALL, color=style.GREY)
        self._rows = PolyCollection([], lw=0, snap=False)
        self._zeros = PolyCollection([], lw=0.8, ec=style.PAPER, fc=style.BLACK)
        self._beyond = PolyCollection([], lw=0.8, ec=style.PAPER, fc=style.VERMILLION)
        for bars in (self._rows, self._zeros, self._beyond):
            ax.add_collection(bars, autolim=False)
        style.key_below(ax, [self._zeros, self._beyond], ["share of units exactly 0", "share beyond the axis"])
        self._names = _column(ax, -0.02, MOST_LAYERS, "right")
        self._numbers = _column(ax, 1.03, MOST_LAYERS, "left")
        self._activation, self._depth = "", 0

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        return [self._rows, self._beyond, self._zeros, *self._names, *self._numbers]

    def update(self, activation: str, layers: Layers) -> bool:
        """Show the histograms; True when a new activation changed the axis and the background must be drawn again."""
        view, depth = view_of(activation), len(layers.std)
        changed = activation != self._activation
        if changed:
            self._set_axis(activation, view)
        if depth != self._depth:
            self._set_rows(depth)
        floor = np.arange(depth - 1, -1, -1.0)[:, None]
        self._rows.set_verts(_steps(view, _heights(layers, view), floor))
        unit = (view.high - view.low) / 100
        self._zeros.set_verts(_bars(0, unit, floor, layers.zeros))
        self._beyond.set_verts(np.concatenate([_bars(view.low - 3 * unit, 2 * unit, floor, layers.below),
                                               _bars(view.high + 3 * unit, 2 * unit, floor, layers.above)]))
        for text, std in zip(self._numbers, layers.std, strict=False):
            text.set_text(style.reading(std))
        return changed

    def _set_axis(self, activation: str, view: View) -> None:
        self._activation = activation
        margin = 0.0 if view.bounded else 0.05 * (view.high - view.low)
        self.ax.set(xlim=(view.low - margin, view.high + margin), xticks=view.ticks,
                    xlabel=f"activation  h = {spoken(activation)}(z)" + ",  tall peaks cut" * view.cut)
        self.ax.get_legend().set_visible(not view.bounded)

    def _set_rows(self, depth: int) -> None:
        if depth > MOST_LAYERS:
            raise ValueError(f"Ridgeline: got {depth} layers; expected at most {MOST_LAYERS}, for readable rows.")
        self._depth = depth
        self.ax.set_ylim(0, depth)
        self._rows.set_facecolor(layer_colours(depth))
        for row, (name, number) in enumerate(zip(self._names, self._numbers, strict=True)):
            name.set_text(str(row + 1) if row < depth else "")
            number.set_text("")
            name.y = number.y = depth - row - 1 + ROW / 2


def _column(ax: Axes, x: float, length: int, align: str) -> list[Words]:
    """Texts beside the axes, at `x` of its width; their y is on the data's scale."""
    return [Words(x, 0, ax.get_yaxis_transform(), size=style.SMALL, align=align, level="middle") for _ in range(length)]


def _heights(layers: Layers, view: View) -> Array:
    """Heights (depth, bins) of the units that are inside the axis and not exactly 0."""
    shares = layers.counts / np.maximum(layers.counts.sum(axis=1, keepdims=True), 1)
    shares[:, 0] -= layers.below
    shares[:, -1] -= layers.above
    origin = int(-view.low * view.bins / (view.high - view.low))
    shares[:, origin] -= layers.zeros
    full = shares.max(axis=1)
    if view.cut:
        full = np.minimum(full, TALLEST * shares[:, origin:].max(axis=1))
    return ROW * np.minimum(shares / np.maximum(full, FLAT)[:, None], 1)


def _steps(view: View, heights: Array, floor: Array) -> Array:
    """Outlines (depth, points, 2) of step histograms that stand on `floor` (depth, 1)."""
    x = np.repeat(np.linspace(view.low, view.high, view.bins + 1), 2)
    y = floor + np.pad(np.repeat(heights, 2, axis=1), ((0, 0), (1, 1)))
    return np.stack([np.broadcast_to(x, y.shape), y], axis=2)


def _bars(x: float, width: float, floor: Array, shares: Array) -> Array:
    """Rectangles (depth, 4, 2) around `x` on `floor` (depth, 1); full height is a share of 1."""
    left, right = np.full_like(floor, x - width / 2), np.full_like(floor, x + width / 2)
    top = floor + ROW * shares[:, None]
    return np.stack([np.hstack([left, left, right, right]), np.hstack([floor, top, top, floor])], axis=2)


class LayerTrack:
    """One positive number per layer on a log axis: dots for what was measured, a line for the theory.

    `part`, when given, is the share of the measurement that is drawn as a small diamond. Limits are given in decades;
    `names` numbers the layers below; `lane` is the share of the width right of the last layer that stays free.
    """

    def __init__(self, ax: Axes, title: str, color: str, marker: str, *, names: bool = True, lane: float = 0.0) -> None:
        self.ax, self.lane = ax, lane
        ax.set_title(title, loc="left")
        ax.set(xticks=[], yticks=[])
        self._powers = _column(ax, -0.02, MOST_TICKS, "right")
        below = -21 / ax.bbox.height
        self._names = [Words(0, below, ax.get_xaxis_transform(), size=style.SMALL, align="center")
                       for _ in range(MOST_NAMES if names else 0)]
        self._grid = LineCollection([], colors=style.FAINT, lw=1.0, transform=ax.get_yaxis_transform())
        self.theory = Line2D([], [], color=style.LIGHT, lw=5, solid_capstyle="round")
        self.dots = Line2D([], [], color=color, marker=marker, ls="")
        self.part = Line2D([], [], color=color, mfc=style.PAPER, mew=1.5, marker="D", ms=5, ls="")
        for artist in self.artists:
            ax.add_artist(artist)
        self._depth = 0

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        return [self._grid, *self._powers, *self._names, self.theory, self.dots, self.part]

    def update(self, measured: Array, theory: Array, decades: tuple[float, float], part: Array | None = None) -> None:
        """Show the numbers on an axis from 10**decades[0] to 10**decades[1]; the background stays as it is."""
        layer = np.arange(1, len(measured) + 1)
        if self._depth != len(layer):
            self._set_layers(len(layer))
        self._stretch(*decades)
        with np.errstate(divide="ignore"):
            for line, values in ((self.theory, theory), (self.dots, measured), (self.part, part)):
                if values is not None:
                    line.set_data(layer, np.log10(values))

    def _set_layers(self, depth: int) -> None:
        self._depth = depth
        self.ax.set_xlim(0.5, 0.5 + depth / (1 - self.lane))
        named = range(1, depth + 1) if depth <= MOST_NAMES else range(2, depth + 1, 2)
        for words, layer in zip(self._names, [*named, *[0] * MOST_NAMES], strict=False):
            words.x = layer
            words.set_text(str(layer or ""))

    def _stretch(self, low: float, high: float) -> None:
        self.ax.set_ylim(low, high)
        step = next(step for step in (2, 4, 6, 10, 15, 20, 30, 60) if (high - low) / step < MOST_TICKS)
        ticks = np.arange(math.ceil(low / step) * step, high + 1e-9, step)
        self._grid.set_segments([[(0, tick), (1, tick)] for tick in ticks])
        for words, tick in zip_longest(self._powers, ticks):
            words.y = tick or 0
            words.set_text("" if tick is None else style.power(int(tick)))
