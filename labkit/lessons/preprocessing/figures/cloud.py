"""What preprocessing does to a cloud of points, and what the cloud does to the valley that gradient descent walks down.

On the left the cloud on its way from raw to whitened, in the middle its mean and covariance, on the right the loss of a
linear model with the path of gradient descent.
"""

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.picture import Picture
from labkit.figures.words import Words
from labkit.lessons.preprocessing.experiments import Cloud, Stage

Array = np.ndarray
ONE, OTHER, AXES, PATH = style.BLUE, style.ORANGE, style.INK, style.VERMILLION
RINGS = np.arange(0.3, 1.9, 0.3)
"""Contours of the loss cross the steep direction at these distances; the path starts at 1 in both directions."""
CIRCLE = np.stack([np.cos(np.linspace(0, 2 * math.pi, 120)), np.sin(np.linspace(0, 2 * math.pi, 120))], axis=1)


# ------------------------------------------------------------------------------------------------ in words
def counted(x: float) -> str:
    """A number of steps, or a large ratio, as a person says it: two digits, thousands apart.

    >>> counted(17342.0), counted(23.4), counted(9.96), counted(1.003), counted(math.inf)
    ('17,000', '23', '10', '1', '∞')
    """
    if not math.isfinite(x):
        return style.number(x)
    rounded = float(f"{x:.2g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:.2g}"


def place(cloud: Cloud) -> str:
    """Where on its route the cloud is."""
    here = round(cloud.at)
    if abs(cloud.at - here) < 1e-6:
        return cloud.stages[here]
    return f"{cloud.stages[int(cloud.at)]} → {cloud.stages[int(cloud.at) + 1]}"


def headline(cloud: Cloud) -> str:
    """Stage, condition number and what it costs."""
    name, steps = place(cloud), counted(cloud.steps)
    way = f"{steps} step{'s' * (steps != '1')} to 1 % of the distance"
    return f"{name[0].upper()}{name[1:]}: κ = {counted(cloud.kappa)}, {way}"


def details(cloud: Cloud) -> str:
    """What one step leaves."""
    left = (cloud.kappa - 1) / (cloud.kappa + 1) if math.isfinite(cloud.kappa) else 1.0
    share = f"{100 * left:.2f}" if left > 0.985 else f"{100 * left:.0f}"
    return f"at the best learning rate, each step of gradient descent leaves {share} % of the distance to the minimum"


def alt_text(cloud: Cloud) -> str:
    """The picture in one line, for readers who do not see it."""
    x, y = cloud.stage.mean
    before = f", from {_matrix(cloud.raw)}" if cloud.at > 0 else ""
    return f"{headline(cloud)}. Mean ({_fixed(x)}, {_fixed(y)}), covariance {_matrix(cloud.stage.covariance)}{before}."


def _matrix(C: Array) -> str:
    """A matrix (2, 2) in one line."""
    (a, b), (c, d) = C
    return f"[[{_fixed(a)}, {_fixed(b)}], [{_fixed(c)}, {_fixed(d)}]]"


def _fixed(x: float) -> str:
    """Two decimals, and no minus before a zero."""
    return f"{round(float(x), 2) + 0.0:.2f}".replace("-", "−")


# ------------------------------------------------------------------------------------------------ the live picture
class CloudPicture(Picture):
    """`update(Cloud)` moves the cloud along its route and redraws the valley that belongs to it."""

    def __init__(self) -> None:
        super().__init__(style.figure(11.0, 5.8), "A cloud of points and the loss of a linear model on it.",
                         inks=(style.INK, style.BLACK, style.GREY, style.LIGHT, ONE, OTHER, PATH, style.SKY))
        with style.styled():
            self._route = _Route(self.figure.add_axes((0.03, 0.765, 0.57, 0.07)))
            self._cloud = _Cloud(self.figure.add_axes((0.035, 0.085, 0.35, 0.664)))
            self._table = _Table(self.figure.add_axes((0.41, 0.085, 0.18, 0.664)))
            self._valley = _Valley(self.figure.add_axes((0.635, 0.085, 0.35, 0.664)))
        parts = self._route, self._cloud, self._table, self._valley
        self.animate(*(artist for part in parts for artist in part.artists))

    def update(self, cloud: Cloud) -> None:
        """Show `cloud`."""
        self._route.update(cloud.stages, cloud.at)
        self._cloud.update(cloud.stage, cloud.ahead, cloud.at > 0.99)
        self._table.update(cloud)
        self._valley.update(cloud.kappa, cloud.walk)
        self.set_title(headline(cloud), details(cloud), alt_text(cloud))


class _Route:
    """The stages in a row, with arrows between them, and a pointer below that says where the cloud is."""

    def __init__(self, ax: Axes) -> None:
        ax.set(xlim=(-0.35, 4.35), ylim=(0, 1))
        ax.axis("off")
        for i in range(4):
            ax.text(i + 0.5, 0.55, "→", color=style.GREY, ha="center", size=style.SMALL)
        self._pointer = Line2D([], [], color=PATH, marker="^", ms=10, ls="")
        ax.add_artist(self._pointer)
        self._names = [Words(i, 0.55, ax.transData, size=style.SMALL, align="center") for i in range(5)]
        self.artists = [self._pointer, *self._names]

    def update(self, stages: tuple[str, ...], at: float) -> None:
        self._pointer.set_data([at], [0.2])
        for words, name in zip(self._names, stages, strict=True):
            words.set_text(name)


class _Cloud:
    """The points in two colours, an ellipse at two standard deviations and, once it is centred, the principal axes."""

    def __init__(self, ax: Axes) -> None:
        ax.set(xlim=(-4.2, 11.2), ylim=(-4.2, 11.2), xticks=(0, 5, 10), yticks=(0, 5, 10), aspect="equal")
        for line in (ax.axhline, ax.axvline):
            line(0, color=style.LIGHT, lw=1.2, zorder=0)
        self._points = [Line2D([], [], ls="", marker=marker, ms=4, color=color, mec=style.PAPER, mew=0.3)
                        for marker, color in (("o", ONE), ("s", OTHER))]
        self._ellipse = Line2D([], [], color=style.INK, lw=1.5)
        self._axes = LineCollection([], colors=AXES, lw=3)
        self.artists = [*self._points, self._ellipse, self._axes]
        for artist in self.artists:
            ax.add_artist(artist)

    def update(self, stage: Stage, ahead: Array, axes: bool) -> None:
        for line, which in zip(self._points, (ahead, ~ahead), strict=True):
            line.set_data(*stage.points[which].T)
        self._ellipse.set_data(*(stage.mean + 2 * CIRCLE @ stage.axes).T)
        self._axes.set_segments([[stage.mean, stage.mean + 2 * axis] for axis in stage.axes] if axes else [])


class _Table:
    """Mean, covariance and curvatures in numbers."""

    def __init__(self, ax: Axes) -> None:
        ax.set(xlim=(0, 1), ylim=(0, 1))
        ax.axis("off")
        for y, name in ((0.93, "mean"), (0.70, "covariance"), (0.36, "curvature of the loss"), (0.24, "steepest"),
                        (0.15, "flattest"), (0.04, "ratio κ")):
            ax.text(0.0, y, name, color=style.GREY if y > 0.3 else style.INK, size=style.TEXT)
        for y, high in ((0.80, 0.09), (0.46, 0.20)):
            for x, tip in ((0.0, 0.05), (0.92, 0.87)):
                ax.add_artist(Line2D([tip, x, x, tip], [y, y, y + high, y + high], color=style.INK, lw=1.5))
        places = [(x, y) for y in (0.825, 0.59, 0.49) for x in (0.40, 0.82)] + [(0.92, 0.24), (0.92, 0.15)]
        self.artists = [Words(x, y, ax.transData, align="right") for x, y in places]
        self.artists.append(Words(0.92, 0.04, ax.transData, size=style.TITLE, bold=True, align="right"))

    def update(self, cloud: Cloud) -> None:
        low, high = cloud.curvatures
        numbers = [_fixed(x) for x in (*cloud.stage.mean, *cloud.stage.covariance.ravel())]
        for words, text in zip(self.artists, [*numbers, style.reading(high), style.reading(low), counted(cloud.kappa)],
                               strict=True):
            words.set_text(text)


class _Valley:
    """Contours of the loss over its flattest and its steepest direction, and the walk down."""

    def __init__(self, ax: Axes) -> None:
        ax.set(xlim=(-1.2, 1.2), ylim=(-1.2, 1.2), xticks=(), yticks=(), xlabel="flattest direction",
               ylabel="steepest direction", aspect="equal")
        ax.set_title("The loss of a linear model", loc="left")
        self._rings = PolyCollection([], fc=[(*_rgb(style.SKY), 0.10)], ec=style.SKY, lw=0.8)
        self._walk = Line2D([], [], color=PATH, lw=2, marker="o", ms=5)
        self._goal = Line2D([0], [0], color=style.INK, marker="*", ms=16, ls="")
        self.artists = [self._rings, self._goal, self._walk]
        for artist in self.artists:
            ax.add_artist(artist)

    def update(self, kappa: float, walk: Array) -> None:
        wide = min(math.sqrt(kappa), 1e3)
        self._rings.set_verts(np.multiply.outer(RINGS[::-1], CIRCLE * (wide, 1)))
        self._walk.set_data(*walk.T)


def _rgb(color: str) -> tuple[float, float, float]:
    return tuple(int(color[i:i + 2], 16) / 255 for i in (1, 3, 5))

