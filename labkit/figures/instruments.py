"""Small parts of a picture that look inside a network: a row, a dot or a bar per layer, redrawn in place.

Each is given its Axes, lists the `artists` that move, and `update(reading)` says whether anything else changed.
"""

import math

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.growing import MARGIN
from labkit.figures.layerwise import MOST_LAYERS, LayerTrack, Ridgeline, View
from labkit.figures.live_parts import LETTER, NEWEST, ROW, below_top
from labkit.figures.progress import block_means, padded_limits, round_ticks
from labkit.figures.words import Words
from labkit.probes import Layers

Array = np.ndarray
ROOM = 0.07
"""Share of the axis between a dot and its end, at least."""
WORD, NUMBER = 54, 29
"""Pixels for the word "usual"; and how much further than two digits a number with a power of ten reaches."""


class Histograms(Ridgeline):
    """The histograms of h, a row per layer; the bar at 0 is the share of units that are exactly 0."""

    def __init__(self, ax: Axes) -> None:
        left, bottom, width, height = ax.get_position().bounds
        ax.set_position((left, bottom, width - NUMBER / ax.figure.bbox.width, height))
        super().__init__(ax, "Activations h", "std")
        self._column.set(x=1 + 2 * NUMBER / ax.bbox.width, ha="right")
        ax.set_ylabel("")
        ax.legend([self._zeros], ["exactly 0"], loc="upper right", borderaxespad=0, handlelength=1.0)

    def update(self, reading: tuple[str, Layers]) -> bool:
        """Show (name of the activation, its histograms); numbers with a power of ten have one digit before it."""
        changed = super().update(*reading)
        for text, std in zip(self._numbers, reading[1].std, strict=False):
            text.set_text(style.reading(std, 1 if "10" in style.reading(std) else 2))
        return changed

    def _set_axis(self, activation: str, view: View) -> None:
        super()._set_axis(activation, view)
        self.ax.set(xlabel="", xticks=view.ticks[::2])
        self._make_room()

    def _set_rows(self, depth: int) -> None:
        """Rows of one colour, and numbers beside only as many as there is room for."""
        super()._set_rows(depth)
        self._rows.set_facecolor(style.BLUE)
        self._make_room()

    def _make_room(self) -> None:
        """Keep the key, where there is one, clear of the rows, and the numbers of each other."""
        height = self.ax.bbox.height
        free = height - ROW * self.ax.get_legend().get_visible()
        self.ax.set_ylim(0, max(1, self._depth) * height / free)
        every = math.ceil(ROW * self._depth / free)
        for words in (self._names, self._numbers):
            for row, one in enumerate(words):
                one.set_visible(row % max(1, every) == 0)


class Track:
    """One positive number per layer on a log axis that stretches; a broad line where it usually is."""

    def __init__(self, ax: Axes, title: str, *, color: str = style.PURPLE, marker: str = "o",
                 usual: float = math.nan, decades: tuple[float, float] = (-4.0, 0.0)) -> None:
        lane = WORD / ax.bbox.width if usual > 0 else 0
        self.track, self.usual, self.decades = LayerTrack(ax, title, color, marker, lane=lane), usual, decades
        self._words = Words(1, math.log10(usual) if usual > 0 else 0, ax.get_yaxis_transform(), size=style.SMALL,
                            color=style.GREY, align="right", level="middle")
        self._words.set_text("usual" if usual > 0 else "")

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        return [*self.track.artists, self._words]

    def update(self, values: Array) -> bool:
        """Show values (layers,)."""
        values = np.asarray(values, float)
        logs = np.log10(values[np.isfinite(values) & (values > 0)])
        low, high = logs.min(initial=self.decades[1]), logs.max(initial=self.decades[0])
        room = ROOM * (max(high, self.decades[1]) - min(low, self.decades[0]))
        self.decades = (math.floor(min(self.decades[0], low - room)), math.ceil(max(self.decades[1], high + room)))
        return self.track.update(values, np.full(len(values), self.usual), self.decades)


class Shares:
    """One share per layer, from 0 to 100 %, as bars with their number on top."""

    def __init__(self, ax: Axes, title: str) -> None:
        self.ax = ax
        ax.set_title(title, loc="left")
        self._pixel = 1 / (ax.bbox.height - ROW)
        ax.set(ylim=(0, 1 + ROW * self._pixel), yticks=(0, 0.5, 1), yticklabels=("0", "50 %", "100 %"))
        self.bars = PolyCollection([], fc=style.INK, lw=0)
        ax.add_collection(self.bars, autolim=False)
        self._numbers = [Words(0, 0, ax.transData, size=style.SMALL, align="center") for _ in range(MOST_LAYERS)]

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        return [self.bars, *self._numbers]

    def update(self, shares: Array) -> bool:
        """Show shares (layers,)."""
        x = np.arange(1, len(shares) + 1)
        zero = np.zeros(len(x))
        self.bars.set_verts(np.stack([np.column_stack([x - 0.3, zero]), np.column_stack([x - 0.3, shares]),
                                      np.column_stack([x + 0.3, shares]), np.column_stack([x + 0.3, zero])], axis=1))
        every = self.ax.bbox.width > LETTER * len("100 %") * (len(x) + 0.2)
        for words, layer, share in zip(self._numbers, x, shares, strict=False):
            words.x, words.y = layer, share + 4 * self._pixel
            words.set_text(style.percent(share) if every or layer == 1 + np.argmax(shares) else "")
        if self.ax.get_xlim() == (0.4, len(x) + 0.6):
            return False
        self.ax.set(xlim=(0.4, len(x) + 0.6), xticks=x if len(x) < 8 else x[::2])
        return True


class WeightHistogram:
    """All weights in one histogram; how many are exactly 0 is said in words and shown as a bar of its own."""

    BINS = 61

    def __init__(self, ax: Axes) -> None:
        self.ax, self.limit = ax, 0.0
        ax.set_title("Weights", loc="left")
        ax.set(ylim=(0, ax.bbox.height / (ax.bbox.height - ROW)), yticks=[])
        ax.spines["left"].set_visible(False)
        self.outline = PolyCollection([], fc=style.BLUE, lw=0)
        self.zeros = LineCollection([], colors=style.BLACK, lw=3)
        ax.add_collection(self.outline, autolim=False)
        ax.add_collection(self.zeros, autolim=False)
        self._words = Words(1, below_top(ax), ax.transAxes, size=style.SMALL, align="right")

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        return [self.outline, self.zeros, self._words]

    def update(self, weights: Array) -> bool:
        """Show the weights (n,)."""
        zero = np.count_nonzero(weights == 0) / len(weights)
        changed = self._stretch(weights)
        counts = np.histogram(weights[weights != 0], self.BINS, (-self.limit, self.limit))[0]
        x = np.repeat(np.linspace(-self.limit, self.limit, self.BINS + 1), 2)
        self.outline.set_verts([np.column_stack([x, np.pad(np.repeat(counts / max(1, counts.max()), 2), 1)])])
        self.zeros.set_segments([[(0, 0), (0, zero)]])
        self._words.set_text(f"exactly 0: {style.percent(zero)}")
        return changed

    def _stretch(self, weights: Array) -> bool:
        largest = float(np.abs(weights[np.isfinite(weights)]).max(initial=0.1))
        if largest <= self.limit:
            return False
        self.limit = 2 ** (math.ceil(2 * math.log2(largest)) / 2)
        tick = float(f"{0.6 * self.limit:.1g}")
        self.ax.set(xlim=(-self.limit, self.limit), xticks=(-tick, 0, tick))
        self.ax.set_xticklabels([style.number(x) for x in (-tick, 0, tick)])
        return True


class RateTrack:
    """The learning rate of every update so far, on a log axis."""

    def __init__(self, ax: Axes) -> None:
        self.ax, self.limits = ax, None
        ax.set_title("Learning rate", loc="left")
        ax.locator_params(axis="x", nbins=4)
        ax.set_yscale("log")
        ax.minorticks_off()
        self.line = Line2D([], [], color=style.GREEN, lw=2.5, marker="o", ms=6, markevery=NEWEST)
        ax.add_artist(self.line)
        self.line.set_clip_on(False)

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        return [self.line]

    def update(self, reading: tuple[Array, int]) -> bool:
        """Show (rates (step,) or (step, K), the end of the step axis)."""
        rates, right = reading
        one = block_means(rates if rates.ndim == 1 else np.median(rates, axis=1), 600)
        self.line.set_data(*one)
        before = self.limits, self.ax.get_xlim()[1]
        self.limits = padded_limits(self.limits, np.concatenate([one.y / 2, one.y * 2]))  # a constant is in the middle
        if self.limits is not None and self.limits != before[0]:
            self.ax.set_ylim(*self.limits)
            ticks = round_ticks(*self.limits)
            self.ax.set_yticks(ticks, [style.number(tick) for tick in ticks])
        self.ax.set_xlim(-MARGIN * right, right)
        return before != (self.limits, right)
