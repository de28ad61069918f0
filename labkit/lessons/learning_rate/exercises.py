"""Exercises of notebook 05: the rate at which a quadratic diverges, and a cosine with warm-up."""

import math

import numpy as np

from labkit.exercises.exercise import Exercise

Array = np.ndarray


# ------------------------------------------------------------------------------------------------ divergence
def divergence_rate(H: Array) -> float:
    """2/λmax: a step multiplies the part along an eigenvector by 1 − lr·λ, whose size passes 1 at lr = 2/λ."""
    return 2 / np.linalg.eigvalsh(H)[-1]


def tilted(*curvatures: float, seed: int = 5) -> Array:
    """A symmetric matrix with these eigenvalues, in axes that are not those of the parameters."""
    Q, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(curvatures), len(curvatures))))
    return (Q * curvatures) @ Q.T


UNSORTED = ("np.linalg.eig gives the eigenvalues in no particular order, so [0] is any of them. np.linalg.eigvalsh, "
            "made for symmetric matrices, sorts them, the largest last; or take the max.")
DIVERGENCE = Exercise(
    reference=divergence_rate,
    cases=[(np.array([[4.0]]),), (np.diag([50.0, 1.0]),), (np.diag([1.0, 50.0]),), (tilted(0.2, 3.0),),
           (tilted(0.01, 0.5, 1.0, 2.0, 40.0),)],
    tested="2/λmax of five quadratics: one parameter, two ravines along the axes, a tilted one, and five parameters.",
    hints=(
        "Look at one direction first: with curvature λ a step multiplies the distance by 1 − lr·λ. For which lr "
        "does the distance grow?",
        "It grows once |1 − lr·λ| > 1, that is beyond lr = 2/λ. There is one parabola for each eigenvalue of H: "
        "which of them is the first to run away as the rate grows?",
        "The steepest direction decides. np.linalg.eigvalsh(H) gives the eigenvalues, the smallest first. Take the "
        "right one, and 2 divided by it.",
    ),
    mistakes={
        "1/λmax is the rate that arrives in one step along the steepest direction; it still overshoots and comes back "
        "up to twice that.":
            lambda H: 1 / np.linalg.eigvalsh(H)[-1],
        "the steepest direction diverges first, so the LARGEST eigenvalue decides; you took the smallest.":
            lambda H: 2 / np.linalg.eigvalsh(H)[0],
        UNSORTED:
            lambda H: 2 / np.linalg.eig(H)[0][0],
        UNSORTED + " [-1] is any of them, too.":
            lambda H: 2 / np.linalg.eig(H)[0][-1],
        "the other way round: the steeper, the smaller the rate must be.":
            lambda H: np.linalg.eigvalsh(H)[-1] / 2,
        "that is 2 divided by the trace, the SUM of all curvatures; only the largest one matters.":
            lambda H: 2 / np.trace(H),
        "that is 2 divided by the mean curvature; the steepest direction diverges first, however flat the others are.":
            lambda H: 2 / np.linalg.eigvalsh(H).mean(),
        "the diagonal holds the curvatures along the parameters' own axes; in a tilted ravine the steepest direction "
        "is none of them. Take the eigenvalues: np.linalg.eigvalsh(H).":
            lambda H: 2 / np.diag(H).max(),
        "that is 2 divided by the Frobenius norm √(Σλ²), which all eigenvalues enter; only the largest one matters.":
            lambda H: 2 / np.linalg.norm(H),
        "that is the largest eigenvalue itself; at which rate does 1 − lr·λ reach −1?":
            lambda H: np.linalg.eigvalsh(H)[-1],
        "that is the condition number λmax/λmin, which says how slow the ravine is; divergence depends only on the "
        "steepest direction.":
            lambda H: np.linalg.eigvalsh(H)[-1] / np.linalg.eigvalsh(H)[0],
        "that is 2 divided by the largest row sum of H, a bound that is met by chance only. Take the eigenvalues: "
        "np.linalg.eigvalsh(H).":
            lambda H: 2 / np.abs(H).sum(axis=1).max(),
        "that is √2 of it, or a root too many: solve 1 − lr·λ = −1 for lr, no root is needed.":
            lambda H: 2 / np.sqrt(np.linalg.eigvalsh(H)[-1]),
        "2/(λmin + λmax) is the rate that converges fastest; it diverges a little later, at 2/λmax.":
            lambda H: 2 / (np.linalg.eigvalsh(H)[0] + np.linalg.eigvalsh(H)[-1]),
    },
)


# ------------------------------------------------------------------------------------------------ cosine with warm-up
def warm_cosine(t: int, total: int, warm: int) -> float:
    """t/warm for t < warm, then ½ (1 + cos(π (t − warm)/(total − warm)))."""
    if t < warm:
        return t / warm
    return (1 + math.cos(math.pi * (t - warm) / (total - warm))) / 2


def _warm_then(fall: object) -> object:
    """The mistake of following a warm-up by another fall(t, total, warm)."""
    return lambda t, total, warm: t / warm if t < warm else fall(t, total, warm)


COSINE = Exercise(
    reference=warm_cosine,
    cases=[(t, total, warm) for total, warm in ((100, 10), (400, 100))
           for t in (0, warm // 2, warm, (warm + total) // 2, total - 10, total)],
    tested="the first step, the warm-up, its end, the middle of the fall and the last steps, of a run of 100 steps and "
           "of one of 400.",
    atol=1e-6,
    hints=(
        "There are two pieces with a border at t = warm. Write them apart: what is the straight line, and what is "
        "the fall?",
        "The line is 0 at t = 0 and 1 at t = warm. The fall has a clock of its own: how many steps since the "
        "warm-up ended, divided by how many there are from there to the end. It runs from 0 to 1.",
        "With u = (t - warm) / (total - warm): cos(π·u) runs from 1 to −1. Add a number and divide by a number, so "
        "that it runs from 1 to 0. Before that: if t < warm, return …",
    ),
    mistakes={
        "where is the warm-up? The first `warm` steps rise in a straight line from 0 to 1.":
            lambda t, total, warm: (1 + math.cos(math.pi * t / total)) / 2,
        "the fall begins when the warm-up is over: its clock is t − warm, and it has total − warm steps left. At "
        "t = warm yours is not 1.":
            _warm_then(lambda t, total, warm: (1 + math.cos(math.pi * t / total)) / 2),
        "the fall has only total − warm steps: yours has not reached 0 at t = total.":
            _warm_then(lambda t, total, warm: (1 + math.cos(math.pi * (t - warm) / total)) / 2),
        "the fall's clock starts at t − warm, not at t.":
            _warm_then(lambda t, total, warm: (1 + math.cos(math.pi * t / (total - warm))) / 2),
        "1 + cos runs from 2 to 0; halve it.":
            _warm_then(lambda t, total, warm: 1 + math.cos(math.pi * (t - warm) / (total - warm))),
        "cos alone runs from 1 to −1, and a negative rate climbs; lift it and halve it: (1 + cos)/2.":
            _warm_then(lambda t, total, warm: math.cos(math.pi * (t - warm) / (total - warm))),
        "π is missing: half a cosine runs from 0 to π.":
            _warm_then(lambda t, total, warm: (1 + math.cos((t - warm) / (total - warm))) / 2),
        "2π is a whole wave, which comes back up to 1 at the end; half a wave needs π.":
            _warm_then(lambda t, total, warm: (1 + math.cos(2 * math.pi * (t - warm) / (total - warm))) / 2),
        "np.cos and math.cos take radians: half a cosine runs from 0 to π, not to 180.":
            _warm_then(lambda t, total, warm: (1 + math.cos(180 * (t - warm) / (total - warm))) / 2),
        "that is a straight line down; the cosine is level at both ends.":
            _warm_then(lambda t, total, warm: 1 - (t - warm) / (total - warm)),
        "1 − cos rises from 0; the fall needs 1 + cos.":
            _warm_then(lambda t, total, warm: (1 - math.cos(math.pi * (t - warm) / (total - warm))) / 2),
        "a quarter of a cosine, from 0 to π/2, ends steeply; half a cosine, (1 + cos)/2 from 0 to π, is level at both "
        "ends.":
            _warm_then(lambda t, total, warm: math.cos(math.pi / 2 * (t - warm) / (total - warm))),
        "the warm-up falls from 1 to 0; it should rise: t/warm.":
            lambda t, total, warm: 1 - t / warm if t < warm else warm_cosine(t, total, warm),
        "the warm-up is to rise from 0 in a straight line; yours is at the full rate from the beginning.":
            lambda t, total, warm: 1.0 if t < warm else warm_cosine(t, total, warm),
        "the warm-up begins at 0 for t = 0: t/warm, not (t + 1)/warm.":
            lambda t, total, warm: (t + 1) / warm if t < warm else warm_cosine(t, total, warm),
        "at the end of the warm-up the multiplier is 1; divide t by `warm`, not by `total`.":
            lambda t, total, warm: t / total if t < warm else warm_cosine(t, total, warm),
    },
)

EXERCISES = {"05-divergence": DIVERGENCE, "05-warm-cosine": COSINE}
