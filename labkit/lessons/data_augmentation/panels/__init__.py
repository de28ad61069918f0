"""Panels of this lesson: photographs that are augmented, and cards to sort."""

from labkit.lessons.data_augmentation.panels.photos import augmentation_trainer, photo_explorer
from labkit.lessons.data_augmentation.panels.sorting import Sorting

__all__ = ["Sorting", "augmentation_trainer", "photo_explorer"]
