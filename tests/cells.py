"""The cells of a notebook by their ids, and what running some of them leaves behind: for the tests of its claims."""

import contextlib
import dis
import io
import re
from pathlib import Path
from types import CodeType

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


def names_of(source):
    """The names that a cell binds, and those that it reads from other cells, also inside its functions."""
    code = compile(source, "<cell>", "exec")
    bound, read = set(), set()
    for step in dis.get_instructions(code):
        if step.opname == "STORE_NAME":
            bound.add(step.argval)
        elif step.opname == "LOAD_NAME" and step.argval not in bound:
            read.add(step.argval)
    inner = [part for part in code.co_consts if isinstance(part, CodeType)]
    while inner:
        part = inner.pop()
        inner += [deeper for deeper in part.co_consts if isinstance(deeper, CodeType)]
        loads = [step for step in dis.get_instructions(part) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")]
        read |= {step.argval for step in loads} - bound
    return bound, read


def behind(sources, wanted):
    """The numbers of the cells `wanted` and of all that bind a name these read, in order. sources: number → source.

    What a cell finds does not hang on the order (test_notebooks.py), so the other cells may be left out.
    """
    names = {number: names_of(source) for number, source in sources.items()}
    needed, asked = set(), set(wanted)
    while asked:
        needed |= asked
        read = set().union(*(names[number][1] for number in asked))
        asked = {number for number, (bound, _) in names.items() if bound & read} - needed
    return sorted(needed)


def without_digits(text):
    """What a cell printed, with measured numbers left out as nbval leaves them out."""
    (pattern, measured), = get_sanitize_patterns(MEASURED.read_text(encoding="ascii"))
    return re.sub(pattern, measured, text)
