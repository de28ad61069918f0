"""A shifted input through two convolutions: the features move along, if the stride lets them.

Symbols: s the shift in positions; features (positions, channels). Every weight serves all positions, so what is found
at p in x is found at p + s in the shifted x; with a stride of 2 only if s is even.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from labkit.checks import check_int
from labkit.convolution import Conv1d
from labkit.fits import guard
from labkit.layers import Elementwise
from labkit.network import Network

Array = np.ndarray
LENGTH, CHANNELS, MOST = 40, 4, 16
START, WIDE = 6, 9
"""Where the pattern begins and how long it is: away from both ends, whatever the shift."""


class Shifted(NamedTuple):
    """A pattern moved by `shift`, its features, those of the unmoved one moved along, and the means over positions.

    curve (40,), features and expected (positions, channels), means and means_before (channels,). apart is the largest
    difference between features and expected, as a share of the largest feature; changed likewise for the means.
    """

    shift: int
    stride: int
    curve: Array
    features: Array
    expected: Array
    means: Array
    means_before: Array
    apart: float
    changed: float


def shifted(shift: int, stride: int = 1, *, seed: int = 3) -> Shifted:
    """Two convolutions with ReLU and random weights, the first with this stride; 0 ≤ shift ≤ 16, stride 1, 2 or 4."""
    shift, stride = check_int("shifted", "shift", shift, low=0), check_int("shifted", "stride", stride)
    net, x = _network(stride, seed), pattern()
    before, now = (net.forward(z[None])[0].reshape(-1, CHANNELS) for z in (x, np.roll(x, shift)))
    expected, largest = np.roll(before, round(shift / stride), axis=0), np.abs(before).max()
    means = now.mean(axis=0), before.mean(axis=0)
    apart, changed = np.abs(now - expected).max() / largest, np.abs(means[0] - means[1]).max() / means[1].max()
    return Shifted(shift, stride, np.roll(x, shift), now, expected, *means, float(apart), float(changed))


def pattern() -> Array:
    """A curve (40,) that is 0 but for nine numbers."""
    x = np.zeros(LENGTH)
    x[START:START + WIDE] = 3 * np.sin(np.linspace(0, 2.5 * np.pi, WIDE)) * np.hanning(WIDE + 2)[1:-1]
    return x


@lru_cache(maxsize=8)
def _network(stride: int, seed: int) -> Network:
    first = Conv1d(LENGTH, 1, CHANNELS, 5, stride=stride, pad=2)
    second = Conv1d(first.positions, CHANNELS, CHANNELS, 3, pad=1)
    return Network([first, Elementwise("relu"), second, Elementwise("relu")], seed=seed, dtype=np.float64)


guard(__name__)
