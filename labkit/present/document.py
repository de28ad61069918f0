"""One file that holds everything: styles, scripts, pictures and types inside, nothing outside."""

import html
import re
from collections.abc import Sequence
from pathlib import Path

from pygments.formatters import HtmlFormatter

TAG = re.compile(r"<[^>]+>")


class TooLarge(ValueError):
    """A page has more bytes than it should; the message says what to do."""


def document(name: str, body: str, *, styles: Sequence[str], scripts: Sequence[str] = (), largest: int = 0) -> str:
    """An HTML page with its styles and, at its end, its scripts.

    Raises TooLarge for more than `largest` bytes, when that is given.
    """
    text = "\n".join([
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">', f"<title>{html.escape(name)}</title>",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        *(f"<style>{rules}</style>" for rules in styles), "</head><body>", body,
        *(f"<script>{script}</script>" for script in scripts), "</body></html>\n"])
    if largest and (size := len(text.encode("utf-8"))) > largest:
        raise TooLarge(f"{name}: {size:,} bytes, at most {largest:,} are allowed: draw fewer frames.")
    return text


def style(*names: str) -> str:
    """What all pages look like, with the colours of the code, and then the style sheets of these names."""
    code = HtmlFormatter(style="tango").get_style_defs([".code", ".highlight"])
    return "\n".join([own("common.css"), code, *map(own, names)])


def plain(markup: str) -> str:
    """HTML as the words in it."""
    return html.unescape(TAG.sub("", markup)).strip()


def own(name: str) -> str:
    """A file of this room."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
