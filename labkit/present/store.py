"""A notebook is kept with its outputs and in one form, so that two executions give the same bytes.

The normal form is what a reader needs and nothing that a machine adds: one kernel name, the cells' own ids, slide
types and tags, cells numbered 1, 2, 3, …, the output of one stream in one piece, no timings, no widget state.
"""

import copy
import hashlib
import re
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from labkit.notebooks.files import read, text_of, written
from labkit.present.live import with_start_button
from labkit.widgets.curtain import until

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "name": "python"},      # `nbconvert --to script` asks for the ending
}
CELL_METADATA = ("jupyter", "labkit", "slideshow", "tags")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
ASKED = re.compile(r'predict\("([^"]+)"\)')
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}")


class CellFailed(RuntimeError):
    """A cell raised, ran too long or lost its kernel; the message names the notebook, the cell and the error."""


# ------------------------------------------------------------------------------------------------ the form
def normal_form(notebook: NotebookNode) -> NotebookNode:
    """The notebook in its stored form: a new one, with the same cells and outputs and nothing that a machine adds.

    Idempotent: the normal form of a normal form is itself.
    """
    cells = [_cell(cell, index) for index, cell in enumerate(notebook.cells)]
    _fold_what_is_covered(cells)
    for count, cell in enumerate((cell for cell in cells if cell.cell_type == "code"), start=1):
        cell.execution_count = count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
    return nbformat.from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": copy.deepcopy(METADATA), "cells": cells})


def _cell(cell: NotebookNode, index: int) -> NotebookNode:
    new = {
        "id": cell.get("id") or hashlib.sha256(f"{index} {cell.source}".encode()).hexdigest()[:8],
        "cell_type": cell.cell_type,
        "metadata": {key: copy.deepcopy(cell.metadata[key]) for key in CELL_METADATA if cell.metadata.get(key)},
        "source": cell.source,
    }
    if cell.cell_type == "code":
        new |= {"execution_count": None, "outputs": _outputs(cell.outputs)}
    return nbformat.from_dict(new)


def _fold_what_is_covered(cells: list[NotebookNode]) -> None:
    """Outputs below a prediction, down to its reveal, are folded: who opens the notebook has not decided yet."""
    for start, cell in enumerate(cells):
        for name in ASKED.findall(cell.source) if cell.cell_type == "code" else ():
            end = next((i for i, below in enumerate(cells) if until(name) in below.source), start)
            for covered in cells[start + 1:end]:
                if covered.get("outputs"):
                    covered.metadata.setdefault("jupyter", {})["outputs_hidden"] = True


def _outputs(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Without widget views, and with the output of one stream in one piece: how it was cut is chance."""
    kept: list[NotebookNode] = []
    for output in copy.deepcopy(outputs):
        if output.output_type == "stream" and kept and kept[-1].get("name") == output.name:
            kept[-1].text += output.text
            continue
        if "data" in output:
            output.data.pop(WIDGET_VIEW, None)
            output.metadata = {key: value for key, value in output.metadata.items() if key in output.data}
        if output.get("data", True):
            kept.append(output)
    return kept


# ------------------------------------------------------------------------------------------------ the judge
def problems(notebook: NotebookNode) -> list[str]:
    """What keeps the notebook from being stored as it is, one sentence each; empty when nothing does."""
    found = [] if notebook.get("nbformat_minor") == 5 else ["nbformat is not 4.5"]
    if notebook.metadata != METADATA:
        found.append(f"metadata has more or less than {list(METADATA)}: {dict(notebook.metadata)}")
    for number, (cell, normal) in enumerate(zip(notebook.cells, normal_form(notebook).cells, strict=True)):
        found += [f"cell {number}: {complaint}" for complaint in _complaints(cell, normal)]
    return found


def _complaints(cell: NotebookNode, normal: NotebookNode) -> list[str]:
    found = [f"{part} is not in the normal form" for part in _keys(cell, normal) if cell.get(part) != normal.get(part)]
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            found.append(f"stored error {output.ename}: {output.evalue}")
        elif output.get("name") == "stderr":
            found.append(f"stored warning: {output.text.strip()[:200]}")
        elif address := ADDRESS.search(_readable(output)):
            found.append(f"memory address {address[0]}, another one in every run")
    return found


def _keys(*cells: NotebookNode) -> list[str]:
    return sorted(set().union(*cells))


def _readable(output: NotebookNode) -> str:
    data: dict[str, Any] = output.get("data", {})
    return output.get("text", "") + "".join(str(data[kind]) for kind in data if not kind.startswith("image/png"))


# ------------------------------------------------------------------------------------------------ the command
def execute(notebook: NotebookNode, folder: Path, *, timeout: int = 120) -> NotebookNode:
    """Execute `notebook` in place, from its first cell, in a new kernel that works in `folder`.

    The kernel is the Python that runs this, whatever other kernels are installed. Raises CellFailed at the first error.
    """
    started: list[int] = []
    client = NotebookClient(
        notebook,
        km=AsyncKernelManager(kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[])),
        timeout=timeout,
        record_timing=False,
        store_widget_state=False,
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=lambda cell, cell_index: started.append(cell_index),
    )
    try:
        return client.execute(cleanup_kc=True)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise CellFailed(f"cell {started[-1]}: {error}") from error


def store(path: Path, *, timeout: int = 120) -> bool:
    """Execute the notebook at `path` and write its normal form, with a start button for its slides; tells whether the
    file changed.

    Raises CellFailed, and leaves the file alone, when a cell fails or an output is not fit to be kept.
    """
    try:
        ran = execute(read(path), path.parent, timeout=timeout)
    except CellFailed as error:
        raise CellFailed(f"{path}, {error}") from error
    notebook = normal_form(with_start_button(ran))
    if found := problems(notebook):
        raise CellFailed("\n".join([f"{path} is not fit to be stored:", *found]))
    new = text_of(notebook).encode("utf-8")
    changed = path.read_bytes() != new
    if changed:
        written(path, new)
    return changed
