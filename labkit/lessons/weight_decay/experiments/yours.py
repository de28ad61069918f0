"""A student's rule at work: two equal networks, one shrunk by labkit, the other by their soft threshold or AdamW."""

from collections.abc import Callable
from typing import Any

import numpy as np

from labkit.exercises.answers import array_of, values_of
from labkit.fits import guard
from labkit.lessons.weight_decay.exercises import plain_adam
from labkit.optimizers import AdamW, Optimizer
from labkit.regularizers import soft_threshold
from labkit.runs import Run
from labkit.runs.side_by_side import SideBySide
from labkit.settings import Hyperparameter
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


# ------------------------------------------------------------------------------------------------ AdamW
class YourDecay(Optimizer):
    """θ, state ← rule(θ, g, state, lr, λ, adam), as in the exercise; AttemptError for anything but a θ of its shape and
    a state.
    """

    __slots__ = ("_weight_decay", "rule", "state")
    weight_decay = Hyperparameter(0, log=True, limits=(1e-6, 1.0), label="weight decay λ", symbol="decay")

    def __init__(self, rule: Callable[..., Any], lr: float, weight_decay: float) -> None:
        self.rule, self.weight_decay = rule, weight_decay
        super().__init__(lr)

    def _begin(self, theta: Array, grad: Array) -> None:
        super()._begin(theta, grad)
        self.state = np.zeros_like(theta), np.zeros_like(theta), 0

    def _update(self, theta: Array, grad: Array, lr: float | Array) -> None:
        answer = self.rule(theta.copy(), grad.copy(), self.state, lr, self.weight_decay, plain_adam)
        point, self.state = values_of(answer, ("theta", "state"))
        theta[...] = array_of(point, theta.shape, "theta")


class TwoDecays(SideBySide):
    """labkit's AdamW for replica 0, the student's for replica 1, with one rate and one λ; every entry of θ decays."""

    __slots__ = ("_weight_decay",)
    weight_decay = Hyperparameter(0, log=True, limits=(1e-6, 1.0), label="weight decay λ", symbol="decay")

    def __init__(self, rule: Callable[..., Any], lr: float, weight_decay: float) -> None:
        super().__init__(AdamW(lr, weight_decay=weight_decay), YourDecay(rule, lr, weight_decay))
        self.weight_decay = weight_decay

    def _update(self, theta: Array, grad: Array, lr: float | Array) -> None:
        for opt in self.both:
            opt.weight_decay = self.weight_decay
        super()._update(theta, grad, lr)


guard(__name__)
