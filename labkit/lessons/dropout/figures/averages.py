"""Many masks against one scaled pass: who comes nearer to the mean of all thinned networks."""

import math

import numpy as np
from matplotlib.collections import PatchCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from labkit.figures import style
from labkit.figures.picture import Picture
from labkit.figures.style import number
from labkit.lessons.dropout.experiments import Averages
from labkit.lessons.dropout.figures.network import INKS

MEMBERS, RULE, TRUTH = style.BLUE, style.VERMILLION, style.GREY
GROUPS = 40
"""So many means of k are drawn, one above the other."""


def headline(a: Averages) -> str:
    """Who is nearer to the mean over all masks."""
    if not a.scaling_error:
        return "the weight scaling rule is exact here; the mean of k masks never quite is"
    ahead = "the mean of k masks" if a.k > a.crossover else "the weight scaling rule"
    return f"{ahead} is nearer to the mean over all masks"


def details(a: Averages) -> str:
    """The numbers."""
    masks = f"{a.k} mask{'s' * (a.k > 1)}"
    distance = a.expected[0] / math.sqrt(a.k)
    meet = f"   ·   they meet at k ≈ {number(a.crossover)}" if a.scaling_error else ""
    return f"keep {a.keep:.2f}   ·   typical distance: {masks} {number(distance)}, rule {number(a.scaling_error)}{meet}"


class AveragesPicture(Picture):
    """`update(Averages)`: on the left what the thinned networks answer to one input, the mean of all, some means of k
    and the rule; on the right the typical distance to the mean of all against k, in units of one mask's.
    """

    BINS, LOWEST = 61, 0.01

    def __init__(self) -> None:
        super().__init__(style.figure(11.0, 5.6), "Many masks against one scaled pass.", inks=INKS)
        with style.styled():
            self._histogram = PatchCollection([Rectangle((0, 0), 0, 0)], fc=style.FAINT, ec=style.LIGHT, lw=0.5)
            self._truth = Line2D([], [], color=TRUTH, lw=4, solid_capstyle="butt")
            self._rule = Line2D([], [], color=RULE, lw=2.5, ls="--")
            self._of_k = Line2D([], [], color=MEMBERS, marker="o", ms=7, mec=style.PAPER, mew=0.8, ls="")
            self._theory = Line2D([], [], color=MEMBERS, lw=2)
            self._dots = Line2D([], [], color=MEMBERS, marker="o", ls="", ms=6)
            self._level = Line2D([], [], color=RULE, lw=2.5, ls="--")
            self._now = Line2D([], [], color=MEMBERS, marker="o", ms=15, mec=style.INK, mew=2, ls="")
            self._answers()
            self._distances()
        self.animate(self._histogram, self._truth, self._rule, self._of_k, self._level, self._theory,
                     self._dots, self._now)

    def _answers(self) -> None:
        ax = self.figure.add_axes((0.03, 0.17, 0.44, 0.60))
        ax.set_title("Answers of 4096 thinned networks to one input", loc="left")
        ax.set(xlim=(-3, 3), ylim=(0, 1.08), yticks=(), xticks=(-2, 0, 2), xticklabels=("−2σ", "mean of all", "2σ"))
        ax.spines["left"].set_visible(False)
        for artist in (self._histogram, self._truth, self._rule, self._of_k):
            ax.add_artist(artist)
        style.key_below(ax, [self._truth, self._of_k, self._rule], ["mean of all", "means of k", "rule"])

    def _distances(self) -> None:
        ax = self.figure.add_axes((0.565, 0.17, 0.42, 0.60))
        ax.set_title("Typical distance to the mean of all", loc="left")
        ax.set(xscale="log", yscale="log", xlim=(0.85, 1200), ylim=(self.LOWEST, 1.6), xlabel="number of masks k",
               xticks=(1, 10, 100, 1000), xticklabels=("1", "10", "100", "1000"), yticks=(0.01, 0.1, 1),
               yticklabels=("0.01 σ", "0.1 σ", "σ"))
        ax.minorticks_off()
        ax.grid(axis="y")
        for artist in (self._level, self._theory, self._dots, self._now):
            ax.add_artist(artist)
        style.key_below(ax, [self._dots, self._theory, self._level], ["k masks", "σ/√k", "rule"], side="right")

    def update(self, a: Averages) -> None:
        """Show `a`, everything in units of σ, the spread of one thinned network's answers."""
        sigma = a.outputs.std()
        counts, edges = np.histogram((a.outputs - a.mean) / sigma, self.BINS, (-3, 3))
        self._histogram.set_paths([Rectangle((x, 0), edges[1] - edges[0], n / counts.max())
                                   for x, n in zip(edges, counts, strict=False)])
        for line, value in ((self._truth, a.mean), (self._rule, a.scaled)):
            line.set_data([(value - a.mean) / sigma] * 2, (0, 1.05))
        self._of_k.set_data((a.of_k - a.mean) / sigma, 0.04 + 0.96 * (np.arange(len(a.of_k)) + 0.5) / GROUPS)
        one = a.expected[0]
        self._theory.set_data(a.counts, a.expected / one)
        self._dots.set_data(a.counts, a.error / one)
        self._level.set_data((0.85, 1200), [max(a.scaling_error / one, self.LOWEST)] * 2)
        self._now.set_data([a.k], [1 / math.sqrt(a.k)])
        self.set_title(headline(a), details(a))
