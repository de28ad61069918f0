"""Exercises of notebook 00: one step downhill, and the share of right answers."""

import numpy as np

from labkit.exercises.exercise import Exercise

Array = np.ndarray


# ------------------------------------------------------------------------------------------------ one step downhill
def gradient_step(theta: Array, grad: Array, lr: float) -> Array:
    """θ − lr · ∂L/∂θ, as a new array."""
    return theta - lr * grad


STEP = Exercise(
    reference=gradient_step,
    cases=[(np.array([1.0, -2.0, 0.5]), np.array([0.5, 4.0, -3.0]), 0.1),
           (np.random.default_rng(1).standard_normal(6), np.random.default_rng(2).standard_normal(6), 0.03)],
    tested="one step against the gradient, for three parameters and for six, at rates 0.1 and 0.03.",
    hints=(
        "The gradient points to where the loss rises fastest. You want to go down: which sign does that give the "
        "step?",
        "A step has two parts: the direction is the gradient turned round, the length is set by lr. You start from "
        "theta and return where you stand afterwards.",
        "Return theta minus something. That something is a product of two of the arguments. (theta -= … would "
        "change the caller's array; an expression makes a new one.)",
    ),
    mistakes={
        "the gradient points UPHILL; to go down, subtract it.":
            lambda theta, grad, lr: theta + lr * grad,
        "where is lr? The learning rate says how far to go: lr * grad.":
            lambda theta, grad, lr: theta - grad,
        "that is the step alone; the answer is where you stand after it, θ minus the step.":
            lambda theta, grad, lr: lr * grad,
        "that is θ as it came: you have not moved. Take a step: θ minus lr times the gradient.":
            lambda theta, grad, lr: theta + 0,
        "that is the gradient alone; the answer is where you stand after a step against it.":
            lambda theta, grad, lr: grad + 0,
        "that is the step alone; add it to θ.":
            lambda theta, grad, lr: -lr * grad,
        "multiply the gradient by lr, do not divide it.":
            lambda theta, grad, lr: theta - grad / lr,
        "lr belongs to the gradient, not to θ: θ − lr·grad.":
            lambda theta, grad, lr: lr * theta - grad,
        "brackets: only the gradient is multiplied by lr, θ is not.":
            lambda theta, grad, lr: lr * (theta - grad),
    },
)


# ------------------------------------------------------------------------------------------------ accuracy
def accuracy(outputs: Array, labels: Array) -> float:
    """Share of the rows of `outputs` (examples, classes) whose largest entry stands at the label (examples,)."""
    return np.mean(outputs.argmax(axis=1) == labels)


def votes(seed: int, examples: int, classes: int) -> tuple[Array, Array]:
    """Outputs and labels of which about half agree."""
    rng = np.random.default_rng(seed)
    outputs = rng.standard_normal((examples, classes))
    return outputs, np.where(rng.random(examples) < 0.5, outputs.argmax(axis=1), rng.integers(0, classes, examples))


ACCURACY = Exercise(
    reference=accuracy,
    cases=[(np.array([[2.0, 1.0], [0.0, 3.0], [4.0, 1.0]]), np.array([0, 1, 1])),
           votes(1, 8, 3), votes(2, 50, 10), votes(3, 7, 7)],
    tested="the share of right answers for 3, 8, 50 and 7 examples of 2, 3, 10 and 7 classes.",
    hints=(
        "Take one row of outputs: how do you find the class that the network chose, and how do you see whether it "
        "is right?",
        "The chosen class of a row is the place of its largest number, argmax along that row. Compare all the "
        "chosen classes with labels at once: you get True and False, and True counts as 1.",
        "outputs.argmax(axis=1) == labels holds a True for every right answer. Which NumPy function turns a list "
        "of True and False into the share of True?",
    ),
    mistakes={
        "that is how many are right; divide by the number of examples.":
            lambda outputs, labels: np.sum(outputs.argmax(axis=1) == labels),
        "a share lies between 0 and 1; yours is in per cent.":
            lambda outputs, labels: 100 * np.mean(outputs.argmax(axis=1) == labels),
        "you took the SMALLEST output of every example; the answer of the network is the largest.":
            lambda outputs, labels: np.mean(outputs.argmin(axis=1) == labels),
        ("never equal: max is the largest OUTPUT, not its class, and argmax without an axis finds one place in the "
         "whole table; argmax(axis=1) finds the class in every row."):
            lambda outputs, labels: np.mean(outputs.max(axis=1) == labels),
        "that is the share of WRONG answers.":
            lambda outputs, labels: np.mean(outputs.argmax(axis=1) != labels),
        "// drops the fraction, and a share below 1 becomes 0: divide with /, or take np.mean.":
            lambda outputs, labels: np.sum(outputs.argmax(axis=1) == labels) // len(labels),
        "divide by the number of examples, not by the number of all outputs.":
            lambda outputs, labels: np.sum(outputs.argmax(axis=1) == labels) / outputs.size,
        "divide by the number of examples (rows), not of classes (columns).":
            lambda outputs, labels: np.sum(outputs.argmax(axis=1) == labels) / outputs.shape[1],
    },
)

EXERCISES = {"00-step": STEP, "00-accuracy": ACCURACY}
