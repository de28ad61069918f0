"""Other beliefs about weights: powers |w|^p and their mixture with L1; the ball of each, its prior, and what it does.

Symbols: w two weights, J = ½ (w − w*)ᵀH(w − w*) the loss, R(w) = Σ r(wᵢ) with r(w) = ρ|w| + (1 − ρ)|w|^p/p, λ (`lam`)
its strength, ρ (`share`) the share of L1. p = 2 is ridge at ρ = 0, the elastic net between, the lasso at ρ = 1 (Zou &
Hastie 2005); |w|^p alone is the bridge of Frank & Friedman 1993. The prior is p(w) ∝ exp(−nλ r(w)), n examples.
"""

from typing import NamedTuple

import numpy as np

from labkit.checks import NOT_NEGATIVE, Range, in_range
from labkit.fits import guard
from labkit.lessons.weight_decay.experiments.shrinkage import penalised_minima

Array = np.ndarray
EXAMPLES = 10
"""n of the prior."""
LOW, HIGH, FINEST = -0.6, 1.8, 1e-5
"""The minimum is looked for between these, on finer and finer grids."""
DIRECTIONS = np.linspace(0, 2 * np.pi, 721)
WEIGHTS = np.linspace(-1.5, 1.5, 601)


class Prior(NamedTuple):
    """The best weights w (2,) with the penalty λR, the level set ball (721, 2) of R on which they lie, and the prior
    (601,) over `weights`, its largest value 1. H, best: the loss.
    """

    lam: float
    p: float
    share: float
    H: Array
    best: Array
    w: Array
    ball: Array
    weights: Array
    prior: Array


def penalty(w: Array, p: float, share: float) -> Array:
    """r(w) = ρ|w| + (1 − ρ)|w|^p/p, entry by entry.

    >>> penalty(np.array([0.0, -2.0]), 2.0, 0.0).tolist(), penalty(np.array([-2.0]), 2.0, 1.0).tolist()
    ([0.0, 2.0], [2.0])
    """
    size = np.abs(w)
    return share * size + (1 - share) / p * size**p


def prior(lam: float, p: float, share: float, *, angle: float = 30.0, kappa: float = 4.0) -> Prior:
    """λ, power p, share ρ of L1 → the penalised minimum of the valley of `penalised_minima`. p > 0, ρ in [0, 1].

    For p < 1 the penalty is no convex function: there may be several minima, and this is the lowest.
    """
    lam = in_range("prior", "lam", lam, NOT_NEGATIVE)
    p = in_range("prior", "p", p, Range(0.1, 20.0))
    share = in_range("prior", "share", share, Range(0, 1))
    valley = penalised_minima(lam, angle, kappa)
    w = _lowest(valley.H, valley.best, lam, p, share)
    density = np.exp(-EXAMPLES * lam * penalty(WEIGHTS, p, share))
    return Prior(lam, p, share, valley.H, valley.best, w, _ball(float(penalty(w, p, share).sum()), p, share), WEIGHTS,
                 density)


def _lowest(H: Array, best: Array, lam: float, p: float, share: float) -> Array:
    """The minimum of J + λR: on a grid, then on a finer one around the lowest point; 0 is on every grid."""
    low, high, w = np.full(2, LOW), np.full(2, HIGH), np.zeros(2)
    while np.max(high - low) > FINEST:
        axes = [np.append(np.linspace(a, b, 61), 0.0) for a, b in zip(low, high, strict=True)]
        w1, w2 = np.meshgrid(*axes, indexing="ij")
        d1, d2 = w1 - best[0], w2 - best[1]
        loss = (H[0, 0] * d1 * d1 + 2 * H[0, 1] * d1 * d2 + H[1, 1] * d2 * d2) / 2
        loss += lam * (penalty(w1, p, share) + penalty(w2, p, share))
        i, j = np.unravel_index(loss.argmin(), loss.shape)
        w = np.array([axes[0][i], axes[1][j]])
        step = (high - low) / 12
        low, high = w - step, w + step
    return w


def _ball(level: float, p: float, share: float) -> Array:
    """Where R = level, in every direction: by halving, since R rises along every ray."""
    rays = np.stack([np.cos(DIRECTIONS), np.sin(DIRECTIONS)], axis=1)
    rays[np.abs(rays) < 1e-9] = 0.0
    low, high = np.zeros(len(rays)), np.full(len(rays), 4.0)
    for _ in range(40):
        middle = (low + high) / 2
        outside = penalty(middle[:, None] * rays, p, share).sum(axis=1) > level
        low, high = np.where(outside, low, middle), np.where(outside, middle, high)
    return low[:, None] * rays


guard(__name__)
