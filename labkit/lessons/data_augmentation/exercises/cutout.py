"""Exercise: cutout."""

from collections.abc import Callable

import numpy as np

from labkit.exercises.exercise import Exercise, Function
from labkit.lessons.data_augmentation.exercises.pictures import pictures

Array = np.ndarray


def cutout(x: Array, size: int, rng: np.random.Generator) -> Array:
    """A square of zeros around a pixel drawn at random, one per picture; it may stick out over the border."""
    x = x.copy()
    n, h, w = x.shape
    half = size // 2
    for picture, r, c in zip(x, rng.integers(h, size=n), rng.integers(w, size=n), strict=True):
        picture[max(r - half, 0):r + half + 1, max(c - half, 0):c + half + 1] = 0
    return x


def holes(out: Array, x: Array, size: int, rng: np.random.Generator) -> dict[str, Array]:
    """Where the holes are, on average, and whether anything else has changed."""
    hole = out == 0
    changed = ~np.isclose(out, x, atol=1e-5) & ~hole
    rows, columns = hole.any(axis=2).sum(axis=1), hole.any(axis=1).sum(axis=1)
    return {"share of pictures changed outside their hole": changed.any(axis=(1, 2)).mean(),
            "largest hole, height and width": np.array([rows.max(), columns.max()]),
            "share of holes that are one full rectangle": (hole.sum(axis=(1, 2)) == rows * columns).mean(),
            "pictures without a hole": (rows == 0).mean(),
            "rows and columns in which a hole has its middle": _middles(hole, size),
            "how often each pixel is covered": hole.mean(axis=0)}


def _middles(hole: Array, size: int) -> Array:
    """In how many rows and columns the middles of the holes lie; of a hole cut off by the border, where it would be."""
    counts = []
    for axis in (2, 1):
        line = hole.any(axis=axis)
        first, last = line.argmax(axis=1), line.shape[1] - 1 - line[:, ::-1].argmax(axis=1)
        middle = np.where(first > 0, first + size // 2, last - size // 2)[line.any(axis=1)]
        counts.append(len(np.unique(middle)))
    return np.array(counts)


def cuts(place: Callable[[np.random.Generator, int, int, int], Array], *, high: Function = lambda size: size,
         clip: bool = True, fill: Callable[[Array], float] = lambda picture: 0.0) -> Function:
    """The mistake of holes with these first corners (n, 2) = place(rng, n, shape, size), high(size) on each side."""
    def mistaken(x: Array, size: int, rng: np.random.Generator) -> Array:
        x = x.copy()
        for picture, (r, c) in zip(x, place(rng, len(x), x.shape[1:], size), strict=True):
            a, b = (max(r, 0), max(c, 0)) if clip else (r, c)
            picture[a:r + high(size), b:c + high(size)] = fill(picture)
        return x

    return mistaken


def _around(rng: np.random.Generator, n: int, shape: tuple[int, int], size: int) -> Array:
    return rng.integers(shape, size=(n, 2)) - size // 2


CUTOUT = Exercise(
    reference=cutout,
    cases=[(pictures(3, 1000, 7, 9), 3, np.random.default_rng(13)),
           (pictures(4, 1000, 9, 8), 5, np.random.default_rng(14))],
    tested="2000 pictures with holes of 3 × 3 and 5 × 5: in the right size, one per picture, around every pixel "
           "equally often, cut off at the border, nothing else changed.",
    view=holes,
    atol={"how often each pixel is covered": 0.06},
    hints=(
        "One picture at a time: draw a pixel, then set the square around it to 0. What must not happen to the "
        "caller's x?",
        "Work on a copy. With half = size // 2 the square goes from r − half to r + half, both included, and the "
        "same for the columns. At the border a negative start would count from the other end.",
        "Row r from rng.integers(h), column c from rng.integers(w), both new for every picture. The rows of the "
        "slice are max(r - half, 0):r + half + 1; the columns go alike. Set it to 0 in the copy.",
    ),
    mistakes={
        "near the upper and left border the hole vanishes: a slice from −1 counts from the other end. Start it at "
        "max(r - half, 0).":
            cuts(_around, clip=False),
        "yours never sticks out over the border, so pixels in the corners are hardly ever covered; the MIDDLE of the "
        "square may be any pixel.":
            cuts(lambda rng, n, shape, size: rng.integers(np.array(shape) - size + 1, size=(n, 2))),
        "yours never sticks out over the border, and never reaches the last row and column; the MIDDLE of the square "
        "may be any pixel: rng.integers(h), rng.integers(w).":
            cuts(lambda rng, n, shape, size: rng.integers(np.array(shape) - size, size=(n, 2))),
        "rng.integers(k) never draws k: with h - 1 and w - 1 the last row and column are never the middle. Draw from "
        "rng.integers(h) and rng.integers(w).":
            cuts(lambda rng, n, shape, size: rng.integers(np.array(shape) - 1, size=(n, 2)) - size // 2),
        "h and w are exchanged: x has the shape (n, h, w), rows first.":
            cuts(lambda rng, n, shape, size: rng.integers(shape[::-1], size=(n, 2)) - size // 2),
        "the square should have its middle at the drawn pixel, not its upper left corner.":
            cuts(lambda rng, n, shape, size: rng.integers(shape, size=(n, 2))),
        "one hole for the whole batch: every picture needs its own draw.":
            cuts(lambda rng, n, shape, size: np.tile(rng.integers(shape, size=2) - size // 2, (n, 1))),
        "`size` is the whole side of the square, not half of it: from r - size//2 to r + size//2 + 1.":
            cuts(lambda rng, n, shape, size: rng.integers(shape, size=(n, 2)) - size, high=lambda size: 2 * size + 1),
        "a slice leaves out its end: r + half + 1, or the hole is a row and a column too small.":
            cuts(_around, high=lambda size: size - 1),
        "the squares are filled with something else than 0. (The mean of the picture, or noise, would be possible, "
        "too; here it should be 0.)":
            cuts(_around, fill=lambda picture: picture.mean()),
    },
)
