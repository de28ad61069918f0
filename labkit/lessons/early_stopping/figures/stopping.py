"""When to stop: a noisy loss with its best evaluation, a bowl with two ways down, and the snapshot that is kept."""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.picture import Picture
from labkit.figures.style import number, percent
from labkit.figures.words import Words
from labkit.lessons.early_stopping.experiments.stopping import Bowl, Patience

Array = np.ndarray
SEEN, TRUTH, KEPT, END, YOURS = style.VERMILLION, style.GREY, style.GREEN, style.INK, style.BLUE
WALK, RIDGE, VALLEY = style.BLUE, style.ORANGE, style.SKY
CIRCLE = np.stack([np.cos(np.linspace(0, 2 * np.pi, 121)), np.sin(np.linspace(0, 2 * np.pi, 121))], axis=1)
RINGS = (0.005, 0.03, 0.1, 0.25, 0.5, 1.0)
HIGH = 0.9
"""Top of the axis for the excess."""
SOON, FAR = 0.02, 0.05
"""A kept loss this near to the minimum is as good; one this far above is clearly worse."""


# ------------------------------------------------------------------------------------------------ patience
def patience_headline(p: Patience) -> str:
    """What became of this run."""
    over = p.truth[p.best] - p.truth.min()
    if over < SOON:
        return f"it keeps evaluation {p.best}: as good as the minimum"
    how = "clearly worse than" if over > FAR else "a little worse than"
    when = "too early" if p.best < p.truth.argmin() else "too late"
    return f"it keeps evaluation {p.best}: {when}, {how} the minimum"


def patience_details(p: Patience) -> str:
    """The setting, and the average."""
    i = p.patience - 1
    return (f"patience {p.patience}   ·   noise {number(p.noise)}   ·   stops after evaluation {p.stop}   ·   on "
            f"average {number(p.excess[i])} above the minimum, {p.evaluations[i]:.0f} evaluations")


class PatiencePicture(Picture):
    """`update(Patience)`: left one run, its best evaluation and its stop; right the gain and cost of every patience."""

    def __init__(self, evaluations: int, most: int) -> None:
        super().__init__(style.figure(11.0, 5.4), "A validation loss, measured with noise.",
                         inks=(style.INK, style.GREY, style.LIGHT, style.FAINT, SEEN, KEPT, YOURS))
        with style.styled():
            self._run(evaluations)
            self._averages(evaluations, most)
        self.animate(self._truth, self._seen, self._after, *self._ends, *self._curves, *self._marks)

    def _run(self, evaluations: int) -> None:
        ax = self.figure.add_axes((0.055, 0.175, 0.50, 0.60))
        ax.set(xlim=(-1, evaluations), ylim=(0.2, 2.15), xlabel="evaluation", yticks=(0.5, 1, 1.5, 2))
        ax.set_title("Validation loss", loc="left")
        ax.grid(axis="y")
        self._truth = Line2D([], [], color=TRUTH, lw=2.5, ls="--")
        self._seen = Line2D([], [], color=SEEN, lw=1.2, marker="o", ms=4)
        self._after = Line2D([], [], color=style.LIGHT, lw=1, marker="o", ms=3)
        self._ends = [Line2D([], [], color=KEPT, lw=3), Line2D([], [], color=END, lw=2, ls=":"),
                      Line2D([], [], color=KEPT, marker="*", ms=18, ls="", mec=style.PAPER)]
        for artist in (self._truth, self._seen, self._after, *self._ends):
            ax.add_artist(artist)
        style.key_below(ax, [self._seen, self._truth, self._ends[2], self._ends[1]],
                        ["measured", "truth", "kept, in truth", "stop"])

    def _averages(self, evaluations: int, most: int) -> None:
        self._curves, self._marks = [], []
        for bottom, title, top, ticks in ((0.515, "Kept loss, above the minimum", HIGH, (0, 0.4, 0.8)),
                                          (0.175, "Evaluations until the stop", evaluations, (0, 50, 100))):
            ax = self.figure.add_axes((0.64, bottom, 0.345, 0.26))
            ax.set(xlim=(0, most + 1), ylim=(-0.02 * top, 1.05 * top), yticks=ticks)
            ax.set_title(f"{title} (mean)", loc="left")
            ax.grid(axis="y")
            self._curves.append(Line2D([], [], color=KEPT if bottom > 0.5 else END, lw=3))
            self._marks.append(Line2D([], [], color=SEEN, marker="o", ms=11, ls="", mec=style.PAPER))
            ax.add_artist(self._curves[-1])
            ax.add_artist(self._marks[-1])
            if bottom > 0.5:
                ax.set_xticklabels(())
        ax.set_xlabel("patience")

    def update(self, p: Patience) -> None:
        """Show `p`."""
        t = np.arange(len(p.truth))
        self._truth.set_data(t, p.truth)
        self._seen.set_data(t[:p.stop + 1], p.seen[:p.stop + 1])
        self._after.set_data(t[p.stop + 1:], p.seen[p.stop + 1:])
        for line, x in zip(self._ends[:2], (p.best, p.stop), strict=True):
            line.set_data([x, x], [0, 3])
        self._ends[2].set_data([p.best], [p.truth[p.best]])
        for curve, mark, y in zip(self._curves, self._marks, (p.excess, p.evaluations), strict=True):
            curve.set_data(p.all_patience, y)
            mark.set_data([p.patience], [min(y[p.patience - 1], curve.axes.get_ylim()[1])])
        self.set_title(patience_headline(p), patience_details(p))


# ------------------------------------------------------------------------------------------------ the bowl
def bowl_headline(b: Bowl) -> str:
    """How far both have come along the two directions."""
    (flat, steep), (flat_ridge, steep_ridge) = b.stopped_shares, b.ridge_shares
    return (f"Flat direction: stopped {percent(flat)}, ridge {percent(flat_ridge)}; "
            f"steep direction: {percent(steep)}, {percent(steep_ridge)}")


def bowl_details(b: Bowl) -> str:
    """The setting, and how far apart the two are."""
    apart = np.linalg.norm(b.path[-1] - ridge_point(b)) / np.linalg.norm(b.best)
    return (f"τα = {number(b.tau * b.lr, 3)}   ·   1/(τα) = {number(b.match, 3)}   ·   λ = {number(b.lam, 3)}   ·   "
            f"apart by {number(100 * apart)} % of the way")


def ridge_point(b: Bowl) -> Array:
    """Where the penalty λ holds the weights: (H + λI)⁻¹ H w*."""
    return np.linalg.solve(b.H + b.lam * np.eye(2), b.H @ b.best)


class BowlPicture(Picture):
    """`update(Bowl)`: left both ways to the minimum; right the share of the way for every curvature."""

    def __init__(self) -> None:
        super().__init__(style.figure(11.0, 5.6), "Gradient descent, stopped, against ridge.",
                         inks=(style.INK, style.GREY, style.LIGHT, style.FAINT, WALK, RIDGE, VALLEY))
        with style.styled():
            self._map()
            self._shares()
        self.animate(self._rings, self._goal, *self._ways, *self._ends, self._match, *self._curves,
                     *self._dots)

    def _map(self) -> None:
        ax = self.figure.add_axes((0.02, 0.10, 0.385, 0.70))
        ax.set(xlim=(-0.45, 0.95), ylim=(-0.15, 1.25), aspect="equal", xticks=(), yticks=(), anchor="W")
        self._rings = PolyCollection([], fc="none", ec=VALLEY, lw=1)
        self._goal = Line2D([], [], color=style.INK, marker="*", ms=18, ls="")
        self._ways = [Line2D([], [], color=RIDGE, lw=2.5, ls="--"), Line2D([], [], color=WALK, lw=2, marker="o", ms=4)]
        self._ends = [Line2D([], [], color=RIDGE, marker="s", ms=13, mec=style.PAPER, ls=""),
                      Line2D([], [], color=WALK, marker="o", ms=13, mec=style.PAPER, ls="")]
        for artist in (self._rings, self._goal, *self._ways, *self._ends):
            ax.add_artist(artist)
        ax.plot([0], [0], color=style.INK, marker="X", ms=11, mec=style.PAPER)

    def _shares(self) -> None:
        ax = self.figure.add_axes((0.50, 0.185, 0.485, 0.585))
        ax.set(xlim=(1e-3, 1.1), ylim=(-0.02, 1.05), xscale="log", xlabel="curvature h", yticks=(0, 0.5, 1))
        ax.set_yticks([0, 0.5, 1], ["0", "50 %", "100 %"])
        ax.set_xticks([1e-3, 1e-2, 1e-1, 1], ["0.001", "0.01", "0.1", "1"])
        ax.minorticks_off()
        ax.set_title("Share of the way to the minimum", loc="left")
        ax.grid(axis="y")
        self._match = Line2D([], [], color=style.GREY, lw=1.5, ls=":")
        self._curves = [Line2D([], [], color=RIDGE, lw=3, ls="--"), Line2D([], [], color=WALK, lw=3)]
        self._dots = [Line2D([], [], color=RIDGE, marker="s", ms=11, mec=style.PAPER, ls=""),
                      Line2D([], [], color=WALK, marker="o", ms=11, mec=style.PAPER, ls="")]
        for artist in (self._match, *self._curves, *self._dots):
            ax.add_artist(artist)
        style.key_below(ax, [(self._ways[1], self._ends[1]), (self._ways[0], self._ends[0]), self._match],
                        ["stopped after τ steps", "ridge with λ", "h = 1/(τα)"], side="right")

    def update(self, b: Bowl) -> None:
        """Show `b`."""
        curvature, Q = np.linalg.eigh(b.H)
        ring = CIRCLE / np.sqrt(curvature / 2) @ Q.T
        self._rings.set_verts([b.best + np.sqrt(level) * ring for level in RINGS])
        self._goal.set_data(*b.best[:, None])
        for line, way in zip(self._ways, (b.ridge_path, b.path), strict=True):
            line.set_data(*way.T)
        self._ways[1].set_marker("o" if b.tau <= 60 else "")
        for line, end in zip(self._ends, (ridge_point(b), b.path[-1]), strict=True):
            line.set_data(*end[:, None])
        for curve, dots, y, shares in zip(self._curves, self._dots, (b.ridge_curve, b.stopped_curve),
                                          (b.ridge_shares, b.stopped_shares), strict=True):
            curve.set_data(b.h, y)
            dots.set_data(b.curvatures, shares)
        self._match.set_data([b.match, b.match], [0, 1])
        self.set_title(bowl_headline(b), bowl_details(b))


# ------------------------------------------------------------------------------------------------ in a trainer
class Kept:
    """Beside a run: the validation accuracy of the network as it is and of the snapshot that is kept, and the patience
    that is left.
    """

    ROWS = (2, 1, 0)

    def __init__(self, ax: Axes) -> None:
        ax.set(xlim=(0, 1), ylim=(-0.5, 3.1), xticks=(), yticks=())
        ax.set_title("What is kept", loc="left")
        ax.spines[:].set_visible(False)
        self._troughs = LineCollection([[(0, y), (1, y)] for y in self.ROWS], colors=style.FAINT, lw=16,
                                       capstyle="butt")
        self._bars = LineCollection([], colors=(style.VERMILLION, KEPT, style.INK), lw=16, capstyle="butt")
        for bars in (self._troughs, self._bars):
            ax.add_collection(bars, autolim=False)
        self._words = [Words(0, y + 0.3, ax.transData, size=style.SMALL) for y in self.ROWS]

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        return [self._bars, *self._words]

    def update(self, reading: tuple[float, float, int, int, int]) -> bool:
        """Show (accuracy now, accuracy of the kept snapshot, its step, evaluations since then, patience)."""
        now, kept, step, waited, patience = reading
        shares = (now, kept, min(1.0, waited / patience))
        self._bars.set_segments([[(0, y), (share, y)] for y, share in zip(self.ROWS, shares, strict=True)])
        texts = (f"network now: {percent(now)}", f"kept, of step {step:,}: {percent(kept)}",
                 f"evaluations since the best: {min(waited, patience)} of {patience}{', stop' * (waited >= patience)}")
        for words, text in zip(self._words, texts, strict=True):
            words.set_text(text)
        return False
