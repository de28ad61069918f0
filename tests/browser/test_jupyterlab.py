"""Every notebook as a student meets it: opened in JupyterLab, read, run, and its controls moved with the keyboard."""

import json
import os
import re

import nbformat
import pytest
from playwright.sync_api import TimeoutError as NothingHappened

from labkit.notebooks.cells import behind
from labkit.present.store import METADATA
from tests.browser.axe import violations_of_widgets
from tests.browser.conftest import NOTEBOOKS
from tests.browser.controls import troubles
from tests.browser.panels import in_every_light

pytestmark = pytest.mark.browser

SCROLLS = """cell => [...cell.querySelectorAll('.jp-OutputArea-child, .jp-OutputArea-output, .jupyter-widgets')]
    .filter(part => part.scrollWidth > part.clientWidth && getComputedStyle(part).overflowX === 'auto')
    .map(part => part.className)"""
SHOWN = """() => jupyterapp.shell.currentWidget.content.widgets.map(({node}) => ({
    pictures: node.querySelectorAll('.jp-OutputArea img').length,
    broken: node.querySelectorAll('.jupyter-widgets-error-widget').length > 0
        || [...node.querySelectorAll('.jp-RenderedText')].some(e => e.textContent.includes('Error displaying widget')),
}))"""


PROBE = """
import asyncio, json, threading
from comm import get_comm_manager
from matplotlib import pyplot
threads = sorted(thread.name.rstrip("0123456789") for thread in threading.enumerate())
print(json.dumps([len(get_comm_manager().comms), threads,
                  pyplot.get_fignums(), len(asyncio.all_tasks())]))
"""
FLAGSHIP = "03_initialization.ipynb"
EVERY_CONTROL = bool(os.environ.get("LABKIT_EVERY_CONTROL"))
"""Whether all cells run, and every control is driven to both ends, typed into, pressed: a quarter of an hour more."""


SHOWS = re.compile(r"^(predict|report|check)\(", re.MULTILINE)


def alive(cells):
    """The cells that show a control, a question or a verdict, and what these need; the others run under nbval."""
    sources = {i: cell.source for i, cell in enumerate(cells) if cell.cell_type == "code"}
    return behind(sources, [min(sources), *(i for i, source in sources.items()
                                            if "live" in cells[i].metadata.get("tags", []) or SHOWS.search(source))])


def write(course, name, *sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=METADATA), course / name)
    return name


# ------------------------------------------------------------------------------------------------ the course
@pytest.mark.parametrize("name", sorted(path.name for path in NOTEBOOKS.glob("*.ipynb")))
def test_notebook_is_readable_before_and_alive_after_it_has_run(name, open_notebook):
    notebook = open_notebook(name)
    stored = nbformat.read(NOTEBOOKS / name, as_version=4)
    notebook.drawn()
    for index, (cell, shown) in enumerate(zip(stored.cells, notebook.page.evaluate(SHOWN), strict=True)):
        if any("image/png" in output.get("data", {}) for output in cell.get("outputs", [])):
            folded = cell.metadata.get("jupyter", {}).get("outputs_hidden", False)
            assert bool(shown["pictures"]) != folded, f"cell {index}: a picture before running, unless it is an answer"
            assert not shown["broken"], f"cell {index}: a dead widget before running"

    everything = EVERY_CONTROL or name == FLAGSHIP
    notebook.run_all(only=None if everything else alive(stored.cells))
    assert notebook.errors() == []
    assert not any(shown["broken"] for shown in notebook.page.evaluate(SHOWN))
    before = json.loads(notebook.kernel(PROBE))
    assert before[2] == [], "pyplot has figures"
    assert in_every_light(notebook) == []
    found, panels = violations_of_widgets(notebook.page), notebook.panels()
    for index in panels:
        cell = notebook.cell(index)
        assert cell.evaluate(SCROLLS) == [], "a scroll bar under a panel"
        if EVERY_CONTROL:
            found += [f"cell {index}: {trouble}" for trouble in troubles(notebook, cell)]
        for handle in [] if EVERY_CONTROL else cell.locator(".noUi-handle:visible").all():
            assert notebook.press(cell, handle, "ArrowRight") or notebook.press(cell, handle, "ArrowLeft")
    assert found == []
    notebook.again(panels)
    assert json.loads(notebook.kernel(PROBE)) == before, "comms, threads, figures or tasks were left over"
    if name == FLAGSHIP:
        notebook.run_all()  # once more, in the same kernel; who has decided has no curtain any more
        assert json.loads(notebook.kernel(PROBE))[1:] == before[1:]
    assert notebook.errors() == []
    assert notebook.console == []
    assert notebook.outside == []


def test_the_flagship_panel_follows_every_control(course, open_notebook):
    source = "from labkit.lessons.initialization.panels import init_explorer\npanel = init_explorer()\npanel"
    notebook = open_notebook(write(course, "flagship.ipynb", source))
    notebook.run_all()
    cell = notebook.cell(0)
    sentence = cell.locator("[role=status]").first
    std = cell.locator(".widget-slider", has_text="init std").locator(".noUi-handle")

    assert notebook.press(cell, std, "Home")
    faint = sentence.inner_text()
    assert notebook.kernel("print(panel.values['std'])") == "0.001\n"
    assert notebook.press(cell, std, "End")
    loud = sentence.inner_text()
    assert notebook.kernel("print(panel.values['std'])") == "3.0\n"
    assert "init std 0.001" in faint and "init std 3" in loud

    for other in cell.locator(".noUi-handle").all():
        assert notebook.press(cell, other, "ArrowLeft")
    readout = cell.locator(".widget-hslider", has_text="depth").locator(".widget-readout")
    here = readout.inner_text()
    for typed, said in (("1e400", here), ("3.9", here), ("abc", here), ("3", "3")):
        readout.fill(typed)
        readout.press("Enter")
        notebook.idle()
        assert readout.inner_text() == said
        assert notebook.kernel("print(panel.values['depth'])") == f"{said}\n"
    before = notebook.seen(cell)
    cell.locator("select").select_option("ReLU")
    notebook.idle()
    assert notebook.seen(cell) != before and sentence.inner_text().startswith("ReLU")
    assert notebook.kernel("print(panel.error)") == "\n"
    assert (notebook.errors(), notebook.console, notebook.outside) == ([], [], [])


# ------------------------------------------------------------------------------------------------ proof of the means
SLIDER = """
import io, ipywidgets, numpy as np
from PIL import Image
def png(grey):
    file = io.BytesIO()
    Image.fromarray(np.full((40, 60), int(255 * grey), np.uint8)).save(file, "png")
    return file.getvalue()
picture = ipywidgets.Image(value=png(0.1), width=60)
slider = ipywidgets.FloatLogSlider(value=0.1, min=-3, max=0, description="grey")
"""


def test_a_picture_that_follows_its_slider_is_seen_to_follow(course, open_notebook):
    follow = "slider.observe(lambda change: setattr(picture, 'value', png(change.new)), 'value')"
    notebook = open_notebook(write(course, "follows.ipynb", SLIDER, follow, "ipywidgets.VBox([slider, picture])"))
    notebook.run_all()
    cell = notebook.cell(2)
    handle = cell.locator(".noUi-handle")
    assert notebook.press(cell, handle, "End")
    assert not notebook.press(cell, handle, "ArrowRight"), "the slider stood at its end"
    assert notebook.press(cell, handle, "Home")
    assert notebook.kernel("print(f'{slider.value:.3f}')") == "0.001\n"
    assert (notebook.errors(), notebook.console, notebook.outside) == ([], [], [])


def test_a_picture_that_does_not_follow_is_noticed(course, open_notebook):
    notebook = open_notebook(write(course, "stands_still.ipynb", SLIDER, "ipywidgets.VBox([slider, picture])"))
    notebook.run_all()
    cell = notebook.cell(1)
    with pytest.raises(NothingHappened):
        notebook.press(cell, cell.locator(".noUi-handle"), "ArrowRight", seconds=1)


def test_errors_console_messages_and_requests_to_the_outside_are_noticed(course, open_notebook):
    javascript = "from IPython.display import HTML, Javascript\nJavascript('console.error(\"ours\")')"
    outside = "HTML('<img src=\"https://example.org/picture.png\">')"
    notebook = open_notebook(write(course, "faults.ipynb", javascript, outside, "1 / 0"))
    notebook.run_all()
    assert notebook.errors() == ["cell 2: ZeroDivisionError: division by zero"]
    assert any("ours" in line for line in notebook.console)
    assert set(notebook.outside) == {"https://example.org/picture.png"}
