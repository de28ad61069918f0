"""Eyes that lack a kind of cone tell the series apart: the distance of every two colours, as they see them, is large.

What they see is computed with the matrices of Machado, Oliveira & Fernandes (2009), "A Physiologically-based Model for
Simulation of Color Vision Deficiency"; the distance is CIEDE2000, here in the words of Sharma, Wu & Dalal (2005), "The
CIEDE2000 Color-Difference Formula", and checked against all pairs that they publish.
"""

import ast
import itertools
from importlib import import_module
from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb

import labkit
from labkit.figures import style

APART = 10
"""ΔE2000 that the smallest distance has at least; 1 is just seen, side by side."""
LACKING = {
    "nothing": np.eye(3),
    "red cones (protanopia)": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                               [-0.003882, -0.048116, 1.051998]],
    "green cones (deuteranopia)": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                                   [-0.011820, 0.042940, 0.968881]],
    "blue cones (tritanopia)": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                                [0.004733, 0.691367, 0.303900]],
}
"""Severity 1.0, on linear RGB."""
XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                [0.0193339, 0.1191920, 0.9503041]])
"""Of linear sRGB, white D65 (IEC 61966-2-1)."""
PUBLISHED = """
50 2.6772 -79.7751 50 0 -82.7485 2.0425; 50 3.1571 -77.2803 50 0 -82.7485 2.8615; 50 2.8361 -74.02 50 0 -82.7485 3.4412
50 -1.3802 -84.2814 50 0 -82.7485 1; 50 -1.1848 -84.8006 50 0 -82.7485 1; 50 -0.9009 -85.5211 50 0 -82.7485 1
50 0 0 50 -1 2 2.3669; 50 -1 2 50 0 0 2.3669; 50 2.49 -0.001 50 -2.49 0.0009 7.1792
50 2.49 -0.001 50 -2.49 0.001 7.1792; 50 2.49 -0.001 50 -2.49 0.0011 7.2195; 50 2.49 -0.001 50 -2.49 0.0012 7.2195
50 -0.001 2.49 50 0.0009 -2.49 4.8045; 50 -0.001 2.49 50 0.001 -2.49 4.8045; 50 -0.001 2.49 50 0.0011 -2.49 4.7461
50 2.5 0 50 0 -2.5 4.3065; 50 2.5 0 73 25 -18 27.1492; 50 2.5 0 61 -5 29 22.8977; 50 2.5 0 56 -27 -3 31.9030
50 2.5 0 58 24 15 19.4535; 50 2.5 0 50 3.1736 0.5854 1; 50 2.5 0 50 3.2972 0 1; 50 2.5 0 50 1.8634 0.5757 1
50 2.5 0 50 3.2592 0.335 1; 60.2574 -34.0099 36.2677 60.4626 -34.1751 39.4387 1.2644
63.0109 -31.0961 -5.8663 62.8187 -29.7946 -4.0864 1.2630; 61.2901 3.7196 -5.3901 61.4292 2.2480 -4.9620 1.8731
35.0831 -44.1164 3.7933 35.0232 -40.0716 1.5901 1.8645; 22.7233 20.0904 -46.6940 23.0331 14.9730 -42.5619 2.0373
36.4612 47.8580 18.3852 36.2715 50.5065 21.2231 1.4146; 90.8027 -2.0831 1.4410 91.1528 -1.6435 0.0447 1.4441
90.9257 -0.5406 -0.9208 88.6381 -0.8985 -0.7239 1.5381; 6.7747 -0.2908 -2.4247 5.8714 -0.0985 -2.2286 0.6377
2.0776 0.0795 -1.1350 0.9033 -0.0636 -0.5514 0.9082
"""
PAIRS = [tuple(map(float, pair.split())) for pair in PUBLISHED.strip().replace("\n", ";").split(";")]


def lab(color, lacking="nothing"):
    """L*, a*, b* of a colour in front of an eye that lacks something."""
    rgb = np.array(to_rgb(color))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = XYZ @ np.clip(LACKING[lacking] @ linear, 0, 1) / XYZ.sum(axis=1)
    x, y, z = np.where(seen > (6 / 29) ** 3, np.cbrt(seen), seen / (3 * (6 / 29) ** 2) + 4 / 29)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def ciede2000(one, other):
    """ΔE00 of two colours in L*a*b*, with k_L = k_C = k_H = 1."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    c7 = ((hypot(a1, b1) + hypot(a2, b2)) / 2) ** 7
    stretch = 1.5 - 0.5 * sqrt(c7 / (c7 + 25**7))
    c1, c2 = hypot(stretch * a1, b1), hypot(stretch * a2, b2)
    h1, h2 = (degrees(atan2(b, stretch * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 - 360 * (h2 - h1 > 180) + 360 * (h2 - h1 < -180)) if c1 * c2 else 0
    hue = (h1 + turn / 2) % 360 if c1 * c2 else h1 + h2
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    t = (1 - 0.17 * cos(radians(hue - 30)) + 0.24 * cos(radians(2 * hue)) + 0.32 * cos(radians(3 * hue + 6))
         - 0.20 * cos(radians(4 * hue - 63)))
    by_light = (l2 - l1) / (1 + 0.015 * (light - 50) ** 2 / sqrt(20 + (light - 50) ** 2))
    by_chroma = (c2 - c1) / (1 + 0.045 * chroma)
    by_hue = 2 * sqrt(c1 * c2) * sin(radians(turn / 2)) / (1 + 0.015 * chroma * t)
    rotation = -2 * sqrt(chroma**7 / (chroma**7 + 25**7)) * sin(radians(60 * exp(-((hue - 275) / 25) ** 2)))
    return sqrt(by_light**2 + by_chroma**2 + by_hue**2 + rotation * by_chroma * by_hue)


def closest(lacking):
    """The two colours of the palette that look most alike, with their distance."""
    return min((round(ciede2000(lab(a, lacking), lab(b, lacking)), 1), a, b)
               for a, b in itertools.combinations(style.PALETTE, 2))


def test_the_distance_is_that_of_every_published_pair():
    assert len(PAIRS) == 34
    for l1, a1, b1, l2, a2, b2, published in PAIRS:
        assert ciede2000((l1, a1, b1), (l2, a2, b2)) == pytest.approx(published, abs=6e-5)
        assert ciede2000((l2, a2, b2), (l1, a1, b1)) == pytest.approx(published, abs=6e-5)


def test_colours_are_converted_as_the_standard_does():
    np.testing.assert_allclose(lab("white"), [100, 0, 0], atol=1e-9)
    np.testing.assert_allclose(lab("red"), [53.24, 80.09, 67.20], atol=0.01)
    for lacking in LACKING:
        np.testing.assert_allclose(lab("#808080", lacking), lab("#808080"), atol=0.01)   # who lacks a cone sees greys


@pytest.mark.parametrize("lacking", LACKING)
def test_every_two_series_stay_apart(lacking):
    distance, *pair = closest(lacking)
    assert distance >= APART, pair


def test_a_pair_that_they_cannot_tell_apart_is_noticed():
    red, green = "#c04000", "#6a7a00"
    assert ciede2000(lab(red), lab(green)) > 4 * APART
    assert ciede2000(*(lab(color, "green cones (deuteranopia)") for color in (red, green))) < APART


# ------------------------------------------------------------------------------------------------ words
LABKIT = Path(labkit.__file__).parent
MODULES = [path for path in sorted(LABKIT.rglob("*.py")) if "figures" in path.relative_to(LABKIT).as_posix()]
WRITERS = {"Words", "annotate", "set_title", "set_xlabel", "set_ylabel", "suptitle", "text"}


def colours_of_words(path):
    """Line → colour, for every call that writes in a colour which is named there: `style.X`, or the module's own."""
    name = path.relative_to(LABKIT.parent).with_suffix("").as_posix().replace("/", ".")
    module = import_module(name.removesuffix(".__init__"))
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", getattr(call.func, "id", "")) in WRITERS:
            for given in (keyword.value for keyword in call.keywords if keyword.arg == "color"):
                if isinstance(given, ast.Attribute) and ast.unparse(given.value) == "style":
                    yield given.lineno, getattr(style, given.attr)
                elif isinstance(given, ast.Name) and hasattr(module, given.id):
                    yield given.lineno, getattr(module, given.id)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: "/".join(path.parts[-3:]))
def test_words_are_written_in_colours_that_can_be_read_on_white(path):
    for line, color in colours_of_words(path):
        assert style.contrast(color) >= style.LEGIBLE, f"line {line}: {color}; style.text_colour makes it dark enough"
