"""Pictures of this lesson: how activations saturate, how units die, how steps zigzag, and why the sigmoid went."""

from labkit.fits import guard
from labkit.lessons.activations.figures.deaths import dead_map
from labkit.lessons.activations.figures.saturation import gallery
from labkit.lessons.activations.figures.why import why_not_the_sigmoid

__all__ = ["dead_map", "gallery", "why_not_the_sigmoid"]

guard(__name__)
