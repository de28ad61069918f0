"""Pictures of this lesson: averages and samples (`committees`), a student's (`yours`), measurements (`measured`)."""

from labkit.fits import guard
from labkit.lessons.ensembles.figures.committees import CommitteePicture, SamplePicture
from labkit.lessons.ensembles.figures.measured import ForetoldPicture, IntervalPicture, ReliabilityPicture, shares
from labkit.lessons.ensembles.figures.yours import OwnCommitteePicture

__all__ = ["CommitteePicture", "ForetoldPicture", "IntervalPicture", "OwnCommitteePicture", "ReliabilityPicture",
           "SamplePicture", "shares"]

guard(__name__)
