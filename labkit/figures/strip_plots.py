"""Several runs of each kind: every run is a dot, so the reader sees how far seeds scatter."""

import math
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from labkit.figures import style
from labkit.figures.picture import Still, still
from labkit.figures.series import check_any
from labkit.figures.style import number
from labkit.fits import guard

Array = np.ndarray
CROWDED = 8
"""From so many columns in all, the dots of each stand closer together: else a number would touch its neighbour."""


def strip_plot(panels: Mapping[str, Mapping[str, Array | float]], *, description: str, sharey: bool = False) -> Still:
    """One panel per quantity: a column per name, a dot per run (K,), a bar at the median.

    Each panel has its own scale, unless all are to have the same one: `sharey`, for panels that are to be compared.

    Raises ValueError for no panels, and for a group that is no row of finite numbers.
    """
    check_any("strip_plot", "panels", panels)
    drawn = style.figure(11, 4.6)
    with style.styled():
        axes = drawn.subplots(1, len(panels), sharey=sharey, squeeze=False)[0]
        rows = {title: [_row(*group) for group in groups.items()] for title, groups in panels.items()}
        largest = {title: max(abs(np.median(row)) for row in some) for title, some in rows.items()}
        for ax, (title, groups) in zip(axes, panels.items(), strict=True):
            for i, values in enumerate(rows[title]):
                _strip(ax, i, values, max(largest.values()) if sharey else largest[title],
                       0.15 if len(panels) * len(groups) < CROWDED else 0.09)
            ax.set(title=title, xlim=(-0.5, len(groups) - 0.2))
            ax.set_xticks(range(len(groups)), list(groups))
            ax.grid(axis="y")
        drawn.tight_layout(w_pad=3)
    return still(drawn, description)


def _as_large(x: float, largest: float) -> str:
    """x with as many decimals as three digits of the largest have: beside each other numbers are alike.

    >>> _as_large(27.21, 27.21), _as_large(-0.384, 27.21)
    ('27.2', '−0.4')
    """
    if not 1e-3 < largest < 1e4:
        return number(x, 3)
    return f"{x:.{max(0, 2 - math.floor(math.log10(largest)))}f}".replace("-", "−")


def _strip(ax: Axes, i: int, values: Array, largest: float, half: float) -> None:
    """Column `i`, the dots `half` as wide to both sides: values (K,), and beside their median its number, written like
    the largest.
    """
    color, marker, _ = style.look(i)
    median = float(np.median(values))
    ax.plot(i + np.linspace(-half, half, len(values)), values, color=color, marker=marker, ls="")
    ax.hlines(median, i - 2 * half, i + 2 * half, color=color, lw=4, alpha=0.6)
    ax.text(i + 2 * half + 0.03, median, _as_large(median, largest), va="center", size=style.SMALL, color=style.INK)


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
