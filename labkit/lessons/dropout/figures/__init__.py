"""Pictures of this lesson: units that blink out, the four masks of two inputs, the mean of many masks."""

from labkit.lessons.dropout.figures.averages import AveragesPicture
from labkit.lessons.dropout.figures.masks import TablePicture
from labkit.lessons.dropout.figures.network import ThinnedPicture

__all__ = ["AveragesPicture", "TablePicture", "ThinnedPicture"]
