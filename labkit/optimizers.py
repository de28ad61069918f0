"""The gradient says which way is down; the optimizer decides how far to go, and what to remember.

Symbols: θ the parameters, g the gradient, lr the learning rate. An optimizer sees two vectors and nothing else, so the
same object trains a network (θ of shape (P,), or (K, P) for K replicas) and moves a point on a map.

Every hyperparameter is an attribute read at each step: `opt.lr = 0.3` acts on the next one. One rate per replica is an
array of shape (K, 1). What a schedule multiplies into the rate comes as `scale`; the rate itself stays yours.
"""

import math
from copy import deepcopy
from typing import Any

import numpy as np

from labkit.arrays import as_array, check_step
from labkit.checks import FINITE, check_flag, in_range
from labkit.doors import ignoring
from labkit.settings import Hyperparameter, Setting, Tunable

Array = np.ndarray


def _past(symbol: str, most: float = 0.999, *, label: str = "") -> Hyperparameter:
    return Hyperparameter(0, 1, open_high=True, limits=(0.0, most), label=label, symbol=symbol,
                          fix="It is the weight of the past: 0 forgets at once, 0.9 is usual.")


def _small() -> Hyperparameter:
    return Hyperparameter(0, log=True, limits=(1e-12, 1.0), label="ε in the divisor", symbol="ε",
                          fix="It keeps the divisor away from zero; 1e-8 is usual.")


class Optimizer(Tunable):
    """Changes θ in place, given g. A subclass names in `memory` the vectors it remembers; all of them start at zero.

    What it remembers belongs to one θ: with another array it starts anew, unless that is a copy of the last one, and
    `train` starts it anew for a network that was restarted, too; in a loop of your own `reset()` does.
    """

    __slots__ = ("_lr", "last", "life", "scratch", "steps")
    lr = Hyperparameter(0, log=True, limits=(1e-4, 10.0), label="learning rate")
    memory: tuple[str, ...] = ()

    def __init__(self, lr: float) -> None:
        self.lr = lr
        self.reset()

    def __copy__(self) -> Any:
        return deepcopy(self)  # two that share one memory would both be wrong

    def reset(self) -> None:
        """Forget everything: the next step is a first step."""
        self.steps, self.life, self.last = 0, None, None

    def work_on(self, life: object) -> None:
        """Start anew unless the memory is of this very life of a network, from one `restart` to the next."""
        if self.life not in (None, life):
            self.reset()
        self.life = life

    @ignoring(under="ignore", invalid="ignore")  # a tiny g² is 0, whatever np.seterr says; ∞ − ∞ is NaN
    def step(self, theta: Array, grad: Array, scale: float = 1.0) -> None:
        """One update of θ in place; θ and g (P,) or (K, P). Raises ValueError if g has another shape or is not finite
        at first, TypeError if θ is no array of float32 or float64."""
        if self.last is not theta or theta is None:
            in_range(type(self).__name__, "scale", scale, FINITE, arrays=True)
            if not self.steps or not self._goes_on(theta):
                self._begin(theta, grad)
            self.last = theta
        self.steps += 1
        lr = self._lr * scale
        self._update(theta, grad, lr if isinstance(lr, float) else self._per_replica(lr, theta))

    def _goes_on(self, theta: Array) -> bool:
        like = isinstance(theta, np.ndarray) and (theta.shape, theta.dtype) == (self.scratch.shape, self.scratch.dtype)
        return like and (self.last is None or np.array_equal(self.last, theta, equal_nan=True))

    def _begin(self, theta: Array, grad: Array) -> None:
        check_step(type(self).__name__, theta, grad)
        self.steps = 0
        for name in ("scratch", *self.memory):
            setattr(self, name, np.zeros_like(theta))

    def _per_replica(self, lr: Array, theta: Array) -> Array:
        """One rate per replica, (K, 1), in the float type of θ (K, P)."""
        if lr.shape not in ((), (*theta.shape[:-1], 1)):
            raise ValueError(f"{type(self).__name__}: lr has shape {lr.shape}; expected a number, or one per replica: "
                             f"rates[:, None] of shape {(*theta.shape[:-1], 1)}.")
        return lr.astype(theta.dtype, copy=False)

    def __getstate__(self) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        """A copy remembers the same, and goes on with whichever network it is given first."""
        own, slots = object.__getstate__(self)
        return own, slots | {"life": None, "last": None}

    def _update(self, theta: Array, grad: Array, lr: float | Array) -> None:
        raise NotImplementedError


class SGD(Optimizer):
    """Gradient descent with momentum μ: v ← μv + g, θ ← θ − lr·v; with Nesterov's look-ahead θ ← θ − lr·(g + μv).

    The rate multiplies the whole velocity, so a live change acts at once; the effective step is lr/(1 − μ).
    Polyak 1964; Nesterov 1983; Sutskever et al. 2013.
    """

    __slots__ = ("_momentum", "_nesterov", "velocity")
    momentum, nesterov = _past("momentum", 0.99, label="momentum μ"), Setting(check_flag)
    memory = ("velocity",)

    def __init__(self, lr: float, momentum: float = 0.0, *, nesterov: bool = False) -> None:
        super().__init__(lr)
        self.momentum, self.nesterov = momentum, nesterov
        if nesterov and np.all(self.momentum == 0):
            raise ValueError("SGD: nesterov=True looks ahead along the velocity, and momentum is 0; give one, such as "
                             f"lk.SGD({lr}, momentum=0.9, nesterov=True).")

    def _update(self, theta: Array, grad: Array, lr: float | Array) -> None:
        v, step = self.velocity, self.scratch
        v *= self._momentum
        v += grad
        if self._nesterov:
            np.multiply(v, self._momentum, out=step)
            step += grad
            step *= lr
        else:
            np.multiply(v, lr, out=step)
        theta -= step


class AdaGrad(Optimizer):
    """s ← s + g², θ ← θ − lr·g/(√s + ε): steep directions get small steps; s only grows, so the step only shrinks.

    Duchi, Hazan & Singer 2011, JMLR 12.
    """

    __slots__ = ("_eps", "squares")
    eps = _small()
    memory = ("squares",)

    def __init__(self, lr: float = 0.01, *, eps: float = 1e-8) -> None:
        super().__init__(lr)
        self.eps = eps

    def _update(self, theta: Array, grad: Array, lr: float | Array) -> None:
        s, step = self.squares, self.scratch
        s += np.square(grad, out=step)
        _divide_by_root(grad, s, self._eps, step)
        step *= lr
        theta -= step


class RMSProp(Optimizer):
    """s ← ρs + (1 − ρ)g², θ ← θ − lr·g/(√s + ε): AdaGrad that forgets, "leaky". Tieleman & Hinton 2012, lecture 6.5."""

    __slots__ = ("_eps", "_rho", "squares")
    rho, eps = _past("ρ", label="decay rate ρ"), _small()
    memory = ("squares",)

    def __init__(self, lr: float = 1e-3, *, rho: float = 0.9, eps: float = 1e-8) -> None:
        super().__init__(lr)
        self.rho, self.eps = rho, eps

    def _update(self, theta: Array, grad: Array, lr: float | Array) -> None:
        s, step = self.squares, self.scratch
        _blend(s, np.square(grad, out=step), self._rho, step)
        _divide_by_root(grad, s, self._eps, step)
        step *= lr
        theta -= step


class Adam(Optimizer):
    """m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², θ ← θ − lr·m̂/(√v̂ + ε), with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ).

    Adam is Adaptive *Moment* Estimation. The corrections are running products of β, so they stay right when β changes
    while it runs; `correct_bias=False` leaves them out (the first steps are then too large). Kingma & Ba 2015,
    arXiv:1412.6980.
    """

    __slots__ = ("_beta1", "_beta2", "_correct_bias", "_eps", "m", "products", "v")
    beta1, beta2, eps, correct_bias = _past("β₁"), _past("β₂", 0.9999), _small(), Setting(check_flag)
    memory = ("m", "v")

    def __init__(self, lr: float = 1e-3, *, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8,
                 correct_bias: bool = True) -> None:
        super().__init__(lr)
        self.beta1, self.beta2, self.eps, self.correct_bias = beta1, beta2, eps, correct_bias

    def _begin(self, theta: Array, grad: Array) -> None:
        super()._begin(theta, grad)
        self.products = [1.0, 1.0]  # β₁ᵗ and β₂ᵗ

    def _update(self, theta: Array, grad: Array, lr: float | Array) -> None:
        beta1, beta2, products, step = self._beta1, self._beta2, self.products, self.scratch
        products[0] *= beta1
        products[1] *= beta2
        _blend(self.m, grad, beta1, step)
        _blend(self.v, np.square(grad, out=step), beta2, step)
        c1, c2 = (1 - products[0], math.sqrt(1 - products[1])) if self._correct_bias else (1.0, 1.0)
        _divide_by_root(self.m, self.v, self._eps * c2, step)  # m̂/(√v̂ + ε) = (c2/c1) · m/(√v + c2·ε)
        step *= lr * (c2 / c1)
        theta -= step


class AdamW(Adam):
    """Adam with decoupled weight decay λ: θ ← θ − lr·(m̂/(√v̂ + ε) + λθ). Loshchilov & Hutter 2019, arXiv:1711.05101.

    An L2 penalty would be divided by √v̂ like every gradient; this decay is not. It shrinks every entry of θ, biases,
    γ and β too, as the formula says; with a `mask` (P,) only those where it is True, `mask=net.weight_mask()`.
    """

    __slots__ = ("_weight_decay", "mask")
    weight_decay = Hyperparameter(0, log=True, limits=(1e-6, 1.0), label="weight decay λ", symbol="decay")

    def __init__(self, lr: float = 1e-3, *, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8,
                 weight_decay: float = 0.01, mask: Array | None = None) -> None:
        super().__init__(lr, beta1=beta1, beta2=beta2, eps=eps)
        self.weight_decay = weight_decay
        self.mask = None if mask is None else as_array("AdamW", mask, "mask").astype(bool)

    def _begin(self, theta: Array, grad: Array) -> None:
        super()._begin(theta, grad)
        if self.mask is not None and self.mask.shape != theta.shape[-1:]:
            raise ValueError(f"AdamW: mask has shape {self.mask.shape}; expected {theta.shape[-1:]}, one entry per "
                             "parameter, for example net.weight_mask().")

    def _update(self, theta: Array, grad: Array, lr: float | Array) -> None:
        decay = np.multiply(theta, lr * self.weight_decay, out=self.scratch)
        if self.mask is not None:
            decay *= self.mask
        theta -= decay
        super()._update(theta, grad, lr)


def _blend(average: Array, new: Array, past: float, scratch: Array) -> None:
    """average ← past · average + (1 − past) · new, in place, as average += (1 − past) · (new − average)."""
    np.subtract(new, average, out=scratch)
    scratch *= 1 - past
    average += scratch


def _divide_by_root(top: Array, squares: Array, eps: float, out: Array) -> None:
    """out = top / (√squares + ε)."""
    np.sqrt(squares, out=out)
    out += eps
    np.divide(top, out, out=out)


OPTIMIZERS: dict[str, type[Optimizer]] = {c.__name__: c for c in (SGD, AdaGrad, RMSProp, Adam, AdamW)}
