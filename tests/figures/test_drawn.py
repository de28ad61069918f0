"""The kit's pictures are made of what they were made of: the same artists, with their places, looks and data.

What changed on purpose is written down by `python -m tests.figures.drawn`, and read as a difference of drawn.txt.
"""

import pytest

from tests.figures.drawn import ALL, differences, stored
from tests.figures.scenes import PARTS, TRAINERS

STORED = stored()


def test_every_scene_is_written_down_and_every_part_is_in_one():
    assert list(STORED) == list(ALL)
    assert {name for _, view, parts in TRAINERS.values() for name in (view, *parts)} - {None} == set(PARTS)


@pytest.mark.parametrize("name", ALL)
def test_a_picture_is_made_of_what_is_written_down(name):
    assert differences(ALL[name](), STORED[name]) == []


def test_a_pixel_is_no_difference_and_two_are_another_word_too():
    line = "Line2D - 2.5 [3: 10 20, 30 40, 20 30] z2"
    assert differences([line.replace("40", "41")], [line]) == []
    for other in (line.replace("40", "42"), line.replace(" - ", " -- "), line.replace("z2", "z3"), line + " hidden"):
        assert differences([other], [line]) == [f"- {line}", f"+ {other}"]
    assert differences([], [line]) == ["0 lines, 1 before"]
