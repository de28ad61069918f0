"""One photograph, many random versions of it: every transform of the course in a row, each at its own strength.

The order is that of a camera: the scene is framed and bent, its light is coloured, the picture is blurred and gets
noise, a part is covered, another picture is blended in. Each step has its own random numbers and these do not depend
on its strength: a picture changes smoothly while a strength is turned, and no step disturbs another.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from labkit.augment import (
    PrincipalColours,
    blur,
    colour_jitter,
    cutout,
    gaussian_noise,
    horizontal_flip,
    pca_colour,
    principal_colours,
    random_warp,
    resize,
    sharpen,
    vertical_flip,
    zoom_crop,
)
from labkit.checks import FLOAT, SHARE, Range, check_int, in_range, lookup
from labkit.fits import guard

Array = np.ndarray


class Strength(NamedTuple):
    """How strong one transform is: the step it belongs to, that step's argument, how far it goes, and in which unit."""

    step: str
    knob: str
    range: Range
    unit: str = ""
    whole: bool = False


STRENGTHS: dict[str, Strength] = {
    "mirror": Strength("mirror", "p", SHARE),
    "upside_down": Strength("upside_down", "p", SHARE),
    "crop": Strength("crop", "zoom", Range(0, 2), "×"),
    "shift": Strength("warp", "pixels", Range(0, 80), "px"),
    "rotate": Strength("warp", "degrees", Range(0, 180), "°"),
    "stretch": Strength("warp", "factor", SHARE, "×"),
    "shear": Strength("warp", "slant", Range(0, 45), "°"),
    "lens": Strength("warp", "bend", Range(0, 0.3)),
    "hue": Strength("colour", "hue", Range(0, 180), "°"),
    "saturation": Strength("colour", "saturation", SHARE),
    "lightness": Strength("colour", "lightness", Range(0, 0.5)),
    "pca_colour": Strength("pca_colour", "std", Range(0, 3)),
    "blur": Strength("blur", "width", Range(0, 5), "px"),
    "sharpen": Strength("sharpen", "amount", Range(0, 5)),
    "noise": Strength("noise", "std", Range(0, 0.5)),
    "cutout": Strength("cutout", "size", Range(0, 120), "px", whole=True),
    "mix": Strength("mix", "share", Range(0, 0.5)),
}
"""What can be turned; 0 switches a transform off."""


class AugmentedBatch(NamedTuple):
    """A photograph (h, w, 3) and n random versions of it (n, h, w, 3), with what is in them.

    `name` is that of the photograph; version i holds a share `share[i]` of it, the rest is the photograph `partner[i]`.
    `strengths` are those that are not 0.
    """

    name: str
    original: Array
    versions: Array
    share: Array
    partner: Sequence[str]
    strengths: dict[str, float]


class Augmenter:
    """Makes `n` random versions of one of the `photos` (name → bytes (height, width, 3)), all of one `size`.

    It remembers the picture after every step, so that turning one strength repeats only what comes after it. The
    principal colours are those of all the photographs together.
    """

    def __init__(self, photos: Mapping[str, Array], *, n: int = 7, size: tuple[int, int] = (176, 264),
                 border: str = "reflect") -> None:
        self.n, self.border = check_int("Augmenter", "n", n), border
        self.photos = {name: framed(photo, size) for name, photo in photos.items()}
        self.colours: PrincipalColours = principal_colours(np.stack(list(self.photos.values())))
        self._kept: dict[str, tuple[tuple, Array]] = {}

    def apply(self, name: str, strengths: Mapping[str, float], *, draw: int = 0) -> AugmentedBatch:
        """Versions of the photograph `name` at these strengths (0 if left out); another `draw`, other random numbers.

        Raises ValueError for an unknown photograph or strength, and for a strength outside its range.
        """
        original = lookup(self.photos, name, "Augmenter")
        values = {key: in_range("Augmenter", key, value, lookup(STRENGTHS, key, "Augmenter: strength").range)
                  for key, value in strengths.items()}
        steps = self._steps()
        x, key = np.stack([original] * self.n), (name, draw)
        for (step, f), rng in zip(steps.items(), np.random.default_rng(draw).spawn(len(steps)), strict=True):
            knobs = {s.knob: int(values[k]) if s.whole else values[k]
                     for k, s in STRENGTHS.items() if s.step == step and values.get(k)}
            key = (*key, tuple(knobs.items()))
            x = self._after(step, key, lambda f=f, rng=rng, x=x, knobs=knobs: f(rng, x, **knobs) if knobs else x)
        return self._mixed(name, original, x, {k: v for k, v in values.items() if v}, draw)

    def _steps(self) -> dict[str, Callable[..., Array]]:
        return {"mirror": horizontal_flip, "upside_down": vertical_flip, "crop": zoom_crop,
                "warp": partial(random_warp, border=self.border), "colour": colour_jitter,
                "pca_colour": partial(pca_colour, colours=self.colours), "blur": blur, "sharpen": sharpen,
                "noise": gaussian_noise, "cutout": cutout}

    def _after(self, step: str, key: tuple, make: Callable[[], Array]) -> Array:
        """The picture after a step: the one that was kept, if everything before it is as it was."""
        if self._kept.get(step, ((), None))[0] != key:
            self._kept[step] = key, make()
        return self._kept[step][1]

    def _mixed(self, name: str, original: Array, x: Array, strengths: dict[str, float], draw: int) -> AugmentedBatch:
        """Blend another photograph into each version, with a share of up to `mix`."""
        rng = np.random.default_rng((draw, 1))
        others = [other for other in self.photos if other != name] or [name]
        share = 1 - strengths.get("mix", 0.0) * rng.random(self.n)
        partner = [others[i] for i in rng.integers(len(others), size=self.n)]
        if "mix" in strengths:
            m = share.astype(x.dtype)[:, None, None, None]
            x = m * x + (1 - m) * np.stack([self.photos[other] for other in partner])
        return AugmentedBatch(name, original, x, share, partner, strengths)


def framed(photo: Array, size: tuple[int, int]) -> Array:
    """The largest part of a photograph, bytes (height, width, 3), that has the shape of `size`, scaled to it.

    It is cut out of the middle, of tall photographs a third from the top, where heads are. Returns floats in [0, 1],
    (*size, 3).
    """
    height, width = photo.shape[:2]
    scale = min(height / size[0], width / size[1])
    tall, wide = round(size[0] * scale), round(size[1] * scale)
    top, left = (height - tall) // 3, (width - wide) // 2
    part = photo[None, top:top + tall, left:left + wide].astype(FLOAT) / FLOAT(255)
    return np.clip(resize(part, size)[0], 0, 1)


guard(__name__)
