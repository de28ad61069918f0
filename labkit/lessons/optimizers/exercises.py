"""Exercises of notebook 04: momentum, RMSProp and Adam as functions of θ, the gradient and what is remembered.

A function is judged by its walk: it is handed its own state back at every step, so that any state will do that leads
to the right points.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from labkit.exercises.exercise import Exercise, Function
from labkit.exercises.walks import adam, walked

Array = np.ndarray
Pair = tuple[Array, Any]


def _draw(seed: int, steps: int, *, steep: float) -> tuple[Array, Array]:
    """A start and gradients of three parameters, the last one `steep` times as large as the first."""
    rng = np.random.default_rng(seed)
    return rng.standard_normal(3), rng.standard_normal((steps, 3)) * np.geomspace(1, steep, 3)


# ------------------------------------------------------------------------------------------------ momentum
def momentum(theta: Array, g: Array, v: Array, lr: float, mu: float) -> Pair:
    """v ← μv + g, θ ← θ − lr·v. Polyak 1964."""
    v = mu * v + g
    return theta - lr * v, v


def momentum_walk(f: Function, theta: Array, gradients: Array, lr: float, mu: float) -> Array:
    """The points of a walk that begins with v = 0."""
    return walked(f, theta, gradients, np.zeros_like(theta), (lr, mu))


MOMENTUM = Exercise(
    reference=momentum,
    use=momentum_walk,
    cases=[(*_draw(0, 8, steep=3.0), 0.1, 0.9), (*_draw(1, 5, steep=1.0), 0.5, 0.5),
           (*_draw(2, 4, steep=2.0), 0.2, 0.0)],
    tested="the same points as lk.SGD(lr, momentum=mu) in three walks of 8, 5 and 4 steps, with μ = 0.9, 0.5 and 0.",
    mistakes={
        "that is plain gradient descent: step along v, not along g, and return the NEW v for the next step.":
            lambda theta, g, v, lr, mu: (theta - lr * g, v),
        "that is the other convention, v ← μv + (1 − μ)g: its steps are 1 − μ times as long. Take v ← μv + g.":
            lambda theta, g, v, lr, mu: (theta - lr * (mu * v + (1 - mu) * g), mu * v + (1 - mu) * g),
        "you step along the old v; first v ← μv + g, then the step along the new one.":
            lambda theta, g, v, lr, mu: (theta - lr * v, mu * v + g),
        "a sign: this goes uphill. With v ← μv + g the step is θ ← θ − lr·v.":
            lambda theta, g, v, lr, mu: (theta + lr * (mu * v + g), mu * v + g),
        "that is Nesterov's look-ahead, lr·(g + μv); here the step is lr·v.":
            lambda theta, g, v, lr, mu: (theta - lr * (g + mu * (mu * v + g)), mu * v + g),
        "μ belongs to the past: v ← μv + g, not v + μg.":
            lambda theta, g, v, lr, mu: (theta - lr * (v + mu * g), v + mu * g),
        "where is μ? v ← v + g never forgets.":
            lambda theta, g, v, lr, mu: (theta - lr * (v + g), v + g),
    },
)


# ------------------------------------------------------------------------------------------------ RMSProp
def rmsprop(theta: Array, g: Array, s: Array, lr: float, rho: float, eps: float) -> Pair:
    """s ← ρs + (1 − ρ)g², θ ← θ − lr·g/(√s + ε). Tieleman & Hinton 2012."""
    s = rho * s + (1 - rho) * g**2
    return theta - lr * g / (np.sqrt(s) + eps), s


def rmsprop_walk(f: Function, theta: Array, gradients: Array, lr: float, rho: float, eps: float) -> Array:
    """The points of a walk that begins with s = 0."""
    return walked(f, theta, gradients, np.zeros_like(theta), (lr, rho, eps))


def scaled(remember: Callable[[Array, Array, float], Array], divisor: Callable[[Array], Array] = np.sqrt) -> Function:
    """The mistake of remembering something else, or of dividing by something else."""
    def rule(theta: Array, g: Array, s: Array, lr: float, rho: float, eps: float) -> Pair:
        s = remember(s, g, rho)
        return theta - lr * g / (divisor(s) + eps), s
    return rule


RMSPROP = Exercise(
    reference=rmsprop,
    use=rmsprop_walk,
    cases=[(*_draw(3, 8, steep=100.0), 0.01, 0.9, 1e-8), (*_draw(4, 5, steep=3.0), 0.1, 0.5, 1e-8),
           (*_draw(5, 4, steep=0.1), 0.02, 0.8, 0.1)],
    tested="the same points as lk.RMSProp(lr, rho=…, eps=…) in three walks of 8, 5 and 4 steps, one with ε = 0.1.",
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
        "do not correct any bias here: RMSProp has no correction, Adam has.":
            lambda theta, g, state, lr, rho, eps: _corrected_rmsprop(theta, g, state, lr, rho, eps),
    },
)


def _corrected_rmsprop(theta: Array, g: Array, state: Any, lr: float, rho: float, eps: float) -> Pair:
    s, t = state if isinstance(state, tuple) else (state, 0)
    s, t = rho * s + (1 - rho) * g**2, t + 1
    return theta - lr * g / (np.sqrt(s / (1 - rho**t)) + eps), (s, t)


# ------------------------------------------------------------------------------------------------ Adam
def adam_walk(f: Function, theta: Array, gradients: Array, lr: float, beta1: float, beta2: float, eps: float) -> Array:
    """The points of a walk that begins with the state m = 0, v = 0, t = 0."""
    nothing = np.zeros_like(theta)
    return walked(f, theta, gradients, (nothing, nothing.copy(), 0), (lr, beta1, beta2, eps))


def bent_adam(*, first: Callable[[float, int], float] = lambda beta, t: 1 - beta**t,
              second: Callable[[float, int], float] = lambda beta, t: 1 - beta**t, square: Callable = np.square,
              root: Callable = np.sqrt, sign: float = 1.0, swap: bool = False, keep: bool = False,
              late: int = 1) -> Function:
    """Adam, or Adam with a mistake: other corrections of m and v, no square, no root, corrections that are kept …"""
    def rule(theta: Array, g: Array, state: tuple[Array, Array, int], lr: float, beta1: float, beta2: float,
             eps: float) -> Pair:
        m, v, t = state
        beta1, beta2 = (beta2, beta1) if swap else (beta1, beta2)
        m, v, t = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * square(g), t + late
        m_hat, v_hat = m / first(beta1, t), v / second(beta2, t)
        return theta - sign * lr * m_hat / (root(v_hat) + eps), (m_hat, v_hat, t) if keep else (m, v, t)
    return rule


def without(beta: float, t: int) -> float:
    """No correction."""
    return 1.0


def forever(beta: float, t: int) -> float:
    """The correction of the first step, at every step."""
    return 1 - beta


ADAM = Exercise(
    reference=adam,
    use=adam_walk,
    cases=[(*_draw(6, 15, steep=100.0), 0.01, 0.9, 0.999, 1e-8), (*_draw(7, 6, steep=3.0), 0.1, 0.5, 0.9, 1e-8),
           (*_draw(8, 5, steep=0.1), 0.02, 0.8, 0.95, 0.1)],
    tested="the same points as lk.Adam(lr, beta1=…, beta2=…, eps=…) in three walks of 15, 6 and 5 steps, "
           "one with the large ε = 0.1.",
    mistakes={
        "the bias correction is missing: the first steps are too long. Divide m by 1 − β₁ᵗ and v by 1 − β₂ᵗ.":
            bent_adam(first=without, second=without),
        "v is not corrected: v̂ = v/(1 − β₂ᵗ).":
            bent_adam(second=without),
        "m is not corrected: m̂ = m/(1 − β₁ᵗ).":
            bent_adam(first=without),
        "you divide by 1 − β at every step; the correction fades: 1 − β**t. (Does your t count, t + 1 in the state?)":
            bent_adam(first=forever, second=forever),
        "the corrected m̂ and v̂ are for this step only; hand on the uncorrected m and v.":
            bent_adam(keep=True),
        "t starts at 0 and the correction 1 − β⁰ is 0: count the step first, t + 1, then correct.":
            bent_adam(first=lambda beta, t: 1 - beta ** (t - 1), second=lambda beta, t: 1 - beta ** (t - 1)),
        "the square root is missing: divide by √v̂ + ε.":
            bent_adam(root=np.asarray),
        "v is a mean of SQUARES: g**2, not g.":
            bent_adam(square=np.asarray),
        "v is a mean of squares, g**2; you took |g|.":
            bent_adam(square=np.abs, root=np.asarray),
        "β₁ and β₂ are swapped: β₁ (0.9) remembers the gradient, β₂ (0.999) its square.":
            bent_adam(swap=True),
        "a sign: down is MINUS lr·m̂/(√v̂ + ε).":
            bent_adam(sign=-1.0),
        "the state does not remember: return the NEW (m, v, t).":
            lambda theta, g, state, *knobs: (adam(theta, g, state, *knobs)[0], state),
        "step along m̂, the mean of the gradients, not along g (that is RMSProp).":
            lambda theta, g, state, lr, beta1, beta2, eps: (
                theta - lr * g / (np.sqrt(_second(g, state, beta2)) + eps),
                adam(theta, g, state, lr, beta1, beta2, eps)[1]),
    },
)


def _second(g: Array, state: tuple[Array, Array, int], beta2: float) -> Array:
    return (beta2 * state[1] + (1 - beta2) * g**2) / (1 - beta2 ** (state[2] + 1))


EXERCISES = {"04-momentum": MOMENTUM, "04-rmsprop": RMSPROP, "04-adam": ADAM}
