"""Pictures of this lesson: what overfits, how penalties shrink weights, and their paths."""

from labkit.fits import guard
from labkit.lessons.weight_decay.figures.shrinkage import weight_histograms
from labkit.lessons.weight_decay.figures.stills import error_against_size

__all__ = ["error_against_size", "weight_histograms"]

guard(__name__)
