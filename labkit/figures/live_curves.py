"""The live curves of a training run: its loss, and its accuracy."""

import math
from collections.abc import Mapping, Sequence
from itertools import zip_longest

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from labkit.figures import style
from labkit.figures.growing import EXCESS, Curve
from labkit.figures.live_parts import LETTER, Exit, Ticks, below_top, beside
from labkit.figures.progress import Line, Progress, block_means, padded_limits, round_ticks, spread_out
from labkit.figures.words import Words

Array = np.ndarray
MOST_MARKS = 8
FAR = 1000
"""A loss of an evaluation that is so many times larger than at first leaves through the top."""


class LossCurve(Curve):
    """Loss on a log axis, with the loss of the single batches as a pale line behind, and what was turned when."""

    title, worst, gone, longest = "Loss", math.inf, "∞", "0.0000"

    def __init__(self, ax: Axes, progress: Progress) -> None:
        super().__init__(ax, progress)
        ax.set_yscale("log")
        ax.yaxis.set_major_locator(NullLocator())
        ax.minorticks_off()
        self._losses = Ticks(ax, "y")
        self._limits = self._first = None
        inside = ax.get_xaxis_transform()
        self._texts = [Words(0, below_top(ax), inside, size=style.SMALL) for _ in range(MOST_MARKS)]
        self._lost = Words(0, below_top(ax, 2), inside, size=style.SMALL)

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        return [*self._losses.artists, *super().artists, *self._texts, self._lost]

    def lines(self, progress: Progress) -> Mapping[str, Line]:
        return progress.loss

    def batch(self, progress: Progress) -> Line:
        x, y = block_means(progress.batch)
        return Line(progress.at(x), y)

    def written(self, value: float) -> str:
        return style.reading(value)

    def lost(self, name: str) -> str:
        return f"{name} → ∞"

    def show_exits(self, found: Sequence[Exit]) -> None:
        self._exits.show(found, self.ax.get_ylim()[1])

    def stretch(self, evaluated: Array, single: Array, excess: float = EXCESS) -> None:
        evaluated, single = evaluated[np.isfinite(evaluated)], single[np.isfinite(single)]
        if self._first is None and (evaluated.size or single.size):
            self._first = float(np.median(evaluated if evaluated.size else single))
        first = self._first or math.inf
        values = np.concatenate([evaluated[evaluated < FAR * first], single[single < excess * first]])
        before, self._limits = self._limits, padded_limits(self._limits, values)
        if self._limits != before:
            self.ax.set_ylim(*self._limits)
            ticks = round_ticks(*self._limits)
            self._losses.show(ticks, [_tick(tick) for tick in ticks])

    def update(self, progress: Progress) -> bool:
        """Show the run so far; beside each mark its text, of those too close together only the last."""
        changed = super().update(progress)
        pixel = self.ax.get_xlim()[1] / self.ax.bbox.width
        marks = spread_out(progress.marks, 12 * pixel, LETTER * pixel)[:MOST_MARKS]
        for words, (x, text) in zip_longest(self._texts, marks, fillvalue=(0, "")):
            words.set_text(text)
            words.x = beside(self.ax, x, text)
        self._count_lost(progress)
        return changed

    def _count_lost(self, progress: Progress) -> None:
        """Say how many of the runs that stand for one another have diverged, beside the last that did."""
        x, y = next((line for line in progress.loss.values() if line.y.ndim == 2), Line(np.zeros(1), np.zeros((1, 1))))
        lost = np.count_nonzero(~np.isfinite(y), axis=1)
        shown = lost[-1] > 0 and not progress.names
        self._lost.set_text(f"{lost[-1]} of {y.shape[1]} → ∞" if shown else "")
        self._lost.x = beside(self.ax, float(x[np.argmax(lost == lost[-1])]), self._lost.text)


class AccuracyCurve(Curve):
    """Share of correct answers, from 0 to 100 %."""

    title, worst, gone, longest = "Accuracy", -math.inf, "–", "100 %"

    def __init__(self, ax: Axes, progress: Progress) -> None:
        super().__init__(ax, progress)
        ax.set(ylim=(0, 1.02), yticks=(0, 0.5, 1), yticklabels=("0", "50 %", "100 %"))
        ax.grid(axis="y")

    def lines(self, progress: Progress) -> Mapping[str, Line]:
        return progress.accuracy

    def written(self, value: float) -> str:
        return style.percent(value)


def _tick(x: float) -> str:
    exponent = round(math.log10(x))
    return style.power(exponent) if abs(exponent) > 2 and math.isclose(x, 10.0**exponent) else style.number(x)
