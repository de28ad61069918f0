"""What does whitening really do? Put the mean at 0, turn to the axes of the cloud, scale each axis to variance 1.

Symbols: x (n, d) the data, μ its mean, uᵢ the principal directions (rows of `components`), λ₁ ≥ λ₂ ≥ … the variances
along them. Whitened features are uncorrelated, which is not the same as independent.

Every tool is fitted on the training set alone, `tool.fit(x_train)`; then `transform` serves all data and `inverse` is
the way back. Statistics are computed in float64 and kept in the float type of the data; whole numbers are computed with
in float64, so that none of their digits is lost, and come out as float32.
"""

import math
from typing import Any, Self

import numpy as np

from labkit.checks import FLOAT, PROPER_SHARE, check_int, check_table, in_range
from labkit.settings import Hyperparameter, Tunable

Array = np.ndarray


class Preprocessor(Tunable):
    """What all tools share: tables are checked on the way in, results have the float type of what came in."""

    __slots__ = ()

    @np.errstate(under="ignore")  # the square of 1e-170 is 0, whatever np.seterr says
    def fit(self, x: Array) -> Self:
        """Take the statistics of x (n, d), n ≥ 2, and return the tool. Raises ValueError for NaN or another shape."""
        x = self._table(x)
        if len(x) < 2 or not x.shape[1]:
            raise ValueError(f"{type(self).__name__}: x has shape {x.shape}; expected at least 2 examples of at least "
                             "1 feature.")
        self._fit(x)
        return self

    @np.errstate(under="ignore")
    def transform(self, x: Array) -> Array:
        """x (n, d) in the new features; x stays as it was. Raises ValueError if d is not what `fit` saw."""
        table = self._table(x, self._sizes()[0])
        return self._forth(table).astype(_result_type(x), copy=False)

    @np.errstate(under="ignore")
    def inverse(self, z: Array) -> Array:
        """New features (n, k) back in the old ones (n, d)."""
        table = self._table(z, self._sizes()[1])
        return self._back(table).astype(_result_type(z), copy=False)

    def _table(self, x: Array, n: int | None = None) -> Array:
        return check_table(type(self).__name__, x, n, dtype=None)

    def _sizes(self) -> tuple[int, int]:
        """How many features go in and come out."""
        if not hasattr(self, "mean"):
            raise RuntimeError(f"{type(self).__name__}: not fitted yet; call fit(x_train) first.")
        return len(self.mean), self._n_out()

    def _n_out(self) -> int:
        return len(self.mean)

    def _fit(self, x: Array) -> None:
        raise NotImplementedError

    def _forth(self, x: Array) -> Array:
        raise NotImplementedError

    def _back(self, z: Array) -> Array:
        raise NotImplementedError


class Standardizer(Preprocessor):
    """z = (x − μ) / σ, feature by feature, with σ² = mean (x − μ)²; exposes `mean` (d,) and `std` (d,).

    A feature that was constant in the training set, but for rounding, has std 0 and no scale: it is centred and left at
    that. Where "but for rounding" ends is where it ends for scikit-learn's StandardScaler.

    >>> Standardizer().fit(np.array([[1.0, 7.0], [3.0, 7.0]])).transform(np.array([[4.0, 7.0]]))
    array([[2., 0.]])
    """

    __slots__ = ("mean", "std")

    def _fit(self, x: Array) -> None:
        mean, variance = x.mean(axis=0, dtype=np.float64), x.var(axis=0, dtype=np.float64)
        mean = np.where(x.min(axis=0) == x.max(axis=0), x[0], mean)
        noise = len(x) * np.finfo(np.float64).eps
        std = np.where(variance <= noise * variance + (noise * mean) ** 2, 0, np.sqrt(variance))
        self.mean, self.std = mean.astype(x.dtype), std.astype(x.dtype)

    def _scale(self) -> Array:
        return np.where(self.std == 0, self.std.dtype.type(1), self.std)

    def _forth(self, x: Array) -> Array:
        return (x - self.mean) / self._scale()

    def _back(self, z: Array) -> Array:
        return z * self._scale() + self.mean


class PCA(Preprocessor):
    """z = (x − μ) Uᵀ: turn to the axes of the cloud and keep the first k, those along which it varies most.

    `k`: None keeps min(n, d) axes, a whole number that many, a fraction in (0, 1) the fewest that keep this share of
    the variance; ValueError if the axes that are left do not hold so much. Exposes `mean` (d,), `components` U (k, d)
    with orthonormal rows, `variances` λ (k,) with divisor n − 1, `explained` (k,), λ as a share of the total. Of all
    projections to k dimensions this one loses the least squared distance, the discarded Σλ. Each component's largest
    entry is positive; U may be a reflection. By singular value decomposition of the centred data, λ = s²/(n − 1).
    Pearson 1901; Hotelling 1933.
    """

    __slots__ = ("components", "explained", "k", "mean", "variances")

    def __init__(self, k: int | float | None = None) -> None:
        self.k = _valid_k(k)

    def _fit(self, x: Array) -> None:
        centred = x - x.mean(axis=0, dtype=np.float64)
        # The triangular factor R of x = QR has the same s and U as x, and at most d rows.
        _, s, U = np.linalg.svd(np.linalg.qr(centred, mode="r"), full_matrices=False)
        s[s <= s[0] * max(x.shape) * np.finfo(float).eps] = 0
        U *= np.where(_largest(U) < 0, -1, 1)
        variances = s * s / (len(x) - 1)
        explained = variances / (variances.sum() or 1)
        self.mean = x.mean(axis=0, dtype=np.float64).astype(x.dtype)
        self.components, self.variances, self.explained = (a.astype(x.dtype) for a in (U, variances, explained))
        self._keep(_count(self.k, explained))

    def first(self, k: int | float) -> "PCA":
        """The same fit with its first k components only (a number, or the fraction of variance to keep): no new fit."""
        self._sizes()
        other = PCA(k)
        other.mean, other.components = self.mean, self.components
        other.variances, other.explained = self.variances, self.explained
        other._keep(_count(other.k, self.explained))
        return other

    def _keep(self, k: int) -> None:
        self.components, self.variances, self.explained = self.components[:k], self.variances[:k], self.explained[:k]

    def _n_out(self) -> int:
        return len(self.components)

    def _forth(self, x: Array) -> Array:
        return (x - self.mean) @ self.components.T

    def _back(self, z: Array) -> Array:
        return z @ self.components + self.mean


class Whitener(Preprocessor):
    """z = (x − μ) Uᵀ / √(λ + ε): uncorrelated features of variance λ/(λ + ε), which is 1 wherever λ ≫ ε.

    `kind` "pca" stays in the turned axes, "zca" turns back, · U, and so changes x as little as whitening can: a
    whitened photograph still looks like one. `eps` may change at any time; it keeps directions with hardly any
    variance, where there is only noise, from being blown up. `k` as in `PCA`, whose fit is exposed as `pca`.
    With "zca" and k None a direction in which the training set had no variance is scaled too, by 1/√ε: z = (Σ + εI)^-½
    (x − μ), Σ the covariance, whatever n. Raises ValueError when ε is 0 and a direction has no variance.
    Bell & Sejnowski 1997, Vision Research 37.
    """

    __slots__ = ("_eps", "kind", "pca")
    eps = Hyperparameter(0, log=True, arrays=False)

    def __init__(self, eps: float = 1e-5, *, kind: str = "pca", k: int | float | None = None) -> None:
        if not isinstance(kind, str) or kind not in ("pca", "zca"):
            raise ValueError(f"Whitener: kind must be 'pca' or 'zca', got {kind!r}.")
        self.eps, self.kind, self.pca = eps, kind, PCA(k)

    @property
    def mean(self) -> Array:
        """μ (d,)."""
        return self.pca.mean

    @property
    def matrix(self) -> Array:
        """What the centred data are multiplied with: (d, k) for "pca"; (d, d) and symmetric for "zca"."""
        self._sizes()
        across = self.pca.components.T / self._std()
        if self.kind == "pca":
            return across
        rest = self._unseen()
        return across @ self.pca.components + (rest / math.sqrt(self.eps) if rest.any() else rest)

    def _unseen(self) -> Array:
        """The projection (d, d) on the directions outside all components; 0 if there are none, or k left them out."""
        U = self.pca.components
        whole = self.pca.k is not None or len(U) == U.shape[1]
        return np.zeros(2 * U.shape[1:], U.dtype) if whole else np.eye(U.shape[1], dtype=U.dtype) - U.T @ U

    def _std(self) -> Array:
        std = np.sqrt(self.pca.variances + self.eps)
        if not std.all():
            raise ValueError(f"Whitener: eps is 0 and {np.sum(std == 0)} of {len(std)} directions have no variance; "
                             f"take eps > 0, or keep k = {np.count_nonzero(std)} directions.")
        return std

    def _fit(self, x: Array) -> None:
        self.pca.fit(x)

    def _n_out(self) -> int:
        return self.pca._n_out() if self.kind == "pca" else len(self.mean)

    def _forth(self, x: Array) -> Array:
        return (x - self.mean) @ self.matrix

    def _back(self, z: Array) -> Array:
        if self.kind == "pca":
            return z * self._std() @ self.pca.components + self.mean
        rest = z @ self._unseen() * math.sqrt(self.eps)
        return z @ self.pca.components.T * self._std() @ self.pca.components + rest + self.mean


def _result_type(x: Any) -> type[np.floating]:
    """float64 for what is float64 already, else float32; a list has no type of its own."""
    is_double = not isinstance(x, list | tuple) and np.asarray(x).dtype == np.float64
    return np.float64 if is_double else FLOAT


def _valid_k(k: int | float | None) -> int | float | None:
    if isinstance(k, float | np.floating):
        return in_range("PCA", "k", k, PROPER_SHARE, "A fraction is the share of variance to keep; k=None is all.")
    return k if k is None else check_int("PCA", "k", k)


def _count(k: int | float | None, explained: Array) -> int:
    """How many components `k` asks for."""
    if isinstance(k, float):
        kept = np.cumsum(explained, dtype=float)
        if 0 < kept[-1] < k - 1e-6:
            raise ValueError(f"PCA: k = {k:g} of the variance is not to be had: the {len(kept)} components here hold "
                             f"{kept[-1]:.3g}. Fit anew: PCA({k:g}).fit(x).")
        return min(int(np.searchsorted(kept, k)) + 1, len(kept))
    if k is not None and k > len(explained):
        raise ValueError(f"PCA: k must be at most {len(explained)} here, got {k}. There are min(n, d) components for n "
                         "examples of d features.")
    return len(explained) if k is None else k


def _largest(rows: Array) -> Array:
    """The entry of largest size of every row, as a column."""
    return np.take_along_axis(rows, np.abs(rows).argmax(axis=1, keepdims=True), axis=1)
