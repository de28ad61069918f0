"""Slides with a kernel: sliveshow in JupyterLab shows a notebook's panels, and they answer on the slide."""

import re

import nbformat
import pytest

from labkit.present.live import stops
from labkit.present.pace import path
from tests.browser import fit
from tests.browser.conftest import NOTEBOOKS
from tests.browser.lab import Notebook

pytestmark = pytest.mark.browser

FLAGSHIP = "03_initialization.ipynb"
SLIDE = ".reveal .slides section.present:not(.stack)"


@pytest.fixture(scope="module")
def show(browser, lab):
    """The flagship with its panel and its questions run, and its slides started with the button that stands in it."""
    cells = nbformat.read(NOTEBOOKS / FLAGSHIP, as_version=4).cells
    setup = next(i for i, cell in enumerate(cells) if cell.cell_type == "code")
    panel = next(i for i, cell in enumerate(cells) if "live" in cell.metadata.get("tags", []))
    asked = [i for i, cell in enumerate(cells) if cell.cell_type == "code" and cell.source.startswith("predict(")]
    notebook = Notebook(browser, lab, FLAGSHIP)
    for index in (setup, panel, *asked):
        notebook.page.evaluate("""async index => {
            jupyterapp.shell.currentWidget.content.activeCellIndex = index;
            await jupyterapp.commands.execute('notebook:run-cell');
        }""", index)
    notebook.idle()
    notebook.drawn()  # started sooner, sliveshow and JupyterLab 4.6 freeze the page
    button = notebook.cell(1)
    button.locator("summary").click()
    button.get_by_role("button", name="Start the slides").click()
    notebook.page.get_by_role("button", name="Run Once").click()  # JupyterLab asks: nobody has trusted this copy
    notebook.page.wait_for_selector(SLIDE)
    yield notebook
    notebook.close()


def turn_to(notebook, selector):
    """Leave the slide's controls and press → until a slide has such an element."""
    notebook.page.evaluate("document.activeElement.blur()")
    for _ in range(60):
        if notebook.page.locator(SLIDE).locator(selector).count():
            break
        notebook.page.keyboard.press("ArrowRight")
    return notebook.page.locator(SLIDE)


def test_a_panel_answers_on_a_slide_and_its_slide_fits(show):
    slide = turn_to(show, ".noUi-handle")
    heading = slide.locator("h2").inner_text()
    handle, sentence = slide.locator(".noUi-handle").first, slide.locator("[role=status]").first
    for key, std in (("Home", "init std 0.001"), ("End", "init std 3")):
        assert show.press(slide, handle, key)
        assert std in sentence.inner_text()
    assert slide.locator("h2").inner_text() == heading, "the keys belong to the slider"
    for width, height in ((1280, 720), (1920, 1080)):
        show.page.set_viewport_size({"width": width, "height": height})
    assert fit.complaints_of(slide, "panel") == []
    assert (show.console, show.outside) == ([], [])


def test_formulas_are_set_by_jupyterlab_itself(show):
    """sliveshow's own MathJax does not know the macros of AMS, and writes an error where a formula should be."""
    slide = turn_to(show, "h2:has-text('Xavier initialization')")
    formula = slide.locator("mjx-container").first
    assert formula.get_attribute("jax") == "CHTML"
    assert "Undefined control sequence" not in slide.inner_text()


def test_a_slide_says_which_one_it_is_and_on_which_paths_it_lies(show):
    """The first note has the paths; in the corner of a slide stands which of them lead to it."""
    slides = show.page.locator(".reveal .slides section:not(.stack)")
    said = slides.evaluate_all("slides => slides.map(slide => slide.dataset.path)")
    ways = list(stops(nbformat.read(NOTEBOOKS / FLAGSHIP, as_version=4).cells))
    short = path(ways, 45)
    assert 1 < len(short) < len(ways) == len(said)
    assert said == [f"{number} of {len(ways)}{' · 45 min' if number in short else ''} · 90 min"
                    for number in range(1, len(ways) + 1)]
    assert show.page.locator(".reveal .labkit-path").inner_text() == show.page.locator(SLIDE).get_attribute("data-path")


def test_every_slide_fits_and_has_a_heading_with_the_answers_too(show):
    """What was not run stands there as it is stored: its outputs may be folded, and small."""
    slides, found = show.page.locator(".reveal .slides section:not(.stack)"), []
    show.page.set_viewport_size({"width": 1280, "height": 720})
    show.page.evaluate("document.activeElement.blur()")
    show.page.keyboard.press("Home")
    for number in range(1, slides.count() + 1):
        slide = turn_to(show, f"xpath=self::*[starts-with(@data-path, '{number} of ')]")
        for answer in slide.get_by_role("button", name="show me").all():
            answer.click()
            show.idle()
        found += [f"{number}: {line}" for line in fit.complaints_of(slide, "") if re.search("outside|clipped", line)]
        found += [f"{number}: no heading"] * (slide.locator("h1, h2").count() == 0)
    assert found == []


def test_the_right_arrow_alone_shows_every_slide(show):
    """It comes last: the walk ends on the last slide."""
    show.page.evaluate("document.activeElement.blur()")
    show.page.keyboard.press("Home")
    cells = nbformat.read(NOTEBOOKS / FLAGSHIP, as_version=4).cells
    kinds = [cell.metadata.get("slideshow", {}).get("slide_type") for cell in cells]
    assert "subslide" in kinds
    assert fit.walked(show.page, SLIDE) == kinds.count("slide") + kinds.count("subslide")
