"""The panels of notebook 12: noise, shared weights, other tasks (`effects`), and a student's functions (`yours`)."""

from labkit.lessons.noise_and_sharing.panels.effects import (
    copies_explorer,
    noise_trainer,
    shift_explorer,
    tasks_explorer,
    transfer_explorer,
)
from labkit.lessons.noise_and_sharing.panels.yours import your_heads, your_smoothing, your_window

__all__ = ["copies_explorer", "noise_trainer", "shift_explorer", "tasks_explorer", "transfer_explorer",
           "your_heads", "your_smoothing", "your_window"]
