"""What activations do to signals (`saturation`) and to steps (`zigzag`); a student's own, coded or drawn."""

from labkit.lessons.activations.experiments.saturation import widest_input
from labkit.lessons.activations.experiments.zigzag import zigzag_descent

__all__ = ["widest_input", "zigzag_descent"]
