"""The cells of a notebook by their ids, and what running some of them leaves behind: for the tests of its claims."""

import contextlib
import io
import re
from pathlib import Path

import nbformat
from nbval.plugin import get_sanitize_patterns

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
MEASURED = Path(__file__).with_name("measured.txt")


def cells_of(number):
    """id → cell of the notebook with this number."""
    (path,) = NOTEBOOKS.glob(f"{number}_*.ipynb")
    return {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}


def names_after(number, ids, *, instead=None, **given):
    """The names that these cells leave behind, run in this order; `given` are there before.

    `instead` maps pieces of the cells to others, as in {"range(3)": "range(60, 66)"}; each must occur.
    """
    cells, scope, instead = cells_of(number), dict(given), instead or {}
    sources = {name: cells[name].source for name in ids}
    for old, new in instead.items():
        assert any(old in source for source in sources.values()), f"no cell has {old!r}"
        sources = {name: source.replace(old, new) for name, source in sources.items()}
    with contextlib.redirect_stdout(io.StringIO()):
        for name, source in sources.items():
            exec(compile(source, f"<{name}>", "exec"), scope)
    return scope


def without_digits(text):
    """What a cell printed, with measured numbers left out as nbval leaves them out."""
    (pattern, measured), = get_sanitize_patterns(MEASURED.read_text(encoding="ascii"))
    return re.sub(pattern, measured, text)
