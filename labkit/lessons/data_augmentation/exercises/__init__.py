"""Exercises of notebook 09: random crop with padding, cutout, mixup."""

from labkit.lessons.data_augmentation.exercises.crop import CROP
from labkit.lessons.data_augmentation.exercises.cutout import CUTOUT
from labkit.lessons.data_augmentation.exercises.mixup import MIXUP

EXERCISES = {"09-crop": CROP, "09-cutout": CUTOUT, "09-mixup": MIXUP}
