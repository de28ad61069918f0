"""The shape of data and loss (`conditioning`), a cloud made white (`whitening`), and `images`."""

from labkit.lessons.preprocessing.experiments.conditioning import (
    best_rate,
    condition_number,
    gradient_path,
    hessian,
    noise_share,
    steps_to,
)
from labkit.lessons.preprocessing.experiments.images import (
    Reconstruction,
    Sweep,
    SweptImages,
    WhitenedImages,
    reconstruct,
    swept_images,
    whiten_noisy,
)
from labkit.lessons.preprocessing.experiments.whitening import PIPELINES, Cloud, Stage, cloud, whitening_path

__all__ = ["PIPELINES", "Cloud", "Reconstruction", "Stage", "Sweep", "SweptImages", "WhitenedImages", "best_rate",
           "cloud", "condition_number", "gradient_path", "hessian", "noise_share", "reconstruct", "steps_to",
           "swept_images", "whiten_noisy", "whitening_path"]
