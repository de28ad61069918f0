"""Stills: the error against the size of the weights, in several models side by side."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axis import Axis

from labkit.figures import style
from labkit.figures.picture import Still, still

Array = np.ndarray


def error_against_size(panels: Mapping[str, tuple[str, Mapping[str, tuple[Array, Array]]]], *, xlabel: str,
                       description: str, logs: Sequence[str] = ()) -> Still:
    """One panel per title, each with the name of its error and lines name → (sizes, errors), both (n,); a dot marks the
    lowest point of each line. Sizes are on a log axis; `logs` names the panels whose error is, too.
    """
    drawn, handles = style.figure(11, 4.9), {}
    names = list(dict.fromkeys(name for _, lines in panels.values() for name in lines))
    with style.styled():
        axes = drawn.subplots(1, len(panels), squeeze=False)[0]
        for ax, (title, (ylabel, lines)) in zip(axes, panels.items(), strict=True):
            for name, (size, error) in lines.items():
                color, marker, dash = style.look(names.index(name))
                handles[name] = ax.plot(size, error, color=color, ls=dash, marker=marker, ms=4)[0]
                lowest = np.argmin(error)
                ax.plot(size[lowest], error[lowest], color=color, marker=marker, ms=12, mec=style.PAPER, ls="")
            ax.set(title=title, xlabel=xlabel, ylabel=ylabel, xscale="log")
            _decades(ax.xaxis, *ax.get_xlim())
            if title in logs:
                ax.set_yscale("log")
                _decades(ax.yaxis, *ax.get_ylim())
            ax.grid(axis="y")
        drawn.tight_layout(rect=(0, 0.07, 1, 1), w_pad=2.5)
        style.key_below(axes[0], list(handles.values()), list(handles))
    return still(drawn, description)


def _decades(axis: Axis, low: float, high: float) -> None:
    """Ticks at powers of ten in plain numbers; where these are few, at 2 and 5 too."""
    steps = (1,) if high / low > 100 else (1, 2, 5)
    ticks = [step * 10.0**k for k in range(-6, 7) for step in steps if low <= step * 10.0**k <= high]
    axis.set_ticks(ticks, [f"{tick:g}" for tick in ticks])
    axis.set_ticks((), minor=True)
