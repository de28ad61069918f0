"""What do students get? The notebook without what comes afterwards: solutions, notes, answers.

Left out are the solutions and the lecturer's cells; whatever is folded away, since a fold in the notebooks hides an
answer; and all outputs, because a picture below a prediction answers it as well as words do. The rest is the notebook,
cell for cell with its ids, so that an edited copy still merges with a newer one, and grading finds its way.
"""

import copy
import re
from collections.abc import Sequence
from pathlib import Path

from nbformat import NotebookNode

from labkit.notebooks.cells import role_of, slide_type, without_folds
from labkit.notebooks.files import converted

LIFTED = re.compile(r'<div class="lk-until-[\w-]+"></div>')
"""Where the curtain of a prediction is lifted. Without it everything below would stay covered."""


def handout_of(notebook: NotebookNode) -> NotebookNode:
    """The students' copy of a notebook: a new one, in which no solution, no note, no answer and no output is left."""
    cells = map(_without_answers, copy.deepcopy(notebook.cells))
    return NotebookNode({**copy.deepcopy({**notebook, "cells": []}), "cells": [cell for cell in cells if cell]})


def _without_answers(cell: NotebookNode) -> NotebookNode | None:
    """The cell as students get it; None if nothing of it is for them."""
    afterwards = role_of(cell)[0] == "solution" or slide_type(cell) == "notes"
    if cell.cell_type == "code":
        return None if afterwards else _not_run(cell)
    kept = "" if afterwards else without_folds(cell.source)
    if kept != cell.source.strip():
        lifted = [end for end in LIFTED.findall(cell.source) if end not in kept]
        cell.source = "\n\n".join(filter(None, [kept, *lifted]))
    if afterwards:
        cell.metadata = {"slideshow": {"slide_type": "skip"}}
    return cell if cell.source.strip() else None


def _not_run(cell: NotebookNode) -> NotebookNode:
    cell.outputs, cell.execution_count = [], None
    if "jupyter" in cell.metadata:
        cell.metadata.jupyter.pop("outputs_hidden", None)
        if not cell.metadata.jupyter:
            del cell.metadata["jupyter"]
    return cell


def hand_out(paths: Sequence[Path], out: Path) -> list[Path]:
    """Write the students' copies into a folder; returns their paths. Raises what `converted` raises."""
    return converted(paths, out, handout_of)
