"""Pictures of this lesson: patience, a bowl with two ways down, the kept snapshot (`stopping`); your patience."""

from labkit.lessons.early_stopping.figures.stopping import BowlPicture, Kept, PatiencePicture
from labkit.lessons.early_stopping.figures.yours import OwnPatiencePicture

__all__ = ["BowlPicture", "Kept", "OwnPatiencePicture", "PatiencePicture"]
