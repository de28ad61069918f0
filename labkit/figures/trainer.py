"""The picture beside a training run: its curves, what the network answers, and the instruments that are switched on."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from matplotlib.artist import Artist
from matplotlib.axes import Axes

from labkit.figures import style
from labkit.figures.growing import text_colours
from labkit.figures.layerwise import layer_colours
from labkit.figures.live_curves import AccuracyCurve, LossCurve
from labkit.figures.picture import Picture
from labkit.figures.progress import Progress
from labkit.figures.views import CLASSES

WIDTH, HEIGHT = 11.0, 4.2
TOP, BOTTOM, GAP = 0.42, 0.52, 0.62
LEFT, RIGHT, NAMES, BESIDE = 0.7, 0.3, 1.1, 0.35
"""Inches: above and below the axes, between two that lie one above the other; beside them, where runs have
names, and right of an instrument."""
NARROW = 0.62
"""How wide view and instruments are beside the curves."""


class Part(Protocol):
    """One region of the picture."""

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""

    def update(self, reading: Any) -> bool:
        """Show the reading; True when something that does not move changed as well."""


class Slot(NamedTuple):
    """A part to be built on its Axes, under the name that its readings carry."""

    name: str
    build: Callable[[Axes], Part]


class Curves:
    """Loss above accuracy, or the loss alone."""

    def __init__(self, axes: Sequence[Axes], progress: Progress) -> None:
        self.parts = [kind(ax, progress) for kind, ax in zip((LossCurve, AccuracyCurve), axes, strict=False)]
        for part in self.parts[:-1]:
            part.hide_steps()
        axes[-1].set_xlabel("step" if progress.seen is None else "examples seen", labelpad=24)

    @property
    def artists(self) -> list[Artist]:
        """What moves, in the order of painting."""
        return [artist for part in self.parts for artist in part.artists]

    def update(self, progress: Progress) -> bool:
        """Show the run so far."""
        return any([part.update(progress) for part in self.parts])


class TrainerPicture(Picture):
    """Left the curves, then the view of the answers, then the instruments; `update` takes a reading for every name.

    The curves' reading is called "progress"; it decides whether there is an accuracy, and of how many data sets.
    """

    def __init__(self, progress: Progress, view: Slot | None = None, instruments: Sequence[Slot] = ()) -> None:
        super().__init__(style.figure(WIDTH, HEIGHT), "A training run.",
                         inks=(style.INK, style.BLACK, style.GREY, style.LIGHT, style.FAINT, *CLASSES,
                               *layer_colours(len(progress.names)), *text_colours(progress)))
        boxes = layout(len(progress.accuracy) > 0, view is not None, len(instruments), named=bool(progress.names))
        with style.styled():
            axes = [self.figure.add_axes(box) for box in boxes]
            curves = 2 if progress.accuracy else 1
            self.parts: dict[str, Part] = {"progress": Curves(axes[:curves], progress)}
            slots = [*([view] if view else []), *instruments]
            for ax, slot in zip(axes[curves:], slots, strict=True):
                self.parts[slot.name] = slot.build(ax)
        self.animate(*(artist for part in self.parts.values() for artist in part.artists))

    def update(self, readings: Mapping[str, Any]) -> None:
        """Show the readings; a part without one keeps what it shows."""
        if any([self.parts[name].update(reading) for name, reading in readings.items()]):
            self.invalidate()


def layout(accuracy: bool, view: bool, instruments: int, *, named: bool = False) -> list[tuple[float, ...]]:
    """Boxes (left, bottom, width, height), in shares of the figure: loss, accuracy, view, instruments.

    The curves are as wide as the names of runs leave them; instruments stand in columns of two, a single one alone.
    """
    columns = math.ceil(instruments / 2)
    after = NAMES if named else RIGHT
    left = LEFT + after + (view or columns > 0) * RIGHT + columns * LEFT
    inch = (WIDTH - left) / (1 + NARROW * (view + columns))
    height = HEIGHT - TOP - BOTTOM
    half = (height - GAP) / 2
    boxes = [(LEFT, BOTTOM + half + GAP, inch, half), (LEFT, BOTTOM, inch, half)]
    boxes = boxes if accuracy else [(LEFT, BOTTOM, inch, height)]
    x = LEFT + inch + after
    if view:
        boxes.append((x, 0.1, NARROW * inch, HEIGHT - TOP - 0.1))
        x += NARROW * inch
    for i in range(instruments):
        column, low = divmod(i, 2)
        place = x + LEFT + column * (LEFT + NARROW * inch), BOTTOM + (half + GAP) * (not low and instruments > 1)
        boxes.append((*place, NARROW * inch - BESIDE, half if instruments > 1 else height))
    return [(a / WIDTH, b / HEIGHT, c / WIDTH, d / HEIGHT) for a, b, c, d in boxes]
