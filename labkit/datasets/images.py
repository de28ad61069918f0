"""Colour photographs, and small patches of them: the most natural data there is for PCA and for augmentation."""

import io
from functools import cache

import numpy as np

from labkit.checks import FLOAT, check_generator, check_int
from labkit.datasets.files import manifest, verified
from labkit.datasets.tables import N_CLASSES, Dataset, tens

Array = np.ndarray
PATCH_CLASSES = ("china", "flower", "chelsea", "coffee", "fig", "brushes", "stream", "peaks", "dandelion", "dogs")
SQUARE = 32
LUMA = np.array([299, 587, 114], FLOAT)   # thousandths: whole numbers below 2²⁴ are exact in float32


def photos() -> dict[str, Array]:
    """The eleven photographs by name, each uint8 (height, width, 3), red, green, blue; the longest side is 480 at most.

    Raises `DataError` if a file is damaged or missing. Who took them: `photo_credits`.

    >>> photos()["coffee"].shape
    (320, 480, 3)
    """
    return {name: photo.copy() for name, photo in _decoded().items()}


def photo_credits() -> dict[str, str]:
    """Whom to thank for each photograph, and its licence: show this line wherever you show the photograph.

    >>> photo_credits()["chelsea"]
    'Stefan van der Walt, CC0-1.0 (resized and recompressed)'
    """
    return {name: f"{facts['credit']}, {facts['licence']} ({facts.get('changes', 'unchanged')})"
            for name, facts in _listed().items()}


def grey_patches(n: int, rng: np.random.Generator, *, size: int = 12) -> Array:
    """n square patches cut at random from all photographs, in shades of grey: (n, size²), float32 in [0, 1].

    grey = 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601). Each photograph is as likely as the others. The first
    principal component is the brightness of the patch as a whole and dwarfs the rest; subtract each patch's own mean
    to see edges and ramps.

    Raises ValueError unless 1 ≤ size ≤ 270, the smallest height.

    >>> grey_patches(500, np.random.default_rng(0)).shape
    (500, 144)
    """
    check_generator("grey_patches", rng)
    pictures = [photo.astype(FLOAT) @ LUMA / (1000 * 255) for photo in _decoded().values()]
    size = _at_most("grey_patches", size, min(min(picture.shape) for picture in pictures))
    which = rng.integers(len(pictures), size=check_int("grey_patches", "n", n))
    patches = np.empty((n, size, size), FLOAT)
    for i, picture in enumerate(pictures):
        corners = rng.integers(np.array(picture.shape) - size + 1, size=(np.count_nonzero(which == i), 2))
        patches[which == i] = _cut(picture, corners, size)
    return patches.reshape(n, -1)


def photo_patches(rng: np.random.Generator, *, n_train: int = 1000, n_val: int = 1000, n_test: int = 2000,
                  size: int = 16) -> Dataset:
    """Which of ten photographs is this patch from? A made-up task on real pixels, for colour augmentation.

    x (n, size · size · 3), float32 in [0, 1] (`x.reshape(-1, size, size, 3)` gives pictures back); y indexes
    `PATCH_CLASSES`, and the classes take turns as in `fashion_mnist`. Each photograph is ruled into squares of 32
    pixels, coloured like a chessboard: training patches lie inside the dark squares, validation and test patches
    inside the light ones of even and odd rows, so that no pixel serves two parts. (The portrait is left out.)

    Raises ValueError unless the three numbers are multiples of 10 and 1 ≤ size ≤ 32.

    >>> photo_patches(np.random.default_rng(0))
    Dataset(train (1000, 768), validation (1000, 768), test (2000, 768); float32)
    """
    check_generator("photo_patches", rng)
    size = _at_most("photo_patches", size, SQUARE)
    parts = []
    for name, n in (("train", n_train), ("val", n_val), ("test", n_test)):
        each = tens("photo_patches", f"n_{name}", n, N_CLASSES, 100_000) // N_CLASSES
        patches = np.stack([_from_squares(_decoded()[photo], name, each, size, rng) for photo in PATCH_CLASSES], axis=1)
        parts += [patches.reshape(n, -1) / FLOAT(255), np.tile(np.arange(N_CLASSES), each)]
    return Dataset(*parts)


def _from_squares(photo: Array, part: str, n: int, size: int, rng: np.random.Generator) -> Array:
    """n patches (n, size, size, 3) of one photograph, each inside one square that belongs to `part`."""
    row, column = np.indices((photo.shape[0] // SQUARE, photo.shape[1] // SQUARE))
    light = (row + column) % 2 == 1
    mine = {"train": ~light, "val": light & (row % 2 == 0), "test": light & (row % 2 == 1)}[part]
    squares = np.argwhere(mine) * SQUARE
    corners = squares[rng.integers(len(squares), size=n)] + rng.integers(SQUARE - size + 1, size=(n, 2))
    return _cut(photo, corners, size)


def _cut(picture: Array, corners: Array, size: int) -> Array:
    """The patches of `picture` whose upper left corners (row, column) are given: (n, size, size, …)."""
    along = corners[:, :, None] + np.arange(size)
    return picture[along[:, 0, :, None], along[:, 1, None, :]]


def _at_most(owner: str, size: int, high: int) -> int:
    if check_int(owner, "size", size) > high:
        raise ValueError(f"{owner}: size must be at most {high} pixels, got {size}.")
    return size


def _listed() -> dict[str, dict[str, str]]:
    """The photographs' entries in the manifest, by name."""
    return {file.removeprefix("photos/").removesuffix(".jpg"): facts for file, facts in manifest().items()
            if file.startswith("photos/")}


@cache
def _decoded() -> dict[str, Array]:
    """All photographs, decoded once per process. Pillow is imported here so that `import labkit` needs NumPy alone."""
    from PIL import Image

    return {name: np.asarray(Image.open(io.BytesIO(verified(f"photos/{name}.jpg")))) for name in _listed()}
