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

    logits (…, batch, classes); labels: class numbers (batch,) or (K, batch), or soft targets t in the shape of the
    logits whose rows sum to 1. Raises ValueError for labels outside [0, classes) and for shapes that do not match.
    """
    _same_examples("softmax_cross_entropy", logits, labels)
    if labels.ndim == logits.ndim:
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
    _same_shape("sigmoid_cross_entropy", logits, targets)
    count = logits.shape[-1] * logits.shape[-2]
    e = np.exp(-np.abs(logits))
    value = np.maximum(logits, 0) - targets * logits + np.log1p(e)
    return value.sum(axis=(-2, -1)) / count, (np.where(logits >= 0, 1, e) / (1 + e) - targets) / count


def mean_squared_error(y: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """L = mean (y − t)² over all outputs, with gradient 2(y − t) / count; y and target (…, batch, n)."""
    _same_shape("mean_squared_error", y, target)
    error = y - target
    count = y.shape[-1] * y.shape[-2]
    return (error * error).sum(axis=(-2, -1)) / count, error * (2 / count)


def _same_examples(owner: str, logits: np.ndarray, labels: np.ndarray) -> None:
    expected = logits.shape if labels.ndim == logits.ndim else logits.shape[-1 - labels.ndim:-1]
    if labels.shape != expected or labels.ndim == 0:
        raise ValueError(f"{owner}: labels have shape {labels.shape} for logits {logits.shape}; expected one class "
                         f"number per example, {logits.shape[-2:-1]}, or soft targets {logits.shape}.")


def _same_shape(owner: str, y: np.ndarray, target: np.ndarray) -> None:
    if target.shape not in (y.shape, y.shape[1:]) or target.ndim < 2:
        raise ValueError(f"{owner}: targets have shape {target.shape} for outputs {y.shape}; expected the same shape. "
                         "A column of targets is y[:, None].")


LOSSES: dict[str, Loss] = {f.__name__: f for f in (softmax_cross_entropy, sigmoid_cross_entropy, mean_squared_error)}
