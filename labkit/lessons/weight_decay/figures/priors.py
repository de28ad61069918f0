"""A belief about weights: its ball, which the loss touches, and its prior, which has a kink at 0 or has none."""

import math

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.picture import Picture
from labkit.figures.style import number
from labkit.lessons.weight_decay.experiments.priors import Prior
from labkit.lessons.weight_decay.figures.shrinkage import BALL, CIRCLE, HERE, RINGS, VALLEY, WAY, fixed

Array = np.ndarray


def penalty_name(p: Prior) -> str:
    """What the penalty is called."""
    if p.share == 1 or p.p == 1:
        return "L1, the lasso"
    if p.p == 2:
        return "L2, ridge" if p.share == 0 else "L1 + L2, elastic net"
    return f"|w| to the power {number(p.p)}{', with L1' if p.share else ''}"


def prior_headline(p: Prior) -> str:
    """Which weights are exactly 0."""
    zeros = [f"w{i}" for i, w in zip("₁₂", p.w, strict=True) if w == 0]
    what = "no weight is 0" if not zeros else f"{' and '.join(zeros)} {'is' if len(zeros) == 1 else 'are'} exactly 0"
    return f"{penalty_name(p)}: {what}"


def prior_details(p: Prior) -> str:
    """The setting, the weights, and what the prior looks like at 0."""
    kink = "a peak with a kink at 0" if p.p <= 1 or p.share > 0 else "smooth at 0"
    return (f"λ {number(p.lam)}   ·   power {number(p.p)}   ·   share of L1 {number(p.share)}   ·   "
            f"w = ({fixed(p.w[0])}, {fixed(p.w[1])})   ·   prior: {kink}")


class PriorPicture(Picture):
    """`update(Prior)`: left the contours of the loss and the ball of the penalty at ŵ; right the prior of a weight."""

    def __init__(self) -> None:
        super().__init__(style.figure(11.0, 5.6), "Contours of a loss, touched by the ball of a penalty; its prior.",
                         inks=(style.INK, style.GREY, style.LIGHT, style.FAINT, BALL, VALLEY, WAY, HERE))
        with style.styled():
            self._map()
            self._density()
        self.animate(self._rings, self._ball, self._contour, self._best, self._here, self._prior, self._at)

    def _map(self) -> None:
        ax = self.figure.add_axes((0.03, 0.06, 0.42, 0.74))
        ax.set(xlim=(-1.15, 2.05), ylim=(-1.15, 2.05), aspect="equal", xticks=(), yticks=(), anchor="W")
        for line in (ax.axhline, ax.axvline):
            line(0, color=style.LIGHT, lw=1.5, zorder=0)
        ax.text(1.99, 0.05, "w₁", ha="right", va="bottom")
        ax.text(0.06, 1.99, "w₂", va="top")
        self._rings = PolyCollection([], fc="none", ec=VALLEY, lw=1)
        self._ball = PolyCollection([], fc=BALL, alpha=0.35, ec=BALL, lw=2.5)
        self._contour = Line2D([], [], color=WAY, lw=2.5)
        self._best = Line2D([], [], color=style.INK, marker="*", ms=17, ls="")
        self._here = Line2D([], [], color=HERE, marker="o", ms=12, mec=style.PAPER, ls="")
        for artist in (self._rings, self._ball, self._contour, self._best, self._here):
            ax.add_artist(artist)

    def _density(self) -> None:
        ax = self.figure.add_axes((0.53, 0.19, 0.455, 0.55))
        ax.set(xlim=(-1.5, 1.5), ylim=(0, 1.08), xlabel="one weight", xticks=(-1, 0, 1), yticks=())
        ax.set_title("Prior of one weight, for 10 examples", loc="left", size=style.TEXT)
        ax.axvline(0, color=style.LIGHT, lw=1.5, zorder=0)
        self._prior = Line2D([], [], color=BALL, lw=3.5)
        self._at = Line2D([], [], color=HERE, marker="o", ms=11, mec=style.PAPER, ls="")
        for artist in (self._prior, self._at):
            ax.add_artist(artist)
        style.key_below(ax, [self._best, self._here, self._contour, self._ball],
                        ["loss alone", "with penalty", "loss there", "penalty there"], side="right")

    def update(self, p: Prior) -> None:
        """Show `p`."""
        curvature, Q = np.linalg.eigh(p.H)
        ring = CIRCLE / np.sqrt(curvature / 2) @ Q.T            # ½ zᵀHz = 1
        height = (p.w - p.best) @ p.H @ (p.w - p.best) / 2
        self._rings.set_verts([p.best + math.sqrt(level) * ring for level in RINGS])
        self._contour.set_data(*(p.best + math.sqrt(height) * ring).T)
        self._ball.set_verts([p.ball])
        self._best.set_data(*p.best[:, None])
        self._here.set_data(*p.w[:, None])
        self._prior.set_data(p.weights, p.prior)
        self._at.set_data(p.w, np.interp(p.w, p.weights, p.prior))
        self.set_title(prior_headline(p), prior_details(p))
