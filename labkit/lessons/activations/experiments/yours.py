"""A student's activation, or its slope, at work in a network: in one replica labkit's, in the other the student's.

Symbols: x is the input of the activation, y = f(x) its output, f' its slope, dy the gradient that comes back.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from labkit.activations import ACTIVATIONS, Activation
from labkit.checks import lookup
from labkit.exercises.answers import array_of
from labkit.fits import guard
from labkit.initializers import xavier_normal
from labkit.network import Network, mlp

Array = np.ndarray
Function = Callable[..., Any]


def from_value_and_slope(f: Function, slope: Function) -> Activation:
    """f(x), and f' from the output: slope(y). AttemptError for answers of another shape."""
    return _checked(f, lambda x, y: slope(y))


def from_slope(slope: Function, like: Activation, alpha: float) -> Activation:
    """labkit's f, with f' by the student's slope(x, α)."""
    return _checked(like.f, lambda x, y: slope(x, alpha))


def from_backward(backward: Function, like: Activation, alpha: float) -> Activation:
    """labkit's f, with dx by the student's backward(dy, x, α): at dy = 1 that is f'."""
    return _checked(like.f, lambda x, y: backward(np.ones_like(x), x, alpha))


MAKERS: dict[str, Callable[..., Activation]] = {
    "sigmoid": from_value_and_slope,
    "elu": lambda slope: from_slope(slope, ACTIVATIONS["elu"], 1.0),
    "leaky_relu": lambda backward: from_backward(backward, ACTIVATIONS["leaky_relu"], 0.01),
}
"""The activations of the exercises: how each is made of the student's functions."""


def _checked(f: Function, df: Function) -> Activation:
    def value(x: Array) -> Array:
        with np.errstate(all="ignore"):
            return array_of(f(x.copy()), x.shape, "f(x)").astype(x.dtype)

    def slope(x: Array, y: Array) -> Array:
        with np.errstate(all="ignore"):
            return array_of(df(x.copy(), y.copy()), x.shape, "the slope").astype(x.dtype)

    return Activation("yours", value, slope)


def four_times_xavier(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Weights that make up for the sigmoid's slope of a quarter: without them five layers do not learn."""
    return 4 * xavier_normal(rng, n_in, n_out)


def two_activations(like: str, yours: Activation, sizes: Sequence[int], *, seed: int = 0) -> Network:
    """Two equal networks, replicas with one seed: labkit's activation of the name `like`, and the student's."""
    ours = lookup(ACTIVATIONS, like, "two_activations: like")

    def f(x: Array) -> Array:
        return np.stack([ours.f(x[0]), yours.f(x[1])])

    def df(x: Array, y: Array) -> Array:
        return np.stack([ours.df(x[0], y[0]), yours.df(x[1], y[1])])

    init = four_times_xavier if like == "sigmoid" else "he_normal"
    return mlp(sizes, Activation(like, f, df), init=init, seed=[seed, seed])


guard(__name__)
