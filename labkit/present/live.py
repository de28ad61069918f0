"""Slides with a kernel: in every notebook the button that starts them in JupyterLab, and the paths for lectures of 45
and of 90 minutes. The slides themselves say which of the two they are on (lab_settings.json, notebooks/sliveshow.css).
"""

import copy
from collections.abc import Iterator, Sequence

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from labkit.notebooks.cells import slide_type
from labkit.present.pace import Stop, note

START = "slideshow:start-first"
"""The command of sliveshow, which comes with labkit's extra `present`."""
CELL = "start-slides"
"""The id of the cell: the lecturer's first note."""
SOURCE = f"""<details><summary>For the lecturer: present this notebook</summary>

<button data-commandlinker-command="{START}" data-commandlinker-args="{{}}">Start the slides</button>

Run all cells first, so that the panels answer. → and ← turn the pages, Esc ends the show. The button needs labkit's
extra `present`; the README has the rest.

%s

</details>"""


def with_start_button(notebook: NotebookNode) -> NotebookNode:
    """The notebook with the start button and the paths behind its title, in their present wording; a copy."""
    new = copy.deepcopy(notebook)
    new.cells = [cell for cell in new.cells if cell.get("id") != CELL]
    source = SOURCE % note(list(stops(new.cells)))
    new.cells.insert(1, new_markdown_cell(source, id=CELL, metadata={"slideshow": {"slide_type": "notes"}}))
    return new


def stops(cells: Sequence[NotebookNode]) -> Iterator[Stop]:
    """The slides of the show in JupyterLab, one after the other."""
    slides: list[list[NotebookNode]] = []
    for cell in cells:
        if slide_type(cell) in ("slide", "subslide") or not slides:
            slides.append([])
        slides[-1].append(cell)
    for number, slide in enumerate(slides):
        shown = [cell for cell in slide if slide_type(cell) not in ("skip", "notes")]
        minutes = sum(cell.metadata.get("labkit", {}).get("minutes", 0.0) for cell in slide)
        yield Stop(_what(shown) if number else "title", _heading(shown), minutes)


def _what(shown: Sequence[NotebookNode]) -> str:
    """What is to do on the slide with these cells."""
    code = [cell for cell in shown if cell.cell_type == "code"]
    if any("live" in cell.metadata.get("tags", []) for cell in code):
        return "panel"
    if any("predict(" in cell.source for cell in code):
        return "question"
    if any("image/png" in output.get("data", {}) for cell in code for output in cell.outputs):
        return "picture"
    return "code" if code else "words"


def _heading(shown: Sequence[NotebookNode]) -> str:
    line = shown[0].source.partition("\n")[0] if shown else ""
    return line.lstrip("# ") if line.startswith("#") else ""
