"""A network whose units blink out: the large one of this example, and those of twelve others."""

from itertools import pairwise

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.picture import Picture
from labkit.figures.style import power
from labkit.lessons.dropout.experiments import Thinned

Array = np.ndarray
UP, DOWN, UNIT = style.BLUE, style.VERMILLION, style.GREEN
INKS = (style.INK, style.BLACK, style.GREY, style.LIGHT, style.FAINT, style.BLUE, style.VERMILLION, style.GREEN)
COLUMNS, ROWS = 4, 3
"""How the other examples' networks are laid out."""


def headline(t: Thinned) -> str:
    """How many units stay."""
    units = sum(s.shape[1] for s in t.stays[:-1])
    return f"keep {t.keeps[1]:.2f}: {t.staying} of {units} units stay for this example"


def details(t: Thinned) -> str:
    """How many networks there are."""
    inputs = f"inputs are kept with {t.keeps[0]:.2f}   ·   " if t.keeps[0] < 1 else ""
    n = t.droppable
    return (f"{inputs}{n} units may go: {power(n, 2)} = {2**n:,} networks share one set of weights" if n
            else "nothing is dropped: one network")


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
    def artists(self) -> list[Artist]:
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
        self.set_title(headline(t), details(t))
