"""Exercise: He."""

import math
from collections.abc import Callable

import numpy as np

from labkit.exercises.exercise import Exercise, Function
from labkit.initializers import he_normal


def statistics(W: np.ndarray, rng: np.random.Generator, n_in: int, n_out: int) -> dict[str, float]:
    """What identifies a random matrix when its draws are free: that they are draws, mean, standard deviation, a tail.

    A normal distribution has 4.55 % of its draws beyond two standard deviations and 38.3 % within half of one; a
    uniform one has none and 28.9 %.
    """
    mean, std = W.mean(dtype=float), W.std(dtype=float)
    return {"different columns of W": len(set(map(bytes, np.ascontiguousarray(W.T)))),
            "different rows of W": len(set(map(bytes, np.ascontiguousarray(W)))),
            "standard deviation of W": float(f"{std:.3g}"),
            "mean of W / standard deviation": round(mean / (std or 1), 2),
            "share of W beyond 2 standard deviations": round(np.mean(np.abs(W - mean) > 2 * std), 3),
            "share of W within half a standard deviation": round(np.mean(np.abs(W - mean) < std / 2), 3)}


def scaled_normal(variance: Callable[[int, int], float]) -> Function:
    """The mistake of drawing a normal W with this wrong variance(n_in, n_out)."""
    return lambda rng, n_in, n_out: math.sqrt(variance(n_in, n_out)) * rng.standard_normal((n_in, n_out), np.float32)


def scaled_uniform(limit: Callable[[int], float]) -> Function:
    """The mistake of drawing a uniform W with this limit(n_in)."""
    return lambda rng, n_in, n_out: rng.uniform(-limit(n_in), limit(n_in), (n_in, n_out))


HE = Exercise(
    reference=he_normal,
    cases=[(np.random.default_rng(3), 400, 250), (np.random.default_rng(4), 100, 900)],
    tested="shape (n_in, n_out), every weight a draw of its own, mean 0, standard deviation √(2/n_in) and the bell "
           "shape, measured on the 100000 weights of 400 → 250 and the 90000 of 100 → 900.",
    view=statistics,
    rtol=0.02,
    atol={"mean of W / standard deviation": 0.02, "share of W beyond 2 standard deviations": 0.01,
          "share of W within half a standard deviation": 0.01},
    hints=(
        "ReLU throws half of the second moment away. By which factor must the variance of the weights be larger "
        "than 1/n_in, so that a layer keeps what it got?",
        "n_in · Var(W) · ½ = 1. Solve it for Var(W). Standard normal numbers have the variance 1: multiplying them "
        "by a number c gives the variance c².",
        "rng.standard_normal((n_in, n_out)) times a number whose square is the variance that you found. The shape "
        "is one tuple, with brackets of its own.",
    ),
    mistakes={
        "2/n_in is the variance; multiply the standard normal draws by its square root.":
            scaled_normal(lambda n_in, n_out: (2 / n_in) ** 2),
        "a unit sums over its n_in inputs: the variance is 2/n_in, not 2/n_out.":
            scaled_normal(lambda n_in, n_out: 2 / n_out),
        "1/n_in would do without an activation; ReLU halves the second moment, so W must make up for it with a 2.":
            scaled_normal(lambda n_in, n_out: 1 / n_in),
        "2/(n_in + n_out) is Xavier's variance; He's is 2/n_in.":
            scaled_normal(lambda n_in, n_out: 2 / (n_in + n_out)),
        "these are standard normal draws, standard deviation 1; multiply them by √(2/n_in).":
            scaled_normal(lambda n_in, n_out: 1),
        "multiply by √(2/n_in), do not divide by it.":
            scaled_normal(lambda n_in, n_out: n_in / 2),
        "the square root must cover the whole fraction 2/n_in, not the 2 alone.":
            scaled_normal(lambda n_in, n_out: 2 / n_in**2),
        "that is uniform, and the limit of a uniform is not its standard deviation (limit/√3); "
        "draw from the normal distribution: rng.standard_normal((n_in, n_out)).":
            scaled_uniform(lambda n_in: math.sqrt(2 / n_in)),
        "the standard deviation is right, but the draws are uniform; "
        "a normal distribution is asked for: rng.standard_normal((n_in, n_out)).":
            scaled_uniform(lambda n_in: math.sqrt(6 / n_in)),
        "the standard deviation is right, but all weights have the same size, and only their signs are drawn; "
        "a normal distribution is asked for: rng.standard_normal((n_in, n_out)).":
            lambda rng, n_in, n_out: math.sqrt(2 / n_in) * rng.choice([-1.0, 1.0], (n_in, n_out)),
        "one column, repeated: all units start equal, and equal units stay equal. Every weight needs a draw of its "
        "own: rng.standard_normal((n_in, n_out)).":
            lambda rng, n_in, n_out: np.tile(math.sqrt(2 / n_in) * rng.standard_normal((n_in, 1)), (1, n_out)),
        "one row, repeated: all weights of a unit are equal, so it sees nothing but the sum of its inputs. Every "
        "weight needs a draw of its own: rng.standard_normal((n_in, n_out)).":
            lambda rng, n_in, n_out: np.tile(math.sqrt(2 / n_in) * rng.standard_normal((1, n_out)), (n_in, 1)),
        "rng.random draws from 0 to 1, all positive; weights need both signs: rng.standard_normal((n_in, n_out)).":
            lambda rng, n_in, n_out: math.sqrt(2 / n_in) * rng.random((n_in, n_out)),
    },
)
