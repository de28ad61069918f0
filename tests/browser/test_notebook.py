"""The panels in Notebook 7, the other front end of Jupyter: its own keys leave the sliders alone."""

import nbformat
import pytest
from playwright.sync_api import expect

from labkit.present.store import METADATA

pytestmark = pytest.mark.browser

SOURCES = "from labkit.lessons.initialization.panels import init_explorer\ninit_explorer()", "print('below')"


def test_arrow_keys_move_the_slider_and_not_the_selection(course, lab, browser):
    cells = [nbformat.v4.new_code_cell(source) for source in SOURCES]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=METADATA), course / "seven.ipynb")
    page = browser.new_page()
    page.goto(lab.replace("/lab/tree/", "/notebooks/").format("seven.ipynb"))
    page.locator(".jp-Cell .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    std = page.locator(".widget-slider", has_text="init std").locator(".noUi-handle")
    picture = page.locator(".lk-panel img").last
    for key in ("ArrowRight", "ArrowUp", "Home"):
        said, seen = std.get_attribute("aria-valuetext"), picture.get_attribute("src")
        std.focus()
        page.keyboard.press(key)
        expect(std).not_to_have_attribute("aria-valuetext", said)
        expect(picture).not_to_have_attribute("src", seen)
        expect(std).to_be_focused()
    assert std.get_attribute("aria-valuetext") == "0.001"
    page.close()
