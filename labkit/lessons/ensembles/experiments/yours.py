"""A committee of a student's making: each network learns from a sample that the one function draws, the other votes.

Symbols: K networks, n training examples, p (K, examples, classes) what the networks think of each example.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import numpy as np

from labkit.checks import check_int, streams
from labkit.datasets import Dataset, fashion_mnist
from labkit.ensemble import out_of_bag, out_of_bag_average, soft_vote
from labkit.exercises.answers import array_of, values_of
from labkit.exercises.guard import AttemptError
from labkit.fits import guard
from labkit.lessons.ensembles.exercises.bootstrap import many
from labkit.losses import softmax, softmax_cross_entropy
from labkit.network import mlp
from labkit.optimizers import Adam
from labkit.training import train

Array = np.ndarray
Draw = Callable[[int, np.random.Generator], tuple[Array, Array]]
Vote = Callable[[Array], Array]
MEMBERS, EXAMPLES, STEPS, SIZE = 15, 500, 100, 25


class OwnCommittee(NamedTuple):
    """K networks, each trained on its own sample of n pictures, and how often they are right together.

    single (K,) is the test accuracy of each; yours and labkits (K,) that of the first 1, 2, … K by the student's vote
    and by the soft vote. marked (K,) is the share of the examples that the student's masks mark as left out, never (K,)
    the share that was never drawn. out_of_bag is the accuracy on the training examples when only those networks vote
    whose mask marks the example; NaN where no mask marks any.
    """

    k: int
    single: Array
    yours: Array
    labkits: Array
    marked: Array
    never: Array
    out_of_bag: float


def own_committee(draw: Draw, vote: Vote, k: int = MEMBERS, *, seed: int = 0) -> OwnCommittee:
    """Train 15 networks on samples drawn, left_out = draw(n, rng), and let the first 1, 2, … vote; k of them are shown.

    Raises AttemptError for samples that are no indices and masks, and for a vote that is no class for each example.
    """
    k, rng = check_int("own_committee", "k", k), streams(check_int("own_committee", "seed", seed, low=0)).data
    drawn, marked = many(lambda n, rng: values_of(draw(n, rng), ("drawn", "left_out")), EXAMPLES, MEMBERS, rng)
    if drawn.min() < 0 or drawn.max() >= EXAMPLES:
        raise AttemptError(f"drew index {drawn.max() if drawn.min() >= 0 else drawn.min()} of {EXAMPLES} examples",
                           "indices begin at 0 and end at n − 1.")
    p, seen = _opinions(drawn.astype(np.int64).tobytes(), seed)
    y = _data().y_test
    together = [[np.mean(array_of(f(p[:m].copy()), y.shape, "the classes") == y) for f in (vote, soft_vote)]
                for m in range(1, MEMBERS + 1)]
    return OwnCommittee(k, np.mean(p.argmax(axis=-1) == y, axis=1), *np.transpose(together), marked.mean(axis=1),
                        out_of_bag(drawn).mean(axis=1), _judged(seen, marked))


def _judged(seen: Array, marked: Array) -> float:
    judged = marked.any(axis=0)
    classes = out_of_bag_average(seen[:, judged], marked[:, judged]).argmax(axis=-1) if judged.any() else np.zeros(0)
    return float(np.mean(classes == _data().y_train[judged])) if judged.any() else np.nan


@lru_cache(maxsize=1)
def _data() -> Dataset:
    return fashion_mnist(EXAMPLES)


@lru_cache(maxsize=4)
def _opinions(drawn: bytes, seed: int) -> tuple[Array, Array]:
    """Probabilities for the test pictures and for the training pictures, (K, …, classes) each."""
    data, net = _data(), mlp([784, 16, 10], seed=range(MEMBERS))
    indices, rng = np.frombuffer(drawn, np.int64).reshape(MEMBERS, EXAMPLES), streams(seed).noise

    def batches() -> Iterator[tuple[Array, Array]]:
        while True:
            take = np.take_along_axis(indices, rng.integers(EXAMPLES, size=(MEMBERS, SIZE)), axis=1)
            yield data.x_train[take], data.y_train[take]

    for _ in islice(train(net, softmax_cross_entropy, Adam(3e-3), batches()), STEPS):
        pass
    return softmax(net.forward(data.x_test)), softmax(net.forward(data.x_train))


guard(__name__)
