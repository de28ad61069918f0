"""Training runs side by side: a thin line per run, a thick one for their median, a band between the extremes."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import offset_copy

from labkit.figures import style
from labkit.figures.picture import Still, still
from labkit.figures.series import all_runs, as_runs, check_any, smoothed
from labkit.fits import guard

Array = np.ndarray
GAP = 0.075
"""Of the height of the axes: so far apart the names of two lines stand at least."""


def compare_runs(panels: Mapping[str, Mapping[str, Array]], *, ylabel: str, description: str, xlabel: str = "step",
                 ylim: tuple[float, float] | None = None, level: tuple[float, str] | None = None, window: int = 1,
                 every: int = 1) -> Still:
    """One panel per title, side by side on one scale, each with its groups of runs (see `draw_runs`).

    `level` = (y, name) draws a dotted line across all panels: chance, a target, a limit.
    """
    check_any("compare_runs", "panels", panels)
    drawn = style.figure(11, 4.6)
    with style.styled():
        axes = drawn.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for ax, (title, runs) in zip(axes, panels.items(), strict=True):
            ax.set(title=title, xlabel=xlabel, **({"ylim": ylim} if ylim else {}))
            draw_runs(ax, runs, window=window, every=every)
            if level is not None:
                _draw_level(ax, *level)
        axes[0].set_ylabel(ylabel)
        drawn.tight_layout(w_pad=3)
    return still(drawn, description)


def _draw_level(ax: Axes, y: float, name: str) -> None:
    ax.axhline(y, color=style.GREY, ls=":", lw=1.5, zorder=0)
    ax.annotate(name, (0.1, y), xytext=(0, 3), textcoords="offset points", xycoords=ax.get_yaxis_transform(),
                color=style.GREY, va="bottom", size=style.SMALL)


def draw_runs(ax: Axes, runs: Mapping[str, Array], *, window: int = 1, every: int = 1,
              first: int | None = None) -> None:
    """Draw each group of runs, (n,) or (n, K) values recorded every `every` steps, in a colour and dash of its own.

    The first value was after step `first`; without it, after `every`. `window` values are averaged before drawing. The
    name of a group stands at the end of its median. Runs that broke off hold NaN; they end where they broke off.
    Raises ValueError for no runs, other shapes, fewer values than a window, and a group without a finite number.
    """
    ends = []
    for i, (name, values) in enumerate(all_runs("draw_runs", runs).items()):
        color, _, dash = style.look(i)
        y = as_runs("draw_runs", name, smoothed(values, window))                            # (n // window, K)
        x = (np.arange(len(y)) * window + (window - 1) / 2) * every + (every if first is None else first)
        median = np.median(y, axis=1)                                                       # (n // window,)
        ax.plot(x, y, color=color, lw=1, alpha=0.5)
        ax.fill_between(x, y.min(axis=1), y.max(axis=1), color=color, alpha=0.12, lw=0)
        ax.plot(x, median, color=color, ls=dash, lw=3)
        ends.append((*_end(x, y, median), name, color))
    ax.set_xlim(right=max(x for _, x, _, _ in ends))                      # so that no level and no grid crosses a name
    name_ends(ax, ends)
    ax.grid(axis="y")


def _end(x: Array, y: Array, median: Array) -> tuple[float, float]:
    """Where the median ends, (height, step); if some run broke off in the first step, where the other runs end."""
    if np.isfinite(median).any():
        last = np.flatnonzero(np.isfinite(median))[-1]
        return median[last], x[last]
    last = np.flatnonzero(np.isfinite(y).any(axis=1))[-1]
    return np.median(y[last][np.isfinite(y[last])]), x[last]


def name_ends(ax: Axes, ends: Sequence[tuple[float, float, str, str]]) -> None:
    """Write a name beside the end of each line: (y, x, name, colour).

    Where lines end close together the names are moved apart, and a thin line leads to each that was moved.
    """
    beside = offset_copy(ax.transData, ax.figure, x=9, units="points")
    to_share = ax.transData + ax.transAxes.inverted()  # the height as a share of the axis, linear or logarithmic
    last = -np.inf
    for y, x, name, color in sorted(ends):
        height = to_share.transform((x, y))[1]
        last = max(height, last + GAP)
        place = to_share.inverted().transform((to_share.transform((x, y))[0], last))
        ink = style.text_colour(color)
        leader = {"arrowstyle": "-", "color": ink, "lw": 1, "shrinkA": 0, "shrinkB": 0, "relpos": (0, 0.5)}
        ax.annotate(name, (x, y), xytext=(x, place[1]), textcoords=beside, color=ink, weight="bold", va="center",
                    annotation_clip=False, arrowprops=leader if last - height > GAP / 3 else None)


guard(__name__)
