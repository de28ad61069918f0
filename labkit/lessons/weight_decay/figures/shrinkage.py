"""How penalties pull weights towards zero: two balls that touch a valley, penalty or decay, histograms."""

import math
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.picture import Picture, Still, still
from labkit.figures.series import all_runs
from labkit.figures.style import number, percent
from labkit.fits import Positive
from labkit.lessons.weight_decay.experiments.shrinkage import Decays, Tangency

Array = np.ndarray
BALL, VALLEY, WAY, HERE = style.ORANGE, style.SKY, style.BLUE, style.VERMILLION
TURN = np.linspace(0, 2 * math.pi, 121)
CIRCLE = np.stack([np.cos(TURN), np.sin(TURN)], axis=1)
DIAMOND = np.array([[1, 0], [0, 1], [-1, 0], [0, -1], [1, 0]], float)
RINGS = (0.05, 0.2, 0.5, 1.0, 1.7)
"""Heights of the faint contours."""
LARGE, SMALL = style.VERMILLION, style.BLUE


# ------------------------------------------------------------------------------------------------ two weights
def tangency_headline(t: Tangency) -> str:
    """Which weights are exactly 0."""
    if t.lam == 0:
        return "no penalty: both stand at the loss's own minimum"
    zeros = [f"w{i}" for i, w in (("₁", t.l1[0]), ("₂", t.l1[1])) if w == 0]
    if not zeros:
        return "both penalties shrink the weights, and none is 0"
    both = "both weights are" if len(zeros) == 2 else f"{zeros[0]} is"
    return f"with L1 {both} exactly 0; with L2 none is"


def tangency_details(t: Tangency) -> str:
    """Both pairs of weights."""
    return (f"λ = {number(t.lam)}   ·   L2: w = ({fixed(t.l2[0])}, {fixed(t.l2[1])})   ·   "
            f"L1: w = ({fixed(t.l1[0])}, {fixed(t.l1[1])})")


def fixed(x: float) -> str:
    """Two decimals, and a bare 0 for nothing but what is exactly zero.

    >>> fixed(-0.123), fixed(-0.004), fixed(0.0)
    ('−0.12', '−0.004', '0')
    """
    return number(x, 1) if abs(x) < 0.005 else f"{x:.2f}".replace("-", "−")


class TangencyPicture(Picture):
    """`update(Tangency)`: a valley twice, touched by a circle and by a diamond at ŵ; both shrink as λ grows."""

    def __init__(self) -> None:
        super().__init__(style.figure(11.0, 5.8), "Contours of a loss, touched by a circle and by a diamond.",
                         inks=(style.INK, style.GREY, style.LIGHT, BALL, VALLEY, WAY, HERE))
        with style.styled():
            self._sides = [_Side(self.figure.add_axes((x, 0.09, 0.36, 0.685)), title, ball)
                           for x, title, ball in ((0.07, "L2: a circle", CIRCLE), (0.57, "L1: a diamond", DIAMOND))]
        self.animate(*(artist for side in self._sides for artist in side.artists))

    def update(self, t: Tangency) -> None:
        """Show `t`."""
        for side, w, path in zip(self._sides, (t.l2, t.l1), (t.l2_path, t.l1_path), strict=True):
            side.update(t, w, path)
        self.set_title(tangency_headline(t), tangency_details(t))


class _Side:
    """One penalty: the rings of the loss, the one that passes through ŵ, the ball that does, and the way of ŵ."""

    def __init__(self, ax: Axes, title: str, ball: Array) -> None:
        ax.set(xlim=(-1.15, 2.05), ylim=(-1.15, 2.05), aspect="equal", xticks=(), yticks=())
        ax.set_title(title, loc="left")
        for line in (ax.axhline, ax.axvline):
            line(0, color=style.LIGHT, lw=1.5, zorder=0)
        ax.text(1.99, 0.05, "w₁", ha="right", va="bottom")
        ax.text(0.06, 1.99, "w₂", va="top")
        self._shape, self._sum = ball, np.abs if ball is DIAMOND else np.square
        self._rings = PolyCollection([], fc="none", ec=VALLEY, lw=1)
        self._ball = PolyCollection([], fc=BALL, alpha=0.35, ec=BALL, lw=2.5)
        self._contour = Line2D([], [], color=WAY, lw=2.5)
        self._way = Line2D([], [], color=style.INK, lw=2, ls=":")
        self._best = Line2D([], [], color=style.INK, marker="*", ms=17, ls="")
        self._here = Line2D([], [], color=HERE, marker="o", ms=12, mec=style.PAPER, ls="")
        self.artists = [self._rings, self._ball, self._contour, self._way, self._best, self._here]
        for artist in self.artists:
            ax.add_artist(artist)

    def update(self, t: Tangency, w: Array, path: Array) -> None:
        curvature, Q = np.linalg.eigh(t.H)
        ring = CIRCLE / np.sqrt(curvature / 2) @ Q.T            # ½ zᵀHz = 1
        height = (w - t.best) @ t.H @ (w - t.best) / 2
        radius = np.sum(self._sum(w))
        radius = radius if self._sum is np.abs else math.sqrt(radius)
        self._rings.set_verts([t.best + math.sqrt(level) * ring for level in RINGS])
        self._contour.set_data(*(t.best + math.sqrt(height) * ring).T)
        self._ball.set_verts([radius * self._shape])
        self._way.set_data(*path.T)
        self._best.set_data(*t.best[:, None])
        self._here.set_data(*w[:, None])


# ------------------------------------------------------------------------------------------------ penalty or decay
def decays_headline(d: Decays) -> str:
    """What Adam makes of the penalty."""
    large, small = d.means[1, :, -1]
    decay = _share(d.decay_only[-1])
    return (f"Adam with a penalty: {_share(large)} left where gradients are large, {_share(small)} where small; "
            f"decay {decay}")


def decays_details(d: Decays) -> str:
    """The setting, and how many runs the means are of."""
    return (f"mean of {d.copies} runs, {len(d.decay_only) - 1} steps   ·   λ {number(d.lam)}   ·   "
            f"learning rate {number(d.lr)}   ·   noise in the gradient: "
            f"{number(d.high_noise)} and {number(d.low_noise)}")


def _share(x: float) -> str:
    return percent(abs(x))


class DecayPicture(Picture):
    """`update(Decays)`: a panel per algorithm, in each the weight with large gradients and the one with small."""

    def __init__(self, steps: int, names: tuple[str, ...]) -> None:
        super().__init__(style.figure(11.0, 5.2), "Two weights under three algorithms.",
                         inks=(style.INK, style.GREY, style.LIGHT, style.FAINT, LARGE, SMALL))
        with style.styled():
            axes = [self.figure.add_axes((0.06 + 0.32 * i, 0.20, 0.275, 0.565)) for i in range(len(names))]
            self._lines = [self._panel(ax, name, steps) for ax, name in zip(axes, names, strict=True)]
            style.key_below(axes[0], [self._lines[0][1], self._lines[0][2], self._lines[0][0]],
                            ["weight with large gradients", "with small gradients", "decay alone, (1 − lr λ)ᵗ"])
        self.animate(*(line for lines in self._lines for line in lines))

    def _panel(self, ax: Axes, name: str, steps: int) -> list[Line2D]:
        ax.set(xlim=(0, steps), ylim=(-0.03, 1.05), xlabel="step", yticks=(0, 0.5, 1))
        ax.set_title(name, loc="left")
        ax.grid(axis="y")
        lines = [Line2D([], [], color=style.LIGHT, lw=8), Line2D([], [], color=LARGE, lw=3),
                 Line2D([], [], color=SMALL, lw=3, ls="--")]
        for line in lines:
            ax.add_artist(line)
        return lines

    def update(self, d: Decays) -> None:
        """Show `d`."""
        steps = np.arange(len(d.decay_only))
        for lines, means in zip(self._lines, d.means, strict=True):
            for line, y in zip(lines, (d.decay_only, *means), strict=True):
                line.set_data(steps, np.clip(y, -9, 9))
        self.set_title(decays_headline(d), decays_details(d))


# ------------------------------------------------------------------------------------------------ finished pictures
def weight_histograms(groups: Mapping[str, Array], *, limit: Positive, description: str) -> Still:
    """A histogram of weights per name, side by side on one log scale; exact zeros are a bar of their own."""
    all_runs("weight_histograms", groups)
    drawn = style.figure(11, 4.4)
    with style.styled():
        axes = drawn.subplots(1, len(groups), sharey=True, squeeze=False)[0]
        for ax, (name, w) in zip(axes, groups.items(), strict=True):
            zero = float(np.mean(w == 0))
            counts, edges = np.histogram(w[w != 0], 81, (-limit, limit))
            ax.stairs(counts / len(w), edges, fill=True, color=WAY)
            ax.vlines(0, 1e-5, max(zero, 1e-5), color=style.INK, lw=5)
            ax.set(title=f"{name}\nexactly 0: {percent(zero)}", yscale="log", ylim=(1e-5, 1.5), xlabel="weight",
                   xlim=(-limit, limit))
        axes[0].set_ylabel("share of the weights")
        drawn.tight_layout(w_pad=2)
    return still(drawn, description)
