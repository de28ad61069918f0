"""A prediction as a student makes it: what follows is covered, the commit opens it, and it holds after a restart."""

import nbformat
import pytest

from tests.browser.test_jupyterlab import write

pytestmark = pytest.mark.browser

SHOWN = "part => getComputedStyle(part).visibility === 'visible'"


SET_UP = """import os
os.environ["LABKIT_JOURNAL"] = os.path.abspath("predictions.jsonl")
import numpy as np
from IPython.display import HTML
from labkit.course import predict, reveal
from labkit.figures import line_panels"""
PICTURE = """level = line_panels(np.arange(1, 21), {"": {"a": np.ones(20)}}, xlabel="x", ylabel="y",
                    description="A level line.")
reveal("01-depth", level, at=lambda said: (20, said))"""
TEXT = """## A heading

<p class="told">the text</p>

<div class="lk-until-01-depth"></div>"""


def curtained(course):
    name = write(course, "predictions.ipynb", SET_UP, 'predict("01-depth")', 'HTML("<p class=told>one</p>")', PICTURE,
                 'HTML("<p class=told>not part of it</p>")')
    notebook = nbformat.read(course / name, as_version=4)
    notebook.cells.insert(4, nbformat.v4.new_markdown_cell(TEXT))
    nbformat.write(notebook, course / name)
    return name


def shown(notebook):
    told = notebook.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .told, .jp-NotebookPanel:not(.lm-mod-hidden) "
                                 ".jupyter-widgets img")
    return [part.evaluate(SHOWN) for part in told.all()]


def test_what_follows_is_covered_until_the_commit_and_the_commit_holds(course, open_notebook):
    notebook = open_notebook(curtained(course))
    notebook.run_all(curtains=True)
    assert shown(notebook) == [False, False, False, True]
    cell = notebook.cell(1)
    picture = notebook.page.locator(".jupyter-widgets img").first
    fresh = picture.get_attribute("src")
    cell.get_by_role("radio").nth(1).click()
    cell.get_by_role("button", name="Commit").click()
    notebook.idle()
    assert shown(notebook) == [True] * 4
    assert picture.get_attribute("src") != fresh, "what was said stands in the picture"

    notebook.turn_to("predictions.ipynb")  # another kernel, another page
    notebook.run_all(curtains=True)
    assert shown(notebook) == [True] * 4
    assert "You said before: B. about 1/1000" in notebook.cell(1).inner_text()
    assert (notebook.errors(), notebook.console) == ([], [])


def test_who_wants_to_is_shown(course, open_notebook):
    notebook = open_notebook(curtained(course))
    (course / "predictions.jsonl").unlink(missing_ok=True)
    notebook.run_all(curtains=True)
    assert False in shown(notebook)
    notebook.cell(1).get_by_role("button", name="show me").click()
    notebook.idle()
    assert shown(notebook) == [True] * 4
