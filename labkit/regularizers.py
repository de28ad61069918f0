"""Why should weights be small? A penalty R(θ) is added to the loss, J̃ = J + R: a belief about θ that data must outvote.

Symbols: θ the parameters, λ ≥ 0 (`lam`) how strong the belief is, Σ over the penalised entries. The penalty is the
negative logarithm of a prior over θ: a Gaussian gives L2, a Laplace distribution L1, up to a constant.

`train(…, regularizer=L2(1e-3, mask=net.weight_mask()))` adds the gradient to the loss's. A proximal step after each
update, `penalty.prox(net.theta, step.lr)`, is the other way to apply it, and for L1 the one that gives exact zeros.
"""

from typing import NamedTuple

import numpy as np

from labkit.checks import FLOAT, Range, as_array, check_array, check_int, check_table, in_range
from labkit.settings import Hyperparameter, Tunable

Array = np.ndarray


def soft_threshold(theta: Array, t: float | Array) -> Array:
    """Pull every entry towards zero by t ≥ 0 and stop there: sign(θ) · max(|θ| − t, 0), in the shape of θ.

    It is argmin_z ½(z − θ)² + t|z|. A new array; θ stays as it was. Donoho 1995, doi:10.1109/18.382009.

    >>> soft_threshold(np.array([-3.0, -0.5, 0.5, 3.0]), 1.0)
    array([-2.,  0.,  0.,  2.])
    """
    theta = check_array("soft_threshold", theta, name="theta")
    t = in_range("soft_threshold", "t", t, Range(0, np.inf), arrays=True)
    _must_spread("soft_threshold", "t", t, theta.shape)
    return _soft(theta, t)


def _soft(theta: Array, t: float | Array) -> Array:
    return theta - np.clip(theta, -t, t)


def _must_spread(owner: str, name: str, value: float | Array, shape: tuple[int, ...]) -> None:
    """Raise unless `value` is a number, or an array that broadcasts to `shape`."""
    got = np.shape(value)
    if len(got) > len(shape) or any(n not in (1, m) for n, m in zip(got[::-1], shape[::-1], strict=False)):
        raise ValueError(f"{owner}: {name} has shape {got} and theta {shape}; expected a number, or one for each "
                         f"replica, of shape {(*shape[:-1], 1)}.")


class Regularizer(Tunable):
    """R(θ) = Σ λ r(θᵢ). A subclass gives r, its derivative, and its proximal map; θ has shape (P,) or (K, P).

    `lam` is λ, read at every call; an array of shape (K, 1) gives each replica its own. `mask` (P,), if given, is True
    where an entry is penalised: biases usually are not.
    """

    __slots__ = ("_lam", "mask")
    lam = Hyperparameter(0, log=True, limits=(1e-6, 1.0), label="penalty λ", symbol="λ")

    def __init__(self, lam: float | Array, *, mask: Array | None = None) -> None:
        self.lam = lam
        self.mask = None if mask is None else as_array(type(self).__name__, mask, "mask")
        if mask is not None and self.mask.dtype != bool:
            raise TypeError(f"{type(self).__name__}: mask must be an array of booleans, for example net.weight_mask(); "
                            f"got dtype {self.mask.dtype}.")

    def value(self, theta: Array) -> float | Array:
        """R(θ): a number, or (K,) for a stack of K."""
        theta = check_array(type(self).__name__, theta, "(…, P)", name="theta", finite=False)
        total = np.sum(self._strength(theta) * self._r(theta), axis=-1)
        return float(total) if total.ndim == 0 else total

    def add_gradient(self, theta: Array, grad: Array) -> None:
        """grad += ∂R/∂θ, in place."""
        for name, a in (("theta", theta), ("grad", grad)):
            _must_be_floats(type(self).__name__, name, a, getattr(theta, "shape", ()))
        grad += self._strength(theta) * self._dr(theta)

    def prox(self, theta: Array, step: float | Array) -> None:
        """θ ← argmin_z ½‖z − θ‖² + step · R(z), in place; `step` ≥ 0 is the learning rate of the update before it."""
        _must_be_floats(type(self).__name__, "theta", theta, getattr(theta, "shape", ()))
        step = in_range(type(self).__name__, "step", step, Range(0, np.inf), arrays=True)
        _must_spread(type(self).__name__, "step", step, theta.shape)
        theta[...] = self._prox(theta, step * self._strength(theta))

    def _strength(self, theta: Array) -> float | Array:
        _must_spread(type(self).__name__, "lam", self.lam, theta.shape)
        lam = self.lam if isinstance(self.lam, float) else self.lam.astype(theta.dtype, copy=False)
        if self.mask is None:
            return lam
        if self.mask.shape != theta.shape[-1:]:
            raise ValueError(f"{type(self).__name__}: mask has shape {self.mask.shape}; expected ({theta.shape[-1]},), "
                             "one entry per parameter, for example net.weight_mask().")
        return lam * self.mask.astype(theta.dtype)

    def _r(self, theta: Array) -> Array:
        raise NotImplementedError

    def _dr(self, theta: Array) -> Array:
        raise NotImplementedError

    def _prox(self, theta: Array, t: float | Array) -> Array:
        raise NotImplementedError


def _must_be_floats(owner: str, name: str, a: Array, shape: tuple[int, ...]) -> None:
    """Raise unless `a` is an array of floats of this shape that can be written to: it is changed in place."""
    if not isinstance(a, np.ndarray) or a.dtype.kind != "f" or a.shape != shape or not shape or not a.flags.writeable:
        got = f"{a.dtype} of shape {a.shape}" if isinstance(a, np.ndarray) else repr(a)[:80]
        raise TypeError(f"{owner}: {name} must be an array of floats (P,) or (K, P) to be changed in place, such as "
                        f"net.theta and net.grad, got {got}.")


class L1(Regularizer):
    """R(θ) = λ Σ |θᵢ|, the lasso's penalty: a constant pull, whatever the size, so small entries go to exactly zero.

    The subgradient at 0 is taken as 0. Steps along it only jump around zero; `prox` lands on it. Tibshirani 1996.
    """

    __slots__ = ()

    def _r(self, theta: Array) -> Array:
        return np.abs(theta)

    def _dr(self, theta: Array) -> Array:
        return np.sign(theta)

    def _prox(self, theta: Array, t: float | Array) -> Array:
        return _soft(theta, t)


class L2(Regularizer):
    """R(θ) = λ/2 Σ θᵢ², ridge's penalty (the SQUARED norm, with the ½): a pull in proportion to the size.

    Its gradient λθ shrinks θ by the factor 1 − lr·λ per step of plain gradient descent: there, and only there, L2 is
    weight decay. Hoerl & Kennard 1970.
    """

    __slots__ = ()

    def _r(self, theta: Array) -> Array:
        return theta * theta / 2

    def _dr(self, theta: Array) -> Array:
        return theta

    def _prox(self, theta: Array, t: float | Array) -> Array:
        return theta / (1 + t)


class Elastic(Regularizer):
    """R(θ) = λ Σ (ρ|θᵢ| + (1 − ρ)/2 θᵢ²), with `share` ρ in [0, 1]: L2 at ρ = 0, L1 at ρ = 1. Zou & Hastie 2005."""

    __slots__ = ("_share",)
    share = Hyperparameter(0, 1, label="share of L1, ρ", fix="It is the share of L1 in the mixture.")

    def __init__(self, lam: float | Array, share: float = 0.5, *, mask: Array | None = None) -> None:
        super().__init__(lam, mask=mask)
        self.share = share

    def _r(self, theta: Array) -> Array:
        return self.share * np.abs(theta) + (1 - self.share) / 2 * (theta * theta)

    def _dr(self, theta: Array) -> Array:
        return self.share * np.sign(theta) + (1 - self.share) * theta

    def _prox(self, theta: Array, t: float | Array) -> Array:
        return _soft(theta, self.share * t) / (1 + (1 - self.share) * t)


REGULARIZERS: dict[str, type[Regularizer]] = {c.__name__: c for c in (L1, L2, Elastic)}


class LinearFit(NamedTuple):
    """ŷ = xw + b. For one λ: w (d,), b a number. For a path of L values: w (L, d), b (L,), one row per λ."""

    w: Array
    b: float | Array

    def predict(self, x: Array) -> Array:
        """ŷ of shape (n,), or (n, L) for a path."""
        return check_table("LinearFit", x, np.shape(self.w)[-1], dtype=None) @ self.w.T + self.b


def ridge(x: Array, y: Array, lam: float | Array) -> LinearFit:
    """Least squares with an L2 penalty, in closed form: argmin mean (y − xw − b)² + λ/2 ‖w‖².

    x (n, d), y (n,), λ ≥ 0 a number or a path (L,). scikit-learn's `Ridge` sums where we average: its alpha is nλ/2.
    At λ = 0 the solution of least norm.
    """
    x, y, lams, dtype = _problem("ridge", x, y, lam)
    U, s, Vt = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    real = s > s.max(initial=0.0) * max(x.shape) * np.finfo(float).eps
    s, along = s[real], (y @ U)[real]
    w = (s * along / (s * s + lams * (len(x) / 2))) @ Vt[real]
    return _fit(w, x, y, np.ndim(lam) == 0, dtype)


def lasso(x: Array, y: Array, lam: float | Array, *, share: float = 1.0, tolerance: float = 1e-7,
          max_steps: int = 100_000) -> LinearFit:
    """Least squares with an L1 penalty, by proximal gradient: argmin mean (y − xw − b)² + λ ‖w‖₁.

    Gradient step of length 1/curvature, then `prox`, with momentum that starts anew whenever it points uphill; a whole
    path of λ runs at once. x (n, d), y (n,), λ ≥ 0 a number or a path (L,). With share < 1 the elastic net's penalty
    replaces L1. scikit-learn's `Lasso` has half of the squared error: its alpha is λ/2. The gradient is left at most
    `tolerance` of its size at w = 0; raises RuntimeError if `max_steps` do not reach that.
    FISTA: Beck & Teboulle 2009, doi:10.1137/080716542; restarts: O'Donoghue & Candès 2015, arXiv:1204.3982.
    """
    x, y, lams, dtype = _problem("lasso", x, y, lam)
    centred = x - x.mean(axis=0)
    G, c = centred.T @ centred * (2 / len(x)), (y - y.mean()) @ centred * (2 / len(x))
    share = in_range("lasso", "share", share, Elastic.share.range)
    tolerance = in_range("lasso", "tolerance", tolerance, Range(0, np.inf, open_low=True))
    w = _fista(G, c, Elastic(lams, share), tolerance, check_int("lasso", "max_steps", max_steps))
    return _fit(w, x, y, np.ndim(lam) == 0, dtype)


def _fista(G: Array, c: Array, penalty: Regularizer, tolerance: float, max_steps: int) -> Array:
    """argmin ½ w·Gw − c·w + R(w), one row of w per row of λ."""
    curvature = float(np.linalg.eigvalsh(G)[-1]) or 1.0
    v = w = np.zeros((len(penalty.lam), len(c)))
    t = np.ones((len(w), 1))
    for _ in range(max_steps):
        new = v - (v @ G - c) / curvature
        penalty.prox(new, 1 / curvature)
        if np.max(np.abs(v - new), initial=0.0) * curvature <= tolerance * np.max(np.abs(c), initial=0.0):
            return new
        uphill = np.sum((v - new) * (new - w), axis=-1, keepdims=True) > 0
        t_new = (1 + np.sqrt(1 + 4 * t * t)) / 2
        v = new + np.where(uphill, 0, (t - 1) / t_new) * (new - w)
        w, t = new, np.where(uphill, 1.0, t_new)
    raise RuntimeError(f"lasso: {max_steps} steps did not reach a tolerance of {tolerance:g}. Standardise the "
                       "features, drop the smallest lam, or allow more with max_steps.")


def _problem(owner: str, x: Array, y: Array, lam: float | Array) -> tuple[Array, Array, Array, np.dtype]:
    """x and y in float64, the λ as a column (L, 1), and the float type that the answer should have."""
    dtype = np.dtype(np.float64 if as_array(owner, x).dtype == np.float64 else FLOAT)
    x, y = check_table(owner, x, dtype=float), check_array(owner, y, name="y", dtype=float)
    if y.shape != x.shape[:1]:
        raise ValueError(f"{owner}: x has shape {x.shape} and y {y.shape}; expected one number per example, "
                         f"({len(x)},). A column of targets is flattened with y[:, 0].")
    lam = lam if as_array(owner, lam, "lam").ndim == 0 else check_array(owner, lam, name="lam", dtype=float)
    lam = in_range(owner, "lam", lam, Regularizer.lam.range, arrays=True)
    if np.ndim(lam) > 1 or not len(x):
        raise ValueError(f"{owner}: got {len(x)} examples and lam of shape {np.shape(lam)}; expected at least one "
                         "example, and for lam a number or a row of numbers.")
    return x, y, np.reshape(lam, (-1, 1)), dtype


def _fit(w: Array, x: Array, y: Array, single: bool, dtype: np.dtype) -> LinearFit:
    b = y.mean() - w @ x.mean(axis=0)
    w, b = w.astype(dtype), b.astype(dtype)
    return LinearFit(w[0], b[0]) if single else LinearFit(w, b)
