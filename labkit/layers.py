"""A layer knows two things: its output, and how to pass a gradient back. The chain rule does the rest.

Symbols: x is the input (batch, n_in), y the output (batch, n_out), dy the gradient ∂L/∂y that comes back, dx = ∂L/∂x
the one passed on. With K replicas every array has one more axis in front: x (K, batch, n_in), W (K, n_in, n_out).

`forward(x, train=True)` remembers what `backward` needs; `forward(x)` is an evaluation and remembers nothing, so it
may come between the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from labkit.activations import ACTIVATIONS, Activation
from labkit.checks import Hyperparameter, check_int, lookup
from labkit.initializers import INITIALIZERS, Initializer

Array = np.ndarray
Generators = Sequence["np.random.Generator"]  # one per replica; in quotes, so that importing loads no numpy.random
Shapes = Mapping[str, tuple[int, ...]]


class Layer:
    """A step of the network. `shapes` and `buffer_shapes` name its parameters and its running statistics.

    The network allots both (`params`, `grads`, `buffers`: name → view into one long vector) and then calls `start`.
    `lead` is (K,) in a network of K replicas, else ().
    """

    lead: tuple[int, ...] = ()
    shapes: Shapes = MappingProxyType({})
    buffer_shapes: Shapes = MappingProxyType({})
    params: Mapping[str, Array]  # these three are set by Network
    grads: Mapping[str, Array]
    buffers: Mapping[str, Array]

    def __getattr__(self, name: str) -> Any:
        alone = "a layer gets its parameters from its network; put it into one: lk.Network([layer])"
        why = {"params": alone, "buffers": alone, "x": "call forward(x, train=True) before backward"}
        raise AttributeError(f"{type(self).__name__} has no {name}: {why.get(name, 'there is no such attribute')}.")

    def start(self, init: Generators, dropout: Generators) -> None:
        """Fill the parameters with their first values; entry i of the generators belongs to replica i."""

    def forward(self, x: Array, train: bool = False) -> Array:
        raise NotImplementedError

    def backward(self, dy: Array) -> Array:
        raise NotImplementedError


class Linear(Layer):
    """y = xW + b, with W (n_in, n_out) and b (1, n_out)."""

    def __init__(self, n_in: int, n_out: int, *, init: str | Initializer = "he_normal") -> None:
        self.n_in = check_int("Linear", "n_in", n_in)
        self.n_out = check_int("Linear", "n_out", n_out)
        self.init = lookup(INITIALIZERS, init, "Linear: init")
        self.shapes = {"W": (n_in, n_out), "b": (1, n_out)}

    def start(self, init: Generators, dropout: Generators) -> None:
        W = self.params["W"].reshape(-1, self.n_in, self.n_out)
        for i, rng in enumerate(init):
            W[i] = self.init(rng, self.n_in, self.n_out)
        self.params["b"][...] = 0

    def forward(self, x: Array, train: bool = False) -> Array:
        if train:
            self.x = x
        y = x @ self.params["W"]
        y += self.params["b"]
        return y

    def backward(self, dy: Array) -> Array:
        """dW = xᵀ dy and db = Σ dy over the batch; dx = dy Wᵀ."""
        self.parameter_gradient(dy)
        return dy @ self.params["W"].mT

    def parameter_gradient(self, dy: Array) -> None:
        """dW and db alone: the first layer has nobody to pass dx to."""
        np.matmul(self.x.mT, dy, out=self.grads["W"])
        np.add.reduce(dy, axis=-2, keepdims=True, out=self.grads["b"])

    def __repr__(self) -> str:
        return f"Linear({self.n_in} → {self.n_out})"


class Elementwise(Layer):
    """y = f(x) for an activation f; dx = dy · f'(x)."""

    def __init__(self, activation: str | Activation) -> None:
        self.activation = lookup(ACTIVATIONS, activation, "Elementwise: activation")

    def forward(self, x: Array, train: bool = False) -> Array:
        y = self.activation.f(x)
        if train:
            self.x, self.y = x, y
        return y

    def backward(self, dy: Array) -> Array:
        return dy * self.activation.df(self.x, self.y)

    def __repr__(self) -> str:
        return self.activation.name


class BatchNorm(Layer):
    """x̂ = (x − mean) / √(var + ε) per unit, y = γx̂ + β. Ioffe & Szegedy 2015, arXiv:1502.03167.

    In training mean and var are those of the batch (at least 2 examples). In evaluation they are running averages,
    updated in every training forward: running ← decay · running + (1 − decay) · batch, with the unbiased m/(m − 1)
    variance. `decay` is the weight of the past.
    """

    decay = Hyperparameter(0, 1, open_high=True, label="decay of the running averages",
                           fix="It is the weight of the past; frameworks' momentum is 1 - decay.")
    eps = Hyperparameter(0, open_low=True, log=True, limits=(1e-8, 1.0), label="ε beside the variance", symbol="ε",
                         fix="A small positive number keeps a constant unit from dividing by zero.")

    def __init__(self, n: int, *, decay: float = 0.9, eps: float = 1e-5) -> None:
        self.n, self.decay, self.eps = check_int("BatchNorm", "n", n), decay, eps
        self.shapes = {"gamma": (1, n), "beta": (1, n)}
        self.buffer_shapes = {"mean": (1, n), "var": (1, n)}

    def start(self, init: Generators, dropout: Generators) -> None:
        self.params["gamma"][...], self.params["beta"][...] = 1, 0
        self.buffers["mean"][...], self.buffers["var"][...] = 0, 1

    def forward(self, x: Array, train: bool = False) -> Array:
        if not train:
            inv_std = 1 / np.sqrt(self.buffers["var"] + self.eps)
            return (x - self.buffers["mean"]) * (self.params["gamma"] * inv_std) + self.params["beta"]
        m = x.shape[-2]
        if m < 2:
            raise ValueError(f"BatchNorm({self.n}): a training batch of {m} example has no variance; expected at least "
                             "2. Choose another batch size, or evaluate with train=False.")
        mean = x.mean(axis=-2, keepdims=True)
        centred = x - mean
        var = np.square(centred).mean(axis=-2, keepdims=True)
        self._average(mean, var * (m / (m - 1)))
        self.inv_std = 1 / np.sqrt(var + self.eps)
        self.x_hat = centred * self.inv_std
        return self.params["gamma"] * self.x_hat + self.params["beta"]

    def _average(self, mean: Array, var: Array) -> None:
        for running, batch in ((self.buffers["mean"], mean), (self.buffers["var"], var)):
            running += (1 - self.decay) * (batch - running)

    def backward(self, dy: Array) -> Array:
        """dβ = Σ dy, dγ = Σ dy·x̂, dx = γ/√(var + ε) · (dy − mean(dy) − x̂ · mean(dy·x̂)).

        The two means are there because moving one example moves the mean and the variance of all.
        """
        dgamma, dbeta = self.grads["gamma"], self.grads["beta"]
        np.sum(dy * self.x_hat, axis=-2, keepdims=True, out=dgamma)
        np.sum(dy, axis=-2, keepdims=True, out=dbeta)
        m = dy.shape[-2]
        return self.params["gamma"] * self.inv_std * (dy - dbeta / m - self.x_hat * (dgamma / m))

    def __repr__(self) -> str:
        return f"BatchNorm({self.n})"


class Dropout(Layer):
    """In training y = x · mask / keep, each entry of the mask being 1 with probability `keep`, else 0; otherwise y = x.

    Dividing by `keep` keeps E[y] = x, so evaluation needs no change (inverted dropout). Each example has its own mask.
    `keep` is the fraction KEPT. Srivastava et al. 2014, JMLR 15. `frozen` uses the last mask again.
    """

    keep = Hyperparameter(0, 1, open_low=True, limits=(0.1, 1.0),
                          fix="It is the fraction KEPT; frameworks' rate is 1 - keep.")

    def __init__(self, keep: float = 0.5) -> None:
        self.keep, self.frozen = keep, False

    def start(self, init: Generators, dropout: Generators) -> None:
        self.generators = dropout

    def forward(self, x: Array, train: bool = False) -> Array:
        if not train:
            return x
        if not self.frozen:
            self.mask = None if np.all(self.keep == 1) else self._draw(x)
        return x if self.mask is None else x * self.mask

    def _draw(self, x: Array) -> Array:
        shape = x.shape[-2:]
        draws = [rng.random(shape, dtype=np.float32) for rng in self.generators]
        kept = np.reshape(draws, (*self.lead, *shape)) < self.keep
        return kept / x.dtype.type(self.keep)

    def backward(self, dy: Array) -> Array:
        return dy if self.mask is None else dy * self.mask

    def __repr__(self) -> str:
        return f"Dropout(keep={self.keep})"


LAYERS: dict[str, type[Layer]] = {c.__name__: c for c in (Linear, Elementwise, BatchNorm, Dropout)}
