"""What counts as a batch of images: (batch, height, width) or (batch, height, width, channels), floats in [0, 1]."""

import numpy as np

Array = np.ndarray


def as_images(owner: str, x: Array, *, channels: int | None = None, smallest: int = 1) -> Array:
    """Return `x`; raise ValueError unless it is a batch of images of at least `smallest` pixels a side."""
    x = np.asarray(x)
    if x.dtype.kind != "f":
        raise ValueError(f"{owner}: x has type {x.dtype}; expected floats in [0, 1]. Pixels from 0 to 255 become that "
                         "by x / np.float32(255).")
    wanted = f"(batch, height, width{'[, channels]' if channels is None else f', {channels}'})"
    if x.ndim not in (3, 4) or (channels is not None and x.shape[3:] != (channels,)):
        raise ValueError(f"{owner}: x has shape {x.shape}; expected {wanted}. Flat vectors become images by "
                         "x.reshape(-1, 28, 28).")
    if x.ndim == 3 and x.shape[-1] in (3, 4) and min(x.shape[:2]) > 4:
        raise ValueError(f"{owner}: x has shape {x.shape}, which looks like one photograph; expected a batch: x[None].")
    if not x.size or min(x.shape[1:3]) < smallest:
        raise ValueError(f"{owner}: x has shape {x.shape}; expected at least one image, of at least {smallest} × "
                         f"{smallest} pixels.")
    return x
