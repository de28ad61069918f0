"""What a penalty does to weights: pulls them towards zero, L2 in proportion to their size, L1 by a constant amount.

Symbols: w the weights, ŵ the best ones with the penalty, w* without, H the curvature of the loss, λ (`lam`) how strong
the penalty is, g the gradient, lr the learning rate.
"""

import math
from typing import NamedTuple

import numpy as np

from labkit.checks import AT_LEAST_ONE, NOT_NEGATIVE, POSITIVE, check_int, in_range, streams
from labkit.fits import guard
from labkit.optimizers import SGD, Adam, AdamW, Optimizer
from labkit.preprocess import Standardizer
from labkit.regularizers import L1, L2, lasso, ridge, soft_threshold

Array = np.ndarray


# ------------------------------------------------------------------------------------------------ in the training loop
class ProximalL1(L1):
    """L1 that is applied after each update, by `prox`, and not through the gradient: the way to exact zeros.

    >>> grad = np.zeros(2)
    >>> ProximalL1(0.1).add_gradient(np.ones(2), grad)
    >>> grad.tolist()
    [0.0, 0.0]
    """

    __slots__ = ()

    def add_gradient(self, theta: Array, grad: Array) -> None:
        """Leave the gradient as it is."""


# ------------------------------------------------------------------------------------------------ many features
ALL_LAMS = np.geomspace(0.1, 100, 61)


class Paths(NamedTuple):
    """Ridge and lasso for every λ: lams (L,), coefficients ridge, lasso (L, d) of standardised features.

    ridge_r2, lasso_r2 (L, 2) are R² on the training examples and on the others; least_squares_r2 (2,)
    those of least squares.
    """

    lams: Array
    ridge: Array
    lasso: Array
    ridge_r2: Array
    lasso_r2: Array
    least_squares_r2: Array

    def nearest(self, lam: float) -> int:
        """The number of the λ that is nearest to `lam`, in ratio."""
        return int(np.abs(np.log(self.lams / in_range("paths", "lam", lam, POSITIVE))).argmin())


def quadratic_features(x: Array) -> Array:
    """x with all squares and products of two features appended: (n, d) → (n, d + d(d + 1)/2).

    >>> quadratic_features(np.array([[2.0, 3.0]])).tolist()
    [[2.0, 3.0, 4.0, 6.0, 9.0]]
    """
    i, j = np.triu_indices(x.shape[1])
    return np.concatenate([x, x[:, i] * x[:, j]], axis=1)


def r_squared(y: Array, predicted: Array) -> Array:
    """1 − mean (y − ŷ)²/Var(y): 1 is perfect, 0 as good as always saying the mean. y (n,), ŷ (n,) or (n, L).

    >>> float(r_squared(np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 2.0])))
    0.0
    """
    errors = y.reshape(-1, *[1] * (predicted.ndim - 1)) - predicted
    return 1 - np.mean(errors**2, axis=0) / y.var()


def paths(x: Array, y: Array, lams: Array = ALL_LAMS, *, n_train: int = 150, seed: int = 0) -> Paths:
    """Fit ridge and lasso on `n_train` examples, chosen at random, and judge them on the others."""
    order = np.random.default_rng(seed).permutation(len(x))
    train, rest = order[:n_train], order[n_train:]
    z = Standardizer().fit(x[train]).transform(x).astype(float)
    fits = [fit(z[train], y[train], lams) for fit in (ridge, lasso)]
    plain = ridge(z[train], y[train], [0.0])
    r2 = [np.stack([r_squared(y[part], fit.predict(z[part])) for part in (train, rest)], axis=1)
          for fit in (*fits, plain)]
    return Paths(np.asarray(lams), fits[0].w, fits[1].w, r2[0], r2[1], r2[2][0])


# ------------------------------------------------------------------------------------------------ two weights
class Tangency(NamedTuple):
    """Two weights, the loss ½ (w − w*)ᵀH(w − w*), and where a penalty leads: l2, l1 (2,) are ŵ for this λ.

    l2_path, l1_path (L, 2) are ŵ for all λ from 0 on; w* is `best`.
    """

    lam: float
    H: Array
    best: Array
    l2: Array
    l1: Array
    l2_path: Array
    l1_path: Array


BEST = np.array([0.55, 1.3])
PATH_LAMS = np.concatenate([[0.0], np.geomspace(1e-3, 100, 80)])


def penalised_minima(lam: float, angle: float = 30.0, kappa: float = 4.0, *, best: Array = BEST) -> Tangency:
    """The best weights with an L2 and with an L1 penalty, for a valley that is κ times as steep across as along.

    `angle` turns the valley, in degrees. λ ≥ 0, κ ≥ 1.
    """
    lam = in_range("penalised_minima", "lam", lam, NOT_NEGATIVE)
    kappa = in_range("penalised_minima", "kappa", kappa, AT_LEAST_ONE)
    turn = math.radians(angle)
    R = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    H = R @ np.diag([1 / math.sqrt(kappa), math.sqrt(kappa)]) @ R.T
    lams = np.append(PATH_LAMS, lam)
    l2, l1 = l2_of_quadratic(H, best, lams), l1_of_quadratic(H, best, lams)
    return Tangency(lam, H, best, l2[-1], l1[-1], l2[:-1], l1[:-1])


def l2_of_quadratic(H: Array, best: Array, lams: Array) -> Array:
    """argmin ½ (w − w*)ᵀH(w − w*) + λ/2 ‖w‖² = (H + λI)⁻¹ H w*, a row per λ: (L, d)."""
    curvature, Q = np.linalg.eigh(H)
    return (curvature / (curvature + lams[:, None]) * (best @ Q)) @ Q.T


def l1_of_quadratic(H: Array, best: Array, lams: Array, *, sweeps: int = 60) -> Array:
    """argmin ½ (w − w*)ᵀH(w − w*) + λ ‖w‖₁ by coordinate descent, a row per λ: (L, d).

    With the other weights fixed, the best w_i is a soft threshold. Friedman, Hastie & Tibshirani 2010.
    """
    w, c = np.tile(best, (len(lams), 1)), H @ best
    for _ in range(sweeps):
        for i in range(len(H)):
            pull = c[i] - w @ H[i] + w[:, i] * H[i, i]
            w[:, i] = soft_threshold(pull, lams) / H[i, i]
    return w


# ------------------------------------------------------------------------------------------------ penalty or decay
class Decays(NamedTuple):
    """A weight whose gradients are large noise and one whose gradients are small noise, under three algorithms.

    names (3,); means (3, 2, steps + 1) of so many copies, first the one with large noise; decay_only (steps + 1,)
    is (1 − lr·λ)^t, what decay alone does. high_noise, low_noise are the standard deviations of the noise.
    """

    lam: float
    lr: float
    high_noise: float
    low_noise: float
    names: tuple[str, ...]
    means: Array
    decay_only: Array
    copies: int


def decays(lam: float = 0.3, ratio: float = 100.0, *, lr: float = 0.01, steps: int = 300, copies: int = 200,
           seed: int = 0) -> Decays:
    """Two weights that start at 1 and whose gradients have mean zero: only the penalty, or the decay, moves them.

    The standard deviations of the gradients are √ratio and 1/√ratio. Every second copy gets the opposite noise of the
    one before. Algorithms: gradient descent and Adam with λθ in the gradient, and AdamW. λ ≥ 0, ratio ≥ 1.
    """
    ratio, steps = in_range("decays", "ratio", ratio, AT_LEAST_ONE), check_int("decays", "steps", steps)
    copies = check_int("decays", "copies", copies, low=2)
    sizes = np.array([math.sqrt(ratio), 1 / math.sqrt(ratio)])
    noise = streams(seed).noise.standard_normal((steps, copies // 2, 2)) * sizes
    noise = np.concatenate([noise, -noise], axis=1)
    algorithms = {"SGD, L2 penalty": (SGD(lr), L2(lam)), "Adam, L2 penalty": (Adam(lr), L2(lam)),
                  "AdamW, decay": (AdamW(lr, weight_decay=lam), None)}
    means = np.array([_walk(opt, penalty, noise) for opt, penalty in algorithms.values()])
    return Decays(lam, lr, *sizes.tolist(), tuple(algorithms), means,
                  (1 - lr * lam) ** np.arange(steps + 1), copies // 2 * 2)


def _walk(opt: Optimizer, penalty: L2 | None, noise: Array) -> Array:
    """Mean of the copies of both weights after every step: (2, steps + 1)."""
    theta = np.ones(noise.shape[1:])
    means = [theta.mean(axis=0)]
    for draw in noise:
        g = draw.copy()
        if penalty is not None:
            penalty.add_gradient(theta, g)
        opt.step(theta, g)
        means.append(theta.mean(axis=0))
    return np.array(means).T


guard(__name__)
