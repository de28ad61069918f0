"""One file per notebook that presents it: reveal.js, formulas, pictures and moving sliders inside, nothing outside."""

import html
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from pygments.formatters import HtmlFormatter

from labkit.present import assets
from labkit.present.slides import Slide

LARGEST = 5_000_000
"""Bytes of a deck: what opens at once from a stick, and fits into a message."""
TAG = re.compile(r"<[^>]+>")


class TooLarge(ValueError):
    """A deck has more bytes than it should; the message says what to do."""


def deck(slides: Sequence[Slide], types: str) -> str:
    """The page that presents these slides, in these types (see `types_for`). Raises TooLarge."""
    body = "\n".join(_stacks(slides))
    scripts = [assets.script("dist/reveal.js"), assets.script("plugin/notes/notes.js"), own("deck.js")]
    text = page(title(slides), f'<div class="reveal"><div class="slides">\n{body}\n</div></div>', scripts=scripts,
                styles=[types, assets.reveal("dist/reset.css"), assets.reveal("dist/reveal.css"), style()])
    if (size := len(text.encode("utf-8"))) > LARGEST:
        raise TooLarge(f"{title(slides)}: {size:,} bytes, at most {LARGEST:,} are allowed: draw fewer frames.")
    return text


def types_for(decks: Iterable[Sequence[Slide]]) -> str:
    """The types with every character of these decks."""
    return assets.faces("".join(plain(slide.html()) for slides in decks for slide in slides))


def index(decks: Sequence[tuple[Sequence[Slide], str, str]], types: str) -> str:
    """The page that leads to the decks: (slides, the deck's file, the handout's file or "") for each."""
    rows = "".join(_row(*entry) for entry in decks)
    return page("Training neural networks", f'<main class="index">{own("index.html")}<ol>{rows}</ol></main>',
                styles=[types, style(), own("index.css")])


def _row(slides: Sequence[Slide], file: str, paper: str) -> str:
    about = "".join(part.words for part in slides[0].parts)
    more = f'<p><a href="{html.escape(paper)}">handout, A4</a></p>' if paper else ""
    return f'<li><a href="{html.escape(file)}">{slides[0].heading}</a><div class="text">{about}</div>{more}</li>'


def page(name: str, body: str, *, styles: Sequence[str], scripts: Sequence[str] = ()) -> str:
    """A page that holds its styles and its scripts."""
    return "\n".join([
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">', f"<title>{html.escape(name)}</title>",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        *(f"<style>{rules}</style>" for rules in styles), "</head><body>", body,
        *(f"<script>{script}</script>" for script in scripts), "</body></html>\n"])


def style() -> str:
    """The look of the slides, with the colours of the code."""
    return own("deck.css") + HtmlFormatter(style="tango").get_style_defs(".code")


def title(slides: Sequence[Slide]) -> str:
    """What the slides are about."""
    return plain(slides[0].heading)


def plain(markup: str) -> str:
    """HTML as the words in it."""
    return html.unescape(TAG.sub("", markup)).strip()


def own(name: str) -> str:
    """A file of this room."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _stacks(slides: Sequence[Slide]) -> list[str]:
    """Slides side by side; those that lie under another one share its `<section>`."""
    stacks: list[list[str]] = []
    for slide in slides:
        if slide.under and stacks:
            stacks[-1].append(slide.html())
        else:
            stacks.append([slide.html()])
    return [stack[0] if len(stack) == 1 else f"<section>{''.join(stack)}</section>" for stack in stacks]
