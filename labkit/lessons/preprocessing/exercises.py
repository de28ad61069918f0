"""Exercises of notebook 02: features in the units of the training set, PCA by SVD, whitening with ε."""

from collections.abc import Callable

import numpy as np

from labkit.exercises.exercise import Exercise, Function

Array = np.ndarray
Statistic = Callable[[Array], Array]


def cloud(seed: int, n: int, d: int) -> Array:
    """A correlated cloud away from the origin, its features of very different sizes; (n, d), float64."""
    rng = np.random.default_rng(seed)
    spread = np.geomspace(4, 0.5, d)
    mix = np.linalg.qr(rng.standard_normal((d, d)))[0] + 0.3 * np.eye(d)
    return rng.standard_normal((n, d)) * spread @ mix + np.linspace(2, 7, d)


# ------------------------------------------------------------------------------------------------ standardise
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
    cases=[(_small(cloud(1, 2000, 3), 2), _small(cloud(2, 6, 3) + 1.0, 2)), (cloud(3, 2000, 4), cloud(3, 2000, 4)[:1]),
           (_constant(cloud(4, 2000, 3), 1), _constant(cloud(5, 5, 3), 1))],
    tested="new examples, several and a single one, in the units of the training set; a feature that never changes "
           "becomes 0, not NaN.",
    rtol=1e-3,
    mistakes={
        "these are the statistics of x itself; take those of x_train, so that one picture always means the same.":
            with_statistics(_mean, _std, of_train=False),
        "these are the statistics of x itself; take those of x_train. (One example alone has σ = 0: that is your NaN.)":
            lambda x_train, x: (x - _mean(x)) / _std(x),
        "the mean is that of the training set, but the standard deviation is that of x; both come from x_train.":
            lambda x_train, x: (x - _mean(x_train)) / np.where(_std(x) == 0, 1, _std(x)),
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


# ------------------------------------------------------------------------------------------------ PCA
def pca(x: Array, k: int) -> tuple[Array, Array]:
    """The first k principal directions of x (n, d), rows of U (k, d), and the variances λ = s²/(n − 1) along them."""
    centred = x - x.mean(axis=0)
    _, s, U = np.linalg.svd(centred, full_matrices=False)
    return U[:k], s[:k] ** 2 / (len(x) - 1)


def axes_seen(answer: tuple[Array, Array], x: Array, k: int) -> dict[str, Array]:
    """What does not depend on the signs of the directions: λ, U Uᵀ, and the projection UᵀU."""
    U, variances = answer
    return {"variances λ": variances, "U Uᵀ (rows of length 1, at right angles)": U @ U.T,
            "UᵀU (the projection on the k directions)": U.T @ U}


def _svd(x: Array, k: int, variances: Callable[[Array, int], Array], start: int = 0) -> tuple[Array, Array]:
    """The mistake of SVD on x as it is, with these variances(s, n), k directions from `start`."""
    _, s, U = np.linalg.svd(x, full_matrices=False)
    start = start % len(s)
    return U[start:start + k], variances(s, len(x))[start:start + k]


def _centred(x: Array) -> Array:
    return x - x.mean(axis=0)


def _spectrum(s: Array, n: int) -> Array:
    return s**2 / (n - 1)


def _columns(x: Array, k: int) -> tuple[Array, Array]:
    """The mistake of taking columns of svd's third result for the directions."""
    _, s, U = np.linalg.svd(_centred(x), full_matrices=False)
    return U[:, :k], _spectrum(s, len(x))[:k]


PCA = Exercise(
    reference=pca,
    cases=[(cloud(11, 1500, 5), 2), (cloud(12, 1500, 3), 3), (cloud(13, 1500, 8), 1)],
    tested="directions and variances of three clouds, 1 of 8, 2 of 5 and 3 of 3; their signs are free.",
    returns=("U", "λ"),
    view=axes_seen,
    rtol=1e-3,
    atol={"U Uᵀ (rows of length 1, at right angles)": 1e-6, "UᵀU (the projection on the k directions)": 1e-6},
    mistakes={
        "centre first: without subtracting the mean, the first direction points from the origin to the cloud.":
            lambda x, k: _svd(x, k, _spectrum),
        "s holds singular values; the variance along a direction is s²/(n − 1).":
            lambda x, k: _svd(_centred(x), k, lambda s, n: s),
        "s²/(n − 1) is the variance; the number of examples is missing.":
            lambda x, k: _svd(_centred(x), k, lambda s, n: s**2),
        "s/√(n − 1) is the standard deviation; λ is its square.":
            lambda x, k: _svd(_centred(x), k, lambda s, n: s / np.sqrt(n - 1)),
        "square s before you divide: λ = s²/(n − 1).":
            lambda x, k: _svd(_centred(x), k, lambda s, n: s / (n - 1)),
        "these are the k directions with the LEAST variance. np.linalg.eigh sorts upwards: take the last k, reversed.":
            lambda x, k: tuple(a[::-1] for a in _svd(_centred(x), k, _spectrum, start=-k)),
        "these are the k directions with the LEAST variance; svd sorts downwards: take the first k.":
            lambda x, k: _svd(_centred(x), k, _spectrum, start=-k),
        "right directions, but sorted upwards; the direction with the most variance comes first.":
            lambda x, k: tuple(a[::-1] for a in _svd(_centred(x), k, _spectrum)),
        "the directions are the rows of svd's third result; in the result of eigh they are the columns.":
            lambda x, k: (np.linalg.eigh(np.cov(x.T))[1][:, ::-1][:k], _svd(_centred(x), k, _spectrum)[1]),
        "the directions are the rows of svd's third result: take U[:k]; yours are its columns, U[:, :k].":
            _columns,
        "the directions are the rows of svd's third result: take U[:k]; yours are its columns, transposed.":
            lambda x, k: (_columns(x, k)[0].T, _columns(x, k)[1]),
        "normalise and PCA are two different things: here the features keep their own scale.":
            lambda x, k: _svd(_centred(x) / x.std(axis=0), k, _spectrum),
    },
)


# ------------------------------------------------------------------------------------------------ whitening
def whiten(x: Array, eps: float) -> Array:
    """z = (x − μ) Uᵀ / √(λ + ε), λ with divisor n − 1."""
    centred = x - x.mean(axis=0)
    _, s, U = np.linalg.svd(centred, full_matrices=False)
    return centred @ U.T / np.sqrt(s**2 / (len(x) - 1) + eps)


def whiteness(z: Array, x: Array, eps: float) -> dict[str, Array]:
    """What all whitenings share, turned or mirrored: mean, variances, and how examples lie to each other."""
    return {"mean of z": z.mean(axis=0), "eigenvalues of the covariance of z": np.linalg.eigvalsh(np.cov(z.T))[::-1],
            "inner products of the first examples": z[:20] @ z[:20].T}


def scaled(gain: Callable[[Array, float], Array], *, centre: bool = True) -> Function:
    """The mistake of multiplying the principal coordinates by gain(λ, ε)."""
    def mistaken(x: Array, eps: float) -> Array:
        variances, U = np.linalg.eigh(np.cov(x.T))
        return (_centred(x) if centre else x) @ U * gain(variances, eps)

    return mistaken


def from_singular_values(variances: Statistic) -> Function:
    """The mistake of taking variances(s) for s²/(n − 1)."""
    def mistaken(x: Array, eps: float) -> Array:
        _, s, U = np.linalg.svd(_centred(x), full_matrices=False)
        return _centred(x) @ U.T / np.sqrt(variances(s) + eps)

    return mistaken


def _turned_back(x: Array, eps: float) -> Array:
    """The mistake of multiplying by Uᵀ although the axes are the columns of U."""
    variances, U = np.linalg.eigh(np.cov(x.T))
    return _centred(x) @ U.T / np.sqrt(variances + eps)


def _turned_wrongly_by_svd(x: Array, eps: float) -> Array:
    """The mistake of multiplying by U although the axes are its rows."""
    _, s, U = np.linalg.svd(_centred(x), full_matrices=False)
    return _centred(x) @ U / np.sqrt(_spectrum(s, len(x)) + eps)


WHITEN = Exercise(
    reference=whiten,
    cases=[(cloud(21, 1500, 3), 0.5), (cloud(22, 1500, 6), 0.02)],
    tested="mean 0, variances λ/(λ + ε), and how examples lie to each other, in two clouds; turned or mirrored is as "
           "white.",
    view=whiteness,
    rtol=2e-3,
    atol={"mean of z": 1e-6, "inner products of the first examples": 0.02},
    mistakes={
        "divide by √(λ + ε): λ is a variance, and what you divide a feature by is a standard deviation.":
            scaled(lambda λ, eps: 1 / (λ + eps)),
        "where is ε? With √λ alone, a direction that hardly varies is blown up without limit.":
            scaled(lambda λ, eps: 1 / np.sqrt(λ)),
        "ε is added to the variance, under the root: √(λ + ε), not √λ + ε.":
            scaled(lambda λ, eps: 1 / (np.sqrt(λ) + eps)),
        "divide by λ's root, not by λ, and ε belongs under it: √(λ + ε).":
            scaled(lambda λ, eps: 1 / λ),
        "turned, but not scaled: divide every principal coordinate by √(λ + ε).":
            scaled(lambda λ, eps: np.ones_like(λ)),
        "you multiplied by √(λ + ε); divide by it.":
            scaled(lambda λ, eps: np.sqrt(λ + eps)),
        "subtract the mean from x before you turn it.":
            scaled(lambda λ, eps: 1 / np.sqrt(λ + eps), centre=False),
        "the axes are the columns of eigh's U, so turn with centred @ U. (Of svd's third result they are the rows.)":
            _turned_back,
        "the axes are the rows of svd's third result U, so turn with centred @ U.T. (Of eigh's U they are columns.)":
            _turned_wrongly_by_svd,
        "that is normalising: the features are still correlated. Turn the cloud to its principal axes first.":
            lambda x, eps: _centred(x) / np.sqrt(x.var(axis=0, ddof=1) + eps),
        "that is normalising: the features are still correlated. Turn the cloud to its principal axes first, "
        "and mind ε.":
            lambda x, eps: _centred(x) / x.std(axis=0),
        "s holds singular values, not variances: λ = s²/(n − 1).":
            from_singular_values(lambda s: s),
        "λ = s²/(n − 1): the number of examples is missing.":
            from_singular_values(lambda s: s**2),
    },
)

EXERCISES = {"02-standardise": STANDARDISE, "02-pca": PCA, "02-whiten": WHITEN}
