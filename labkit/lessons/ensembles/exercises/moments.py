"""Exercise: measure v and c, and say what an average will keep."""

from collections.abc import Callable
from itertools import combinations, pairwise

import numpy as np

from labkit.exercises.exercise import Exercise, Function

Array = np.ndarray
Three = tuple[float, float, float]


def predicted_error(errors: Array, k: int) -> Three:
    """v = mean of εᵢ², c = mean of εᵢεⱼ over the pairs i < j, and v/k + (k − 1)c/k; errors (members, examples)."""
    v = float(np.mean(errors**2))
    c = float(np.mean([np.mean(a * b) for a, b in combinations(errors, 2)]))
    return v, c, v / k + (k - 1) / k * c


def _wrongly(*, v: Callable[[Array], float] = lambda e: np.mean(e**2),
             c: Callable[[Array], float] = lambda e: predicted_error(e, 1)[1],
             mse: Callable[[float, float, int], float] = lambda v, c, k: v / k + (k - 1) / k * c) -> Function:
    """The mistake of another v, c or formula."""
    def rule(errors: Array, k: int) -> Three:
        mine = float(v(errors)), float(c(errors))
        return *mine, float(mse(*mine, k))
    return rule


def _neighbours(e: Array) -> float:
    return np.mean([np.mean(a * b) for a, b in pairwise(e)])


def _centred(e: Array) -> float:
    table = np.cov(e, bias=True)
    return (table.sum() - np.trace(table)) / (len(e) * (len(e) - 1))


def _errors(seed: int, members: int, n: int) -> Array:
    rng = np.random.default_rng(seed)
    return 0.7 * rng.standard_normal(n) + 0.3 + 0.8 * rng.standard_normal((members, n))


MOMENTS = Exercise(
    reference=predicted_error,
    cases=[(np.array([[1.0, -1.0], [1.0, 1.0], [2.0, 0.0]]), 3), (_errors(1, 5, 40), 20), (_errors(2, 4, 25), 1),
           (_errors(3, 7, 30), 100)],
    tested="on three, five, four and seven members: v over all of their errors, c over all the pairs, and the squared "
           "error of the average of 3, 20, 1 and 100 models.",
    returns=("v", "c", "mse"),
    hints=(
        "v asks for each error with itself, c for the errors of two DIFFERENT members on the same example. How many "
        "pairs of members are there, and over what is the mean taken?",
        "errors @ errors.T / n, n the number of examples, is a table of E[εᵢεⱼ] for all i and j. Where in that table "
        "do you find v, and where c?",
        "v is np.mean(errors**2), the mean of the diagonal. The other entries of the table are members² − members "
        "many: add up the whole table, take the diagonal away, divide. Then the formula of section 1.",
    ),
    mistakes={
        "c is taken over pairs of DIFFERENT members: leave the diagonal out.":
            _wrongly(c=lambda e: np.mean(e.mean(axis=0) ** 2)),
        "c is the covariance E[εᵢεⱼ] itself, not the correlation c/v.":
            lambda errors, k: (np.mean(errors**2), predicted_error(errors, k)[1] / np.mean(errors**2),
                               predicted_error(errors, k)[2]),
        "that c is divided by v: put the covariance into the formula, not the correlation.":
            _wrongly(c=lambda e: predicted_error(e, 1)[1] / np.mean(e**2)),
        "these are errors, not deviations: do not subtract their mean (np.cov and np.var do).":
            _wrongly(v=np.var, c=_centred),
        "do not subtract the mean: v is the mean of the squares, not the variance about the mean.":
            _wrongly(v=np.var),
        "v is right; c needs the products of two members on the SAME example, without subtracting means.":
            _wrongly(c=_centred),
        "that is the product of the mean errors; take the mean of the products.":
            _wrongly(c=lambda e: np.mean([a.mean() * b.mean() for a, b in combinations(e, 2)])),
        "those are only the pairs of neighbours; every two members are a pair.":
            _wrongly(c=_neighbours),
        "only the first two members were compared; take the mean over all pairs.":
            _wrongly(c=lambda e: np.mean(e[0] * e[1])),
        "divide by the number of pairs, members · (members − 1), not by members².":
            _wrongly(c=lambda e: np.mean(e.mean(axis=0) ** 2) - np.mean(e**2) / len(e)),
        "v and c are right; v/k alone is for uncorrelated errors.":
            _wrongly(mse=lambda v, c, k: v / k),
        "v and c are right; the part in common stays whole, and only what differs is divided: c + (v − c)/k.":
            _wrongly(mse=lambda v, c, k: c + v / k),
        "v and c are right; what is left is c + (v − c)/k, and yours lacks the c that stays.":
            _wrongly(mse=lambda v, c, k: (v - c) / k),
        "that is how much the average gains; asked is the squared error that is left.":
            _wrongly(mse=lambda v, c, k: v - (v / k + (k - 1) / k * c)),
        "that is the share of v that is left; asked is the squared error itself.":
            _wrongly(mse=lambda v, c, k: (v / k + (k - 1) / k * c) / v),
    },
)
