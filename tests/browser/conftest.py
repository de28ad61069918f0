"""One JupyterLab and one Chromium for all browser tests; without a Chromium they are skipped."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from labkit.present.browser import HOW_TO_GET_ONE, chromium, chromium_path
from tests.browser.lab import SECONDS, Notebook, jupyterlab

expect.set_options(timeout=30 * SECONDS)  # a busy machine is no mistake
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


# package scope: Playwright's event loop must have ended before nbval starts its own
@pytest.fixture(scope="package")
def browser():
    if chromium_path() is None:
        pytest.skip(HOW_TO_GET_ONE)
    with chromium() as program:
        yield program


@pytest.fixture(scope="package")
def course(tmp_path_factory):
    """A copy of the notebooks: the folder that JupyterLab serves."""
    return Path(shutil.copytree(NOTEBOOKS, tmp_path_factory.mktemp("course") / "notebooks"))


@pytest.fixture(scope="package")
def lab(browser, course, tmp_path_factory):
    with jupyterlab(course, tmp_path_factory.mktemp("jupyter")) as address:
        yield address


@pytest.fixture(scope="package")
def open_notebook(browser, lab):
    """A function that opens a notebook of the served folder, in the page where the one before was."""
    shown = None

    def open_one(name: str) -> Notebook:
        nonlocal shown
        if shown is None:
            shown = Notebook(browser, lab, name)
        else:
            shown.turn_to(name)
        return shown

    yield open_one
    if shown is not None:
        shown.close()
