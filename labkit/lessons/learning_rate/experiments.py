"""Gradient descent on a parabola: the smallest place in which a learning rate can be too small, right, or too large.

Symbols: L(θ) = ½ λ θ² with curvature λ, learning rate lr, gradient noise σ. A step multiplies θ by 1 − lr · λ, so it is
stable only for lr < 2/λ; noise keeps it from arriving: at a constant rate E[θ²] settles at lr σ²/(λ (2 − lr λ)).
"""

import math
import weakref
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from labkit.checks import FLOAT, NOT_NEGATIVE, POSITIVE, check_array, check_int, in_range, lookup, streams
from labkit.exercises.answers import array_of
from labkit.exercises.guard import AttemptError, NotAttempted
from labkit.fits import guard
from labkit.losses import softmax_cross_entropy
from labkit.network import Network
from labkit.runs import Run
from labkit.schedules import SCHEDULES, Schedule, cosine, warm_up
from labkit.training import Evaluation, Step, evaluate

Array = np.ndarray
FAR = 1e12
"""A point that is farther out than this is lost; from then on it is NaN."""


class Descent(NamedTuple):
    """Gradient descent on ½ λ θ². theta (steps + 1, runs), NaN once lost; rates (steps,); expected (steps + 1,): E[L].

    loss (steps + 1, runs) is ½ λ θ²; lost is the step at which the first run was lost, or None.
    """

    lr: float
    curvature: float
    noise: float
    schedule: str
    theta: Array
    loss: Array
    rates: Array
    expected: Array
    lost: int | None

    @property
    def factor(self) -> float:
        """1 − lr · λ, by which a step at the full rate multiplies θ."""
        return 1 - self.lr * self.curvature


def descend(lr: float, curvature: float = 1.0, *, noise: float = 0.0, schedule: str = "constant", steps: int = 60,
            runs: int = 50, start: float = 1.0, seed: int = 0) -> Descent:
    """`runs` walks θ ← θ − lr m(t) (λ θ + noise · ξ), ξ ~ N(0, 1), with a multiplier m of `schedules.SCHEDULES`.

    expected is exact: v ← (1 − lr m λ)² v + (lr m noise)² for v = E[θ²]. lr, curvature > 0, noise ≥ 0; raises
    ValueError outside.

    >>> descend(0.5).theta[:4, 0].tolist()
    [1.0, 0.5, 0.25, 0.125]
    """
    lr = in_range("descend", "lr", lr, POSITIVE)
    curvature = in_range("descend", "curvature", curvature, POSITIVE)
    noise = in_range("descend", "noise", noise, NOT_NEGATIVE)
    multiplier = lookup(SCHEDULES, schedule, "descend: schedule")(check_int("descend", "steps", steps))
    rates = lr * np.array([multiplier(t) for t in range(steps)])
    theta = np.full((steps + 1, check_int("descend", "runs", runs)), float(start))
    v = np.full(steps + 1, float(start) ** 2)
    xi = noise * streams(seed).noise.standard_normal((steps, runs))
    with np.errstate(over="ignore", invalid="ignore"):
        for t, rate in enumerate(rates):
            theta[t + 1] = theta[t] - rate * (curvature * theta[t] + xi[t])
            v[t + 1] = (1 - rate * curvature) ** 2 * v[t] + (rate * noise) ** 2
    theta[np.logical_or.accumulate(~(np.abs(theta) < FAR), axis=0)] = np.nan
    return Descent(lr, curvature, noise, schedule, theta, curvature / 2 * theta**2, rates, curvature / 2 * v,
                   first_lost(theta))


def floor(lr: float, curvature: float, noise: float) -> float:
    """The loss at which a constant rate stops falling: ½ λ E[θ²] = lr σ² / (2 (2 − lr λ)); ∞ from lr = 2/λ on.

    >>> floor(1.0, 1.0, 0.2) / floor(0.1, 1.0, 0.2)
    19.0
    """
    return lr * noise**2 / (2 * (2 - lr * curvature)) if lr * curvature < 2 else math.inf


def first_lost(values: Array) -> int | None:
    """The first step at which one of the values (steps, …) is no longer finite; None if all are.

    >>> first_lost(np.array([2.3, 40.0, np.inf, np.nan]))
    2
    """
    bad = ~np.isfinite(values.reshape(len(values), -1)).all(axis=1)
    return int(bad.argmax()) if bad.any() else None


def fate(losses: Array, guessing: float, *, window: int = 20) -> str:
    """What became of a training run, in few words, from its losses (steps,) and the loss of guessing.

    "infinite at step …" if it diverged; otherwise the mean loss of the last `window` steps decides: "learns" if it is
    below guessing by a tenth, "thrashes" if it is above by a tenth. Between the two it is "stuck" if the loss was ever
    more than twice that of guessing, so that something broke, and "crawls" if it never was.

    >>> fate(np.linspace(2.3, 1.0, 100), 2.3), fate(np.array([2.3, 1e30, np.inf]), 2.3)
    ('learns', 'infinite at step 2')
    >>> fate(np.linspace(2.5, 2.3, 100), 2.3), fate(np.r_[2.3, 40, np.full(98, 2.3)], 2.3), fate(np.full(50, 5.0), 2.3)
    ('crawls', 'stuck', 'thrashes')
    """
    in_range("fate", "guessing", guessing, POSITIVE)
    step = first_lost(np.asarray(losses))
    if step is not None:
        return f"infinite at step {step}"
    end = np.mean(losses[-window:]) / guessing
    if end < 0.9 or end > 1.1:
        return "learns" if end < 1 else "thrashes"
    return "stuck" if np.max(losses) > 2 * guessing else "crawls"


# ------------------------------------------------------------------------------------------------ rates of networks
def rate_column(rates: Sequence[float]) -> Array:
    """Learning rates, one per replica, as the column (K, 1) that an optimizer takes. Raises ValueError unless all > 0.

    >>> rate_column([0.1, 1.0]).shape
    (2, 1)
    """
    rates = check_array("rate_column", rates, "K", name="rates", dtype=FLOAT)
    if not rates.size:
        raise ValueError("rate_column: there is no rate; expected at least one, for example [0.01, 0.1].")
    return in_range("rate_column", "rates", rates, POSITIVE, arrays=True)[:, None]


def planned_rates(run: Run) -> tuple[Array, int]:
    """The rate of every step, (max_steps,): those that were used, then those of the schedule; and how many steps."""
    ahead = [run.opt.lr * run.schedule(t) for t in range(run.steps, run.max_steps)]
    return np.concatenate([run.rates.reshape(run.max_steps, -1)[:run.steps, 0], ahead]), run.max_steps


def batch_gradients(net: Network, x: Array, y: Array, size: int, draws: int,
                    rng: np.random.Generator) -> tuple[Array, Array]:
    """How long a batch's gradient is, and its cosine with that of all examples: means over `draws`, one per replica.

    The network stays as it is. x (examples, features); every batch holds `size` different examples.
    """
    check_int("batch_gradients", "draws", draws)

    def gradient(rows: Array | slice) -> Array:
        net.backward(softmax_cross_entropy(net.forward(x[rows], train=True), y[rows])[1])
        return net.grad.astype(float)

    full, lengths, cosines = gradient(slice(None)), [], []
    for _ in range(draws):
        g = gradient(rng.choice(len(x), size, replace=False))
        lengths.append(np.linalg.norm(g, axis=-1))
        cosines.append((g * full).sum(axis=-1) / lengths[-1] / np.linalg.norm(full, axis=-1))
    return np.mean(lengths, axis=0), np.mean(cosines, axis=0)


class WeightAverage:
    """θ̄ ← decay · θ̄ + (1 − decay) · θ after every step of a run: what is averaged is the weights, not the answers.

    `follow` is what a `Run` calls after each update, `evaluation` judges its network with θ̄ in the place of θ, on
    (x, y). Polyak & Juditsky 1992; a network that has not been followed yet is its own average.
    """

    def __init__(self, x: Array, y: Array, decay: float) -> None:
        self.x, self.y, self.decay = x, y, decay
        self.means: weakref.WeakKeyDictionary[Network, Array] = weakref.WeakKeyDictionary()

    def follow(self, run: Run, step: Step) -> None:
        """Take in the θ of now. θ̄ begins at the first of them."""
        mean = self.means.setdefault(run.net, run.net.theta.copy())
        mean += (1 - self.decay) * (run.net.theta - mean)

    def evaluation(self, net: Network) -> Evaluation:
        """Loss and accuracy of the averaged network; the network itself stays as it is."""
        now = net.theta.copy()
        net.theta = self.means.get(net, now)
        try:
            return evaluate(net, self.x, self.y)
        finally:
            net.theta = now


# ------------------------------------------------------------------------------------------------ a student's schedule
Rule = Callable[[int, int, int], float]
"""f(t, total, warm), the multiplier of the learning rate at step t."""


def both_schedules(f: Rule, total: int, warm: int) -> Schedule:
    """Step t → the multipliers (2, 1) of two networks: labkit's cosine after a warm-up, and f(t, total, warm).

    f may rise and fall as it likes; AttemptError if its answer is no finite number.
    """
    ours = _warm_cosine(total, warm)
    return lambda t: np.array([[ours(t)], [_multiplier(f, t, total, warm)]])


def drawn_plan(f: Rule, total: int, warm: int) -> Array:
    """Both multipliers of every step, (total + 1, 2); f's are NaN from the first step for which it has no answer.

    Raises NotAttempted if f is still a stub.
    """
    ours = _warm_cosine(total, warm)
    plan = np.column_stack([[ours(t) for t in range(total + 1)], np.full(total + 1, np.nan)])
    for t in range(total + 1):
        try:
            plan[t, 1] = _multiplier(f, t, total, warm)
        except NotAttempted:
            raise
        except AttemptError:
            break
    return plan


def _warm_cosine(total: int, warm: int) -> Schedule:
    return warm_up(warm, cosine(total - warm), start=0.0)


def _multiplier(f: Rule, t: int, total: int, warm: int) -> float:
    return array_of(f(t, total, warm), (), "the multiplier", finite=True).item()


guard(__name__)
