"""Exercise: random crop."""

from collections.abc import Callable

import numpy as np

from labkit.exercises.exercise import Exercise, Function
from labkit.lessons.data_augmentation.exercises.pictures import pictures

Array = np.ndarray


def random_crop(x: Array, padding: int, rng: np.random.Generator) -> Array:
    """Zeros on every side, then for each picture a window of the old size at random: one of (2 · padding + 1)²."""
    n, h, w = x.shape
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
    out = np.empty_like(x)
    for i, (top, left) in enumerate(rng.integers(0, 2 * padding + 1, size=(n, 2))):
        out[i] = padded[i, top:top + h, left:left + w]
    return out


def windows(out: Array, x: Array, padding: int, rng: np.random.Generator) -> dict[str, Array]:
    """Which windows occur, and how often: nothing that depends on the order of the draws."""
    _, h, w = x.shape
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
    places = [(top, left) for top in range(2 * padding + 1) for left in range(2 * padding + 1)]
    found = np.array([np.isclose(out, padded[:, top:top + h, left:left + w], atol=1e-5).all(axis=(1, 2)).mean()
                      for top, left in places])
    grid = found.reshape(2 * padding + 1, -1)
    return {"share of pictures that are a window of the padded one": found.sum(),
            f"windows that occur, of {len(places)}": (found > 0).sum(),
            "different moves, down and to the right": np.array([grid.any(axis=1).sum(), grid.any(axis=0).sum()]),
            "how often each occurs, sorted": np.sort(found)[::-1],
            "pictures that are black all over": (~out.any(axis=(1, 2))).sum()}


def crops(draw: Callable[[np.random.Generator, int, int], Array]) -> Function:
    """The mistake of taking these corners (n, 2) = draw(rng, n, padding)."""
    def mistaken(x: Array, padding: int, rng: np.random.Generator) -> Array:
        n, h, w = x.shape
        padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
        return np.stack([padded[i, a:a + h, b:b + w] for i, (a, b) in enumerate(draw(rng, n, padding))])

    return mistaken


def _rolled(x: Array, padding: int, rng: np.random.Generator) -> Array:
    shifts = rng.integers(-padding, padding + 1, size=(len(x), 2))
    return np.stack([np.roll(picture, shift, axis=(0, 1)) for picture, shift in zip(x, shifts, strict=True)])


def _padded_everywhere(x: Array, padding: int, rng: np.random.Generator) -> Array:
    n, h, w = x.shape
    padded = np.pad(x, padding)
    places = rng.integers(0, 2 * padding + 1, size=(n, 2))
    return np.stack([padded[i, a:a + h, b:b + w] for i, (a, b) in enumerate(places)])


CROP = Exercise(
    reference=random_crop,
    cases=[(pictures(1, 500, 5, 6), 1, np.random.default_rng(11)),
           (pictures(2, 1000, 6, 6), 2, np.random.default_rng(12))],
    tested="1500 pictures: every one is a window of its padded self, and all 9 (of padding 1) or 25 (of padding 2) "
           "windows are equally likely.",
    view=windows,
    atol={"how often each occurs, sorted": 0.05},
    hints=(
        "Two steps: make each picture larger with a frame of zeros, then cut a window of the old size out of it. "
        "At how many places can the window's upper left corner be?",
        "np.pad takes a pair (before, after) for each axis; the axis of the examples gets (0, 0). Along each side "
        "there are 2 · padding + 1 places. Each picture draws a number for the top and another one for the left.",
        "padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding))). Draw with rng.integers(0, 2 * "
        "padding + 1, size=(n, 2)), then in a loop over the pictures cut rows top to top + h and columns left to …",
    ),
    mistakes={
        "rng.integers(0, k) never draws k: there are 2 · padding + 1 places along each side, so the end is "
        "2 * padding + 1.":
            crops(lambda rng, n, p: rng.integers(0, 2 * p, size=(n, 2))),
        "the window starts anywhere from 0 to 2 · padding in the padded picture; yours only goes up to padding, so the "
        "picture moves in one direction only.":
            crops(lambda rng, n, p: rng.integers(0, p + 1, size=(n, 2))),
        "one draw for the whole batch: every picture needs its own.":
            crops(lambda rng, n, p: np.tile(rng.integers(0, 2 * p + 1, size=2), (n, 1))),
        "the same number moves the window down and to the right; draw two for each picture.":
            crops(lambda rng, n, p: np.repeat(rng.integers(0, 2 * p + 1, size=(n, 1)), 2, axis=1)),
        "your windows move to the right only, never down: draw a number for the top as well.":
            crops(lambda rng, n, p: np.stack([np.full(n, p), rng.integers(0, 2 * p + 1, size=n)], axis=1)),
        "your windows move down only, never to the right: draw a number for the left side as well.":
            crops(lambda rng, n, p: np.stack([rng.integers(0, 2 * p + 1, size=n), np.full(n, p)], axis=1)),
        "every window is cut from the first picture: picture i belongs to padded[i].":
            lambda x, padding, rng: random_crop(np.broadcast_to(x[:1], x.shape), padding, rng),
        "np.pad(x, padding) pads the batch as well, so there are black pictures before the first one: pad only the "
        "last two axes, ((0, 0), (padding, padding), (padding, padding)).":
            _padded_everywhere,
        "zeros come in from beyond the border: neither what leaves on the other side (np.roll) nor copies "
        "of the border. Pad with zeros first (np.pad's mode is \"constant\" unless you say otherwise), then cut.":
            _rolled,
    },
)
