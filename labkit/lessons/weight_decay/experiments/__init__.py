"""What overfits (`overfitting`), and how penalties shrink the weights (`shrinkage`)."""

from labkit.lessons.weight_decay.experiments.overfitting import noisy_fashion, scale_classifier
from labkit.lessons.weight_decay.experiments.shrinkage import quadratic_features, r_squared, touch

__all__ = ["noisy_fashion", "quadratic_features", "r_squared", "scale_classifier", "touch"]
