"""Every control of a panel, as curious hands turn it: sliders, menus, switches, buttons, and nonsense typed.

Nothing may fail, the picture changes with a slider, and the same setting shows the same picture again, to the byte.
"""

import re
from collections.abc import Iterator

from playwright.sync_api import Locator

from tests.browser.lab import Notebook

NONSENSE = "1e400"
"""No number that a slider has, and for hasty eyes a 1."""
BAD = re.compile(r"\b[A-Z]\w*(Error|Warning)\b|\bnan\b|Traceback")
ROW = "xpath=ancestor::*[contains(@class, 'lk-slider') or contains(@class, 'widget-hslider')][last()]"
BUTTONS = "button:not([disabled]):visible"


def troubles(notebook: Notebook, cell: Locator) -> list[str]:
    """What goes wrong when every control of the panel in this cell is used, a sentence each."""
    panel = cell.locator(".lk-panel").first
    plays = panel.locator("button", has_text="Play").count() > 0
    return [f"{name}: {what}" for use in (_sliders, _menus, _switches, _buttons)
            for name, what in use(notebook, cell, panel, plays)]


def _said(panel: Locator) -> str | None:
    """The first line of the panel, or the sentence of its picture, that no student should read."""
    texts = [panel.inner_text(), *(image.get_attribute("alt") or "" for image in panel.locator("img").all())]
    return next((line.strip() for text in texts for line in text.splitlines() if BAD.search(line)), None)


def _sliders(notebook: Notebook, cell: Locator, panel: Locator, plays: bool) -> Iterator[tuple[str, str]]:
    for handle in panel.locator(".noUi-handle:visible").all():
        name = handle.get_attribute("aria-label") or "a slider without a name"
        box = handle.locator(ROW).locator("input:visible, .widget-readout:visible").first
        start, seen = _text(box), {}
        for key in ("Home", "PageUp", "End", "PageDown", "Home"):  # the ends of an angle may look alike
            notebook.press(cell, handle, key)
            pictures = _pictures(notebook, cell)
            if seen.setdefault(key, pictures) != pictures and not plays:
                yield name, f"two pictures at {_text(box)}"
        notebook.press(cell, handle, "PageUp")
        here = _text(box)
        _type(notebook, box, NONSENSE)
        if here not in (now := handle.get_attribute("aria-valuetext") or ""):
            yield name, f"{NONSENSE} changed {here} to {now}"
        _type(notebook, box, start)
        if said := _said(panel):
            yield name, said


def _pictures(notebook: Notebook, cell: Locator) -> list[str]:
    """The bytes of the live pictures, when nothing more comes."""
    notebook.idle(quiet=0.1)
    return cell.evaluate(BYTES)


def _text(box: Locator) -> str:
    return box.evaluate("box => box.value ?? box.textContent")


def _type(notebook: Notebook, box: Locator, text: str) -> None:
    box.click()
    notebook.page.keyboard.press("ControlOrMeta+a")
    notebook.page.keyboard.type(text)
    notebook.page.keyboard.press("Enter")
    notebook.idle(quiet=0.05)


def _menus(notebook: Notebook, cell: Locator, panel: Locator, plays: bool) -> Iterator[tuple[str, str]]:
    for menu in panel.locator("select:visible").all():
        name = menu.get_attribute("title") or "a menu"
        before, chosen = _pictures(notebook, cell), menu.input_value()
        for option in menu.locator("option").all_inner_texts():
            menu.select_option(option)
            notebook.idle(quiet=0.1)
            if said := _said(panel):
                yield name, f"{option}: {said}"
        menu.select_option(chosen)
        if not plays and _pictures(notebook, cell) != before:
            yield name, f"two pictures at {chosen}"


def _switches(notebook: Notebook, cell: Locator, panel: Locator, plays: bool) -> Iterator[tuple[str, str]]:
    for switch in panel.locator("input[type=checkbox]:visible, input[type=radio]:visible").all():
        before, twice = _pictures(notebook, cell), switch.get_attribute("type") == "checkbox"
        switch.click()
        notebook.idle(quiet=0.1)
        if said := _said(panel):
            yield "a switch", said
        if twice:
            switch.click()
            if not plays and _pictures(notebook, cell) != before:
                yield "a switch", "two pictures, off and on"


def _buttons(notebook: Notebook, cell: Locator, panel: Locator, plays: bool) -> Iterator[tuple[str, str]]:
    for number in range(panel.locator(BUTTONS).count()):
        button = panel.locator(BUTTONS).nth(number)
        name = button.inner_text()
        for _ in range(2 if "widget-toggle-button" in (button.get_attribute("class") or "") or "Play" in name else 1):
            button.click()
            notebook.idle(quiet=0.1, seconds=90) if "Play" not in name else notebook.page.wait_for_timeout(300)
            if said := _said(panel):
                yield f"the button {name}", said


BYTES = """cell => Promise.all([...cell.querySelectorAll('.lk-panel img')].map(async image => {
    const bytes = new Uint8Array(await (await fetch(image.src)).arrayBuffer());
    return bytes.reduce((hash, byte) => (hash * 31 + byte) >>> 0, bytes.length).toString();
}))"""
