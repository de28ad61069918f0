"""Figures draw arrays: they know nothing of networks, optimizers or widgets.

`style` has the palette and the fonts, `picture` a figure that is redrawn in place, the other modules one topic each.
"""

from labkit.figures.activations import gallery
from labkit.figures.curves import compare_runs
from labkit.figures.deaths import dead_map
from labkit.figures.images import image_rows
from labkit.figures.landscapes import optimizer_curves, outcomes
from labkit.figures.lines import line_panels
from labkit.figures.picture import Picture, Still, still
from labkit.figures.style import figure, number, styled
from labkit.figures.sweeps import sweep

__all__ = [
    "Picture", "Still", "compare_runs", "dead_map", "figure", "gallery", "image_rows", "line_panels", "number",
    "optimizer_curves", "outcomes", "still", "styled", "sweep",
]
