"""One photograph and many random versions of it (`photos`), and versions that a student's functions make (`yours`)."""

from labkit.lessons.data_augmentation.experiments.photos import STRENGTHS, AugmentedBatch, Augmenter, Strength, framed
from labkit.lessons.data_augmentation.experiments.yours import own_mixtures, own_versions, shown_photos, two_ways

__all__ = ["STRENGTHS", "AugmentedBatch", "Augmenter", "Strength", "framed", "own_mixtures", "own_versions",
           "shown_photos", "two_ways"]
