"""How long a lecture takes, and which of its slides fit into 45 and into 90 minutes."""

from collections.abc import Sequence
from itertools import groupby

from labkit.present.slides import Slide

LENGTHS = (45, 90)


def path(slides: Sequence[Slide], minutes: float) -> list[int]:
    """The numbers of the slides to show in so many minutes, from 1: what asks and what moves before what is read."""
    chosen, left = [], minutes
    for index in sorted(range(len(slides)), key=lambda index: (_rank(slides[index]), index)):
        if (lasts := slides[index].lasts()) <= left:
            chosen.append(index + 1)
            left -= lasts
    return sorted(chosen)


def _rank(slide: Slide) -> int:
    """0 for the frame of the lecture, 1 for a question or a panel, 2 for a picture, 3 for words, 4 for code."""
    shown = "".join(part.shown for part in slide.parts)
    if slide.first or slide.heading in ("Summary", "After this you can"):
        return 0
    if 'class="predict"' in shown or 'class="panel"' in shown:
        return 1
    return 2 if "<figure" in shown else 3 if slide.kind() == "words" else 4


def note(slides: Sequence[Slide]) -> str:
    """The paths as the lecturer reads them, in the notes of the title."""
    total = sum(slide.lasts() for slide in slides)
    rows = "".join(f"<p><b>{minutes} minutes:</b> {_said(slides, minutes, total)}</p>" for minutes in LENGTHS)
    return f"<p>All {len(slides)} slides take about {total:.0f} minutes.</p>{rows}"


def _said(slides: Sequence[Slide], minutes: float, total: float) -> str:
    if total <= minutes:
        return f"all slides; about {minutes - total:.0f} are left for an exercise."
    return f"slides {spans(path(slides, minutes))}. G and a number go to a slide."


def spans(numbers: Sequence[int]) -> str:
    """Numbers as people write them.

    >>> spans([1, 2, 3, 7, 9, 10])
    '1–3, 7, 9–10'
    """
    runs = [[number for _, number in run] for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])]
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)
