"""Exercises of notebook 10: inverted dropout there and back, the weight scaling rule, the mean of many masks."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from labkit.exercises.exercise import Exercise, Function
from labkit.layers import Dropout, Elementwise, Linear
from labkit.losses import softmax
from labkit.network import Network

Array = np.ndarray
Pair = tuple[Array, Array]


# ------------------------------------------------------------------------------------------------ inverted dropout
def inverted_dropout(x: Array, dy: Array, keep: float, rng: np.random.Generator) -> Pair:
    """y = x · m/keep and dx = dy · m/keep with one mask m, whose entries are 1 with probability keep, else 0."""
    factor = (rng.random(x.shape) < keep) / keep
    return x * factor, dy * factor


def factors(answer: Pair, x: Array, dy: Array, keep: float, rng: np.random.Generator) -> dict[str, float]:
    """What y and dx were multiplied with, in figures that do not depend on which units stay."""
    forth, back = answer[0] / x, answer[1] / dy
    there, here = forth != 0, back != 0
    same = [np.array_equal(row, there[0]) for row in there]
    return {
        "share of the entries of y that stay": there.mean(),
        "mean of y/x where it stays": forth[there].mean() if there.any() else 0.0,
        "spread of y/x where it stays": forth[there].std() if there.any() else 0.0,
        "share of the examples with the first one's mask": np.mean(same[1:]),
        "share of the entries of dx that stay": here.mean(),
        "share of the entries where y and dx disagree on who stays": np.mean(there != here),
        "mean of dx/dy where it stays": back[here].mean() if here.any() else 0.0,
    }


def wrong_dropout(*, forward: Callable[[Array, float], Array] = lambda mask, keep: mask / keep,
                  backward: Callable[[Array, float], Array] = lambda mask, keep: mask / keep, one: bool = False,
                  swap: bool = False, again: bool = False) -> Function:
    """Inverted dropout with a mistake: other factors, one mask for all examples, keep taken for the rate, new masks."""
    def rule(x: Array, dy: Array, keep: float, rng: np.random.Generator) -> Pair:
        def draw() -> Array:
            numbers = np.broadcast_to(rng.random((1, x.shape[1])), x.shape) if one else rng.random(x.shape)
            return (numbers >= keep if swap else numbers < keep) * 1.0

        mask = draw()
        return x * forward(mask, keep), dy * backward(draw() if again else mask, keep)
    return rule


def back_as_through_relu(x: Array, dy: Array, keep: float, rng: np.random.Generator) -> Pair:
    """The mistake of taking y > 0 for the mask: negative inputs that stayed get no gradient."""
    y, _ = inverted_dropout(x, dy, keep, rng)
    return y, dy * (y > 0) / keep


def _case(seed: int, keep: float) -> tuple:
    rng = np.random.default_rng(seed)
    x, dy = (rng.standard_normal((2, 300, 80)) + 3) * rng.choice([-1.0, 1.0], (2, 300, 80))
    return x, dy, keep, np.random.default_rng(seed + 1)


INVERTED = Exercise(
    reference=inverted_dropout,
    cases=[_case(1, 0.5), _case(2, 0.8), _case(3, 0.3)],
    tested="at keep 0.5, 0.8 and 0.3, on 300 examples with 80 units each: who stays, the factor 1/keep, a mask for "
           "every example, and the same mask on the way back.",
    view=factors,
    returns=("y", "dx"),
    rtol=1e-4,
    atol={"share of the entries of y that stay": 0.02, "share of the entries of dx that stay": 0.02,
          "share of the entries where y and dx disagree on who stays": 0.02,
          "share of the examples with the first one's mask": 0.02, "spread of y/x where it stays": 1e-4},
    mistakes={
        "that is plain dropout; the inverted form divides by keep in training, so that the mean stays x.":
            wrong_dropout(forward=lambda mask, keep: mask, backward=lambda mask, keep: mask),
        "y is right; on the way back dx needs the factor 1/keep too.":
            wrong_dropout(backward=lambda mask, keep: mask),
        "dx is right; y is to be divided by keep too.":
            wrong_dropout(forward=lambda mask, keep: mask),
        "keep is the probability of STAYING; yours drops that share. (Frameworks' rate is 1 - keep.)":
            wrong_dropout(swap=True),
        "the mask is right, but divide by keep, the share that stays, not by 1 - keep.":
            wrong_dropout(forward=lambda mask, keep: mask / (1 - keep), backward=lambda mask, keep: mask / (1 - keep)),
        "keep is the probability of STAYING: yours drops that share, and divides by the share it should have kept.":
            wrong_dropout(swap=True, forward=lambda mask, keep: mask / (1 - keep),
                          backward=lambda mask, keep: mask / (1 - keep)),
        "divide by keep, do not multiply: fewer units must speak louder.":
            wrong_dropout(forward=lambda mask, keep: mask * keep, backward=lambda mask, keep: mask * keep),
        "one mask serves all your examples; each needs its own: draw numbers of the shape of x.":
            wrong_dropout(one=True),
        "dx was given a new mask; the gradient goes back through the units that were there: use the same one.":
            wrong_dropout(again=True),
        "a dropped unit gets no gradient: dx needs the mask as well.":
            wrong_dropout(backward=lambda mask, keep: np.ones_like(mask) / keep),
        "a dropped unit gets no gradient: multiply dy by the same mask/keep as x.":
            wrong_dropout(backward=lambda mask, keep: np.ones_like(mask)),
        "y > 0 is no mask: a negative input that stayed gets its gradient too. Use the mask that was drawn.":
            back_as_through_relu,
    },
)


# ------------------------------------------------------------------------------------------------ weight scaling
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
    cases=[_trained(1, (4, 6, 5, 3), 0.8, 0.5), _trained(2, (7, 5, 6, 2), 0.9, 0.3)],
    tested="the outputs of two networks with three layers for five examples each, at two pairs of keep_in and keep.",
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


# ------------------------------------------------------------------------------------------------ many masks
def mc_dropout(net: Network, x: Array, k: int) -> Array:
    """The mean over k masks of softmax(net(x)): an ensemble of k thinned networks. Gal & Ghahramani 2016."""
    return sum(softmax(net.forward(x, train=True)) for _ in range(k)) / k


def asked(f: Function, x: Array, k: int, keep: float) -> Array:
    """What `f` makes of a network with random weights and two layers of dropout."""
    layers = [Linear(6, 20), Elementwise("relu"), Dropout(keep), Linear(20, 20), Elementwise("relu"), Dropout(keep),
              Linear(20, 3)]
    return f(Network(layers, seed=1), x, k)


def _mean_of(each: Callable[[Array], Array], last: Callable[[Array], Array] = np.asarray) -> Function:
    """The mistake of averaging something else, or of doing something else with the mean."""
    def rule(net: Network, x: Array, k: int) -> Array:
        return last(np.mean([each(net.forward(x, train=True)) for _ in range(k)], axis=0))
    return rule


MONTE_CARLO = Exercise(
    reference=mc_dropout,
    use=asked,
    cases=[(np.random.default_rng(5).standard_normal((8, 6), dtype=np.float32) * 2, k, keep)
           for k, keep in ((300, 0.5), (300, 0.8))],
    tested="the mean probabilities of eight examples over 300 masks at keep 0.5, and at keep 0.8.",
    rtol=0.0,
    atol=0.1,
    mistakes={
        "that is one pass without any mask (the weight scaling rule): masks are drawn in net.forward(x, train=True).":
            lambda net, x, k: softmax(net.forward(x)),
        "logits are not probabilities: softmax each pass, then average.":
            _mean_of(lambda z: z),
        "average the probabilities, not the logits: softmax comes first, the mean after it.":
            _mean_of(lambda z: z, softmax),
        "that is the share of votes; average the probabilities themselves.":
            _mean_of(lambda z: np.eye(3)[z.argmax(axis=-1)]),
        "that is the sum; divide it by k.":
            lambda net, x, k: k * mc_dropout(net, x, k),
        "those are the answers under all k masks; average them: .mean(axis=0).":
            lambda net, x, k: np.stack([softmax(net.forward(x, train=True)) for _ in range(k)]),
        "that is one mask only; ask the network k times.":
            lambda net, x, k: mc_dropout(net, x, 1),
        "the mean must run over the k passes, not over the examples.":
            lambda net, x, k: np.broadcast_to(mc_dropout(net, x, k).mean(axis=0), (len(x), 3)),
    },
)

EXERCISES = {"10-inverted-dropout": INVERTED, "10-weight-scaling": SCALING, "10-mc-dropout": MONTE_CARLO}
