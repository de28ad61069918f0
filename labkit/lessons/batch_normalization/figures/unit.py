"""A batch on its way through one unit with batch norm: drag one input, and every output moves."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.headline import spoken
from labkit.figures.picture import Picture
from labkit.figures.style import reading
from labkit.lessons.batch_normalization.experiments import Unit

Array = np.ndarray
OTHERS, DRAGGED, STATISTICS, STEEP = style.BLUE, style.VERMILLION, style.GREEN, style.SKY
WIDE = 7.0
"""The number lines run from −WIDE to WIDE; what lies beyond is drawn at the end."""
HEIGHTS = {"sigmoid": (-0.1, 1.1), "tanh": (-1.2, 1.2), "relu": (-0.6, 7.4)}
STAGES = ("input x", "normalised x̂", "output y = γx̂ + β")


# ------------------------------------------------------------------------------------------------ in words
def headline(u: Unit) -> str:
    """What the drag did, in one short sentence."""
    m = len(u.x)
    if not u.dragged:
        return f"{u.mode.capitalize()}: move the orange point"
    outputs = f"all {m} outputs" if u.moved == m else "only its own output" if u.moved == 1 else f"{u.moved} outputs"
    return f"{u.mode.capitalize()}: one input moved, and {outputs}"


def details(u: Unit) -> str:
    """The statistics that were used, and where the outputs meet the activation."""
    whose = "this batch" if u.mode == "training" else "running averages"
    m, silent = len(u.x), int((u.y <= 0).sum())
    meets = f"{silent} of {m} silent" if u.activation == "relu" else f"{u.steep} of {m} where it is steep"
    return f"{whose}: mean {reading(u.mean, 3)}, std {reading(u.std, 3)}   ·   {spoken(u.activation)}: {meets}"


# ------------------------------------------------------------------------------------------------ one unit
class UnitPicture(Picture):
    """`update(Unit)`: left the batch on three number lines, x, x̂ and y, with grey rings where it was before the drag;
    right the activation that is met by y, with its steep part shaded.
    """

    def __init__(self) -> None:
        super().__init__(style.figure(11.0, 5.4), "A batch on its way through one unit.",
                         inks=(style.INK, style.BLACK, style.GREY, style.LIGHT, style.FAINT, OTHERS, DRAGGED,
                               STATISTICS, STEEP))
        self._activation = ""
        with style.styled():
            self._ways = LineCollection([], colors=OTHERS, lw=1, alpha=0.5)
            self._way = Line2D([], [], color=DRAGGED, lw=1.5)
            self._before = _dots(style.GREY, "o", 11, mfc="none", mew=1.3)
            self._points, self._point = _dots(OTHERS, "o", 9), _dots(DRAGGED, "D", 11)
            self._bar = LineCollection([], colors=STATISTICS, lw=6)
            self._mean = _dots(STATISTICS, "|", 20, mew=4)
            self._lines()
            self._part = PolyCollection([], fc=STEEP, alpha=0.3, lw=0)
            self._curve = Line2D([], [], color=style.INK, lw=2.5)
            self._met, self._met_one = _dots(OTHERS, "o", 9), _dots(DRAGGED, "D", 11)
            self._right = self._bend()
        self.animate(self._ways, self._way, self._bar, self._mean, self._before, self._points,
                     self._point, self._part, self._curve, self._met, self._met_one)

    def _lines(self) -> None:
        ax = self.figure.add_axes((0.135, 0.165, 0.475, 0.64))
        ax.set(xlim=(-WIDE - 0.3, WIDE + 0.3), ylim=(-0.35, 2.6), xticks=np.arange(-6, 7, 2))
        ax.set_yticks((2, 1, 0), [stage.replace(" y =", "\ny =") for stage in STAGES])
        ax.tick_params(axis="y", length=0)
        ax.spines["left"].set_visible(False)
        ax.hlines((0, 1, 2), -WIDE, WIDE, color=style.LIGHT, lw=1.5)
        ax.vlines(0, 0, 2, color=style.FAINT, lw=1.5)
        for artist in (self._ways, self._way, self._bar, self._mean, self._before, self._points, self._point):
            ax.add_artist(artist)
        style.key_below(ax, [self._before, self._bar], ["before the drag", "mean ± std that are used"])

    def _bend(self) -> Axes:
        ax = self.figure.add_axes((0.69, 0.165, 0.295, 0.64))
        ax.set(xlim=(-WIDE, WIDE), xlabel="y", xticks=np.arange(-6, 7, 3))
        ax.grid(axis="y")
        for artist in (self._part, self._curve, self._met, self._met_one):
            ax.add_artist(artist)
        style.key_below(ax, [self._part], ["steep part"], side="right")
        return ax

    def update(self, u: Unit) -> None:
        """Show `u`."""
        if u.activation != self._activation:
            self._activation = u.activation
            self._draw_bend(u)
        now, before = (np.clip(stages[:3], -WIDE, WIDE) for stages in ((u.x, u.x_hat, u.y), u.stayed))
        rows = np.broadcast_to(np.array([[2.0], [1.0], [0.0]]), now.shape)
        self._ways.set_segments(np.stack([now.T, rows.T], axis=2)[:-1])
        self._way.set_data(now[:, -1], rows[:, -1])
        self._before.set_data(before.ravel(), rows.ravel())
        self._points.set_data(now[:, :-1].ravel(), rows[:, :-1].ravel())
        self._point.set_data(now[:, -1], rows[:, -1])
        self._bar.set_segments([[(u.mean - u.std, 2.33), (u.mean + u.std, 2.33)]])
        self._mean.set_data([u.mean], [2.33])
        self._met.set_data(now[2, :-1], u.h[:-1])
        self._met_one.set_data(now[2, -1:], u.h[-1:])
        self.set_title(headline(u), details(u))

    def _draw_bend(self, u: Unit) -> None:
        """Draw this activation, and its steep part, from now on."""
        y, h, in_part = u.bend
        steep, (bottom, top) = y[in_part], HEIGHTS.get(u.activation, (-1.6, 7.4))
        self._curve.set_data(y, h)
        self._part.set_verts([[(steep[0], bottom), (steep[0], top), (steep[-1], top), (steep[-1], bottom)]])
        self._right.set(ylim=(bottom, top))
        self._right.set_title(f"{spoken(u.activation)}(y)", loc="left")
        self.invalidate()


def _dots(color: str, marker: str, size: float, **looks: float | str) -> Line2D:
    return Line2D([], [], color=color, marker=marker, ms=size, ls="", **looks)
