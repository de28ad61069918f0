"""How long a lecture takes, and which of its slides fit into 45 and into 90 minutes."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

LENGTHS = (45, 90)
USUAL = {"panel": 4.0, "question": 3.0, "picture": 2.5, "title": 1.0, "words": 1.5, "code": 2.0}
"""Minutes that a slide lasts, by the first of these that is on it."""
RANKS = {"panel": 1, "question": 1, "picture": 2, "words": 3, "code": 4}
FRAME = ("Summary", "After this you can")


class Stop(NamedTuple):
    """A slide on the way through a lecture: what is to do on it (a key of USUAL), its heading, and how long it lasts if
    its notebook says so.
    """

    what: str
    heading: str = ""
    minutes: float = 0.0

    @property
    def lasts(self) -> float:
        """Minutes."""
        return self.minutes or USUAL[self.what]

    @property
    def rank(self) -> int:
        """0 for the frame of the lecture, 1 for a question or a panel, 2 for a picture, 3 for words, 4 for code."""
        return 0 if self.what == "title" or self.heading in FRAME else RANKS[self.what]


def path(stops: Sequence[Stop], minutes: float) -> list[int]:
    """The numbers of the slides to show in so many minutes, from 1: what asks and what moves before what is read."""
    chosen: list[int] = []
    left = minutes
    for together in sorted(_together(stops), key=lambda some: (stops[some[0]].rank, some)):
        if (lasts := sum(stops[index].lasts for index in together)) <= left:
            chosen += together
            left -= lasts
    return [index + 1 for index in sorted(chosen)]


def _together(stops: Sequence[Stop]) -> list[list[int]]:
    """The slides, but a question with the next picture or panel: that is its answer."""
    found: list[list[int]] = []
    asked: list[int] = []
    for index, stop in enumerate(stops):
        if asked and stop.what in ("picture", "panel"):
            asked.append(index)
            asked = []
        else:
            found.append([index])
            asked = found[-1] if stop.what == "question" else asked
    return found


def note(stops: Sequence[Stop]) -> str:
    """The paths as the lecturer reads them, in Markdown."""
    total = sum(stop.lasts for stop in stops)
    rows = (f"**{minutes} minutes:** {_said(stops, minutes, total)}" for minutes in LENGTHS)
    return "\n\n".join([f"All {len(stops)} slides take about {total:.0f} minutes.", *rows])


def _said(stops: Sequence[Stop], minutes: float, total: float) -> str:
    if total <= minutes:
        return f"all slides; about {minutes - total:.0f} are left for an exercise."
    return f"slides {spans(path(stops, minutes))}. G and a number go to a slide."


def spans(numbers: Sequence[int]) -> str:
    """Numbers as people write them.

    >>> spans([1, 2, 3, 7, 9, 10])
    '1–3, 7, 9–10'
    """
    runs = [[number for _, number in run] for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])]
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)
