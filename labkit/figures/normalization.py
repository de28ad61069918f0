"""Batch normalization: a batch on its way through one unit (live); its course over training, its noise, what it learns.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.lines import Line2D

from labkit.activations import ACTIVATIONS
from labkit.figures import style
from labkit.figures.curves import draw_runs, smoothed
from labkit.figures.lines import draw_lines
from labkit.figures.picture import Picture, Still, still
from labkit.figures.style import number
from labkit.figures.words import Words
from labkit.normalization import HOME, Unit, in_steep_part

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
    if u.x[-1] == HOME:
        return "Training: drag the red point" if u.mode == "training" else "Evaluation: drag the red point"
    outputs = f"all {m} outputs" if u.moved == m else "only its own output" if u.moved == 1 else f"{u.moved} outputs"
    return f"{u.mode.capitalize()}: one input moved, and {outputs}"


def details(u: Unit) -> str:
    """The statistics that were used, and where the outputs meet the activation."""
    whose = "this batch" if u.mode == "training" else "running averages"
    m, silent = len(u.x), int((u.y <= 0).sum())
    meets = f"{silent} of {m} silent" if u.activation == "relu" else f"{u.steep} of {m} where it is steep"
    return f"{whose}: mean {number(u.mean, 3)}, std {number(u.std, 3)}   ·   {u.activation}: {meets}"


def describe(u: Unit) -> str:
    """The picture in one line, for readers who do not see it."""
    return f"{headline(u)}; {details(u).replace('   ·   ', ', ')}."


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
            self._words = [Words(0.012, 0.935, self.figure.transFigure, size=style.HEADLINE, bold=True),
                           Words(0.012, 0.875, self.figure.transFigure)]
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
        self.animate(*self._words, self._ways, self._way, self._bar, self._mean, self._before, self._points,
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
            self._bend_as(u.activation)
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
        for words, text in zip(self._words, (headline(u), details(u)), strict=True):
            words.set_text(text)
        self.description = describe(u)

    def _bend_as(self, activation: str) -> None:
        """Draw this activation, and its steep part, from now on."""
        self._activation, x = activation, np.linspace(-WIDE, WIDE, 1401)
        bottom, top = HEIGHTS.get(activation, (-1.6, 7.4))
        steep = x[in_steep_part(activation, x)]
        self._curve.set_data(x, ACTIVATIONS[activation].f(x))
        self._part.set_verts([[(steep[0], bottom), (steep[0], top), (steep[-1], top), (steep[-1], bottom)]])
        self._right.set(ylim=(bottom, top))
        self._right.set_title(f"{activation}(y)", loc="left")
        self.invalidate()


def _dots(color: str, marker: str, size: float, **looks: float | str) -> Line2D:
    return Line2D([], [], color=color, marker=marker, ms=size, ls="", **looks)


# ------------------------------------------------------------------------------------------------ over training
def figure_one(accuracy: Mapping[str, Array], tracks: Mapping[str, Array], *, every: int, description: str,
               window: int = 3) -> Still:
    """The picture of Ioffe & Szegedy 2015: left accuracy (looks, runs) recorded every `every` steps, one group a name;
    then a panel a name with the percentiles (steps, 3) of the input of one unit, means of `window` steps.
    """
    drawn = style.figure(11, 4.7)
    with style.styled():
        runs = drawn.add_axes((0.06, 0.14, 0.315, 0.77))
        draw_runs(runs, {name: 100 * values for name, values in accuracy.items()}, every=every)
        runs.set(xlabel="step", ylim=(0, 100))
        runs.set_title("Test accuracy, %", loc="left")
        width = 0.41 / len(tracks)
        axes = [drawn.add_axes((0.55 + i * (width + 0.025), 0.14, width, 0.77)) for i in range(len(tracks))]
        low, high = (limit(t.min() if limit is min else t.max() for t in tracks.values()) for limit in (min, max))
        for ax, (title, percentiles) in zip(axes, tracks.items(), strict=True):
            _track(ax, percentiles, window)
            ax.set(xlabel="step", ylim=(low, high), xlim=(0, len(percentiles)))
            ax.locator_params(axis="x", nbins=3)
            ax.set_title(title, loc="left")
            ax.tick_params(labelleft=ax is axes[0])
        axes[0].set_ylabel("input of one unit")
    return still(drawn, description)


def _track(ax: Axes, percentiles: Array, window: int) -> None:
    """The middle of a distribution as a line, its 15th to 85th percentile as a band, over the steps."""
    low, middle, high = smoothed(percentiles, window).T
    steps = (np.arange(len(middle)) + 0.5) * window
    ax.fill_between(steps, low, high, color=style.SKY, alpha=0.4, lw=0)
    for edge in (low, high):
        ax.plot(steps, edge, color=OTHERS, lw=1.2)
    ax.plot(steps, middle, color=style.INK, lw=1.8)
    ax.grid(axis="y")


# ------------------------------------------------------------------------------------------------ against a knob
def sweeps(panels: Sequence[tuple[str, Sequence[float], Mapping[str, Array]]], *, ylabel: str,
           description: str) -> Still:
    """One panel per (name of the knob, its values, lines (values, runs) of shares), side by side on one scale: in per
    cent, the median and a band from lowest to highest, over a logarithmic knob with a tick for every value.
    """
    drawn = style.figure(11, 4.9)
    with style.styled():
        axes = drawn.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for ax, (xlabel, values, lines) in zip(axes, panels, strict=True):
            ax.set_xscale("log")
            handles = draw_lines(ax, np.array(values, float), {name: 100 * line for name, line in lines.items()})
            ax.set(xlabel=xlabel, ylim=(0, 100))
            ax.set_xticks(values, [f"{value:g}" for value in values])
            ax.set_xticks((), minor=True)
        axes[0].set_ylabel(ylabel)
        drawn.tight_layout(rect=(0, 0.07, 1, 1), w_pad=3)
        style.key_below(axes[0], handles, list(panels[0][2]))
    return still(drawn, description)


# ------------------------------------------------------------------------------------------------ the noise of batches
def noise_strips(sizes: Sequence[int], answers: Array, value: float, law: Array, *, description: str) -> Still:
    """Left x̂ (sizes, draws) of one example with x = `value` in many batches of each size, a dot a batch; right the std
    of each row against the size, with a `law` (sizes,) as a line; log axes.
    """
    drawn, rng = style.figure(11, 4.8), np.random.default_rng(0)
    with style.styled():
        dots, std = drawn.subplots(1, 2, width_ratios=[1.7, 1])
        for i, row in enumerate(answers):
            dots.plot(i + rng.uniform(-0.32, 0.32, len(row)), row, color=OTHERS, marker="o", ms=4, ls="", alpha=0.35)
        dots.axhline(value, color=DRAGGED, lw=2, ls="--")
        dots.set_xticks(range(len(sizes)), [str(size) for size in sizes])
        dots.set(title=f"x̂ of one example, x = {number(value)}, among others", xlabel="batch size")
        dots.grid(axis="y")
        std.plot(sizes, law, color=style.LIGHT, lw=5, label="√((1 + x²/2)/m)")
        std.plot(sizes, answers.std(axis=1), color=OTHERS, marker="o", ls="", label="measured")
        std.set(xscale="log", yscale="log", title="std of x̂", xlabel="batch size m")
        std.set_xticks(sizes, [str(size) for size in sizes], size=style.SMALL)
        std.set_yticks([0.1, 0.2, 0.5, 1, 2], ["0.1", "0.2", "0.5", "1", "2"])
        std.minorticks_off()
        std.grid(axis="y")
        std.legend(loc="upper right")
        drawn.tight_layout(w_pad=3)
    return still(drawn, description)


# ------------------------------------------------------------------------------------------------ what is learned
def against(panels: Mapping[str, tuple[Array, Array]], *, xlabels: Sequence[str], ylabels: Sequence[str],
            line: str, description: str) -> Still:
    """One panel per title: dots y over x, and the dashed line y = x with its name."""
    drawn = style.figure(11, 4.8)
    with style.styled():
        axes = drawn.subplots(1, len(panels), squeeze=False)[0]
        for ax, (title, (x, y)), xlabel, ylabel in zip(axes, panels.items(), xlabels, ylabels, strict=True):
            low, high = min(x.min(), y.min()), max(x.max(), y.max())
            ax.plot([low, high], [low, high], color=style.GREY, lw=2, ls="--", label=line)
            ax.plot(x, y, color=OTHERS, marker="o", ms=5, ls="", alpha=0.5)
            ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
            ax.legend(loc="upper left")
        drawn.tight_layout(w_pad=3)
    return still(drawn, description)
