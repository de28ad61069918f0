"""The picture at the top of the README: the flagship panel, its std swept once from 0.003 to 3.

It is made of the same panel as the deck's slider. It plays once and then stands still; readers who ask for less motion
get `panel03.png`, which never moves.
"""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image

from labkit.notebooks.files import read, written
from labkit.present.panel import rebuild
from labkit.present.prepared import Prepared

NOTEBOOK = Path("notebooks/03_initialization.ipynb")
FILE = Path("notebooks/images/panel03.webp")
LARGEST = 1_000_000
WIDE, FRAMES, MILLISECONDS, LAST = 960, 31, 160, 2000
"""Pixels across, pictures in the sweep, how long each is shown, and the last one."""


def write(file: Path = FILE) -> Iterator[Path]:
    """Write the animated picture; yields its path. Raises ValueError when it has too many bytes."""
    notebook = Prepared(NOTEBOOK, read(NOTEBOOK).cells)
    cell = next(cell for cell in notebook.code if "std" in notebook.wanted(cell))
    panel = rebuild(notebook.before(cell), cell.source)
    try:
        pictures = [_small(panel.frame(std=std).png) for std in sweep()]
    finally:
        panel.close()
    data = animated(pictures)
    if len(data) >= LARGEST:
        raise ValueError(f"{file}: {len(data):,} bytes, expected fewer than {LARGEST:,}: draw fewer frames.")
    file.parent.mkdir(parents=True, exist_ok=True)
    yield written(file, data)


def sweep() -> list[float]:
    """The stds from 0.003 to 3, each the same number of times the one before."""
    return [0.003 * 1000 ** (number / (FRAMES - 1)) for number in range(FRAMES)]


def animated(pictures: Sequence[Image.Image]) -> bytes:
    """One WebP that shows the pictures once, one after the other."""
    out = io.BytesIO()
    times = [MILLISECONDS] * (len(pictures) - 1) + [LAST]
    pictures[0].save(out, "webp", save_all=True, append_images=pictures[1:], duration=times, loop=1, quality=70,
                     method=4)
    return out.getvalue()


def _small(png: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    return picture.resize((WIDE, round(picture.height * WIDE / picture.width)), Image.Resampling.LANCZOS)
