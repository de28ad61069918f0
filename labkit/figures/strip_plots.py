"""Several runs of each kind: every run is a dot, so the reader sees how far seeds scatter."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from labkit.figures import style
from labkit.figures.picture import Still, still
from labkit.figures.series import check_any
from labkit.figures.style import number
from labkit.fits import guard

Array = np.ndarray


def strip_plot(panels: Mapping[str, Mapping[str, Array]], *, description: str) -> Still:
    """One panel per quantity, each on its own scale: a column per name, a dot per run (K,), a bar at the median.

    Raises ValueError for no panels, and for a group that is no row of finite numbers.
    """
    check_any("strip_plot", "panels", panels)
    drawn = style.figure(11, 4.6)
    with style.styled():
        axes = drawn.subplots(1, len(panels), squeeze=False)[0]
        for ax, (title, groups) in zip(axes, panels.items(), strict=True):
            for i, (name, values) in enumerate(groups.items()):
                _strip(ax, i, _row(name, values))
            ax.set(title=title, xlim=(-0.5, len(groups) - 0.2))
            ax.set_xticks(range(len(groups)), list(groups))
            ax.grid(axis="y")
        drawn.tight_layout(w_pad=3)
    return still(drawn, description)


def _strip(ax: Axes, i: int, values: Array) -> None:
    """Column `i`: the dots of values (K,), and their median in figures."""
    color, marker, _ = style.look(i)
    median = float(np.median(values))
    ax.plot(i + np.linspace(-0.15, 0.15, len(values)), values, color=color, marker=marker, ls="")
    ax.hlines(median, i - 0.3, i + 0.3, color=color, lw=4, alpha=0.6)
    ax.text(i + 0.33, median, number(median, 3), va="center", size=style.SMALL, color=style.INK)


def _row(name: str, values: Array) -> Array:
    """One value or K → (K,)."""
    row = np.atleast_1d(np.asarray(values, float))
    if row.ndim != 1 or not row.size:
        raise ValueError(f"strip_plot: {name!r} has shape {np.shape(values)}; expected (K,), a number per run.")
    if not np.isfinite(row).all():
        raise ValueError(f"strip_plot: {name!r} has {np.sum(~np.isfinite(row))} of {len(row)} values that are not "
                         "finite; leave those runs out, and say how many diverged.")
    return row


guard(__name__)
