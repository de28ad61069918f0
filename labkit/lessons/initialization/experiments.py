"""Does a signal survive many layers, and does the gradient survive the way back? Measured, and by mean-field theory.

Symbols: h the outputs of a layer, z what enters its activation, ∂L/∂z the gradient there, n the width, std that of one
weight. The random numbers stay the same while std is turned.
"""

from typing import NamedTuple

import numpy as np

from labkit.checks import check_int
from labkit.probes import Layers, measure, propagate, random_network
from labkit.theory import variance_profile

Array = np.ndarray
DEEPEST, WIDEST = 20, 500
"""Layers and units of the network that is drawn; a smaller one is a part of it."""


class Signal(NamedTuple):
    """Signal and gradient in every layer. `std` is that of one weight; theory_std and theory_gradient are (depth,)."""

    activation: str
    std: float
    width: int
    layers: Layers
    theory_std: Array
    theory_gradient: Array


def signal(std: float, activation: str, depth: int, width: int, *, low: float, high: float, bins: int = 81,
           batch: int = 64, seed: int = 0) -> Signal:
    """What happens to unit-Gaussian inputs, and to a unit-Gaussian gradient coming back, at weights of this std.

    The histograms of h have `bins` from `low` to `high`. Raises ValueError unless 1 ≤ depth ≤ 20 and width, batch ≥ 1.
    """
    depth, width = check_int("signal", "depth", depth), check_int("signal", "width", width)
    batch, seed = check_int("signal", "batch", batch), check_int("signal", "seed", seed, low=0)
    if depth > DEEPEST:
        raise ValueError(f"signal: depth must be at most {DEEPEST}, got {depth}.")
    network = random_network(DEEPEST, max(width, WIDEST), batch, seed=seed).part(depth, width)
    flow = propagate(network.x, network.Z, std, activation, upstream=network.upstream)
    theory = variance_profile(activation, std, width, depth)
    return Signal(activation, std, width, measure(flow, low, high, bins), theory.std, theory.gradient)
