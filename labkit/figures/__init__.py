"""Figures draw arrays: they know nothing of networks, optimizers or widgets.

`style` has the palette and the fonts, `picture` a figure that is redrawn in place, the other modules one topic each.
"""

from labkit.figures.picture import Picture, Still, still
from labkit.figures.style import figure, number, styled

__all__ = ["Picture", "Still", "figure", "number", "still", "styled"]
