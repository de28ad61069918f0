"""Exercise: many masks.

The network is a stub that knows its answers: however it is asked, for all examples at once or one by one, the mean over
k masks is an exact number, and one pass too few or too many shows.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from labkit.exercises.exercise import Exercise, Function
from labkit.exercises.guard import AttemptError
from labkit.losses import softmax

Array = np.ndarray


def mc_dropout(net: Any, x: Array, k: int) -> Array:
    """The mean over k masks of softmax(net(x)): an ensemble of k thinned networks. Gal & Ghahramani 2016."""
    return sum(softmax(net.forward(x, train=True)) for _ in range(k)) / k


class Rehearsed:
    """A network whose probabilities for x (n, features) are written down: `passes` (passes, n, classes).

    Each example is given the next of its answers at every pass with train=True, whatever company it comes in; after
    the last they begin anew. Without train=True it answers as no mask ever does.
    """

    def __init__(self, x: Array, passes: Array) -> None:
        self.x, self.logits = x, np.log(passes)
        self.asked = [0] * len(x)

    def forward(self, x: Array, train: bool = False) -> Array:
        """The logits (batch, classes)."""
        x = np.asarray(x, float)
        if x.ndim != 2 or x.shape[1] != self.x.shape[1]:
            raise ValueError(f"net.forward: x has shape {x.shape}; expected (batch, {self.x.shape[1]}).")
        return np.array([self._answer(row, train) for row in x]).reshape(len(x), -1)

    def _answer(self, row: Array, train: bool) -> Array:
        known = np.flatnonzero(np.isclose(self.x, row).all(axis=1))
        if not len(known):
            raise AttemptError("asked the network about examples that are not in x",
                               "hand x on as it is: the masks are drawn inside the network.")
        number = known[0]
        if not train:
            return self.logits[:, number].mean(axis=0) + np.linspace(0.5, 0, self.logits.shape[2])
        self.asked[number] += 1
        return self.logits[(self.asked[number] - 1) % len(self.logits), number]


def asked(f: Function, x: Array, passes: Array, k: int) -> Array:
    """What `f` makes of a network with these probabilities. Raises AttemptError if it asks for other than k masks."""
    net = Rehearsed(x, passes)
    answer = f(net, x, k)
    if set(net.asked) not in ({0}, {k}):
        raise AttemptError(f"asked the network for {max(net.asked)} masks of each example, and k is {k}",
                           "ask it k times, with train=True every time. (range(k) counts k passes, range(1, k) k − 1.)")
    return answer


def _mean_of(each: Callable[[Array], Array], last: Callable[[Array], Array] = np.asarray) -> Function:
    """The mistake of averaging something else, or of doing something else with the mean."""
    def rule(net: Any, x: Array, k: int) -> Array:
        return last(np.mean([each(net.forward(x, train=True)) for _ in range(k)], axis=0))
    return rule


def _drawn(seed: int, n: int, classes: int, k: int) -> tuple:
    """A case: examples, more passes than are asked for, and k."""
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, 4)).round(1), rng.dirichlet(np.ones(classes), (k + 40, n)), k


MONTE_CARLO = Exercise(
    reference=mc_dropout,
    use=asked,
    cases=[(np.array([[1.0], [2.0]]), np.array([[[0.8, 0.2], [0.1, 0.9]], [[0.4, 0.6], [0.5, 0.5]],
                                                [[0.9, 0.1], [0.7, 0.3]]]), 2),
           _drawn(1, 8, 3, 30), _drawn(2, 5, 4, 7)],
    tested="the mean probabilities of 2, 8 and 5 examples over 2, 30 and 7 masks, to the last digit.",
    hints=(
        "Each call of net.forward(x, train=True) draws new masks, so it is the answer of another thinned network. "
        "How do you ask k of them?",
        "A loop or a list of k passes. Each gives logits: turn each of them into probabilities first, and average "
        "only then.",
        "Add up lk.softmax(net.forward(x, train=True)) in a loop over range(k), and do one thing with the sum at "
        "the end.",
    ),
    mistakes={
        "that is one pass without any mask (the weight scaling rule): masks are drawn in net.forward(x, train=True).":
            lambda net, x, k: softmax(net.forward(x)),
        "logits are not probabilities: softmax each pass, then average.":
            _mean_of(lambda z: z),
        "average the probabilities, not the logits: softmax comes first, the mean after it.":
            _mean_of(lambda z: z, softmax),
        "that is the share of votes; average the probabilities themselves.":
            _mean_of(lambda z: np.eye(z.shape[-1])[z.argmax(axis=-1)]),
        "that is the sum; divide it by k.":
            lambda net, x, k: k * mc_dropout(net, x, k),
        "those are the answers under all k masks; average them: .mean(axis=0).":
            lambda net, x, k: np.stack([softmax(net.forward(x, train=True)) for _ in range(k)]),
        "the mean must run over the k passes, not over the examples.":
            lambda net, x, k: np.broadcast_to(mc_dropout(net, x, k).mean(axis=0),
                                              softmax(net.forward(x)).shape),
        "the sum runs over k masks; divide by k, not by k + 1.":
            lambda net, x, k: mc_dropout(net, x, k) * k / (k + 1),
        "the sum runs over k masks; divide by k, not by k − 1.":
            lambda net, x, k: mc_dropout(net, x, k) * k / (k - 1),
    },
)
