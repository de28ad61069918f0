"""The slides on paper: two on a page of A4, with lines to write on, and without the lecturer's notes."""

import html
import re
from collections.abc import Sequence

from playwright.sync_api import BrowserContext

from labkit.present.browser import chromium
from labkit.present.deck import title
from labkit.present.document import document, style
from labkit.present.slides import Slide

FRAMES = re.compile(r'<script type="application/json">.*?</script>', re.DOTALL)
ANSWERS = re.compile(r'<p class="fragment why">.*?</p>', re.DOTALL)
RIGHT = '<li class="right">'
FOOTER = ('<div style="width:100%;padding:0 14mm;font:9px sans-serif;color:#767676;display:flex">'
          '<span style="flex:1">{name}</span><span class="pageNumber"></span></div>')
MARGIN = {"top": "12mm", "bottom": "16mm", "left": "14mm", "right": "14mm"}


def handout(slides: Sequence[Slide], types: str, *, answers: bool = True) -> str:
    """The page that is printed, with the answers of the predictions or without. A panel that moves stands still here.
    """
    sheets = "".join(f'<div class="sheet"><div class="frame">{slide.html(notes=False)}</div><hr><hr><hr></div>'
                     for slide in slides)
    sheets = FRAMES.sub("", sheets) if answers else ANSWERS.sub("", FRAMES.sub("", sheets)).replace(RIGHT, "<li>")
    body = f'<div class="reveal handout"><div class="slides">{sheets}</div></div>'
    return document(title(slides), body, styles=[types, style("deck.css", "handout.css")])


def printed(slides: Sequence[Slide], types: str, *, answers: bool = True) -> bytes:
    """The handout of these slides, a PDF; needs `chromium_path()`."""
    with chromium() as browser:
        return pdf(browser, handout(slides, types, answers=answers), title(slides))


def pdf(browser: BrowserContext, page: str, name: str) -> bytes:
    """The page, printed on A4 with the name and the page numbers below."""
    sheet = browser.new_page()
    sheet.set_content(page, wait_until="load")
    sheet.evaluate("document.fonts.ready")
    return sheet.pdf(format="A4", margin=MARGIN, print_background=True, display_header_footer=True,
                     header_template="<span></span>", footer_template=FOOTER.format(name=html.escape(name)))
