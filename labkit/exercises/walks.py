"""An optimizer is judged by its walk: it is handed its own state back at every step, so any state will do that leads to
the right points."""

from typing import Any

import numpy as np

from labkit.exercises.exercise import Function

Array = np.ndarray


def walked(f: Function, theta: Array, grads: Array, state: Any, knobs: tuple[Any, ...]) -> Array:
    """The points (steps + 1, P) that f goes through; it may change its arguments in place, they are copies."""
    points = [theta]
    for g in grads:
        result = f(points[-1].copy(), g.copy(), state, *knobs)
        if not isinstance(result, tuple | list) or len(result) != 2:
            raise ValueError("the function must return two things: the new theta, and what it remembers.")
        point, state = result
        points.append(np.array(point))
    return np.array(points)


def adam(theta: Array, g: Array, state: tuple[Array, Array, int], lr: float, beta1: float, beta2: float,
         eps: float) -> tuple[Array, Any]:
    """m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ), θ ← θ − lr·m̂/(√v̂ + ε). Kingma & Ba 2015."""
    m, v, t = state
    m, v, t = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * np.square(g), t + 1
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), (m, v, t)
