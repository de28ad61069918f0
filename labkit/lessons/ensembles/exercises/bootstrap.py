"""Exercise: bootstrap."""

from collections.abc import Callable

import numpy as np

from labkit.exercises.exercise import Exercise, Function
from labkit.exercises.guard import AttemptError

Array = np.ndarray
Pair = tuple[Array, Array]


def bootstrap(n: int, rng: np.random.Generator) -> Pair:
    """n draws with replacement from 0 … n − 1, and a mask (n,) that is True for those that were never drawn."""
    drawn = rng.integers(n, size=n)
    left_out = np.ones(n, bool)
    left_out[drawn] = False
    return drawn, left_out


def many(f: Function, n: int, times: int, rng: np.random.Generator) -> Pair:
    """So many samples below each other, (times, n).

    Raises AttemptError for samples that are no n indices and n booleans: a list of those left out has another length.
    """
    drawn, left_out = ([np.asarray(value) for value in values] for values in zip(*(f(n, rng) for _ in range(times)),
                                                                                strict=True))
    _require("drawn", drawn, n, "iu", f"drawn holds n = {n} indices, whole numbers: floats cannot index.")
    _require("left_out", left_out, n, "b", f"n = {n} booleans are expected, one for each example, not the indices of "
             "those left out, and not 0 and 1. (np.bincount needs minlength=n.)")
    return np.array(drawn), np.array(left_out)


def _require(name: str, samples: list[Array], n: int, kinds: str, hint: str) -> None:
    odd = [sample for sample in samples if sample.shape != (n,) or sample.dtype.kind not in kinds]
    if odd:
        raise AttemptError(f"returned {name} of shape {odd[0].shape} and type {odd[0].dtype} for n = {n}", hint)


def habits(answer: Pair, n: int, times: int, rng: np.random.Generator) -> dict[str, float]:
    """What samples and their masks have in common with all others of that size."""
    drawn, marked = answer
    never = ~(drawn[:, :, None] == np.arange(n)).any(axis=1)
    return {
        "share of the indices from 0 to n - 1": np.mean((drawn >= 0) & (drawn < n)),
        "share of the draws that are index 0": np.mean(drawn == 0),
        "share of the draws that are index n - 1": np.mean(drawn == n - 1),
        "share of the examples never drawn": never.mean(),
        "share of the examples that your mask marks": marked.mean(),
        "share of the examples that your mask marks although they were drawn": np.mean(marked & ~never),
        "share of the examples that your mask misses": np.mean(never & ~marked),
    }


def sampled(draw: Callable[[np.random.Generator, int], Array],
            mark: Callable[[Array, int], Array] = lambda drawn, n: ~np.isin(np.arange(n), drawn)) -> Function:
    """The mistake of drawing, or of marking, in another way."""
    def rule(n: int, rng: np.random.Generator) -> Pair:
        drawn = draw(rng, n)
        return drawn, mark(drawn, n)
    return rule


def _replaced(rng: np.random.Generator, n: int) -> Array:
    return rng.integers(n, size=n)


BOOTSTRAP = Exercise(
    reference=bootstrap,
    use=many,
    cases=[(10, 500, np.random.default_rng(1)), (25, 300, np.random.default_rng(2))],
    tested="500 samples of 10 examples and 300 of 25: every index is equally likely, 34.9 % and 36.0 % are never "
           "drawn, and the mask marks exactly those.",
    view=habits,
    returns=("drawn", "left_out"),
    rtol=0.0,
    atol=dict.fromkeys(("share of the draws that are index 0", "share of the draws that are index n - 1",
                        "share of the examples never drawn", "share of the examples that your mask marks",
                        "share of the examples that your mask misses",
                        "share of the examples that your mask marks although they were drawn"), 0.025),
    hints=(
        "With replacement means: each of the n draws may be any of the n examples. Which method of rng draws whole "
        "numbers?",
        "rng.integers(n, size=n) gives n indices from 0 to n − 1. For the mask start with n times True, and strike "
        "out whoever was drawn.",
        "left_out = np.ones(n, bool) is True everywhere. An array of indices may stand in square brackets: set "
        "left_out to False at all the drawn places at once. Return both, drawn first.",
    ),
    mistakes={
        "nothing is left out: that is a shuffle. Draw WITH replacement: rng.integers(n, size=n).":
            sampled(lambda rng, n: rng.permutation(n)),
        "the mask is the wrong way round: True where an example was NOT drawn.":
            sampled(_replaced, lambda drawn, n: np.isin(np.arange(n), drawn)),
        "the last example is never drawn: rng.integers(n) goes up to n - 1 by itself.":
            sampled(lambda rng, n: rng.integers(n - 1, size=n)),
        "only the first half of the examples is ever drawn: rng.integers(n, size=n) knows all of them.":
            sampled(lambda rng, n: rng.integers(n // 2, size=n)),
        "indices begin at 0 and end at n - 1: yours run from 1 to n.":
            sampled(lambda rng, n: rng.integers(1, n + 1, size=n)),
        "rounding gives the first and the last example only half the chance of the others: rng.integers(n, size=n).":
            sampled(lambda rng, n: np.rint(rng.random(n) * (n - 1)).astype(int)),
        "your mask goes along the draws; it needs an entry for every EXAMPLE 0 … n − 1, in their order.":
            sampled(_replaced, lambda drawn, n: ~np.isin(drawn, np.arange(n))),
        "your mask marks who was drawn exactly once; mark who was never drawn.":
            sampled(_replaced, lambda drawn, n: np.bincount(drawn, minlength=n) == 1),
        "your mask marks who was drawn at most once; mark who was never drawn.":
            sampled(_replaced, lambda drawn, n: np.bincount(drawn, minlength=n) <= 1),
    },
)
