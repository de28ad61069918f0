"""Pictures of this lesson: patience, a bowl, the kept snapshot (`stopping`); your patience (`yours`); a real run
(`recorded`); stills (`stills`).
"""

from labkit.fits import guard
from labkit.lessons.early_stopping.figures.recorded import OwnEndPicture, WrongLabelsPicture
from labkit.lessons.early_stopping.figures.stills import accuracy_with_ends, shares_of_the_way
from labkit.lessons.early_stopping.figures.stopping import BowlPicture, Kept, PatiencePicture
from labkit.lessons.early_stopping.figures.yours import OwnPatiencePicture

__all__ = ["BowlPicture", "Kept", "OwnEndPicture", "OwnPatiencePicture", "PatiencePicture", "WrongLabelsPicture",
           "accuracy_with_ends", "shares_of_the_way"]

guard(__name__)
