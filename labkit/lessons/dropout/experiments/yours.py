"""A student's inverted dropout, looked at from outside: who stays, how loud it becomes, and what comes back.

Whatever the function draws, y/x and dx/dy tell: 0 for a unit that was dropped, and 1/keep for one that stays.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from labkit.checks import check_int, in_range
from labkit.exercises.answers import array_of, values_of
from labkit.exercises.guard import AttemptError
from labkit.fits import guard
from labkit.layers import Dropout, Elementwise, Layer, Linear
from labkit.lessons.dropout.exercises.inverted import inverted_dropout
from labkit.network import Network

Array = np.ndarray
Rule = Callable[[Array, Array, float, np.random.Generator], tuple[Array, Array]]
EXAMPLES, UNITS = 60, 40
KEEPS = np.linspace(0.1, 1, 10)


class OwnDropout(NamedTuple):
    """What a function does to x and dy, both (examples, units), at one keep.

    forth and back (examples, units) are y/x and dx/dy; means (10, 2) their means at each of the `keeps` (10,).
    """

    keep: float
    forth: Array
    back: Array
    keeps: Array
    means: Array


def own_dropout(f: Rule, keep: float, draw: int = 1) -> OwnDropout:
    """Call y, dx = f(x, dy, keep, rng) at this keep and at ten others; `draw` is the number of the random draw.

    Raises AttemptError for an answer that is no pair of finite arrays of the shape of x.
    """
    keep = in_range("own_dropout", "keep", keep, Dropout.keep.range, Dropout.keep.fix)
    seeds = np.random.SeedSequence(check_int("own_dropout", "draw", draw)).spawn(1 + len(KEEPS))
    (forth, back), *others = (_factors(f, p, np.random.default_rng(seed))
                              for p, seed in zip((keep, *KEEPS.tolist()), seeds, strict=True))
    return OwnDropout(keep, forth, back, KEEPS, np.array([[y.mean(), dx.mean()] for y, dx in others]))


def _factors(f: Rule, keep: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """y/x and dx/dy, for x and dy of both signs between 1 and 2."""
    numbers = np.random.default_rng(0)
    x, dy = (1 + numbers.random((2, EXAMPLES, UNITS))) * numbers.choice([-1.0, 1.0], (2, EXAMPLES, UNITS))
    y, dx = values_of(f(x.copy(), dy.copy(), keep, rng), ("y", "dx"))
    return _finite(y, "y") / x, _finite(dx, "dx") / dy


def _finite(answer: Array, name: str) -> Array:
    array = array_of(answer, (EXAMPLES, UNITS), name)
    if not np.isfinite(array).all():
        raise AttemptError(f"returned an array for {name} that is not finite", "is something divided by 0?")
    return array


class PairedDropout(Dropout):
    """A layer of two networks, x (2, batch, units): labkit's dropout for one, the student's f for the other.

    f(x, dy, keep, rng) is called on the way there and, with the same random numbers, on the way back. Raises
    AttemptError for an answer that is no pair of arrays of the shape of x.
    """

    __slots__ = ("rule",)

    def __init__(self, rule: Rule, keep: float = 0.5) -> None:
        super().__init__(keep)
        self.rule = rule

    def forward(self, x: Array, train: bool = False) -> Array:
        if not train:
            return x
        self.kept.x, self.kept.seed = x, int(self.generators[0].integers(2**31))
        return self._both(np.zeros_like(x), 0)

    def backward(self, dy: Array) -> Array:
        """The second value of both functions, called again."""
        return self._both(dy, 1)

    def _both(self, dy: Array, which: int) -> Array:
        answers = []
        for rule, x, d in zip((inverted_dropout, self.rule), self.kept.x, dy, strict=True):
            answer = rule(x.copy(), d.copy(), float(self.keep), np.random.default_rng(self.kept.seed))
            answers.append(array_of(values_of(answer, ("y", "dx"))[which], x.shape, ("y", "dx")[which]))
        return np.stack(answers).astype(dy.dtype)


def pair(sizes: Sequence[int], rule: Rule, keep: float, seed: int) -> Network:
    """Two equal ReLU networks of these sizes, with a `PairedDropout` behind every hidden layer."""
    layers: list[Layer] = []
    for n_in, n_out in pairwise(sizes[:-1]):
        layers += [Linear(n_in, n_out), Elementwise("relu"), PairedDropout(rule, keep)]
    return Network([*layers, Linear(*sizes[-2:])], seed=[seed, seed])


guard(__name__)
