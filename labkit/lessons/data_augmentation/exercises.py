"""Exercises of notebook 09: random crop with padding, cutout, mixup."""

from collections.abc import Callable

import numpy as np

from labkit.exercises.exercise import Exercise, Function

Array = np.ndarray


def pictures(seed: int, *shape: int) -> Array:
    """Random pictures without a single black pixel: (n, h, w) in (0.1, 1), float32."""
    return (0.1 + 0.9 * np.random.default_rng(seed).random(shape)).astype(np.float32)


# ------------------------------------------------------------------------------------------------ random crop
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
    return {"share of pictures that are a window of the padded one": found.sum(),
            f"windows that occur, of {len(places)}": (found > 0).sum(),
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
        "np.pad(x, padding) pads the batch as well, so there are black pictures before the first one: pad only the "
        "last two axes, ((0, 0), (padding, padding), (padding, padding)).":
            _padded_everywhere,
        "zeros come in from beyond the border: neither what leaves on the other side (np.roll) nor copies "
        "of the border. Pad with zeros first (np.pad's mode is \"constant\" unless you say otherwise), then cut.":
            _rolled,
    },
)


# ------------------------------------------------------------------------------------------------ cutout
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
    rows, columns = hole.any(axis=2).sum(axis=1), hole.any(axis=1).sum(axis=1)
    return {"changed pixels outside the holes": (~np.isclose(out, x, atol=1e-5) & ~hole).sum(),
            "largest hole, height and width": np.array([rows.max(), columns.max()]),
            "share of holes that are one full rectangle": (hole.sum(axis=(1, 2)) == rows * columns).mean(),
            "pictures without a hole": (rows == 0).mean(),
            "how often each pixel is covered": hole.mean(axis=0)}


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
        "the square should have its middle at the drawn pixel, not its upper left corner.":
            cuts(lambda rng, n, shape, size: rng.integers(shape, size=(n, 2))),
        "one hole for the whole batch: every picture needs its own draw.":
            cuts(lambda rng, n, shape, size: np.tile(rng.integers(shape, size=2) - size // 2, (n, 1))),
        "`size` is the whole side of the square, not half of it: from r - size//2 to r + size//2 + 1.":
            cuts(lambda rng, n, shape, size: rng.integers(shape, size=(n, 2)) - size, high=lambda size: 2 * size + 1),
        "a slice leaves out its end: r + half + 1, or the hole is a row and a column too small.":
            cuts(_around, high=lambda size: size - 1),
        "the mean of the picture is a possible filling; here it should be 0.":
            cuts(_around, fill=lambda picture: picture.mean()),
    },
)


# ------------------------------------------------------------------------------------------------ mixup
def mixup(x: Array, y: Array, m: Array, partner: Array) -> tuple[Array, Array]:
    """x̃ᵢ = mᵢ xᵢ + (1 − mᵢ) x_p and ỹᵢ = mᵢ yᵢ + (1 − mᵢ) y_p with p = partnerᵢ, one m per example."""
    mx, my = m[:, None, None], m[:, None]
    return mx * x + (1 - mx) * x[partner], my * y + (1 - my) * y[partner]


def _mixing(seed: int, n: int, h: int, w: int, classes: int) -> tuple:
    rng = np.random.default_rng(seed)
    y = np.eye(classes, dtype=np.float32)[rng.integers(classes, size=n)]
    return pictures(seed, n, h, w), y, rng.beta(0.5, 0.5, n).astype(np.float32), rng.permutation(n)


def mixes(of_x: Callable[..., Array], of_y: Callable[..., Array]) -> Function:
    """The mistake of mixing pictures and labels by of_x(x, m, partner) and of_y(y, m, partner)."""
    def mistaken(x: Array, y: Array, m: Array, partner: Array) -> tuple[Array, Array]:
        return of_x(x, m[:, None, None], partner), of_y(y, m[:, None], partner)

    return mistaken


def _mix(a: Array, m: Array, partner: Array) -> Array:
    return m * a + (1 - m) * a[partner]


def _swapped(a: Array, m: Array, partner: Array) -> Array:
    return (1 - m) * a + m * a[partner]


def _one_by_one(x: Array, y: Array, m: Array, partner: Array) -> tuple[Array, Array]:
    x, y = x.copy(), y.copy()
    for i, j in enumerate(partner):
        x[i], y[i] = m[i] * x[i] + (1 - m[i]) * x[j], m[i] * y[i] + (1 - m[i]) * y[j]
    return x, y


MIXUP = Exercise(
    reference=mixup,
    cases=[_mixing(5, 6, 3, 4, 3), _mixing(6, 8, 5, 5, 10)],
    tested="two batches, of 6 and of 8 pictures: each is mixed with its partner in its own proportion, and so is its "
           "label.",
    returns=("x̃", "ỹ"),
    mistakes={
        "the labels are not mixed: a picture that is 70 % shirt and 30 % bag has the label 0.7 shirt + 0.3 bag.":
            mixes(_mix, lambda y, m, partner: y),
        "the labels are the partners' alone; mix them in the same proportion as the pictures.":
            mixes(_mix, lambda y, m, partner: y[partner]),
        "labels of the larger part only: that is not wrong in itself, but mixup mixes them, in the proportion of the "
        "pictures.":
            mixes(_mix, lambda y, m, partner: np.where(m >= 0.5, y, y[partner])),
        "pictures are mixed with m, labels with 1 − m: the first example has the share m in both.":
            mixes(_mix, _swapped),
        "m is the share of the example itself, 1 − m that of its partner; yours are swapped.":
            mixes(_swapped, _swapped),
        "one m for the whole batch; here each example has its own: m[:, None, None] for the pictures.":
            lambda x, y, m, partner: (_mix(x, m[0], partner), _mix(y, m[0], partner)),
        "the parts do not sum to 1: m · first + (1 − m) · partner.":
            mixes(lambda x, m, partner: m * x + m * x[partner], lambda y, m, partner: m * y + m * y[partner]),
        "the pictures are not mixed, only their labels.":
            mixes(lambda x, m, partner: x, _mix),
        "some partners were mixed already when their turn came: write into new arrays, and read from the old ones.":
            _one_by_one,
    },
)

EXERCISES = {"09-crop": CROP, "09-cutout": CUTOUT, "09-mixup": MIXUP}
