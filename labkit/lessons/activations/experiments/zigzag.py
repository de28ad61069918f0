"""A unit whose inputs are all positive can move its weights up together or down together, but not apart.

Symbols: z = x · w one unit with the weights w (n,), δ = ∂L/∂z; an example contributes δ x to ∂L/∂w, so if x ≥ 0 all
entries have the sign of δ. A mini-batch averages such vectors.
"""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from labkit.checks import FLOAT, Range, check_int, in_range, streams
from labkit.fits import guard

Array = np.ndarray
START, GOAL = (0.0, 0.0), (1.0, -1.0)
"""Where the two-weight model begins and what it must learn: one weight up, the other down."""
LARGEST_BATCH = 64
NEAR = 0.1
"""It has arrived when this share of the first distance is left."""
SECTORS = 36


def one_signed(gradients: Array) -> float:
    """Share of the vectors along the last axis in which no two entries have opposite signs (zeros go with either).

    >>> one_signed(np.array([[1.0, 2.0], [1.0, -2.0], [-1.0, 0.0]])).__round__(2)
    0.67
    """
    return float(np.mean((gradients >= 0).all(axis=-1) | (gradients <= 0).all(axis=-1)))


class Zigzag(NamedTuple):
    """Many runs of gradient descent on a model z = x₁w₁ + x₂w₂ with inputs uniform in [offset − ½, offset + ½]².

    path (runs, steps + 1, 2): the weights. Of the steps on the way, before a run comes near its goal: share, how many
    of their gradients are one-signed; sectors (SECTORS,), the share of steps in each direction, counter-clockwise from
    +w₁. arrival: median number of steps until near, ∞ if that is not within the run. H (2, 2): the Hessian E[x xᵀ] of
    the loss; lr: the rate used.
    """

    offset: float
    batch: int
    path: Array
    share: float
    sectors: Array
    arrival: float
    H: Array
    lr: float


def zigzag_descent(offset: float, batch: int, *, steps: int = 80, runs: int = 100, seed: int = 0) -> Zigzag:
    """Descend L = E[½ (x·w − x·GOAL)²] with `batch` fresh examples per step and the rate 1/E‖x‖².

    With the error e = w − GOAL: e ← e − lr · mean_i (x_i·e) x_i. The same random numbers serve every offset and batch
    size, so the path moves without a jump. Raises ValueError unless 1 ≤ batch ≤ 64.
    """
    offset = in_range("zigzag_descent", "offset", offset, Range(-10, 10))
    if check_int("zigzag_descent", "batch", batch) > LARGEST_BATCH:
        raise ValueError(f"zigzag_descent: batch must be at most {LARGEST_BATCH}, got {batch}.")
    steps, runs = check_int("zigzag_descent", "steps", steps), check_int("zigzag_descent", "runs", runs)
    H = np.eye(2) / 12 + offset**2
    lr = 1 / np.trace(H)
    x = _centred_inputs(runs, steps, seed)[:, :, :batch] + FLOAT(offset)
    errors = np.empty((steps + 1, runs, 2), FLOAT)
    errors[0] = np.subtract(START, GOAL)
    for t in range(steps):
        delta = x[t] @ errors[t][:, :, None]
        errors[t + 1] = errors[t] - FLOAT(lr / batch) * (x[t].mT @ delta)[:, :, 0]
    near = np.logical_or.accumulate(np.linalg.norm(errors, axis=-1) <= NEAR * math.dist(START, GOAL))
    moves = np.diff(errors, axis=0)[~near[:-1]]
    arrival = np.where(near[-1], near.argmax(axis=0), math.inf)
    return Zigzag(offset, batch, (errors + np.array(GOAL, FLOAT)).swapaxes(0, 1), one_signed(moves), _sectors(moves),
                   float(np.median(arrival)), H, float(lr))


@lru_cache(maxsize=1)
def _centred_inputs(runs: int, steps: int, seed: int) -> Array:
    """Uniform in [−½, ½]: (steps, runs, LARGEST_BATCH, 2), drawn once."""
    drawn = streams(seed).data.random((steps, runs, LARGEST_BATCH, 2), dtype=FLOAT) - FLOAT(0.5)
    drawn.setflags(write=False)
    return drawn


def _sectors(moves: Array) -> Array:
    """The share of the moves (n, 2) in each of SECTORS equal sectors; the first begins at the direction of +w₁."""
    turns = np.arctan2(moves[..., 1], moves[..., 0]) / (2 * math.pi) % 1
    return np.bincount((turns * SECTORS).astype(int) % SECTORS, minlength=SECTORS) / len(moves)


guard(__name__)
