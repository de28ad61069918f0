"""Exercises of notebook 11: a bootstrap sample and what it leaves out, the soft vote, how many models are enough."""

from labkit.lessons.ensembles.exercises.bootstrap import BOOTSTRAP
from labkit.lessons.ensembles.exercises.needed import NEEDED
from labkit.lessons.ensembles.exercises.soft_vote import SOFT_VOTE

EXERCISES = {"11-bootstrap": BOOTSTRAP, "11-soft-vote": SOFT_VOTE, "11-models-needed": NEEDED}
