"""Dropout to look at: a network whose units blink out, four masks of two inputs, and the mean of many masks."""

import math
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from labkit.figures import style
from labkit.figures.picture import Picture
from labkit.figures.style import number
from labkit.figures.words import Words
from labkit.lessons.dropout.experiments import Averages, Table, Thinned

Array = np.ndarray
UP, DOWN, UNIT = style.BLUE, style.VERMILLION, style.GREEN
MEMBERS, RULE, TRUTH = style.BLUE, style.VERMILLION, style.GREY
INKS = (style.INK, style.BLACK, style.GREY, style.LIGHT, style.FAINT, style.BLUE, style.VERMILLION, style.GREEN)
UNITS = {"identity": "linear", "relu": "ReLU"}
COLUMNS, ROWS = 4, 3
"""How the other examples' networks are laid out."""
GROUPS = 40
"""So many means of k are drawn, one above the other."""


# ------------------------------------------------------------------------------------------------ units blink out
def thinned_headline(t: Thinned) -> str:
    """How many units stay."""
    units = sum(s.shape[1] for s in t.stays[:-1])
    return f"keep {t.keeps[1]:.2f}: {t.staying} of {units} units stay for this example"


def thinned_details(t: Thinned) -> str:
    """How many networks there are."""
    inputs = f"inputs are kept with {t.keeps[0]:.2f}   ·   " if t.keeps[0] < 1 else ""
    n = t.droppable
    return (f"{inputs}{n} units may go: 2{str(n).translate(_RAISED)} = {2**n:,} networks share one set of weights" if n
            else "nothing is dropped: one network")


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Sketch:
    """One network of a `Thinned` in a box: left, bottom, width, height in the data of `ax`; `update(t, example)`."""

    def __init__(self, ax: Axes, t: Thinned, box: tuple[float, float, float, float], *, size: float, lw: float,
                 whole: bool) -> None:
        left, bottom, width, height = box
        across = left + width * np.linspace(0, 1, len(t.stays))
        most = max(s.shape[1] for s in t.stays)
        self.places = [np.column_stack([np.full(n, x), bottom + height * (0.5 + (np.arange(n) - (n - 1) / 2) / most)])
                       for x, n in zip(across, (s.shape[1] for s in t.stays), strict=True)]
        self.segments = np.concatenate([np.stack([np.repeat(a, len(b), axis=0), np.tile(b, (len(a), 1))], axis=1)
                                        for a, b in pairwise(self.places)])
        W = np.concatenate([(w / np.abs(w).max()).ravel() for w in t.weights])
        self.colors = np.array([to_rgb(UP), to_rgb(DOWN)])[(W < 0).astype(int)]
        self.colors = 1 - (0.25 + 0.75 * np.abs(W[:, None])) * (1 - self.colors)
        self.widths = lw * (0.3 + np.abs(W))
        self.edges, self.gone = LineCollection([], capstyle="round"), Line2D([], [], ls="", marker="o", ms=size)
        self.gone.set(mfc=style.PAPER, mec=style.LIGHT, mew=1.2 if whole else 0.6)
        self.crosses = Line2D([], [], ls="", marker="x", ms=0.45 * size, mec=style.LIGHT, mew=1.5, visible=whole)
        self.on = Line2D([], [], ls="", marker="o", ms=size, mec=style.PAPER, mew=1.5 if whole else 0, mfc=UNIT)
        self.ends = Line2D([], [], ls="", marker="o", ms=size, mec=style.PAPER, mew=1.5 if whole else 0, mfc=style.INK)
        for artist in self.artists:
            ax.add_artist(artist)

    @property
    def artists(self) -> list:
        """What moves, in the order of painting."""
        return [self.edges, self.gone, self.crosses, self.on, self.ends]

    def update(self, t: Thinned, example: int) -> None:
        """Show which units stay for this example, and only the connections between them."""
        stays = [s[example] for s in t.stays]
        live = np.concatenate([np.outer(a, b).ravel() for a, b in pairwise(stays)])
        order = np.flatnonzero(live)[np.argsort(self.widths[live])]
        self.edges.set_segments(self.segments[order])
        self.edges.set(colors=self.colors[order], linewidths=self.widths[order])
        gone = np.concatenate([place[~s] for place, s in zip(self.places, stays, strict=True)])
        for line in (self.gone, self.crosses):
            line.set_data(*gone.T)
        self.on.set_data(*np.concatenate([p[s] for p, s in zip(self.places[1:-1], stays[1:-1], strict=True)]).T)
        self.ends.set_data(*np.concatenate([self.places[0][stays[0]], self.places[-1]]).T)


class ThinnedPicture(Picture):
    """`update(Thinned)`: the network of the first example, large, and those of twelve others.

    A dropped unit is a hollow circle with a cross, its connections are gone. Connections are blue where the weight is
    positive, vermillion where it is negative.
    """

    def __init__(self, t: Thinned) -> None:
        super().__init__(style.figure(11.0, 5.8), "A network whose units are dropped at random.", inks=INKS)
        with style.styled():
            left, right = (self.figure.add_axes((x, 0.03, width, 0.77)) for x, width in ((0.035, 0.47), (0.545, 0.45)))
            left.set(xlim=(-0.06, 1.06), ylim=(0, 1))
            right.set(xlim=(0, COLUMNS), ylim=(0, ROWS))
            for ax, title in ((left, "This example"), (right, "Twelve others of the same mini-batch")):
                ax.set_title(title, loc="left")
                ax.set_axis_off()
            self._sketches = [Sketch(left, t, (0, 0, 1, 1), size=17, lw=3.2, whole=True)]
            self._sketches += [Sketch(right, t, (c + 0.1, r + 0.04, 0.78, 0.88), size=5.5, lw=1.0, whole=False)
                               for r in reversed(range(ROWS)) for c in range(COLUMNS)]
        self.animate(*(artist for sketch in self._sketches for artist in sketch.artists))

    def update(self, t: Thinned) -> None:
        """Show `t`, which has at least 13 examples."""
        for example, sketch in enumerate(self._sketches):
            sketch.update(t, example)
        self.set_title(thinned_headline(t), thinned_details(t))


# ------------------------------------------------------------------------------------------------ two inputs
def table_headline(t: Table) -> str:
    """Whether the rule is exact here (=), off by less than two digits show (≈), or by more (≠)."""
    mean, scaled = _two(t.mean), _two(t.scaled)
    sign = "=" if math.isclose(t.mean, t.scaled, abs_tol=1e-9) else "≈" if mean == scaled else "≠"
    return f"mean over the four masks {mean} {sign} one scaled pass {scaled}"


def table_details(t: Table) -> str:
    """What was put in."""
    a, b = t.inputs
    return f"keep {t.keep:.2f}   ·   w₁x₁ = {_two(a)}, w₂x₂ = {_two(b)}   ·   {UNITS.get(t.unit, t.unit)} unit"


def _two(x: float) -> str:
    return f"{x + 0.0:.2f}".replace("-", "−")


class TablePicture(Picture):
    """`update(Table)`: a row per mask with the little network, how likely it is, its answer, and the product; below the
    mean over the masks and the answer of one pass in which every input counts `keep` times.
    """

    HEADS = ((0.02, "mask"), (0.17, "how likely"), (0.405, "answer"), (0.705, "likely × answer"))
    Y = (4.55, 3.55, 2.55, 1.55)
    ENDS = (0.5, -0.35)
    ANSWER, PRODUCT, SCALE, LEFT = 0.583, 0.883, 0.0212, 0.178
    """Where the bars of both columns begin, their length per unit, and how far left of them the numbers stand: answers
    reach from −5 to 5, and a bar must neither cover a number nor leave the picture."""

    def __init__(self) -> None:
        super().__init__(style.figure(11.0, 5.6), "Four masks of a unit with two inputs.", inks=INKS)
        with style.styled():
            self.ax = ax = self.figure.add_axes((0.01, 0.01, 0.98, 0.83))
            ax.set(xlim=(0, 1), ylim=(-0.9, 5.5))
            ax.set_axis_off()
            for x, title in self.HEADS:
                ax.text(x, 5.15, title, size=style.TITLE)
            ax.plot((0.02, 0.98), (1.0, 1.0), color=style.GREY, lw=1)
            for y, name in zip(self.ENDS, ("mean over the masks", "one pass, every input × keep"), strict=True):
                ax.text(0.02, y, name, va="center", weight="bold")
            for x in (self.ANSWER, self.PRODUCT):
                ax.plot((x, x), (1.15, 4.95), color=style.LIGHT, lw=1)
            ax.plot((self.PRODUCT,) * 2, (-0.75, 0.9), color=style.LIGHT, lw=1)
            self._bars = PatchCollection([Rectangle((0, 0), 0, 0)])
            ax.add_artist(self._bars)
            self._numbers = [Words(0, 0, ax.transData, size=style.TEXT, level="middle") for _ in range(14)]
            self._icons()
        self.animate(self._bars, *self._numbers)

    def _icons(self) -> None:
        """The little networks of the four masks stand still."""
        for y, mask in zip(self.Y, ((1, 1), (1, 0), (0, 1), (0, 0)), strict=True):
            for up, stays in zip((0.24, -0.24), mask, strict=True):
                if stays:
                    self.ax.plot((0.035, 0.095), (y + up, y), color=UP, lw=2.5, zorder=1)
                self.ax.plot(0.035, y + up, marker="o", ms=12, mfc=style.INK if stays else style.PAPER,
                             mec=style.INK if stays else style.LIGHT, zorder=2)
            self.ax.plot(0.095, y, marker="o", ms=15, mfc=UNIT, mec=style.PAPER, zorder=2)

    def update(self, t: Table) -> None:
        """Show `t`."""
        agree = math.isclose(t.mean, t.scaled, abs_tol=1e-9)
        product = t.probability * t.output
        bars = [(0.17, y, 0.16 * p, style.LIGHT) for y, p in zip(self.Y, t.probability, strict=True)]
        said = [(0.18 + width, y, f"{width / 0.16:.2f}") for _, y, width, _ in bars]
        columns = ((self.ANSWER, self.Y, t.output, [UNIT] * 4), (self.PRODUCT, self.Y, product, [MEMBERS] * 4),
                   (self.PRODUCT, self.ENDS, (t.mean, t.scaled), (MEMBERS, UNIT if agree else RULE)))
        for x, rows, values, colors in columns:
            bars += [(x, y, self.SCALE * v, color) for y, v, color in zip(rows, values, colors, strict=True)]
            said += [(x - self.LEFT, y, _two(v)) for y, v in zip(rows, values, strict=True)]
        self._bars.set_paths([Rectangle((x, y - 0.25), width, 0.5) for x, y, width, _ in bars])
        self._bars.set_facecolor([to_rgba(color) for *_, color in bars])
        for words, (x, y, text) in zip(self._numbers, said, strict=True):
            words.x, words.y = x, y
            words.set_text(text)
        self.set_title(table_headline(t), table_details(t))


# ------------------------------------------------------------------------------------------------ many masks
def averages_headline(a: Averages) -> str:
    """Who is nearer to the mean over all masks."""
    if not a.scaling_error:
        return "the weight scaling rule is exact here; the mean of k masks never quite is"
    ahead = "the mean of k masks" if a.k > a.crossover else "the weight scaling rule"
    return f"{ahead} is nearer to the mean over all masks"


def averages_details(a: Averages) -> str:
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
        ax = self._left = self.figure.add_axes((0.03, 0.17, 0.44, 0.60))
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
        self.set_title(averages_headline(a), averages_details(a))
