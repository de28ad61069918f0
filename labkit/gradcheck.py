"""Is the derivation right? Walk a tiny step both ways along a random direction and compare with what backward says.

If g is the gradient of L, then for every direction v: g·v ≈ (L(θ + εv) − L(θ − εv)) / 2ε. One random direction tests
all parameters at once, for a wrong entry anywhere changes g·v.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from labkit.checks import Range, check_array, check_generator, check_int, in_range
from labkit.layers import Dropout
from labkit.losses import Loss, softmax_cross_entropy
from labkit.network import Network
from labkit.parts import loss_pair

Array = np.ndarray


def check_gradient(net: Network, x: Array, y: Array, *, loss: Loss = softmax_cross_entropy, rng: np.random.Generator,
                   directions: int = 3, eps: float = 1e-6) -> float:
    """The largest relative error |exact − numeric| / max(|exact|, |numeric|) over random directions in (θ, x).

    The network must be float64, float32 cannot resolve ε: ValueError otherwise. θ is shaken a little first, because a
    fresh unit with b = 0 whose inputs are all 0 sits exactly on the kink of ReLU. Dropout masks are drawn once and used
    again; parameters and running statistics come back unchanged, whatever happens. Where both gradients are 0 they
    agree: the error is 0. Raises ValueError if a gradient is not finite.
    """
    who = "check_gradient"
    if not isinstance(net, Network) or net.dtype != np.float64:
        got = f"the network is {net.dtype}" if isinstance(net, Network) else f"got {type(net).__name__} as the network"
        raise ValueError(f"{who}: {got}; expected float64: mlp(…, dtype=np.float64).")
    if not callable(loss):
        raise TypeError(f"{who}: loss must be a function, such as softmax_cross_entropy, got {loss!r}.")
    rng, directions = check_generator(who, rng), check_int(who, "directions", directions)
    eps = in_range(who, "eps", eps, Range(0, 1, open_low=True))
    x = check_array(who, x, "(…, batch, features)", dtype=float)
    net.forward(x)      # complains about another number of features or replicas
    x = np.broadcast_to(x, (*net.lead, *x.shape[-2:])).copy()
    before = net.snapshot()
    try:
        return _largest_error(net, x, y, loss, rng, directions, eps)
    finally:
        net.restore(before)


def _largest_error(net: Network, x: Array, y: Array, loss: Loss, rng: np.random.Generator, directions: int,
                   eps: float) -> float:
    theta = net.theta + 0.01 * rng.standard_normal(net.theta.shape)
    net.theta[...] = theta
    _, dy = _loss_of(net, x, y, loss)  # draws the dropout masks
    dx = net.backward(dy, input_gradient=True)
    grad = net.grad.copy()
    with frozen_masks(net):
        errors = [_error(net, x, y, loss, grad, dx, theta, rng, eps) for _ in range(directions)]
    if not np.all(np.isfinite(errors)):
        raise ValueError("check_gradient: a loss or a gradient is not finite; look at net.theta and at the data.")
    return max(errors)


def _loss_of(net: Network, x: Array, y: Array, loss: Loss) -> tuple[Array, Array]:
    return loss_pair("check_gradient", loss(net.forward(x, train=True), y))


def _error(net: Network, x: Array, y: Array, loss: Loss, grad: Array, dx: Array, theta: Array,
           rng: np.random.Generator, eps: float) -> float:
    v, u = rng.standard_normal(theta.shape), rng.standard_normal(x.shape)
    ends = []
    for sign in (+1, -1):
        net.theta[...] = theta + sign * eps * v
        ends.append(_loss_of(net, x + sign * eps * u, y, loss)[0])
    numeric = (ends[0] - ends[1]) / (2 * eps)
    exact = (grad * v).sum(axis=-1) + (dx * u).sum(axis=(-2, -1))
    size = np.maximum(np.maximum(np.abs(exact), np.abs(numeric)), np.finfo(float).tiny)
    return float(np.max(np.abs(exact - numeric) / size))


@contextmanager
def frozen_masks(net: Network) -> Iterator[None]:
    """Within the block every dropout layer uses its last mask again."""
    layers = [layer for layer in net.layers if isinstance(layer, Dropout)]
    for layer in layers:
        layer.frozen = True
    try:
        yield
    finally:
        for layer in layers:
            layer.frozen = False
