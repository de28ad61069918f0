"""One small set of weights for all positions: convolution in one dimension, the same without sharing, and a mean.

Symbols: a curve has L positions (`length`) with c numbers (channels) each. They stand in one row, position by position:
x (batch, L·c). A window is k neighbouring positions, so it is k·c NEIGHBOURING NUMBERS of that row; the next window
begins `stride` positions further on. With `pad` zeros at either end P = (L + 2·pad − k) // stride + 1 windows fit. With
K replicas every array has one more axis in front.
"""

from functools import partial

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from labkit.checks import check_int
from labkit.initializers import Initializer
from labkit.layers import LAYERS, BatchNorm, Generators, Layer, Linear
from labkit.settings import Fixed

Array = np.ndarray


class Conv1d(Linear):
    """y[p] = window(p) · W + b at every position p, with the SAME W (k·c_in, c_out) and b (1, c_out) everywhere.

    x (batch, length · c_in) → y (batch, positions · c_out). It is a Linear layer whose big matrix is mostly zeros, and
    for the rest copies of W: `as_matrix` writes it out. With an odd k, pad = k // 2 and stride 1 the length stays.
    Raises ValueError when no window fits. LeCun et al. 1989, Neural Computation 1.
    """

    __slots__ = ("_c_in", "_c_out", "_k", "_length", "_pad", "_stride", "positions")
    length, c_in, c_out, k, stride = (Fixed(check_int) for _ in range(5))
    pad = Fixed(partial(check_int, low=0))
    shared = True

    def __init__(self, length: int, c_in: int, c_out: int, k: int, *, stride: int = 1, pad: int = 0,
                 init: str | Initializer = "he_normal") -> None:
        who = type(self).__name__
        self.length, self.c_in, self.c_out, self.k, self.stride, self.pad = length, c_in, c_out, k, stride, pad
        if k > length + 2 * pad:
            raise ValueError(f"{who}: a window of {k} positions does not fit into {length} + 2 · {pad}; choose "
                             "a smaller k or a larger pad.")
        self.positions = (length + 2 * pad - k) // stride + 1
        self.n_in, self.n_out = length * c_in, self.positions * c_out
        self.init = init
        copies = () if self.shared else (self.positions,)
        self.shapes = {"W": (*copies, k * c_in, c_out), "b": (*copies, 1, c_out)}

    def start(self, init: Generators, dropout: Generators) -> None:
        """One window has k · c_in inputs: that is the fan-in, however long the curve."""
        W = self.params["W"].reshape(len(init), -1, self.k * self.c_in, self.c_out)
        for rng, matrices in zip(init, W, strict=True):
            for matrix in matrices:
                self.fill(matrix, rng)
        self.params["b"][...] = 0

    # ------------------------------------------------------------------------------------------------ windows
    def windows(self, x: Array) -> Array:
        """Every window as a row: (…, batch, positions, k · c_in). A view: only padding copies anything."""
        if self.pad:
            end = self.pad * self.c_in
            padded = np.zeros((*x.shape[:-1], x.shape[-1] + 2 * end), x.dtype)       # np.pad takes ten times as long
            padded[..., end:-end] = x
            x = padded
        rows = sliding_window_view(x, self.k * self.c_in, axis=-1)
        return rows[..., ::self.stride * self.c_in, :]

    def add_windows(self, d: Array) -> Array:
        """The transpose of `windows`: a number that lies in several windows gets the sum of what they say.

        A window is cut into pieces of one stride: the pieces number b of all windows lie side by side in dx.
        """
        step, pieces = self.stride * self.c_in, -(-self.k // self.stride)
        strides = max(self.positions + pieces - 1, -(-(self.length + 2 * self.pad) // self.stride))
        dx = np.zeros((*d.shape[:-2], strides, step), d.dtype)
        for b in range(pieces):
            piece = d[..., b * step:(b + 1) * step]
            dx[..., b:b + self.positions, :piece.shape[-1]] += piece
        start = self.pad * self.c_in
        return dx.reshape(*dx.shape[:-2], -1)[..., start:start + self.n_in]

    def _rows(self, a: Array) -> Array:
        """(…, batch, positions, n) → (…, batch · positions, n): each window is an example of its own."""
        return a.reshape(*a.shape[:-3], -1, a.shape[-1])

    def _apart(self, a: Array) -> Array:
        """The way back: (…, batch · positions, n) → (…, batch, positions, n)."""
        return a.reshape(*a.shape[:-2], -1, self.positions, a.shape[-1])

    # ------------------------------------------------------------------------------------------------ there and back
    def forward(self, x: Array, train: bool = False) -> Array:
        y = self._apart(super().forward(self._rows(self.windows(x)), train))
        return y.reshape(*y.shape[:-2], self.n_out)

    def backward(self, dy: Array) -> Array:
        """y[p] = window(p) · W + b is a linear layer that sees batch · positions examples, the windows. So

        dW = Σ windowᵀ dy and db = Σ dy, over examples AND positions, since each used the same W;
        d window(p) = dy[p] Wᵀ, and dx at a position is the sum over all the windows it lies in.
        """
        self.parameter_gradient(dy)
        return self.add_windows(self._apart(self._outputs(dy) @ self.params["W"].mT))

    def parameter_gradient(self, dy: Array) -> None:
        """dW and db alone; db over the examples first, whose rows are long: much faster than over windows."""
        np.matmul(self.kept.x.mT, self._outputs(dy), out=self.grads["W"])
        at_position = dy.sum(axis=-2).reshape(*dy.shape[:-2], self.positions, self.c_out)
        db = self.grads["b"]
        db[...] = at_position.sum(axis=-2, keepdims=True) if self.shared else at_position[..., None, :]

    def _outputs(self, dy: Array) -> Array:
        return self._rows(dy.reshape(*dy.shape[:-1], self.positions, self.c_out))

    def as_matrix(self) -> Array:
        """The W (n_in, n_out), or (K, n_in, n_out), of the Linear layer that computes the same; its b repeats ours."""
        unit, zero = np.eye(self.n_in, dtype=self.params["W"].dtype), np.zeros((1, self.n_in), self.params["W"].dtype)
        return self.forward(unit) - self.forward(zero)

    def __repr__(self) -> str:
        stride = f", stride={self.stride}" if self.stride > 1 else ""
        return f"{type(self).__name__}({self.length}×{self.c_in} → {self.positions}×{self.c_out}, k={self.k}{stride})"


class Local1d(Conv1d):
    """The same windows, but every position has weights of its own: W (P, k · c_in, c_out), b (P, 1, c_out).

    Local connections without sharing: what is left of a convolution when only the zeros of its big matrix are kept.
    """

    __slots__ = ()
    shared = False

    def _rows(self, a: Array) -> Array:
        """(…, batch, positions, n) → (…, positions, batch, n): one linear layer per position."""
        return np.ascontiguousarray(np.moveaxis(a, -2, -3))

    def _apart(self, a: Array) -> Array:
        return np.moveaxis(a, -3, -2)


class MeanPool1d(Layer):
    """y = mean of x over all positions: (batch, length · c) → (batch, c). Where a feature lay no longer matters."""

    __slots__ = ("_c", "_length", "n_in", "n_out")
    length, c = Fixed(check_int), Fixed(check_int)

    def __init__(self, length: int, c: int) -> None:
        self.length, self.c = length, c
        self.n_in, self.n_out = length * c, c

    def forward(self, x: Array, train: bool = False) -> Array:
        x = x.reshape(*x.shape[:-1], self.length, self.c)
        return sum(x[..., p, :] for p in range(self.length)) / x.dtype.type(self.length)  # faster than x.mean(axis=-2)

    def backward(self, dy: Array) -> Array:
        """dx = dy / length at every position: each has the same share in the mean."""
        return np.tile(dy / dy.dtype.type(self.length), self.length)

    def __repr__(self) -> str:
        return f"MeanPool1d({self.length}×{self.c} → {self.c})"


class BatchNorm1d(BatchNorm):
    """Batch norm per channel: mean and var over the examples AND the positions, one γ and β per channel.

    All positions of a channel come from the same weights, so they are normalised alike; otherwise a shifted input would
    no longer give a shifted output. x (batch, length · c). Ioffe & Szegedy 2015, section 3.2, arXiv:1502.03167.
    """

    __slots__ = ("_c", "_length", "n_in", "n_out")
    length, c = Fixed(check_int), Fixed(check_int)

    def __init__(self, length: int, c: int, *, decay: float = 0.9, eps: float = 1e-5) -> None:
        self.length, self.c = length, c
        super().__init__(c, decay=decay, eps=eps)
        self.n_in = self.n_out = length * c

    def forward(self, x: Array, train: bool = False) -> Array:
        return super().forward(self._rows(x), train).reshape(x.shape)

    def backward(self, dy: Array) -> Array:
        """That of `BatchNorm`, with batch · length examples."""
        return super().backward(self._rows(dy)).reshape(dy.shape)

    def _rows(self, x: Array) -> Array:
        return x.reshape(*x.shape[:-2], -1, self.n)

    def __repr__(self) -> str:
        return f"BatchNorm1d({self.length}×{self.n})"


LAYERS.update({layer.__name__: layer for layer in (Conv1d, Local1d, MeanPool1d, BatchNorm1d)})
