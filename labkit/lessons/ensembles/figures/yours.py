"""A committee of a student's making: its accuracy against its size, and what its samples leave out."""

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.picture import Picture
from labkit.figures.style import percent
from labkit.lessons.ensembles.experiments import OwnCommittee

Array = np.ndarray
ONE, LABKITS, YOURS, NEVER = style.GREY, style.SKY, style.VERMILLION, style.BLUE
INKS = (style.INK, style.GREY, style.LIGHT, style.FAINT, LABKITS, YOURS, NEVER)


def headline(c: OwnCommittee) -> str:
    """What is wrong with the samples, or how the student's vote compares with the soft vote, over all sizes."""
    if not np.allclose(c.marked, c.never):
        return f"your masks mark {percent(c.marked.mean())} as left out; {percent(c.never.mean())} were never drawn"
    if not c.never.any():
        return "nothing is left out: every network has the same examples"
    apart = c.yours - c.labkits
    far = 100 * abs(apart).max()
    if not apart.any():
        right = percent(c.yours[c.k - 1])
        who = "one network" if c.k == 1 else f"{c.k} networks together"
        return f"{who}: {right} right, by your vote as by labkit's"
    return f"your vote is not the soft vote: {far:.0f} points apart at {abs(apart).argmax() + 1} networks"


def details(c: OwnCommittee) -> str:
    """The numbers."""
    unseen = "no example is left out of any" if math.isnan(c.out_of_bag) else f"out of bag {percent(c.out_of_bag, 1)}"
    return (f"k = {c.k}: yours {percent(c.yours[c.k - 1], 1)}, labkit's {percent(c.labkits[c.k - 1], 1)}, one network "
            f"{percent(np.median(c.single), 1)}   ·   {unseen}")


class OwnCommitteePicture(Picture):
    """`update(OwnCommittee)`: on the left accuracy against the number of networks, on the right what is left out."""

    def __init__(self, members: int) -> None:
        super().__init__(style.figure(11.0, 5.4), "Your committee.", inks=INKS)
        self._members = members
        with style.styled():
            left, right = (self.figure.add_axes((x, 0.19, width, 0.57)) for x, width in ((0.075, 0.485), (0.635, 0.35)))
            self._accuracies(left)
            self._shares(right)
        self.animate(self._single, self._labkits, self._yours, self._now, self._never, self._marked)

    def _accuracies(self, ax: Axes) -> None:
        ax.set_title("Right on 4000 test pictures", loc="left")
        ax.set(xlim=(0.4, self._members + 0.6), ylim=(0, 1), xlabel="number of networks", xticks=(1, 5, 10, 15),
               yticks=(0, 0.25, 0.5, 0.75, 1), yticklabels=("0", "25 %", "50 %", "75 %", "100 %"))
        ax.grid(axis="y")
        self._single = Line2D([], [], color=ONE, marker="o", ms=5, ls="")
        self._labkits = Line2D([], [], color=LABKITS, lw=6)
        self._yours = Line2D([], [], color=YOURS, lw=2.2, ls="--")
        self._now = Line2D([], [], color=YOURS, marker="o", ms=13, mec=style.INK, mew=2, ls="")
        for artist in (self._single, self._labkits, self._yours, self._now):
            ax.add_artist(artist)
        style.key_below(ax, [self._single, self._labkits, self._yours], ["one network", "soft vote", "your vote"])

    def _shares(self, ax: Axes) -> None:
        ax.set_title("Examples left out, by network", loc="left")
        ax.set(xlim=(0.4, self._members + 0.6), ylim=(-0.03, 1.03), xlabel="network", xticks=(1, 5, 10, 15),
               yticks=(0, 0.5, 1), yticklabels=("0", "50 %", "all"))
        limit = ax.axhline(math.exp(-1), color=style.INK, lw=1.8, ls=":")
        self._never = Line2D([], [], color=NEVER, marker="o", ms=10, ls="")
        self._marked = Line2D([], [], color=YOURS, marker="s", ms=7, mfc="none", mew=2, ls="")
        for artist in (self._never, self._marked):
            ax.add_artist(artist)
        style.key_below(ax, [self._never, self._marked, limit], ["never drawn", "your mask", "1/e"], side="right")

    def update(self, c: OwnCommittee) -> None:
        """Show `c`."""
        k = np.arange(1, self._members + 1)
        for line, y in ((self._single, c.single), (self._labkits, c.labkits), (self._yours, c.yours),
                        (self._never, c.never), (self._marked, c.marked)):
            line.set_data(k, y)
        self._now.set_data([c.k], [c.yours[c.k - 1]])
        self.set_title(headline(c), details(c))
