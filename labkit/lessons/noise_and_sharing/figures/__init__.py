"""Pictures of notebook 12: what noise, shared weights and other tasks do (`effects`), a student's windows (`yours`)."""

from labkit.fits import guard
from labkit.lessons.noise_and_sharing.figures.effects import (
    CopiesPicture,
    ShiftPicture,
    TasksPicture,
    TransferPicture,
    sine_panels,
)
from labkit.lessons.noise_and_sharing.figures.yours import OwnHeadsPicture, OwnWindowPicture

__all__ = ["CopiesPicture", "OwnHeadsPicture", "OwnWindowPicture", "ShiftPicture", "TasksPicture", "TransferPicture",
           "sine_panels"]

guard(__name__)
