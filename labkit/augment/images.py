"""What counts as a batch of images: (batch, height, width) or (batch, height, width, channels), floats in [0, 1]."""

from typing import Any

import numpy as np

from labkit.checks import Range, as_array, check_array, check_generator, check_int, in_range

Array = np.ndarray
FAR = 1e6
"""No picture has so many pixels in a row: what is larger is a slip, and would leave the range of float32."""
STRENGTH = Range(0, FAR)


def as_images(owner: str, x: Any, *, rng: Any = ..., channels: int | None = None, smallest: int = 1,
              within: bool = False) -> Array:
    """Return `x`; raise unless it is a batch of images of at least `smallest` pixels a side, the channels last.

    `within` asks for values in [0, 1]: for transforms that cut to this range and would turn pixels from 0 to 255 into
    white. `rng`, if given, must be a generator.
    """
    if rng is not ...:
        check_generator(owner, rng)
    _check_type(owner, x)
    x = check_array(owner, x)
    _check_axes(owner, x, channels)
    if not x.size or min(x.shape[1:3]) < smallest:
        raise ValueError(f"{owner}: x has shape {x.shape}; expected at least one image, of at least {smallest} × "
                         f"{smallest} pixels.")
    return check_within(owner, x) if within else x


def _check_type(owner: str, x: Any) -> None:
    dtype = getattr(x, "dtype", None)
    if dtype not in (np.float32, np.float64):
        raise ValueError(f"{owner}: x has type {dtype or type(x).__name__}; expected floats in [0, 1], float32 or "
                         "float64. Pixels from 0 to 255 become that by x / np.float32(255).")


def _check_axes(owner: str, x: Array, channels: int | None) -> None:
    if x.ndim == 4 and x.shape[1] in (1, 3, 4) and min(x.shape[2:]) > 4:
        raise ValueError(f"{owner}: x has shape {x.shape}, channels first; expected them last, (batch, height, width, "
                         "channels): np.moveaxis(x, 1, -1).")
    wanted = f"(batch, height, width{'[, channels]' if channels is None else f', {channels}'})"
    if x.ndim not in (3, 4) or (channels is not None and x.shape[3:] != (channels,)):
        raise ValueError(f"{owner}: x has shape {x.shape}; expected {wanted}. Flat vectors become images by "
                         "x.reshape(-1, 28, 28).")
    if x.ndim == 3 and x.shape[-1] in (3, 4) and min(x.shape[:2]) > 4:
        raise ValueError(f"{owner}: x has shape {x.shape}, which looks like one photograph; expected a batch: x[None].")


def check_within(owner: str, x: Array, fix: str = "") -> Array:
    """Return `x`; raise unless all values lie in [0, 1], but for rounding."""
    low, high = (float(x.min()), float(x.max())) if x.size else (0.0, 0.0)
    if low < -1e-3 or high > 1 + 1e-3:
        raise ValueError(f"{owner}: x runs from {low:.3g} to {high:.3g}; expected floats in [0, 1]. Divide pixels by "
                         f"255, and standardise after augmenting, not before.{fix}")
    return x


def pair_of(owner: str, size: Any) -> tuple[int, int]:
    """(height, width) of a size that is one whole number or two."""
    sides = tuple(size) if isinstance(size, tuple | list) else (size, size)
    if len(sides) != 2:
        raise ValueError(f"{owner}: size must be one whole number or two, (height, width), got {size!r}.")
    return check_int(owner, "size", sides[0]), check_int(owner, "size", sides[1])


def amounts(owner: str, name: str, value: Any, n: int, allowed: Range) -> Array:
    """An array (n,) with the amount of each image, from one number or one for each."""
    if np.ndim(as_array(owner, value, name)):
        value = check_array(owner, value, name=name)
    value = np.asarray(in_range(owner, name, value, allowed, arrays=True))
    if value.shape not in ((), (1,), (n,)):
        raise ValueError(f"{owner}: {name} has shape {value.shape}; expected a number, or one for each image, ({n},).")
    return np.broadcast_to(value, n)
