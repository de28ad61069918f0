"""A layer knows two things: its output, and how to pass a gradient back. The chain rule does the rest.

Symbols: x is the input (batch, n_in), y the output (batch, n_out), dy the gradient ∂L/∂y that comes back, dx = ∂L/∂x
the one passed on. With K replicas every array has one more axis in front: x (K, batch, n_in), W (K, n_in, n_out).

`forward(x, train=True)` remembers what `backward` needs; `forward(x)` is an evaluation and remembers nothing, so it
may come between the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from labkit.activations import Activation, check_activation
from labkit.checks import check_array, check_flag, check_int
from labkit.initializers import Initializer, check_initializer
from labkit.settings import Fixed, Hyperparameter, Setting
from labkit.views import Part

Array = np.ndarray
Generators = Sequence["np.random.Generator"]  # one per replica; in quotes, so that importing loads no numpy.random
Shapes = Mapping[str, tuple[int, ...]]


class Layer(Part):
    """A step of the network. `shapes` and `buffer_shapes` name its parameters and its running statistics.

    The network allocates both (`params`, `grads`, `buffers`: name → view into one long vector) and then calls `start`.
    `lead` is (K,) in a network of K replicas, else (). What forward keeps for `backward` goes to `self.kept`.
    """

    __slots__ = ()
    shapes: Shapes = MappingProxyType({})
    buffer_shapes: Shapes = MappingProxyType({})

    def start(self, init: Generators, dropout: Generators) -> None:
        """Fill the parameters with their first values; entry i of the generators belongs to replica i."""

    def forward(self, x: Array, train: bool = False) -> Array:
        """y (…, batch, n_out) for x (…, batch, n_in)."""
        raise NotImplementedError

    def backward(self, dy: Array) -> Array:
        """dx, of the shape of x, for dy, of the shape of y; fills `grads`."""
        raise NotImplementedError


class Linear(Layer):
    """y = xW + b, with W (n_in, n_out) and b (1, n_out)."""

    __slots__ = ("_init", "_n_in", "_n_out", "shapes")
    n_in, n_out, init = Fixed(check_int), Fixed(check_int), Setting(check_initializer)

    def __init__(self, n_in: int, n_out: int, *, init: str | Initializer = "he_normal") -> None:
        self.n_in, self.n_out, self.init = n_in, n_out, init
        self.shapes = {"W": (n_in, n_out), "b": (1, n_out)}

    def start(self, init: Generators, dropout: Generators) -> None:
        """W from the initializer, replica by replica; b = 0."""
        W = self.params["W"].reshape(-1, self.n_in, self.n_out)  # (K, n_in, n_out), also for K = 1
        for rng, matrix in zip(init, W, strict=True):
            self.fill(matrix, rng)
        self.params["b"][...] = 0

    def fill(self, W: Array, rng: np.random.Generator) -> None:
        """The initializer's first weights, into W (n_in, n_out); ValueError if they have another shape."""
        first = check_array(f"{self}: init", self.init(rng, *W.shape), name="W")
        if first.shape != W.shape:
            raise ValueError(f"{self}: init returned an array of shape {first.shape}; expected {W.shape}.")
        W[...] = first

    def forward(self, x: Array, train: bool = False) -> Array:
        """y = xW + b."""
        if train:
            self.kept.x = x
        y = x @ self.params["W"]  # (…, batch, n_in) @ (…, n_in, n_out) → (…, batch, n_out)
        y += self.params["b"]  # (…, 1, n_out)
        return y

    def backward(self, dy: Array) -> Array:
        """dW = xᵀ dy and db = Σ dy over the batch; dx = dy Wᵀ."""
        self.plain_parameter_gradient(dy)
        return dy @ self.params["W"].mT  # (…, batch, n_out) @ (…, n_out, n_in) → (…, batch, n_in)

    def parameter_gradient(self, dy: Array) -> None:
        """dW and db alone: the first layer has nobody to pass dx to."""
        np.matmul(self.kept.x.mT, dy, out=self.grads["W"])  # (…, n_in, batch) @ (…, batch, n_out)
        np.add.reduce(dy, axis=-2, keepdims=True, out=self.grads["b"])  # (…, 1, n_out)

    def __repr__(self) -> str:
        return f"Linear({self.n_in} → {self.n_out})"


class Elementwise(Layer):
    """y = f(x) for an activation f; dx = dy · f'(x)."""

    __slots__ = ("_activation",)
    activation = Setting(check_activation)

    def __init__(self, activation: str | Activation) -> None:
        self.activation = activation

    def forward(self, x: Array, train: bool = False) -> Array:
        """y = f(x)."""
        y = self._activation.f(x)
        if train:
            kept = self.kept
            kept.x, kept.y = x, y
        return y

    def backward(self, dy: Array) -> Array:
        """dx = dy · f'(x)."""
        return dy * self._activation.df(self.kept.x, self.kept.y)

    def __repr__(self) -> str:
        return self.activation.name


class BatchNorm(Layer):
    """x̂ = (x − mean) / √(var + ε) per unit, y = γx̂ + β. Ioffe & Szegedy 2015, arXiv:1502.03167.

    In training mean and var are those of the batch (at least 2 examples). In evaluation they are running averages,
    updated in every training forward: running ← decay · running + (1 − decay) · batch, with the unbiased m/(m − 1)
    variance. `decay` is the weight of the past.
    """

    __slots__ = ("_decay", "_eps", "_n", "buffer_shapes", "shapes")
    n = Fixed(check_int)
    decay = Hyperparameter(0, 1, open_high=True, label="decay of the running averages",
                           fix="It is the weight of the past; frameworks' momentum is 1 - decay.")
    eps = Hyperparameter(0, open_low=True, log=True, limits=(1e-8, 1.0), label="ε beside the variance", symbol="ε",
                         fix="A small positive number keeps a constant unit from dividing by zero.")

    def __init__(self, n: int, *, decay: float = 0.9, eps: float = 1e-5) -> None:
        self.n, self.decay, self.eps = n, decay, eps
        self.shapes = {"gamma": (1, n), "beta": (1, n)}
        self.buffer_shapes = {"mean": (1, n), "var": (1, n)}

    def start(self, init: Generators, dropout: Generators) -> None:
        """γ = 1, β = 0, running mean 0 and variance 1."""
        self.params["gamma"][...], self.params["beta"][...] = 1, 0
        self.buffers["mean"][...], self.buffers["var"][...] = 0, 1

    def forward(self, x: Array, train: bool = False) -> Array:
        """y = γx̂ + β, by the moments of the batch or by the running ones."""
        if not train:
            inv_std = 1 / np.sqrt(self.buffers["var"] + self.eps)
            return (x - self.buffers["mean"]) * (self.params["gamma"] * inv_std) + self.params["beta"]
        m = x.shape[-2]
        if m < 2:
            raise ValueError(f"BatchNorm({self.n}): a training batch of {m} example has no variance; expected at least "
                             "2. Choose another batch size, or evaluate with train=False.")
        mean = x.mean(axis=-2, keepdims=True)  # over the batch: (…, 1, n)
        centred = x - mean
        var = np.square(centred).mean(axis=-2, keepdims=True)
        self._average(mean, var * (m / (m - 1)))
        kept = self.kept
        kept.inv_std = 1 / np.sqrt(var + self.eps)
        kept.x_hat = centred * kept.inv_std
        return self.params["gamma"] * kept.x_hat + self.params["beta"]

    def _average(self, mean: Array, var: Array) -> None:
        for running, batch in ((self.buffers["mean"], mean), (self.buffers["var"], var)):
            running += (1 - self.decay) * (batch - running)

    def backward(self, dy: Array) -> Array:
        """dβ = Σ dy, dγ = Σ dy·x̂, dx = γ/√(var + ε) · (dy − mean(dy) − x̂ · mean(dy·x̂)).

        The two means are there because moving one example moves the mean and the variance of all.
        """
        dgamma, dbeta, kept = self.grads["gamma"], self.grads["beta"], self.kept
        np.sum(dy * kept.x_hat, axis=-2, keepdims=True, out=dgamma)
        np.sum(dy, axis=-2, keepdims=True, out=dbeta)
        m = dy.shape[-2]
        return self.params["gamma"] * kept.inv_std * (dy - dbeta / m - kept.x_hat * (dgamma / m))

    def __repr__(self) -> str:
        return f"BatchNorm({self.n})"


class Dropout(Layer):
    """In training y = x · mask / keep, each entry of the mask being 1 with probability `keep`, else 0; otherwise y = x.

    Dividing by `keep` keeps E[y] = x, so evaluation needs no change (inverted dropout). Each example has its own mask.
    `keep` is the fraction KEPT. Srivastava et al. 2014, JMLR 15. `frozen` uses the last mask again.
    """

    __slots__ = ("_frozen", "_keep")
    keep = Hyperparameter(0, 1, open_low=True, limits=(0.1, 1.0),
                          fix="It is the fraction KEPT; frameworks' rate is 1 - keep.")
    frozen = Setting(check_flag)

    def __init__(self, keep: float | Array = 0.5) -> None:
        self.keep, self.frozen = keep, False

    def start(self, init: Generators, dropout: Generators) -> None:
        """Masks will come from these generators."""
        self.generators = dropout

    def forward(self, x: Array, train: bool = False) -> Array:
        """y = x · mask / keep in training, y = x otherwise."""
        if not train:
            return x
        if not self._frozen:
            self.kept.mask = None if np.all(self._keep == 1) else self._draw(x)
        mask = self.kept.mask
        return x if mask is None else x * mask

    def _draw(self, x: Array) -> Array:
        shape = x.shape[-2:]
        draws = [rng.random(shape, dtype=np.float32) for rng in self.generators]
        keep = self.keep if isinstance(self.keep, float) else self._per_replica(self.keep)
        kept = np.reshape(draws, (*self.lead, *shape)) < keep  # (…, batch, units)
        return kept / x.dtype.type(keep)

    def _per_replica(self, keep: Array) -> Array:
        """One keep per replica as (K, 1, 1)."""
        if not self.lead or keep.size != self.lead[0]:
            raise ValueError(f"Dropout: keep has shape {keep.shape}; expected one number, or one per replica, "
                             f"{(*self.lead, 1, 1) if self.lead else 'of which this network has none'}.")
        return keep.reshape(-1, 1, 1)

    def backward(self, dy: Array) -> Array:
        """dx = dy · mask / keep."""
        return dy if self.kept.mask is None else dy * self.kept.mask

    def __repr__(self) -> str:
        return f"Dropout(keep={self.keep})"


LAYERS: dict[str, type[Layer]] = {c.__name__: c for c in (Linear, Elementwise, BatchNorm, Dropout)}
