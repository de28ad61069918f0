"""Exercises of notebook 06: batch norm in training, in evaluation, and the way back."""

from collections.abc import Callable
from typing import Any

import numpy as np

from labkit.exercises.exercise import Exercise, Function, by_differences

Array = np.ndarray


def drawn(seed: int, *shape: int, mean: float = 0.0, std: float = 1.0) -> Array:
    """Normal numbers of this shape."""
    return mean + std * np.random.default_rng(seed).standard_normal(shape)


# ------------------------------------------------------------------------------------------------ training
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


# ------------------------------------------------------------------------------------------------ evaluation
def bn_evaluate(x: Array, batches: Array, gamma: Array, beta: Array, decay: float, eps: float) -> Array:
    """γ (x − mean)/√(var + ε) + β with running averages over the batches (steps, m, n), from mean 0 and var 1 on:
    running ← decay · running + (1 − decay) · batch, and the variance of a batch times m/(m − 1).
    """
    return by_running()(x, batches, gamma, beta, decay, eps)


def by_running(*, ddof: int = 1, start: float = 1.0, first: bool = False, swap: bool = False, root: bool = False,
               outside: float = 1.0) -> Function:
    """Evaluation, or evaluation with a mistake: another variance, another start, decay and 1 − decay exchanged …"""
    def rule(x: Array, batches: Array, gamma: Array, beta: Array, decay: float, eps: float) -> Array:
        keep = 1 - decay if swap else decay
        mean, var = np.zeros(x.shape[1]), np.full(x.shape[1], start)
        if first:
            mean, var = batches[0].mean(axis=0), batches[0].var(axis=0, ddof=ddof)
        for batch in batches:
            spread = batch.std(axis=0, ddof=ddof) if root else batch.var(axis=0, ddof=ddof)
            mean = keep * mean + (1 - keep) * batch.mean(axis=0) * outside
            var = keep * var + (1 - keep) * spread * outside
        return gamma * (x - mean) / ((var + eps) if root else np.sqrt(var + eps)) + beta
    return rule


def with_statistics(of: Callable[[Array, Array], tuple[Array, Array]]) -> Function:
    """The mistake of taking mean and variance from somewhere else."""
    def rule(x: Array, batches: Array, gamma: Array, beta: Array, decay: float, eps: float) -> Array:
        mean, var = of(x, batches)
        return gamma * (x - mean) / np.sqrt(var + eps) + beta
    return rule


def _evaluation(seed: int, steps: int, m: int, n: int, decay: float, eps: float = 1e-5) -> tuple[Any, ...]:
    """A case: a batch to evaluate, and training batches that come from elsewhere."""
    return (drawn(seed, 3, n, mean=1.0), drawn(seed + 1, steps, m, n, mean=2.0, std=3.0), drawn(seed + 2, n),
            drawn(seed + 3, n), decay, eps)


EVALUATE = Exercise(
    reference=bn_evaluate,
    cases=[_evaluation(10, 5, 4, 2, 0.9), _evaluation(20, 20, 3, 3, 0.8), _evaluation(30, 2, 6, 2, 0.5, 0.1)],
    tested="three layers that have seen 5, 20 and 2 batches of 4, 3 and 6 examples, with decay 0.9, 0.8 and 0.5.",
    mistakes={
        "those are the mean and variance of x itself: the training mode. In evaluation the running averages count, so "
        "that the answer for one example does not depend on the others.":
            with_statistics(lambda x, batches: (x.mean(axis=0), x.var(axis=0))),
        "decay is the weight of the PAST: decay · running + (1 − decay) · batch. (Some frameworks call 1 − decay the "
        "momentum.)":
            by_running(swap=True),
        "the variance of a batch is a little too small on average; for the running average it is multiplied by "
        "m/(m − 1).":
            by_running(ddof=0),
        "the running variance begins at 1, not at 0.":
            by_running(start=0.0),
        "the running averages begin at mean 0 and variance 1, not at those of the first batch.":
            by_running(first=True),
        "average the VARIANCE, and take the root at the end; the mean of roots is smaller.":
            by_running(root=True),
        "you forget nothing: decay · running + batch; the batch counts 1 − decay.":
            lambda x, batches, gamma, beta, decay, eps: by_running(outside=1 / (1 - decay))(
                x, batches, gamma, beta, decay, eps),
        "those are the statistics of the last batch alone; the running averages remember the earlier ones too.":
            with_statistics(lambda x, batches: (batches[-1].mean(axis=0), batches[-1].var(axis=0, ddof=1))),
        "that weighs all batches alike; a running average gives the latest the weight 1 − decay and fades out the "
        "old ones.":
            with_statistics(lambda x, batches: (batches.mean(axis=(0, 1)),
                                                batches.var(axis=1, ddof=1).mean(axis=0))),
        "the running averages stay where they began, at 0 and 1: update them with every batch.":
            with_statistics(lambda x, batches: (0.0, 1.0)),
        "γ and β are missing.":
            lambda x, batches, gamma, beta, decay, eps: bn_evaluate(x, batches, 1.0, 0.0, decay, eps),
    },
)


# ------------------------------------------------------------------------------------------------ the way back
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
    cases=[(drawn(40, 3, 2), drawn(41, 3, 2), np.array([1.0, 1.0]), 1e-5),
           (drawn(42, 5, 2), drawn(43, 5, 2, mean=3.0, std=2.0), np.array([2.0, -0.5]), 1e-5),
           (drawn(44, 4, 3), drawn(45, 4, 3), drawn(46, 3), 0.2)],
    tested="dx, dγ and dβ against finite differences of the forward pass, in three batches, one with ε = 0.2.",
    atol=1e-6,
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

EXERCISES = {"06-forward": FORWARD, "06-evaluate": EVALUATE, "06-backward": BACKWARD}
