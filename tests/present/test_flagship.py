"""The README's first picture moves once, is light, and is said in words."""

import io
import re

import numpy as np
from PIL import Image

from labkit.present.flagship import FILE, FRAMES, LARGEST, LAST, animated
from tests.test_notebooks import NOTEBOOKS

ROOT = NOTEBOOKS.parent


def test_pictures_are_shown_once_in_their_order():
    greys = [Image.fromarray(np.full((20, 30), grey, np.uint8)).convert("RGB") for grey in (0, 120, 240)]
    film = Image.open(io.BytesIO(animated(greys)))
    assert (film.n_frames, film.info["loop"]) == (3, 1)
    seen = []
    for number in range(film.n_frames):
        film.seek(number)
        seen.append(int(np.asarray(film.convert("L")).mean()))
    assert np.allclose(seen, [0, 120, 240], atol=4) and film.info["duration"] == LAST


def test_the_picture_of_the_readme_is_light_and_has_a_still_and_an_alternative_text():
    file = ROOT / FILE
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert file.stat().st_size < LARGEST and Image.open(file).n_frames == FRAMES
    shown = re.search(r"<picture>.*?</picture>", readme, re.DOTALL)[0]
    assert f'src="{FILE.as_posix()}" alt="Ten activation histograms' in shown
    still = re.search(r'reduced-motion: reduce\)" srcset="([^"]+)"', shown)[1]
    assert (ROOT / still).is_file()
