"""Exercises of notebook 11: a bootstrap sample and what it leaves out, the soft vote, how many models are enough."""

import math
from collections.abc import Callable

import numpy as np

from labkit.exercises.attempt import AttemptError
from labkit.exercises.exercise import Exercise, Function

Array = np.ndarray
Pair = tuple[Array, Array]


# ------------------------------------------------------------------------------------------------ bootstrap
def bootstrap(n: int, rng: np.random.Generator) -> Pair:
    """n draws with replacement from 0 … n − 1, and a mask (n,) that is True for those that were never drawn."""
    drawn = rng.integers(n, size=n)
    left_out = np.ones(n, bool)
    left_out[drawn] = False
    return drawn, left_out


def many(f: Function, n: int, times: int, rng: np.random.Generator) -> Pair:
    """So many samples below each other, (times, n); what is not a pair is handed on as it is.

    Raises AttemptError if one of a pair has not n entries: left_out as a list of indices has another length every time.
    """
    answers = [f(n, rng) for _ in range(times)]
    if not all(isinstance(answer, tuple | list) and len(answer) == 2 for answer in answers):
        return answers[0]
    drawn, left_out = zip(*answers, strict=True)
    _refuse_other_length("drawn", drawn, n, f"drawn holds n = {n} indices.")
    _refuse_other_length("left_out", left_out, n, f"n = {n} booleans are expected, one for each example, not the "
                         "indices of those left out. (np.bincount needs minlength=n.)")
    return np.array(drawn), np.array(left_out)


def _refuse_other_length(name: str, samples: tuple, n: int, hint: str) -> None:
    odd = [np.shape(sample) for sample in samples if np.shape(sample) != (n,)]
    if odd:
        raise AttemptError(f"returned {name} of shape {odd[0]} for n = {n}", hint)


def habits(answer: Pair, n: int, times: int, rng: np.random.Generator) -> dict[str, float]:
    """What samples and their masks have in common with all others of that size."""
    drawn, marked = answer[0].astype(int), answer[1] != 0
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
    mistakes={
        "nothing is left out: that is a shuffle. Draw WITH replacement: rng.integers(n, size=n).":
            sampled(lambda rng, n: rng.permutation(n)),
        "the mask is the wrong way round: True where an example was NOT drawn.":
            sampled(_replaced, lambda drawn, n: np.isin(np.arange(n), drawn)),
        "the last example is never drawn: rng.integers(n) goes up to n - 1 by itself.":
            sampled(lambda rng, n: rng.integers(n - 1, size=n)),
        "indices begin at 0 and end at n - 1: yours run from 1 to n.":
            sampled(lambda rng, n: rng.integers(1, n + 1, size=n)),
        "your mask marks who was drawn exactly once; mark who was never drawn.":
            sampled(_replaced, lambda drawn, n: np.bincount(drawn, minlength=n) == 1),
        "your mask marks who was drawn at most once; mark who was never drawn.":
            sampled(_replaced, lambda drawn, n: np.bincount(drawn, minlength=n) <= 1),
    },
)


# ------------------------------------------------------------------------------------------------ soft vote
def soft_vote(p: Array) -> Array:
    """The class with the highest mean probability over the models: (models, examples, classes) → (examples,)."""
    return p.mean(axis=0).argmax(axis=-1)


def hard_vote(p: Array) -> Array:
    """The mistake of counting votes: the class that most models choose."""
    votes = p.argmax(axis=-1)
    return (votes[..., None] == np.arange(p.shape[-1])).sum(axis=0).argmax(axis=-1)


def _opinions(seed: int, shape: tuple[int, int, int]) -> Array:
    z = 1.5 * np.random.default_rng(seed).standard_normal(shape)
    p = np.exp(z)
    return p / p.sum(axis=-1, keepdims=True)


SOFT_VOTE = Exercise(
    reference=soft_vote,
    cases=[(_opinions(1, (5, 40, 4)),), (_opinions(2, (3, 60, 10)),), (_opinions(3, (8, 30, 3)),)],
    tested="the classes of 130 examples, for which a majority would often have decided otherwise.",
    mistakes={
        "that is the majority vote: each model's uncertainty is lost. Average the probabilities first, then take "
        "argmax.":
            hard_vote,
        "first the mean, then argmax: a mean of class numbers is no class (halfway between a 2 and an 8 lies "
        "no 5).":
            lambda p: p.argmax(axis=-1).mean(axis=0),
        "a mean of class numbers is no class, rounded or not (halfway between a 2 and an 8 lies no 5).":
            lambda p: np.rint(p.argmax(axis=-1).mean(axis=0)).astype(int),
        "that is the most confident single model; all of them are to be heard: average first.":
            lambda p: p.max(axis=0).argmax(axis=-1),
        "that is the product of the probabilities (the mean of their logarithms): one model that says 0 decides alone. "
        "Take the mean of the probabilities.":
            lambda p: np.log(p).mean(axis=0).argmax(axis=-1),
        "those are the mean probabilities; which class has the highest?":
            lambda p: p.mean(axis=0),
        "that is the first model alone.":
            lambda p: p[0].argmax(axis=-1),
        "the mean must run over the models, axis 0.":
            lambda p: p.mean(axis=1).argmax(axis=-1),
    },
)


# ------------------------------------------------------------------------------------------------ how many
def models_needed(v: float, c: float, goal: float) -> float:
    """The smallest k with v/k + (k − 1)c/k ≤ goal: k ≥ (v − c)/(goal − c); infinite if goal ≤ c < v."""
    if goal >= v:
        return 1
    return math.ceil((v - c) / (goal - c)) if goal > c else math.inf


NEEDED = Exercise(
    reference=models_needed,
    cases=[(1.0, 0.0, 0.1), (2.0, 1.0, 1.25), (1.0, 0.5, 0.521), (0.5, 0.2, 0.2105), (3.0, 0.7, 1.0), (1.0, 0.5, 0.4),
           (1.0, 0.5, 0.5), (0.9, 0.3, 1.0), (0.8, 0.3, 0.8)],
    tested="nine triples of v, c and goal, among them goals that one model reaches, and goals that no number of models "
           "reaches (np.inf).",
    mistakes={
        "v/k is for uncorrelated errors only: put v/k + (k − 1)c/k ≤ goal and solve for k.":
            lambda v, c, goal: math.ceil(v / goal),
        "v/k is for uncorrelated errors only: put v/k + (k − 1)c/k ≤ goal, solve for k, and round up.":
            lambda v, c, goal: v / goal,
        "k is a whole number of models: round UP.":
            lambda v, c, goal: 1 if goal >= v else (v - c) / (goal - c) if goal > c else math.inf,
        "rounded down, the goal is just missed: round up.":
            lambda v, c, goal: 1 if goal >= v else math.floor((v - c) / (goal - c)) if goal > c else math.inf,
        "c is the limit for many models: a goal at or below c is out of reach for any k; return np.inf there.":
            lambda v, c, goal: 1 if goal >= v else math.ceil((v - c) / (goal - c)) if goal != c else math.inf,
        "solve for k once more: k(goal − c) ≥ v − c, not v.":
            lambda v, c, goal: 1 if goal >= v else math.ceil(v / (goal - c)) if goal > c else math.inf,
        "one model more than needed: is v/k + (k − 1)c/k ≤ goal already true for k − 1?":
            lambda v, c, goal: models_needed(v, c, goal) + 1,
    },
)

EXERCISES = {"11-bootstrap": BOOTSTRAP, "11-soft-vote": SOFT_VOTE, "11-models-needed": NEEDED}
