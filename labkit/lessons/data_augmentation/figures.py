"""Pictures of pictures: a contact sheet that is redrawn live, and still rows of pictures with a line below each."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist, allow_rasterization
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from PIL import Image

from labkit.figures import style
from labkit.figures.curves import name_ends
from labkit.figures.live_parts import above
from labkit.figures.picture import COLOURS, STORED, Picture, Still, still
from labkit.figures.series import as_runs
from labkit.figures.words import Words
from labkit.fits import guard
from labkit.lessons.data_augmentation.experiments import AugmentedBatch

Array = np.ndarray
COLUMNS, GAP, LINE = 4, 14, 30
"""Of the contact sheet: versions in a row, pixels between them and for the line below each."""
SPELLED = {
    "mirror": "mirrored with p = {:.2g}", "upside_down": "upside down with p = {:.2g}",
    "crop": "cropped, enlarged by up to {:.0%}", "shift": "shifted by up to {:.3g} pixels",
    "rotate": "turned by up to {:.3g}°",
    "stretch": "stretched by up to {:.0%}", "shear": "sheared by up to {:.3g}°", "lens": "lens bend up to {:.0%}",
    "hue": "hue turned by up to {:.3g}°", "saturation": "saturation changed by up to {:.0%}",
    "lightness": "lightness by up to {:.0%}", "pca_colour": "PCA colour with σ = {:.2g}",
    "blur": "blurred by up to {:.2g} pixels", "sharpen": "sharpened by up to {:.2g}", "noise": "noise of σ = {:.2g}",
    "cutout": "a square of {:.0f} pixels cut out", "mix": "up to {:.0%} of another photo",
}


def spelled(strengths: Mapping[str, float]) -> str:
    """What is done to the photograph, in words.

    >>> spelled({"mirror": 0.5, "rotate": 15.0})
    'mirrored with p = 0.5, turned by up to 15°'
    """
    done = ", ".join(SPELLED[name].format(value) for name, value in strengths.items())
    return done.replace("%", " %") or "as it was taken"


def label(p: AugmentedBatch, i: int) -> str:
    """The label of version i: the photograph's own, or both in the proportion in which they are mixed."""
    if "mix" not in p.strengths or p.share[i] > 0.995:
        return p.name
    return f"{style.percent(p.share[i])} {p.name}, {style.percent(1 - p.share[i])} {p.partner[i]}"


def alt_text(p: AugmentedBatch) -> str:
    """The sheet in one line, for readers who do not see it."""
    return f"{p.name}: {spelled(p.strengths)}."


class Pixels(Artist):
    """A whole figure's pixels, `rgba` (height, width, 4) bytes, white at first: as they are, nothing is resampled."""

    def __init__(self, height: int, width: int) -> None:
        super().__init__()
        self.rgba = np.full((height, width, 4), 255, np.uint8)

    @allow_rasterization
    def draw(self, renderer: Any) -> None:
        """Paint them; called by Matplotlib."""
        gc = renderer.new_gc()
        renderer.draw_image(gc, 0, 0, self.rgba[::-1])
        gc.restore()


class ContactSheet(Picture):
    """`update(AugmentedBatch)`: the photograph as it was, in a frame, and its versions, each above its label.

    `credits` says for every photograph who took it; the description ends with that.
    """

    def __init__(self, first: AugmentedBatch, credits: Mapping[str, str]) -> None:
        self.credits = credits
        n, (height, width) = len(first.versions) + 1, first.original.shape[:2]
        rows = -(-n // COLUMNS)
        wide, high = COLUMNS * (width + GAP) - GAP, rows * (height + LINE)
        super().__init__(style.figure(wide / style.DPI, high / style.DPI), "Random versions of a photograph.")
        corners = [(i // COLUMNS * (height + LINE), i % COLUMNS * (width + GAP)) for i in range(n)]
        with style.styled():
            ax = self.figure.add_axes((0, 0, 1, 1))
            ax.axis("off")
            self._sheet = Pixels(high, wide)
            self._tiles = [self._sheet.rgba[top:top + height, left:left + width, :3] for top, left in corners]
            self.figure.add_artist(self._sheet)
            ax.set(xlim=(0, wide), ylim=(high, 0))
            self._labels = [Words(left + 2, top + height + 20, ax.transData, size=style.SMALL, bold=i == 0)
                            for i, (top, left) in enumerate(corners)]
        self.animate(self._sheet, *self._labels)

    def update(self, p: AugmentedBatch) -> None:
        """Show the photograph and its versions."""
        for tile, picture in zip(self._tiles, (p.original, *p.versions), strict=True):
            np.multiply(picture, 255.999, out=tile, casting="unsafe")
        self._labels[0].set_text(f"{p.name}, the original")
        for i, words in enumerate(self._labels[1:]):
            words.set_text(label(p, i))
        self.description = f"{alt_text(p)} Photo: {self.credits[p.name]}."

    def jpeg(self) -> bytes:
        """The sheet as it is now: photographs are encoded twenty times as fast as in a PNG, to a fifth of the size."""
        self._paint()
        return _encoded(_rgb(self.figure), "jpeg", quality=90)

    def still(self, p: AugmentedBatch) -> Still:
        """The sheet of `p` in 256 colours of its own: noise cannot be compressed, and notebooks should stay small."""
        self.update(p)
        self._paint()
        return _compact(self.figure, self.description)


def _compact(drawn: Figure, description: str) -> Still:
    """In 256 colours: 255 made for these pixels, and white, since white paper must stay white."""
    pixels = _rgb(drawn)
    own = pixels.quantize(palette=pixels.quantize(COLOURS - 1), dither=Image.Dither.FLOYDSTEINBERG)
    index = np.where(np.all(np.asarray(pixels) == 255, axis=-1), COLOURS - 1, np.asarray(own)).astype(np.uint8)
    kept = Image.fromarray(index, "P")
    kept.putpalette(own.getpalette()[:3 * (COLOURS - 1)] + [255] * 3)
    return Still(_encoded(kept, "png", compress_level=STORED), description)


def _rgb(drawn: Figure) -> Image.Image:
    return Image.fromarray(np.asarray(drawn.canvas.buffer_rgba())).convert("RGB")


def _encoded(pixels: Image.Image, kind: str, **settings: int) -> bytes:
    out = io.BytesIO()
    pixels.save(out, kind, **settings)
    return out.getvalue()


class Seen:
    """Beside a training run: what the network is shown at this moment, nine of its training pictures, and how made."""

    ROWS = 3

    def __init__(self, ax: Axes) -> None:
        ax.axis("off")
        ax.set_anchor("NW")
        self._title = Words(0, above(ax), ax.transAxes, size=style.TITLE)
        self._title.set_text("What it is shown")
        self._image = AxesImage(ax, cmap="gray_r", interpolation="nearest", extent=(0, 1, 0, 1))
        self._image.set_clim(0, 1)
        ax.add_image(self._image)
        ax.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")

    @property
    def artists(self) -> list:
        """What moves, in the order of painting."""
        return [self._image, self._title]

    def update(self, pictures: Array) -> bool:
        """Show nine grey pictures (9, h, w), dark ink on white paper."""
        n, height, width = pictures.shape
        padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1)))
        rows = padded.reshape(self.ROWS, n // self.ROWS, height + 2, width + 2)
        self._image.set_data(rows.transpose(0, 2, 1, 3).reshape(self.ROWS * (height + 2), -1))
        return False


def sheet(rows: Mapping[str, Sequence[Array]], lines: Mapping[str, Sequence[str]] | None = None, *, description: str,
          good: Mapping[str, Sequence[bool]] | None = None, side: float = 1.3) -> Still:
    """A named row of pictures, (h, w) grey or (h, w, 3), for every entry, with `lines` below them, if there are any.

    `good` colours the lines green or red. `side` inches at the left are for the names.
    """
    count = max(len(pictures) for pictures in rows.values())
    cell = (11 - side) / count
    shape = [max(p.shape[0] / p.shape[1] for p in pictures) for pictures in rows.values()]
    below = [0.12 + 0.22 * max(line.count("\n") + 1 for line in lines[name]) if lines and name in lines else 0.08
             for name in rows]
    heights = [cell * 0.94 * a + b for a, b in zip(shape, below, strict=True)]
    total = sum(heights) + 0.08
    drawn = style.figure(11, total)
    top = total - 0.06
    with style.styled():
        for (name, pictures), a, high in zip(rows.items(), shape, heights, strict=True):
            drawn.text(0.04 / 11, (top - cell * 0.47 * a) / total, name, va="center", size=style.TEXT)
            for i, picture in enumerate(pictures):
                _tile(drawn.add_axes(((side + i * cell) / 11, (top - cell * 0.94 * a) / total, 0.94 * cell / 11,
                                      cell * 0.94 * a / total)), picture,
                      lines[name][i] if lines and name in lines else "", None if good is None else good[name][i])
            top -= high
    if any(picture.ndim == 3 for pictures in rows.values() for picture in pictures):
        with style.styled():
            drawn.canvas.draw()
        return _compact(drawn, description)
    return still(drawn, description)


def _tile(ax: Axes, picture: Array, line: str, good: bool | None) -> None:
    grey = {"cmap": "gray_r", "vmin": 0, "vmax": 1} if picture.ndim == 2 else {}
    ax.imshow(np.clip(picture, 0, 1), interpolation="nearest", **grey)
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set(visible=picture.ndim == 2, color=style.LIGHT)
    color = style.INK if good is None else style.text_colour(style.GREEN if good else style.VERMILLION)
    ax.set_xlabel(line, size=style.SMALL, color=color, labelpad=3)


def slopes(groups: Mapping[str, Sequence[Array]], columns: Sequence[str], *, ylabel: str, description: str) -> Still:
    """What a change does to several quantities: for each its runs at every column, the medians joined and written."""
    for name, values in groups.items():
        for column, v in zip(columns, values, strict=True):
            as_runs("slopes", f"{name}, {column}", v)
    drawn = style.figure(11, 4.8)
    with style.styled():
        ax = drawn.subplots()
        ends = []
        for i, (name, values) in enumerate(groups.items()):
            color, marker, dash = style.look(i)
            medians = [float(np.median(v)) for v in values]
            ax.plot(range(len(columns)), medians, color=color, ls=dash, lw=3, alpha=0.6)
            for x, v in enumerate(values):
                ax.plot(x + np.linspace(-0.03, 0.03, len(v)), v, color=color, marker=marker, ls="", ms=7)
            ax.annotate(f"{medians[0]:.0f}", (0, medians[0]), xytext=(-26, 0), textcoords="offset points",
                        color=style.text_colour(color), weight="bold", va="center", ha="right", size=style.TITLE)
            ends.append((medians[-1], len(columns) - 0.95, f"{medians[-1]:.0f}  {name}", color))
        ax.set(xlim=(-0.25, len(columns) - 0.6), ylabel=ylabel)
        ax.set_xticks(range(len(columns)), columns)
        name_ends(ax, ends)
        ax.grid(axis="y")
        drawn.tight_layout(pad=0.6)
    return still(drawn, description)


guard(__name__)
