"""Text that changes in every picture.

Matplotlib lays out and renders every letter anew, a tenth of a millisecond each: the numbers of one picture would cost
more than all its curves. Pillow writes the same words in the same font in a twentieth of the time.
"""

import math
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.artist import Artist, allow_rasterization
from matplotlib.colors import to_rgb
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.transforms import Transform
from PIL import ImageFont

from labkit.figures import style

Array = np.ndarray
ALIGN = {"left": 0.0, "center": 0.5, "right": 1.0}
LEVELS = {"baseline": 0.0, "middle": 0.365}
"""How much of the type size the point lies above the baseline; capitals and digits are 0.73 high."""
PIXELS = style.DPI / 72
"""For one point of type, in every figure of the course."""


def length(text: str, size: float = style.TEXT, *, bold: bool = False) -> float:
    """How many pixels the written text takes.

    >>> length("mm") == 2 * length("m"), length("loss", bold=True) > length("loss")
    (True, True)
    """
    return _font(size * PIXELS, bold).getlength(text)


class Words(Artist):
    """One line of text at the point (x, y) of `transform`, beginning, centred or ending there: `set_text` is cheap.

    A text longer than `room`, in pixels, is written in smaller type. One that is `backed` has paper behind it, so that
    lines end before it.
    """

    def __init__(self, x: float, y: float, transform: Transform, *, size: float = style.TEXT, bold: bool = False,
                 color: str = style.INK, align: str = "left", level: str = "baseline",
                 room: float = math.inf, backed: bool = False) -> None:
        super().__init__()
        self.set_transform(transform)
        self.x, self.y = x, y
        self.text = ""
        self._size, self._bold, self._color = size, bold, color
        self._align, self._level, self._room = ALIGN[align], LEVELS[level], room
        self._backed = backed

    def set_text(self, text: str) -> None:
        """Write `text`, one line, from the next picture on."""
        self.text = text
        self.stale = True

    @allow_rasterization
    def draw(self, renderer: Any) -> None:
        """Paint the words; called by Matplotlib."""
        if not self.get_visible() or not self.text.strip():
            return
        pixels = renderer.points_to_pixels(self._size)
        if math.isfinite(self._room):
            pixels *= min(1.0, self._room / length(self.text, self._size, bold=self._bold))
        ink, left, top = _ink(self.text, pixels, self._bold)
        image = np.empty((*ink.shape, 4), np.uint8)
        image[..., :3] = np.multiply(to_rgb(self._color), 255)
        image[..., 3] = ink
        if self._backed:
            image[..., :3] = 255 - (255 - image[..., :3]) * (ink[..., None] / 255)
            image[..., 3] = 255
        x, y = self.get_transform().transform((self.x, self.y))
        gc = renderer.new_gc()
        bottom = round(y - self._level * pixels) - top - ink.shape[0]
        renderer.draw_image(gc, round(x - self._align * ink.shape[1]) + left * (self._align == 0), bottom, image[::-1])
        gc.restore()


@lru_cache(maxsize=500)
def _ink(text: str, pixels: float, bold: bool) -> tuple[Array, int, int]:
    """Coverage (height, width) of the written text, and where its left and top edges are, from the baseline's start."""
    mask, (left, top) = _font(pixels, bold).getmask2(text, mode="L", anchor="ls")
    return np.array(mask, np.uint8).reshape(mask.size[::-1]), left, top


@lru_cache(maxsize=20)
def _font(pixels: float, bold: bool) -> ImageFont.FreeTypeFont:
    wanted = FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")
    return ImageFont.truetype(findfont(wanted), pixels)
