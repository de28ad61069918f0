"""Pictures of this lesson: one normalised unit, and stills of training runs."""

from labkit.lessons.batch_normalization.figures.stills import against, figure_one, noise_strips, sweeps

__all__ = ["against", "figure_one", "noise_strips", "sweeps"]
