"""The path of gradient descent in the plane of two weights, and a compass that counts the directions of its steps."""

import math

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from labkit.figures import style
from labkit.figures.picture import Picture
from labkit.figures.style import number
from labkit.lessons.activations.experiments.zigzag import Zigzag

Array = np.ndarray
PATH, OTHERS, STEPS = style.BLUE, style.SKY, style.VERMILLION
LEVELS, FEW = (0.1, 0.3, 0.6, 1.0, 1.5, 2.1), 5
"""Contours at these multiples of the first distance, along the valley; and how many other runs are drawn faintly."""


def headline(d: Zigzag) -> str:
    """What the steps do, in one short sentence."""
    return f"{100 * d.share:.0f} % of the steps move both weights the same way"


def details(d: Zigzag) -> str:
    """The inputs, and how long the way was."""
    runs, steps = d.path.shape[0], d.path.shape[1] - 1
    way = f"not near the goal in {steps} steps" if math.isinf(d.arrival) else f"near the goal in {d.arrival:g} steps"
    return (f"inputs from {number(d.offset - 0.5)} to {number(d.offset + 0.5)}   ·   {d.batch} per step   ·   "
            f"{way} (median of {runs} runs)")


class ZigzagPicture(Picture):
    """`update(Zigzag)`: on the left the paths on the contours of the loss, the first in full, a few more faintly; on
    the right the share of steps in each direction, with the quadrants shaded in which both weights move the same way.
    """

    def __init__(self, start: tuple[float, float], goal: tuple[float, float]) -> None:
        super().__init__(style.figure(11.0, 5.6), "Paths of gradient descent on a model with two weights.",
                         inks=(style.INK, style.BLACK, style.GREY, style.LIGHT, style.FAINT, PATH, OTHERS, STEPS))
        self._goal, self._far = np.array(goal), math.dist(start, goal)
        with style.styled():
            self._contours = PolyCollection([], fc="none", ec=style.LIGHT, lw=1.2)
            self._others = PolyCollection([], closed=False, fc="none", ec=OTHERS, lw=1.2)
            self._path = Line2D([], [], color=PATH, marker="o", ms=5, lw=2)
            self._start, self._end = (Line2D([x], [y], color=style.INK, marker=marker, ms=size, ls="")
                                      for (x, y), marker, size in ((start, "s", 9), (goal, "*", 17)))
            self._rose = PolyCollection([], fc=STEPS, ec=style.PAPER, lw=0.8)
            self._needed = Line2D([], [], color=style.INK, lw=2.5, ls="--")
            self._plane((0.075, 0.165, 0.44, 0.63))
            self._compass((0.60, 0.165, 0.36, 0.63), np.subtract(goal, start) / self._far)
        self.animate(self._contours, self._others, self._path, self._start, self._end, self._rose,
                     self._needed)

    def _plane(self, place: tuple[float, float, float, float]) -> None:
        ax = self.figure.add_axes(place)
        ax.set_title("Paths on the loss surface", loc="left")
        ax.set(xlim=(-0.75, 1.75), ylim=(-1.75, 0.75), xticks=(-0.5, 0, 0.5, 1, 1.5), yticks=(-1.5, -1, -0.5, 0, 0.5),
               xlabel="weight $w_1$", ylabel="weight $w_2$", aspect="equal", anchor="W")
        for artist in (self._contours, self._others, self._path, self._start, self._end):
            ax.add_artist(artist)
        style.key_below(ax, [self._start, self._end, self._path, Line2D([], [], color=OTHERS)],
                        ["start", "goal", "a run", "other runs"])

    def _compass(self, place: tuple[float, float, float, float], needed: Array) -> None:
        ax = self.figure.add_axes(place)
        ax.set_title("Directions of the steps", loc="left")
        ax.set(xlim=(-1.2, 1.2), ylim=(-1.2, 1.2), xticks=(), yticks=(), aspect="equal", anchor="W")
        ax.spines[:].set_visible(False)
        for corner in ((0, 0), (-1.15, -1.15)):
            ax.add_patch(Rectangle(corner, 1.15, 1.15, fc=style.FAINT, lw=0, zorder=0))
        for x, y, sign in ((0.6, 1.0, "both up"), (-0.6, -1.1, "both down")):
            ax.text(x, y, sign, ha="center", color=style.INK, size=style.SMALL)
        ax.text(1.0, -1.1, "needed", ha="center", color=style.INK, size=style.SMALL)
        self._needed.set_data(*np.outer(needed, (0, 1.2)))
        for artist in (self._rose, self._needed):
            ax.add_artist(artist)

    def update(self, d: Zigzag) -> None:
        """Show `d`."""
        self._contours.set_verts(self._ellipses(d.H))
        self._others.set_verts(list(d.path[1:1 + FEW]))
        self._path.set_data(*d.path[0].T)
        self._rose.set_verts(_petals(d.sectors))
        self.set_title(headline(d), details(d))

    def _ellipses(self, H: Array) -> Array:
        """Contours of ½ (w − goal)ᵀ H (w − goal), (levels, points, 2), which cross the valley at LEVELS."""
        curvature, axes = np.linalg.eigh(H)
        turn = np.linspace(0, 2 * math.pi, 80)
        circle = np.stack([np.cos(turn), np.sin(turn)], axis=1) * np.sqrt(curvature[0] / curvature)
        return self._goal + np.multiply.outer(np.multiply(LEVELS, self._far), circle @ axes.T)


def _petals(shares: Array) -> list[Array]:
    """A wedge from the centre for each sector; areas are proportional to the shares, the largest reaches radius 1."""
    edges = np.linspace(0, 2 * math.pi, len(shares) + 1)
    radii = np.sqrt(shares / shares.max())
    return [radius * np.array([(0, 0), *((math.cos(a), math.sin(a)) for a in np.linspace(low, high, 4))])
            for low, high, radius in zip(edges, edges[1:], radii, strict=False) if radius]
