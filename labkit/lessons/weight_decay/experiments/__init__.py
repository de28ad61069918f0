"""What overfits (`overfitting`), and how penalties shrink the weights (`shrinkage`)."""

from labkit.lessons.weight_decay.experiments.overfitting import noisy_fashion, scale_classifier
from labkit.lessons.weight_decay.experiments.shrinkage import penalised_minima, quadratic_features, r_squared

__all__ = ["noisy_fashion", "penalised_minima", "quadratic_features", "r_squared", "scale_classifier"]
