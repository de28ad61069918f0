"""Maps with two parameters on which one sees an optimizer walk: a ravine, a bent valley, a saddle.

Symbols: θ = (x, y) the point, f its height (0 at the minimum), g = ∇f, H the Hessian. All maps have one form,
f = a(x) + ½ κ (y − c(x))²: a slope along a bottom line y = c(x), and walls that are κ times as steep. At the minimum
H has the eigenvalues 1 and κ, so κ is the condition number there. Gradient descent is stable only below lr = 2/λmax.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from labkit.checks import Range, check_int, in_range, lookup, streams
from labkit.optimizers import SGD, AdaGrad, Adam, Optimizer, RMSProp

Array = np.ndarray
Curve = Callable[[Array], tuple[Array, Array, Array]]
WINDOW = (-2.6, 2.2, -1.3, 1.3)
"""What is shown of a map: left, right, bottom, top."""
FAR = 1e4
"""A point that is farther out than this is lost; from then on it is NaN."""
NEAR, REST = 0.01, 10
"""It has arrived when its height stays below this until the end, for so many steps at least."""


# ------------------------------------------------------------------------------------------------ the maps
class Landscape(NamedTuple):
    """f = a(x) + ½ κ (y − c(x))², turned by `angle`. `along` and `bottom` give a and c with both derivatives.

    Points are arrays (…, 2); start (2,); goals (n, 2), the minima.
    """

    name: str
    kappa: float
    along: Curve
    bottom: Curve
    start: Array
    goals: Array
    angle: float = 0.0

    def height(self, theta: Array) -> Array:
        """f(θ): (…, 2) → (…,)."""
        x, y = self._unturned(theta)
        return self.along(x)[0] + self.kappa / 2 * (y - self.bottom(x)[0]) ** 2

    def gradient(self, theta: Array) -> Array:
        """∇f = (a' − κ v c', κ v) with v = y − c(x): (…, 2) → (…, 2)."""
        x, y = self._unturned(theta)
        c, dc, _ = self.bottom(x)
        g = np.empty(np.shape(theta))
        g[..., 1] = self.kappa * (y - c)
        g[..., 0] = self.along(x)[1] - g[..., 1] * dc
        return g @ _rotation(-self.angle) if self.angle else g

    def hessian(self, theta: Array) -> Array:
        """H = [[a'' + κ (c'² − v c''), −κ c'], [−κ c', κ]]: (2,) → (2, 2)."""
        x, y = self._unturned(theta)
        c, dc, ddc = self.bottom(x)
        H = self.kappa * np.array([[dc**2 - (y - c) * ddc, -dc], [-dc, 1.0]])
        H[0, 0] += self.along(x)[2]
        R = _rotation(-self.angle)
        return R.T @ H @ R

    def limit(self) -> float:
        """2/λmax, with the curvature where it is largest, at the start or at a goal."""
        return 2 / max(float(np.linalg.eigvalsh(self.hessian(p))[-1]) for p in (self.start, *self.goals))

    def _unturned(self, theta: Array) -> tuple[Array, Array]:
        """The coordinates along and across, before the map was turned."""
        theta = np.asarray(theta, float)
        theta = theta @ _rotation(self.angle) if self.angle else theta
        return theta[..., 0], theta[..., 1]


def _rotation(angle: float) -> Array:
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, -s], [s, c]])


def _bowl(x: Array) -> tuple[Array, Array, Array]:
    return x**2 / 2, x, np.ones_like(x)


def _two_bowls(x: Array) -> tuple[Array, Array, Array]:
    """(x² − 1)²/8: minima at ±1 with curvature 1, between them a top with curvature −½."""
    return (x**2 - 1) ** 2 / 8, x * (x**2 - 1) / 2, (3 * x**2 - 1) / 2


def _straight(x: Array) -> tuple[Array, Array, Array]:
    return np.zeros_like(x), np.zeros_like(x), np.zeros_like(x)


def _bent(x: Array) -> tuple[Array, Array, Array]:
    return x**2 / 4 - 0.5, x / 2, np.full_like(x, 0.5)


def ravine(kappa: float, *, angle: float = 0.0) -> Landscape:
    """½ x² + ½ κ y², a straight valley; with an `angle` its axes are no longer those of the parameters.

    >>> ravine(50).limit()
    0.04
    """
    start = _rotation(angle) @ np.array([-2.0, 0.6])
    name = "tilted ravine" if angle else "ravine"
    return Landscape(name, _checked(kappa), _bowl, _straight, start, np.zeros((1, 2)), angle)


def valley(kappa: float) -> Landscape:
    """½ x² + ½ κ (y − x²/4 + ½)²: a valley bent like a parabola, the type of Rosenbrock 1960."""
    return Landscape("bent valley", _checked(kappa), _bowl, _bent, np.array([-2.0, 0.9]), np.array([[0.0, -0.5]]))


def saddle(kappa: float, *, offset: float = 0.0) -> Landscape:
    """(x² − 1)²/8 + ½ κ y²: two minima at x = ±1 and a saddle between them; the start is `offset` beside its ridge.

    >>> saddle(4).hessian(np.zeros(2)).tolist()
    [[-0.5, 0.0], [0.0, 4.0]]
    """
    name = "near a saddle" if offset else "saddle"
    return Landscape(name, _checked(kappa), _two_bowls, _straight, np.array([offset, 0.6]),
                     np.array([[1.0, 0.0], [-1.0, 0.0]]))


def _checked(kappa: float) -> float:
    return in_range("Landscape", "kappa", kappa, Range(1, math.inf, open_high=True))


LANDSCAPES: dict[str, Callable[[float], Landscape]] = {
    "ravine": ravine,
    "tilted ravine": lambda kappa: ravine(kappa, angle=math.pi / 6),
    "bent valley": valley,
    "saddle": saddle,
    "near a saddle": lambda kappa: saddle(kappa, offset=1e-3),
}


# ------------------------------------------------------------------------------------------------ walking
def walk(land: Landscape, opt: Optimizer, steps: int, *, start: Array | None = None, noise: float = 0.0,
         rng: np.random.Generator | None = None) -> Array:
    """Where the optimizer goes: the points (steps + 1, …, 2), the start first, in float64.

    `start` (…, 2) may hold K points, for K rates (K, 1) at once. With `noise` the gradient is g + noise · N(0, 1) from
    `rng`, as a small batch would give it. NaN from where a point is farther out than `FAR`. `opt` begins anew.
    """
    return _march(land, [opt], steps, land.start if start is None else start, noise, rng)[0]


def _march(land: Landscape, opts: Sequence[Optimizer], steps: int, start: Array, noise: float,
           rng: np.random.Generator | None) -> Array:
    """All optimizers in step, with the same noise: (n, steps + 1, …, 2)."""
    if in_range("walk", "noise", noise, Range(0, math.inf, open_high=True)) and rng is None:
        raise ValueError(f"walk: noise is {noise:g}, but there is no rng; give a generator, for example "
                         "rng=lk.streams(0).noise.")
    theta = np.repeat(np.asarray(start, float)[None], len(opts), axis=0)
    points = np.empty((len(opts), check_int("walk", "steps", steps, low=0) + 1, *theta.shape[1:]))
    points[:, 0] = theta
    for opt in opts:
        opt.reset()
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(1, steps + 1):
            g = land.gradient(theta)
            if noise:
                g += noise * rng.standard_normal(theta.shape[1:])
            for opt, point, slope in zip(opts, theta, g, strict=True):
                opt.step(point, slope)
            points[:, t] = theta
        lost = ~(np.abs(points).max(axis=-1) < FAR)
    points[np.logical_or.accumulate(lost, axis=1)] = np.nan
    return points


def arrival(heights: Array) -> Array:
    """After how many steps the height (steps + 1, …) stays below `NEAR`; ∞ if it does not, for `REST` steps: (…,).

    >>> arrival(np.array([8.0, 0.001, 4.0] + 10 * [0.001])).item()
    3.0
    """
    above = ~(heights < NEAR)
    first = np.where(above.any(axis=0), len(heights) - above[::-1].argmax(axis=0), 0)
    return np.where(first <= len(heights) - REST, first, math.inf)


# ------------------------------------------------------------------------------------------------ side by side
class Race(NamedTuple):
    """Several optimizers on one map. Per optimizer, in the order of `names`: paths (n, steps + 1, 2), heights
    (n, steps + 1), arrivals (n,), see `arrival`. limit is 2/λmax; ground (rows, columns) the heights of the map in
    `WINDOW`.
    """

    land: str
    kappa: float
    lr: float
    noise: float
    limit: float
    start: Array
    goals: Array
    ground: Array
    names: tuple[str, ...]
    paths: Array
    heights: Array
    arrivals: Array


def rivals(lr: float, momentum: float, beta2: float) -> dict[str, Optimizer]:
    """One rate for all; momentum is μ, and Adam's β₁; beta2 is Adam's β₂, and RMSProp's ρ."""
    return {"gradient descent": SGD(lr), "momentum": SGD(lr, momentum), "AdaGrad": AdaGrad(lr),
            "RMSProp": RMSProp(lr, rho=beta2), "Adam": Adam(lr, beta1=momentum, beta2=beta2)}


def race(land: Landscape, optimizers: Mapping[str, Optimizer], steps: int, *, noise: float = 0.0,
         seed: int = 0) -> Race:
    """Let every optimizer walk from the same start, with the same rate, and with the same draws of noise."""
    opts = list(optimizers.values())
    paths = _march(land, opts, steps, land.start, noise, streams(seed).noise)
    with np.errstate(over="ignore"):
        heights = land.height(paths)
    return Race(land.name, land.kappa, opts[0].lr, noise, land.limit(), land.start, land.goals,
                _ground(land.name, land.kappa), tuple(optimizers), paths, heights, arrival(heights.T))


@lru_cache(maxsize=4)
def _ground(name: str, kappa: float, columns: int = 145, rows: int = 79) -> Array:
    left, right, bottom, top = WINDOW
    x, y = np.meshgrid(np.linspace(left, right, columns), np.linspace(bottom, top, rows))
    return lookup(LANDSCAPES, name, "Landscape")(kappa).height(np.stack([x, y], axis=-1))
