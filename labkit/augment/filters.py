"""A new pixel is a weighted mean of old ones: blurring, sharpening, scaling, and any small kernel.

Weights that are a product of one for the row and one for the column are two matrices: x′ = A x Bᵀ.
"""

import numpy as np

from labkit.augment.images import STRENGTH, amounts, as_images, pair_of
from labkit.checks import check_array, check_int, in_range

Array = np.ndarray


def blur(rng: np.random.Generator, x: Array, *, width: float = 1.0) -> Array:
    """Smooth each image with a Gaussian whose standard deviation is uniform in [0, width] pixels."""
    x = as_images("blur", x, rng=rng)
    return smooth(x, in_range("blur", "width", width, STRENGTH) * rng.random(len(x)))


def sharpen(rng: np.random.Generator, x: Array, *, amount: float = 1.0) -> Array:
    """Add to each image up to `amount` times what a blur of one pixel would take away (an unsharp mask)."""
    x = as_images("sharpen", x, rng=rng, within=True)
    share = (in_range("sharpen", "amount", amount, STRENGTH) * rng.random(len(x))).astype(x.dtype)
    return np.clip(x + share.reshape(-1, *(1,) * (x.ndim - 1)) * (x - smooth(x, 1.0)), 0, 1)


def smooth(x: Array, width: float | Array) -> Array:
    """Gaussian weights of standard deviation `width` (one, or one per image) over rows and columns, x' = G x Gᵀ.

    Every row of G sums to 1: at the border the mean is over the pixels that exist.
    """
    x = as_images("smooth", x)
    width = amounts("smooth", "width", width, len(x), STRENGTH).astype(x.dtype)
    width = np.maximum(width[:1] if np.all(width == width[0]) else width, x.dtype.type(1e-3))[:, None, None]
    return separable(_gaussian(x.shape[1], width), x, _gaussian(x.shape[2], width))


def _gaussian(n: int, width: Array) -> Array:
    distance = np.subtract.outer(np.arange(n, dtype=width.dtype), np.arange(n, dtype=width.dtype))
    weight = np.exp((distance / width) ** 2 / -2)
    weight[weight < 1e-9] = 0       # what float32 can only just hold makes the products ten times slower
    return weight / weight.sum(axis=-1, keepdims=True)


def apply_filter(x: Array, kernel: Array) -> Array:
    """Slide a small kernel (odd, odd) over all images: y[r, c] = Σ kernel[i, j] · x[r + i − mid, c + j − mid].

    Not mirrored (a correlation, as in convolutional networks), not clipped; the last pixel goes on beyond the border.
    """
    x, kernel = as_images("apply_filter", x), check_array("apply_filter", kernel, name="kernel")
    if kernel.ndim != 2 or not np.all(np.array(kernel.shape) % 2):
        raise ValueError(f"apply_filter: kernel has shape {kernel.shape}; expected (odd, odd), for example (3, 3).")
    up, left = np.array(kernel.shape) // 2
    padded = np.pad(x, ((0, 0), (up, up), (left, left), *((0, 0),) * (x.ndim - 3)), mode="edge")
    out = np.zeros_like(x)
    for (i, j), weight in np.ndenumerate(kernel.astype(x.dtype)):
        out += weight * padded[:, i:i + x.shape[1], j:j + x.shape[2]]
    return out


def resize(x: Array, size: int | tuple[int, int]) -> Array:
    """Scale all images: to (height, width), or so that the shorter side is `size` and the shape stays.

    Each new pixel is a weighted mean of the old ones around it, the weights falling linearly to 0 at a distance of one
    new pixel (or one old, if those are larger). Weights for rows and columns are two matrices: x' = A x Bᵀ.
    """
    x = as_images("resize", x)
    old = x.shape[1:3]
    if not isinstance(size, tuple | list):
        scale = check_int("resize", "size", size) / min(old)
        size = tuple(max(1, round(side * scale)) for side in old)
    size = pair_of("resize", size)
    rows, columns = (_triangle(a, b).astype(x.dtype) for a, b in zip(old, size, strict=True))
    return separable(rows, x, columns)


def separable(rows: Array, x: Array, columns: Array) -> Array:
    """A x Bᵀ for every image and channel; A (height', height) and B (width', width), or a stack with one per image."""
    n, height, width = x.shape[:3]
    planes = np.ascontiguousarray(np.moveaxis(x.reshape(n, height, width, -1), -1, 1))
    y = rows[..., None, :, :] @ planes @ columns[..., None, :, :].mT
    return np.ascontiguousarray(np.moveaxis(y, 1, -1)).reshape(*y.shape[:1], *y.shape[2:], *x.shape[3:])


def _triangle(old: int, new: int) -> Array:
    """The weights of `old` pixels in `new` ones, (new, old); every row sums to 1."""
    scale = old / new
    centre = (np.arange(new)[:, None] + 0.5) * scale - 0.5
    weight = np.maximum(1 - np.abs(np.arange(old) - centre) / max(scale, 1), 0)
    return weight / weight.sum(axis=1, keepdims=True)
