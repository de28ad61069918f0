"""Exercise: PCA."""

from collections.abc import Callable

import numpy as np

from labkit.exercises.exercise import Exercise
from labkit.lessons.preprocessing.exercises.cloud import centred, cloud, spectrum

Array = np.ndarray
Statistic = Callable[[Array], Array]


def pca(x: Array, k: int) -> tuple[Array, Array]:
    """The first k principal directions of x (n, d), rows of U (k, d), and the variances λ = s²/(n − 1) along them."""
    y = x - x.mean(axis=0)
    _, s, U = np.linalg.svd(y, full_matrices=False)
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


def _columns(x: Array, k: int) -> tuple[Array, Array]:
    """The mistake of taking columns of svd's third result for the directions."""
    _, s, U = np.linalg.svd(centred(x), full_matrices=False)
    return U[:, :k], spectrum(s, len(x))[:k]


PCA = Exercise(
    reference=pca,
    cases=[(np.array([[4.0, 5.0], [-2.0, -3.0], [1.8, 0.4], [0.2, 1.6], [1.0, 1.0]]), 1),
           (cloud(11, 1500, 5), 2), (cloud(12, 1500, 3), 3),
           (cloud(13, 1500, 8), 1)],
    tested="directions and variances of four clouds, 1 of 2 and of 8, 2 of 5 and 3 of 3; their signs are free.",
    returns=("U", "λ"),
    view=axes_seen,
    rtol=1e-3,
    atol={"U Uᵀ (rows of length 1, at right angles)": 1e-6, "UᵀU (the projection on the k directions)": 1e-6},
    hints=(
        "The formula above is for centred data. What has to happen to x before np.linalg.svd?",
        "svd gives three things: L, s and U. The rows of U are the axes, sorted already, the largest s first. The "
        "variance along an axis is not s but s²/(n − 1).",
        "_, s, U = np.linalg.svd(x minus its column means, full_matrices=False). Return the first k rows of U, and "
        "for the first k entries of s: the square, divided by the number of examples minus 1.",
    ),
    mistakes={
        "centre first: without subtracting the mean, the first direction points from the origin to the cloud.":
            lambda x, k: _svd(x, k, spectrum),
        "s holds singular values; the variance along a direction is s²/(n − 1).":
            lambda x, k: _svd(centred(x), k, lambda s, n: s),
        "s²/(n − 1) is the variance; the number of examples is missing.":
            lambda x, k: _svd(centred(x), k, lambda s, n: s**2),
        "λ = s²/(n − 1), not s²/n: the mean is estimated from the same examples.":
            lambda x, k: _svd(centred(x), k, lambda s, n: s**2 / n),
        "s/√(n − 1) is the standard deviation; λ is its square.":
            lambda x, k: _svd(centred(x), k, lambda s, n: s / np.sqrt(n - 1)),
        "square s before you divide: λ = s²/(n − 1).":
            lambda x, k: _svd(centred(x), k, lambda s, n: s / (n - 1)),
        "these are the k directions with the LEAST variance. np.linalg.eigh sorts upwards: take the last k, reversed.":
            lambda x, k: tuple(a[::-1] for a in _svd(centred(x), k, spectrum, start=-k)),
        "these are the k directions with the LEAST variance; svd sorts downwards: take the first k.":
            lambda x, k: _svd(centred(x), k, spectrum, start=-k),
        "right directions, but sorted upwards; the direction with the most variance comes first.":
            lambda x, k: tuple(a[::-1] for a in _svd(centred(x), k, spectrum)),
        "the directions are the rows of svd's third result; in the result of eigh they are the columns.":
            lambda x, k: (np.linalg.eigh(np.cov(x.T))[1][:, ::-1][:k], _svd(centred(x), k, spectrum)[1]),
        "the directions are the rows of svd's third result: take U[:k]; yours are its columns, U[:, :k].":
            _columns,
        "the directions are the rows of svd's third result: take U[:k]; yours are its columns, transposed.":
            lambda x, k: (_columns(x, k)[0].T, _columns(x, k)[1]),
        "normalise and PCA are two different things: here the features keep their own scale.":
            lambda x, k: _svd(centred(x) / x.std(axis=0), k, spectrum),
    },
)
