"""Exercise: whitening."""

from collections.abc import Callable

import numpy as np

from labkit.exercises.exercise import Exercise, Function
from labkit.lessons.preprocessing.exercises.cloud import centred, cloud, spectrum

Array = np.ndarray
Statistic = Callable[[Array], Array]


def whiten(x: Array, eps: float) -> Array:
    """z = (x − μ) Uᵀ / √(λ + ε), λ with divisor n − 1."""
    y = x - x.mean(axis=0)
    _, s, U = np.linalg.svd(y, full_matrices=False)
    return y @ U.T / np.sqrt(s**2 / (len(x) - 1) + eps)


def whiteness(z: Array, x: Array, eps: float) -> dict[str, Array]:
    """What all whitenings share, turned or mirrored: mean, variances, and how examples lie to each other."""
    return {"mean of z": z.mean(axis=0), "eigenvalues of the covariance of z": np.linalg.eigvalsh(np.cov(z.T))[::-1],
            "inner products of the first examples": z[:20] @ z[:20].T}


def scaled(gain: Callable[[Array, float], Array], *, centre: bool = True) -> Function:
    """The mistake of multiplying the principal coordinates by gain(λ, ε)."""
    def mistaken(x: Array, eps: float) -> Array:
        variances, U = np.linalg.eigh(np.cov(x.T))
        return (centred(x) if centre else x) @ U * gain(variances, eps)

    return mistaken


def from_singular_values(variances: Statistic) -> Function:
    """The mistake of taking variances(s) for s²/(n − 1)."""
    def mistaken(x: Array, eps: float) -> Array:
        _, s, U = np.linalg.svd(centred(x), full_matrices=False)
        return centred(x) @ U.T / np.sqrt(variances(s) + eps)

    return mistaken


def _turned_back(x: Array, eps: float) -> Array:
    """The mistake of multiplying by Uᵀ although the axes are the columns of U."""
    variances, U = np.linalg.eigh(np.cov(x.T))
    return centred(x) @ U.T / np.sqrt(variances + eps)


def _turned_wrongly_by_svd(x: Array, eps: float) -> Array:
    """The mistake of multiplying by U although the axes are its rows."""
    _, s, U = np.linalg.svd(centred(x), full_matrices=False)
    return centred(x) @ U / np.sqrt(spectrum(s, len(x)) + eps)


WHITEN = Exercise(
    reference=whiten,
    cases=[(cloud(21, 1500, 3), 0.5), (cloud(22, 1500, 6), 0.02)],
    tested="mean 0, variances λ/(λ + ε), and how examples lie to each other, in two clouds; turned or mirrored is as "
           "white, and n or n − 1 in λ makes no difference with 1500 examples.",
    view=whiteness,
    rtol=2e-3,
    atol={"mean of z": 1e-6, "inner products of the first examples": 0.02},
    hints=(
        "Whitening is three moves: to the origin, turn to the principal axes, stretch or shrink along each of "
        "them. Which numbers say how much?",
        "Axes and variances come from the covariance: λ, U = np.linalg.eigh(np.cov(x.T)), where the axes are the "
        "columns of U. Along each axis the centred data have the variance λ, and should get λ/(λ + eps).",
        "centred @ U gives the coordinates along the axes. Divide each column by a square root, and mind where eps "
        "belongs: a variance of λ is divided by λ + eps, so a coordinate is divided by …?",
    ),
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
            lambda x, eps: centred(x) / np.sqrt(x.var(axis=0, ddof=1) + eps),
        "that is normalising: the features are still correlated. Turn the cloud to its principal axes first, "
        "and mind ε.":
            lambda x, eps: centred(x) / x.std(axis=0),
        "s holds singular values, not variances: λ = s²/(n − 1).":
            from_singular_values(lambda s: s),
        "λ = s²/(n − 1): the number of examples is missing.":
            from_singular_values(lambda s: s**2),
    },
)
