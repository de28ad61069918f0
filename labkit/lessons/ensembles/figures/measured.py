"""Intervals that hold the truth or miss it, sureness against share of right answers, gains predicted and measured."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from labkit.figures import style
from labkit.figures.picture import Picture, Still, still
from labkit.figures.series import check_any
from labkit.figures.style import number
from labkit.fits import Positive
from labkit.lessons.ensembles.experiments.measured import Foretold, Intervals, Sureness

Array = np.ndarray
ONE, TRUTH, MISSED, YOURS, LABKITS = style.BLUE, style.INK, style.VERMILLION, style.VERMILLION, style.SKY
INKS = (style.INK, style.BLACK, style.GREY, style.LIGHT, style.FAINT, ONE, MISSED, LABKITS)


# ------------------------------------------------------------------------------------------------ intervals
class IntervalPicture(Picture):
    """`update(Intervals)`: left what bootstrap samples of one sample say, right the intervals of forty samples."""

    REACH, BINS = 2.6, 52

    def __init__(self, samples: int) -> None:
        super().__init__(style.figure(11.0, 5.4), "Bootstrap intervals.", inks=INKS)
        self._samples = samples
        with style.styled():
            left, right = (self.figure.add_axes((x, 0.19, width, 0.57)) for x, width in ((0.03, 0.42), (0.54, 0.445)))
            self._bars = PatchCollection([Rectangle((0, 0), 0, 0)], fc=style.SKY, ec=style.PAPER, lw=0.5)
            self._truth = [Line2D([], [], color=TRUTH, lw=1.8, ls=":") for _ in range(2)]
            self._span = Line2D([], [], color=ONE, lw=5, solid_capstyle="butt")
            self._all = LineCollection([], linewidths=3)
            self._estimates = Line2D([], [], color=style.INK, marker="o", ms=4, ls="")
            self._now = Line2D([], [], color=style.GREY, marker="v", ms=10, ls="")
            self._histogram(left)
            self._forty(right)
        self.animate(self._bars, *self._truth, self._span, self._all, self._estimates, self._now)

    def _histogram(self, ax: Axes) -> None:
        ax.set_title("1000 bootstrap samples of this sample", loc="left")
        ax.set(xlim=(0, self.REACH), ylim=(0, 1.12), yticks=(), xlabel="value of the statistic")
        ax.spines["left"].set_visible(False)
        for artist in (self._bars, self._truth[0], self._span):
            ax.add_artist(artist)
        style.key_below(ax, [self._span, self._truth[0]], ["middle 95 %", "truth"])

    def _forty(self, ax: Axes) -> None:
        ax.set_title("The intervals of forty samples, ▼ this one", loc="left")
        ax.set(xlim=(0, self._samples + 1), ylim=(0, self.REACH), xlabel="sample", xticks=(1, 10, 20, 30, 40))
        for artist in (self._all, self._truth[1], self._estimates, self._now):
            ax.add_artist(artist)
        style.key_below(ax, [Line2D([], [], color=ONE, lw=3), Line2D([], [], color=MISSED, lw=3, ls="--"),
                             self._estimates], ["holds the truth", "misses it", "value of the sample"], side="right")

    def update(self, i: Intervals) -> None:
        """Show `i`; what is larger than the axes ends at them."""
        counts, edges = np.histogram(np.clip(i.resampled, 0, self.REACH), self.BINS, (0, self.REACH))
        self._bars.set_paths([Rectangle((x, 0), edges[1] - edges[0], c / counts.max())
                              for x, c in zip(edges, counts, strict=False)])
        self._truth[0].set_data([i.truth] * 2, [0, 1.1])
        self._truth[1].set_data([0, self._samples + 1], [i.truth] * 2)
        self._span.set_data([i.low[i.draw - 1], i.high[i.draw - 1]], [1.06, 1.06])
        places = np.arange(1, self._samples + 1)
        self._all.set_segments([[(x, a), (x, b)] for x, a, b in zip(places, i.low, i.high, strict=True)])
        self._all.set(colors=np.where(i.missed, MISSED, ONE), linestyles=["--" if m else "-" for m in i.missed])
        self._estimates.set_data(places, np.clip(i.estimates, 0, self.REACH))
        self._now.set_data([i.draw], [0.97 * self.REACH])
        held = self._samples - int(i.missed.sum())
        here = i.draw - 1
        self.set_title(f"{held} of {self._samples} intervals hold the true {i.statistic}; about 38 should",
                       f"n = {i.n}   ·   sample {i.draw}: {i.estimates[here]:.2f}, interval {i.low[here]:.2f} to "
                       f"{i.high[here]:.2f}   ·   truth {i.truth:.2f}")


# ------------------------------------------------------------------------------------------------ calibration
class ReliabilityPicture(Picture):
    """`update(Sureness)`: a bar per bin of confidence at the share of right answers; the diagonal is honest."""

    def __init__(self, bins: int = 10) -> None:
        super().__init__(style.figure(11.0, 5.4), "How sure, and how often right.", inks=INKS)
        with style.styled():
            left, right = (self.figure.add_axes((x, 0.19, width, 0.57)) for x, width in ((0.075, 0.43), (0.59, 0.385)))
            self._bars = PatchCollection([Rectangle((0, 0), 0, 0)], fc=ONE, alpha=0.75)
            self._gaps = LineCollection([], colors=MISSED, linewidths=4)
            self._share = PatchCollection([Rectangle((0, 0), 0, 0)], fc=style.GREY)
            self._means = [Line2D([], [], color=MISSED, lw=2.5, ls="--"), Line2D([], [], color=ONE, lw=2.5)]
            self._right(left)
            self._sure(right)
        self.animate(self._bars, self._gaps, self._share, *self._means)

    def _right(self, ax: Axes) -> None:
        ax.set_title("Right among the answers that are so sure", loc="left")
        self._percent(ax)
        honest, = ax.plot((0, 1), (0, 1), color=style.INK, lw=1.8, ls=":")
        ax.add_artist(self._bars)
        ax.add_artist(self._gaps)
        style.key_below(ax, [Patch(fc=ONE), Line2D([], [], color=MISSED, lw=4), honest],
                        ["right", "too sure, or too modest", "honest"])

    def _sure(self, ax: Axes) -> None:
        ax.set_title("How many answers are so sure", loc="left")
        self._percent(ax)
        for artist in (self._share, *self._means):
            ax.add_artist(artist)
        style.key_below(ax, self._means, ["mean confidence", "accuracy"], side="right")

    def _percent(self, ax: Axes) -> None:
        ticks, names = (0, 0.25, 0.5, 0.75, 1), ("0", "25 %", "50 %", "75 %", "100 %")
        ax.set(xlim=(0, 1), ylim=(0, 1), xticks=ticks, xticklabels=names, yticks=ticks, yticklabels=names,
               xlabel="confidence: the largest probability")
        ax.grid(axis="y")

    def update(self, s: Sureness) -> None:
        """Show `s`; empty bins have no bar."""
        n = len(s.bins.share)
        some = np.flatnonzero(s.bins.share)
        self._bars.set_paths([Rectangle((i / n + 0.01, 0), 1 / n - 0.02, s.bins.right[i]) for i in some])
        self._gaps.set_segments([[(s.bins.sure[i],) * 2, (s.bins.sure[i], s.bins.right[i])] for i in some])
        self._share.set_paths([Rectangle((i / n + 0.01, 0), 1 / n - 0.02, s.bins.share[i]) for i in some])
        sure = float(np.nansum(s.bins.share * s.bins.sure))
        for line, at in zip(self._means, (sure, s.accuracy), strict=True):
            line.set_data([at, at], [0, 1])
        networks = f"{s.k} networks, averaged" if s.k > 1 else "one network"
        word = "about as sure as right" if s.bins.ece < 0.05 else "too sure" if sure > s.accuracy else "too modest"
        self.set_title(f"{networks}: {word}",
                       f"{100 * s.accuracy:.1f} % right, {100 * sure:.1f} % sure on average   ·   calibration error "
                       f"(ECE) {100 * s.bins.ece:.1f} points   ·   temperature {number(s.temperature)}")


# ------------------------------------------------------------------------------------------------ gains
class ForetoldPicture(Picture):
    """`update(Foretold)`: the squared error of averages of networks, measured, and predicted from a few others."""

    def __init__(self, most: int) -> None:
        super().__init__(style.figure(11.0, 5.2), "A gain, predicted and measured.", inks=INKS)
        with style.styled():
            ax = self.figure.add_axes((0.09, 0.2, 0.89, 0.57))
            ax.set(xlim=(0, most + 1), ylim=(0, 1.12), xlabel="number of networks k", yticks=(0, 0.5, 1),
                   yticklabels=("0", "50 %", "100 %"))
            ax.set_title("Squared error of the average, as a share of one network's", loc="left")
            ax.grid(axis="y")
            self._labkits = Line2D([], [], color=LABKITS, lw=7, solid_capstyle="round")
            self._yours = Line2D([], [], color=YOURS, lw=2.2, ls="--")
            self._measured = Line2D([], [], color=style.INK, marker="o", ms=6, ls="")
            for line in (self._labkits, self._yours, self._measured):
                ax.add_artist(line)
            style.key_below(ax, [self._measured, self._labkits, self._yours],
                            ["measured on the others", "labkit's v and c", "yours"])
        self.animate(self._labkits, self._yours, self._measured)

    def update(self, f: Foretold) -> None:
        """Show `f`."""
        for line, y in ((self._measured, f.measured), (self._labkits, f.labkits), (self._yours, f.yours)):
            line.set_data(f.sizes, np.clip(y, 0, 1.12))
        v, c = f.moments
        said = f"you predict {100 * f.yours[-1]:.0f} %, {f.sizes[-1]} other networks keep {100 * f.measured[-1]:.0f} %"
        self.set_title(said, f"measured on {f.m} networks: v = {number(v, 3)}, c = {number(c, 3)}")


def shares(groups: Mapping[str, Mapping[str, tuple[Positive, Positive]]], *, description: str) -> Still:
    """A panel for each group, in it a bar for each name: below what all errors have in common, c, above it what is left
    of the rest, (v − c)/k. The first bar of a group is 100 %.
    """
    for title, bars in groups.items():
        check_any("shares", f"the group {title!r}", bars)
    drawn = style.figure(11, 4.9)
    with style.styled():
        axes = drawn.subplots(1, len(groups), sharey=True, squeeze=False)[0]
        for ax, (title, bars) in zip(axes, groups.items(), strict=True):
            whole = sum(next(iter(bars.values()))) / 100
            for i, (common, rest) in enumerate(np.array(list(bars.values())) / whole):
                ax.bar(i, common, 0.6, color=style.GREY)
                ax.bar(i, rest, 0.6, bottom=common, color=style.ORANGE, hatch="//", ec=style.PAPER)
                ax.text(i, common + rest + 2, f"{common + rest:.0f} %", ha="center", size=style.TEXT)
            ax.set(title=title, ylim=(0, 120), yticks=(0, 50, 100), xlabel="number of models averaged")
            ax.set_xticks(range(len(bars)), list(bars))
            ax.grid(axis="y")
        axes[0].set_ylabel("squared error, % of one model's")
        drawn.tight_layout(rect=(0, 0.08, 1, 1), w_pad=3)
        style.key_below(axes[0], [Patch(fc=style.ORANGE, hatch="//", ec=style.PAPER), Patch(fc=style.GREY)],
                        ["what differs: (v − c)/k", "what all have in common: c"])
    return still(drawn, description)
