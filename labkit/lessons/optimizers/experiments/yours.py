"""A student's rule as an optimizer: it walks on the maps beside labkit's, and trains a network beside labkit's.

Symbols: θ the parameters, g the gradient, lr the rate. A rule is rule(θ, g, state, lr, *knobs) → (θ, state).
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from labkit.checks import lookup
from labkit.exercises.answers import array_of, values_of
from labkit.fits import guard
from labkit.lessons.optimizers.experiments.races import standard_optimizers
from labkit.optimizers import Optimizer

Array = np.ndarray
Rule = Callable[..., Any]
EPS = 1e-8
YOURS = "yours"


class Kind(NamedTuple):
    """How a rule is called: the name of its state, the state it begins with, its knobs from (momentum, beta2)."""

    state: str
    begin: Callable[[Array], Any]
    knobs: Callable[[float, float], tuple[float, ...]]


KINDS = {
    "momentum": Kind("v", np.zeros_like, lambda momentum, beta2: (momentum,)),
    "RMSProp": Kind("s", np.zeros_like, lambda momentum, beta2: (beta2, EPS)),
    "Adam": Kind("state", lambda theta: (np.zeros_like(theta), np.zeros_like(theta), 0),
                 lambda momentum, beta2: (momentum, beta2, EPS)),
}
"""The rules of the exercises, by the name of the optimizer that they are."""


class Yours(Optimizer):
    """θ, state ← rule(θ, g, state, lr, *knobs); AttemptError if it returns anything but a θ of its shape and a state.

    >>> opt, theta = Yours(lambda theta, g, v, lr, mu: (theta - lr * g, v), 0.5, like="momentum"), np.ones(1)
    >>> opt.step(theta, np.ones(1)); theta.tolist()
    [0.5]
    """

    __slots__ = ("kind", "knobs", "rule", "state")

    def __init__(self, rule: Rule, lr: float, *, like: str, momentum: float = 0.9, beta2: float = 0.99) -> None:
        self.rule, self.kind = rule, lookup(KINDS, like, "Yours: like")
        self.knobs = self.kind.knobs(momentum, beta2)
        super().__init__(lr)

    def _begin(self, theta: Array, grad: Array) -> None:
        super()._begin(theta, grad)
        self.state = self.kind.begin(theta)

    def _update(self, theta: Array, grad: Array, lr: float | Array) -> None:
        answer = self.rule(theta.copy(), grad.copy(), self.state, lr, *self.knobs)
        point, self.state = values_of(answer, ("theta", self.kind.state))
        theta[...] = array_of(point, theta.shape, "theta")


def beside(rule: Rule, like: str, lr: float, momentum: float = 0.9, beta2: float = 0.99) -> dict[str, Optimizer]:
    """labkit's optimizer of the name `like`, and the student's, with the same numbers."""
    yours = Yours(rule, lr, like=like, momentum=momentum, beta2=beta2)
    return {like: standard_optimizers(lr, momentum, beta2)[like], YOURS: yours}


guard(__name__)
