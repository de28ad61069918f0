"""The weights of two networks in one histogram: labkit's as a band, a student's as a dashed line on top of it."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.live_parts import above
from labkit.figures.style import percent
from labkit.figures.words import Words

Array = np.ndarray
BINS = 61


class TwoHistograms:
    """`update(weights (2, n))`: how often each size occurs, on a log scale; shares of exact zeros in words."""

    def __init__(self, ax: Axes, names: Sequence[str]) -> None:
        self._ax, self._names, self._limit = ax, names, 0.0
        ax.set(yscale="log", ylim=(1e-5, 1.5), ylabel="share")
        self._lines = [Line2D([], [], color=color, lw=width, ls=dash)
                       for color, width, dash in ((style.SKY, 6, "-"), (style.VERMILLION, 2.2, "--"))]
        for line in self._lines:
            ax.add_artist(line)
        ax.legend(self._lines, names, loc="upper right", borderpad=0)
        self._words = Words(0, above(ax), ax.transAxes, size=style.SMALL)

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        return [*self._lines, self._words]

    def update(self, weights: Array) -> bool:
        """Show the weights of both networks; those that are not finite are left out."""
        finite = [row[np.isfinite(row)] for row in weights]
        changed = self._stretch(max(float(np.abs(row).max(initial=0.1)) for row in finite))
        edges = np.linspace(-self._limit, self._limit, BINS + 1)
        for line, row in zip(self._lines, finite, strict=True):
            shares = np.histogram(row, edges)[0] / weights.shape[1]
            line.set_data(np.repeat(edges, 2), np.maximum(np.pad(np.repeat(shares, 2), 1), 1e-6))
        self.zeros = np.mean(weights == 0, axis=1)
        self._words.set_text(f"Weights; exactly 0: {percent(self.zeros[0])}, {self._names[1]} {percent(self.zeros[1])}")
        return changed

    def _stretch(self, largest: float) -> bool:
        if largest <= self._limit:
            return False
        self._limit = 2 ** (math.ceil(2 * math.log2(largest)) / 2)
        self._ax.set(xlim=(-self._limit, self._limit))
        return True
