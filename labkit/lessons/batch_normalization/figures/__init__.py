"""Pictures of this lesson: one normalised unit, and stills of training runs."""

from labkit.fits import guard
from labkit.lessons.batch_normalization.figures.stills import (
    gains,
    ioffe_szegedy_figure_1,
    noise_strips,
    scatter_vs_identity,
    sweeps,
)

__all__ = ["gains", "ioffe_szegedy_figure_1", "noise_strips", "scatter_vs_identity", "sweeps"]

guard(__name__)
