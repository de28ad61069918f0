"""Versions of one photograph (`photos`), a student's (`yours`), and pictures to learn from (`training`)."""

from labkit.lessons.data_augmentation.experiments.photos import STRENGTHS, AugmentedBatch, Augmenter, Strength, framed
from labkit.lessons.data_augmentation.experiments.training import KNOBS, augmenter
from labkit.lessons.data_augmentation.experiments.yours import own_mixtures, own_versions, shown_photos, two_ways

__all__ = ["KNOBS", "STRENGTHS", "AugmentedBatch", "Augmenter", "Strength", "augmenter", "framed", "own_mixtures",
           "own_versions", "shown_photos", "two_ways"]
