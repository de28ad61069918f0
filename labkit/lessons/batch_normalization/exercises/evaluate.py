"""Exercise: evaluation."""

from collections.abc import Callable
from typing import Any

import numpy as np

from labkit.exercises.exercise import Exercise, Function
from labkit.lessons.batch_normalization.exercises.forward import drawn

Array = np.ndarray


def bn_evaluate(x: Array, batches: Array, gamma: Array, beta: Array, decay: float, eps: float) -> Array:
    """γ (x − mean)/√(var + ε) + β with running averages over the batches (steps, m, n), from mean 0 and var 1 on:
    running ← decay · running + (1 − decay) · batch, and the variance of a batch times m/(m − 1).
    """
    return by_running()(x, batches, gamma, beta, decay, eps)


def by_running(*, ddof: int = 1, start: float = 1.0, first: bool = False, swap: bool = False, root: bool = False,
               outside: float = 1.0, m: Function | None = None) -> Function:
    """Evaluation, or evaluation with a mistake: another variance, another start, decay and 1 − decay exchanged …"""
    def rule(x: Array, batches: Array, gamma: Array, beta: Array, decay: float, eps: float) -> Array:
        keep = 1 - decay if swap else decay
        mean, var = np.zeros(x.shape[1]), np.full(x.shape[1], start)
        if first:
            mean, var = batches[0].mean(axis=0), batches[0].var(axis=0, ddof=ddof)
        factor = m(batches) / (m(batches) - 1) if m else 1.0
        for batch in batches:
            spread = batch.std(axis=0, ddof=ddof) if root else batch.var(axis=0, ddof=0 if m else ddof)
            mean = keep * mean + (1 - keep) * batch.mean(axis=0) * outside
            var = keep * var + (1 - keep) * spread * outside * factor
        return gamma * (x - mean) / ((var + eps) if root else np.sqrt(var + eps)) + beta
    return rule


def with_statistics(of: Callable[[Array, Array], tuple[Array, Array]]) -> Function:
    """The mistake of taking mean and variance from somewhere else."""
    def rule(x: Array, batches: Array, gamma: Array, beta: Array, decay: float, eps: float) -> Array:
        mean, var = of(x, batches)
        return gamma * (x - mean) / np.sqrt(var + eps) + beta
    return rule


def _evaluation(seed: int, steps: int, m: int, n: int, decay: float, eps: float = 1e-5) -> tuple[Any, ...]:
    """A case: a batch to evaluate, and training batches that come from elsewhere."""
    return (drawn(seed, 3, n, mean=1.0), drawn(seed + 1, steps, m, n, mean=2.0, std=3.0), drawn(seed + 2, n),
            drawn(seed + 3, n), decay, eps)


EVALUATE = Exercise(
    reference=bn_evaluate,
    cases=[(np.array([[4.0], [8.0]]), np.array([[[1.0], [2.0], [3.0]], [[4.0], [5.0], [0.0]]]), np.array([2.0]),
            np.array([1.0]), 0.5, 0.0),                     # by hand: mean 0, 1, 2 and var 1, 1, 4
           (np.array([[3.0], [8.0]]), np.array([[[1.0], [3.0]], [[5.0], [9.0]]]), np.array([2.0]), np.array([1.0]), 0.5,
            1e-5),
           _evaluation(10, 5, 4, 2, 0.9), _evaluation(20, 20, 3, 3, 0.8), _evaluation(30, 2, 6, 2, 0.5, 0.1)],
    tested="five layers that have seen 2, 2, 5, 20 and 2 batches of 3, 2, 4, 3 and 6 examples, decay 0.5, 0.9 and 0.8.",
    hints=(
        "The statistics of x itself play no part here. Where do mean and variance come from, and with which "
        "numbers do they begin?",
        "Start with mean 0 and var 1. For each batch in turn: running ← decay · running + (1 − decay) · that of "
        "the batch. The variance of a batch counts m/(m − 1) times: var(axis=0, ddof=1) does that.",
        "Inside `for batch in batches:` stand two lines, mean = decay * mean + … and var = decay * var + …. After "
        "the loop the formula is the one of training, with these two in place of the batch's own.",
    ),
    mistakes={
        "those are the mean and variance of x itself: the training mode. In evaluation the running averages count, so "
        "that the answer for one example does not depend on the others.":
            with_statistics(lambda x, batches: (x.mean(axis=0), x.var(axis=0))),
        "decay is the weight of the PAST: decay · running + (1 − decay) · batch. (Some frameworks call 1 − decay the "
        "momentum.)":
            by_running(swap=True),
        "the variance of a batch is a little too small on average; for the running average it is multiplied by "
        "m/(m − 1).":
            by_running(ddof=0),
        "the running variance begins at 1, not at 0.":
            by_running(start=0.0),
        "the running averages begin at mean 0 and variance 1, not at those of the first batch.":
            by_running(first=True),
        "average the VARIANCE, and take the root at the end; the mean of roots is smaller.":
            by_running(root=True),
        "you forget nothing: decay · running + batch; the batch counts 1 − decay.":
            lambda x, batches, gamma, beta, decay, eps: by_running(outside=1 / (1 - decay))(
                x, batches, gamma, beta, decay, eps),
        "those are the statistics of the last batch alone; the running averages remember the earlier ones too.":
            with_statistics(lambda x, batches: (batches[-1].mean(axis=0), batches[-1].var(axis=0, ddof=1))),
        "that weighs all batches alike; a running average gives the latest the weight 1 − decay and fades out the "
        "old ones.":
            with_statistics(lambda x, batches: (batches.mean(axis=(0, 1)),
                                                batches.var(axis=1, ddof=1).mean(axis=0))),
        "the running averages stay where they began, at 0 and 1: update them with every batch.":
            with_statistics(lambda x, batches: (0.0, 1.0)),
        "the last batch is missing: update with every one of them.":
            lambda x, batches, *rest: bn_evaluate(x, batches[:-1], *rest),
        "the first batch is missing: update with every one of them.":
            lambda x, batches, *rest: bn_evaluate(x, batches[1:], *rest),
        "m is the number of examples in ONE batch, batch.shape[0]; batches.shape[0] is the number of batches.":
            by_running(m=lambda batches: len(batches)),
        "m is the number of examples in ONE batch, not of all the examples in all batches.":
            by_running(m=lambda batches: batches.shape[0] * batches.shape[1]),
        "the batches come in the order of training, the first one first; yours were taken from the end.":
            lambda x, batches, *rest: bn_evaluate(x, batches[::-1], *rest),
        "γ and β are missing.":
            lambda x, batches, gamma, beta, decay, eps: bn_evaluate(x, batches, 1.0, 0.0, decay, eps),
    },
)
