"""Where on the loss surface does training start? The initializer draws the first weights W.

Every entry of `INITIALIZERS` is a function (rng, n_in, n_out) → W of shape (n_in, n_out), float32. `n_in` (fan-in) is
the number of inputs of a unit, `n_out` (fan-out) the number of units. Fix a parameter with `functools.partial`:
`partial(normal, std=0.05)`. Biases always start at zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from labkit.checks import FLOAT, NOT_NEGATIVE, Range, check_generator, check_int, in_range, lookup
from labkit.doors import misfit

Initializer = Callable[["np.random.Generator", int, int], np.ndarray]


def zeros(rng: np.random.Generator, n_in: int, n_out: int) -> np.ndarray:
    """W = 0. Every unit computes the same, for ever."""
    return np.zeros(_shape("zeros", n_in, n_out), FLOAT)


def constant(rng: np.random.Generator, n_in: int, n_out: int, *, value: float = 0.01) -> np.ndarray:
    """W = value in every entry. The units of a layer stay copies of each other: symmetry (대칭성)."""
    value = in_range("constant", "value", value, Range(-math.inf, math.inf, open_low=True, open_high=True))
    return np.full(_shape("constant", n_in, n_out), value, FLOAT)


def normal(rng: np.random.Generator, n_in: int, n_out: int, *, std: float = 0.01) -> np.ndarray:
    """W ~ N(0, std²). `std` is the standard deviation, not the variance: 0.01 means a variance of 0.0001."""
    return _normal("normal", rng, n_in, n_out, in_range("normal", "std", std, NOT_NEGATIVE))


def uniform(rng: np.random.Generator, n_in: int, n_out: int, *, limit: float = 0.01) -> np.ndarray:
    """W ~ U(−limit, limit), whose standard deviation is limit/√3."""
    return _uniform("uniform", rng, n_in, n_out, in_range("uniform", "limit", limit, NOT_NEGATIVE))


def lecun_normal(rng: np.random.Generator, n_in: int, n_out: int) -> np.ndarray:
    """Var(W) = 1/n_in: the variance of Σ Wx equals that of x. LeCun et al. 1998, Efficient BackProp."""
    return _normal("lecun_normal", rng, n_in, n_out, math.sqrt(1 / check_int("lecun_normal", "n_in", n_in)))


def xavier_normal(rng: np.random.Generator, n_in: int, n_out: int) -> np.ndarray:
    """Var(W) = 2/(n_in + n_out): a compromise between the way forward (1/n_in) and back (1/n_out).

    Glorot & Bengio 2010. With n_in = n_out it is `lecun_normal`.
    """
    return _normal("xavier_normal", rng, n_in, n_out, math.sqrt(2 / sum(_shape("xavier_normal", n_in, n_out))))


def xavier_uniform(rng: np.random.Generator, n_in: int, n_out: int) -> np.ndarray:
    """U(−a, a) with a = √(6/(n_in + n_out)), so that Var(W) = a²/3 = 2/(n_in + n_out). Glorot & Bengio 2010."""
    return _uniform("xavier_uniform", rng, n_in, n_out, math.sqrt(6 / sum(_shape("xavier_uniform", n_in, n_out))))


def he_normal(rng: np.random.Generator, n_in: int, n_out: int) -> np.ndarray:
    """Var(W) = 2/n_in: ReLU halves the second moment, the 2 gives it back. He et al. 2015, arXiv:1502.01852."""
    return _normal("he_normal", rng, n_in, n_out, math.sqrt(2 / check_int("he_normal", "n_in", n_in)))


def he_uniform(rng: np.random.Generator, n_in: int, n_out: int) -> np.ndarray:
    """U(−a, a) with a = √(6/n_in), so that Var(W) = 2/n_in. He et al. 2015, arXiv:1502.01852."""
    return _uniform("he_uniform", rng, n_in, n_out, math.sqrt(6 / check_int("he_uniform", "n_in", n_in)))


def orthogonal(rng: np.random.Generator, n_in: int, n_out: int) -> np.ndarray:
    """Random W with orthonormal columns (rows, if n_out > n_in): it keeps lengths exactly.

    Saxe et al. 2013, arXiv:1312.6120. The diagonal of R fixes the signs, so that W is uniform over such matrices:
    Mezzadri 2007, math-ph/0609050.
    """
    shape = sorted(_shape("orthogonal", n_in, n_out), reverse=True)
    tall = check_generator("orthogonal", rng).standard_normal(shape)
    q, r = np.linalg.qr(tall)
    q *= np.sign(np.diag(r))
    return np.ascontiguousarray(q if n_in >= n_out else q.T, FLOAT)


def _normal(owner: str, rng: np.random.Generator, n_in: int, n_out: int, std: float) -> np.ndarray:
    return check_generator(owner, rng).standard_normal(_shape(owner, n_in, n_out), dtype=FLOAT) * FLOAT(std)


def _uniform(owner: str, rng: np.random.Generator, n_in: int, n_out: int, limit: float) -> np.ndarray:
    draws = check_generator(owner, rng).random(_shape(owner, n_in, n_out), dtype=FLOAT)
    return (2 * draws - 1) * FLOAT(limit)


def _shape(owner: str, n_in: int, n_out: int) -> tuple[int, int]:
    return check_int(owner, "n_in", n_in), check_int(owner, "n_out", n_out)


INITIALIZERS: dict[str, Initializer] = {
    f.__name__: f
    for f in (zeros, constant, normal, uniform, lecun_normal, xavier_normal, xavier_uniform, he_normal, he_uniform,
              orthogonal)
}


def check_initializer(owner: str, name: str, value: Any) -> Initializer:
    """The initializer that `value` is or names; TypeError for anything that is no function (rng, n_in, n_out) → W."""
    value = lookup(INITIALIZERS, value, f"{owner}: {name}")
    if not callable(value) or isinstance(value, type):
        raise TypeError(f"{owner}: {name} must be a name ({', '.join(INITIALIZERS)}) or a function (rng, n_in, n_out) "
                        f"→ W, got {value!r}. For a standard deviation write functools.partial(lk.normal, std=0.01).")
    if value not in INITIALIZERS.values() and (why := misfit(value, "rng", "n_in", "n_out")):
        raise TypeError(f"{owner}: {name} must be a function (rng, n_in, n_out) → W; this one has others ({why}).")
    return value
