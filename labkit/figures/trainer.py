"""The picture beside a training run: its curves, what the network answers, and the instruments that are switched on.

Every part is given its Axes, lists the `artists` that move, and `update(reading)` says whether anything else changed.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.layerwise import MOST_LAYERS, LayerTrack, Ridgeline, layer_colours
from labkit.figures.picture import Picture
from labkit.figures.progress import AccuracyCurve, Curve, LossCurve, Progress, blocks, stretched
from labkit.figures.views import CLASSES
from labkit.figures.words import Words
from labkit.probes import Layers

Array = np.ndarray
WIDTH, HEIGHT = 11.0, 4.2
TOP, BOTTOM, GAP = 0.42, 0.52, 0.62
LEFT, RIGHT, NAMES = 0.7, 0.3, 1.1
"""Inches: above and below the axes, between two that lie one above the other; beside them, where runs have names."""
NARROW = 0.62
"""How wide view and instruments are beside the curves."""


class Part(Protocol):
    """One region of the picture."""

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""

    def update(self, reading: Any) -> bool:
        """Show the reading; True when something that does not move changed as well."""


# ------------------------------------------------------------------------------------------------ instruments
class Histograms(Ridgeline):
    """The histograms of h, a row per layer; the bar at 0 is the share of units that are exactly 0."""

    def __init__(self, ax: Axes) -> None:
        super().__init__(ax, "Activations h", "std")
        ax.set_ylabel("")
        ax.legend([self._zeros], ["exactly 0"], loc="upper right", borderaxespad=0, handlelength=1.0)

    def update(self, reading: tuple[str, Layers]) -> bool:
        """Show (name of the activation, its histograms)."""
        changed = super().update(*reading)
        if changed:
            self.ax.set_xlabel("")
            self._rows.set_facecolor(style.BLUE)
        return changed


class Track:
    """One positive number per layer on a log axis that stretches; a broad line where it usually is."""

    def __init__(self, ax: Axes, title: str, *, color: str = style.PURPLE, marker: str = "o",
                 usual: float = math.nan, decades: tuple[float, float] = (-4.0, 0.0)) -> None:
        self.track, self.usual, self.decades = LayerTrack(ax, title, color, marker), usual, decades
        self._words = Words(0.98, 0, ax.get_yaxis_transform(), size=style.SMALL, color=style.GREY, align="right")
        self._words.y = math.log10(usual) + 0.15 if usual > 0 else 0
        self._words.set_text("usual" if usual > 0 else "")

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        return [*self.track.artists, self._words]

    def update(self, values: Array) -> bool:
        """Show values (layers,); None before the first step."""
        values = np.asarray(values, float)
        logs = np.log10(values[np.isfinite(values) & (values > 0)])
        self.decades = (math.floor(min(self.decades[0], logs.min(initial=0))),
                        math.ceil(max(self.decades[1], logs.max(initial=-9))))
        return self.track.update(values, np.full(len(values), self.usual), self.decades)


class Shares:
    """One share per layer, from 0 to 100 %, as bars with their number on top."""

    def __init__(self, ax: Axes, title: str) -> None:
        self.ax = ax
        ax.set_title(title, loc="left")
        ax.set(ylim=(0, 1), yticks=(0, 0.5, 1), yticklabels=("0", "50 %", "100 %"))
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
        for words, layer, share in zip(self._numbers, x, shares, strict=False):
            words.x, words.y = layer, share + 0.04
            words.set_text(f"{share:.0%}" if len(x) < 7 else "")
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
        ax.set(ylim=(0, 1.05), yticks=[])
        ax.spines["left"].set_visible(False)
        self.outline = PolyCollection([], fc=style.BLUE, lw=0)
        self.zeros = LineCollection([], colors=style.BLACK, lw=3)
        ax.add_collection(self.outline, autolim=False)
        ax.add_collection(self.zeros, autolim=False)
        self._words = Words(1, 1.05, ax.transAxes, size=style.SMALL, align="right")

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
        self._words.set_text(f"exactly 0: {zero:.0%}")
        return changed

    def _stretch(self, weights: Array) -> bool:
        largest = float(np.abs(weights[np.isfinite(weights)]).max(initial=0.1))
        if largest <= self.limit:
            return False
        self.limit = 2 ** (math.ceil(2 * math.log2(largest)) / 2)
        self.ax.set_xlim(-self.limit, self.limit)
        return True


class RateTrack:
    """The learning rate of every update so far, on a log axis."""

    def __init__(self, ax: Axes) -> None:
        self.ax, self.limits = ax, None
        ax.set_title("Learning rate", loc="left")
        ax.set_yscale("log")
        ax.minorticks_off()
        self.line = Line2D([], [], color=style.GREEN, lw=2.5)
        ax.add_artist(self.line)

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        return [self.line]

    def update(self, reading: tuple[Array, int]) -> bool:
        """Show (rates (step,) or (step, K), the end of the step axis)."""
        rates, right = reading
        one = blocks(rates if rates.ndim == 1 else np.median(rates, axis=1), 600)
        self.line.set_data(*one)
        before = self.limits, self.ax.get_xlim()[1]
        self.limits = stretched(self.limits, one.y)
        if self.limits is not None and self.limits != before[0]:
            self.ax.set_ylim(*self.limits)
        self.ax.set_xlim(0, right)
        return before != (self.limits, right)


# ------------------------------------------------------------------------------------------------ the whole
class Slot(NamedTuple):
    """A part to be built on its Axes, under the name that its readings carry."""

    name: str
    build: Callable[[Axes], Part]


class Curves:
    """Loss above accuracy, or the loss alone."""

    def __init__(self, axes: Sequence[Axes], progress: Progress) -> None:
        names = {"run_names": progress.names}
        self.parts: list[Curve] = [LossCurve(axes[0], list(progress.loss), **names)]
        if len(axes) > 1:
            self.parts.append(AccuracyCurve(axes[1], list(progress.accuracy), **names))
            axes[0].tick_params(labelbottom=False)
        axes[-1].set_xlabel("step")

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        return [artist for part in self.parts for artist in part.artists]

    def update(self, progress: Progress) -> bool:
        """Show the run so far."""
        return any([part.show(progress) for part in self.parts])


class TrainerPicture(Picture):
    """Left the curves, then the view of the answers, then the instruments; `update` takes a reading for every name.

    The curves' reading is called "progress"; it decides whether there is an accuracy, and of how many data sets.
    """

    def __init__(self, progress: Progress, view: Slot | None = None, instruments: Sequence[Slot] = ()) -> None:
        super().__init__(style.figure(WIDTH, HEIGHT), "A training run.",
                         inks=(style.INK, style.BLACK, style.GREY, style.LIGHT, style.FAINT, *CLASSES,
                               *layer_colours(len(progress.names))))
        boxes = layout(len(progress.accuracy) > 0, view is not None, len(instruments), named=bool(progress.names))
        with style.styled():
            axes = [self.figure.add_axes(box) for box in boxes]
            curves = 2 if progress.accuracy else 1
            self.parts: dict[str, Part] = {"progress": Curves(axes[:curves], progress)}
            slots = [*([view] if view else []), *instruments]
            for ax, slot in zip(axes[curves:], slots, strict=True):
                self.parts[slot.name] = slot.build(ax)
        self.animate(*(artist for part in self.parts.values() for artist in part.artists))

    def update(self, readings: Mapping[str, Any]) -> None:
        """Show the readings; a part without one keeps what it shows."""
        if any([self.parts[name].update(reading) for name, reading in readings.items()]):
            self.invalidate()


def layout(accuracy: bool, view: bool, instruments: int, *, named: bool = False) -> list[tuple[float, ...]]:
    """Boxes (left, bottom, width, height), in shares of the figure: loss, accuracy, view, instruments.

    The curves are as wide as the names of runs leave them; instruments stand in columns of two, a single one alone.
    """
    columns = math.ceil(instruments / 2)
    after = NAMES if named else RIGHT
    left = LEFT + after + (view or columns > 0) * RIGHT + columns * LEFT
    inch = (WIDTH - left) / (1 + NARROW * (view + columns))
    height = HEIGHT - TOP - BOTTOM
    half = (height - GAP) / 2
    boxes = [(LEFT, BOTTOM + half + GAP, inch, half), (LEFT, BOTTOM, inch, half)]
    boxes = boxes if accuracy else [(LEFT, BOTTOM, inch, height)]
    x = LEFT + inch + after
    if view:
        boxes.append((x, 0.1, NARROW * inch, HEIGHT - TOP - 0.1))
        x += NARROW * inch
    for i in range(instruments):
        column, low = divmod(i, 2)
        place = x + LEFT + column * (LEFT + NARROW * inch), BOTTOM + (half + GAP) * (not low and instruments > 1)
        boxes.append((*place, NARROW * inch - RIGHT, half if instruments > 1 else height))
    return [(a / WIDTH, b / HEIGHT, c / WIDTH, d / HEIGHT) for a, b, c, d in boxes]
