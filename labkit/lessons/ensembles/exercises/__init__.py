"""Exercises of notebook 11: a bootstrap sample, the soft vote, how many models, what their average keeps."""

from labkit.lessons.ensembles.exercises.bootstrap import BOOTSTRAP
from labkit.lessons.ensembles.exercises.moments import MOMENTS
from labkit.lessons.ensembles.exercises.needed import NEEDED
from labkit.lessons.ensembles.exercises.soft_vote import SOFT_VOTE

EXERCISES = {"11-bootstrap": BOOTSTRAP, "11-soft-vote": SOFT_VOTE, "11-models-needed": NEEDED, "11-moments": MOMENTS}
