"""Pictures of this lesson: a cloud of points, principal components, and stills."""

from labkit.fits import guard
from labkit.lessons.preprocessing.figures.stills import loss_and_accuracy, point_clouds

__all__ = ["loss_and_accuracy", "point_clouds"]

guard(__name__)
