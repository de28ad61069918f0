"""Training runs side by side: a thin line per run, a thick one for their median, a band between the extremes."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from labkit.figures import style
from labkit.figures.picture import Still, still

Array = np.ndarray


def compare_runs(panels: Mapping[str, Mapping[str, Array]], *, ylabel: str, description: str, xlabel: str = "step",
                 ylim: tuple[float, float] | None = None, level: tuple[float, str] | None = None, window: int = 1,
                 every: int = 1) -> Still:
    """One panel per title, side by side on one scale, each with its groups of runs (see `draw_runs`).

    `level` = (y, name) draws a dotted line across all panels: chance, a target, a limit.
    """
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


def smoothed(values: Array, window: int) -> Array:
    """Mean of every `window` neighbouring steps along the first axis, in blocks: (steps // window, …).

    >>> smoothed(np.array([1.0, 3.0, 5.0, 7.0, 100.0]), 2)
    array([2., 6.])
    """
    blocks = len(values) // window
    return values[:blocks * window].reshape(blocks, window, *values.shape[1:]).mean(axis=1)


def draw_runs(ax: Axes, runs: Mapping[str, Array], *, window: int = 1, every: int = 1,
              first: int | None = None) -> None:
    """Draw each group of runs, an array (looks, runs) recorded every `every` steps, in a colour and dash of its own.

    The first look was after step `first`; without it, after `every`. `window` looks are averaged before drawing. The
    name of a group stands at the end of its median. Runs that broke off hold NaN; they end where they broke off.
    """
    ends = []
    for i, (name, values) in enumerate(runs.items()):
        color, dash = style.PALETTE[i % len(style.PALETTE)], style.DASHES[i % len(style.DASHES)]
        y = smoothed(np.asarray(values, float), window)
        x = (np.arange(len(y)) * window + (window - 1) / 2) * every + (every if first is None else first)
        middle = np.median(y, axis=1)
        ax.plot(x, y, color=color, lw=1, alpha=0.5)
        ax.fill_between(x, y.min(axis=1), y.max(axis=1), color=color, alpha=0.12, lw=0)
        ax.plot(x, middle, color=color, ls=dash, lw=3)
        ends.append((middle[np.isfinite(middle)][-1], x[np.isfinite(middle)][-1], name, color))
    _name_ends(ax, ends)
    ax.grid(axis="y")


def _name_ends(ax: Axes, ends: list[tuple[float, float, str, str]]) -> None:
    """Write every name beside the end of its line, moved apart where lines end close together."""
    low, high = ax.get_ylim()
    gap, last = 0.075 * (high - low), -np.inf
    for y, x, name, color in sorted(ends):
        last = max(y, last + gap)
        ax.annotate(name, (x, last), xytext=(8, 0), textcoords="offset points", color=color, weight="bold",
                    va="center", annotation_clip=False)
