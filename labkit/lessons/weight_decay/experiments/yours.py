"""A student's soft threshold at work: two equal networks, one shrunk by labkit's proximal step, the other by theirs."""

from collections.abc import Callable

import numpy as np

from labkit.exercises.answers import array_of
from labkit.regularizers import soft_threshold
from labkit.runs import Run
from labkit.training import Step

Array = np.ndarray


def proximal_pair(f: Callable[[Array, float], Array]) -> Callable[[Run, Step], None]:
    """What two networks (2, parameters) do after each update: the weights of the first go through the soft threshold at
    lr·λ, those of the second through f(θ, lr·λ). Biases stay.

    Raises AttemptError for an answer that is no array of the shape of θ.
    """
    def shrink(run: Run, step: Step) -> None:
        mask, t = run.net.weight_mask(), float(step.lr * run.regularizer.lam)
        labkits, yours = run.net.theta
        labkits[mask] = soft_threshold(labkits[mask], t)
        yours[mask] = array_of(f(yours[mask], t), (int(mask.sum()),), "theta")

    return shrink


def weights_of_two(run: Run) -> Array:
    """The weights of both networks, (2, weights), without biases."""
    return run.net.theta[:, run.net.weight_mask()]
