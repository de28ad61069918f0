"""What every explorer must do, whatever it shows: for the tests of the panels."""

import io

import numpy as np
from PIL import Image


def pixels(png):
    """The colours of an encoded picture: (height, width, 3), whole numbers."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), int)


def assert_every_corner_has_a_picture_of_its_own(panel, ends):
    """All combinations of the ends of the controls are drawn, differ, and are described in numbers."""
    corners = list(panel.frames(**ends))
    assert all(np.ptp(pixels(frame.png)) > 200 for frame in corners)
    assert len({frame.png for frame in corners}) == len(corners)
    assert not any(word in frame.text for frame in corners for word in ("nan", "inf", "?"))


def assert_every_control_changes_picture_and_text(panel, ends):
    """Each control alone, from one end to the other, changes what is seen and what is said."""
    for name, both in ends.items():
        low, high = (panel.frame(**{name: end}) for end in both)
        assert low.png != high.png and low.text != high.text, name
