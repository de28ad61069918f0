"""Which units are dead, step by step: a death begins a dark line, which ends only if the unit comes back."""

from collections.abc import Mapping

import numpy as np
from matplotlib.colors import ListedColormap

from labkit.figures import style
from labkit.figures.picture import Still, still

Array = np.ndarray


def dead_map(layers: Mapping[str, Array], *, every: int, description: str) -> Still:
    """A panel for each layer, dead (checks, units) as booleans: a row per unit, the one that was dead longest on top.

    `every` is the number of steps between two checks; the first is before the first step.
    """
    drawn = style.figure(11, 4.8)
    with style.styled():
        axes = drawn.subplots(1, len(layers), squeeze=False)[0]
        for ax, (title, dead) in zip(axes, layers.items(), strict=True):
            rows = dead.T[np.argsort(-dead.sum(axis=0), kind="stable")]
            ax.imshow(rows, cmap=ListedColormap([style.FAINT, style.INK]), vmin=0, vmax=1, aspect="auto",
                      interpolation="nearest", extent=(-every / 2, (len(dead) - 0.5) * every, len(rows), 0))
            ax.set(title=title, xlabel="step", yticks=(), ylabel=f"{len(rows)} units")
            ax.spines[:].set_visible(False)
        drawn.tight_layout(w_pad=3)
    return still(drawn, description)
