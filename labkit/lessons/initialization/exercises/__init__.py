"""Exercises of notebook 03: Xavier, He, the theory's prediction, and the least change that breaks a symmetry."""

from labkit.lessons.initialization.exercises.he import HE
from labkit.lessons.initialization.exercises.predict import PREDICT
from labkit.lessons.initialization.exercises.symmetry import SYMMETRY
from labkit.lessons.initialization.exercises.xavier import XAVIER

EXERCISES = {"03-xavier": XAVIER, "03-he": HE, "03-predict": PREDICT, "03-symmetry": SYMMETRY}
