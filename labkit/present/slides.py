"""A notebook as slides: which cells stand together, what the lecturer reads, what comes only at the next key."""

import base64
import html
import math
import re
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from labkit.notebooks.cells import slide_type, unfolded
from labkit.notebooks.files import read
from labkit.present import listing, markup
from labkit.present.live import CELL
from labkit.present.pace import Stop
from labkit.present.panel import live_only
from labkit.present.prepared import Prepared

HEADING = re.compile(r"\s*<h([12])[^>]*>(.*?)</h\1>\s*", re.DOTALL)
LINE, ACROSS, GAP, OPTION, ROOM = 42, 75, 20, 70, 600
"""Height of a line of words, letters in it, the space below them; height of an option, and of all; in pixels."""


@dataclass
class Part:
    """What one cell brings to its slide: words, or Python, what it prints and what it shows."""

    words: str = ""
    source: str = ""
    printed: str = ""
    shown: str = ""
    fragment: bool = False

    def html(self, columns: int) -> str:
        """The part, with the lines of Python broken to so many columns."""
        code = listing.code(listing.wrapped(self.source, columns)) if self.source else ""
        printed = f'<pre class="printed">{html.escape(self.printed)}</pre>' if self.printed else ""
        words = f'<div class="text">{self.words}</div>' if self.words else ""
        inside = words + code + printed + self.shown
        return f'<div class="fragment part">{inside}</div>' if self.fragment else inside

    def high(self) -> float:
        """About how high the words are, in pixels."""
        text = re.sub("<[^>]+>", "", self.words)
        return LINE * math.ceil(len(text) / ACROSS) + GAP if text else 0.0


@dataclass
class Slide:
    """One slide: its heading, the parts below it, and the notes.

    The `first` one is the title; one that lies `under` another is reached downwards; a heading that comes `again` is
    small. `cards` follow it, each on a slide of its own.
    """

    heading: str = ""
    parts: list[Part] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    first: bool = False
    under: bool = False
    again: bool = False
    minutes: float = 0.0
    cards: list[Part] = field(default_factory=list)

    def html(self, *, notes: bool = True) -> str:
        """The slide as a `<section>`, with or without the notes."""
        level = "h1" if self.first else "h2"
        heading = f'<{level}{" class=again" * self.again}>{self.heading}</{level}>' if self.heading else ""
        aside = f'<aside class="notes">{"".join(self.notes)}</aside>' if notes and self.notes else ""
        columns, size = self.type()
        body = "".join(part.html(columns) for part in self.parts)
        timing = f"{60 * self.stop().lasts:.0f}"
        return (f'<section class="{self.kind()}" data-timing="{timing}" style="--type:{size}px;--ask:{self.ask()}px">'
                f'{heading}'
                f'<div class="body">{body}</div>{aside}</section>')

    def dealt(self) -> list["Slide"]:
        """The slide, and one for each of its cards; a slide that has nothing else gives its place to the first."""
        cards = [Slide(self.heading, [card], under=True, again=True, minutes=1.0) for card in self.cards]
        if self.parts or not cards:
            return [self, *cards]
        cards[0].notes = self.notes
        return cards

    def kind(self) -> str:
        """What the slide is: a title, words alone, or something to look at."""
        if self.first:
            return "title"
        looked = any(part.source or part.printed or "<figure" in part.shown for part in self.parts)
        return "plain" if looked else "words"

    def stop(self) -> Stop:
        """The slide on the way through the lecture: what is to do on it, and how long it lasts."""
        shown = "".join(part.shown for part in self.parts)
        what = ("panel" if 'class="panel"' in shown else "question" if 'class="predict"' in shown
                else "picture" if "<figure" in shown else "title" if self.first
                else "words" if self.kind() == "words" else "code")
        return Stop(what, self.heading, self.minutes)

    def ask(self) -> int:
        """Size of the letters of a prediction: large where question, options and answer leave room."""
        shown = "".join(part.shown for part in self.parts)
        letters = len(re.sub("<[^>]+>", "", shown))
        rows = shown.count("<li") / (2 if "<ol class=short" in shown else 1)
        words = "".join(part.words for part in self.parts)
        lines = letters / ACROSS + 2 + words.count("<li") + 2 * words.count('display="block"')
        high = sum(part.high() for part in self.parts) + LINE * lines + OPTION * math.ceil(rows)
        return 32 if high < ROOM and not any(part.source for part in self.parts) else 28

    def type(self) -> tuple[int, float]:
        """Columns and size of the letters of code."""
        sources = [part.source for part in self.parts if part.source]
        printed = [part.printed for part in self.parts if part.printed]
        return listing.roomiest(sources, printed, sum(part.high() for part in self.parts))


def slides_of(path: Path, *, most: int | None = None) -> list[Slide]:
    """The slides of the notebook at `path`, in order; a slide that opens without a heading repeats the last one.

    `most` limits the positions of every slider that is drawn beforehand.
    """
    cells = read(path).cells
    prepared = Prepared(path, cells, most=most)
    slides: list[Slide] = []
    for cell in cells:
        kind = slide_type(cell)
        if kind in ("slide", "subslide") or not slides:
            slides.append(Slide(first=not slides, under=kind == "subslide"))
        slides[-1].minutes += cell.metadata.get("labkit", {}).get("minutes", 0.0)
        if cell.get("id") == CELL:
            continue
        if kind == "notes":
            slides[-1].notes.append(markup.markdown(unfolded(cell.source), path.parent))
        elif kind != "skip":
            words = cell.cell_type == "markdown"
            part = _words(slides[-1], cell, path.parent) if words else _code(slides[-1], cell, prepared)
            part.fragment = kind == "fragment"
            _add(slides, part)
    return [one for slide in slides for one in slide.dealt()]


def _add(slides: list[Slide], part: Part) -> None:
    slide = slides[-1]
    if not slide.heading and len(slides) > 1:
        slide.heading, slide.again = slides[-2].heading, True
    if part.words or part.source or part.printed or part.shown:
        slide.parts.append(part)


def _words(slide: Slide, cell: NotebookNode, folder: Path) -> Part:
    text = markup.markdown(cell.source, folder)
    heading = HEADING.match(text)
    if heading and not slide.heading and not slide.parts:
        slide.heading, text = heading[2], text[heading.end():]
    return Part(words=text.strip())


def _code(slide: Slide, cell: NotebookNode, prepared: Prepared) -> Part:
    if question := markup.asked(cell.source):
        slide.notes.append(markup.answer(question))
        return Part(shown=markup.question(question))
    if dealt := prepared.cards(cell):
        slide.cards = [Part(shown=card) for card in dealt]
        return Part()
    if moving := prepared.html(cell):
        slide.notes.append(live_only(moving))
        return Part(shown=moving)
    hidden = cell.metadata.get("jupyter", {}).get("source_hidden") or "hide-input" in cell.metadata.get("tags", [])
    return Part(source="" if hidden else listing.essential(cell.source),
                printed="".join(map(_printed, cell.outputs)).rstrip(), shown="".join(map(_shown, cell.outputs)))


def _printed(output: NotebookNode) -> str:
    data = output.get("data", {})
    return output.get("text", "") or ("" if {"image/png", "text/html"} & set(data) else data.get("text/plain", ""))


def _shown(output: NotebookNode) -> str:
    data = output.get("data", {})
    if "image/png" in data:
        return markup.picture(base64.b64decode(data["image/png"]), data.get("text/plain", ""))
    return markup.shown(data["text/html"]) if "text/html" in data else ""
