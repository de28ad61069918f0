"""Words that change in every picture: they keep to their room."""

import numpy as np
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.words import Words, length


def reach(text, room):
    """The last column of pixels that the written text takes."""
    drawn = style.figure(9, 1)
    words = Words(0, 0.5, drawn.transFigure, room=room)
    words.set_text(text)
    drawn.add_artist(words)
    drawn.canvas.draw()
    return np.flatnonzero((np.asarray(drawn.canvas.buffer_rgba())[..., 0] < 128).any(axis=0)).max()


def test_a_text_longer_than_its_room_is_written_smaller():
    assert length("m" * 40) > 500
    assert 380 < reach("m" * 40, 400) <= 401 < reach("m" * 40, np.inf)
    assert reach("loss", 400) == reach("loss", np.inf)


def test_a_backed_text_ends_the_lines_behind_it():
    drawn = style.figure(4, 1)
    drawn.add_artist(Line2D([0, 1], [0.5, 0.5], color="#d00000", transform=drawn.transFigure))
    words = [Words(x, 0.5, drawn.transFigure, level="middle", backed=backed)
             for x, backed in ((0.1, True), (0.6, False))]
    for one in words:
        one.set_text("o o")
        one.set_zorder(3)
        drawn.add_artist(one)
    drawn.canvas.draw()
    red = (np.asarray(drawn.canvas.buffer_rgba())[..., :3] == (208, 0, 0)).all(axis=-1).any(axis=0)
    width = round(length("o o"))
    assert not red[42:38 + width].any() and red[250:238 + width].any()
