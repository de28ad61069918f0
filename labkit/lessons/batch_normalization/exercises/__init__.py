"""Exercises of notebook 06: batch norm in training, in evaluation, and the way back."""

from labkit.lessons.batch_normalization.exercises.backward import BACKWARD
from labkit.lessons.batch_normalization.exercises.evaluate import EVALUATE
from labkit.lessons.batch_normalization.exercises.forward import FORWARD

EXERCISES = {"06-forward": FORWARD, "06-evaluate": EVALUATE, "06-backward": BACKWARD}
