"""Exercise: Adam."""

from collections.abc import Callable
from typing import Any

import numpy as np

from labkit.exercises.exercise import Exercise, Function
from labkit.exercises.walks import adam, walked
from labkit.lessons.optimizers.exercises.gradients import by_hand, draw

Array = np.ndarray
Pair = tuple[Array, Any]


def adam_walk(f: Function, theta: Array, gradients: Array, lr: float, beta1: float, beta2: float, eps: float) -> Array:
    """The points of a walk that begins with the state m = 0, v = 0, t = 0."""
    nothing = np.zeros_like(theta)
    return walked(f, theta, gradients, (nothing, nothing.copy(), 0), (lr, beta1, beta2, eps))[0]


def bent_adam(*, first: Callable[[float, int], float] = lambda beta, t: 1 - beta**t,
              second: Callable[[float, int], float] = lambda beta, t: 1 - beta**t, square: Callable = np.square,
              root: Callable = np.sqrt, sign: float = 1.0, swap: bool = False, keep: bool = False,
              late: int = 1, plain: bool = False) -> Function:
    """Adam, or Adam with a mistake: other corrections of m and v, no square, no root, corrections that are kept …"""
    def rule(theta: Array, g: Array, state: tuple[Array, Array, int], lr: float, beta1: float, beta2: float,
             eps: float) -> Pair:
        m, v, t = state
        beta1, beta2 = (beta2, beta1) if swap else (beta1, beta2)
        new1, new2 = (1.0, 1.0) if plain else (1 - beta1, 1 - beta2)
        m, v, t = beta1 * m + new1 * g, beta2 * v + new2 * square(g), t + late
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
    gives=("theta", "state"),
    cases=[(*by_hand(2, 2, -1), 0.1, 0.5, 0.75, 1e-8), (*draw(6, 15, steep=100.0), 0.01, 0.9, 0.999, 1e-8),
           (*draw(7, 6, steep=3.0), 0.1, 0.5, 0.9, 1e-8), (*draw(8, 5, steep=0.1), 0.02, 0.8, 0.95, 0.1)],
    tested="the same points as lk.Adam(lr, beta1=…, beta2=…, eps=…) in four walks of 3, 15, 6 and 5 steps, "
           "one with the large ε = 0.1.",
    hints=(
        "Adam has two memories, one of g and one of g². Both start at 0, so at first both are too small. What puts "
        "that right, and what has t to do with it?",
        "Count the step (t + 1), update m with beta1 and g, v with beta2 and g². For the step alone divide m by 1 "
        "− beta1**t and v by 1 − beta2**t. The memories themselves stay as they are.",
        "m_hat and v_hat are the corrected ones; theta moves by lr * m_hat divided by (the root of v_hat, plus eps "
        "outside the root). Return the new theta, and the state (m, v, t) with the uncorrected m and v.",
    ),
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
        "ε stands outside the root: √v̂ + ε, not √(v̂ + ε).":
            lambda theta, g, state, lr, beta1, beta2, eps: bent_adam(root=lambda v: np.sqrt(v + eps) - eps)(
                theta, g, state, lr, beta1, beta2, eps),
        "that is the short form of the paper's section 2, lr·√(1 − β₂ᵗ)/(1 − β₁ᵗ) · m/(√v + ε̂): its ε̂ stands beside "
        "the uncorrected √v, which makes it another ε. Here it is √v̂ + ε.":
            lambda theta, g, state, lr, beta1, beta2, eps: bent_adam()(
                theta, g, state, lr, beta1, beta2, eps / np.sqrt(1 - beta2 ** (state[2] + 1))),
        "ε is missing: the divisor is √v̂ + ε.":
            lambda theta, g, state, lr, beta1, beta2, eps: bent_adam()(theta, g, state, lr, beta1, beta2, 0.0),
        "the factor 1 − β before g and g² is missing: m and v are running MEANS, β·m + (1 − β)·g.":
            bent_adam(plain=True),
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
