"""A student's batch norm beside labkit's, unit by unit: mean ± std of what the first layer puts out."""

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.live_parts import above
from labkit.figures.style import reading
from labkit.figures.words import Words

Array = np.ndarray
UNITS = 16
"""So many units are drawn."""
HIGH = 3.0
"""The axis runs from −HIGH to HIGH."""


class UnitSpans:
    """`update(spans)`, mean and std of every unit, of both layers: (2, layers, units). A band from mean − std to mean +
    std for labkit's, a thin line and a dot for yours.
    """

    def __init__(self, ax: Axes, names: Sequence[str]) -> None:
        ax.set(xlim=(0.3, UNITS + 0.7), ylim=(-HIGH, HIGH), xlabel="unit", xticks=(1, 8, 16))
        ax.set_ylabel("output, mean ± std")
        ax.axhline(0, color=style.LIGHT, lw=1, zorder=0)
        self._labkits = LineCollection([], colors=style.SKY, lw=6, capstyle="butt")
        self._yours = LineCollection([], colors=style.VERMILLION, lw=2, capstyle="butt")
        self._means = Line2D([], [], color=style.VERMILLION, marker="o", ms=5, ls="")
        for artist in (self._labkits, self._yours):
            ax.add_collection(artist, autolim=False)
        ax.add_artist(self._means)
        ax.legend([self._labkits, self._yours], names, loc="upper right", ncols=2, borderpad=0)
        self._words = Words(0, above(ax), ax.transAxes, size=style.SMALL)

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        return [self._labkits, self._yours, self._means, self._words]

    def update(self, spans: Array) -> bool:
        """Show the spans; those that are not finite are left out."""
        apart = float(np.max(np.abs(spans[:, 1] - spans[:, 0])))
        self._words.set_text(f"Layer 1: apart by {reading(apart)}")
        spans = np.clip(np.nan_to_num(spans[..., :UNITS], nan=9 * HIGH), -9 * HIGH, 9 * HIGH)
        unit = np.arange(1, spans.shape[-1] + 1)
        for lines, (mean, std) in zip((self._labkits, self._yours), spans.transpose(1, 0, 2), strict=True):
            ends = np.stack([mean - std, mean + std], axis=1)
            lines.set_segments(np.stack([np.stack([unit, unit], axis=1), ends], axis=2))
        self._means.set_data(unit, spans[0, 1])
        return False
