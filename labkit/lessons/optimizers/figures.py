"""A map with the paths of several optimizers at once, their heights over the steps, and what became of their runs."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D

from labkit.checks import lookup
from labkit.figures import style
from labkit.figures.picture import Picture, Still, still
from labkit.figures.series import all_runs
from labkit.figures.style import number
from labkit.fits import guard
from labkit.lessons.optimizers.experiments import Race

Array = np.ndarray
LOOKS = {"gradient descent": (style.INK, "o", "-"), "momentum": (style.BLUE, "s", "--"),
         "AdaGrad": (style.GREEN, "^", "-."), "RMSProp": (style.ORANGE, "D", ":"), "Adam": (style.VERMILLION, "P", "-"),
         "yours": (style.BLACK, "v", (0, (2, 2)))}
"""Colour, marker and dash of each optimizer, the same in every picture. A student's rule is dashed on the map as well:
one that walks as another does leaves both to be seen."""
GROUND, STAGES = style.SKY, 11
LOWEST, HIGHEST = 1e-4, 1e3
"""Heights on the log axis."""


# ------------------------------------------------------------------------------------------------ in words
def headline(r: Race) -> str:
    """Which optimizers diverge (end higher than the start), or which arrives first, in one short sentence."""
    diverged = [name for name, y in zip(r.names, r.heights, strict=True) if not y[-10:].min() <= y[0]]
    if diverged:
        return f"{_listed(diverged)} diverge{'s' if len(diverged) == 1 else ''}"
    steps = r.arrivals.min()
    if math.isinf(steps):
        return f"Nobody arrives within {r.heights.shape[1] - 1} steps"
    first = [name for name, when in zip(r.names, r.arrivals, strict=True) if when == steps]
    return f"{_listed(first)} arrive{'s' if len(first) == 1 else ''} first, after {steps:g} steps"


def details(r: Race) -> str:
    """The setting, and how many arrive."""
    steps, there = r.heights.shape[1] - 1, int(np.isfinite(r.arrivals).sum())
    noise = f"   ·   gradient noise σ {number(r.noise)}" if r.noise else ""
    return (f"κ {number(r.kappa, 3)}   ·   learning rate {number(r.lr, 3)} = {number(r.lr / r.limit)} × 2/λmax{noise}"
            f"   ·   {there} of {len(r.names)} arrive within {steps} steps")


def alt_text(r: Race) -> str:
    """The picture in one line, for readers who do not see it."""
    there = [f"{name} {steps:g}" for name, steps in zip(r.names, r.arrivals, strict=True) if math.isfinite(steps)]
    arrivals = f"; steps: {', '.join(there)}" if there else ""
    return f"{r.land}: {headline(r)}; {details(r).replace('   ·   ', ', ')}{arrivals}."


def _listed(names: Sequence[str]) -> str:
    text = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return text[0].upper() + text[1:]


# ------------------------------------------------------------------------------------------------ the race
class RacePicture(Picture):
    """`update(Race)`: left the paths on the map, a dot per step; right the heights over the steps, on a log axis.

    `names` are those that may run; one that is not in the race is not drawn.
    """

    def __init__(self, names: Sequence[str], window: tuple[float, float, float, float], steps: int) -> None:
        super().__init__(style.figure(11.0, 5.6), "Paths of optimizers on a map.",
                         inks=(style.INK, style.GREY, GROUND, *(LOOKS[name][0] for name in names)))
        self._ground = np.zeros((0, 0))
        self._window, self._names = window, names
        with style.styled():
            self.map = self.figure.add_axes((0.045, 0.165, 0.575, 0.60))
            self.map.set_title("The map", loc="left")
            self.map.set(xlim=window[:2], ylim=window[2:], xticks=(-2, -1, 0, 1, 2), yticks=(-1, 0, 1))
            self._shade = self.map.contourf(np.zeros((2, 2)), levels=(1, 2))
            self._paths = [self._line(self.map, name, lw=1.6, marker=".", ms=4) for name in names]
            self._ends = [self._line(self.map, name, marker=LOOKS[name][1], ms=11, mec=style.PAPER, mew=1.2)
                          for name in names]
            self._start, self._goal = (self._mark(shape, size) for shape, size in (("X", 12), ("*", 19)))
            self._curves = self._heights(steps)
            style.key_below(self.map, [self._start, self._goal, *(self._sample(name) for name in names)],
                            ["start", "goal", *names])
        self.animate(self._shade, self._goal, *self._paths, self._start, *self._ends, *self._curves)

    def _line(self, ax: Axes, name: str, **looks: float | str) -> Line2D:
        color, _, dash = LOOKS[name]
        solid = ax is self.map and name != "yours"
        return ax.plot([], [], **{"color": color, "ls": "-" if solid else dash, **looks})[0]

    def _mark(self, shape: str, size: float) -> Line2D:
        return self.map.plot([], [], color=style.PAPER, mec=style.INK, mew=1.6, marker=shape, ms=size, ls="")[0]

    def _sample(self, name: str) -> Line2D:
        color, marker, dash = LOOKS[name]
        return Line2D([], [], color=color, marker=marker, ls=dash, ms=8, lw=2)

    def _heights(self, steps: int) -> list[Line2D]:
        ax = self.figure.add_axes((0.70, 0.165, 0.285, 0.60))
        ax.set_title("Height above the goal", loc="left")
        ax.set(xlim=(0, steps), ylim=(LOWEST, HIGHEST), yscale="log", xlabel="step",
               yticks=(1e-4, 1e-2, 1, 1e2), yticklabels=("10⁻⁴", "10⁻²", "1", "10²"))
        ax.minorticks_off()
        ax.grid(axis="y")
        return [self._line(ax, name, lw=2.2) for name in self._names]

    def update(self, r: Race) -> None:
        """Show `r`."""
        if not np.array_equal(r.ground, self._ground):
            self._relief(r.ground)
        steps = np.arange(r.heights.shape[1])
        runs = dict(zip(r.names, zip(r.paths, r.heights, strict=True), strict=True))
        nobody = np.empty((0, 2)), np.full(len(steps), np.nan)
        for name, path, end, curve in zip(self._names, self._paths, self._ends, self._curves, strict=True):
            points, y = runs.get(name, nobody)
            seen = points[np.isfinite(points).all(axis=1)]
            path.set_data(*seen.T)
            end.set_data(*seen[-1:].T)
            curve.set_data(steps, np.clip(y, LOWEST / 10, HIGHEST * 10))
        self._start.set_data(*r.start[:, None])
        self._goal.set_data(*r.goals.T)
        self.set_title(headline(r), details(r), alt_text(r))

    def _relief(self, ground: Array) -> None:
        """Shade the map: the higher the darker, in bands that are narrow near the goal."""
        self._ground = ground
        rows, columns = ground.shape
        left, right, bottom, top = self._window
        levels = (ground.max() if ground.max() > 0 else 1.0) * np.linspace(0, 1, STAGES) ** 4
        shades = 1 - np.linspace(0.06, 0.62, STAGES - 1)[:, None] * (1 - np.array(to_rgb(GROUND)))
        self._shade.remove()
        at = self.moving.index(self._shade)
        self._shade = self.map.contourf(np.linspace(left, right, columns), np.linspace(bottom, top, rows), ground,
                                        levels=levels, colors=shades, zorder=0, antialiased=False)
        self._shade.set_animated(True)
        self.moving[at] = self._shade


# ------------------------------------------------------------------------------------------------ runs that ended
def outcomes(panels: Mapping[str, Mapping[str, Array]], *, ylabel: str, description: str,
             ylim: tuple[float, float] | None = None) -> Still:
    """One panel per title, side by side on one scale: a column per optimizer, a dot per run, a bar at the median."""
    for runs in panels.values():
        all_runs("outcomes", runs)
    drawn = style.figure(11, 4.8)
    with style.styled():
        axes = drawn.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for ax, (title, runs) in zip(axes, panels.items(), strict=True):
            for i, (name, values) in enumerate(runs.items()):
                color, marker, _ = lookup(LOOKS, name, "outcomes")
                ax.plot(i + np.linspace(-0.2, 0.2, len(values)), values, color=color, marker=marker, ls="", alpha=0.75)
                ax.hlines(np.median(values), i - 0.38, i + 0.38, color=color, lw=4)
            ax.set_xticks(range(len(runs)), [name.replace(" ", "\n") for name in runs])
            ax.set(title=title, xlim=(-0.5, len(runs) - 0.5), ylim=ylim)
            ax.grid(axis="y")
        axes[0].set_ylabel(ylabel)
        drawn.tight_layout(w_pad=1)
    return still(drawn, description)


def optimizer_curves(panels: Mapping[str, Mapping[str, tuple[Array, Array]]], *, xlabel: str, ylabel: str,
                     description: str, log: str = "x", ylim: tuple[float, float] | None = None) -> Still:
    """One panel per title, side by side on one scale: every optimizer's curve (x, y), with y (len(x),) or, of several
    runs, (len(x), runs): the median, and a band from lowest to highest. `log` names the logarithmic axes.
    """
    drawn = style.figure(11, 4.8)
    with style.styled():
        axes = drawn.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for ax, (title, curves) in zip(axes, panels.items(), strict=True):
            for name, (x, y) in curves.items():
                color, marker, dash = lookup(LOOKS, name, "optimizer_curves")
                y = np.reshape(np.asarray(y, float), (len(x), -1))
                ax.fill_between(x, y.min(axis=1), y.max(axis=1), color=color, alpha=0.12, lw=0)
                ax.plot(x, np.median(y, axis=1), color=color, marker=marker, ls=dash, label=name)
            ax.set(title=title, xlabel=xlabel, xscale="log" if "x" in log else "linear",
                   yscale="log" if "y" in log else "linear", **({"ylim": ylim} if ylim else {}))
            ax.grid(axis="y")
        axes[0].set_ylabel(ylabel)
        drawn.tight_layout(rect=(0, 0.07, 1, 1), w_pad=3)
        style.key_below(axes[0], *axes[0].get_legend_handles_labels())
    return still(drawn, description)


guard(__name__)
