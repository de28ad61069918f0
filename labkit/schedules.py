"""What should happen to the learning rate while a network trains? Coarse structure first, fine detail later.

A schedule is a function of the step t = 0, 1, … that returns a multiplier m(t); the rate used at step t is m(t) · lr.
The rate `lr` itself stays the user's: it can be dragged while a schedule runs. `total` is the number of updates of
the run; from t = total on a schedule keeps its last value. A schedule takes one step at a time: a curve of it is
`[m(t) for t in range(total)]`.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np

from labkit.checks import NOT_NEGATIVE, POSITIVE, PROPER_SHARE, SHARE, Range, check_array, check_int, in_range

Schedule = Callable[[int], float]

ROUNDING = 1e-6      # 0.55 * 100 is a hair above 55: without this a drop could come a step late


def constant(value: float = 1.0) -> Schedule:
    """The same multiplier at every step: m(t) = value, with value ≥ 0.

    >>> constant()(1000)
    1.0
    """
    value = in_range("constant", "value", value, NOT_NEGATIVE)
    return _schedule("constant", lambda t: value)


def step_decay(total: int, at: Sequence[float] = (0.5, 0.75), factor: float = 0.1) -> Schedule:
    """Multiply the rate by `factor` whenever one of the given shares of the run is over.

    m(t) = factor ** (number of shares s in `at` with t ≥ s · total), with every s in [0, 1] and factor in (0, 1].
    The defaults are those of He et al. 2015, arXiv:1512.03385, section 4.2: a tenth at one half and at three quarters.

    >>> [round(step_decay(100)(t), 4) for t in (0, 49, 50, 75)]
    [1.0, 1.0, 0.1, 0.01]
    """
    total = check_int("step_decay", "total", total)
    at = check_array("step_decay", at, "(shares,)", name="at")
    edges = [in_range("step_decay", "at", share, SHARE) * total - ROUNDING for share in at]
    factor = in_range("step_decay", "factor", factor, Range(0, 1, open_low=True))
    return _schedule("step_decay", lambda t: factor ** sum(t >= edge for edge in edges))


def exponential(total: int, start: float = 1.0, end: float = 0.01) -> Schedule:
    """Change by the same factor at every step: m(t) = start · (end / start) ** (t / total), both ends positive.

    With end > start this is the sweep of a learning-rate range test (Smith 2017, arXiv:1506.01186).

    >>> [round(exponential(100)(t), 4) for t in (0, 50, 100)]
    [1.0, 0.1, 0.01]
    """
    total = check_int("exponential", "total", total)
    start = in_range("exponential", "start", start, POSITIVE)
    end = in_range("exponential", "end", end, POSITIVE, "An exponential never reaches 0.")
    return _schedule("exponential", lambda t: start ** (1 - _done(t, total)) * end ** _done(t, total))


def cosine(total: int, end: float = 0.0) -> Schedule:
    """Fall from 1 to `end` along half a cosine: m(t) = end + (1 − end) (1 + cos(π t / total)) / 2, end in [0, 1].

    Loshchilov & Hutter 2017, arXiv:1608.03983, equation 5, without the restarts.

    >>> [round(cosine(100)(t), 4) for t in (0, 50, 100)]
    [1.0, 0.5, 0.0]
    """
    total = check_int("cosine", "total", total)
    end = in_range("cosine", "end", end, SHARE)
    return _schedule("cosine", lambda t: end + (1 - end) * (1 + math.cos(math.pi * _done(t, total))) / 2)


def warm_up(steps: int, then: Schedule, start: float = 0.1) -> Schedule:
    """Rise in a straight line to the first value of another schedule, then follow that one from its beginning.

    m(t) = (start + (1 − start) t / steps) · then(0) for t < steps, else then(t − steps), start in [0, 1].
    A run of `total` updates wants `warm_up(w, cosine(total - w))`. Goyal et al. 2017, arXiv:1706.02677, section 2.2.

    >>> [round(warm_up(10, cosine(90))(t), 4) for t in (0, 5, 10, 100)]
    [0.1, 0.55, 1.0, 0.0]
    """
    steps = check_int("warm_up", "steps", steps)
    if not callable(then):
        raise TypeError(f"warm_up: then must be a schedule, got {then!r}. For example warm_up(100, cosine(900)).")
    start = in_range("warm_up", "start", start, SHARE)
    rise = (1 - start) / steps
    return _schedule("warm_up", lambda t: then(t - steps) if t >= steps else (start + rise * t) * then(0))


def one_cycle(total: int, start: float = 0.1, end: float = 1e-4, cycle: float = 0.9) -> Schedule:
    """Rise to the full rate, fall back as slowly, then let the rate die away: four corners joined by straight lines.

    m = start, 1, start, end at t = 0, cycle/2 · total, cycle · total, total; start and end in [0, 1], cycle in (0, 1).
    Smith 2018, arXiv:1803.09820, section 4. Its momentum cycle is not part of this: set `opt.momentum` in the loop.

    >>> [round(one_cycle(1000)(t), 4) for t in (0, 450, 900, 1000)]
    [0.1, 1.0, 0.1, 0.0001]
    """
    total = check_int("one_cycle", "total", total)
    start = in_range("one_cycle", "start", start, SHARE)
    end = in_range("one_cycle", "end", end, SHARE)
    cycle = in_range("one_cycle", "cycle", cycle, PROPER_SHARE)
    return piecewise([0, cycle / 2 * total, cycle * total, total], [start, 1.0, start, end])


def piecewise(steps: Sequence[float], values: Sequence[float]) -> Schedule:
    """A schedule drawn by hand: straight lines between the points (steps[i], values[i]), level outside them.

    `steps` rise strictly, `values` are finite and not negative.

    >>> piecewise([0, 10], [0.0, 1.0])(5)
    0.5
    """
    steps = check_array("piecewise", steps, name="steps")
    values = check_array("piecewise", values, name="values", finite=False)
    if steps.ndim != 1 or steps.shape != values.shape or not steps.size:
        raise ValueError(f"piecewise: steps has shape {steps.shape} and values {values.shape}; expected one value "
                         "for every step and at least one point.")
    if not np.all(np.diff(steps) > 0):
        raise ValueError(f"piecewise: steps must rise strictly, got {steps.tolist()}.")
    if not np.all(np.isfinite(values) & (values >= 0)):
        raise ValueError(f"piecewise: values must be finite and not negative, got {values.tolist()}.")
    return _schedule("piecewise", lambda t: float(np.interp(t, steps, values)))


def _schedule(owner: str, m: Schedule) -> Schedule:
    """m(t) for a step t ≥ 0; all else is refused in the name of `owner`."""
    return lambda t: m(in_range(owner, "t", t, NOT_NEGATIVE, "A step is a number; curves: [m(t) for t in range(9)]."))


def _done(t: int, total: int) -> float:
    return min(t / total, 1.0)


def _level(total: int) -> Schedule:
    check_int("constant", "total", total)
    return constant()


def _warm_cosine(total: int) -> Schedule:
    steps = max(1, check_int("warm_up", "total", total) // 10)
    return warm_up(steps, cosine(max(1, total - steps)))


# Recipes for menus: the length of the run → a schedule with the usual settings.
SCHEDULES: dict[str, Callable[[int], Schedule]] = {
    "constant": _level,
    "step": step_decay,
    "exponential": exponential,
    "cosine": cosine,
    "warm_up": _warm_cosine,
    "one_cycle": one_cycle,
}
