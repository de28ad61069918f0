"""A loss says in one number how wrong the network is; its gradient says in which direction to be less wrong.

Every entry of `LOSSES` takes outputs of shape (batch, n), or (K, batch, n) for K replicas, and returns
(value, gradient): the mean over the batch, one number or (K,), and ∂value/∂outputs in the shape of the outputs.
"""

from collections.abc import Callable

import numpy as np

from labkit.checks import class_labels

Loss = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def softmax(logits: np.ndarray) -> np.ndarray:
    """p = exp(z) / Σ exp(z) along the last axis, after subtracting the largest z so that nothing overflows."""
    p = logits - logits.max(axis=-1, keepdims=True)
    np.exp(p, out=p)
    p /= p.sum(axis=-1, keepdims=True)
    return p


def softmax_cross_entropy(logits: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """L = −mean Σ t log softmax(z), with gradient (softmax(z) − t) / batch.

    logits (…, batch, classes); labels: whole numbers (batch,) or (K, batch), the classes; or floats of the shape of the
    logits, soft targets t whose rows sum to 1. Raises ValueError for labels outside [0, classes) and other shapes.
    """
    soft = labels.dtype.kind == "f"
    _check_targets("softmax_cross_entropy", labels.shape, logits.shape if soft else logits.shape[:-1], 1 + soft)
    if soft:
        return _soft_cross_entropy(logits, labels)
    z = logits - logits.max(axis=-1, keepdims=True)
    p = np.exp(z)
    total = p.sum(axis=-1, keepdims=True)
    p /= total
    batch, classes = logits.shape[-2:]
    here = _flat_index(labels, p.size // (batch * classes), batch, classes)
    picked = z.reshape(-1)[here].reshape(logits.shape[:-1])  # z of the true class of every example
    p.reshape(-1)[here] -= 1
    p /= batch
    return (np.log(total[..., 0]) - picked).sum(axis=-1) / batch, p


def _flat_index(labels: np.ndarray, replicas: int, batch: int, classes: int) -> np.ndarray:
    """Where the true class of every example stands in the flattened logits."""
    if labels.min() < 0 or labels.max() >= classes:
        class_labels("softmax_cross_entropy", labels, classes)
    rows = np.arange(0, replicas * batch * classes, classes).reshape(replicas, batch)
    return (rows + labels).reshape(-1)


def _soft_cross_entropy(logits: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    batch = logits.shape[-2]
    z = logits - logits.max(axis=-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    return -(targets * log_p).sum(axis=(-2, -1)) / batch, (np.exp(log_p) - targets) / batch


def sigmoid_cross_entropy(logits: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """L = −mean [t log σ(z) + (1 − t) log(1 − σ(z))] over all outputs, with gradient (σ(z) − t) / count.

    logits and targets (…, batch, n), targets in [0, 1]. Computed as max(z, 0) − tz + log(1 + e^−|z|): no overflow.
    """
    _check_targets("sigmoid_cross_entropy", targets.shape, logits.shape, 2)
    count = logits.shape[-1] * logits.shape[-2]
    e = np.exp(-np.abs(logits))
    value = np.maximum(logits, 0) - targets * logits + np.log1p(e)
    return value.sum(axis=(-2, -1)) / count, (np.where(logits >= 0, 1, e) / (1 + e) - targets) / count


def mean_squared_error(y: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """L = mean (y − t)² over all outputs, with gradient 2(y − t) / count; y and target (…, batch, n)."""
    _check_targets("mean_squared_error", target.shape, y.shape, 2)
    error = y - target
    count = y.shape[-1] * y.shape[-2]
    return (error * error).sum(axis=(-2, -1)) / count, error * (2 / count)


def _check_targets(owner: str, got: tuple[int, ...], expected: tuple[int, ...], axes: int) -> None:
    """Targets have the expected shape; replicas may share them and leave out the axes before the last `axes`."""
    if len(got) < axes or got != expected[-len(got):]:
        raise ValueError(f"{owner}: targets have shape {got}; expected {expected}: one whole number per example for "
                         "classes, one float per output otherwise (a single column of targets is y[:, None]).")


LOSSES: dict[str, Loss] = {f.__name__: f for f in (softmax_cross_entropy, sigmoid_cross_entropy, mean_squared_error)}
