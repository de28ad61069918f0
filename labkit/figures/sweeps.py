"""What comes out as a function of a knob: dots for what was measured, a line for what theory says."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.headline import spoken
from labkit.figures.picture import Still, still
from labkit.figures.series import check_any
from labkit.fits import guard

Array = np.ndarray


def draw_sweep(ax: Axes, x: Array, measured: Mapping[str, Array], theory: Mapping[str, tuple[Array, Array]]
               ) -> list[Line2D]:
    """Each name has measured dots over `x` and, if theory knows it, a line (x, y) of the same colour; log axes.

    Returns the dots.
    """
    handles = []
    for i, (name, y) in enumerate(measured.items()):
        color, marker, dash = style.look(i)
        if name in theory:
            ax.plot(*theory[name], color=color, ls=dash, lw=2, alpha=0.7)
        handles += ax.plot(x, y, color=color, ls="", marker=marker, ms=8)
    ax.set(xscale="log", yscale="log")
    ax.grid(axis="y")
    return handles


def mark(ax: Axes, marks: Mapping[str, float]) -> None:
    """Name values of the knob: a thin vertical line each, the name on top; the outer names point outwards."""
    aligned = ["right", *["center"] * (len(marks) - 2), "left"] if len(marks) > 1 else ["center"]
    for (name, x), align in zip(sorted(marks.items(), key=lambda item: item[1]), aligned, strict=False):
        ax.axvline(x, color=style.GREY, lw=1, ls=":", zorder=0)
        ax.text(x, 1.01, name, transform=ax.get_xaxis_transform(), color=style.INK, ha=align, va="bottom",
                size=style.SMALL)


def sweep(x: Array, measured: Mapping[str, Array], theory: Mapping[str, tuple[Array, Array]], *, xlabel: str,
          ylabel: str, description: str,
          marks: Mapping[str, float] | None = None, ylim: tuple[float, float] | None = None) -> Still:
    """One wide panel of `draw_sweep` with its `mark`s and a legend."""
    check_any("sweep", "measured", measured)
    drawn = style.figure(11, 4.8)
    with style.styled():
        ax = drawn.subplots()
        handles = draw_sweep(ax, x, measured, theory)
        mark(ax, marks or {})
        ax.set(xlabel=xlabel, ylabel=ylabel, **({"ylim": ylim} if ylim else {}))
        drawn.tight_layout(rect=(0, 0.07, 1, 1))
        style.key_below(ax, handles, [spoken(name) for name in measured])
    return still(drawn, description)


guard(__name__)
