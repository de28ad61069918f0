"""Exercises of notebook 04: momentum, RMSProp and Adam as functions of θ, the gradient and what is remembered.

A function is judged by its walk: it is handed its own state back at every step, so that any state will do that leads
to the right points.
"""

from labkit.lessons.optimizers.exercises.adam import ADAM
from labkit.lessons.optimizers.exercises.momentum import MOMENTUM
from labkit.lessons.optimizers.exercises.rmsprop import RMSPROP

EXERCISES = {"04-momentum": MOMENTUM, "04-rmsprop": RMSPROP, "04-adam": ADAM}
