"""Pictures that are changed anew at every use, by strengths that may be turned while a network learns from them."""

from collections.abc import Callable, Mapping

import numpy as np

from labkit.augment import compose
from labkit.fits import guard

Array = np.ndarray
KNOBS: Mapping[str, tuple[str, str, float, str]] = {
    "shift": ("random_crop", "shift, up to", 6, "pixels"),
    "mirror": ("horizontal_flip", "mirror p", 1, ""),
    "rotate": ("rotate", "rotate, up to", 45, "degrees"),
    "cutout": ("cutout", "cutout", 16, "pixels"),
}
"""Name → its entry in `AUGMENTATIONS`, label, end of the slider, unit."""


def augmenter(strengths: Mapping[str, float], shape: tuple[int, int]) -> Callable[[np.random.Generator, Array], Array]:
    """The function (rng, x) → x′ that changes flat pictures (…, h · w) by the strengths as they are at that moment."""
    whole = {"random_crop", "cutout"}

    def change(rng: np.random.Generator, x: Array) -> Array:
        steps = [(KNOBS[name][0], round(value) if KNOBS[name][0] in whole else value)
                 for name, value in strengths.items()]
        return compose(*steps)(rng, x.reshape(-1, *shape)).reshape(x.shape)

    return change


guard(__name__)
