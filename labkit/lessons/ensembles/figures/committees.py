"""Committees to look at: the error of an average against its size, and what drawing with replacement leaves out."""

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle

from labkit.figures import style
from labkit.figures.picture import Picture
from labkit.figures.style import percent
from labkit.figures.words import Words
from labkit.lessons.ensembles.experiments.committees import Committee, Sample

Array = np.ndarray
ONE, TOGETHER, FORMULA = style.GREY, style.BLUE, style.VERMILLION
INKS = (style.INK, style.BLACK, style.GREY, style.LIGHT, style.FAINT, TOGETHER, FORMULA, style.SKY)
BINS, LARGEST = np.linspace(-3.5, 3.5, 71), 30


def _signed(x: float) -> str:
    return f"{x + 0.0:.2f}".replace("-", "−")


# ------------------------------------------------------------------------------------------------ correlated errors
def committee_headline(m: Committee) -> str:
    """How much of one model's error the average keeps."""
    if m.k == 1:
        return "one model: nothing to average"
    return f"the average of {m.k} models keeps {100 * m.simulated_mse:.0f} % of one model's squared error"


def committee_details(m: Committee) -> str:
    """The numbers, and a correlation that cannot be."""
    asked = f"correlation {_signed(m.c)}"
    if m.c > m.requested + 1e-9:
        asked = f"{m.k} errors cannot have correlation {_signed(m.requested)}: at least −1/(k − 1) = {_signed(m.c)}"
    return f"{asked}   ·   simulated {m.simulated_mse:.3f}, v/k + (k − 1)c/k = {m.expected + 0.0:.3f}"


class CommitteePicture(Picture):
    """`update(Committee)`: on the left the errors of one model and of the average.

    On the right the mean squared error of the average against the number of models: simulated dots, the formula's
    line, and the level c that it cannot pass.
    """

    def __init__(self) -> None:
        super().__init__(style.figure(11.0, 5.4), "The error of an average of models.", inks=INKS)
        with style.styled():
            self._one = Polygon(np.zeros((3, 2)), fc=style.LIGHT, ec=ONE, lw=1.5, alpha=0.6)
            self._together = Polygon(np.zeros((3, 2)), fc=TOGETHER, ec=TOGETHER, lw=1.5, alpha=0.45)
            self._line = Line2D([], [], color=FORMULA, lw=2.5)
            self._floor = Line2D([], [], color=style.INK, lw=1.8, ls=":")
            self._dots = Line2D([], [], color=TOGETHER, marker="o", ms=6, ls="")
            self._now = Line2D([], [], color=TOGETHER, marker="o", ms=15, mec=style.INK, mew=2, ls="")
            self._level = Words(LARGEST, 0, self._errors(), size=style.SMALL, align="right")
            self._squares()
        self.animate(self._one, self._together, self._floor, self._line, self._dots, self._now,
                     self._level)

    def _errors(self) -> object:
        """Both axes; the left one first. Returns the data transform of the right one."""
        left, self._right = (self.figure.add_axes((x, 0.17, width, 0.60)) for x, width in ((0.03, 0.42), (0.54, 0.445)))
        left.set_title("Errors, 20,000 times", loc="left")
        left.set(xlim=(-3.5, 3.5), ylim=(0, 1.08), yticks=(), xticks=(-2, 0, 2), xlabel="error")
        left.spines["left"].set_visible(False)
        left.axvline(0, color=style.FAINT, lw=1.5, zorder=0)
        for artist in (self._one, self._together):
            left.add_artist(artist)
        style.key_below(left, [self._one, self._together], ["one model", "average of k"])
        return self._right.transData

    def _squares(self) -> None:
        ax: Axes = self._right
        ax.set_title("Mean squared error of the average", loc="left")
        ax.set(xlim=(0, LARGEST + 1), ylim=(0, 1.12), xlabel="number of models k", xticks=(1, 5, 10, 15, 20, 25, 30),
               yticks=(0, 0.5, 1), yticklabels=("0", "v/2", "v"))
        ax.grid(axis="y")
        for artist in (self._floor, self._line, self._dots, self._now):
            ax.add_artist(artist)
        style.key_below(ax, [self._dots, self._line, self._floor], ["simulated", "formula", "for k → ∞: c"],
                        side="right")

    def update(self, m: Committee) -> None:
        """Show `m`."""
        shapes = [np.histogram(errors, BINS)[0] for errors in (m.single_error, m.ensemble_error)]
        for shape, counts in zip((self._one, self._together), shapes, strict=True):
            shape.set_xy(_outline(counts / counts.max()))
        self._line.set_data(m.sizes, m.formula)
        self._dots.set_data(m.sizes, m.measured)
        self._now.set_data([m.k], [m.simulated_mse])
        floor = max(m.c, 0.0)
        self._floor.set_data((0, LARGEST + 1), (floor, floor))
        self.set_title(committee_headline(m), committee_details(m))


def _outline(heights: Array) -> Array:
    """A histogram's outline as a polygon."""
    x, y = np.repeat(BINS, 2), np.concatenate([[0.0], np.repeat(heights, 2), [0.0]])
    return np.column_stack([x, y])


# ------------------------------------------------------------------------------------------------ with replacement
def sample_headline(s: Sample) -> str:
    """What this sample left out."""
    n = len(s.counts)
    draws = f"{n} draws from {n} examples" if n > 1 else "1 draw from 1 example"
    return f"{draws}: {s.left_out} {'was' if s.left_out == 1 else 'were'} never drawn"


def sample_details(s: Sample) -> str:
    """What is left out on average."""
    n = len(s.counts)
    return (f"this sample leaves out {percent(s.left_out / n, 1)}   ·   on average (1 − 1/n)ⁿ = "
            f"{percent((1 - 1 / n) ** n, 1)}   ·   for large n 1/e = {percent(math.exp(-1), 1)}")


class SamplePicture(Picture):
    """`update(Sample)`: on the left a tile for each example, with as many dots as it was drawn, hollow if left out.

    On the right the share that is left out against n: simulated, by the formula, and its limit 1/e.
    """

    DRAWN = ((), ((0.5, 0.5),), ((0.3, 0.3), (0.7, 0.7)), ((0.25, 0.25), (0.5, 0.5), (0.75, 0.75)),
             ((0.3, 0.3), (0.3, 0.7), (0.7, 0.3), (0.7, 0.7)),
             ((0.27, 0.27), (0.27, 0.73), (0.73, 0.27), (0.73, 0.73), (0.5, 0.5)),
             ((0.27, 0.22), (0.27, 0.5), (0.27, 0.78), (0.73, 0.22), (0.73, 0.5), (0.73, 0.78)))

    def __init__(self, sample: Sample) -> None:
        super().__init__(style.figure(11.0, 5.4), "A sample drawn with replacement.", inks=INKS)
        with style.styled():
            self._tiles = self.figure.add_axes((0.03, 0.05, 0.42, 0.72))
            self._tiles.set_title("How often each was drawn", loc="left")
            self._tiles.set_axis_off()
            self._drawn = PatchCollection([Rectangle((0, 0), 1, 1)], fc=style.SKY, ec=style.PAPER, lw=1.5)
            self._gone = PatchCollection([Rectangle((0, 0), 1, 1)], fc=style.PAPER, ec=FORMULA, lw=1.5, ls="--")
            self._dots = Line2D([], [], color=style.INK, marker="o", ls="")
            for artist in (self._drawn, self._gone, self._dots):
                self._tiles.add_artist(artist)
            self._now = Line2D([], [], color=TOGETHER, marker="o", ms=15, mec=style.INK, mew=2, ls="")
            self._shares(sample)
        self.animate(self._drawn, self._gone, self._dots, self._now)

    def _shares(self, s: Sample) -> None:
        ax = self.figure.add_axes((0.54, 0.17, 0.445, 0.60))
        ax.set_title("Share left out", loc="left")
        ax.set(xscale="log", xlim=(0.85, 1300), ylim=(-0.03, 0.75), xlabel="number of examples n",
               xticks=(1, 10, 100, 1000), xticklabels=("1", "10", "100", "1000"), yticks=(0, 0.25, 0.5, 0.75),
               yticklabels=("0", "25 %", "50 %", "75 %"))
        ax.minorticks_off()
        ax.grid(axis="y")
        limit = ax.axhline(math.exp(-1), color=style.INK, lw=1.8, ls=":")
        n = np.geomspace(1, 1000, 200)
        line, = ax.plot(n, (1 - 1 / n) ** n, color=FORMULA, lw=2.5)
        dots, = ax.plot(s.sizes, s.measured, color=TOGETHER, marker="o", ms=6, ls="")
        ax.add_artist(self._now)
        style.key_below(ax, [self._now, dots, line, limit], ["this sample", "mean of 400", "(1 − 1/n)ⁿ", "1/e"],
                        side="right")

    def update(self, s: Sample) -> None:
        """Show `s`."""
        n = len(s.counts)
        columns = math.ceil(math.sqrt(n))
        corners = np.column_stack([np.arange(n) % columns, columns - 1 - np.arange(n) // columns])
        self._drawn.set_paths([Rectangle(corner, 1, 1) for corner in corners[s.counts > 0]])
        self._gone.set_paths([Rectangle(corner + 0.08, 0.84, 0.84) for corner in corners[s.counts == 0]])
        spots = [corner + spot for corner, count in zip(corners, s.counts, strict=True)
                 for spot in self.DRAWN[min(count, len(self.DRAWN) - 1)]]
        self._dots.set_data(*np.reshape(spots, (-1, 2)).T)
        self._dots.set_markersize(min(16.0, 60 / columns))
        self._tiles.set(xlim=(-0.05, columns * 1.19), ylim=(-0.05, columns + 0.05))
        self._now.set_data([n], [s.left_out / n])
        self.set_title(sample_headline(s), sample_details(s))
