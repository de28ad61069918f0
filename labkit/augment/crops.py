"""Cutting pieces out of pictures: at random for training, always the same ones for testing.

When a network is tested on several crops of one image its answers are averaged: stacks of crops carry the crops on the
leading axis, as ensembles carry their members. Two protocols are often merged into one: ten crops at one scale
(`ten_crop`), or the whole image at several scales (`multi_scale`). He et al. 2015, arXiv:1512.03385, section 3.4.
"""

import numpy as np

from labkit.augment.filters import resize
from labkit.augment.geometry import sample
from labkit.augment.images import FAR, STRENGTH, as_images, pair_of
from labkit.checks import Range, check_array, check_int, in_range

Array = np.ndarray
Size = int | tuple[int, int]        # a square, or (height, width)


def random_crop(rng: np.random.Generator, x: Array, *, padding: int = 4, size: Size | None = None) -> Array:
    """Add `padding` ≥ 0 zeros on every side, then cut out a window at random, of the old size unless `size` is given.

    Moves by whole pixels, so nothing is blurred. With padding 4 the usual recipe for 32 × 32 images.
    """
    x = as_images("random_crop", x, rng=rng)
    padding = check_int("random_crop", "padding", padding, low=0, high=10_000)
    height, width = pair_of("random_crop", x.shape[1:3] if size is None else size)
    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding), *((0, 0),) * (x.ndim - 3)))
    room = _room("random_crop", x, height, width)
    tops, lefts = (rng.random((2, len(x))) * (room + 1)[:, None]).astype(int)
    windows = np.lib.stride_tricks.sliding_window_view(x, (height, width), axis=(1, 2))     # (batch, top, left, …)
    cut = windows[np.arange(len(x)), tops, lefts]
    return np.ascontiguousarray(np.moveaxis(cut, 1, -1)) if x.ndim == 4 else cut


def scale_crop(rng: np.random.Generator, x: Array, *, shortest: tuple[float, float] = (256, 480),
               size: Size = 224) -> Array:
    """Scale each image so that its shorter side is L, uniform in `shortest`, then cut out a window at random.

    Returns (batch, size, size[, channels]). The defaults are those of ResNet (arXiv:1512.03385), which also flips.
    Bilinear, without smoothing: to make pictures much smaller, `resize` them first. Raises ValueError unless the window
    fits into the smallest scaled image.
    """
    x = as_images("scale_crop", x, rng=rng, smallest=2)
    size = pair_of("scale_crop", size)
    low, high = _sides("scale_crop", shortest, 2)
    full = np.array(x.shape[1:3])
    if low > high or np.any(full * (low / full.min()) < np.array(size) - 1e-6):
        raise ValueError(f"scale_crop: images of {full[0]} × {full[1]} with the shorter side scaled to between {low:g} "
                         f"and {high:g} have no room for a window of {size[0]} × {size[1]}.")
    share = rng.random((3, len(x)))
    step = full.min() / (low + (high - low) * share[0])       # input pixels per output pixel
    coordinates = []
    for axis in (0, 1):
        start = share[1 + axis] * np.maximum(full[axis] - size[axis] * step, 0)
        position = start[:, None] + (np.arange(size[axis]) + 0.5) * step[:, None] - 0.5
        coordinates.append(position.astype(x.dtype))
    shape = (len(x), *size)
    rows, columns = coordinates[0][:, :, None], coordinates[1][:, None, :]
    return sample(x, np.broadcast_to(rows, shape), np.broadcast_to(columns, shape), border="edge")


def zoom_crop(rng: np.random.Generator, x: Array, *, zoom: float = 0.5) -> Array:
    """`scale_crop` that keeps the size: enlarge each image by something from 1 to 1 + zoom, cut out a random window."""
    x = as_images("zoom_crop", x, rng=rng, smallest=2)
    shorter, zoom = min(x.shape[1:3]), in_range("zoom_crop", "zoom", zoom, STRENGTH)
    return scale_crop(rng, x, shortest=(shorter, shorter * (1 + zoom)), size=x.shape[1:3])


def ten_crop(x: Array, size: Size) -> Array:
    """The four corners and the centre, then their mirror images: (10, batch, size, size[, channels]).

    Krizhevsky, Sutskever & Hinton 2012.
    """
    x = as_images("ten_crop", x)
    height, width = pair_of("ten_crop", size)
    bottom, right = _room("ten_crop", x, height, width)
    corners = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    five = np.stack([x[:, top:top + height, left:left + width] for top, left in corners])
    return np.concatenate([five, np.flip(five, axis=3)])


def multi_scale(x: Array, size: Size, *, shortest: tuple[int, ...] = (224, 256, 384, 480, 640)) -> Array:
    """The centre of the image at each of several scales: (scales, batch, size, size[, channels]).

    A convolutional network averages over the whole of each scaled image, `resize(x, L)`; one with a fixed number of
    inputs sees the centre.
    """
    height, width = pair_of("multi_scale", size)
    crops = []
    for length in _sides("multi_scale", shortest):
        scaled = resize(x, int(length))
        top, left = _room("multi_scale", scaled, height, width) // 2
        crops.append(scaled[:, top:top + height, left:left + width])
    return np.stack(crops)


def _sides(owner: str, shortest: tuple[float, ...], n: int | None = None) -> list[float]:
    """The lengths of the shorter side, each at least 1; raise unless there are n of them, or at least one."""
    lengths = check_array(owner, shortest, "(lengths,)", name="shortest", dtype=float, some=True)
    if n not in (None, len(lengths)):
        raise ValueError(f"{owner}: shortest must be {n} lengths, the smallest and the largest, got {shortest!r}.")
    return [in_range(owner, "shortest", length, Range(1, FAR)) for length in lengths]


def _room(owner: str, x: Array, height: int, width: int) -> Array:
    """How far a window can move down and to the right."""
    room = np.array(x.shape[1:3]) - (height, width)
    if room.min() < 0:
        raise ValueError(f"{owner}: a window of {height} × {width} does not fit into images of {x.shape[1]} × "
                         f"{x.shape[2]}.")
    return room
