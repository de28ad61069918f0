"""What activations do to signals (`saturation`) and to steps (`zigzag`)."""

from labkit.lessons.activations.experiments.saturation import widest_input
from labkit.lessons.activations.experiments.zigzag import descend

__all__ = ["descend", "widest_input"]
