"""One file per notebook that presents it: reveal.js, formulas, pictures and moving sliders inside, nothing outside."""

import html
from collections.abc import Iterable, Sequence

from labkit.present import assets
from labkit.present.document import document, own, plain, style
from labkit.present.slides import Slide

LARGEST = 6_000_000
"""Bytes of a deck: what opens at once from a stick, and fits into a message."""


def deck(slides: Sequence[Slide], types: str) -> str:
    """The page that presents these slides, in these types (see `types_for`). Raises TooLarge."""
    body = "\n".join(_stacks(slides))
    scripts = [*map(assets.script, ("dist/reveal.js", "plugin/notes/notes.js")), *map(own, ("panels.js", "deck.js"))]
    styles = [types, *map(assets.reveal, ("dist/reset.css", "dist/reveal.css")), style("deck.css", "print.css")]
    return document(title(slides), f'<div class="reveal"><div class="slides">\n{body}\n</div></div>', styles=styles,
                    scripts=scripts, largest=LARGEST)


def types_for(decks: Iterable[Sequence[Slide]]) -> str:
    """The types with every character of these decks."""
    return assets.faces("".join(plain(slide.html()) for slides in decks for slide in slides))


def index(decks: Sequence[tuple[Sequence[Slide], str, Sequence[str]]], types: str) -> str:
    """The page that leads to the decks: (slides, the deck's file, the handouts' files) for each."""
    rows = "".join(_row(*entry) for entry in decks)
    return document("Training neural networks", f'<main class="index">{own("index.html")}<ol>{rows}</ol></main>',
                    styles=[types, style("index.css")])


def _row(slides: Sequence[Slide], file: str, papers: Sequence[str]) -> str:
    about = "".join(part.words for part in slides[0].parts)
    links = (f'<a href="{html.escape(paper)}">handout, {paper[:-4].rpartition("-")[2]}</a>' for paper in papers)
    more = f"<p>{' · '.join(links)}</p>" if papers else ""
    return f'<li><a href="{html.escape(file)}">{slides[0].heading}</a><div class="text">{about}</div>{more}</li>'


def title(slides: Sequence[Slide]) -> str:
    """What the slides are about."""
    return plain(slides[0].heading)


def _stacks(slides: Sequence[Slide]) -> list[str]:
    """Slides side by side; those that lie under another one share its `<section>`."""
    stacks: list[list[str]] = []
    for slide in slides:
        if slide.under and stacks:
            stacks[-1].append(slide.html())
        else:
            stacks.append([slide.html()])
    return [stack[0] if len(stack) == 1 else f"<section>{''.join(stack)}</section>" for stack in stacks]
