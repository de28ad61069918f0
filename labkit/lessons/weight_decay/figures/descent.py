"""Double descent: the error against the number of features, and the size of the weights beside it."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.picture import Picture
from labkit.figures.style import number, percent
from labkit.lessons.weight_decay.experiments.descent import Descent
from labkit.lessons.weight_decay.figures.overfitting import TEST, TRAIN

Array = np.ndarray
NONE = 2e-8
"""A smaller λ is called none."""
SMALLEST, LARGEST = 1.0, 1e4
"""Ends of the axis of the weights' size."""


def descent_headline(d: Descent) -> str:
    """Whether there is a peak at p = n."""
    peak, widest = d.test[d.widths == d.n][0], d.test[-1]
    lowest = d.test.min()
    if peak > 1.25 * max(widest, lowest):
        return f"as many features as pictures: {percent(peak)} wrong; ten times as many: {percent(widest)}"
    return f"no peak: {percent(peak)} wrong at n features, {percent(widest)} with ten times as many"


def descent_details(d: Descent) -> str:
    """The setting, and the size of the weights at the peak."""
    lam = "none" if d.lam < NONE else number(d.lam)
    at = d.widths == d.n
    return (f"penalty λ {lam}   ·   label noise {percent(d.noise)}   ·   n = {d.n}   ·   ‖W‖ at n features "
            f"{number(d.norms[at][0])}, with ten times as many {number(d.norms[-1])}")


class DescentPicture(Picture):
    """`update(Descent)`: left the shares of wrong answers over features per picture, right the norm of the weights."""

    def __init__(self, lowest: float, highest: float) -> None:
        super().__init__(style.figure(11.0, 5.2), "Error against the number of random features.",
                         inks=(style.INK, style.GREY, style.LIGHT, style.FAINT, TRAIN, TEST))
        with style.styled():
            errors = self._panel(0.06, "Wrong answers", (lowest, highest))
            errors.set(ylim=(-0.02, 1))
            errors.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])
            sizes = self._panel(0.57, "Size of the weights, ‖W‖", (lowest, highest))
            sizes.set(yscale="log", ylim=(SMALLEST, LARGEST))
            self._lines = [Line2D([], [], color=TRAIN, lw=2.5, ls="--", marker="o", ms=5),
                           Line2D([], [], color=TEST, lw=3, marker="s", ms=5),
                           Line2D([], [], color=style.INK, lw=3, marker="o", ms=5)]
            for ax, line in zip((errors, errors, sizes), self._lines, strict=True):
                ax.add_artist(line)
            style.key_below(errors, self._lines[:2], ["training", "new pictures"])
        self.animate(*self._lines)

    def _panel(self, x: float, title: str, limits: tuple[float, float]) -> Axes:
        ax = self.figure.add_axes((x, 0.20, 0.415, 0.56))
        ax.set(xscale="log", xlim=limits, xlabel="features per picture")
        ax.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
        ax.minorticks_off()
        ax.set_title(title, loc="left")
        ax.axvline(1, color=style.LIGHT, lw=2, ls=":", zorder=0)
        ax.grid(axis="y")
        return ax

    def update(self, d: Descent) -> None:
        """Show `d`."""
        for line, y in zip(self._lines, (d.train, d.test, np.clip(d.norms, SMALLEST, LARGEST)), strict=True):
            line.set_data(d.widths / d.n, y)
        self.set_title(descent_headline(d), descent_details(d))
