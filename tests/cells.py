"""The cells of a notebook by their ids, and what running some of them leaves behind: for the tests of its claims."""

import contextlib
import io
from pathlib import Path

import nbformat

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def cells_of(number):
    """id → cell of the notebook with this number."""
    (path,) = NOTEBOOKS.glob(f"{number}_*.ipynb")
    return {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}


def names_after(number, ids, *, instead=None, **given):
    """The names that these cells leave behind, run in this order; `given` are there before.

    `instead` replaces what stands in them: {"range(5)": "range(50, 55)"} for other seeds than those of the notebook.
    """
    cells, scope = cells_of(number), dict(given)
    with contextlib.redirect_stdout(io.StringIO()):
        for name in ids:
            source = cells[name].source
            for old, new in (instead or {}).items():
                source = source.replace(old, new)
            exec(compile(source, f"<{name}>", "exec"), scope)
    return scope
