"""Dropout seen as an ensemble: every mask makes another, thinner network, and all of them share their weights.

Symbols: `keep` is the probability that a unit stays; a mask holds 1 for those that stay, else 0. With n units that may
go there are 2ⁿ masks. The mean over all of them is what dropout trains towards; the weight scaling rule stands in for
it with one pass in which every masked unit counts `keep` times. Srivastava et al. 2014, JMLR 15.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from labkit.activations import ACTIVATIONS, relu
from labkit.checks import FLOAT, check_int, in_range, lookup, streams
from labkit.fits import guard
from labkit.layers import Dropout

Array = np.ndarray
KEEP = Dropout.keep.range


def _keep(owner: str, keep: float) -> float:
    return in_range(owner, "keep", keep, KEEP, Dropout.keep.fix)


# ------------------------------------------------------------------------------------------------ all masks
def every_mask(n: int) -> Array:
    """All 2ⁿ masks of n units, (2ⁿ, n), from all ones to all zeros; n is at most 20.

    >>> every_mask(2).tolist()
    [[1.0, 1.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]
    """
    if check_int("every_mask", "n", n) > 20:
        raise ValueError(f"every_mask: {n} units have 2^{n} masks, too many to list; draw some of them instead.")
    numbers = np.arange(2**n - 1, -1, -1)[:, None]
    return (numbers >> np.arange(n - 1, -1, -1) & 1).astype(FLOAT)


def probability(masks: Array, keep: float) -> Array:
    """How likely each mask (…, n) is: keep^kept · (1 − keep)^(n − kept).

    >>> probability(every_mask(2), 0.5).tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    keep = _keep("probability", keep)
    kept = masks.sum(axis=-1)
    return keep**kept * (1 - keep) ** (masks.shape[-1] - kept)


class Table(NamedTuple):
    """A unit with two inputs under dropout: masks (4, 2), how likely they are (4,) and what the unit answers (4,).

    mean is Σ probability · output; scaled is the one pass in which both inputs count `keep` times. `inputs` are the
    contributions w₁x₁ and w₂x₂.
    """

    keep: float
    unit: str
    inputs: tuple[float, float]
    masks: Array
    probability: Array
    output: Array
    mean: float
    scaled: float


def two_inputs(keep: float, first: float, second: float, unit: str = "identity") -> Table:
    """Write out the expectation over the four masks of a unit f(m₁·first + m₂·second); `unit` is an activation's name.

    >>> table = two_inputs(0.5, 2.0, 1.0)
    >>> table.mean, table.scaled
    (1.5, 1.5)
    """
    f = lookup(ACTIVATIONS, unit, "two_inputs: unit")
    masks = every_mask(2).astype(float)
    p, inputs = probability(masks, keep), np.array([first, second], float)
    output = f.f(masks @ inputs)
    scaled = f.f(np.array([keep * inputs.sum()]))[0]
    return Table(float(keep), unit, (float(first), float(second)), masks, p, output, float(p @ output), float(scaled))


# ------------------------------------------------------------------------------------------------ drawn networks
class Thinned(NamedTuple):
    """What dropout leaves of one network for several examples.

    stays and activity hold one array (examples, units) per layer, inputs first: which units stay, and what they send
    on; weights are those of the whole network, (units, units of the next layer). `keeps` has one entry per layer.
    """

    keeps: tuple[float, ...]
    stays: tuple[Array, ...]
    activity: tuple[Array, ...]
    weights: tuple[Array, ...]

    @property
    def droppable(self) -> int:
        """How many units may go: those of the layers with keep < 1."""
        return sum(s.shape[1] for s, keep in zip(self.stays, self.keeps, strict=True) if keep < 1)

    @property
    def staying(self) -> int:
        """How many units are left for the first example, outputs not counted."""
        return int(sum(s[0].sum() for s in self.stays[:-1]))


def thin(keep: float, keep_inputs: float = 1.0, *, draw: int = 1, sizes: Sequence[int] = (6, 9, 9, 3),
         examples: int = 13, seed: int = 0) -> Thinned:
    """A small ReLU network after inverted dropout, with a mask of its own for every example; outputs always stay.

    Each unit has a number between 0 and 1, fixed by `draw` and `seed`, and stays if that is below its keep: with a
    falling keep units go one after the other, and none comes back.
    """
    keep, keep_inputs = _keep("thin", keep), _keep("thin", keep_inputs)
    seed, examples = check_int("thin", "seed", seed, low=0), check_int("thin", "examples", examples)
    weights, x = _small_network(tuple(sizes), examples, seed)
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(check_int("thin", "draw", draw),)))
    keeps = (keep_inputs, *[keep] * (len(sizes) - 2), 1.0)
    stays, activity, h = [], [], x
    for layer, (n, p) in enumerate(zip(sizes, keeps, strict=True)):
        stays.append(rng.random((examples, n)) < p)
        activity.append(h * stays[-1] / p)
        if layer < len(weights):
            z = activity[-1] @ weights[layer]
            h = z if layer == len(weights) - 1 else np.maximum(z, 0)
    return Thinned(keeps, tuple(stays), tuple(activity), weights)


@lru_cache(maxsize=8)
def _small_network(sizes: tuple[int, ...], examples: int, seed: int) -> tuple[tuple[Array, ...], Array]:
    rng = streams(seed).init
    x = np.abs(rng.standard_normal((examples, sizes[0])))
    return he_weights(sizes, rng), x


def he_weights(sizes: Sequence[int], rng: np.random.Generator) -> tuple[Array, ...]:
    """Random weights N(0, 2/n_in) for layers of these sizes, without biases: as in He et al. 2015."""
    return tuple(rng.standard_normal((a, b)) * math.sqrt(2 / a) for a, b in pairwise(sizes))


# ------------------------------------------------------------------------------------------------ many masks
SHAPES = {"linear": (20, 1), "one hidden layer": (20, 50, 1), "two hidden layers": (20, 50, 50, 1)}
"""Networks for `averages`. Hidden units may go, in the linear one the inputs."""
MASKS, EXAMPLES, GROUPS = 4096, 16, 40
ROUNDING = 1e-9
"""An error so small, in units of the spread, is one of arithmetic."""


def thinned_outputs(x: Array, weights: Sequence[Array], keep: float, masks: int, *,
                    rng: np.random.Generator) -> tuple[Array, Array]:
    """Outputs (masks, examples) of so many thinned ReLU networks with one linear output, for x (examples, n).

    Inverted dropout on the hidden units; on the inputs if there are no others. One mask serves all examples, as if it
    were one member of an ensemble. The second array is each output's expectation over the LAST mask alone: the output
    is linear in it, so that mask is replaced by its mean.
    """
    keep, h = _keep("thinned_outputs", keep), np.broadcast_to(x, (masks, *x.shape))
    for W in weights[:-1]:
        h = np.maximum(h @ W, 0)
        h = h if W is weights[-2] else h * _masks(rng, masks, h, keep)
    return (h * _masks(rng, masks, h, keep) @ weights[-1])[..., 0], (h @ weights[-1])[..., 0]


def _masks(rng: np.random.Generator, masks: int, h: Array, keep: float) -> Array:
    return (rng.random((masks, 1, h.shape[-1])) < keep) / keep


def weight_scaling(x: Array, weights: Sequence[Array]) -> Array:
    """One pass (examples,) with all units: with inverted dropout that IS the weight scaling rule."""
    for W in weights[:-1]:
        x = relu.f(x @ W)
    return (x @ weights[-1])[..., 0]


class Averages(NamedTuple):
    """The mean of k thinned networks against the weight scaling rule.

    outputs (masks,), mean, scaled and of_k (groups,) belong to the first example: every thinned network's answer, the
    mean of all of them, the rule's answer, the means of k each, for at most 40 groups of k. counts (c,) are numbers of
    masks, error (c,) the rms distance over examples and blocks between the mean of so many and the mean of all;
    expected (c,) is σ/√k; scaling_error is the rule's rms distance, 0 up to rounding where the rule is exact; crossover
    is the k at which σ/√k falls below it.
    """

    keep: float
    k: int
    network: str
    outputs: Array
    mean: float
    scaled: float
    of_k: Array
    counts: Array
    error: Array
    expected: Array
    scaling_error: float
    crossover: float


def averages(keep: float, k: int, network: str = "two hidden layers", *, seed: int = 0) -> Averages:
    """Average k of 4096 thinned networks, all masks of one random network, and compare with the rule.

    The mean is taken over the last mask exactly and over the others by drawing, so the rule's error is that of
    bias² = (mean − scaled)² − variance/masks, the last term being what the drawing adds.
    """
    k = min(check_int("averages", "k", k), MASKS)
    seed = check_int("averages", "seed", seed, low=0)
    y, scaled, mean, sigma, bias = _sampled(_keep("averages", keep), network, seed)
    counts = 2 ** np.arange(0, 11)
    blocks = [y.reshape(MASKS // c, c, -1).mean(axis=1) - mean for c in counts]
    error = np.array([math.sqrt(np.mean(b**2)) for b in blocks])
    crossover = (sigma / bias) ** 2 if bias else math.inf
    groups = min(GROUPS, MASKS // k)
    of_k = y[:groups * k, 0].reshape(groups, k).mean(axis=1)
    return Averages(keep, k, network, y[:, 0], float(mean[0]), float(scaled[0]), of_k, counts, error,
                    sigma / np.sqrt(counts), bias, crossover)


@lru_cache(maxsize=64)
def _sampled(keep: float, network: str, seed: int) -> tuple[Array, Array, Array, float, float]:
    """Outputs (masks, examples), the rule's, the mean's, the rms spread σ over masks, the rms error of the rule."""
    sizes = lookup(SHAPES, network, "averages: network")
    s = streams(seed)
    weights, x = he_weights(sizes, s.init), s.data.standard_normal((EXAMPLES, sizes[0]))
    y, expected = thinned_outputs(x, weights, keep, MASKS, rng=s.dropout)
    scaled, mean, sigma = weight_scaling(x, weights), expected.mean(axis=0), float(np.sqrt(y.var(axis=0).mean()))
    bias2 = float(np.mean((mean - scaled) ** 2) - expected.var(axis=0).mean() / MASKS)
    return y, scaled, mean, sigma, math.sqrt(bias2) if bias2 > (ROUNDING * sigma) ** 2 else 0.0


def crossovers(keep: float, seeds: Sequence[int], network: str = "two hidden layers") -> Array:
    """For each of several random networks, the k from which on the mean of k masks beats the rule."""
    return np.array([averages(keep, 1, network, seed=seed).crossover for seed in seeds])


guard(__name__)
