"""A loss says in one number how wrong the network is; its gradient says in which direction to be less wrong.

Every entry of `LOSSES` takes outputs of shape (batch, n), or (K, batch, n) for K replicas, and returns
(value, gradient): the mean over the batch, one number or (K,), and ∂value/∂outputs in the shape of the outputs.
The targets come in through the one door of `labkit.targets`, for classes or for numbers.
"""

from collections.abc import Callable

import numpy as np

from labkit.checks import as_float, check_finite
from labkit.doors import ignoring
from labkit.targets import class_targets, number_targets

Array = np.ndarray
Loss = Callable[[Array, Array], tuple[Array, Array]]


@ignoring(under="ignore", invalid="ignore")  # e⁻⁸⁰⁰ is 0, whatever np.seterr says; ∞ − ∞ is NaN
def softmax(logits: Array) -> Array:
    """p = exp(z) / Σ exp(z) along the last axis, after subtracting the largest z so that nothing overflows.

    logits (…, classes), of which whole numbers count as float64; p has their shape.
    """
    logits = as_float("softmax", logits, name="logits")
    if not logits.shape or not logits.shape[-1]:
        raise ValueError(f"softmax: logits have shape {logits.shape}; expected (…, classes).")
    p = logits - logits.max(axis=-1, keepdims=True)
    np.exp(p, out=p)
    p /= p.sum(axis=-1, keepdims=True)
    return p


@ignoring(under="ignore", invalid="ignore")
def softmax_cross_entropy(logits: Array, labels: Array) -> tuple[Array, Array]:
    """L = −mean Σ t log softmax(z), with gradient (softmax(z) − t) / batch.

    logits (…, batch, classes); labels: whole numbers (batch,) or (K, batch), the classes; or floats of the shape of the
    logits, soft targets t whose rows sum to 1. Raises ValueError for labels outside [0, classes) and other shapes.
    """
    logits = as_float("softmax_cross_entropy", logits, name="logits")
    labels = class_targets("softmax_cross_entropy", labels, logits.shape)
    if labels.dtype.kind == "f":
        return _soft_cross_entropy(logits, labels.astype(logits.dtype, copy=False))
    z = logits - np.maximum.reduce(logits, axis=-1, keepdims=True)
    p = np.exp(z, order="C")  # so that its flat form is a view
    total = np.add.reduce(p, axis=-1, keepdims=True)  # (…, batch, 1)
    p /= total
    batch, classes = logits.shape[-2:]
    here = _flat_index(labels, p.size // (batch * classes), batch, classes)  # (K · batch,)
    picked = z.take(here).reshape(logits.shape[:-1])  # z of the true class of every example
    p.reshape(-1)[here] -= 1
    p /= batch
    return np.add.reduce(np.log(total[..., 0]) - picked, axis=-1) / batch, p


def _flat_index(labels: Array, replicas: int, batch: int, classes: int) -> Array:
    """Where the true class of every example stands in the flattened logits."""
    rows = np.arange(0, replicas * batch * classes, classes).reshape(replicas, batch)
    return (rows + labels).reshape(-1)


def _soft_cross_entropy(logits: Array, targets: Array) -> tuple[Array, Array]:
    batch = logits.shape[-2]
    z = logits - logits.max(axis=-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    return -(targets * log_p).sum(axis=(-2, -1)) / batch, (np.exp(log_p) - targets) / batch


@ignoring(under="ignore", invalid="ignore")
def sigmoid_cross_entropy(logits: Array, targets: Array) -> tuple[Array, Array]:
    """L = −mean [t log σ(z) + (1 − t) log(1 − σ(z))] over all outputs, with gradient (σ(z) − t) / count.

    logits and targets (…, batch, n), targets in [0, 1]. Computed as max(z, 0) − tz + log(1 + e^−|z|): no overflow.
    """
    logits, targets = number_targets("sigmoid_cross_entropy", logits, targets)
    if not (targets.min() >= 0 and targets.max() <= 1):
        check_finite("sigmoid_cross_entropy", "targets", targets)
        raise ValueError(f"sigmoid_cross_entropy: targets run from {targets.min():g} to {targets.max():g}; expected "
                         "[0, 1]: 1 where the answer is yes, 0 where it is no.")
    count = logits.shape[-1] * logits.shape[-2]
    e = np.exp(-np.abs(logits))
    value = np.maximum(logits, 0) - targets * logits + np.log1p(e)
    return value.sum(axis=(-2, -1)) / count, (np.where(logits >= 0, 1, e) / (1 + e) - targets) / count


@ignoring(under="ignore", invalid="ignore")
def mean_squared_error(y: Array, target: Array) -> tuple[Array, Array]:
    """L = mean (y − t)² over all outputs, with gradient 2(y − t) / count; y and target (…, batch, n)."""
    y, target = number_targets("mean_squared_error", y, target)
    error = y - target
    count = y.shape[-1] * y.shape[-2]
    value = (error * error).sum(axis=(-2, -1)) / count
    if not np.isfinite(value).all():
        check_finite("mean_squared_error", "targets", target)
    return value, error * (2 / count)


LOSSES: dict[str, Loss] = {f.__name__: f for f in (softmax_cross_entropy, sigmoid_cross_entropy, mean_squared_error)}
