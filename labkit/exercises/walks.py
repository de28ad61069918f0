"""An optimizer is judged by its walk: it is handed its own state back at every step."""

from typing import Any

import numpy as np

from labkit.exercises.exercise import Function, is_real
from labkit.exercises.guard import AttemptError

Array = np.ndarray


def walked(f: Function, theta: Array, grads: Array, state: Any, knobs: tuple[Any, ...]) -> tuple[Array, list[Any]]:
    """The points (steps + 1, P) that f goes through, and what it remembered at each of them."""
    points, states = [theta], [state]
    for g in grads:
        point, state = f(points[-1].copy(), g.copy(), state, *knobs)
        points += rows("theta", [point], theta.shape)
        states.append(state)
    return np.array(points), states


def rows(name: str, values: list[Any], shape: tuple[int, ...]) -> list[Array]:
    """Copies of the values as arrays of this shape. Raises AttemptError if one is no such array."""
    return [_row(name, value, shape) for value in values]


def _row(name: str, value: Any, shape: tuple[int, ...]) -> Array:
    try:
        array = np.array(value)
    except ValueError:                               # rows of different lengths
        array = np.array(None)
    if not is_real(array):
        raise AttemptError(f"returned a {name} that is no array of numbers",
                           f"{name} came with shape {shape}: return its new numbers, and nothing else.")
    if array.shape != shape:
        raise AttemptError(f"returned a {name} of shape {array.shape}",
                           f"{name} came with shape {shape}, and keeps it: one number for each parameter.")
    return array.astype(float)


def adam(theta: Array, g: Array, state: tuple[Array, Array, int], lr: float, beta1: float, beta2: float,
         eps: float) -> tuple[Array, Any]:
    """m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ), θ ← θ − lr·m̂/(√v̂ + ε). Kingma & Ba 2015."""
    m, v, t = state
    m, v, t = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * np.square(g), t + 1
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), (m, v, t)
