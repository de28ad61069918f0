"""What can be measured on networks that are there: how far a result may be off, how sure they are, what they share.

Symbols: n examples, B bootstrap samples; errors (members, n); p (members, n, classes) are probabilities.
"""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from labkit.checks import Range, check_array, check_int, in_range, lookup
from labkit.ensemble import Reliability, ensemble_variance, error_moments, reliability
from labkit.exercises.answers import array_of, values_of
from labkit.fits import guard

Array = np.ndarray
RESAMPLED, SAMPLES, LEVEL = 1000, 40, 0.95
STATISTICS: dict[str, tuple[Callable[..., Array], float]] = {
    "mean": (np.mean, 1.0), "median": (np.median, math.log(2)), "standard deviation": (np.std, 1.0),
}
"""A statistic, and its true value for waiting times that are exponentially distributed with mean 1."""


# ------------------------------------------------------------------------------------------------ intervals
class Intervals(NamedTuple):
    """Bootstrap intervals for a statistic of n waiting times: 40 samples, one of them looked at closely.

    estimates (40,), low (40,) and high (40,) belong to the samples; resampled (B,) are the values of bootstrap samples
    of sample number `draw`, counted from 1.
    """

    n: int
    statistic: str
    draw: int
    truth: float
    estimates: Array
    low: Array
    high: Array
    resampled: Array

    @property
    def missed(self) -> Array:
        """Which of the intervals do not contain the truth: (40,)."""
        return (self.truth < self.low) | (self.truth > self.high)


def intervals(n: int, statistic: str = "mean", draw: int = 1) -> Intervals:
    """Draw 40 samples of n, and of each 1000 bootstrap samples; the middle 95 % of their values are the interval.

    Efron 1979, doi:10.1214/aos/1176344552.

    >>> found = intervals(50)
    >>> bool(found.low[0] < found.estimates[0] < found.high[0])
    True
    """
    n, draw = check_int("intervals", "n", n, low=2), check_int("intervals", "draw", draw, high=SAMPLES)
    truth = lookup(STATISTICS, statistic, "intervals: statistic")[1]
    estimates, resampled = _resampled(n, statistic)
    low, high = np.quantile(resampled, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=1)
    return Intervals(n, statistic, draw, truth, estimates, low, high, resampled[draw - 1])


@lru_cache(maxsize=32)
def _resampled(n: int, statistic: str) -> tuple[Array, Array]:
    f, rng = STATISTICS[statistic][0], np.random.default_rng(n)
    x = rng.exponential(size=(SAMPLES, n))
    again = np.stack([f(sample[rng.integers(n, size=(RESAMPLED, n))], axis=1) for sample in x])
    return f(x, axis=1), again


# ------------------------------------------------------------------------------------------------ calibration
class Sureness(NamedTuple):
    """The average of the first k networks at a temperature: how sure it is, and how often right."""

    k: int
    temperature: float
    accuracy: float
    bins: Reliability


def sureness(p: Array, y: Array, k: int, temperature: float = 1.0) -> Sureness:
    """Average p (members, n, classes) over the first k, raise to the power 1/T, make the rows sum to 1, and look.

    T above 1 makes an answer less sure, and changes no class.
    """
    p = check_array("sureness", p, "(members, n, classes)", name="p")
    if np.shape(y) != p.shape[1:2]:
        raise ValueError(f"sureness: y has shape {np.shape(y)}; expected a class for each of {p.shape[1]}.")
    k = check_int("sureness", "k", k, high=len(p))
    temperature = in_range("sureness", "temperature", temperature, Range(0, math.inf, open_low=True))
    q = p[:k].mean(axis=0, dtype=float) ** (1 / temperature)
    q /= q.sum(axis=-1, keepdims=True)
    return Sureness(k, temperature, float(np.mean(q.argmax(axis=-1) == y)), reliability(q, y))


# ------------------------------------------------------------------------------------------------ predicted gains
class Foretold(NamedTuple):
    """Squared errors of averages as shares of one network's: sizes (s,), measured on networks that were kept apart,
    predicted by the student's function and by labkit's from `m` others, all (s,)."""

    m: int
    sizes: Array
    measured: Array
    yours: Array
    labkits: Array
    moments: tuple[float, float]


def foretold(f: Callable[..., tuple], errors: Array, m: int, shift: int = 0) -> Foretold:
    """Give v, c, mse = f(errors of m networks, k) and compare with averages of the others; `shift` chooses which m.

    Raises AttemptError for an answer that is not three numbers.
    """
    errors = check_array("foretold", errors, "(networks, n)", name="errors", dtype=float)
    errors = np.roll(errors, -check_int("foretold", "shift", shift, low=0), axis=0)
    m = check_int("foretold", "m", m, low=2, high=len(errors) - 1)
    seen, others = errors[:m], errors[m:]
    sizes = np.arange(1, len(others) + 1)
    measured = np.square(np.cumsum(others, axis=0) / sizes[:, None]).mean(axis=1)
    answers = [_three(f(seen.copy(), k)) for k in sizes.tolist()]
    v, c = error_moments(seen)
    one = np.square(others).mean()
    return Foretold(m, sizes, measured / one, np.array([mse for _, _, mse in answers]) / one,
                    ensemble_variance(v, c, sizes) / one, answers[0][:2])


def _three(answer: tuple) -> tuple[float, float, float]:
    names = ("v", "c", "mse")
    v, c, mse = (float(array_of(x, (), name)) for x, name in zip(values_of(answer, names), names, strict=True))
    return v, c, mse


guard(__name__)
