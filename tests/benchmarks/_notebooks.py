"""The notebooks of the course, one after the other in a real JupyterLab: what a benchmark opens."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from labkit.present.browser import HOW_TO_GET_ONE, chromium, chromium_path
from tests.browser.lab import Notebook, jupyterlab

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def opened(numbers: list[str]) -> Iterator[tuple[str, Notebook]]:
    """(number, the open notebook) for these numbers, or for all; in copies, since JupyterLab saves what it has run."""
    if chromium_path() is None:
        sys.exit(HOW_TO_GET_ONE)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ["LABKIT_JOURNAL"] = "off"
    names = [path.name for path in sorted(NOTEBOOKS.glob("*.ipynb")) if not numbers or path.name[:2] in numbers]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch, chromium() as browser:
        copies = Path(shutil.copytree(NOTEBOOKS, Path(scratch) / "notebooks"))
        with jupyterlab(copies, Path(scratch) / "jupyter") as address:
            notebook = Notebook(browser, address, names[0])
            for name in names:
                if name != names[0]:
                    notebook.turn_to(name)
                yield name[:2], notebook
            notebook.close()
