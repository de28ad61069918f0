"""Pictures of this lesson: what overfits, how penalties shrink weights, and their paths."""

from labkit.lessons.weight_decay.figures.shrinkage import weight_histograms

__all__ = ["weight_histograms"]
