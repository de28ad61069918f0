"""A student's functions beside labkit's: what a window finds and the gradient of its weights; that of two heads."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.picture import Picture
from labkit.figures.style import number, reading
from labkit.figures.words import Words
from labkit.lessons.noise_and_sharing.experiments.yours import OwnHeads, OwnWindow

LABKITS, YOURS = style.SKY, style.VERMILLION
INKS = (style.INK, style.GREY, style.LIGHT, style.FAINT, LABKITS, YOURS)
HIGH, STEEP = 3.0, 1.4
"""Ends of the axes of y and of dw, dw in units of labkit's largest; what is larger is drawn there."""


def window_headline(o: OwnWindow) -> str:
    """The first value in which it differs from labkit's, or that it does not."""
    for name, yours, labkits in zip(("y", "dw", "db"), o.yours, o.labkits, strict=True):
        if not np.allclose(yours, labkits, rtol=1e-4, atol=1e-6):
            far = np.max(np.abs(np.asarray(yours) - labkits)) / np.max(np.abs(labkits))
            return f"your {name} is off by {number(100 * far)} % of labkit's largest"
    return "like labkit's: one window for all positions, and their gradients added up"


def window_details(o: OwnWindow) -> str:
    """The numbers."""
    return (f"shift {o.shift}   ·   db: yours {reading(o.yours[2], 3)}, labkit's {reading(o.labkits[2], 3)}   ·   "
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
        self.set_title(window_headline(o), window_details(o))


# ------------------------------------------------------------------------------------------------ two heads
SIGNED = LinearSegmentedColormap.from_list("signed", [style.BLUE, style.PAPER, style.VERMILLION])
"""Negative entries blue, zeros white, positive ones orange."""


def heads_headline(o: OwnHeads) -> str:
    """The first block that differs from labkit's, or that none does."""
    tasks, heads = (slice(o.n1), slice(o.n1, None)), (slice(o.classes), slice(o.classes, None))
    for i, rows in enumerate(tasks):
        for j, columns in enumerate(heads):
            off = np.abs(o.yours[rows, columns] - o.labkits[rows, columns]).max()
            if not off <= 1e-4 * np.abs(o.labkits).max():
                far = reading(100 * off / np.abs(o.labkits).max())
                return f"rows of task {i + 1}, head {j + 1}: off by {far} % of labkit's largest"
    return "like labkit's: each task moves its own head, and both move the body"


class OwnHeadsPicture(Picture):
    """`update(OwnHeads)`: the gradient as a table of colours, labkit's on the left, yours on the right."""

    def __init__(self) -> None:
        super().__init__(style.figure(11.0, 5.4), "The gradient of two heads.")
        with style.styled():
            axes = [self.figure.add_axes((left, 0.13, 0.40, 0.62)) for left in (0.08, 0.56)]
            self._images, self._borders = [], []
            for ax, name in zip(axes, ("labkit's dz", "your dz"), strict=True):
                self._images.append(ax.imshow(np.zeros((1, 1)), cmap=SIGNED, aspect="auto", vmin=-1, vmax=1))
                self._borders.append(LineCollection([], colors=style.INK, linewidths=2))
                ax.add_collection(self._borders[-1], autolim=False)
                ax.set_title(name, loc="left")
                ax.set(yticks=())
                ax.tick_params(length=0)
                ax.spines[:].set_visible(True)
            self._tasks = [Words(-0.015, 0, axes[0].get_yaxis_transform(), size=style.SMALL, align="right",
                                 level="middle") for _ in range(2)]
        self.animate(*self._images, *self._borders, *self._tasks)

    def update(self, o: OwnHeads) -> None:
        """Show `o`, each entry against labkit's largest."""
        rows, columns = o.labkits.shape
        for image, borders, dz in zip(self._images, self._borders, (o.labkits, o.yours), strict=True):
            image.set(data=np.clip(dz / np.abs(o.labkits).max(), -1, 1), extent=(0, columns, rows, 0))
            image.axes.set(xlim=(0, columns), ylim=(rows, 0))
            image.axes.set_xticks((o.classes / 2, (o.classes + columns) / 2), ("head 1", "head 2"))
            borders.set_segments([[(o.classes, 0), (o.classes, rows)], [(0, o.n1), (columns, o.n1)]])
        for words, name, y in zip(self._tasks, ("task 1", "task 2"), (o.n1 / 2, (o.n1 + rows) / 2), strict=True):
            words.set_text(name)
            words.y = y
        self.set_title(heads_headline(o), f"{o.n1} row{'s' * (o.n1 > 1)} of task 1, {rows - o.n1} of task 2, which "
                       f"weighs {number(o.weight)}   ·   blue negative, orange positive, white 0")
