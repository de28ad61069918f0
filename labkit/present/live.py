"""Slides with a kernel: the button in every notebook that starts them in JupyterLab."""

import copy

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

START = "slideshow:start-first"
"""The command of sliveshow, which comes with labkit's extra `present`."""
SOURCE = f"""<details><summary>For the lecturer: present this notebook</summary>

<button data-commandlinker-command="{START}" data-commandlinker-args="{{}}">Start the slides</button>

Run all cells first, so that the panels answer. → and ← turn the pages, Esc ends the show. The button needs labkit's
extra `present`; the README has the rest.

</details>"""


def with_start_button(notebook: NotebookNode) -> NotebookNode:
    """The notebook with the start button behind its title, in its present wording; a copy."""
    new = copy.deepcopy(notebook)
    cell = new_markdown_cell(SOURCE, id="start-slides", metadata={"slideshow": {"slide_type": "skip"}})
    new.cells = [cell for cell in new.cells if cell.get("id") != "start-slides"]
    new.cells.insert(1, cell)
    return new
