"""What a picture is made of, a line for every artist: its place in pixels, its look, and where its data lie.

`python -m tests.figures.drawn` writes down what the scenes are made of now; a difference in `drawn.txt` says what has
changed in the pictures.
"""

import re
from pathlib import Path
from unittest.mock import patch as patched

import numpy as np
from matplotlib.collections import Collection
from matplotlib.colors import to_hex
from matplotlib.image import AxesImage
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.spines import Spine
from matplotlib.text import Text

from labkit.figures.picture import Still
from labkit.figures.said import you_said
from labkit.figures.words import Words
from tests.figures.scenes import SAID, SCENES, STILLS

FILE = Path(__file__).with_suffix(".txt")
PLACE, NUMBER = re.compile(r"\[[^]]*\]"), re.compile(r"-?\d+")


def described(picture):
    """The lines for a Still or a Picture: its axes, in each what stands there, and what is painted over all of it."""
    figure = picture.figure
    figure.canvas.draw()  # Matplotlib puts titles and ticks into their places now
    for ax in figure.axes:
        box = figure.transFigure.transform_bbox(ax.get_position())
        ticks = (" ".join(label.get_text() for label in axis.get_ticklabels()) for axis in (ax.xaxis, ax.yaxis))
        yield f"axes {points(box.get_points())} {ax.get_xscale()} {ax.get_yscale()} {' | '.join(ticks)}"
        for artist in [*ax.get_children(), ax.xaxis.label, ax.yaxis.label]:
            yield from ("  " + line for line in of(artist, ax))
    own = {id(artist) for ax in figure.axes for artist in ax.get_children()}
    for artist in [*figure.texts, *figure.legends, *getattr(picture, "moving", [])]:
        if id(artist) not in own:
            yield from of(artist, None)


def marked(still, x, y):
    """The lines of a still while what the reader said is in it: `you_said` takes it out again."""
    with patched("labkit.figures.said.still", lambda figure, words: list(described(Still(b"", words, figure)))):
        return you_said(still, x, y)


def of(artist, ax):
    """The lines for one artist; none for what Matplotlib brings by itself."""
    if isinstance(artist, Spine) or (ax is not None and artist is ax.patch):
        return
    if isinstance(artist, Legend):
        yield f"legend {points(artist.get_window_extent().get_points())}"
        for part in [*artist.get_texts(), *artist.legend_handles]:
            yield from ("  " + line for line in of(part, None))
        return
    for kind, describe in KINDS.items():
        if isinstance(artist, kind) and (said := describe(artist)):
            shown = "" if artist.get_visible() else " hidden"
            yield f"{kind.__name__} {said} z{artist.get_zorder():g}{shown}"


def line(artist):
    where = artist.get_transform().transform(artist.get_xydata()) if len(artist.get_xdata()) else np.zeros((0, 2))
    _, dashes = artist._unscaled_dash_pattern
    every = "" if artist.get_markevery() is None else " every " + str(artist.get_markevery()).strip("[]")
    return (f"{colour(artist.get_color())} {artist.get_linestyle()}{dashes or ''} {artist.get_linewidth():g} "
            f"{artist.get_marker()} {artist.get_markersize():g}{every} {colour(artist.get_markerfacecolor())} "
            f"{colour(artist.get_markeredgecolor())} {alpha(artist)} {points(where)}")


def collection(artist):
    paths = [artist.get_transform().transform_path(path) for path in artist.get_paths()]
    offsets = artist.get_offset_transform().transform(artist.get_offsets()) if len(artist.get_offsets()) else []
    corners = [path.vertices[np.isfinite(path.vertices).all(axis=1)] for path in paths]
    where = np.concatenate([*corners, *([offsets] if len(offsets) and np.any(offsets) else [])]) if corners else []
    faces, edges = ([colour(c) for c in colours[:3]] for colours in (artist.get_facecolor(), artist.get_edgecolor()))
    return f"{' '.join(faces)} / {' '.join(edges)} {artist.get_linewidth()[0]:g} {alpha(artist)} {points(where)}"


def patch(artist):
    return (f"{colour(artist.get_facecolor())} / {colour(artist.get_edgecolor())} {artist.get_linewidth():g} "
            f"{alpha(artist)} {points(artist.get_window_extent().get_points())}")


def text(artist):
    if not artist.get_text().strip():
        return ""
    place = artist.get_transform().transform(artist.get_unitless_position())
    box = artist.get_bbox_patch()
    return (f"{artist.get_text()!r} {colour(artist.get_color())} {artist.get_size():g} {artist.get_weight()} "
            f"{artist.get_ha()} {artist.get_va()} {artist.get_rotation():g} {points([place])}"
            f"{' in a box ' + patch(box).split(' [')[0] if box else ''}")


def words(artist):
    if not artist.text.strip():
        return ""
    place = artist.get_transform().transform((artist.x, artist.y))
    return (f"{artist.text!r} {colour(artist._color)} {artist._size:g} {'bold' if artist._bold else ''} "
            f"align {artist._align} level {artist._level} room {artist._room} {points([place])}")


def image(artist):
    seen = np.asarray(artist.get_array(), float)
    extent = np.reshape(artist.get_extent(), (2, 2)).T
    return (f"{seen.shape} mean {100 * seen.mean() / (seen.max() or 1):.0f} {artist.cmap.name} {artist.get_clim()} "
            f"{artist.get_interpolation()} {artist.origin} {points(artist.axes.transData.transform(extent))}")


KINDS = {Line2D: line, Collection: collection, Patch: patch, Text: text, Words: words, AxesImage: image}


def colour(c):
    return c if isinstance(c, str) and c in ("none", "auto") else to_hex(c, keep_alpha=True)


def alpha(artist):
    return "" if artist.get_alpha() is None else f"alpha {artist.get_alpha():g}"


def points(where):
    """How many, the first and the last, and their mean: [3: 10 20, 30 40, 20 30]."""
    where = np.asarray(where, float).reshape(-1, 2)
    where = where[np.isfinite(where).all(axis=1)]
    if not len(where):
        return "[]"
    three = ", ".join(f"{x:.0f} {y:.0f}" for x, y in (where[0], where[-1], where.mean(axis=0)))
    return f"[{len(where)}: {three}]"


def differences(now, before, apart=1.6):
    """The lines that differ in a word, or in a place by more than a pixel and a half."""
    found = [f"{len(now)} lines, {len(before)} before"] if len(now) != len(before) else []
    for new, old in zip(now, before, strict=False):
        places = ([float(n) for place in PLACE.findall(said) for n in NUMBER.findall(place)] for said in (new, old))
        near = all(abs(a - b) <= apart for a, b in zip(*places, strict=False))
        if PLACE.sub("", new) != PLACE.sub("", old) or not near:
            found += [f"- {old}", f"+ {new}"]
    return found


def stored():
    """Scene → its lines, as they were written down."""
    sections = FILE.read_text(encoding="utf-8").split("== ")[1:]
    return {name: lines.rstrip("\n").split("\n") for name, _, lines in (part.partition("\n") for part in sections)}


ALL = {name: lambda make=make: list(described(make())) for name, make in SCENES.items()}
ALL |= {f"said: {name}": lambda given=given: marked(STILLS[given[0]](), *given[1:]) for name, given in SAID.items()}
"""Name → a function that draws the scene, and gives its lines."""


if __name__ == "__main__":
    parts = ["\n".join([f"== {name}", *lines()]) for name, lines in ALL.items()]
    FILE.write_text("\n".join(parts) + "\n", encoding="utf-8", newline="\n")
