"""How do you get more data without collecting any? Change each example in ways that leave its label true.

Every transform is a function f(rng, x, *, knob) → x′ of a batch x (batch, height, width[, channels]) of floats in
[0, 1]; each image gets its own draw, x stays as it was, and the type of x is kept. At strength 0 nothing changes.
`AUGMENTATIONS` lists them with the range of their knob. Whether a change leaves the label true depends on the label: a
shirt may be mirrored, a digit may not.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from labkit.augment.colour import (
    PrincipalColours,
    colour_jitter,
    gaussian_noise,
    hsl_to_rgb,
    pca_colour,
    principal_colours,
    rgb_to_hsl,
)
from labkit.augment.crops import multi_scale, random_crop, scale_crop, ten_crop, zoom_crop
from labkit.augment.filters import apply_filter, blur, resize, sharpen, smooth
from labkit.augment.geometry import (
    horizontal_flip,
    lens_distortion,
    random_warp,
    rotate,
    sample,
    shear,
    stretch,
    translate,
    vertical_flip,
    warp,
)
from labkit.augment.images import STRENGTH
from labkit.augment.mixing import cutout, mixup, roll, smooth_labels
from labkit.checks import SHARE, Range, as_array, check_generator, check_int, in_range, lookup

Array = np.ndarray
Transform = Callable[[np.random.Generator, Array], Array]


class Augmentation(NamedTuple):
    """A transform with one knob: `AUGMENTATIONS["rotate"](rng, x, 15)` is `rotate(rng, x, degrees=15)`.

    `range` and `usual` are for the slider, in `unit`; `whole` knobs take whole numbers only. `takes` says what x must
    be: "images", "photos" (with three channels) or "signals" (batch, length).
    """

    f: Callable[..., Array]
    knob: str
    range: Range
    usual: float
    unit: str
    whole: bool = False
    takes: str = "images"

    def __call__(self, rng: np.random.Generator, x: Array, strength: float | None = None) -> Array:
        owner = self.f.__name__
        rng, x = check_generator(owner, rng), as_array(owner, x)
        strength = self.usual if strength is None else strength
        if in_range(owner, self.knob, strength, STRENGTH) == 0:
            return x.copy()
        return self.f(rng, x, **{self.knob: strength})


AUGMENTATIONS: dict[str, Augmentation] = {
    "horizontal_flip": Augmentation(horizontal_flip, "p", SHARE, 0.5, "probability"),
    "vertical_flip": Augmentation(vertical_flip, "p", SHARE, 0.5, "probability"),
    "translate": Augmentation(translate, "pixels", Range(0, 64), 3, "pixels"),
    "rotate": Augmentation(rotate, "degrees", Range(0, 180), 15, "degrees"),
    "stretch": Augmentation(stretch, "factor", Range(0, 2), 0.2, "factor - 1"),
    "shear": Augmentation(shear, "slant", Range(0, 60), 15, "degrees"),
    "lens_distortion": Augmentation(lens_distortion, "bend", Range(0, 0.3), 0.15, "bend at the corners"),
    "random_crop": Augmentation(random_crop, "padding", Range(0, 64), 4, "pixels of padding", whole=True),
    "zoom_crop": Augmentation(zoom_crop, "zoom", Range(0, 3), 0.5, "factor - 1"),
    "hue": Augmentation(colour_jitter, "hue", Range(0, 180), 20, "degrees", takes="photos"),
    "saturation": Augmentation(colour_jitter, "saturation", SHARE, 0.3, "share", takes="photos"),
    "lightness": Augmentation(colour_jitter, "lightness", SHARE, 0.1, "share", takes="photos"),
    "pca_colour": Augmentation(pca_colour, "std", Range(0, 3), 0.1, "std of α", takes="photos"),
    "gaussian_noise": Augmentation(gaussian_noise, "std", Range(0, 0.5), 0.1, "std"),
    "blur": Augmentation(blur, "width", Range(0, 5), 1, "pixels"),
    "sharpen": Augmentation(sharpen, "amount", Range(0, 5), 1, "amount"),
    "cutout": Augmentation(cutout, "size", Range(0, 128), 8, "pixels", whole=True),
    "roll": Augmentation(roll, "shift", Range(0, 20), 4, "samples", whole=True, takes="signals"),
}


def compose(*steps: Transform | tuple[str, float]) -> Transform:
    """One transform after another; a step is a function (rng, x) → x′ or a pair (name in the table, strength).

    Each step has its own random stream, so changing or switching off one leaves the draws of the others as they were.

    >>> change = compose(("horizontal_flip", 0.5), ("translate", 3))
    >>> change(np.random.default_rng(0), np.zeros((2, 28, 28), np.float32)).shape
    (2, 28, 28)
    """
    steps = tuple(_step(step) for step in steps)

    def transform(rng: np.random.Generator, x: Array) -> Array:
        check_generator("compose", rng)
        for step, own in zip(steps, rng.spawn(len(steps)), strict=True):
            x = step(own, x)
        return x

    return transform


def _step(step: Transform | tuple[str, float]) -> Transform:
    if callable(step):
        return step
    if not isinstance(step, tuple | list) or len(step) != 2 or not isinstance(step[0], str):
        raise TypeError(f"compose: a step is a function (rng, x) → x′ or a pair (name, strength), got {step!r}; for "
                        'example ("rotate", 15).')
    name, strength = step
    entry = lookup(AUGMENTATIONS, name, "compose")
    in_range(f"compose: {name}", entry.knob, strength, entry.range, f"It is in {entry.unit}.")
    return lambda rng, x: entry(rng, x, strength)


def batch_hook(rng: np.random.Generator, transform: Transform,
               shape: tuple[int, ...] | None = None) -> Callable[[Array, Array], tuple[Array, Array]]:
    """What `Batches(augment=…)` wants: a function (x, y) → (x′, y) that transforms flat vectors as images.

    `shape` is that of one example, (28, 28) or (16, 16, 3); None leaves x as it is (signals).
    """
    who = "batch_hook"
    check_generator(who, rng)
    if not callable(transform):
        raise TypeError(f"{who}: transform must be a function (rng, x) → x′, such as compose(…), got {transform!r}.")
    sides = () if shape is None else tuple(check_int(who, "a side of shape", n) for n in _sides(shape))

    def augment(x: Array, y: Array) -> tuple[Array, Array]:
        if shape is not None and x.shape[-1] != math.prod(sides):
            raise ValueError(f"{who}: x has shape {x.shape}; expected {math.prod(sides)} numbers, {sides}, each.")
        images = x if shape is None else x.reshape(-1, *sides)
        return transform(rng, images).reshape(x.shape), y

    return augment


def _sides(shape: tuple[int, ...]) -> tuple[int, ...]:
    if not isinstance(shape, tuple | list) or len(shape) not in (2, 3):
        raise TypeError(f"batch_hook: shape must be that of one example, (28, 28) or (16, 16, 3), got {shape!r}.")
    return tuple(shape)


__all__ = [
    "AUGMENTATIONS",
    "Augmentation",
    "PrincipalColours",
    "apply_filter",
    "batch_hook",
    "blur",
    "colour_jitter",
    "compose",
    "cutout",
    "gaussian_noise",
    "horizontal_flip",
    "hsl_to_rgb",
    "lens_distortion",
    "mixup",
    "multi_scale",
    "pca_colour",
    "principal_colours",
    "random_crop",
    "random_warp",
    "resize",
    "rgb_to_hsl",
    "roll",
    "rotate",
    "sample",
    "scale_crop",
    "sharpen",
    "shear",
    "smooth",
    "smooth_labels",
    "stretch",
    "ten_crop",
    "translate",
    "vertical_flip",
    "warp",
    "zoom_crop",
]
