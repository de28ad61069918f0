"""Figures draw arrays: they know nothing of networks, optimizers or widgets.

`style` has the palette and the fonts, `picture` a figure that is redrawn in place; the pictures of one lesson stand in
its room, `labkit.lessons`.
"""

from labkit.figures.curves import compare_runs
from labkit.figures.images import image_rows
from labkit.figures.lines import line_panels
from labkit.figures.picture import Picture, Still, still
from labkit.figures.scale import on_a_scale
from labkit.figures.strip_plots import strip_plot
from labkit.figures.style import figure, number, spread, styled
from labkit.figures.sweeps import sweep

__all__ = [
    "Picture", "Still", "compare_runs", "figure", "image_rows", "line_panels", "number", "on_a_scale", "spread",
    "still", "strip_plot", "styled", "sweep",
]
