"""Exercises of notebook 10: inverted dropout there and back, the weight scaling rule, the mean of many masks."""

from labkit.lessons.dropout.exercises.inverted import INVERTED
from labkit.lessons.dropout.exercises.monte_carlo import MONTE_CARLO
from labkit.lessons.dropout.exercises.scaling import SCALING

EXERCISES = {"10-inverted-dropout": INVERTED, "10-weight-scaling": SCALING, "10-mc-dropout": MONTE_CARLO}
