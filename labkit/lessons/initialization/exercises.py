"""Exercises of notebook 03: Xavier, He, the theory's prediction, and the least change that breaks a symmetry."""

import math
from collections.abc import Callable

import numpy as np

from labkit.exercises.exercise import Exercise, Function
from labkit.initializers import he_normal


# ------------------------------------------------------------------------------------------------ Xavier
def xavier_std(n_in: int, n_out: int) -> float:
    """σ = √(2/(n_in + n_out)). Glorot & Bengio 2010."""
    return math.sqrt(2 / (n_in + n_out))


XAVIER = Exercise(
    reference=xavier_std,
    cases=[(300, 100), (784, 256), (3, 7), (500, 500)],
    tested="σ = √(2/(n_in + n_out)) in four layers, wide and narrow, 300 → 100 and 3 → 7 among them.",
    mistakes={
        "that is the variance 2/(n_in + n_out); the standard deviation is its square root.":
            lambda n_in, n_out: 2 / (n_in + n_out),
        "1/n_in keeps the forward signal only; where is n_out, which keeps the gradient on its way back?":
            lambda n_in, n_out: math.sqrt(1 / n_in),
        "1/n_out keeps the gradient only; where is n_in, which keeps the signal on its way forward?":
            lambda n_in, n_out: math.sqrt(1 / n_out),
        "the 2 belongs under the square root too: √(2/(n_in + n_out)).":
            lambda n_in, n_out: 2 / math.sqrt(n_in + n_out),
        "2/n_in is He's variance, made for ReLU; Xavier's has n_in and n_out in it.":
            lambda n_in, n_out: math.sqrt(2 / n_in),
        "a factor √2 is missing: Xavier replaces n by the mean of n_in and n_out, which is (n_in + n_out)/2.":
            lambda n_in, n_out: math.sqrt(1 / (n_in + n_out)),
        "√(6/(n_in + n_out)) is the limit a of the uniform U(−a, a); its standard deviation is a/√3.":
            lambda n_in, n_out: math.sqrt(6 / (n_in + n_out)),
        "take the mean of the two conditions n_in·σ² = 1 and n_out·σ² = 1 themselves, not of their two solutions σ.":
            lambda n_in, n_out: (math.sqrt(1 / n_in) + math.sqrt(1 / n_out)) / 2,
        "take the mean of the two conditions n_in·σ² = 1 and n_out·σ² = 1 themselves, not of their two solutions σ².":
            lambda n_in, n_out: math.sqrt((1 / n_in + 1 / n_out) / 2),
        "the square root must cover the whole fraction, not the numerator alone.":
            lambda n_in, n_out: math.sqrt(2) / (n_in + n_out),
        "brackets: 2 / n_in + n_out divides by n_in only; write 2 / (n_in + n_out).":
            lambda n_in, n_out: math.sqrt(2 / n_in + n_out),
    },
)


# ------------------------------------------------------------------------------------------------ He
def statistics(W: np.ndarray, rng: np.random.Generator, n_in: int, n_out: int) -> dict[str, float]:
    """What identifies a random matrix when its draws are free: mean, standard deviation, and a tail.

    A normal distribution has 4.55 % of its draws beyond two standard deviations, a uniform one none.
    """
    mean, std = W.mean(dtype=float), W.std(dtype=float)
    return {"standard deviation of W": float(f"{std:.3g}"),
            "mean of W / standard deviation": round(mean / (std or 1), 2),
            "share of W beyond 2 standard deviations": round(np.mean(np.abs(W - mean) > 2 * std), 3)}


def scaled_normal(variance: Callable[[int, int], float]) -> Function:
    """The mistake of drawing a normal W with this wrong variance(n_in, n_out)."""
    return lambda rng, n_in, n_out: math.sqrt(variance(n_in, n_out)) * rng.standard_normal((n_in, n_out), np.float32)


def scaled_uniform(limit: Callable[[int], float]) -> Function:
    """The mistake of drawing a uniform W with this limit(n_in)."""
    return lambda rng, n_in, n_out: rng.uniform(-limit(n_in), limit(n_in), (n_in, n_out))


HE = Exercise(
    reference=he_normal,
    cases=[(np.random.default_rng(3), 400, 250), (np.random.default_rng(4), 100, 900)],
    tested="shape (n_in, n_out), mean 0, standard deviation √(2/n_in) and the bell shape, "
           "measured on the 100000 weights of 400 → 250 and the 90000 of 100 → 900.",
    view=statistics,
    rtol=0.02,
    atol={"mean of W / standard deviation": 0.02, "share of W beyond 2 standard deviations": 0.01},
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
        "rng.random draws from 0 to 1, all positive; weights need both signs: rng.standard_normal((n_in, n_out)).":
            lambda rng, n_in, n_out: math.sqrt(2 / n_in) * rng.random((n_in, n_out)),
    },
)


# ------------------------------------------------------------------------------------------------ prediction
def relu_rms(weight_std: float, width: int, depth: int) -> float:
    """√E[h²] after `depth` ReLU layers on unit-Gaussian input: (σ √(n/2))^depth. He et al. 2015, section 2.2."""
    return (weight_std * math.sqrt(width / 2)) ** depth


def centred_relu_rms(weight_std: float, width: int, depth: int) -> float:
    """The mistake of passing on the variance of a rectified Gaussian, (1/2 − 1/2π) q, for its second moment q/2."""
    return (weight_std * math.sqrt(width * (1 / 2 - 1 / (2 * math.pi)))) ** depth


PREDICT = Exercise(
    reference=relu_rms,
    cases=[(0.05, 500, 10), (0.06, 500, 10), (0.2, 300, 3), (0.01, 200, 1), (0.2, 50, 30)],
    tested="your prediction is right for five networks, 1 to 30 layers deep: dying, steady, exploding.",
    mistakes={
        "the half is missing: ReLU keeps E[h²] = q/2, so each layer multiplies the second moment by n·σ²/2, not n·σ².":
            lambda weight_std, width, depth: (weight_std * math.sqrt(width)) ** depth,
        "that is the second moment E[h²]; the rms is its square root.":
            lambda weight_std, width, depth: (weight_std**2 * width / 2) ** depth,
        "std for variance: the recursion needs σ² = weight_std², and you put weight_std in its place.":
            lambda weight_std, width, depth: math.sqrt(weight_std * width / 2) ** depth,
        "std for variance: the recursion needs σ² = weight_std², and you put weight_std in its place "
        "(and the rms is the square root of E[h²]).":
            lambda weight_std, width, depth: (weight_std * width / 2) ** depth,
        "one layer too few: the input is layer 0, so layer `depth` has seen `depth` weight matrices.":
            lambda weight_std, width, depth: relu_rms(weight_std, width, depth - 1),
        "one layer too many: the input is layer 0, so layer `depth` has seen `depth` weight matrices.":
            lambda weight_std, width, depth: relu_rms(weight_std, width, depth + 1),
        "that is a single layer; the factor acts once per layer, `depth` times in all.":
            lambda weight_std, width, depth: relu_rms(weight_std, width, 1),
        "the factors of the layers multiply, they do not add: take the power `depth`.":
            lambda weight_std, width, depth: depth * relu_rms(weight_std, width, 1),
        "where is the width? A unit sums `width` products, so its variance is width·σ²·E[h²].":
            lambda weight_std, width, depth: (weight_std / math.sqrt(2)) ** depth,
        "the half belongs under the square root: it halves E[h²], not the rms.":
            lambda weight_std, width, depth: (weight_std * math.sqrt(width) / 2) ** depth,
        "that is the standard deviation of h; the rms is larger, because behind ReLU the mean is not 0.":
            lambda weight_std, width, depth: relu_rms(weight_std, width, depth) * math.sqrt(1 - 1 / math.pi),
        "that holds for Xavier's std 1/√n only; the answer depends on weight_std and width.":
            lambda weight_std, width, depth: 2 ** (-depth / 2),
        "you passed on the variance of h; the next layer feels its second moment E[h²] = q/2, mean included.":
            centred_relu_rms,
    },
)


# ------------------------------------------------------------------------------------------------ symmetry
def break_symmetry(W: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Change one weight of every unit but the first, each by another amount: n_out − 1 entries, no fewer will do."""
    V = W.copy()
    V[0, 1:] += np.arange(1, W.shape[1])
    return V


def likeness(V: np.ndarray, W: np.ndarray, rng: np.random.Generator) -> dict[str, int]:
    """How alike the units (columns) of V are, and how many entries it took."""
    alike = (V[:, :, None] == V[:, None, :]).all(axis=0)
    return {"pairs of identical units": int(np.triu(alike, 1).sum()), "changed weights": int((V != W).sum())}


def changed(change: Callable[[int, int], np.ndarray]) -> Function:
    """The mistake of adding change(n_in, n_out) to W."""
    return lambda W, rng: W + np.broadcast_to(change(*W.shape), W.shape)


TOO_MUCH = "it works, but not with the least change: "
SYMMETRY = Exercise(
    reference=break_symmetry,
    cases=[(np.full(shape, value, np.float32), np.random.default_rng(5))
           for shape, value in (((4, 3), 0.5), ((3, 6), 0.0), ((2, 2), -0.25), ((9, 5), 0.5))],
    tested="no two units are alike and only n_out − 1 weights changed, in four matrices, wide and tall; "
           "fewer cannot do, since two untouched columns would be equal.",
    view=likeness,
    mistakes={
        "nothing changed: the units (columns) are still copies of each other.":
            lambda W, rng: W.copy(),
        "you added the same number in every column, so the units moved together; each needs a number of its own.":
            changed(lambda n_in, n_out: np.arange(n_in)[:, None] == 0),
        "you changed every weight, but all columns in the same way, so the units moved together; a unit is a column, "
        "and each needs a number of its own.":
            changed(lambda n_in, n_out: np.arange(1, n_in + 1)[:, None]),
        "only one unit got away; the others are still copies of each other. Every column but one needs a change.":
            changed(lambda n_in, n_out: np.outer(np.arange(n_in) == 0, np.arange(n_out) == 0)),
        "only one unit got away, and a single weight of it would have done; the others are still copies of each other.":
            changed(lambda n_in, n_out: np.arange(n_out) == 0),
        "all columns but one moved by the same number, so they are copies of each other again; take different numbers.":
            changed(lambda n_in, n_out: np.outer(np.arange(n_in) == 0, np.arange(n_out) > 0)),
        "scaling a column changes all its weights, and those that are 0 stay 0; add to a single weight instead.":
            lambda W, rng: W * np.arange(2, W.shape[1] + 2),
        "the diagonal ends too early when there are more units than inputs, and one unit may stay as it was; "
        "a single row has a weight of every unit.":
            lambda W, rng: W + np.eye(*W.shape),
        TOO_MUCH + "you changed every weight; one weight per unit is enough to tell it from the others.":
            changed(lambda n_in, n_out: np.arange(1, n_out + 1)),
        TOO_MUCH + "one weight per unit is a good idea, and one of the units may even stay as it was.":
            changed(lambda n_in, n_out: np.outer(np.arange(n_in) == 0, np.arange(1, n_out + 1))),
        TOO_MUCH + "leaving one unit as it was is a good idea; in the others, a single weight each is enough.":
            changed(lambda n_in, n_out: np.arange(n_out)),
    },
)

EXERCISES = {"03-xavier": XAVIER, "03-he": HE, "03-predict": PREDICT, "03-symmetry": SYMMETRY}
