"""Named lines over one axis, a panel per title; of several runs the median, and a band from lowest to highest."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.picture import Still, still
from labkit.figures.series import all_runs, check_any
from labkit.fits import guard

Array = np.ndarray


def draw_lines(ax: Axes, x: Array, lines: Mapping[str, Array]) -> list[Line2D]:
    """Draw every line, values (len(x),), or (len(x), K), with a colour, dash and marker of its own; returns them."""
    handles, every = [], -(-len(x) // 8)
    for i, values in enumerate(all_runs("draw_lines", lines, len(x)).values()):             # each (len(x), K)
        color, marker, dash = style.look(i)
        ax.fill_between(x, values.min(axis=1), values.max(axis=1), color=color, alpha=0.15, lw=0)
        handles += ax.plot(x, np.median(values, axis=1), color=color, ls=dash, lw=2.5,
                           marker=marker, markevery=every)
    ax.grid(axis="y")
    return handles


def line_panels(x: Array, panels: Mapping[str, Mapping[str, Array]], *, xlabel: str, ylabel: str, description: str,
                log: str = "", ylim: tuple[float, float] | None = None,
                xticks: Mapping[float, str] | None = None) -> Still:
    """One panel per title, side by side on one scale, with the same lines in each; `log` names the logarithmic axes.

    One line alone needs no key: axis and title say what it is.
    """
    check_any("line_panels", "panels", panels)
    drawn = style.figure(11, 4.9)
    with style.styled():
        axes = drawn.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for ax, (title, lines) in zip(axes, panels.items(), strict=True):
            ax.set(title=title, xlabel=xlabel, xscale="log" if "x" in log else "linear",
                   yscale="log" if "y" in log else "linear")
            handles = draw_lines(ax, x, lines)
            ax.set_ylim(ylim)
            if xticks:
                ax.set_xticks(list(xticks), list(xticks.values()))
                ax.set_xticks((), minor=True)
        axes[0].set_ylabel(ylabel)
        drawn.tight_layout(rect=(0, 0.07 if len(lines) > 1 else 0, 1, 1), w_pad=3)
        if len(lines) > 1:
            style.key_below(axes[0], handles, list(lines))
    return still(drawn, description)


guard(__name__)
