"""The gradient says which way is down; the optimizer decides how far to go, and what to remember.

Symbols: θ the parameters, g the gradient, lr the learning rate. An optimizer sees two vectors and nothing else, so the
same object trains a network (θ of shape (P,), or (K, P) for K replicas) and moves a point on a map.

Every hyperparameter is an attribute read at each step: `opt.lr = 0.3` acts on the next one. One rate per replica is an
array of shape (K, 1). What a schedule multiplies into the rate comes as `scale`; the rate itself stays yours.
"""

import math

import numpy as np

from labkit.checks import Hyperparameter, Tunable, check_finite

Array = np.ndarray


def _past(symbol: str, most: float = 0.999, *, label: str = "") -> Hyperparameter:
    return Hyperparameter(0, 1, open_high=True, limits=(0.0, most), label=label, symbol=symbol,
                          fix="It is the weight of the past: 0 forgets at once, 0.9 is usual.")


def _small() -> Hyperparameter:
    return Hyperparameter(0, log=True, limits=(1e-12, 1.0), label="ε in the divisor", symbol="ε",
                          fix="It keeps the divisor away from zero; 1e-8 is usual.")


class Optimizer(Tunable):
    """Changes θ in place, given g. A subclass names in `memory` the vectors it remembers; all of them start at zero."""

    __slots__ = ("_lr", "scratch", "steps")
    lr = Hyperparameter(0, log=True, limits=(1e-4, 10.0), label="learning rate")
    memory: tuple[str, ...] = ()

    def __init__(self, lr: float) -> None:
        self.lr = lr
        self.reset()

    def reset(self) -> None:
        """Forget everything: the next step is a first step."""
        self.steps = 0

    def step(self, theta: Array, grad: Array, scale: float = 1.0) -> None:
        """One update of θ in place. Raises ValueError if g has another shape than θ, or is not finite at first."""
        if self.steps == 0 or self.scratch.shape != theta.shape:
            self._begin(theta, grad)
        self.steps += 1
        lr = self.lr * scale
        self._update(theta, grad, lr if isinstance(lr, float) else lr.astype(theta.dtype, copy=False))

    def _begin(self, theta: Array, grad: Array) -> None:
        who = type(self).__name__
        if theta.shape != grad.shape:
            raise ValueError(f"{who}: the gradient has shape {grad.shape}; expected that of theta, {theta.shape}.")
        check_finite(who, "the gradient", grad)
        self.steps = 0
        for name in ("scratch", *self.memory):
            setattr(self, name, np.zeros_like(theta))

    def _update(self, theta: Array, grad: Array, lr: float | Array) -> None:
        raise NotImplementedError


class SGD(Optimizer):
    """Gradient descent with momentum μ: v ← μv + g, θ ← θ − lr·v; with Nesterov's look-ahead θ ← θ − lr·(g + μv).

    The rate multiplies the whole velocity, so a live change acts at once; the effective step is lr/(1 − μ).
    Polyak 1964; Nesterov 1983; Sutskever et al. 2013.
    """

    __slots__ = ("_momentum", "nesterov", "velocity")
    momentum = _past("momentum", 0.99, label="momentum μ")
    memory = ("velocity",)

    def __init__(self, lr: float, momentum: float = 0.0, *, nesterov: bool = False) -> None:
        super().__init__(lr)
        self.momentum, self.nesterov = momentum, nesterov

    def _update(self, theta: Array, grad: Array, lr: float | Array) -> None:
        v, step = self.velocity, self.scratch
        v *= self.momentum
        v += grad
        if self.nesterov:
            np.multiply(v, self.momentum, out=step)
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
        _divide_by_root(grad, s, self.eps, step)
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
        _blend(s, np.square(grad, out=step), self.rho, step)
        _divide_by_root(grad, s, self.eps, step)
        step *= lr
        theta -= step


class Adam(Optimizer):
    """m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², θ ← θ − lr·m̂/(√v̂ + ε), with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ).

    Adam is Adaptive *Moment* Estimation. The corrections are running products of β, so they stay right when β changes
    while it runs; `correct_bias=False` leaves them out (the first steps are then too large). Kingma & Ba 2015,
    arXiv:1412.6980.
    """

    __slots__ = ("_beta1", "_beta2", "_eps", "beta1_product", "beta2_product", "correct_bias", "m", "v")
    beta1, beta2, eps = _past("β₁"), _past("β₂", 0.9999), _small()
    memory = ("m", "v")

    def __init__(self, lr: float = 1e-3, *, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8,
                 correct_bias: bool = True) -> None:
        super().__init__(lr)
        self.beta1, self.beta2, self.eps, self.correct_bias = beta1, beta2, eps, correct_bias

    def _begin(self, theta: Array, grad: Array) -> None:
        super()._begin(theta, grad)
        self.beta1_product = self.beta2_product = 1.0

    def _update(self, theta: Array, grad: Array, lr: float | Array) -> None:
        self.beta1_product *= self.beta1
        self.beta2_product *= self.beta2
        step = self.scratch
        _blend(self.m, grad, self.beta1, step)
        _blend(self.v, np.square(grad, out=step), self.beta2, step)
        c1, c2 = (1 - self.beta1_product, math.sqrt(1 - self.beta2_product)) if self.correct_bias else (1.0, 1.0)
        _divide_by_root(self.m, self.v, self.eps * c2, step)  # m̂/(√v̂ + ε) = (c2/c1) · m/(√v + c2·ε)
        step *= lr * (c2 / c1)
        theta -= step


class AdamW(Adam):
    """Adam with decoupled weight decay λ: θ ← θ − lr·(m̂/(√v̂ + ε) + λθ). Loshchilov & Hutter 2019, arXiv:1711.05101.

    An L2 penalty would be divided by √v̂ like every gradient; this decay is not.
    """

    __slots__ = ("_weight_decay",)
    weight_decay = Hyperparameter(0, log=True, limits=(1e-6, 1.0), label="weight decay λ", symbol="decay")

    def __init__(self, lr: float = 1e-3, *, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8,
                 weight_decay: float = 0.01) -> None:
        super().__init__(lr, beta1=beta1, beta2=beta2, eps=eps)
        self.weight_decay = weight_decay

    def _update(self, theta: Array, grad: Array, lr: float | Array) -> None:
        theta -= np.multiply(theta, lr * self.weight_decay, out=self.scratch)
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
