"""Two optimizers in one run: replica 0 goes by the one, replica 1 by the other, and their curves can be compared."""

import numpy as np

from labkit.optimizers import Optimizer

Array = np.ndarray


class SideBySide(Optimizer):
    """Replica 0 goes by one optimizer, replica 1 by the other, both at this rate: θ is (2, P)."""

    __slots__ = ("both",)

    def __init__(self, one: Optimizer, other: Optimizer) -> None:
        self.both = one, other
        super().__init__(one.lr)

    def reset(self) -> None:
        super().reset()
        for opt in self.both:
            opt.reset()

    def _update(self, theta: Array, grad: Array, lr: float | Array) -> None:
        for opt, point, g in zip(self.both, theta, grad, strict=True):
            opt.lr = lr
            opt.step(point, g)
