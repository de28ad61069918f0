"""Taking away, mixing and shifting: what no camera does, and what may help all the same.

Mixing two images is not label-preserving: the labels are mixed in the same proportion.
"""

import numpy as np

from labkit.augment.images import FAR, as_images
from labkit.checks import FLOAT, SHARE, Range, as_array, check_array, check_generator, check_int, class_labels, in_range

Array = np.ndarray


def cutout(rng: np.random.Generator, x: Array, *, size: int = 8, fill: float = 0.0) -> Array:
    """Block out a square of `size` ≥ 0 pixels around a pixel drawn at random, with the value `fill`.

    The square may stick out over the border, so a part of it is often smaller. DeVries & Taylor 2017, arXiv:1708.04552.
    """
    x, size = as_images("cutout", x, rng=rng).copy(), check_int("cutout", "size", size, low=0)
    fill = in_range("cutout", "fill", fill, Range(-FAR, FAR))
    n, height, width = x.shape[:3]
    centre = (rng.random((2, n, 1)) * [[[height]], [[width]]]).astype(int)
    rows, columns = (_covered(np.arange(length), middle, size) for length, middle in zip((height, width), centre,
                                                                                         strict=True))
    x[rows[:, :, None] & columns[:, None, :]] = fill
    return x


def _covered(position: Array, middle: Array, size: int) -> Array:
    start = middle - size // 2
    return (position >= start) & (position < start + size)


def roll(rng: np.random.Generator, x: Array, *, shift: int = 4) -> Array:
    """Shift each signal of x (batch, length) in a circle by a whole number from −shift … shift, all equally likely."""
    check_generator("roll", rng)
    x, shift = as_array("roll", x), check_int("roll", "shift", shift, low=0)
    if x.ndim != 2 or not x.size:
        raise ValueError(f"roll: x has shape {x.shape}; expected signals (batch, length).")
    x = x if x.dtype.kind in "iub" else check_array("roll", x)
    steps = (rng.random((len(x), 1)) * (2 * shift + 1)).astype(int) - shift
    return np.take_along_axis(x, (np.arange(x.shape[1]) - steps) % x.shape[1], axis=1)


def mixup(rng: np.random.Generator, x: Array, y: Array, *, alpha: float = 0.2,
          n_classes: int | None = None) -> tuple[Array, Array]:
    """Mix each example with another of the batch: x̃ = m x + (1 − m) x′, ỹ = m y + (1 − m) y′, m ~ Beta(α, α).

    x (batch, …) floats; y labels (batch,), for which `n_classes` is needed, or soft labels (batch, classes). Returns x̃
    and ỹ (batch, classes). One m per example; α → 0 mixes nothing. Zhang et al. 2018, arXiv:1710.09412.
    """
    check_generator("mixup", rng)
    x = as_array("mixup", x)
    if x.dtype.kind != "f":
        raise ValueError(f"mixup: x has type {x.dtype}; expected floats.")
    x = check_array("mixup", x, "(batch, …)", some=True)
    y = _soft(y, n_classes, x.dtype)
    if len(x) != len(y):
        raise ValueError(f"mixup: got {len(x)} examples and {len(y)} labels; expected as many of one as the other.")
    alpha = in_range("mixup", "alpha", alpha, Range(0, FAR))
    m = (rng.beta(alpha, alpha, len(x)) if alpha > 1e-9 else np.ones(len(x))).astype(x.dtype)
    other = rng.permutation(len(x))
    return _mixed(x, x[other], m), _mixed(y, y[other], m)


def _soft(y: Array, n_classes: int | None, dtype: np.dtype) -> Array:
    y = as_array("mixup", y, "y")
    if y.ndim == 2 and y.dtype.kind in "biuf":
        y = check_array("mixup", y, name="y", dtype=dtype)
        if np.any(y < 0) or np.any(np.abs(y.sum(axis=-1) - 1) > 1e-3):
            raise ValueError("mixup: y holds soft labels whose rows are negative or do not sum to 1; expected "
                             "(batch, classes), or class labels (batch,).")
        return y
    if n_classes is None:
        raise ValueError(f"mixup: y has shape {y.shape} and type {y.dtype}; class labels need n_classes, for example "
                         "mixup(rng, x, y, n_classes=10).")
    return smooth_labels(y, n_classes, eps=0.0).astype(dtype, copy=False)


def _mixed(a: Array, b: Array, m: Array) -> Array:
    m = m.reshape(-1, *(1,) * (a.ndim - 1))
    return m * a + (1 - m) * b


def smooth_labels(labels: Array, n_classes: int, *, eps: float = 0.1) -> Array:
    """Soft labels (batch, n classes), float32: 1 − ε + ε/n on the class of the example, ε/n on the others.

    Szegedy et al. 2016, arXiv:1512.00567, section 7. With ε = 0 it is one-hot.

    >>> smooth_labels(np.array([1]), 2, eps=0.5)
    array([[0.25, 0.75]], dtype=float32)
    """
    labels = class_labels("smooth_labels", labels, check_int("smooth_labels", "n_classes", n_classes))
    eps = in_range("smooth_labels", "eps", eps, SHARE)
    if labels.ndim != 1:
        raise ValueError(f"smooth_labels: labels have shape {labels.shape}; expected one per example, (batch,).")
    soft = np.full((len(labels), n_classes), eps / n_classes, FLOAT)
    soft[np.arange(len(labels)), labels] += 1 - eps
    return soft
