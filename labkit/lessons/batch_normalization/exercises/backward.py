"""Exercise: the way back."""

from collections.abc import Callable

import numpy as np

from labkit.exercises.exercise import Exercise, Function, by_differences
from labkit.lessons.batch_normalization.exercises.forward import bn_forward, drawn, normalised

Array = np.ndarray


def bn_backward(dy: Array, x: Array, gamma: Array, eps: float) -> tuple[Array, Array, Array]:
    """∂L/∂x, ∂L/∂γ and ∂L/∂β by finite differences of L = Σ dy · y in the forward pass."""
    def loss(x: Array, gamma: Array, beta: Array) -> float:
        return (dy * bn_forward(x, gamma, beta, eps)).sum()

    args = np.asarray(x, float), np.asarray(gamma, float), np.zeros(len(gamma))
    dx, dgamma, dbeta = (by_differences(loss, at)(*args) for at in range(3))
    return dx, dgamma, dbeta


def sent_back(dx: Callable[..., Array], *, dgamma: Callable[..., Array] = lambda dy, x, x_hat: (dy * x_hat).sum(axis=0),
              dbeta: Callable[..., Array] = lambda dy: dy.sum(axis=0)) -> Function:
    """The mistake of another dx(g, x̂, std), with g = γ dy, or of another dγ or dβ."""
    def rule(dy: Array, x: Array, gamma: Array, eps: float) -> tuple[Array, Array, Array]:
        x_hat, std = normalised(x, eps), np.sqrt(x.var(axis=0) + eps)
        return dx(gamma * dy, x_hat, std), dgamma(dy, x, x_hat), dbeta(dy)
    return rule


def right(g: Array, x_hat: Array, std: Array) -> Array:
    """(g − mean(g) − x̂ · mean(g x̂)) / √(var + ε)."""
    return (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0)) / std


BACKWARD = Exercise(
    reference=bn_backward,
    returns=("dx", "dgamma", "dbeta"),
    cases=[(np.array([[1.0], [0.0], [0.0]]), np.array([[1.0], [2.0], [3.0]]), np.array([1.0]), 1e-5),
           (drawn(40, 3, 2), drawn(41, 3, 2), np.array([1.0, 1.0]), 1e-5),
           (drawn(42, 5, 2), drawn(43, 5, 2, mean=3.0, std=2.0), np.array([2.0, -0.5]), 1e-5),
           (drawn(44, 4, 3), drawn(45, 4, 3), drawn(46, 3), 0.2)],
    tested="dx, dγ and dβ against finite differences of the forward pass, in four batches, one with ε = 0.2.",
    atol=1e-6,
    hints=(
        "Begin with the easy two: dβ and dγ are sums over the batch. For dx remember that moving one example also "
        "moves the mean and the variance, and with them all outputs.",
        "With g = gamma · dy the gradient that reaches x̂. From g, two things are taken away: its mean over the "
        "batch, and x̂ times the mean of g·x̂. What is left is divided by √(var + ε).",
        "You need std and x_hat as in the forward pass, and g = gamma * dy. In the bracket stand g, minus "
        "g.mean(axis=0), minus x_hat times one more mean along axis 0. Return dx, then the sums for gamma and for "
        "beta.",
    ),
    mistakes={
        "you took mean and variance as constants; but they depend on x, and moving one example moves all outputs. Two "
        "more terms: − mean(g) and − x̂ · mean(g x̂), with g = γ dy.":
            sent_back(lambda g, x_hat, std: g / std),
        "the way through the variance is missing: − x̂ · mean(g x̂), with g = γ dy.":
            sent_back(lambda g, x_hat, std: (g - g.mean(axis=0)) / std),
        "the way through the mean is missing: − mean(g), with g = γ dy.":
            sent_back(lambda g, x_hat, std: (g - x_hat * (g * x_hat).mean(axis=0)) / std),
        "the two terms of mean and variance are MEANS over the batch; you took sums.":
            sent_back(lambda g, x_hat, std: (g - g.sum(axis=0) - x_hat * (g * x_hat).sum(axis=0)) / std),
        "the division by √(var + ε) is missing in dx.":
            sent_back(lambda g, x_hat, std: right(g, x_hat, 1.0)),
        "divide dx by √(var + ε), not by var + ε.":
            sent_back(lambda g, x_hat, std: right(g, x_hat, std**2)),
        "multiply or divide? x̂ = (x − mean)/std, so dx is DIVIDED by √(var + ε).":
            sent_back(lambda g, x_hat, std: right(g, x_hat, 1 / std)),
        "ε is missing: the forward pass divides by √(var + ε), and so does the way back, in x̂ too.":
            lambda dy, x, gamma, eps: sent_back(right)(dy, x, gamma, 0.0),
        "x̂ is right, but dx was divided by √var, without ε: the same √(var + ε) stands in both places.":
            lambda dy, x, gamma, eps:
                sent_back(lambda g, x_hat, std: right(g, x_hat, x.std(axis=0)))(dy, x, gamma, eps),
        "a sign: both terms are subtracted.":
            sent_back(lambda g, x_hat, std: (g + g.mean(axis=0) + x_hat * (g * x_hat).mean(axis=0)) / std),
        "where is γ? dx̂ = γ · dy goes back through the normalisation.":
            lambda dy, x, gamma, eps: sent_back(right)(dy, x, np.ones(len(gamma)), eps),
        "γ multiplies x̂, not x: dγ = Σ dy · x̂ over the batch.":
            sent_back(right, dgamma=lambda dy, x, x_hat: (dy * x).sum(axis=0)),
        "γ and β get the SUM over the batch: the mean is in the loss already, and so in dy.":
            sent_back(right, dgamma=lambda dy, x, x_hat: (dy * x_hat).mean(axis=0), dbeta=lambda dy: dy.mean(axis=0)),
    },
)
