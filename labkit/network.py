"""A network is its layers in a row and one long vector θ of all their parameters.

`theta` and `grad` have shape (P,), or (K, P) for K replicas; every W, b, γ, β is a view into `theta`, its gradient a
view into `grad`. So `theta -= lr * grad` trains the whole network, and a snapshot is a copy of one vector. The views
stay for ever: `net.theta = …` writes the new numbers into the old place, and a copy of a network has views of its own.
"""

from __future__ import annotations

import math
import weakref
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from os import PathLike
from typing import Any, NamedTuple

import numpy as np

from labkit.activations import Activation, check_activation
from labkit.arrays import FLOAT, as_array, as_float, check_finite, check_float_type
from labkit.checks import check_flag, check_int, seeds_of, streams
from labkit.doors import ignoring, names_said
from labkit.initializers import Initializer
from labkit.layers import BatchNorm, Dropout, Elementwise, Layer, Linear
from labkit.settings import Fixed, Tunable
from labkit.views import Vector, Views, Weights, fitting_sizes, free_parts


class Snapshot(NamedTuple):
    """Everything a network has learned: its parameters and its running statistics."""

    theta: np.ndarray
    buffers: np.ndarray


class Network(Tunable):
    """Layers in a row: y = layer_L(… layer_2(layer_1(x))).

    `seed` is one number (replica i has seed + i) or a sequence with one seed per replica; replica i is the network that
    a single run with its seed would be. `dtype` is float32 or float64. Copies and pickles go on where the network
    stood. Raises ValueError when the sizes of neighbouring layers do not fit, or a layer already has its place.
    """

    __slots__ = ("__weakref__", "_buffers", "_dtype", "_grad", "_layers", "_lead", "_seeds", "_theta", "checked",
                 "dropout", "life", "n_in", "n_out", "outputs")
    layers, seeds, lead, dtype = Fixed(), Fixed(), Fixed(), Fixed(check_float_type)
    theta, grad, buffers = Vector(), Vector(), Vector()  # (P,) or (K, P): parameters, ∂L/∂θ; running statistics (B,)

    def __init__(self, layers: Sequence[Layer], *, seed: int | Sequence[int] = 0, replicas: int | None = None,
                 dtype: Any = FLOAT) -> None:
        self.layers = free_parts(layers)
        self.n_in, self.n_out = fitting_sizes(self.layers)
        self.seeds = seeds_of(seed, replicas)
        self.lead = () if replicas is None and np.ndim(seed) == 0 else (len(self.seeds),)
        self.dtype = dtype
        self._theta, self._grad = self._allocate("shapes", "params"), self._allocate("shapes", "grads")
        self._buffers = self._allocate("buffer_shapes", "buffers")
        self.checked = False
        self.restart()
        for layer in self.layers:
            layer.owner = weakref.ref(self)

    def _allocate(self, shapes: str, target: str) -> np.ndarray:
        """One long vector for all arrays that the layers name in `shapes`; each layer's `target` gets its views."""
        total = sum(math.prod(s) for layer in self.layers for s in getattr(layer, shapes).values())
        vector, start = np.zeros((*self.lead, total), self.dtype), 0  # (K, P)
        for layer in self.layers:
            layer.lead, views = self.lead, {}
            for name, shape in getattr(layer, shapes).items():
                stop = start + math.prod(shape)
                views[name] = vector[..., start:stop].reshape(*self.lead, *shape)  # (K, n_in, n_out)
                start = stop
            setattr(layer, target, Views(views))
        return vector

    def restart(self) -> None:
        """Draw the first weights again, the same ones: back to step 0. `train` then resets its optimizer too."""
        all_streams = [streams(seed) for seed in self.seeds]
        self.dropout = [s.dropout for s in all_streams]
        for layer in self.layers:
            layer.start([s.init for s in all_streams], self.dropout)
            layer.take_up()
        self.life, self.outputs = object(), None

    @property
    def replicas(self) -> int | None:
        """K, or None for a network without the replica axis."""
        return self.lead[0] if self.lead else None

    @ignoring(under="ignore")  # tiny · tiny is 0, whatever np.seterr says
    def forward(self, x: np.ndarray, train: bool = False) -> np.ndarray:
        """The outputs (batch, n_out), or (K, batch, n_out), for x (batch, n_in) or (K, batch, n_in)."""
        x = self._checked(x, train)
        for layer in self._layers:
            x = layer.plain_forward(x, train)
        if train and self.outputs != x.shape:
            self.outputs = x.shape
        return x

    def activations(self, x: np.ndarray, train: bool = False) -> Iterator[tuple[Layer, np.ndarray]]:
        """Every layer with its output, in order: the instruments look inside with this."""
        x = self._checked(x, train)
        for layer in self.layers:
            x = layer.plain_forward(x, train)
            yield layer, x
        if train:
            self.outputs = x.shape

    @ignoring(under="ignore", invalid="ignore")
    def backward(self, dy: np.ndarray, *, input_gradient: bool = False) -> np.ndarray | None:
        """Fill `grad` with ∂L/∂θ for dy = ∂L/∂y of the last `forward(x, train=True)`; return ∂L/∂x if it is asked for.

        dy has the shape of the outputs: ValueError otherwise. Raises RuntimeError when there was no such forward.
        """
        if input_gradient is not False:
            check_flag("Network", "input_gradient", input_gradient)
        if self.outputs is None:
            raise RuntimeError("Network: backward needs a forward(x, train=True) before it.")
        if type(dy) is not np.ndarray or dy.dtype != self._dtype:
            dy = as_float("Network", dy, name="dy", dtype=self._dtype)
        if dy.shape != self.outputs:
            raise ValueError(f"Network: dy has shape {dy.shape}; expected that of the outputs, {self.outputs}.")
        first = self._layers[0]
        for layer in self._layers[:0:-1]:
            dy = layer.plain_backward(dy)
        if input_gradient:
            return first.plain_backward(dy)
        first.plain_first(dy)
        return None

    def weights(self) -> Weights:
        """The W of every linear layer, (n_in, n_out) or (K, n_in, n_out): views, changing one changes the network."""
        return Weights(layer.params["W"] for layer in self.layers if isinstance(layer, Linear))

    def weight_mask(self) -> np.ndarray:
        """Which entries of θ are weights W, as booleans (P,): penalties leave biases, γ and β alone."""
        parts = [np.full(math.prod(s), name == "W") for layer in self.layers for name, s in layer.shapes.items()]
        return np.concatenate(parts)

    def snapshot(self) -> Snapshot:
        """A copy of all that was learned; `restore` puts it back."""
        return Snapshot(self.theta.copy(), self.buffers.copy())

    def restore(self, snapshot: Snapshot) -> None:
        """Put a snapshot back, in place: all views stay views. Raises TypeError for anything else."""
        if not isinstance(snapshot, tuple) or len(snapshot) != 2:
            raise TypeError(f"Network: restore takes what net.snapshot() gave, got {str(snapshot)[:60]}.")
        self.theta, self.buffers = snapshot

    def __reduce__(self) -> tuple[Callable, tuple, tuple]:
        """How copies and pickles are made: free copies of the layers become a network, which then takes the state."""
        seed = list(self.seeds) if self.lead else self.seeds[0]
        made = type(self), list(self.layers), seed, self.dtype
        return _made_again, made, (self.snapshot(), self.grad, self.dropout)

    def __setstate__(self, state: tuple[Snapshot, np.ndarray, list[np.random.Generator]]) -> None:
        snapshot, self.grad, generators = state
        self.restore(snapshot)
        for mine, theirs in zip(self.dropout, generators, strict=True):
            mine.bit_generator.state = theirs.bit_generator.state

    def __copy__(self) -> Network:
        import copy  # only here

        return copy.deepcopy(self)  # layers belong to one network: there is no shallow copy

    def save(self, path: str | PathLike[str]) -> str:
        """Write the network to a file, path.npz, from which `lk.load` makes it again; return the path.

        The file holds numbers and JSON, never code: ValueError for layers and functions that are in no table.
        """
        from labkit import files  # only here, and in load

        header = {"dtype": str(self.dtype), "seeds": self.seeds, "replicas": self.replicas,
                  "dropout": [rng.bit_generator.state for rng in self.dropout]}
        return files.write(path, header, self.layers, self.theta, self.buffers)

    def _checked(self, x: np.ndarray, train: bool) -> np.ndarray:
        """x in the float type of the network. While it trains only the first batch is searched for NaN."""
        if train is not True and train is not False:
            check_flag("Network", "train", train)
        if type(x) is not np.ndarray or x.dtype != self._dtype:
            x = as_float("Network", x, dtype=self._dtype)
        if x.shape[-1:] != (self.n_in,) or x.ndim < 2 or x.shape[:-2] not in ((), self._lead):
            lead = f" or ({self.replicas}, batch, {self.n_in})" if self.lead else ""
            raise ValueError(f"{self.layers[0]}: x has shape {x.shape}; expected (batch, {self.n_in}){lead}.")
        if not (self.checked and train):
            check_finite("Network", "x", x)
            self.checked = True
        return x

    def __repr__(self) -> str:
        inner = " → ".join(str(layer).removeprefix("Linear") for layer in self.layers)
        copies = f" · {self.replicas} replicas" if self.lead else ""
        return f"Network {inner} · {self.theta.shape[-1]:,} parameters{copies} · {self.dtype}"


def load(path: str | PathLike[str]) -> Network:
    """The network that `net.save(path)` wrote. Raises ValueError if the file is something else, or damaged."""
    from labkit import files

    with files.read(path) as (header, layers, theta, buffers):
        seed = header["seeds"][0] if header["replicas"] is None else header["seeds"]
        net = Network(layers, seed=seed, dtype=header["dtype"])
        net.restore(Snapshot(theta, buffers))
        for generator, state in zip(net.dropout, header["dropout"], strict=True):
            generator.bit_generator.state = state
    return net


def _made_again(kind: type[Network], layers: list[Layer], seed: Any, dtype: Any) -> Network:
    net = kind.__new__(kind)
    for layer in layers:
        layer.learned = {}  # the state brings it, and a restart draws anew
    Network.__init__(net, layers, seed=seed, dtype=dtype)
    return net


@names_said
def mlp(sizes: Sequence[int], activation: str | Activation = "relu", *, init: str | Initializer = "he_normal",
        batch_norm: bool = False, keep: float = 1.0, seed: int | Sequence[int] = 0, replicas: int | None = None,
        dtype: Any = FLOAT) -> Network:
    """A multilayer perceptron: Linear → [BatchNorm] → activation → [Dropout] for every hidden layer, Linear at the end.

    `sizes` = [inputs, hidden units …, outputs]; `keep` is the probability of keeping a hidden unit.

    >>> mlp([784, 256, 10])
    Network (784 → 256) → relu → (256 → 10) · 203,530 parameters · float32
    """
    if isinstance(sizes, str) or as_array("mlp", sizes, "sizes").ndim != 1 or len(sizes) < 2:
        raise ValueError(f"mlp: sizes must name at least inputs and outputs, [784, 256, 10]; got {sizes!r}.")
    sizes = [check_int("mlp", "an entry of sizes", n) for n in sizes]
    Dropout.keep.check("mlp", "keep", keep)
    activation = check_activation("mlp", "activation", activation)
    batch_norm = check_flag("mlp", "batch_norm", batch_norm)
    layers: list[Layer] = []
    for n_in, n_out in pairwise(sizes[:-1]):
        layers += [Linear(n_in, n_out, init=init)]
        layers += [BatchNorm(n_out)] if batch_norm else []
        layers += [Elementwise(activation)]
        layers += [Dropout(keep)] if np.any(keep != 1) else []
    return Network([*layers, Linear(*sizes[-2:], init=init)], seed=seed, replicas=replicas, dtype=dtype)
