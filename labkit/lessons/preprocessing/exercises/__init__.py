"""Exercises of notebook 02: features in the units of the training set, PCA by SVD, whitening with ε."""

from labkit.lessons.preprocessing.exercises.pca import PCA
from labkit.lessons.preprocessing.exercises.standardise import STANDARDISE
from labkit.lessons.preprocessing.exercises.whiten import WHITEN

EXERCISES = {"02-standardise": STANDARDISE, "02-pca": PCA, "02-whiten": WHITEN}
