"""The open challenge: 2000 pictures of clothes, 400 updates, your own recipe, judged on pictures that nobody gave you.

A recipe is a function of a `Lab`. It makes networks, trains them with `lab.train`, which counts, and returns one of
them, or several to be averaged. The judge refuses networks that were trained elsewhere, and those that know the test
pictures.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from labkit.checks import streams
from labkit.datasets import Dataset, fashion_mnist
from labkit.fits import guard
from labkit.losses import Loss
from labkit.network import Network
from labkit.optimizers import Optimizer
from labkit.runs.readings import predict_proba
from labkit.training import Step, train

Array = np.ndarray
N, BUDGET, SEEDS, TOO_GOOD = 2000, 400, 5, 0.03


class RefusedError(ValueError):
    """A recipe that is not judged, and why."""


class Lab:
    """What a recipe may use: `x`, `y` (2000 pictures, standardised), `x_val`, `y_val`, a generator `rng`, the `seed`,
    and `train`, which is that of labkit and stops when the budget is used up. `left` updates are left.
    """

    def __init__(self, seed: int) -> None:
        self.seed, self.left, self.rng = seed, BUDGET, streams(seed).data
        self.x, self.y, self.x_val, self.y_val = _training_part()
        self._trained: dict[int, tuple[Network, Array]] = {}

    def train(self, net: Network, loss: Loss, opt: Optimizer, batches: Iterable[tuple[Array, Array]], *,
              schedule: Callable[[int], float] | None = None, regularizer: Any = None) -> Iterator[Step]:
        """Update by update, as `lk.train`; batches are looked at, and every update is counted."""
        for step in train(net, loss, opt, self._checked(batches), schedule=schedule, regularizer=regularizer):
            self.left -= 1
            self._trained[id(net)] = net, net.theta.copy()
            yield step
            if not self.left:
                return

    def _checked(self, batches: Iterable[tuple[Array, Array]]) -> Iterator[tuple[Array, Array]]:
        for i, (x, y) in enumerate(batches):
            if not self.left:
                return
            if i % 20 == 0 and _known(x):
                raise RefusedError("refused: test pictures are among the batches of this recipe.")
            yield x, y

    def knows(self, net: Network) -> bool:
        """Whether a network is as this lab's `train` left it."""
        kept = self._trained.get(id(net))
        return kept is not None and np.array_equal(kept[1], net.theta)


Recipe = Callable[[Lab], Network | list[Network]]


def shown(x: Array) -> Array:
    """Pictures as the lab gives them: less the mean of the 2000, divided by their standard deviation."""
    first = clothes().x_train[:N]
    mean = first.mean(axis=0)
    return ((x - mean) / float((first - mean).std())).astype(np.float32)


@cache
def clothes() -> Dataset:
    """All pictures."""
    return fashion_mnist()


@cache
def _training_part() -> tuple[Array, Array, Array, Array]:
    all_of = clothes()
    return shown(all_of.x_train[:N]), all_of.y_train[:N], shown(all_of.x_val), all_of.y_val


@cache
def _fingerprints() -> set[bytes]:
    """Each test picture: which of its pixels are brighter than its mean. No shift or scale of all pixels changes it."""
    tests = clothes().x_test
    return {_print(row) for part in (tests, shown(tests)) for row in part}


def _print(picture: Array) -> bytes:
    return np.packbits(picture > picture.mean()).tobytes()


def _known(x: Array) -> bool:
    """Whether one of the pictures of a batch (…, batch, 784) is a test picture."""
    return any(_print(row) in _fingerprints() for row in np.asarray(x).reshape(-1, np.shape(x)[-1]))


class Score(NamedTuple):
    """Share of right answers on the test pictures of each seed (SEEDS,), and the updates that were left at the end."""

    accuracy: Array
    left: int

    def __str__(self) -> str:
        low, middle, high = np.percentile(self.accuracy, [0, 50, 100])
        return f"median {middle:.3f} of {len(self.accuracy)} seeds ({low:.3f} to {high:.3f})"


def judge(recipe: Recipe, *, seeds: int = SEEDS) -> Score:
    """Run a recipe with several seeds and judge what comes back on 4000 test pictures.

    Raises RefusedError for what is no network of this lab's training, for test pictures in its batches, and for a
    network that is better on the test pictures than on other new ones by more than three points.
    """
    found = [_judge_one(recipe, Lab(seed)) for seed in range(seeds)]
    return Score(np.array([accuracy for accuracy, _ in found]), min(left for _, left in found))


def _judge_one(recipe: Recipe, lab: Lab) -> tuple[float, int]:
    nets = recipe(lab)
    nets = list(nets) if isinstance(nets, list | tuple) else [nets]
    if not nets or not all(isinstance(net, Network) for net in nets):
        raise RefusedError("refused: a recipe returns a network, or a list of networks.")
    if not all(lab.knows(net) for net in nets):
        raise RefusedError("refused: a network comes back that lab.train did not leave like this.")
    tests, others = _right(nets, *_tests()), _right(nets, *_others())
    if tests > others + TOO_GOOD:
        raise RefusedError(f"refused: {tests:.3f} on the test pictures, {others:.3f} on other new ones. Where have the "
                           "test pictures been seen?")
    return tests, lab.left


def _tests() -> tuple[Array, Array]:
    return shown(clothes().x_test), clothes().y_test


def _others() -> tuple[Array, Array]:
    """Pictures that belong to neither part, to compare with."""
    return shown(clothes().x_train[N:]), clothes().y_train[N:]


def _right(nets: list[Network], x: Array, y: Array) -> float:
    """Share of right answers of the mean of the networks' probabilities."""
    p = sum(predict_proba(net, x) for net in nets)
    return float((p.argmax(axis=-1) == y).mean())


def table(recipes: Mapping[str, Recipe], *, seeds: int = SEEDS) -> dict[str, Score]:
    """`judge` every recipe."""
    return {name: judge(recipe, seeds=seeds) for name, recipe in recipes.items()}


guard(__name__)
