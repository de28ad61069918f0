"""Does everything on a slide lie on the screen? Measured as the eye would, not asked of the slide's own box.

reveal.js scales a slide by its configured size, never by its content, and what sticks out is not scrolled either. So
the measure is the rectangles of everything that is visible, against the screen, with all fragments shown.
"""

from typing import NamedTuple

from playwright.sync_api import Locator, Page


class Seen(NamedTuple):
    """What is to be seen of one slide, in pixels of the screen."""

    name: str
    outside: dict[str, float]
    """How far the content sticks out, by side."""
    clipped: list[str]
    """Boxes that hide a part of what is in them."""
    smallest: float
    """The smallest type."""
    text: str
    """A few words in the smallest type."""
    parts: int
    """How many pieces of text, pictures and controls there are beside headings: an empty slide fits every screen."""


def slides(page: Page) -> list[Seen]:
    """Every slide of an open deck, in order."""
    return [Seen(**found) for found in page.evaluate(WALK)]


def complaints(page: Page, *, smallest: float = 14.0) -> list[str]:
    """What does not fit, one sentence each; empty when every slide does. `smallest` is for a screen 720 pixels high."""
    height = page.viewport_size["height"]
    return [f"{seen.name}: {what}" for seen in slides(page) for what in _complaints(seen, smallest * height / 720)]


def walked(page: Page, present: str = ".slides section.present:not(.stack)") -> int:
    """How many slides a show has shown when → has nothing more to show."""
    def place() -> int:
        return page.evaluate(MARK, present)

    seen, idle = {place()}, 0
    while idle < FRAGMENTS:
        page.keyboard.press("ArrowRight")
        now = place()
        idle = 0 if now not in seen else idle + 1
        seen.add(now)
    return len(seen)


def complaints_of(slide: Locator, name: str, *, smallest: float = 14.0) -> list[str]:
    """What of one slide does not fit, whatever program shows it."""
    height = slide.page.viewport_size["height"]
    return _complaints(Seen(name=name, **slide.evaluate(MEASURE)), smallest * height / 720)


def _complaints(seen: Seen, smallest: float) -> list[str]:
    found = [f"{pixels:.0f} px outside on the {side}" for side, pixels in seen.outside.items() if pixels > 1]
    found += [f"clipped: {what}" for what in seen.clipped]
    if seen.smallest < smallest:
        found.append(f"type of {seen.smallest:.1f} px: {seen.text!r}")
    return found + ([] if seen.parts else ["nothing to be seen but headings"])


MEASURE = """section => {
    const PIECES = /^(img|canvas|svg|video|input|select|button|math)$/i;
    const hidden = node => !node.checkVisibility({visibilityProperty: true, opacityProperty: true})
        || node.closest('aside.notes, script, style, .heard, .lk-sentence, .jp-mod-hidden, mjx-assistive-mml');
    const box = {left: 0, top: 0, right: 0, bottom: 0};
    let parts = 0, smallest = Infinity, text = '';
    const clipped = [];
    const add = (r, owner) => {
        if (r.width < 1 || r.height < 1) return;
        if (!owner.closest('h1, h2')) parts += 1;
        box.left = Math.min(box.left, r.left); box.right = Math.max(box.right, r.right);
        box.top = Math.min(box.top, r.top); box.bottom = Math.max(box.bottom, r.bottom);
    };
    const scale = section.getBoundingClientRect().width / section.offsetWidth || 1;
    const walk = document.createTreeWalker(section, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        if (node.nodeType === Node.TEXT_NODE) {
            const owner = node.parentElement;
            if (!node.data.trim() || hidden(owner)) continue;
            const range = document.createRange();
            range.selectNodeContents(node);
            for (const r of range.getClientRects()) add(r, owner);
            const type = parseFloat(getComputedStyle(owner).fontSize) * scale;
            if (type < smallest && !owner.closest('svg, option')) {
                smallest = type;
                text = node.data.trim().slice(0, 40);
            }
        } else if (!hidden(node)) {
            if (PIECES.test(node.tagName)) add(node.getBoundingClientRect(), node);
            const style = getComputedStyle(node);
            const cut = style.overflowX !== 'visible' && node.scrollWidth > node.clientWidth + 12
                || style.overflowY !== 'visible' && node.scrollHeight > node.clientHeight + 12;
            if (cut && node.clientWidth > 40 && node.clientHeight > 12 && !node.closest('select, .noUi-target'))
                clipped.push(`${node.tagName} ${node.className} ${node.innerText.slice(0, 40)}`);
        }
    }
    return {parts, clipped, text, smallest: Math.min(smallest, 1e6), outside: {
        left: Math.max(0, -box.left), top: Math.max(0, -box.top),
        right: Math.max(0, box.right - innerWidth), bottom: Math.max(0, box.bottom - innerHeight)}};
}"""

FRAGMENTS = 30
"""Presses of → that bring no new slide before a show counts as ended: one slide has at most so many fragments."""
MARK = """selector => {
    const slide = document.querySelector(selector);
    slide.dataset.seen ??= document.querySelectorAll('[data-seen]').length;
    return Number(slide.dataset.seen);
}"""

WALK = f"""() => Reveal.getSlides().map((section, i) => {{
    const place = Reveal.getIndices(section);
    Reveal.slide(place.h, place.v, 99);
    const name = `slide ${{i + 1}}, ${{(section.querySelector('h1, h2')?.innerText || '').slice(0, 40)}}`;
    return {{name, ...({MEASURE})(section)}};
}})"""
