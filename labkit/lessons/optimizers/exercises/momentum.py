"""Exercise: momentum."""

from typing import Any

import numpy as np

from labkit.exercises.exercise import Exercise, Function
from labkit.exercises.walks import rows, walked
from labkit.lessons.optimizers.exercises.gradients import by_hand, draw

Array = np.ndarray
Pair = tuple[Array, Any]


def momentum(theta: Array, g: Array, v: Array, lr: float, mu: float) -> Pair:
    """v ← μv + g, θ ← θ − lr·v. Polyak 1964."""
    v = mu * v + g
    return theta - lr * v, v


def momentum_walk(f: Function, theta: Array, gradients: Array, lr: float, mu: float) -> tuple[Array, Array]:
    """The points and the velocities of a walk that begins with v = 0."""
    points, velocities = walked(f, theta, gradients, np.zeros_like(theta), (lr, mu))
    return points, np.array(rows("v", velocities, theta.shape))


MOMENTUM = Exercise(
    reference=momentum,
    use=momentum_walk,
    returns=("theta", "v"),
    cases=[(*by_hand(1, 1, 1), 0.1, 0.5), (*draw(0, 8, steep=3.0), 0.1, 0.9), (*draw(1, 5, steep=1.0), 0.5, 0.5),
           (*draw(2, 4, steep=2.0), 0.2, 0.0)],
    tested="the same points and velocities as lk.SGD(lr, momentum=mu) in four walks of 3, 8, 5 and 4 steps, with "
           "μ = 0.5, 0.9 and 0.",
    hints=(
        "There are two lines to write: first the memory v is updated, then θ moves. Which v does θ move along, the "
        "old or the new one?",
        "The new v is the old one, faded by mu, plus the gradient: v ← μv + g. The learning rate is not in it. "
        "Then θ moves against the new v.",
        "First v = mu * … + …, then return a pair: theta minus the rate times that v, and the v itself. (v *= mu "
        "would change the caller's array; v = mu * v makes a new one.)",
    ),
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
        "the points are right, but the rate went into v: v ← μv + g, and lr only in the step θ − lr·v. (After a change "
        "of the rate, a v with the rate inside still carries the old one.)":
            lambda theta, g, v, lr, mu: (theta + (mu * v - lr * g), mu * v - lr * g),
        "the points are right, but the rate went into v: v ← μv + g, and lr only in the step, θ − lr·v.":
            lambda theta, g, v, lr, mu: (theta - (mu * v + lr * g), mu * v + lr * g),
        "the points are right, but your v has the other sign: v ← μv + g, and the minus stands in θ − lr·v.":
            lambda theta, g, v, lr, mu: (theta + lr * (mu * v - g), mu * v - g),
        "the points are right, but v ← μv + (1 − μ)g is the other convention, made up for in the step. Take "
        "v ← μv + g.":
            lambda theta, g, v, lr, mu: (theta - lr * (mu * v + (1 - mu) * g) / (1 - mu), mu * v + (1 - mu) * g),
    },
)
