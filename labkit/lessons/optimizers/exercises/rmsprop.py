"""Exercise: RMSProp."""

from collections.abc import Callable
from typing import Any

import numpy as np

from labkit.exercises.exercise import Exercise, Function
from labkit.exercises.walks import rows, walked
from labkit.lessons.optimizers.exercises.gradients import by_hand, draw

Array = np.ndarray
Pair = tuple[Array, Any]


def rmsprop(theta: Array, g: Array, s: Array, lr: float, rho: float, eps: float) -> Pair:
    """s ← ρs + (1 − ρ)g², θ ← θ − lr·g/(√s + ε). Tieleman & Hinton 2012."""
    s = rho * s + (1 - rho) * g**2
    return theta - lr * g / (np.sqrt(s) + eps), s


def rmsprop_walk(f: Function, theta: Array, gradients: Array, lr: float, rho: float,
                 eps: float) -> tuple[Array, Array]:
    """The points, and the mean squares, of a walk that begins with s = 0."""
    points, squares = walked(f, theta, gradients, np.zeros_like(theta), (lr, rho, eps))
    return points, np.array(rows("s", squares, theta.shape))


def scaled(remember: Callable[[Array, Array, float], Array], divisor: Callable[[Array], Array] = np.sqrt) -> Function:
    """The mistake of remembering something else, or of dividing by something else."""
    def rule(theta: Array, g: Array, s: Array, lr: float, rho: float, eps: float) -> Pair:
        s = remember(s, g, rho)
        return theta - lr * g / (divisor(s) + eps), s
    return rule


RMSPROP = Exercise(
    reference=rmsprop,
    use=rmsprop_walk,
    returns=("theta", "s"),
    cases=[(*by_hand(2, 2, 0), 0.1, 0.75, 1e-8), (*draw(3, 8, steep=100.0), 0.01, 0.9, 1e-8),
           (*draw(4, 5, steep=3.0), 0.1, 0.5, 1e-8), (*draw(5, 4, steep=0.1), 0.02, 0.8, 0.1)],
    tested="the same points and mean squares as lk.RMSProp(lr, rho=…, eps=…) in four walks of 3, 8, 5 and 4 steps, one "
           "with ε = 0.1.",
    hints=(
        "s remembers how large the gradient has been lately, squared, for each parameter. How do you update a "
        "running mean?",
        "A running mean keeps the share rho of the past and takes the share 1 − rho of the new: here the new is "
        "g². Then the step is lr·g, divided by about √s.",
        "s = rho * s + (1 - rho) * …. Then theta minus lr * g divided by a root plus eps: eps stands outside the "
        "root. Return both, theta first.",
    ),
    mistakes={
        "s ← s + g² is AdaGrad: it never forgets. RMSProp's s is a running mean, ρs + (1 − ρ)g².":
            scaled(lambda s, g, rho: s + g**2),
        "the factor 1 − ρ before g² is missing: without it s is not a mean of squares.":
            scaled(lambda s, g, rho: rho * s + g**2),
        "ρ is the weight of the PAST: ρs + (1 − ρ)g², not the other way round.":
            scaled(lambda s, g, rho: (1 - rho) * s + rho * g**2),
        "the square root is missing: divide by √s + ε, so that g/√s has no unit.":
            scaled(lambda s, g, rho: rho * s + (1 - rho) * g**2, lambda s: s),
        "s is a mean of SQUARES: g**2, not g.":
            scaled(lambda s, g, rho: rho * s + (1 - rho) * g, lambda s: np.sqrt(np.abs(s))),
        "s is a mean of squares, g**2; you took |g|.":
            scaled(lambda s, g, rho: rho * s + (1 - rho) * np.abs(g), lambda s: s),
        "s does not remember: return the NEW s, so that the next step gets it back.":
            lambda theta, g, s, lr, rho, eps: (rmsprop(theta, g, s, lr, rho, eps)[0], s),
        "you divide by the old s; update s first.":
            lambda theta, g, s, lr, rho, eps: (theta - lr * g / (np.sqrt(s) + eps), rho * s + (1 - rho) * g**2),
        "a sign: down is MINUS lr·g/(√s + ε).":
            lambda theta, g, s, lr, rho, eps: (2 * theta - rmsprop(theta, g, s, lr, rho, eps)[0],
                                               rmsprop(theta, g, s, lr, rho, eps)[1]),
        "ε stands outside the square root, √s + ε, not √(s + ε).":
            lambda theta, g, s, lr, rho, eps: (theta - lr * g / np.sqrt(rho * s + (1 - rho) * g**2 + eps),
                                               rho * s + (1 - rho) * g**2),
        "ε is missing: the divisor is √s + ε.":
            lambda theta, g, s, lr, rho, eps: rmsprop(theta, g, s, lr, rho, 0.0),
    },
)
