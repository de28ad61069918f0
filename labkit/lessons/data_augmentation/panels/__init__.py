"""Panels of this lesson: photographs that are augmented, by a student's functions too, and cards to sort."""

from labkit.lessons.data_augmentation.panels.photos import augmentation_trainer, photo_explorer
from labkit.lessons.data_augmentation.panels.sorting import Sorting
from labkit.lessons.data_augmentation.panels.yours import your_crop, your_cutout, your_mixup, your_training

__all__ = ["Sorting", "augmentation_trainer", "photo_explorer", "your_crop", "your_cutout", "your_mixup",
           "your_training"]
