"""Words that change in every picture: they keep to their room."""

import numpy as np

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
