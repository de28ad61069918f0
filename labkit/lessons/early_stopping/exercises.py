"""Exercises of notebook 08: patience with the best snapshot, and the number of steps that matches a penalty."""

import math
from collections.abc import Iterable, Iterator

import numpy as np

from labkit.exercises.exercise import Exercise, Function
from labkit.exercises.guard import AttemptError
from labkit.exercises.walks import rows

Array = np.ndarray
Scored = tuple[float, Array]


# ------------------------------------------------------------------------------------------------ patience
def stop_early(evaluations: Iterable[Scored], patience: int) -> tuple[Array, int]:
    """The best θ of the evaluations (validation loss, θ), and how many it took until the patience ran out."""
    best, count, waited, kept = math.inf, 0, 0, None
    for loss, theta in evaluations:
        count += 1
        if loss < best:
            best, kept, waited = loss, theta.copy(), 0
        else:
            waited += 1
        if waited >= patience:
            break
    return kept, count


def watched(f: Function, losses: Array, patience: int) -> tuple[Array, int, int]:
    """Let f watch a run that changes its θ in place, as training does: at evaluation i all entries are i, later −1.
    Its answer, θ and their number, and how many evaluations it really took: each one is a piece of training.
    """
    theta, taken = np.zeros(2), []

    def evaluations() -> Iterator[Scored]:
        for number, loss in enumerate(losses):
            theta[...] = number
            taken.append(number)
            yield float(loss), theta
            if (theta != number).any():
                raise AttemptError("changed the θ of the run", "training goes on from there: keep a copy, and leave θ "
                                   "itself alone.")

    best, count = f(evaluations(), patience)
    theta[...] = -1.0
    return *rows("theta", [best], theta.shape), count, len(taken)


def botched(*, copy: bool = True, reset: bool = True, best: bool = True, late: int = 0, previous: bool = False,
           first: int = 1, tie: bool = False) -> Function:
    """`stop_early` with a mistake: no copy, a counter that is never reset, the last θ, one evaluation too many …"""
    def f(evaluations: Iterable[Scored], patience: int) -> tuple[Array, int]:
        lowest, last, count, waited, kept, theta = math.inf, math.inf, first - 1, 0, None, None
        for loss, theta in evaluations:
            count += 1
            if loss < lowest or (tie and loss == lowest):
                lowest, kept = loss, theta.copy() if copy else theta
                waited = 0 if reset and not previous else waited
            elif not previous:
                waited += 1
            if previous:
                waited = waited + 1 if loss > last else 0 if reset else waited
            last = loss
            if waited >= patience + late:
                break
        return (kept if best else theta.copy()), count
    return f


def _all_evaluations(copy: bool) -> Function:
    """The mistake of taking all evaluations there are, and the best of them."""
    def f(evaluations: Iterable[Scored], patience: int) -> tuple[Array, int]:
        taken = [(loss, theta.copy() if copy else theta) for loss, theta in evaluations]
        return min(taken, key=lambda pair: pair[0])[1], len(taken)
    return f


def _list_first(evaluations: Iterable[Scored], patience: int) -> tuple[Array, int]:
    """The mistake of training to the end first, and of looking for the place to stop afterwards."""
    return stop_early([(loss, theta.copy()) for loss, theta in evaluations], patience)


def _asks_first(evaluations: Iterable[Scored], patience: int) -> tuple[Array, int]:
    """The mistake of asking for the end at the top of the next round, when another evaluation has been taken."""
    best, count, waited, kept = math.inf, 0, 0, None
    for loss, theta in evaluations:
        if waited >= patience:
            break
        count += 1
        better = loss < best
        best, kept, waited = (loss, theta.copy(), 0) if better else (best, kept, waited + 1)
    return kept, count


PATIENCE = Exercise(
    reference=stop_early,
    use=watched,
    gives=("theta", "evaluations"),
    cases=[(np.array([3.0, 2.0, 1.0, 1.5, 1.2, 1.4, 0.5, 0.4]), 3),
           (np.array([3.0, 2.0, 2.5, 1.0, 1.5, 0.9, 1.1, 1.05, 1.2, 0.1]), 2),
           (np.array([2.0, 1.0, 1.1, 1.2]), 5), (np.array([1.0, 2.0, 0.5]), 1),
           (np.array([2.0, 1.0, 1.0, 1.0, 1.0, 0.5]), 3), (np.array([5e3, 4e3, 6e3, 7e3, 9e3]), 2)],
    tested="a run that dips once more after the stop, one whose loss goes up and down, one that ends before patience "
           "is lost, one that stays level, one with large losses, and patience 1.",
    returns=("theta", "evaluations", "evaluations taken"),
    hints=(
        "You must remember four things on the way: the best loss so far, the θ that goes with it, how many "
        "evaluations there were, and how many in a row were no better.",
        "Go through the evaluations with a for loop. A better loss: keep it, keep a COPY of θ, set the counter "
        "back. Otherwise the counter grows. When it reaches patience: break.",
        "Start with best = np.inf and count = waited = 0. In the loop: count += 1; if loss < best: set three names "
        "(one of them with theta.copy()); else: one more waited; and then the test that ends the loop. Return the "
        "kept θ and count.",
    ),
    mistakes={
        "an equal loss is no better one: with < instead of <=, a level run uses its patience up.": botched(tie=True),
        "you kept θ itself, not a copy: training goes on changing it in place. Keep theta.copy().": botched(copy=False),
        "you returned the θ of the last evaluation; the point is to go back to the best one.": botched(best=False),
        "every better evaluation gives all the patience back: set the counter to 0 there.": botched(reset=False),
        "one evaluation too many: stop as soon as `patience` evaluations in a row were no better.": botched(late=1),
        "one evaluation too few: a patience of 3 allows three evaluations without a better one.": botched(late=-1),
        "two things: keep theta.copy(), since training goes on changing θ in place; and stop one evaluation earlier, "
        "as soon as `patience` in a row were no better.":
            botched(copy=False, late=1),
        "two things: keep theta.copy(), since training goes on changing θ in place; and compare with the BEST "
        "evaluation so far, not with the one before.":
            botched(copy=False, previous=True),
        "count the first evaluation as 1; enumerate begins with 0, unless you say enumerate(evaluations, 1).":
            botched(first=0),
        "you took all evaluations there are, so the whole run was trained: stop in the middle, with break, once "
        "`patience` in a row were no better.":
            _all_evaluations(copy=True),
        "list(evaluations) trains the whole run before you look, and all its θ are one and the same array: go through "
        "them one at a time, keep a copy of the best, and stop with break.":
            _all_evaluations(copy=False),
        "θ and the number are right, but the run was trained to its end all the same: a list takes all evaluations "
        "before you look at the first. Go through them one at a time, and leave the loop with break.":
            _list_first,
        "the number is right, but one more evaluation was taken than you counted: the next round had begun. Ask for "
        "the end right after counting, as the last thing in the loop.":
            _asks_first,
        "compare with the BEST evaluation so far, not with the one before: a small fall after a large rise is no "
        "progress.":
            botched(previous=True),
    },
)


# ------------------------------------------------------------------------------------------------ matching τ
def matching_steps(lam: float, lr: float, h: float) -> float:
    """τ with 1 − (1 − αh)^τ = h/(h + λ): ln(λ/(h + λ)) / ln(1 − αh). It is 1/(αλ) for h → 0."""
    return math.log(lam / (h + lam)) / math.log(1 - lr * h)


MATCH = Exercise(
    reference=matching_steps,
    cases=[(0.1, 0.01, 0.1), (0.1, 0.1, 0.01), (0.5, 0.05, 2.0), (0.01, 0.1, 1.0)],
    tested="four pairs of penalty and rate, in directions of curvature 0.01 to 2.",
    hints=(
        "Ask for what is LEFT of the way, not for what is done: what does ridge leave, and what do τ steps leave?",
        "Ridge leaves 1 − h/(h + λ) = λ/(h + λ). Each step leaves the factor 1 − lr·h, so τ steps leave (1 − "
        "lr·h)^τ. Set them equal. How do you get an exponent down?",
        "Take the logarithm of both sides: τ · log(1 − lr·h) = log(λ/(h + λ)). Solve for τ. (It need not be a "
        "whole number.)",
    ),
    mistakes={
        "1/(αλ) is the limit for a flat direction, h → 0; τ is wanted for this h: solve 1 − (1 − αh)^τ = h/(h + λ).":
            lambda lam, lr, h: 1 / (lr * lam),
        "ridge goes h/(h + λ) of the way; what is LEFT is λ/(h + λ), and gradient descent leaves (1 − αh)^τ.":
            lambda lam, lr, h: math.log(h / (h + lam)) / math.log(1 - lr * h),
        "a step multiplies what is left by 1 − αh, the rate times the curvature; h is missing.":
            lambda lam, lr, h: math.log(lam / (h + lam)) / math.log(1 - lr),
        "e^(−αhτ) is the limit of small rates; a step multiplies by exactly 1 − αh.":
            lambda lam, lr, h: math.log((h + lam) / lam) / (lr * h),
        "τ need not be a whole number: solve for it, do not count or round.":
            lambda lam, lr, h: math.ceil(matching_steps(lam, lr, h)),
        "τ need not be a whole number: solve for it, and do not round it down.":
            lambda lam, lr, h: math.floor(matching_steps(lam, lr, h)),
        "τ need not be a whole number: solve for it, and do not round it.":
            lambda lam, lr, h: round(matching_steps(lam, lr, h)),
        "a sign: both logarithms are negative, so their quotient is positive.":
            lambda lam, lr, h: -math.log(lam / (h + lam)) / math.log(1 - lr * h),
        "the quotient is upside down.":
            lambda lam, lr, h: math.log(1 - lr * h) / math.log(lam / (h + lam)),
        "λ stands in the numerator too: what ridge leaves is λ/(h + λ).":
            lambda lam, lr, h: math.log(1 / (h + lam)) / math.log(1 - lr * h),
    },
)

EXERCISES = {"08-patience": PATIENCE, "08-match": MATCH}
