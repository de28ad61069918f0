"""Moving pixels: every geometric change asks, for each output pixel, where in the input its value comes from.

Symbols: u, v the distance of a pixel from the centre of the picture, down and to the right. `warp` moves by given
amounts, `random_warp` by random ones; translation, rotation, stretch, shear and lens distortion are its five knobs, so
that all of them together still resample, and blur, only once.
"""

import math
from collections.abc import Iterator

import numpy as np

from labkit.augment.images import FAR, STRENGTH, amounts, as_images
from labkit.checks import SHARE, Range, check_array, in_range

Array = np.ndarray
Amount = float | Array      # one for all images, or one each, of shape (batch,)

BORDERS = ("zero", "edge", "reflect")
_SHIFT = Range(-FAR, FAR)
_SCALE = Range(1 / FAR, FAR)
_CACHE = 16_384             # pixels handled at once: the scratch arrays then stay in the processor's cache


def horizontal_flip(rng: np.random.Generator, x: Array, *, p: float = 0.5) -> Array:
    """Mirror each image left to right with probability p."""
    return _flip("horizontal_flip", rng, x, p, axis=2)


def vertical_flip(rng: np.random.Generator, x: Array, *, p: float = 0.5) -> Array:
    """Mirror each image top to bottom with probability p. It turns a 6 into something like a 9."""
    return _flip("vertical_flip", rng, x, p, axis=1)


def _flip(owner: str, rng: np.random.Generator, x: Array, p: float, axis: int) -> Array:
    x = as_images(owner, x, rng=rng).copy()
    mirrored = rng.random(len(x)) < in_range(owner, "p", p, SHARE)
    x[mirrored] = np.flip(x[mirrored], axis)
    return x


def translate(rng: np.random.Generator, x: Array, *, pixels: float = 3.0, border: str = "zero") -> Array:
    """Shift each image by up to `pixels` ≥ 0 along both axes, in fractions of a pixel (`random_crop`: whole ones)."""
    return _random_warp("translate", rng, x, pixels=pixels, border=border)


def rotate(rng: np.random.Generator, x: Array, *, degrees: float = 15.0, border: str = "zero") -> Array:
    """Turn each image about its centre by up to ± `degrees`, in [0, 180]."""
    return _random_warp("rotate", rng, x, degrees=degrees, border=border)


def stretch(rng: np.random.Generator, x: Array, *, factor: float = 0.2, border: str = "zero") -> Array:
    """Scale the height and, by another draw, the width of each image by something from 1/(1 + factor) to 1 + factor."""
    return _random_warp("stretch", rng, x, factor=factor, border=border)


def shear(rng: np.random.Generator, x: Array, *, slant: float = 15.0, border: str = "zero") -> Array:
    """Lean the verticals of each image by up to ± `slant` degrees, in [0, 80]; rows slide, their content stays."""
    return _random_warp("shear", rng, x, slant=slant, border=border)


def lens_distortion(rng: np.random.Generator, x: Array, *, bend: float = 0.15, border: str = "zero") -> Array:
    """See each image through a lens that bends straight lines, by up to ± `bend`, in [0, 0.3]: barrel or pincushion."""
    return _random_warp("lens_distortion", rng, x, bend=bend, border=border)


def random_warp(rng: np.random.Generator, x: Array, *, pixels: float = 0.0, degrees: float = 0.0, factor: float = 0.0,
                slant: float = 0.0, bend: float = 0.0, border: str = "zero") -> Array:
    """All five at once, each up to its strength, with one resampling. The draws do not depend on the strengths.

    So with the same generator the pictures move smoothly as a strength is turned up, and no knob disturbs another.
    """
    return _random_warp("random_warp", rng, x, pixels=pixels, degrees=degrees, factor=factor, slant=slant, bend=bend,
                        border=border)


def _random_warp(owner: str, rng: np.random.Generator, x: Array, *, pixels: float = 0.0, degrees: float = 0.0,
                 factor: float = 0.0, slant: float = 0.0, bend: float = 0.0, border: str = "zero") -> Array:
    """`random_warp`, whose errors name the `owner`."""
    x, border = as_images(owner, x, rng=rng, smallest=2), _known(owner, border)
    pixels = in_range(owner, "pixels", pixels, STRENGTH)
    degrees = in_range(owner, "degrees", degrees, Range(0, 180))
    growth = math.log1p(in_range(owner, "factor", factor, Range(0, FAR - 1)))
    slant = in_range(owner, "slant", slant, Range(0, 80))
    bend = in_range(owner, "bend", bend, Range(0, 0.3))
    u = rng.uniform(-1, 1, (7, len(x)))
    return warp(x, down=pixels * u[0], right=pixels * u[1], degrees=degrees * u[2], tall=np.exp(growth * u[3]),
                wide=np.exp(growth * u[4]), slant=slant * u[5], bend=bend * u[6], border=border)


def warp(x: Array, *, down: Amount = 0.0, right: Amount = 0.0, degrees: Amount = 0.0, tall: Amount = 1.0,
         wide: Amount = 1.0, slant: Amount = 0.0, bend: Amount = 0.0, border: str = "zero") -> Array:
    """Stretch by `tall` and `wide`, lean by `slant`, turn by `degrees` (counter-clockwise), shift, look through a lens.

    The output pixel at distance (u, v) from the centre takes its value from S⁻¹ R⁻¹ ((1 + bend · r²)(u, v) − shift),
    with R the rotation, S the stretch and shear, r the distance from the centre as a share of that of the corners.
    bend > 0 is a barrel, −1/3 < bend < 0 a pincushion; below that the picture would fold over itself. Brown 1966.
    """
    x, border = as_images("warp", x, smallest=2), _known("warp", border)
    n, height, width = x.shape[:3]
    down, right, degrees = (amounts("warp", name, a, n, _SHIFT)
                            for name, a in (("down", down), ("right", right), ("degrees", degrees)))
    tall, wide = (amounts("warp", name, a, n, _SCALE) for name, a in (("tall", tall), ("wide", wide)))
    slant = amounts("warp", "slant", slant, n, Range(-90, 90, open_low=True, open_high=True))
    bend = amounts("warp", "bend", bend, n, Range(-1 / 3, FAR, open_low=True))
    mid_row, mid_column = (height - 1) / 2, (width - 1) / 2
    u = np.arange(height, dtype=x.dtype)[:, None] - mid_row
    v = np.arange(width, dtype=x.dtype) - mid_column
    r2 = (u * u + v * v) / max(mid_row**2 + mid_column**2, 1)
    back = _inverse_map(n, degrees, tall, wide, slant).astype(x.dtype)
    shift_and_bend = np.stack([down, right, bend]).astype(x.dtype)[..., None, None]
    out = np.empty(x.shape, x.dtype)
    for part in _parts(n, height * width):
        down, right, bend = shift_and_bend[:, part]
        p, q = (1 + bend * r2) * u - down, (1 + bend * r2) * v - right
        (a, b), (c, d) = back[:, :, part]
        out[part] = sample(x[part], a * p + b * q + mid_row, c * p + d * q + mid_column, border=border)
    return out


def _inverse_map(n: int, degrees: Amount, tall: Amount, wide: Amount, slant: Amount) -> Array:
    """S⁻¹ R⁻¹ for n images, acting on (down, right): (2, 2, n, 1, 1)."""
    angle, lean = np.radians(degrees), np.tan(np.radians(slant))
    angle, lean, tall, wide = (np.broadcast_to(a, n) for a in (angle, lean, tall, wide))
    one, zero = np.ones(n), np.zeros(n)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    lean = np.array([[one, zero], [lean, one]])
    shrink = np.array([[1 / tall, zero], [zero, 1 / wide]])
    return np.einsum("ijn,jkn,kln->iln", shrink, lean, turn)[..., None, None]


def sample(x: Array, rows: Array, columns: Array, *, border: str = "zero") -> Array:
    """Read images between their pixels: output (i, r, c) is x[i] at (rows[i, r, c], columns[i, r, c]), bilinearly.

    x (batch, height, width[, channels]), at least 2 pixels each way; rows and columns (batch, height', width'), finite,
    0 being the centre of the first pixel. Beyond the border lie zeros ("zero"), the last pixel for ever ("edge"), or
    the mirror image ("reflect").
    """
    x, border = as_images("sample", x, smallest=2), _known("sample", border)
    rows, columns = (check_array("sample", a, "(batch, height, width)", name=name)
                     for name, a in (("rows", rows), ("columns", columns)))
    if rows.shape != columns.shape or len(rows) != len(x) or not rows.size:
        raise ValueError(f"sample: rows has shape {rows.shape} and columns {columns.shape}; expected one shape, "
                         f"({len(x)}, height, width).")
    out = np.empty((*rows.shape, *x.shape[3:]), x.dtype)
    for part in _parts(len(x), math.prod(rows.shape[1:])):
        out[part] = _bilinear(*_bordered(x[part], rows[part], columns[part], border)).reshape(out[part].shape)
    return out


def _known(owner: str, border: str) -> str:
    if not isinstance(border, str) or border not in BORDERS:
        raise ValueError(f"{owner}: border must be one of {', '.join(BORDERS)}; got {border!r}.")
    return border


def _parts(n: int, pixels: int) -> Iterator[slice]:
    step = max(1, _CACHE // pixels)
    return (slice(i, i + step) for i in range(0, n, step))


def _bordered(x: Array, rows: Array, columns: Array, border: str) -> tuple[Array, Array, Array]:
    """The images as planes (channels, batch, height, width), and coordinates that lie inside them."""
    planes = np.moveaxis(x.reshape(*x.shape[:3], -1), -1, 0)
    if border == "zero":
        planes = np.pad(planes, ((0, 0), (0, 0), (1, 1), (1, 1)))
        rows, columns = rows + 1, columns + 1
    last_row, last_column = planes.shape[2] - 1, planes.shape[3] - 1
    if border == "reflect":
        rows, columns = _reflected(rows, last_row), _reflected(columns, last_column)
    return planes, np.clip(rows, 0, last_row), np.clip(columns, 0, last_column)


def _reflected(position: Array, last: int) -> Array:
    return last - np.abs(last - position % (2 * last))


def _bilinear(planes: Array, rows: Array, columns: Array) -> Array:
    """Between four neighbours: first along the row above and the row below, then between the two."""
    _, n, height, width = planes.shape
    top = np.minimum(rows.astype(np.intp), height - 2)
    left = np.minimum(columns.astype(np.intp), width - 2)
    below, beyond = (rows - top).astype(planes.dtype), (columns - left).astype(planes.dtype)
    first = (np.arange(n)[:, None, None] * height + top) * width + left
    out = np.empty((*first.shape, len(planes)), planes.dtype)
    for channel, plane in enumerate(planes.reshape(len(planes), -1)):
        upper = _between(plane.take(first), plane[1:].take(first), beyond)
        lower = _between(plane[width:].take(first), plane[width + 1:].take(first), beyond)
        out[..., channel] = _between(upper, lower, below)
    return out


def _between(a: Array, b: Array, share: Array) -> Array:
    """a + share · (b − a), written into a and b."""
    b -= a
    b *= share
    a += b
    return a
