"""The sheet of notebook 00: one picture of every notebook, the last that is stored."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from labkit.lessons.start_here.experiments import last_pictures
from labkit.lessons.start_here.figures import contact_sheet
from tests.cells import NOTEBOOKS
from tests.panels import pixels


def png(grey):
    out = io.BytesIO()
    Image.fromarray(np.full((20, 60, 3), grey, np.uint8)).save(out, "png")
    return out.getvalue()


def stored(folder, name, *pictures):
    outputs = [{"data": {"image/png": base64.b64encode(picture).decode(), "text/plain": "a picture"}}
               for picture in pictures]
    cells = [{"cell_type": "markdown"}, *({"outputs": [output]} for output in outputs), {"outputs": [{"text": "end"}]}]
    (folder / f"{name}.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")


def test_the_last_picture_of_every_notebook_but_the_first(tmp_path):
    stored(tmp_path, "00_start", png(0))
    stored(tmp_path, "01_one_more", png(10), png(20))
    stored(tmp_path, "02_none")
    assert last_pictures(str(tmp_path)) == {"01 one more": png(20)}
    with pytest.raises(FileNotFoundError, match="no notebook"):
        last_pictures(str(tmp_path / "nowhere"))


def test_every_notebook_of_the_course_closes_with_a_picture():
    names = {path.stem.replace("_", " ") for path in NOTEBOOKS.glob("[0-9]*.ipynb")} - {"00 start here"}
    assert set(last_pictures(str(NOTEBOOKS))) == names


def test_the_sheet_shows_the_pictures_under_their_names():
    one, two = (contact_sheet({"01 one": png(0), "02 two": png(grey)}) for grey in (0, 250))
    assert "01 one, 02 two" in one.description
    assert (pixels(one.png) < 50).mean() > 1.5 * (pixels(two.png) < 50).mean()
    with pytest.raises(ValueError, match="at least one"):
        contact_sheet({})
