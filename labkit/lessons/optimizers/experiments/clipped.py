"""What if a single gradient is a hundred times as long as the others? Cut it to a length that is known to do no harm.

Symbols: g the gradient of one network, ‖g‖ its length, c (`limit`) the longest that is let through.
"""

import numpy as np

from labkit.fits import guard
from labkit.optimizers import SGD
from labkit.settings import Hyperparameter

Array = np.ndarray


class Clipped(SGD):
    """Gradient descent with momentum along g · min(1, c/‖g‖): the direction stays, only the length is cut.

    Each of K replicas has a length of its own. A huge c clips nothing. Pascanu, Mikolov & Bengio 2013, arXiv:1211.5063.

    >>> opt, theta = Clipped(1.0, limit=0.5), np.zeros(2)
    >>> opt.step(theta, np.array([3.0, 4.0])); theta.round(6).tolist()
    [-0.3, -0.4]
    """

    __slots__ = ("_limit", "lengths")
    limit = Hyperparameter(0, open_low=True, log=True, limits=(0.1, 100.0), label="clip the gradient at length c",
                           symbol="c", fix="It is a length; 1e9 lets every gradient through.")

    def __init__(self, lr: float | Array, momentum: float = 0.0, *, limit: float = 1e9) -> None:
        super().__init__(lr, momentum)
        self.limit = limit

    def _update(self, theta: Array, grad: Array, lr: float | Array) -> None:
        self.lengths = np.linalg.norm(grad, axis=-1, keepdims=True)
        with np.errstate(divide="ignore"):  # a gradient of 0 is short enough
            share = np.minimum(1, self.limit / self.lengths).astype(theta.dtype)
        super()._update(theta, grad * share, lr)


guard(__name__)
