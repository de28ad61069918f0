"""A network is its layers in a row and one long vector θ of all their parameters.

`theta` and `grad` have shape (P,), or (K, P) for K replicas; every W, b, γ, β is a view into `theta`, its gradient a
view into `grad`. So `theta -= lr * grad` trains the whole network, and a snapshot is a copy of one vector.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from labkit.activations import Activation
from labkit.checks import FLOAT, check_finite, check_int, in_range, seeds_of, streams
from labkit.initializers import Initializer
from labkit.layers import BatchNorm, Dropout, Elementwise, Layer, Linear


class Snapshot(NamedTuple):
    """Everything a network has learned: its parameters and its running statistics."""

    theta: np.ndarray
    buffers: np.ndarray


class Network:
    """Layers in a row: y = layer_L(… layer_2(layer_1(x))).

    `seed` is one number (replica i has seed + i) or a sequence with one seed per replica; replica i is the network that
    a single run with its seed would be. Raises ValueError when the sizes of neighbouring layers do not fit.
    """

    def __init__(self, layers: Sequence[Layer], *, seed: int | Sequence[int] = 0, replicas: int | None = None,
                 dtype: Any = FLOAT) -> None:
        self.layers = list(layers)
        self.n_in, self.n_out = _fitting_sizes(self.layers)
        self.seeds = seeds_of(seed, replicas)
        alone = replicas is None and np.ndim(seed) == 0
        self.lead = () if alone else (len(self.seeds),)
        self.dtype = np.dtype(dtype)
        self.theta, self.grad = self._allocate("shapes", "params"), self._allocate("shapes", "grads")
        self.buffers = self._allocate("buffer_shapes", "buffers")
        self.checked = False
        self.restart()

    def _allocate(self, shapes: str, target: str) -> np.ndarray:
        """One long vector for all arrays that the layers name in `shapes`; each layer's `target` gets its views."""
        total = sum(math.prod(s) for layer in self.layers for s in getattr(layer, shapes).values())
        vector, start = np.zeros((*self.lead, total), self.dtype), 0
        for layer in self.layers:
            layer.lead, views = self.lead, {}
            for name, shape in getattr(layer, shapes).items():
                stop = start + math.prod(shape)
                views[name] = vector[..., start:stop].reshape(*self.lead, *shape)
                start = stop
            setattr(layer, target, views)
        return vector

    def restart(self) -> None:
        """Draw the first weights again, the same ones: back to step 0."""
        all_streams = [streams(seed) for seed in self.seeds]
        for layer in self.layers:
            layer.start([s.init for s in all_streams], [s.dropout for s in all_streams])

    @property
    def replicas(self) -> int | None:
        """K, or None for a network without the replica axis."""
        return self.lead[0] if self.lead else None

    def forward(self, x: np.ndarray, train: bool = False) -> np.ndarray:
        """The outputs (batch, n_out), or (K, batch, n_out), for x (batch, n_in) or (K, batch, n_in)."""
        x = self._checked(x)
        for layer in self.layers:
            x = layer.forward(x, train)
        return x

    def activations(self, x: np.ndarray, train: bool = False) -> Iterator[tuple[Layer, np.ndarray]]:
        """Every layer with its output, in order: the instruments look inside with this."""
        x = self._checked(x)
        for layer in self.layers:
            x = layer.forward(x, train)
            yield layer, x

    def backward(self, dy: np.ndarray, *, input_gradient: bool = False) -> np.ndarray | None:
        """Fill `grad` with ∂L/∂θ for dy = ∂L/∂y of the last `forward(x, train=True)`; return ∂L/∂x if it is asked for.

        Raises RuntimeError when there was no such forward.
        """
        first = self.layers[0]
        if not hasattr(first, "x") and isinstance(first, Linear):
            raise RuntimeError("Network: backward needs a forward(x, train=True) before it.")
        for layer in reversed(self.layers[1:]):
            dy = layer.backward(dy)
        if input_gradient or not isinstance(first, Linear):
            return first.backward(dy)
        first.parameter_gradient(dy)
        return None

    def weights(self) -> list[np.ndarray]:
        """The W of every linear layer, as views: changing one changes the network."""
        return [layer.params["W"] for layer in self.layers if isinstance(layer, Linear)]

    def weight_mask(self) -> np.ndarray:
        """Which entries of θ are weights W, as booleans (P,): penalties leave biases, γ and β alone."""
        parts = [np.full(math.prod(s), name == "W") for layer in self.layers for name, s in layer.shapes.items()]
        return np.concatenate(parts)

    def snapshot(self) -> Snapshot:
        """A copy of all that was learned; `restore` puts it back."""
        return Snapshot(self.theta.copy(), self.buffers.copy())

    def restore(self, snapshot: Snapshot) -> None:
        """Put a snapshot back, in place: all views stay views."""
        self.theta[...], self.buffers[...] = snapshot

    def _checked(self, x: np.ndarray) -> np.ndarray:
        x = np.asarray(x, self.dtype)
        if x.shape[-1:] != (self.n_in,) or x.ndim < 2 or x.shape[:-2] not in ((), self.lead):
            lead = f" or ({self.replicas}, batch, {self.n_in})" if self.lead else ""
            raise ValueError(f"{self.layers[0]}: x has shape {x.shape}; expected (batch, {self.n_in}){lead}.")
        if not self.checked:
            check_finite("Network", "x", x)
            self.checked = True
        return x

    def __repr__(self) -> str:
        inner = " → ".join(str(layer).removeprefix("Linear") for layer in self.layers)
        copies = f" · {self.replicas} replicas" if self.lead else ""
        return f"Network {inner} · {self.theta.shape[-1]:,} parameters{copies} · {self.dtype}"


def _fitting_sizes(layers: Sequence[Layer]) -> tuple[int, int]:
    """(n_in, n_out) of the whole row; raises if a layer expects another number of units than it gets."""
    if not any(isinstance(layer, Linear) for layer in layers):
        raise ValueError("Network: expected at least one Linear layer, got none.")
    n_in = n = next(layer.n_in for layer in layers if hasattr(layer, "n_in"))
    for layer in layers:
        wanted = getattr(layer, "n_in", getattr(layer, "n", n))
        if wanted != n:
            raise ValueError(f"Network: {layer} expects {wanted} inputs, but the layer before it has {n} units.")
        n = getattr(layer, "n_out", n)
    return n_in, n


def mlp(sizes: Sequence[int], activation: str | Activation = "relu", *, init: str | Initializer = "he_normal",
        batch_norm: bool = False, keep: float = 1.0, seed: int | Sequence[int] = 0, replicas: int | None = None,
        dtype: Any = FLOAT) -> Network:
    """A multilayer perceptron: Linear → [BatchNorm] → activation → [Dropout] for every hidden layer, Linear at the end.

    `sizes` = [inputs, hidden units …, outputs]; `keep` is the probability of keeping a hidden unit.

    >>> mlp([784, 256, 10])
    Network (784 → 256) → relu → (256 → 10) · 203,530 parameters · float32
    """
    if len(sizes) < 2:
        raise ValueError(f"mlp: sizes must name at least inputs and outputs, got {list(sizes)}.")
    sizes = [check_int("mlp", "an entry of sizes", n) for n in sizes]
    in_range("mlp", "keep", keep, Dropout.keep.range, Dropout.keep.fix)
    layers: list[Layer] = []
    for n_in, n_out in pairwise(sizes[:-1]):
        layers += [Linear(n_in, n_out, init=init)]
        layers += [BatchNorm(n_out)] if batch_norm else []
        layers += [Elementwise(activation)]
        layers += [Dropout(keep)] if np.any(keep != 1) else []
    return Network([*layers, Linear(*sizes[-2:], init=init)], seed=seed, replicas=replicas, dtype=dtype)
