"""Maps with two parameters on which one sees an optimizer walk: a ravine, a bent valley, a saddle.

Symbols: θ = (x, y) the point, f its height (0 at the minimum), g = ∇f, H the Hessian. All maps here have one form,
f = a(x) + ½ κ (y − c(x))²: a slope along a bottom line y = c(x), and walls that are κ times as steep. At the minimum
H has the eigenvalues 1 and κ, so κ is the condition number there. Gradient descent is stable only below lr = 2/λmax.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from labkit.checks import AT_LEAST_ONE, Range, check_array, in_range
from labkit.fits import guard

Array = np.ndarray
Profile = Callable[[Array], tuple[Array, Array, Array]]
"""A function of x with its first two derivatives."""
WINDOW = (-2.6, 2.2, -1.3, 1.3)
"""What is shown of a map: left, right, bottom, top."""
COLUMNS, ROWS = 145, 79


# ------------------------------------------------------------------------------------------------ the maps
@dataclass(frozen=True, eq=False)
class Landscape:
    """A map: its `height` (…, 2) → (…,) and `gradient` (…, 2) → (…, 2), a start (2,) and its minima, goals (n, 2).

    `hessian` (2,) → (2, 2) is by central differences of the gradient if none is given. Raises ValueError when the
    functions do not give arrays of these shapes.

    >>> Landscape("bowl", lambda p: (p**2).sum(-1), lambda p: 2 * p, (1, 1), (0, 0)).kappa.__round__(6)
    1.0
    """

    name: str
    height: Callable[[Array], Array]
    gradient: Callable[[Array], Array]
    start: Array
    goals: Array
    hessian: Callable[[Array], Array] | None = None

    def __post_init__(self) -> None:
        found = {"start": np.asarray(self.start, float), "goals": np.atleast_2d(np.asarray(self.goals, float))}
        for name, shape in (("start", (2,)), ("goals", (len(found["goals"]), 2))):
            if found[name].shape != shape or not np.isfinite(found[name]).all() or not found[name].size:
                raise ValueError(f"Landscape {self.name!r}: {name} is {getattr(self, name)!r}; expected finite numbers "
                                 f"of shape {'(2,)' if name == 'start' else '(n, 2)'}.")
            object.__setattr__(self, name, found[name])
        two = np.stack([found["start"], found["goals"][0]])
        for name, expected in (("height", (2,)), ("gradient", (2, 2))):
            shape = np.shape(getattr(self, name)(two))
            if shape != expected:
                raise ValueError(f"Landscape {self.name!r}: {name} of two points (2, 2) has shape {shape}; expected "
                                 f"{expected}. The last axis holds x and y, the others number the points.")
        if self.hessian is None:
            object.__setattr__(self, "hessian", self._by_differences)

    @property
    def kappa(self) -> float:
        """λmax/λmin at the first goal; infinite where a direction is flat or falls."""
        low, high = np.linalg.eigvalsh(self.hessian(self.goals[0]))
        return float(high / low) if low > 0 else math.inf

    def limit(self) -> float:
        """2/λmax, with the curvature where it is largest, at the start or at a goal; ∞ if nothing is curved upwards."""
        steepest = max(float(np.linalg.eigvalsh(self.hessian(p))[-1]) for p in (self.start, *self.goals))
        return 2 / steepest if steepest > 0 else math.inf

    def relief(self) -> Array:
        """The heights in `WINDOW`, above the lowest goal: (ROWS, COLUMNS), from the bottom up."""
        left, right, bottom, top = WINDOW
        x, y = np.meshgrid(np.linspace(left, right, COLUMNS), np.linspace(bottom, top, ROWS))
        return self.above_goal(np.stack([x, y], axis=-1))

    def above_goal(self, theta: Array) -> Array:
        """f(θ) − f at the lowest goal: (…, 2) → (…,)."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self.height(theta) - np.min(self.height(self.goals))

    def _by_differences(self, theta: Array, h: float = 1e-5) -> Array:
        steps = h * np.eye(2)
        H = (self.gradient(theta + steps) - self.gradient(theta - steps)) / (2 * h)
        return (H + H.T) / 2


class Channel(NamedTuple):
    """f = a(x) + ½ κ (y − c(x))², turned by `angle`: `along` and `bottom` give a and c with both derivatives."""

    kappa: float
    along: Profile
    bottom: Profile
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
        x, y = self._unturned(check_array("Channel.hessian", theta, "(2,)", name="theta"))
        c, dc, ddc = self.bottom(x)
        H = self.kappa * np.array([[dc**2 - (y - c) * ddc, -dc], [-dc, 1.0]])
        H[0, 0] += self.along(x)[2]
        R = _rotation(-self.angle)
        return R.T @ H @ R

    def _unturned(self, theta: Array) -> tuple[Array, Array]:
        """The coordinates along and across, before the map was turned."""
        theta = np.asarray(theta, float)
        if theta.shape[-1:] != (2,):
            raise ValueError(f"Channel: theta has shape {theta.shape}; expected (…, 2), points of the plane.")
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
    start = _rotation(in_range("ravine", "angle", angle, Range(-math.pi, math.pi))) @ np.array([-2.0, 0.6])
    name = "tilted ravine" if angle else "ravine"
    return _landscape(name, Channel(_checked(kappa), _bowl, _straight, angle), start, np.zeros((1, 2)))


def valley(kappa: float) -> Landscape:
    """½ x² + ½ κ (y − x²/4 + ½)²: a valley bent like a parabola, the type of Rosenbrock 1960."""
    return _landscape("bent valley", Channel(_checked(kappa), _bowl, _bent), np.array([-2.0, 0.9]),
                      np.array([[0.0, -0.5]]))


def saddle(kappa: float, *, offset: float = 0.0) -> Landscape:
    """(x² − 1)²/8 + ½ κ y²: two minima at x = ±1 and a saddle between them; the start is `offset` beside its ridge.

    >>> saddle(4).hessian(np.zeros(2)).tolist()
    [[-0.5, 0.0], [0.0, 4.0]]
    """
    name = "near a saddle" if in_range("saddle", "offset", offset, Range(-1, 1)) else "saddle"
    return _landscape(name, Channel(_checked(kappa), _two_bowls, _straight), np.array([offset, 0.6]),
                      np.array([[1.0, 0.0], [-1.0, 0.0]]))


def _landscape(name: str, channel: Channel, start: Array, goals: Array) -> Landscape:
    return Landscape(name, channel.height, channel.gradient, start, goals, channel.hessian)


def _checked(kappa: float) -> float:
    return in_range("landscape", "kappa", kappa, AT_LEAST_ONE)


LANDSCAPES: dict[str, Callable[[float], Landscape]] = {
    "ravine": ravine,
    "tilted ravine": lambda kappa: ravine(kappa, angle=math.pi / 6),
    "bent valley": valley,
    "saddle": saddle,
    "near a saddle": lambda kappa: saddle(kappa, offset=1e-3),
}


guard(__name__)
