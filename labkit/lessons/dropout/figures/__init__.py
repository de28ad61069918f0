"""Pictures of this lesson: units that blink out, the four masks of two inputs, many masks, a student's layer."""

from labkit.fits import guard
from labkit.lessons.dropout.figures.averages import AveragesPicture
from labkit.lessons.dropout.figures.masks import TablePicture
from labkit.lessons.dropout.figures.network import ThinnedPicture
from labkit.lessons.dropout.figures.yours import OwnDropoutPicture

__all__ = ["AveragesPicture", "OwnDropoutPicture", "TablePicture", "ThinnedPicture"]

guard(__name__)
