"""A figure that is redrawn in place: what stands still is drawn once and copied, only what moves is drawn again.

The same object draws the still picture of a notebook, the live panel and the frames of the static slides.
"""

import base64
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from labkit.figures import style
from labkit.figures.headline import as_sentence, capital
from labkit.figures.words import Words
from labkit.fits import door, guard

Bundle = tuple[dict[str, Any], dict[str, dict[str, str]]]
"""The kinds in which a notebook keeps an output, and the metadata of each kind."""
COLOURS = 256
"""What a PNG's palette holds."""
WORDS, SHADES = 32, 160
"""So many tints has the first ink: enough for letters, and for grey photographs."""
NEARLY_WHITE = 0.95
"""Tints lighter than this are left out: Pillow compares colours coarsely, and white paper must stay white."""
LIVE, STORED = 1, 9
"""PNG levels: in a live panel milliseconds count, in a stored notebook bytes do."""


class Still:
    """An encoded picture with a sentence that says what it shows. In a notebook cell: image/png and text/plain; the
    sentence is the picture's alternative text as well, in the metadata from which nbconvert takes it.

    `figure` is what it was encoded from, if that is still there: `labkit.figures.said` draws into it.
    """

    def __init__(self, png: bytes, description: str, figure: Figure | None = None) -> None:
        if not description.strip():
            raise ValueError("Still: the description is empty; expected a sentence that says what the picture shows.")
        self.png = png
        self.description = description
        self.figure = figure

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        return self.beside({})

    def beside(self, others: Mapping[str, Any]) -> Bundle:
        """What a notebook keeps of something that has this picture beside `others`, such as a live view."""
        png = base64.b64encode(self.png).decode("ascii")
        return {**others, "image/png": png, "text/plain": self.description}, {"image/png": {"alt": self.description}}


def still(drawn: Figure, description: str) -> Still:
    """A finished figure as a cell's result; `description` is its alternative text, so it says what is to be seen."""
    with style.styled():
        drawn.canvas.draw()
    return Still(_encode(drawn, STORED), description, drawn)


class Picture:
    """A figure whose `moving` artists follow the data. Subclasses build the artists and write `update(arrays)`.

    `png()` paints the moving artists, in the order of the list, over a copy of everything else. Whoever changes
    anything else in `update` (limits, titles, ticks) calls `invalidate()`. Moving artists lie above the axis lines and
    legends, so what must stay on top of them belongs in the list too. Not locked: the panel that shows it has the lock.

    `set_title` writes what is to be seen: two lines on the picture, and its `description`.

    `inks` are the colours of a picture that has few: it is then encoded with a palette of their tints, five times
    faster and in half the bytes. With `greys` most of that palette is grey, for photographs that are. Leave both out
    for photographs in colour and colour maps.
    """

    def __init__(self, drawn: Figure, description: str, *, inks: Sequence[str] = (), greys: bool = False) -> None:
        self._palette = _tints(inks, SHADES if greys else WORDS) if inks else None
        self.figure = drawn
        self.description = description
        page = drawn.transFigure
        room = 0.98 * drawn.bbox.width
        self.title = (Words(0.012, 0.935, page, size=style.HEADLINE, bold=True, room=room),
                      Words(0.012, 0.878, page, room=room))
        self.moving: list[Artist] = []
        self._background: Any = None
        self.animate(*self.title)

    def __init_subclass__(cls) -> None:
        """What a subclass makes in its `update`, such as a title or ticks, is made in the house style as well; what
        comes in is held against its annotation first, so that nothing is half drawn.
        """
        super().__init_subclass__()
        if "update" in vars(cls):
            cls.update = door(style.styled()(cls.update), cls.__name__, finite=False)

    def animate(self, *artists: Artist) -> None:
        """Declare further artists as moving, to be painted in this order."""
        for artist in artists:
            artist.set_animated(True)
            self.moving.append(artist)
        self.invalidate()

    def invalidate(self) -> None:
        """Have everything drawn again for the next picture, not only what moves."""
        self._background = None

    def set_title(self, headline: str, details: str = "", description: str = "") -> None:
        """Write the headline in large type and the details below it, from the next picture on.

        Both together are the picture's `description`, for readers who do not see it, unless that is given.
        """
        for words, text in zip(self.title, (capital(headline), details), strict=True):
            words.set_text(text)
        self.description = description or as_sentence(headline, details)

    def update(self, arrays: Any) -> None:
        """Make the artists show `arrays`, and `description` say in a sentence what is to be seen."""
        raise NotImplementedError(f"{type(self).__name__}: a Picture defines update(arrays).")

    def png(self) -> bytes:
        """The picture as it is now, encoded fast."""
        self._paint()
        return _encode(self.figure, LIVE, self._palette)

    def still(self, arrays: Any) -> Still:
        """The picture of `arrays`, as a copy that later updates do not touch."""
        self.update(arrays)
        self._paint()
        return Still(_encode(self.figure, STORED, self._palette), self.description)

    @style.styled()
    def _paint(self) -> None:
        canvas = self.figure.canvas
        if self._background is None:
            canvas.draw()
            self.figure.set_layout_engine("none")
            self._background = canvas.copy_from_bbox(self.figure.bbox)
        canvas.restore_region(self._background)
        for artist in self.moving:
            self.figure.draw_artist(artist)


def _encode(drawn: Figure, level: int, palette: Image.Image | None = None) -> bytes:
    pixels = Image.fromarray(np.asarray(drawn.canvas.buffer_rgba())).convert("RGB")
    if palette is not None:
        pixels = pixels.quantize(palette=palette, dither=Image.Dither.NONE)
    out = io.BytesIO()
    pixels.save(out, "png", compress_level=level)
    return out.getvalue()


def _tints(inks: Sequence[str], first: int) -> Image.Image:
    """A palette of white and the blends of every ink with it; `first` are of the first ink, that of the text."""
    steps = [first] + [(COLOURS - 1 - first) // max(1, len(inks) - 1)] * (len(inks) - 1)
    tints = np.concatenate([1 - np.linspace(1 / n, 1, n)[:, None] * (1 - np.array(to_rgb(ink)))
                            for ink, n in zip(inks, steps, strict=True)])
    tints = np.concatenate([np.ones((1, 3)), tints[tints.min(axis=1) < NEARLY_WHITE]])
    image = Image.new("P", (1, 1))
    image.putpalette(np.rint(255 * tints).astype(np.uint8).tobytes())
    return image


guard(__name__)
