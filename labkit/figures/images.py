"""Weights and pictures as grey images in a row or a grid."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from labkit.figures import style
from labkit.figures.picture import Still, still
from labkit.fits import guard

Array = np.ndarray


def draw_image(ax: Axes, image: Array, limit: float | None = None) -> None:
    """One image (height, width) in grey: from black to white between −limit and +limit, or between its own extremes."""
    low, high = (-limit, limit) if limit else (image.min(), image.max())
    ax.imshow(image, cmap="gray", vmin=low, vmax=high, interpolation="nearest")
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)


def image_rows(rows: Mapping[str, Sequence[Array]], *, description: str, signed: bool = True) -> Still:
    """A named row of equally large images for every entry; with `signed`, 0 is middle grey in each row."""
    count = max(len(images) for images in rows.values())
    drawn = style.figure(11, 0.6 + len(rows) * 8.6 / count)
    with style.styled():
        grid = drawn.subplots(len(rows), count, squeeze=False)
        for axes, (name, images) in zip(grid, rows.items(), strict=True):
            limit = max(np.abs(image).max() for image in images) if signed else None
            for ax, image in zip(axes, images, strict=False):
                draw_image(ax, image, limit)
            axes[0].set_ylabel(name, rotation=0, ha="right", va="center", labelpad=12)
        drawn.tight_layout(pad=0.4)
    return still(drawn, description)


guard(__name__)
