"""A student's inverted dropout, looked at from outside: who stays, how loud it becomes, and what comes back.

Whatever the function draws, y/x and dx/dy tell: 0 for a unit that was dropped, and 1/keep for one that stays.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from labkit.checks import check_int, in_range
from labkit.exercises.answers import array_of, values_of
from labkit.exercises.guard import AttemptError
from labkit.layers import Dropout

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
