"""Several runs of each kind: every run is a dot, so the reader sees how far seeds scatter."""

from collections.abc import Mapping

import numpy as np

from labkit.figures import style
from labkit.figures.picture import Still, still
from labkit.figures.style import number

Array = np.ndarray


def strips(panels: Mapping[str, Mapping[str, Array]], *, description: str) -> Still:
    """One panel per quantity, each on its own scale: a column per name, a dot per run, a bar at the median."""
    drawn = style.figure(11, 4.6)
    with style.styled():
        axes = drawn.subplots(1, len(panels), squeeze=False)[0]
        for ax, (title, groups) in zip(axes, panels.items(), strict=True):
            for i, values in enumerate(groups.values()):
                look = i % len(style.PALETTE)
                middle, color, x = float(np.median(values)), style.PALETTE[look], np.linspace(-0.15, 0.15, len(values))
                ax.plot(i + x, values, color=color, marker=style.MARKERS[look], ls="")
                ax.hlines(middle, i - 0.3, i + 0.3, color=color, lw=4, alpha=0.6)
                ax.text(i + 0.33, middle, number(middle, 3), va="center", size=style.SMALL, color=style.INK)
            ax.set(title=title, xlim=(-0.5, len(groups) - 0.2))
            ax.set_xticks(range(len(groups)), list(groups))
            ax.grid(axis="y")
        drawn.tight_layout(w_pad=3)
    return still(drawn, description)
