"""Changing values, not places: colour and noise. Results stay in [0, 1], where the input is.

Photographs are (batch, height, width, 3): red, green, blue.
"""

from typing import NamedTuple

import numpy as np

from labkit.augment.images import STRENGTH, as_images, check_within
from labkit.checks import SHARE, Range, as_array, check_array, check_generator, check_type, in_range

Array = np.ndarray


# ------------------------------------------------------------------------------------------------ hue and its kin
def rgb_to_hsl(rgb: Array) -> Array:
    """(…, 3) red, green, blue in [0, 1] → hue in [0, 360], saturation and lightness in [0, 1]; greys have hue 0."""
    rgb = check_within("rgb_to_hsl", _triples("rgb_to_hsl", rgb, "rgb"))
    hue, saturation, lightness = _to_hsl(*np.moveaxis(rgb, -1, 0))
    return np.stack([hue + 360 * (hue < 0).astype(hue.dtype), saturation, lightness], axis=-1)


def hsl_to_rgb(hsl: Array) -> Array:
    """The way back; the hue may be any angle, in degrees."""
    hsl = _triples("hsl_to_rgb", hsl, "hsl")
    check_within("hsl_to_rgb", hsl[..., 1:], " (Saturation and lightness are meant; the hue is in degrees.)")
    return np.stack(_to_rgb(*np.moveaxis(hsl, -1, 0)), axis=-1)


def _triples(owner: str, x: Array, name: str) -> Array:
    x = check_array(owner, x, "(…, 3)", name=name)
    if x.shape[-1] != 3:
        raise ValueError(f"{owner}: {name} has shape {x.shape}; expected (…, 3).")
    return x


def _to_hsl(r: Array, g: Array, b: Array) -> tuple[Array, Array, Array]:
    high, low = np.maximum(np.maximum(r, g), b), np.minimum(np.minimum(r, g), b)
    chroma, total = high - low, high + low
    divisor = np.maximum(chroma, 1e-30)         # greys: 0 / 1e-30 = 0
    sector = np.where(high == r, (g - b) / divisor,
                      np.where(high == g, (b - r) / divisor + 2, (r - g) / divisor + 4))
    return 60 * sector, chroma / np.maximum(np.minimum(total, 2 - total), 1e-30), total / 2


def _to_rgb(hue: Array, saturation: Array, lightness: Array) -> list[Array]:
    reach = saturation * np.minimum(lightness, 1 - lightness)
    rgb = []
    for place in (180, 300, 60):                # opposite red, green and blue on the circle of hues
        away = hue - place
        away -= 360 * np.rint(away / 360)
        rgb.append(lightness + reach * np.clip(np.abs(away) / 30 - 3, -1, 1))
    return rgb


def colour_jitter(rng: np.random.Generator, x: Array, *, hue: float = 0.0, saturation: float = 0.0,
                  lightness: float = 0.0) -> Array:
    """Turn the hue of each photograph by up to ± `hue` degrees, multiply its saturation, add to its lightness.

    Saturation is multiplied by 1 ± `saturation`, so that grey stays grey; `lightness` is added. One draw per image for
    each of the three; hue in [0, 180], the others in [0, 1].
    """
    x = as_images("colour_jitter", x, rng=rng, channels=3, within=True)
    hue = in_range("colour_jitter", "hue", hue, Range(0, 180))
    saturation = in_range("colour_jitter", "saturation", saturation, SHARE)
    lightness = in_range("colour_jitter", "lightness", lightness, SHARE)
    turn, factor, shift = (rng.uniform(-1, 1, (3, len(x))) * [[hue], [saturation], [lightness]]).astype(x.dtype)
    out = np.empty_like(x)
    for i, photo in enumerate(x):       # one at a time: the scratch arrays then stay in the processor's cache
        h, s, l = _to_hsl(*np.ascontiguousarray(np.moveaxis(photo, -1, 0)))
        s, l = np.minimum(s * (1 + factor[i]), 1), np.clip(l + shift[i], 0, 1)
        out[i] = np.stack(_to_rgb(h + turn[i], s, l), axis=-1)
    return out


# ------------------------------------------------------------------------------------------------ principal colours
class PrincipalColours(NamedTuple):
    """The covariance of red, green, blue over many pixels: variances λ (3,), largest first, and directions (3, 3)."""

    variances: Array
    directions: Array


def principal_colours(x: Array) -> PrincipalColours:
    """Principal directions (rows) of the colours of all pixels of x (batch, height, width, 3), and the variances there.

    λ carries the unit of x squared: with intensities from 0 to 255 it would be 65,025 times as large.
    """
    x = as_images("principal_colours", x, channels=3)
    pixels = x.reshape(-1, 3)
    if len(pixels) < 2:
        raise ValueError("principal_colours: x has one pixel only; expected at least 2, one colour has no variance.")
    variances, columns = np.linalg.eigh(np.cov(pixels, rowvar=False, dtype=np.float64))
    return PrincipalColours(np.maximum(variances[::-1], 0).astype(x.dtype), columns.T[::-1].astype(x.dtype))


def pca_colour(rng: np.random.Generator, x: Array, *, std: float = 0.1,
               colours: PrincipalColours | None = None) -> Array:
    """Add to every pixel of an image the same colour Σ αᵢ λᵢ pᵢ, with α ~ N(0, std²) drawn once per use of the image.

    λᵢ and pᵢ are the variances and directions of `principal_colours` over the training set, of x itself if left out.
    Scaled by λ, not √λ, as printed in Krizhevsky, Sutskever & Hinton 2012, section 4.1, with intensities in [0, 1].
    """
    x = as_images("pca_colour", x, rng=rng, channels=3, within=True)
    if not isinstance(colours, PrincipalColours | None):
        raise TypeError("pca_colour: colours must be what principal_colours returns, got "
                        f"{type(colours).__name__}; for example colours=principal_colours(x_train).")
    variances, directions = principal_colours(x) if colours is None else colours
    alpha = rng.standard_normal((len(x), 3)) * in_range("pca_colour", "std", std, STRENGTH)
    offset = ((alpha * variances) @ directions).astype(x.dtype)
    return _within(np.add(x, offset[:, None, None, :]))


# ------------------------------------------------------------------------------------------------ noise
def gaussian_noise(rng: np.random.Generator, x: Array, *, std: float = 0.1, clip: bool = True) -> Array:
    """Add to every number of x, of any shape, its own draw from N(0, std²); `clip=False` for data not in [0, 1]."""
    check_generator("gaussian_noise", rng)
    x = as_array("gaussian_noise", x)
    if x.dtype.kind != "f":
        raise ValueError(f"gaussian_noise: x has type {x.dtype}; expected floats.")
    check_type("gaussian_noise", "clip", clip, bool | np.bool, "True or False")
    x, std = check_array("gaussian_noise", x), in_range("gaussian_noise", "std", std, STRENGTH)
    if clip:
        check_within("gaussian_noise", x, " Or leave all values as they are: clip=False.")
    noisy = rng.standard_normal(x.shape, dtype=x.dtype)
    noisy *= std
    noisy += x
    return _within(noisy) if clip else noisy


def _within(x: Array) -> Array:
    """Cut to [0, 1], in place."""
    return np.clip(x, 0, 1, out=x)
