"""Pictures of this lesson: how activations saturate, how units die, how steps zigzag."""

from labkit.lessons.activations.figures.deaths import dead_map
from labkit.lessons.activations.figures.saturation import gallery

__all__ = ["dead_map", "gallery"]
