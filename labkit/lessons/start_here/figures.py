"""The whole course on one sheet: a small picture from every notebook."""

import io
import math
from collections.abc import Mapping

import numpy as np
from PIL import Image

from labkit.figures import style
from labkit.figures.picture import Still, still
from labkit.figures.series import check_any
from labkit.fits import guard

COLUMNS = 5
WIDE = 420
"""Pixels to which a picture is shrunk; on the sheet it is about half as wide."""


def contact_sheet(pictures: Mapping[str, bytes]) -> Still:
    """Pictures (PNG), each under its name, five to a row."""
    check_any("contact_sheet", "pictures", pictures)
    rows = math.ceil(len(pictures) / COLUMNS)
    drawn = style.figure(11, 1.8 * rows)
    with style.styled():
        places = drawn.subplots(rows, COLUMNS, squeeze=False).ravel()
        for place in places:
            place.axis("off")
            place.set_anchor("N")
        for place, (name, png) in zip(places, pictures.items(), strict=False):
            with Image.open(io.BytesIO(png)) as picture:
                small = picture.convert("RGB").resize((WIDE, round(WIDE * picture.height / picture.width)))
            place.imshow(np.asarray(small), interpolation="antialiased")
            place.set_title(name, size=style.SMALL, loc="left")
        drawn.tight_layout(h_pad=0.3, w_pad=0.3)
    return still(drawn, f"The last pictures of {len(pictures)} notebooks: {', '.join(pictures)}.")


guard(__name__)
