"""Committees of models without models: errors drawn with a given correlation, and samples drawn with replacement.

Symbols: k models with errors ε₁ … ε_k, each of mean 0 and mean square v = 1; c = E[εᵢεⱼ] is their covariance, with
v = 1 also their correlation. n examples in a bootstrap sample.
"""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from labkit.checks import FLOAT, Range, check_int, class_labels, in_range, streams
from labkit.ensemble import bootstrap_indices, ensemble_variance, out_of_bag, share_left_out
from labkit.fits import guard
from labkit.losses import softmax
from labkit.network import Network
from labkit.training import Evaluation

Array = np.ndarray
MOST, TRIALS = 30, 20000
"""Models, and how often they are all asked."""
RESAMPLES = 400


# ------------------------------------------------------------------------------------------------ correlated errors
def lowest_correlation(k: int) -> float:
    """−1/(k − 1): k errors cannot be more opposed to each other than that; −1 for two, −∞ for one.

    >>> lowest_correlation(11)
    -0.1
    """
    return -1 / (k - 1) if check_int("lowest_correlation", "k", k) > 1 else -math.inf


def correlated_errors(c: float, k: int, *, trials: int = TRIALS, seed: int = 0) -> Array:
    """Normal errors (k, trials) with mean 0, variance 1 and correlation c between any two: ε = Σ^½ z, z ~ N(0, I).

    Raises ValueError for c outside [−1/(k − 1), 1].
    """
    k, trials = check_int("correlated_errors", "k", k), check_int("correlated_errors", "trials", trials)
    seed = check_int("correlated_errors", "seed", seed, low=0)
    fix = f"No {k} errors can be opposed more than that." if c < 0 else ""
    c = in_range("correlated_errors", "c", c, Range(max(-1.0, lowest_correlation(k)) - 1e-9, 1), fix)
    return (_root(c, k) @ _normal(trials, seed)[:k]).astype(FLOAT)


def _root(c: float, k: int) -> Array:
    """The symmetric square root of the k × k matrix with 1 on its diagonal and c elsewhere."""
    values, vectors = np.linalg.eigh((1 - c) * np.eye(k) + c)
    return ((vectors * np.sqrt(values.clip(0))) @ vectors.T).astype(FLOAT)


@lru_cache(maxsize=2)
def _normal(trials: int, seed: int) -> Array:
    return streams(seed).noise.standard_normal((MOST, trials), dtype=FLOAT)


class Committee(NamedTuple):
    """k models with correlated errors of mean square v = 1, and how large the error of their average is.

    requested is the correlation that was asked for, c the one they have: not below −1/(k − 1). single_error and
    ensemble_error (trials,)
    are errors of the first model and of the average. sizes (s,) are numbers of models, measured and formula (s,) the
    mean square of the average of so many: simulated, and v/k + (k − 1)c/k.
    """

    k: int
    requested: float
    c: float
    single_error: Array
    ensemble_error: Array
    sizes: Array
    measured: Array
    formula: Array

    @property
    def simulated_mse(self) -> float:
        """The simulated mean square of the average of all k."""
        return float(np.mean(self.ensemble_error.astype(float) ** 2))

    @property
    def expected(self) -> float:
        """The same by the formula."""
        return float(ensemble_variance(1.0, self.c, self.k))


def committee(c: float, k: int, *, seed: int = 0) -> Committee:
    """Simulate; a correlation that k errors cannot have is raised to the lowest they can.

    >>> m = committee(0.5, 10)
    >>> round(m.expected, 3), abs(m.simulated_mse - m.expected) < 0.02
    (0.55, True)
    """
    k, c = check_int("committee", "k", k), in_range("committee", "c", c, Range(-math.inf, 1))
    possible = max(c, lowest_correlation(k))
    largest = MOST if possible > -1 / MOST else min(MOST, int(1 - 1 / possible + 1e-9))
    errors = correlated_errors(possible, largest, seed=seed)
    sizes = np.arange(1, largest + 1)
    averages = np.cumsum(errors, axis=0) / sizes[:, None].astype(FLOAT)
    measured = np.mean(averages**2, axis=1, dtype=float)
    return Committee(k, float(c), float(possible), errors[0], averages[k - 1], sizes, measured,
                     ensemble_variance(1.0, possible, sizes))


# ------------------------------------------------------------------------------------------------ with replacement
class Sample(NamedTuple):
    """One bootstrap sample of n examples: how often each was drawn, counts (n,), and what is left out on average.

    sizes (s,) are numbers of examples, measured (s,) the share that simulated samples leave out, formula (s,) the
    expected one.
    """

    counts: Array
    sizes: Array
    measured: Array
    formula: Array

    @property
    def left_out(self) -> int:
        """How many examples were not drawn."""
        return int(np.count_nonzero(self.counts == 0))


def bootstrap_sample(n: int, draw: int = 1, *, seed: int = 0) -> Sample:
    """Draw n of n examples with replacement; `draw` numbers the samples.

    >>> int(bootstrap_sample(10).counts.sum())
    10
    """
    n, draw = check_int("bootstrap_sample", "n", n), check_int("bootstrap_sample", "draw", draw)
    seed = check_int("bootstrap_sample", "seed", seed, low=0)
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(n, draw)))
    counts = np.bincount(bootstrap_indices(rng, n), minlength=n)
    sizes, measured = _left_out(seed)
    return Sample(counts, sizes, measured, share_left_out(sizes))


@lru_cache(maxsize=2)
def _left_out(seed: int) -> tuple[Array, Array]:
    """The share left out by simulated samples of several sizes."""
    sizes, rng = np.array([1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000]), streams(seed).data
    return sizes, np.array([out_of_bag(bootstrap_indices(rng, n, RESAMPLES)).mean() for n in sizes.tolist()])


# ------------------------------------------------------------------------------------------------ networks
def ensemble_evaluation(x: Array, y: Array) -> Callable[[Network], Evaluation]:
    """A function network → Evaluation of the mean of its replicas' probabilities on x (n, d), labels y (n,).

    The loss is −mean log p̄_y with p̄ (n, classes) = mean over the replicas of softmax(logits).
    """
    y = class_labels("ensemble_evaluation", y)

    def evaluate(net: Network) -> Evaluation:
        p = softmax(net.forward(x)).mean(axis=0)  # (K, n, classes) → (n, classes)
        with np.errstate(divide="ignore"):
            return Evaluation(float(-np.log(p[np.arange(len(y)), y]).mean()), float((p.argmax(axis=-1) == y).mean()))

    return evaluate


guard(__name__)
