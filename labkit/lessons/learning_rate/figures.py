"""Learning rates on a parabola (live), and of networks: eight at once, and the range test (still)."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D

from labkit.checks import check_array
from labkit.figures import style
from labkit.figures.picture import Picture, Still, still
from labkit.figures.progress import Line, min_max_band
from labkit.figures.series import as_runs, check_any, smoothed
from labkit.figures.style import number, reading
from labkit.figures.sweeps import mark
from labkit.fits import Positive, guard
from labkit.lessons.learning_rate.experiments import Descent

Array = np.ndarray
PATH, THEORY, RATE = style.BLUE, style.VERMILLION, style.GREEN
SHOWN = 25
"""So many steps are drawn on the parabola."""
WIDE, HIGH = 1.7, 2.6
LOWEST, HIGHEST = 1e-8, 1e4
CLEAR = 0.02
"""lr · λ this near to 1 is one step, this near to 2 is beside the edge."""
CRAWLS = 1.5
"""If all rates times λ add up to less, more than a fifth of the way is left at the end."""


# ------------------------------------------------------------------------------------------------ in words
def headline(d: Descent) -> str:
    """What the first rate does, in one short sentence."""
    z = d.lr * d.curvature
    if z > 2 + CLEAR:
        return "too large: every step lands higher on the other side"
    if d.noise > 0:
        return _with_noise(d)
    if math.isclose(z, 2):
        return "the edge: it jumps from side to side for ever"
    if z >= 2 - CLEAR:
        where, change = ("above", "higher") if z > 2 else ("below", "lower")
        return f"just {where} the edge: from side to side, every time a little {change}"
    if z > 1 + CLEAR:
        return "it overshoots: from side to side, but lower each time"
    if z >= 1 - CLEAR:
        return "one step, and it is there"
    return "it slides down on one side" if z >= 0.1 else "it crawls"


def _with_noise(d: Descent) -> str:
    """The same, where every step is shaken."""
    if d.lr * d.curvature >= 2 - CLEAR:
        return "beside the edge: from side to side, and the noise adds up"
    if d.curvature * np.sum(d.rates) < CRAWLS:
        return "it crawls, and noise shakes it"
    return "it comes down to a floor of noise" if d.schedule == "constant" else "it sinks as the rate falls"


def details(d: Descent) -> str:
    """The numbers, and what was reached."""
    last = np.median(d.loss[-1])
    end = (f"beyond 10¹² at step {d.lost}" if d.lost is not None and math.isnan(last)
           else f"median loss {reading(last)} after {len(d.rates)} steps" if d.noise > 0
           else f"loss {reading(last)} after {len(d.rates)} steps")
    return (f"learning rate {number(d.lr, 3)}   ·   2/λ = {number(2 / d.curvature, 3)}   ·   "
            f"a step multiplies θ by {number(d.factor, 3)}   ·   {end}")


# ------------------------------------------------------------------------------------------------ the parabola
class DescentPicture(Picture):
    """`update(Descent)`: the first steps of one run on the parabola; the loss of all runs with the expected one; the
    learning rate of every step.
    """

    def __init__(self, steps: int) -> None:
        super().__init__(style.figure(11.0, 5.2), "Gradient descent on a parabola.",
                         inks=(style.INK, style.BLACK, style.GREY, style.LIGHT, style.FAINT, PATH, THEORY, RATE))
        self._grid = np.linspace(-WIDE, WIDE, 121)
        with style.styled():
            self._hill = Line2D([], [], color=style.LIGHT, lw=4)
            self._path = Line2D([], [], color=PATH, marker="o", ms=6, lw=1.5)
            self._start = Line2D([], [], color=style.INK, marker="s", ms=9, ls="")
            self._band = PolyCollection([], fc=PATH, alpha=0.18, lw=0)
            self._median = Line2D([], [], color=PATH, lw=2.5)
            self._expected = Line2D([], [], color=THEORY, lw=2, ls="--")
            self._rate = Line2D([], [], color=RATE, lw=2.5)
            self._parabola()
            self._losses(steps)
            self._rates(steps)
        self.animate(self._hill, self._path, self._start, self._band, self._median, self._expected,
                     self._rate)

    def _parabola(self) -> None:
        ax = self.figure.add_axes((0.055, 0.165, 0.37, 0.60))
        ax.set_title(f"One run, the first {SHOWN} steps", loc="left")
        ax.set(xlim=(-WIDE, WIDE), ylim=(-0.08, HIGH), xlabel="parameter θ", ylabel="loss ½λθ²", xticks=(-1, 0, 1),
               yticks=(0, 1, 2))
        for artist in (self._hill, self._path, self._start):
            ax.add_artist(artist)

    def _losses(self, steps: int) -> None:
        ax = self.figure.add_axes((0.515, 0.165, 0.47, 0.375))
        ax.set_title("Loss", loc="left")
        ax.set(xlim=(0, steps), ylim=(LOWEST, HIGHEST), yscale="log", xlabel="step", yticks=(1e-8, 1e-4, 1, 1e4),
               yticklabels=("10⁻⁸", "10⁻⁴", "1", "10⁴"))
        ax.minorticks_off()
        ax.grid(axis="y")
        for artist in (self._band, self._median, self._expected):
            ax.add_artist(artist)
        style.key_below(ax, [self._median, self._expected], ["50 runs (median, extremes)", "mean, computed"],
                        side="right")

    def _rates(self, steps: int) -> None:
        ax = self.figure.add_axes((0.515, 0.655, 0.47, 0.11))
        ax.set_title("Learning rate", loc="left")
        ax.set(xlim=(0, steps), ylim=(0, 1.1), xticklabels=(), yticks=(0, 1), yticklabels=("0", "full"))
        ax.add_artist(self._rate)

    def update(self, d: Descent) -> None:
        """Show `d`."""
        self._hill.set_data(self._grid, d.curvature / 2 * self._grid**2)
        self._path.set_data(d.theta[:SHOWN + 1, 0], d.loss[:SHOWN + 1, 0])
        self._start.set_data(d.theta[:1, 0], d.loss[:1, 0])
        steps = np.arange(len(d.loss))
        shown = np.where(np.isnan(d.loss), np.nan, np.clip(d.loss, LOWEST / 100, HIGHEST * 100))
        self._band.set_verts([min_max_band(Line(steps, shown))])
        self._median.set_data(steps, np.median(shown, axis=1))
        self._expected.set_data(steps, np.clip(d.expected, LOWEST / 100, HIGHEST * 100))
        self._rate.set_data(np.arange(len(d.rates)), d.rates / d.lr)
        self.set_title(headline(d), details(d))


# ------------------------------------------------------------------------------------------------ two plans
class TwoPlans:
    """The multipliers of two schedules over the run, the second dashed on top of the first, and a dot for now."""

    def __init__(self, ax: Axes, names: Sequence[str]) -> None:
        self._ax, self._limits = ax, (math.nan, math.nan)
        ax.set_title("The plans", loc="left")
        ax.locator_params(axis="x", nbins=4)
        self._lines = [Line2D([], [], color=color, ls=dash, lw=width)
                       for color, dash, width in ((style.SKY, "-", 5), (THEORY, "--", 2.2))]
        self._now = Line2D([], [], color=style.INK, marker="o", ms=8, ls="")
        for artist in self.artists:
            ax.add_artist(artist)
        ax.legend(self._lines, names, loc="upper right", borderpad=0)

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        return [*self._lines, self._now]

    def update(self, reading: tuple[Array, int]) -> bool:
        """Show (multipliers (steps, 2), the number of steps so far)."""
        plan, now = reading
        for line, values in zip(self._lines, plan.T, strict=True):
            line.set_data(np.arange(len(plan)), values)
        self._now.set_data([now], plan[now, 1:])
        seen = plan[np.isfinite(plan)]
        limits = min(0.0, float(seen.min())), max(1.0, float(seen.max()))
        changed = limits != self._limits or self._ax.get_xlim()[1] != len(plan) - 1
        self._limits, room = limits, 0.06 * (limits[1] - limits[0])
        self._ax.set(xlim=(0, len(plan) - 1), ylim=(limits[0] - room, limits[1] + room))
        return changed


# ------------------------------------------------------------------------------------------------ networks
def runs_by_rate(losses: Mapping[str, Array], fates: Sequence[str], *, guessing: Positive, description: str,
        window: int = 10) -> Still:
    """A small panel per learning rate: the training loss of its runs, (n,) or (n, K), and below the title its fate.

    Runs that broke off hold NaN; a cross stands where the first one did. Losses above the picture are cut off.
    """
    check_any("runs_by_rate", "losses", losses)
    drawn = style.figure(11, 5.6)
    high = 2 * guessing
    with style.styled():
        columns = -(-len(losses) // 2)
        axes = drawn.subplots(2, columns, sharex=True, sharey=True, squeeze=False)
        for ax, (name, values), fate in zip(axes.flat, losses.items(), fates, strict=False):
            _one_rate(ax, as_runs("runs_by_rate", name, values, lost=True), guessing, high, window)
            ax.set_title(name, loc="left", weight="bold", pad=24)
            ax.text(0, 1.04, fate, transform=ax.transAxes, size=style.SMALL, color=style.INK, va="bottom")
        for ax in axes[:, 0]:
            ax.set_ylabel("training loss")
        for ax in axes[-1]:
            ax.set_xlabel("step")
        drawn.tight_layout(w_pad=1.5, h_pad=1.5)
    return still(drawn, description)


def _one_rate(ax: Axes, values: Array, guessing: float, high: float, window: int) -> None:
    broken = ~np.isfinite(values)
    y = np.minimum(smoothed(np.where(broken, np.nan, values), window), 1.2 * high)
    x = (np.arange(len(y)) + 0.5) * window
    ax.axhline(guessing, color=style.GREY, ls=":", lw=1.5)
    ax.plot(x, y, color=PATH, lw=1.2, alpha=0.8)
    if broken.any():
        steps = broken.argmax(axis=0)[broken.any(axis=0)]
        ax.plot(steps, np.full(len(steps), 0.94 * high), color=THEORY, marker="X", ms=11, ls="", clip_on=False)
    ax.set(ylim=(0, high), xlim=(0, len(values)))
    ax.grid(axis="y")


def range_test(rates: Array, losses: Array, marks: Mapping[str, Positive], *, description: str,
               window: int = 5, ylim: tuple[float, float] | None = None) -> Still:
    """The loss, (n,) or (n, K), of runs whose rate (n,) grows at every step, against that rate; marks name rates."""
    drawn = style.figure(11, 4.6)
    y = smoothed(as_runs("range_test", "losses", losses, len(rates)), window)               # (n // window, K)
    x = np.exp(smoothed(np.log(check_array("range_test", rates, "(n,)", name="rates")), window))
    with style.styled():
        ax = drawn.subplots()
        ax.plot(x, y, color=PATH, lw=1, alpha=0.4)
        ax.plot(x, np.median(y, axis=1), color=PATH)
        mark(ax, marks)
        ax.set(xscale="log", xlabel="learning rate, growing at every step", ylabel="training loss", ylim=ylim)
        ax.grid(axis="y")
        drawn.tight_layout()
    return still(drawn, description)


def stability(rates: Array, measured: Array, line: Array, predicted: Array, limit: Positive, *, xlabel: str,
              ylabel: str, description: str) -> Still:
    """What training at `rates` gave as dots, what was predicted along `line`, and the limit of stability; log y."""
    drawn = style.figure(11, 4.6)
    with style.styled():
        ax = drawn.subplots()
        ax.axvspan(limit, 1.1 * limit, color=style.FAINT, lw=0, zorder=0)
        handles = [*ax.plot(line, predicted, color=THEORY, ls="--"),
                   *ax.plot(rates, measured, color=PATH, marker="o", ms=9, ls="")]
        mark(ax, {f"2/λmax = {number(limit, 3)}": limit})
        ax.set(xlabel=xlabel, ylabel=ylabel, yscale="log", xlim=(0, 1.1 * limit))
        ax.grid(axis="y")
        drawn.tight_layout(rect=(0, 0.07, 1, 1))
        style.key_below(ax, handles, ["predicted", "trained"])
    return still(drawn, description)


guard(__name__)
