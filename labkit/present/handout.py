"""The slides on paper: two on a page of A4, with lines to write on, and without the lecturer's notes."""

import html
import re
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import BrowserContext

from labkit.present.deck import title
from labkit.present.document import document, style
from labkit.present.slides import Slide

FRAMES = re.compile(r'<script type="application/json">.*?</script>', re.DOTALL)
FOOTER = ('<div style="width:100%;padding:0 14mm;font:9px sans-serif;color:#767676;display:flex">'
          '<span style="flex:1">{name}</span><span class="pageNumber"></span></div>')
MARGIN = {"top": "12mm", "bottom": "16mm", "left": "14mm", "right": "14mm"}


def handout(slides: Sequence[Slide], types: str) -> str:
    """The page that is printed. A panel that moves stands still here."""
    sheets = "".join(f'<div class="sheet"><div class="frame">{slide.html(notes=False)}</div><hr><hr><hr></div>'
                     for slide in slides)
    body = f'<div class="reveal handout"><div class="slides">{FRAMES.sub("", sheets)}</div></div>'
    return document(title(slides), body, styles=[types, style("deck.css", "handout.css")])


def printed(browser: BrowserContext, slides: Sequence[Slide], types: str, file: Path) -> Path:
    """Print the handout of these slides into `file`, a PDF."""
    sheet = browser.new_page()
    try:
        sheet.set_content(handout(slides, types), wait_until="load")
        sheet.evaluate("document.fonts.ready")
        sheet.pdf(path=file, format="A4", margin=MARGIN, print_background=True, display_header_footer=True,
                  header_template="<span></span>", footer_template=FOOTER.format(name=html.escape(title(slides))))
    finally:
        sheet.close()
    return file
