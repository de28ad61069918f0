"""What overfits (`overfitting`, `descent`), how penalties shrink weights (`shrinkage`), what each believes (`priors`).
"""

from labkit.lessons.weight_decay.experiments.descent import double_descent
from labkit.lessons.weight_decay.experiments.overfitting import noisy_fashion, scale_classifier
from labkit.lessons.weight_decay.experiments.shrinkage import penalised_minima, quadratic_features, r_squared

__all__ = ["double_descent", "noisy_fashion", "penalised_minima", "quadratic_features", "r_squared", "scale_classifier"]
