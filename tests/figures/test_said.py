"""What the reader said is drawn where it belongs, and the picture itself stays as it was."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from labkit.figures import line_panels
from labkit.figures.picture import Still
from labkit.figures.said import WORDS, _mark, _stretch, you_said
from labkit.widgets import Reveal


def picture(log=""):
    x = np.arange(1.0, 11)
    return line_panels(x, {"left": {"a": x}, "right": {"a": 2 * x}}, xlabel="x", ylabel="y", log=log, ylim=(1, 20),
                       description="Two lines.")


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), int)


@pytest.mark.parametrize("log", ["", "y", "xy"])
@pytest.mark.parametrize("place", [(10, 5), (None, 5), (4, None), (10, 300), (None, 0.1)])
def test_the_mark_is_seen_and_nothing_is_left_behind(log, place):
    still = picture(log)
    before = [(ax.get_xlim(), ax.get_ylim(), len(ax.get_children())) for ax in still.figure.axes]
    marked = you_said(still, *place)
    assert marked.png != still.png and marked.description.startswith("Two lines.")
    assert [(ax.get_xlim(), ax.get_ylim(), len(ax.get_children())) for ax in still.figure.axes] == before
    assert you_said(still, *place).png == marked.png


def test_it_stands_in_the_panel_that_is_named():
    still = picture()
    width = pixels(still.png).shape[1]
    for panel, half in ((0, slice(0, width // 2)), (1, slice(width // 2, None))):
        changed = np.abs(pixels(you_said(still, 5, 10, panel=panel).png) - pixels(still.png)).any(axis=(0, 2))
        assert changed[half].any() and changed.sum() == changed[half].sum()


@pytest.mark.parametrize("place", [(10, 5), (None, 300), (0.001, None)])
def test_artists_lie_at_the_data_and_inside_the_limits(place):
    ax = picture("xy").figure.axes[0]
    first, words, *_ = _mark(ax, *place)
    _stretch(ax, *place)
    assert words.get_text() == WORDS
    assert None in place or (words.get_ha() == "right") == (words.xyann[0] < 0), "they end, or begin, at the mark"
    for value, data, limits in zip(place, (first.get_xdata(), first.get_ydata()), (ax.get_xlim(), ax.get_ylim()),
                                   strict=True):
        assert value is None or (value in data and limits[0] < value < limits[1])


def test_bad_calls_say_what_is_wanted():
    with pytest.raises(ValueError, match="neither x nor y"):
        you_said(picture(), None, None)
    with pytest.raises(ValueError, match="no figure to draw into"):
        you_said(Still(b"", "Nothing."), 1, 1)


def seen_in(shown):
    """The picture in the page, and its alternative text."""
    png, alt = re.match('<img src="data:image/png;base64,(.*?)" alt="(.*?)" ', shown._image.value).groups()
    return base64.b64decode(png), alt


def test_the_answering_picture_gets_the_mark_when_it_is_said():
    still = picture()
    shown = Reveal(still, lambda said: (2, 10 * said), panel=1)
    assert seen_in(shown) == (still.png, "Two lines.")
    shown.show(1.5)
    assert seen_in(shown) == (you_said(still, 2, 15, panel=1).png, "Two lines. Marked: what you said.")
    assert shown._repr_mimebundle_()[0]["text/plain"] == "Two lines."
