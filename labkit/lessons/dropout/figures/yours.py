"""A student's dropout at work: the masks it draws, the factors it multiplies with, and its mean against keep."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.colors import to_rgb
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from labkit.figures import style
from labkit.figures.picture import Picture
from labkit.figures.style import percent
from labkit.lessons.dropout.experiments import OwnDropout
from labkit.lessons.dropout.figures.network import INKS

Array = np.ndarray
STAYS, GONE, AT_ODDS = style.BLUE, style.FAINT, style.VERMILLION
ROWS, COLUMNS = 30, 30
LOUDEST, HIGHEST = 11.0, 2.2
"""Ends of the axes of the factors and of their means; whatever is larger is drawn there."""
BINS = np.linspace(-1, LOUDEST, 61)


def headline(d: OwnDropout) -> str:
    """The first thing in which it differs from labkit's Dropout, or that it does not."""
    there, here = d.forth != 0, d.back != 0
    loud, back = (factor[stays].mean() if stays.any() else 0.0 for factor, stays in ((d.forth, there), (d.back, here)))
    if abs(there.mean() - d.keep) > 0.05:
        return f"{percent(there.mean())} of the units stay, and keep is {d.keep:.2f}"
    if (there != here).any():
        return f"y and dx disagree about {percent(np.mean(there != here))} of the units"
    if max(abs(loud * d.keep - 1), abs(back * d.keep - 1)) > 1e-3:
        return f"what stays: × {loud:.2f}, its gradient: × {back:.2f}; 1/keep is {1 / d.keep:.2f}"
    if d.keep < 1 and (there == there[0]).all():
        return "all examples have one and the same mask"
    return f"like labkit's Dropout: what stays × {loud:.2f}, there and back"


def details(d: OwnDropout) -> str:
    """The numbers."""
    return (f"keep {d.keep:.2f}   ·   {percent(np.mean(d.forth != 0))} stay   ·   mean of y/x {d.forth.mean():.2f}, "
            f"of dx/dy {d.back.mean():.2f}").replace("-", "−")


class OwnDropoutPicture(Picture):
    """`update(OwnDropout)`: on the left the masks, in the middle the factors, on the right their mean against keep."""

    def __init__(self) -> None:
        super().__init__(style.figure(11.0, 5.4), "Your dropout.", inks=INKS)
        with style.styled():
            left, self._middle, right = (self.figure.add_axes((x, 0.19, width, 0.57))
                                         for x, width in ((0.035, 0.28), (0.385, 0.25), (0.70, 0.285)))
            self._masks(left)
            self._factors(self._middle)
            self._means(right)
        self.animate(self._image, self._expected, self._bars, self._outline, *self._lines, self._now)

    def _masks(self, ax: Axes) -> None:
        ax.set_title("Masks: a row for an example", loc="left")
        ax.set(xlim=(0, COLUMNS), ylim=(0, ROWS), xticks=(), yticks=(), xlabel="units")
        self._image = AxesImage(ax, interpolation="nearest", extent=(0, COLUMNS, 0, ROWS))
        ax.add_image(self._image)
        style.key_below(ax, [Patch(fc=STAYS), Patch(fc=GONE), Patch(fc=AT_ODDS)],
                        ["stays", "dropped", "y and dx disagree"])

    def _factors(self, ax: Axes) -> None:
        ax.set_title("What is multiplied with", loc="left")
        ax.set(xlim=(-1, LOUDEST), ylim=(0, 1.05), yticks=(0, 0.5, 1), yticklabels=("0", "50 %", "all"),
               xticks=(0, 2, 4, 6, 8, 10), xlabel="y/x, dx/dy")
        self._expected = Line2D([], [], color=style.INK, lw=1.8, ls=":")
        self._bars = PatchCollection([Rectangle((0, 0), 0, 0)], fc=STAYS, lw=0)
        self._outline = Line2D([], [], color=AT_ODDS, lw=2, ls="--")
        for artist in (self._expected, self._bars, self._outline):
            ax.add_artist(artist)

    def _means(self, ax: Axes) -> None:
        ax.set_title("Their mean", loc="left")
        ax.set(xlim=(0, 1.03), ylim=(0, HIGHEST), xlabel="keep", xticks=(0, 0.5, 1), yticks=(0, 1, 2))
        ax.grid(axis="y")
        wanted = ax.axhline(1, color=style.INK, lw=1.8, ls=":")
        self._lines = [Line2D([], [], color=STAYS, lw=2, marker="o", ms=6),
                       Line2D([], [], color=AT_ODDS, lw=2, ls="--", marker="s", ms=9, mfc="none")]
        self._now = Line2D([], [], color=STAYS, marker="o", ms=14, mec=style.INK, mew=2, ls="")
        for artist in (*self._lines, self._now):
            ax.add_artist(artist)
        style.key_below(ax, [*self._lines, wanted], ["y/x", "dx/dy", "wanted: 0, 1/keep, mean 1"], side="right")

    def update(self, d: OwnDropout) -> None:
        """Show `d`."""
        there, here = (factor[:ROWS, :COLUMNS] != 0 for factor in (d.forth, d.back))
        colours = np.array([to_rgb(c) for c in (GONE, STAYS, AT_ODDS)])
        self._image.set_data(colours[np.where(there != here, 2, there.astype(int))])
        self._expected.set_data([0, 0, np.nan, 1 / d.keep, 1 / d.keep], [0, 1.05, np.nan, 0, 1.05])
        forth, back = (np.histogram(np.clip(factor, BINS[0], BINS[-1]), BINS)[0] / factor.size
                       for factor in (d.forth, d.back))
        width = BINS[1] - BINS[0]
        self._bars.set_paths([Rectangle((x, 0), width, share) for x, share in zip(BINS, forth, strict=False)])
        self._outline.set_data(np.repeat(BINS, 2), np.concatenate([[0], np.repeat(back, 2), [0]]))
        for line, means in zip(self._lines, d.means.T, strict=True):
            line.set_data(d.keeps, np.clip(means, 0, HIGHEST))
        self._now.set_data([d.keep], [min(max(float(d.forth.mean()), 0), HIGHEST)])
        self.set_title(headline(d), details(d))
