"""Why are many mediocre models better than one? Their errors differ, and what differs averages out.

Symbols: k members, n examples, c classes. Predictions of an ensemble carry the members on the leading axis, (k, n, …),
which is what a network with k replicas returns. v = E[εᵢ²] is the members' mean squared error, c = E[εᵢεⱼ] what the
errors of two of them have in common.

Voting is for class labels, averaging for numbers and probabilities. Breiman 1996, doi:10.1007/BF00058655.
"""

from typing import Any, NamedTuple

import numpy as np

from labkit.checks import FLOAT, as_array, check_array, check_generator, check_int, class_labels

Array = np.ndarray


# ------------------------------------------------------------------------------------------------ bagging
def bootstrap_indices(rng: np.random.Generator, n: int, members: int | None = None) -> Array:
    """n draws with replacement from 0 … n − 1: shape (n,), or (members, n) for an ensemble.

    `x[indices], y[indices]` is then a bootstrap sample, or a stack of them with the members on the leading axis.
    """
    rng, n = check_generator("bootstrap_indices", rng), check_int("bootstrap_indices", "n", n)
    size = n if members is None else (check_int("bootstrap_indices", "members", members), n)
    return rng.integers(n, size=size)


def out_of_bag(indices: Array, n: int | None = None) -> Array:
    """Which of n examples were not drawn: True where left out, (n,) for indices (m,), (k, n) for (k, m).

    `n` is m unless given. Raises ValueError for an index outside [0, n).

    >>> out_of_bag(np.array([0, 0, 3, 1]))
    array([False, False,  True, False])
    """
    drawn = check_array("out_of_bag", indices, "(…, n)", name="indices", some=True)
    indices = np.asarray(indices)
    n = indices.shape[-1] if n is None else check_int("out_of_bag", "n", n)
    if indices.dtype.kind not in "iu" or np.any((drawn < 0) | (drawn >= n)):
        raise ValueError(f"out_of_bag: indices of type {indices.dtype} outside 0 … {n - 1}; expected whole numbers in "
                         "that range, as from bootstrap_indices.")
    mask = np.ones((*indices.shape[:-1], n), bool)
    np.put_along_axis(mask, indices, False, axis=-1)
    return mask


def share_left_out(n: int | Array) -> float | Array:
    """The share of n examples that a bootstrap sample of n leaves out on average: (1 − 1/n)ⁿ → 1/e = 0.368.

    >>> round(share_left_out(10), 3)
    0.349
    """
    examples = check_array("share_left_out", n, name="n", dtype=float)
    if np.any(examples < 1):
        raise ValueError(f"share_left_out: n must be at least 1, got {n}.")
    return _plain((1 - 1 / examples) ** examples)


def out_of_bag_average(predictions: Array, left_out: Array) -> Array:
    """For every example, the average over the members that did NOT see it; NaN where all of them did.

    predictions (k, n, …), left_out (k, n) as from `out_of_bag`; returns (n, …). Errors on it estimate the test error of
    the ensemble without a test set.
    """
    who = "out_of_bag_average"
    predictions, left_out = _stack(who, predictions), as_array(who, left_out, "left_out")
    if left_out.shape != predictions.shape[:2] or left_out.dtype != bool:
        raise ValueError(f"out_of_bag_average: left_out has shape {left_out.shape} and type {left_out.dtype}; expected "
                         f"booleans {predictions.shape[:2]}, as from out_of_bag(indices).")
    weight = left_out.reshape(*left_out.shape, *(1,) * (predictions.ndim - 2)).astype(predictions.dtype)
    with np.errstate(invalid="ignore"):
        return (predictions * weight).sum(axis=0) / weight.sum(axis=0)


# ------------------------------------------------------------------------------------------------ combining
def average(predictions: Array) -> Array:
    """The mean over the members: (k, n, …) → (n, …). For regression, and for probabilities (not for labels)."""
    return _stack("average", predictions).mean(axis=0)


def soft_vote(probabilities: Array) -> Array:
    """The class with the highest average probability, (k, n, c) → labels (n,); ties go to the lowest class.

    Raises ValueError unless every row is a distribution: entries ≥ 0 that sum to 1.
    """
    p = _stack("soft_vote", probabilities)
    if p.ndim != 3 or np.any(p < 0) or np.any(np.abs(p.sum(axis=-1) - 1) > 1e-3):
        raise ValueError(f"soft_vote: got shape {p.shape}; expected (members, examples, classes) with entries ≥ 0 that "
                         "sum to 1 over the classes. Logits must go through softmax first.")
    return p.mean(axis=0).argmax(axis=-1)


def hard_vote(labels: Array, n_classes: int | None = None) -> Array:
    """The class that most members name, (k, n) → (n,); ties go to the lowest class.

    >>> hard_vote(np.array([[0, 2], [1, 2], [1, 0]]))
    array([1, 2])
    """
    labels = class_labels("hard_vote", labels, n_classes)
    if labels.ndim != 2 or not labels.size:
        raise ValueError(f"hard_vote: labels have shape {labels.shape}; expected (members, examples), one label each.")
    classes, place = np.unique(labels, return_inverse=True)
    pairs = np.arange(labels.shape[1]) * len(classes) + place.reshape(labels.shape)  # (example, class) as one number
    pairs, votes = np.unique(pairs, return_counts=True)
    examples, named = np.divmod(pairs, len(classes))
    order = np.lexsort((named, -votes, examples))      # per example: most votes first, then the lowest class
    _, first = np.unique(examples[order], return_index=True)
    return classes[named[order[first]]]


# ------------------------------------------------------------------------------------------------ how sure it may be
class Reliability(NamedTuple):
    """How sure, and how often right, in `bins` of equal width: share (bins,) of the examples whose confidence lies in
    each, their mean confidence `sure` and accuracy `right`, NaN in empty bins; ece is Σ share · |sure − right|."""

    share: Array
    sure: Array
    right: Array
    ece: float


def reliability(p: Array, y: Array, bins: int = 10) -> Reliability:
    """Compare the confidence max p of probabilities p (n, classes) with the share of right answers; labels y (n,).

    The expected calibration error (ECE) is 0 if of the answers given with 70 % confidence 70 % are right.
    Guo et al. 2017, arXiv:1706.04599.

    >>> reliability(np.array([[0.8, 0.2], [0.8, 0.2]]), np.array([0, 1])).ece.__round__(3)
    0.3
    """
    bins, y = check_int("reliability", "bins", bins), class_labels("reliability", y)
    p = check_array("reliability", p, "(n, classes)", name="p", some=True, dtype=float)
    if p.shape[:1] != y.shape or np.any(p < 0) or np.any(np.abs(p.sum(axis=-1) - 1) > 1e-3):
        raise ValueError(f"reliability: p has shape {p.shape}, y {y.shape}; expected (n, classes) with rows that are "
                         "≥ 0 and sum to 1, and (n,). Logits must go through softmax first.")
    sure, right = p.max(axis=-1), p.argmax(axis=-1) == y
    which = np.minimum((sure * bins).astype(int), bins - 1)
    counts, sums = np.bincount(which, minlength=bins), [np.bincount(which, v, bins) for v in (sure, right)]
    with np.errstate(invalid="ignore"):
        means = [total / counts for total in sums]
    return Reliability(counts / len(y), *means, float(np.abs(sums[0] - sums[1]).sum() / len(y)))


# ------------------------------------------------------------------------------------------------ how much it helps
class Moments(NamedTuple):
    """v: mean squared error of a member; c: mean product of the errors of two different members."""

    v: float
    c: float


def error_moments(errors: Array) -> Moments:
    """Measure v and c on errors (k, n), k ≥ 2: v over all members and examples, c over all pairs i ≠ j.

    Put into `ensemble_variance` they give exactly the mean of (mean error)² over the same examples.
    """
    e = _stack("error_moments", errors).astype(np.float64)
    if e.ndim != 2 or len(e) < 2:
        raise ValueError(f"error_moments: errors have shape {e.shape}; expected (members, examples) with at least 2 "
                         "members.")
    v, k = np.mean(e * e), len(e)
    return Moments(float(v), float((k * np.mean(e.mean(axis=0) ** 2) - v) / (k - 1)))


def ensemble_variance(v: float | Array, c: float | Array, k: int | Array) -> float | Array:
    """E[(mean of k errors)²] = v/k + (k − 1)/k · c: v/k if the errors are uncorrelated, v if they are all the same.

    Arguments broadcast. v ≥ 0, k ≥ 1, and −v/(k − 1) ≤ c ≤ v: k errors cannot all be opposed to each other.
    Goodfellow, Bengio & Courville 2016, section 7.11.

    >>> [round(ensemble_variance(1.0, c, 10), 3) for c in (0.0, 0.5, 1.0)]
    [0.1, 0.55, 1.0]
    """
    v_, c_, k_ = (check_array("ensemble_variance", a, name=name, dtype=float)
                  for name, a in (("v", v), ("c", c), ("k", k)))
    try:
        np.broadcast_shapes(v_.shape, c_.shape, k_.shape)
    except ValueError:
        raise ValueError(f"ensemble_variance: v has shape {v_.shape}, c {c_.shape}, k {k_.shape}; expected shapes that "
                         "broadcast.") from None
    if np.any(v_ < 0) or np.any(k_ < 1):
        raise ValueError(f"ensemble_variance: expected v ≥ 0 and k ≥ 1, got v = {v} and k = {k}.")
    slack = 1e-9 * v_
    if np.any(c_ > v_ + slack) or np.any(c_ * (k_ - 1) < -v_ - slack):
        raise ValueError(f"ensemble_variance: got v = {v}, c = {c}, k = {k}; expected -v/(k - 1) ≤ c ≤ v. No k "
                         "errors of that size can have such a covariance.")
    return _plain(v_ / k_ + (k_ - 1) / k_ * c_)


def _plain(a: Array) -> float | Array:
    """An array without axes as a number."""
    return float(a) if np.ndim(a) == 0 else a


def _stack(owner: str, x: Any) -> Array:
    """Predictions (members, examples, …) with at least one of each; whole numbers count as float32."""
    whole = as_array(owner, x, "the stack of predictions").dtype.kind in "biu"
    return check_array(owner, x, "(members, examples, …)", name="the stack of predictions", some=True,
                       dtype=FLOAT if whole else None)
