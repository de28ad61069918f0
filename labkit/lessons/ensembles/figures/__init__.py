"""Pictures of this lesson: averages of errors and bootstrap samples, and a committee of a student's making."""

from labkit.lessons.ensembles.figures.committees import CommitteePicture, SamplePicture
from labkit.lessons.ensembles.figures.yours import OwnCommitteePicture

__all__ = ["CommitteePicture", "OwnCommitteePicture", "SamplePicture"]
