"""When should training end? At the best evaluation on the validation set; and what an early end does to the weights.

Symbols: τ (`tau`) the number of steps, α (`lr`) the learning rate, λ (`lam`) the strength of an L2 penalty, h a
curvature of the loss, w* its minimum. Gradient descent from 0 goes the share 1 − (1 − αh)^τ of the way along a
direction of curvature h, ridge regression h/(h + λ); for small h both are hτα if λ = 1/(τα).
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from labkit.checks import AT_LEAST_ONE, NOT_NEGATIVE, POSITIVE, Range, check_int, in_range, streams
from labkit.exercises.answers import array_of, values_of
from labkit.exercises.guard import AttemptError
from labkit.fits import guard
from labkit.lessons.early_stopping.exercises import watched

Array = np.ndarray


# ------------------------------------------------------------------------------------------------ patience
class Patience(NamedTuple):
    """A run of noisy evaluations, stopped by a patience: truth, seen (T,) the validation loss and what was measured.

    best and stop are evaluations, by their number. all_patience (P,), excess (P,): how far above the true minimum the
    kept network is on average, and evaluations (P,), how many that takes, for every patience.
    """

    patience: int
    noise: float
    truth: Array
    seen: Array
    best: int
    stop: int
    all_patience: Array
    excess: Array
    evaluations: Array


EVALUATIONS, MOST_PATIENT, COPIES = 100, 30, 300


def stops(seen: Array, patience: int) -> tuple[Array, Array]:
    """(best, stop) of validation losses (runs, evaluations): stop after `patience` in a row without a better one.

    A run whose patience never runs out stops at its last evaluation.

    >>> stops(np.array([[3.0, 2.0, 2.5, 2.4, 1.0]]), 2)
    (array([1]), array([3]))
    """
    best_at, waited = _waiting(seen)
    return _ends(best_at, waited, patience)


def _waiting(seen: Array) -> tuple[Array, Array]:
    """For every evaluation the best one so far, and how many ago that was: both (runs, evaluations)."""
    number = np.arange(seen.shape[1])
    before = np.minimum.accumulate(np.pad(seen, ((0, 0), (1, 0)), constant_values=np.inf), axis=1)[:, :-1]
    best_at = np.maximum.accumulate(np.where(seen < before, number, 0), axis=1)
    return best_at, number - best_at


def _ends(best_at: Array, waited: Array, patience: int) -> tuple[Array, Array]:
    tired = waited >= patience
    stop = np.where(tired.any(axis=1), tired.argmax(axis=1), tired.shape[1] - 1)
    return best_at[np.arange(len(stop)), stop], stop


def try_patience(patience: int, noise: float = 0.03, *, draw: int = 0) -> Patience:
    """A made-up validation loss that falls, turns at evaluation 26 and rises, and evaluations of it that are noisy.

    0.6 + 1.2 e^(−t/8) + 0.006 t at evaluation t, plus noise · ξ, ξ ~ N(0, 1). `draw` is the number of the random draw.
    """
    patience = check_int("try_patience", "patience", patience)
    noise = in_range("try_patience", "noise", noise, NOT_NEGATIVE)
    truth, seen = _made_up(noise, check_int("try_patience", "draw", draw, low=0))
    return _tried(patience, noise, truth, seen)


def _made_up(noise: float, draw: int) -> tuple[Array, Array]:
    """The true loss (evaluations,) and what was measured, (copies, evaluations)."""
    t = np.arange(EVALUATIONS)
    truth = 0.6 + 1.2 * np.exp(-t / 8) + 0.006 * t
    return truth, truth + noise * streams(draw).noise.standard_normal((COPIES, EVALUATIONS))


def _tried(patience: int, noise: float, truth: Array, seen: Array) -> Patience:
    waiting, every = _waiting(seen), np.arange(1, MOST_PATIENT + 1)
    best, stop = _ends(*waiting, patience)
    ends = [_ends(*waiting, p) for p in every]
    return Patience(patience, noise, truth, seen[0], int(best[0]), int(stop[0]), every,
                    np.array([truth[kept].mean() for kept, _ in ends]) - truth.min(),
                    np.array([end.mean() + 1 for _, end in ends]))


# ------------------------------------------------------------------------------------------------ a student's patience
class OwnPatience(NamedTuple):
    """Where a student's function stops a run, and which evaluation it keeps; `labkits` is the same by labkit's rule.

    patiences (p,), excess (p,) and evaluations (p,): its averages over 20 runs for some patiences; those of `labkits`
    are over the same runs.
    """

    labkits: Patience
    best: int
    stop: int
    patiences: Array
    excess: Array
    evaluations: Array


PATIENCES, OWN_COPIES = (1, 2, 3, 5, 10, 20, 30), 20


def own_patience(f: Callable[..., Any], patience: int, noise: float = 0.03, *, draw: int = 0) -> OwnPatience:
    """Let best, count = f(evaluations, patience) watch the runs of `try_patience`: pairs (loss, θ), θ changed in place.

    What is kept without a copy becomes the network of the last evaluation, as when training goes on. Raises
    AttemptError for an answer that is no θ of the run and no number of evaluations.
    """
    patience = check_int("own_patience", "patience", patience, high=MOST_PATIENT)
    noise = in_range("own_patience", "noise", noise, NOT_NEGATIVE)
    truth, seen = _made_up(noise, check_int("own_patience", "draw", draw, low=0))
    seen = seen[:OWN_COPIES]
    best, stop = _watching(f, seen[0], patience)
    ends = np.array([[_watching(f, run, p) for run in seen] for p in PATIENCES])
    return OwnPatience(_tried(patience, noise, truth, seen), best, stop, np.array(PATIENCES),
                       truth[ends[..., 0]].mean(axis=1) - truth.min(), ends[..., 1].mean(axis=1) + 1)


def _watching(f: Callable[..., Any], losses: Array, patience: int) -> tuple[int, int]:
    """(best, stop) of one run; its θ is the number of the evaluation, and −1 afterwards."""
    kept, count, _ = watched(lambda run, p: values_of(f(run, p), ("theta", "count")), losses, patience)
    best, stop = kept.flat[0], array_of(count, (), "the number of evaluations").item() - 1
    if best not in range(-1, EVALUATIONS):
        raise AttemptError("returned a θ that the run never had", "keep a copy of the θ of the best evaluation.")
    if stop not in range(EVALUATIONS):
        raise AttemptError(f"counted {stop + 1:g} of {EVALUATIONS} evaluations", "count those that were taken.")
    return int(best) % EVALUATIONS, int(stop)


# ------------------------------------------------------------------------------------------------ the bowl
class Bowl(NamedTuple):
    """Gradient descent from 0, stopped after τ steps, and ridge with penalty λ, in a bowl with two curvatures.

    H, best: ½ (w − w*)ᵀH(w − w*); path (τ + 1, 2) and ridge_path (L, 2) lead to stopped and ridge (2,). curvatures (2,)
    in rising order, with the shares of the way gone along each, stopped_shares and ridge_shares (2,); h, stopped_curve,
    ridge_curve (G,) the same for every curvature.
    """

    tau: int
    lr: float
    lam: float
    H: Array
    best: Array
    path: Array
    ridge_path: Array
    curvatures: Array
    stopped_shares: Array
    ridge_shares: Array
    h: Array
    stopped_curve: Array
    ridge_curve: Array

    @property
    def match(self) -> float:
        """1/(τα), the penalty that corresponds to the stop."""
        return 1 / (self.tau * self.lr)


STEEPEST = 1.0
TURN = math.radians(25)
AXES = np.array([[math.cos(TURN), -math.sin(TURN)], [math.sin(TURN), math.cos(TURN)]])
GOAL = AXES @ np.array([1.0, 0.8])
CURVATURES = np.geomspace(1e-3, STEEPEST, 121)


def stopped_share(h: float | Array, tau: float | Array, lr: float) -> float | Array:
    """1 − (1 − αh)^τ: how far τ steps at rate α from 0 go towards the minimum, along a direction of curvature h.

    >>> round(stopped_share(0.1, 1000, 0.01), 2), round(ridge_share(0.1, 1 / (1000 * 0.01)), 2)
    (0.63, 0.5)
    """
    return 1 - (1 - lr * h) ** tau


def ridge_share(h: float | Array, lam: float | Array) -> float | Array:
    """h/(h + λ): how far from 0 towards the minimum the penalty λ/2 ‖w‖² lets w go."""
    return h / (h + lam)


def bowl(tau: int, lr: float = 0.1, lam: float | None = None, *, kappa: float = 10.0) -> Bowl:
    """A bowl whose steepest curvature is 1 and whose flattest is 1/κ; λ = 1/(τα) if none is given.

    Raises ValueError unless 0 < α < 2, τ, κ ≥ 1 and λ > 0.
    """
    tau, lr = check_int("bowl", "tau", tau), in_range("bowl", "lr", lr, Range(0, 2, open_low=True, open_high=True))
    kappa = in_range("bowl", "kappa", kappa, AT_LEAST_ONE)
    lam = in_range("bowl", "lam", 1 / (tau * lr) if lam is None else lam, POSITIVE)
    h = np.array([STEEPEST / kappa, STEEPEST])
    along = GOAL @ AXES
    path = stopped_share(h, np.arange(tau + 1)[:, None], lr) * along @ AXES.T
    ridge_path = ridge_share(h, np.geomspace(1e-4, 1e4, 161)[:, None]) * along @ AXES.T
    return Bowl(tau, lr, lam, AXES @ np.diag(h) @ AXES.T, GOAL, path, ridge_path, h, stopped_share(h, tau, lr),
                ridge_share(h, lam), CURVATURES, stopped_share(CURVATURES, tau, lr), ridge_share(CURVATURES, lam))


guard(__name__)
