"""Exercise: training."""

from collections.abc import Callable

import numpy as np

from labkit.exercises.exercise import Exercise, Function

Array = np.ndarray


def drawn(seed: int, *shape: int, mean: float = 0.0, std: float = 1.0) -> Array:
    """Normal numbers of this shape."""
    return mean + std * np.random.default_rng(seed).standard_normal(shape)


def bn_forward(x: Array, gamma: Array, beta: Array, eps: float) -> Array:
    """γ (x − mean)/√(var + ε) + β, with mean and var of every unit over the batch; x (m, n), γ and β (n,)."""
    return gamma * normalised(x, eps) + beta


def normalised(x: Array, eps: float) -> Array:
    """x̂ of every unit over the batch."""
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def scaled(x_hat: Callable[[Array, float], Array]) -> Function:
    """The mistake of normalising in another way."""
    return lambda x, gamma, beta, eps: gamma * x_hat(x, eps) + beta


FORWARD = Exercise(
    reference=bn_forward,
    cases=[(np.array([[1.0, 10.0], [3.0, 30.0], [5.0, 80.0]]), np.array([1.0, 2.0]), np.array([0.0, -1.0]), 1e-5),
           (drawn(0, 4, 4, mean=3.0, std=2.0), drawn(1, 4), drawn(2, 4), 1e-5),
           (drawn(3, 8, 5, std=0.3), drawn(4, 5), drawn(5, 5), 0.1)],
    tested="batches of 3, 4 and 8 examples with 2, 4 and 5 units, one of them with ε = 0.1.",
    hints=(
        "For each unit (column) on its own: what are its mean and its variance over the batch? Which axis is the "
        "batch?",
        "x̂ = (x − mean)/√(var + ε) with mean and var along axis 0. After that gamma stretches and beta shifts.",
        "x_hat is (x - x.mean(axis=0)) divided by np.sqrt(… + eps). Multiply by one parameter, then add the other.",
    ),
    mistakes={
        "the mean runs over the wrong axis: every UNIT is normalised over the examples of the batch, axis=0. "
        "(Over the units of one example it is layer norm.)":
            scaled(lambda x, eps: normalised(x.T, eps).T),
        "one mean and one variance for the whole array; every unit (column) has its own: axis=0.":
            scaled(lambda x, eps: (x - x.mean()) / np.sqrt(x.var() + eps)),
        "divide by the standard deviation √(var + ε), not by the variance.":
            scaled(lambda x, eps: (x - x.mean(axis=0)) / (x.var(axis=0) + eps)),
        "in training the variance of the batch is Σ(x − mean)²/m; the m − 1 comes later, in the running average.":
            scaled(lambda x, eps: (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0, ddof=1) + eps)),
        "ε belongs under the root: √(var + ε), not √var + ε.":
            scaled(lambda x, eps: (x - x.mean(axis=0)) / (x.std(axis=0) + eps)),
        "ε is missing: √(var + ε), so that a constant unit does not divide by 0.":
            scaled(lambda x, eps: (x - x.mean(axis=0)) / x.std(axis=0)),
        "where is the mean? First x − mean, then the division.":
            scaled(lambda x, eps: x / np.sqrt(x.var(axis=0) + eps)),
        "a bracket: (x − mean) as a whole is divided by √(var + ε).":
            scaled(lambda x, eps: x - x.mean(axis=0) / np.sqrt(x.var(axis=0) + eps)),
        "that is x̂; it is still multiplied by γ and shifted by β.":
            lambda x, gamma, beta, eps: normalised(x, eps),
        "the shift β is missing.":
            lambda x, gamma, beta, eps: gamma * normalised(x, eps),
        "the scale γ is missing.":
            lambda x, gamma, beta, eps: normalised(x, eps) + beta,
        "β is added after the multiplication: γx̂ + β, not γ(x̂ + β).":
            lambda x, gamma, beta, eps: gamma * (normalised(x, eps) + beta),
        "γ and β are exchanged: γ multiplies, β is added.":
            lambda x, gamma, beta, eps: beta * normalised(x, eps) + gamma,
    },
)
