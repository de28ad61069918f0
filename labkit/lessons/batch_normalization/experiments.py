"""Batch normalization seen from close by: one unit, one batch, and what becomes of its numbers.

Symbols: x (m,) the inputs of one unit, one per example of the batch; x̂ = (x − mean)/√(var + ε); y = γx̂ + β; h = φ(y).
In training mean and var are those of the batch, in evaluation the running averages of the layer.
"""

from collections import deque
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from labkit.activations import ACTIVATIONS, Activation
from labkit.checks import FINITE, check_array, check_int, in_range, lookup, streams
from labkit.exercises.answers import array_of, values_of
from labkit.fits import guard
from labkit.layers import BatchNorm, Elementwise, Layer, Linear
from labkit.network import Network
from labkit.runs import Run

Array = np.ndarray
MODES = {"training": True, "evaluation": False}
MEAN, STD = 1.0, 1.5
"""The inputs of the unit: x ~ N(MEAN, STD²). These are its running averages too."""
HOME = 2.0
"""Where the point that can be dragged lies at first."""
STEEP = 0.5
"""An input is in the steep part of φ if φ' there is at least this share of its largest value."""
NOTICEABLE = 1e-3
"""An output that moves by less is said to stay."""
GRID = np.linspace(-8, 8, 1601)
"""Where the activation is drawn."""


def skewness(a: Array) -> float:
    """E[â³] of â = (a − mean)/std over all entries: 0 for a symmetric distribution, 2 for the exponential one.

    >>> skewness(np.array([-1.0, 0.0, 1.0]))
    0.0
    """
    a = check_array("skewness", a, some=True)
    centred = a - a.mean()
    return float((centred**3).mean() / (centred**2).mean() ** 1.5)


# ------------------------------------------------------------------------------------------------ one unit
class Unit(NamedTuple):
    """A batch on its way through one unit: x, x_hat, y and h (m,); the dragged point is the last one.

    stayed holds the same four of the batch in which nothing was dragged; mean and std are the ones that were used;
    bend has the activation over GRID and, in booleans, its steep part.
    """

    mode: str
    activation: str
    gamma: float
    beta: float
    mean: float
    std: float
    x: Array
    x_hat: Array
    y: Array
    h: Array
    stayed: tuple[Array, Array, Array, Array]
    bend: tuple[Array, Array, Array]

    @property
    def dragged(self) -> bool:
        """Whether the point has left its place."""
        return bool(self.x[-1] != self.stayed[0][-1])

    @property
    def moved(self) -> int:
        """How many of the m outputs y the drag has moved."""
        return int((np.abs(self.y - self.stayed[2]) > NOTICEABLE).sum())

    @property
    def steep(self) -> int:
        """How many of the m examples lie in the steep part of the activation."""
        return int(in_steep_part(self.activation, self.y).sum())


def unit(point: float, gamma: float, beta: float, activation: str, mode: str, *, m: int = 12, seed: int = 0) -> Unit:
    """A batch of `m` inputs, the last of them moved to `point`, through `BatchNorm` and φ.

    The others are fixed draws from N(MEAN, STD²). mode is "training" or "evaluation"; raises ValueError for others.
    """
    others = MEAN + STD * streams(seed).data.standard_normal(check_int("unit", "m", m, low=2) - 1)
    train = lookup(MODES, mode, "unit: mode")
    act = lookup(ACTIVATIONS, activation, "unit: activation")
    x = np.append(others, in_range("unit", "point", point, FINITE))
    mean, std = (float(x.mean()), float(x.std())) if train else (MEAN, STD)
    now, stayed = (_through(batch, gamma, beta, act, train) for batch in (x, np.append(others, HOME)))
    bend = GRID, act.f(GRID), in_steep_part(act, GRID)
    return Unit(mode, activation, float(gamma), float(beta), mean, std, *now, stayed, bend)


def _through(x: Array, gamma: float, beta: float, act: Activation, train: bool) -> tuple[Array, Array, Array, Array]:
    """x, x̂, y and h, by the layer that networks are made of."""
    layer = BatchNorm(1)
    layer.params = {"gamma": np.ones((1, 1)), "beta": np.zeros((1, 1))}
    layer.buffers = {"mean": np.array([[MEAN]]), "var": np.array([[STD**2]])}
    x_hat = layer.forward(x[:, None], train)[:, 0]
    y = gamma * x_hat + beta
    return x, x_hat, y, act.f(y)


def in_steep_part(activation: str | Activation, y: Array) -> Array:
    """Where φ'(y) is at least `STEEP` times the largest slope between −8 and 8; booleans, of the shape of y.

    For ReLU these are the inputs above 0, for the sigmoid those between −1.76 and 1.76: there it is nearly a line.

    >>> in_steep_part("sigmoid", np.array([-3.0, 0.0, 1.5])).tolist()
    [False, True, True]
    """
    act = lookup(ACTIVATIONS, activation, "in_steep_part: activation")
    return act.slope(y) >= STEEP * act.slope(GRID).max()


# ------------------------------------------------------------------------------------------------ many batches
def batch_noise(value: float, sizes: Sequence[int]) -> Array:
    """What std x̂ has in large batches: √((1 + value²/2)/m). The batch's mean brings the 1, its variance the value²/2.

    >>> batch_noise(0.0, [4, 100]).tolist()
    [0.5, 0.1]
    """
    return np.sqrt((1 + value**2 / 2) / np.asarray(sizes, float))


# ------------------------------------------------------------------------------------------------ a student's layer
class Rules(NamedTuple):
    """A student's batch norm: forward(x, γ, β, ε) → y; backward(dy, x, γ, ε) → (dx, dγ, dβ);
    evaluate(x, batches, γ, β, decay, ε) → y.
    """

    forward: Callable[..., Any]
    backward: Callable[..., Any]
    evaluate: Callable[..., Any]


class YourBatchNorm(BatchNorm):
    """Batch norm for two replicas: labkit's for the first, the student's for the second. x (2, batch, n).

    `evaluate` gets the newest `REMEMBERED` whole batches of the training, the oldest first; before the first batch,
    when there is nothing to average yet, labkit answers for it. Raises AttemptError for answers of other shapes.
    """

    REMEMBERED = 100

    def __init__(self, n: int, rules: Rules) -> None:
        super().__init__(n)
        self.rules = rules
        self.batches: deque[Array] = deque(maxlen=self.REMEMBERED)
        self.given: Array | None = None

    def forward(self, x: Array, train: bool = False) -> Array:
        y = super().forward(x, train)
        yours, gamma, beta = x[1].copy(), *(self.params[name][1, 0].copy() for name in ("gamma", "beta"))
        if train:
            self.yours = yours
            self.batches.append(yours)
            y[1] = array_of(self.rules.forward(yours.copy(), gamma, beta, self.eps), yours.shape, "y")
        elif self.batches:
            answer = self.rules.evaluate(yours, self._whole_batches(), gamma, beta, self.decay, self.eps)
            y[1] = array_of(answer, yours.shape, "y")
        self.given = y
        return y

    def _whole_batches(self) -> Array:
        """(steps, m, n), without those that held what was left of an epoch."""
        largest = max(len(batch) for batch in self.batches)
        return np.array([batch for batch in self.batches if len(batch) == largest])

    def backward(self, dy: Array) -> Array:
        dx, names = super().backward(dy), ("dx", "dgamma", "dbeta")
        gamma = self.params["gamma"][1, 0].copy()
        answer = values_of(self.rules.backward(dy[1].copy(), self.yours.copy(), gamma, self.eps), names)
        for place, value, name in zip((dx[1], self.grads["gamma"][1, 0], self.grads["beta"][1, 0]), answer, names,
                                      strict=True):
            place[...] = array_of(value, place.shape, name)
        return dx


def two_norms(sizes: Sequence[int], rules: Rules, *, seed: int = 0) -> Network:
    """Two equal ReLU networks with batch norm in front of every activation: labkit's layers, and the student's."""
    layers: list[Layer] = []
    for n_in, n_out in pairwise(sizes[:-1]):
        layers += [Linear(n_in, n_out), YourBatchNorm(n_out, rules), Elementwise("relu")]
    return Network([*layers, Linear(*sizes[-2:])], seed=[seed, seed])


def spans_of_two(run: Run) -> Array | None:
    """Mean and std of every unit's outputs behind the first batch norm, labkit's and the student's, for the examples
    that came last: (2, layers, units). None before the first answer.
    """
    layer = next((layer for layer in run.net.layers if isinstance(layer, YourBatchNorm)), None)
    if layer is None:
        raise ValueError("spans_of_two: the network of the run has no YourBatchNorm.")
    return None if layer.given is None else np.stack([layer.given.mean(axis=1), layer.given.std(axis=1)])


guard(__name__)
