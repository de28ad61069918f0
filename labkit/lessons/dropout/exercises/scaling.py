"""Exercise: weight scaling."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from labkit.exercises.exercise import Exercise, Function
from labkit.losses import softmax

Array = np.ndarray
Layers = tuple[Array, Array, Array, Array, Array, Array]


def predict(x: Array, W1: Array, b1: Array, W2: Array, b2: Array, W3: Array, b3: Array, keep_in: float,
            keep: float) -> Array:
    """Every dropped unit at its expected strength: h₁ = relu((keep_in·x)W₁ + b₁), h₂ = relu((keep·h₁)W₂ + b₂), …"""
    return scaled_pass(x, (W1, b1, W2, b2, W3, b3), (keep_in, keep, keep))


def scaled_pass(x: Array, layers: Layers, factors: tuple[float, float, float], *,
                f: Callable[[Array], Array] = lambda z: np.maximum(z, 0)) -> Array:
    """Three layers; the input of each is multiplied by its factor."""
    W1, b1, W2, b2, W3, b3 = layers
    h = f(factors[0] * x @ W1 + b1)
    h = f(factors[1] * h @ W2 + b2)
    return factors[2] * h @ W3 + b3


def _trained(seed: int, sizes: tuple[int, int, int, int], keep_in: float, keep: float) -> tuple:
    rng = np.random.default_rng(seed)
    layers = [a for n, m in pairwise(sizes) for a in (rng.standard_normal((n, m)), rng.standard_normal(m))]
    return rng.standard_normal((5, sizes[0])), *layers, keep_in, keep


def _by_hand() -> tuple:
    """One unit in each layer: h₁ = 0.5·1·2 + 1 = 2, h₂ = 0.25·2·4 + 1 = 3, logit 0.25·3·4 − 1 = 2."""
    x, W1, W2, W3 = (np.array([[value]]) for value in (1.0, 2.0, 4.0, 4.0))
    b1, b2, b3 = np.array([1.0]), np.array([1.0]), np.array([-1.0])
    return x, W1, b1, W2, b2, W3, b3, 0.5, 0.25


def with_factors(factors: Callable[[float, float], tuple[float, float, float]]) -> Function:
    """The mistake of other factors than (keep_in, keep, keep)."""
    def rule(x: Array, W1: Array, b1: Array, W2: Array, b2: Array, W3: Array, b3: Array, keep_in: float,
             keep: float) -> Array:
        return scaled_pass(x, (W1, b1, W2, b2, W3, b3), factors(keep_in, keep))
    return rule


def _scaled_biases(x: Array, W1: Array, b1: Array, W2: Array, b2: Array, W3: Array, b3: Array, keep_in: float,
                   keep: float) -> Array:
    return predict(x, W1, keep_in * b1, W2, keep * b2, W3, keep * b3, keep_in, keep)


SCALING = Exercise(
    reference=predict,
    cases=[_by_hand(), _trained(1, (4, 6, 5, 3), 0.8, 0.5), _trained(2, (7, 5, 6, 2), 0.9, 0.3)],
    tested="the outputs of three networks with three layers, at three pairs of keep_in and keep.",
    hints=(
        "In training a unit was there with probability keep only. How loud must it be in the test, when it is "
        "always there, so that the next layer gets on average the same?",
        "What was dropped is multiplied by its keep: x by keep_in, h₁ and h₂ by keep. Biases were never dropped. "
        "The last layer gives logits, without ReLU.",
        "h1 = np.maximum(0, (… * x) @ W1 + b1). The second layer looks alike, with another factor; the third "
        "has the factor, too, but no np.maximum.",
    ),
    mistakes={
        "without scaling: that is right for INVERTED dropout. Here nothing was divided in training.":
            with_factors(lambda keep_in, keep: (1, 1, 1)),
        "the bias is never dropped, so it is not scaled: (keep * h) @ W + b.":
            _scaled_biases,
        "multiply by keep, do not divide: in testing ALL units speak, so each must speak more softly.":
            with_factors(lambda keep_in, keep: (1 / keep_in, 1 / keep, 1 / keep)),
        "by the probability of keeping, not of dropping.":
            with_factors(lambda keep_in, keep: (1 - keep_in, 1 - keep, 1 - keep)),
        "the inputs are dropped too: keep_in belongs to x.":
            with_factors(lambda keep_in, keep: (1, keep, keep)),
        "the inputs have a keep of their own, keep_in.":
            with_factors(lambda keep_in, keep: (keep, keep, keep)),
        "one layer too late: keep_in belongs to x, keep to h₁ and h₂. Scale what a layer takes in, not what it gives.":
            with_factors(lambda keep_in, keep: (1, keep_in, keep)),
        "hidden units are dropped in both hidden layers: h₁ and h₂ are scaled by keep.":
            with_factors(lambda keep_in, keep: (keep_in, 1, 1)),
        "every layer needs it, the last one too: h₂ was dropped as well.":
            with_factors(lambda keep_in, keep: (keep_in, keep, 1)),
        "every layer needs it, not only the last one.":
            with_factors(lambda keep_in, keep: (1, 1, keep)),
        "no ReLU on the outputs: they are logits.":
            lambda *case: np.maximum(predict(*case), 0),
        "the ReLU between the layers is missing.":
            lambda x, W1, b1, W2, b2, W3, b3, keep_in, keep:
                scaled_pass(x, (W1, b1, W2, b2, W3, b3), (keep_in, keep, keep), f=np.asarray),
        "logits are asked for, not probabilities.":
            lambda *case: softmax(predict(*case)),
    },
)
