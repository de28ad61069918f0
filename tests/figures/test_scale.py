"""A number on a scale: the dot lies at the number, what was said finds room below, nonsense is refused."""

import math

import numpy as np
import pytest

from labkit.figures import on_a_scale
from labkit.figures.said import you_said

TICKS = {0.1: "0.1", 1: "1", 10: "10"}


def scale(answer, log=True):
    return on_a_scale("measured", answer, xlabel="loss", xticks=TICKS, description="A scale.", log=log)


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("answer", [0.1, 2.3, 10])
def test_the_dot_lies_at_the_answer_and_its_name_inside(answer, log):
    picture = scale(answer, log)
    (ax,) = picture.figure.axes
    (dot,), (name,) = ax.lines, ax.texts
    assert (dot.get_xdata()[0], dot.get_ydata()[0]) == (answer, 1)
    box = name.get_window_extent(picture.figure.canvas.get_renderer())
    assert name.get_text() == "measured" and box.x0 > 0 and box.x1 < picture.figure.bbox.width
    assert not box.overlaps(dot.get_window_extent())


def test_what_was_said_is_below_the_answer_also_where_it_is_right():
    before = np.frombuffer(scale(1).png, np.uint8)
    for said in (0.1, 1, 10):
        assert not np.array_equal(np.frombuffer(you_said(scale(1), said, 0).png, np.uint8), before)


@pytest.mark.parametrize("answer", [0.05, 20, math.nan, math.inf])
def test_an_answer_off_the_scale_is_refused(answer):
    with pytest.raises(ValueError, match="expected a number on the scale"):
        scale(answer)
