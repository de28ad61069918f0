"""Exercise: standardise."""

from collections.abc import Callable

import numpy as np

from labkit.exercises.exercise import Exercise, Function
from labkit.lessons.preprocessing.exercises.cloud import cloud

Array = np.ndarray
Statistic = Callable[[Array], Array]


def standardise(x_train: Array, x: Array) -> Array:
    """z = (x − μ)/σ with mean and standard deviation of the training set; a feature with σ = 0 is divided by 1."""
    std = x_train.std(axis=0)
    return (x - x_train.mean(axis=0)) / np.where(std == 0, 1, std)


def with_statistics(mean: Statistic, std: Statistic, *, of_train: bool = True) -> Function:
    """The mistake of taking these statistics, of the training set or of the data themselves."""
    def mistaken(x_train: Array, x: Array) -> Array:
        source = x_train if of_train else x
        return (x - mean(source)) / np.where(std(source) == 0, 1, std(source))

    return mistaken


def _mean(x: Array) -> Array:
    return x.mean(axis=0)


def _std(x: Array) -> Array:
    return x.std(axis=0)


def _constant(x: Array, feature: int) -> Array:
    """A copy in which one feature never changes."""
    x = x.copy()
    x[:, feature] = 2.0
    return x


def _small(x: Array, feature: int) -> Array:
    """A copy in which the standard deviation of one feature is far below 1."""
    return x * np.where(np.arange(x.shape[1]) == feature, 0.05, 1.0)


STANDARDISE = Exercise(
    reference=standardise,
    cases=[(np.repeat([[1.0, 0.0], [3.0, 10.0]], 500, axis=0), np.array([[4.0, 10.0], [2.0, 5.0]])),
           (_small(cloud(1, 2000, 3), 2), _small(cloud(2, 6, 3) + 1.0, 2)), (cloud(3, 2000, 4), cloud(3, 2000, 4)[:1]),
           (_constant(cloud(4, 2000, 3), 1), _constant(cloud(5, 5, 3), 1))],
    tested="new examples, several and a single one, in the units of the training set; a feature that never changes "
           "becomes 0, not NaN. (n or n − 1 in σ makes no difference with so many examples.)",
    rtol=1e-3,
    hints=(
        "Which of the two arrays may say what the mean and the spread are? The other one is only measured with "
        "them.",
        "Mean and standard deviation, one for each feature (column), come from x_train alone, with axis=0. Then (x "
        "− mean)/std. What happens with a column whose std is 0?",
        "mean and std are x_train.mean(axis=0) and x_train.std(axis=0). Before you divide, replace the zeros in "
        "std by 1: np.where(std == 0, …, …).",
    ),
    mistakes={
        "these are the statistics of x itself; take those of x_train, so that one picture always means the same.":
            with_statistics(_mean, _std, of_train=False),
        "these are the statistics of x itself; take those of x_train. (One example alone has σ = 0: that is your NaN.)":
            lambda x_train, x: (x - _mean(x)) / _std(x),
        "the mean is that of the training set, but the standard deviation is that of x; both come from x_train.":
            lambda x_train, x: (x - _mean(x_train)) / np.where(_std(x) == 0, 1, _std(x)),
        "the new examples had a say in mean and standard deviation: that is a leak. The statistics are those of "
        "x_train alone, and new data only pass through.":
            lambda x_train, x: standardise(np.concatenate([x_train, x]), x),
        "you standardised each example over its own features; each FEATURE (column) is treated, with the statistics of "
        "the training set: axis=0.":
            lambda x_train, x: (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True),
        "one mean and one standard deviation for everything; each feature (column) has its own: axis=0.":
            with_statistics(np.mean, np.std),
        "each feature (column) has its own standard deviation: axis=0.":
            with_statistics(_mean, np.std),
        "the mean is missing: subtract it before you divide.":
            with_statistics(lambda x: np.zeros(x.shape[1]), _std),
        "divide by the standard deviation; the variance is its square.":
            with_statistics(_mean, lambda x: x.var(axis=0)),
        "you multiplied by the standard deviation; divide by it.":
            lambda x_train, x: (x - _mean(x_train)) * _std(x_train),
        "brackets: x - mean / std divides the mean only; write (x - mean) / std.":
            lambda x_train, x: x - _mean(x_train) / np.where(_std(x_train) == 0, 1, _std(x_train)),
        "centred, but not scaled: divide by the standard deviation of each feature.":
            lambda x_train, x: x - _mean(x_train),
        "NaN comes from 0/0: a feature that never changed in the training set has σ = 0; divide it by 1 instead, "
        "for example with np.where(σ == 0, 1, σ).":
            lambda x_train, x: (x - _mean(x_train)) / _std(x_train),
        "only σ = 0 is replaced by 1, for example with np.where(σ == 0, 1, σ); a small σ stays as it is.":
            with_statistics(_mean, lambda x: np.maximum(_std(x), 1)),
    },
)
