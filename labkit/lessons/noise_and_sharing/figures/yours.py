"""A student's window at work: what it finds at every position, and the gradient of its weights, beside labkit's."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.picture import Picture
from labkit.figures.style import number
from labkit.lessons.noise_and_sharing.experiments.yours import OwnWindow

LABKITS, YOURS = style.SKY, style.VERMILLION
INKS = (style.INK, style.GREY, style.LIGHT, style.FAINT, LABKITS, YOURS)
HIGH, STEEP = 3.0, 1.4
"""Ends of the axes of y and of dw, dw in units of labkit's largest; what is larger is drawn there."""


def headline(o: OwnWindow) -> str:
    """The first value in which it differs from labkit's, or that it does not."""
    for name, yours, labkits in zip(("y", "dw", "db"), o.yours, o.labkits, strict=True):
        if not np.allclose(yours, labkits, rtol=1e-4, atol=1e-6):
            far = np.max(np.abs(np.asarray(yours) - labkits)) / np.max(np.abs(labkits))
            return f"your {name} is off by {number(100 * far)} % of labkit's largest"
    return "like labkit's: one window for all positions, and their gradients added up"


def details(o: OwnWindow) -> str:
    """The numbers."""
    return (f"shift {o.shift}   ·   db: yours {number(o.yours[2], 3)}, labkit's {number(o.labkits[2], 3)}   ·   "
            f"largest y at position {int(np.argmax(o.yours[0]))}")


class OwnWindowPicture(Picture):
    """`update(OwnWindow)`: the curve, below it y by position, on the right dw; labkit's broad, yours dashed."""

    def __init__(self, length: int = 40, k: int = 5) -> None:
        super().__init__(style.figure(11.0, 5.4), "Your window on a curve.", inks=INKS)
        with style.styled():
            top, below, right = (self.figure.add_axes(box) for box in (
                (0.06, 0.60, 0.56, 0.18), (0.06, 0.19, 0.56, 0.32), (0.71, 0.19, 0.27, 0.59)))
            self._curve = Line2D([], [], color=style.INK, lw=2)
            self._labkits = Line2D([], [], color=LABKITS, lw=7, solid_capstyle="round")
            self._yours = Line2D([], [], color=YOURS, lw=2.2, ls="--")
            self._dw = LineCollection([], colors=LABKITS, linewidths=9)
            self._marks = Line2D([], [], color=YOURS, marker="o", ms=9, ls="")
            self._outputs(top, below, length)
            self._gradient(right, k)
        self.animate(self._curve, self._labkits, self._yours, self._dw, self._marks)

    def _outputs(self, top: Axes, below: Axes, length: int) -> None:
        top.set(xlim=(-0.5, length - 0.5), ylim=(-4, 4), yticks=(), xticklabels=())
        top.set_title("The curve", loc="left")
        top.add_artist(self._curve)
        below.set(xlim=(-0.5, length - 0.5), ylim=(-HIGH, HIGH), xlabel="position of the window", yticks=(-2, 0, 2))
        below.set_title("y: what the window finds", loc="left")
        below.axhline(0, color=style.FAINT, lw=1)
        for line in (self._labkits, self._yours):
            below.add_artist(line)
        style.key_below(below, [self._labkits, self._yours], ["labkit's", "yours"])

    def _gradient(self, ax: Axes, k: int) -> None:
        ax.set(xlim=(-0.6, k - 0.4), ylim=(-STEEP, STEEP), xticks=range(k), yticks=(-1, 0, 1))
        ax.set_xlabel("weight of the window")
        ax.set_title("dw, its largest is 1", loc="left")
        ax.axhline(0, color=style.GREY, lw=1)
        ax.add_artist(self._dw)
        ax.add_artist(self._marks)

    def update(self, o: OwnWindow) -> None:
        """Show `o`; what is too large ends at the frame."""
        self._curve.set_data(np.arange(len(o.curve)), o.curve)
        for line, (y, _, _) in ((self._labkits, o.labkits), (self._yours, o.yours)):
            line.set_data(np.arange(len(y)), np.clip(y, -HIGH, HIGH))
        dw, yours = (dw / np.abs(o.labkits[1]).max() for dw in (o.labkits[1], o.yours[1]))
        self._dw.set_segments([[(j, 0), (j, v)] for j, v in enumerate(dw)])
        self._marks.set_data(np.arange(len(dw)), np.clip(yours, -STEEP, STEEP))
        self.set_title(headline(o), details(o))
