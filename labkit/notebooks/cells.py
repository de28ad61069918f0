"""Which cell is an exercise, its check, its solution, a note; what is folded away; what a cell is as Python.

A cell is what a notebook's file holds, a mapping with `cell_type`, `metadata` and `source`.
"""

import ast
import dis
import re
from collections.abc import Collection, Mapping, Sequence
from types import CodeType
from typing import Any, NamedTuple

FOLD = re.compile(r"<details>\s*<summary>.*?</summary>(.*?)</details>", re.DOTALL)
"""What the reader opens with a click: `group(1)` of the match is what is inside."""
ROLES = ("exercise", "check", "solution")
NAME = re.compile(r"\d\d-[a-z0-9-]+")
FENCED = re.compile(r"```python\n(.*?)```", re.DOTALL)
Cell = Mapping[str, Any]


class Exercise(NamedTuple):
    """An exercise of a notebook: its name, the name of the function that is asked for, its stub, its solution."""

    name: str
    function: str
    stub: str
    solution: str


def role_of(cell: Cell) -> tuple[str, str]:
    """("check", "03-he") by the tags of the cell; two empty strings for any other cell.

    >>> role_of({"metadata": {"tags": ["check", "03-he"]}})
    ('check', '03-he')
    """
    tags = [tag for tag in cell["metadata"].get("tags", []) if isinstance(tag, str)]
    role = next((tag for tag in tags if tag in ROLES), "")
    return (role, next(filter(NAME.fullmatch, tags), "")) if role else ("", "")


def slide_type(cell: Cell) -> str:
    """What the cell is on a slide: slide, subslide, fragment, skip, notes, or - for more of the same."""
    return cell["metadata"].get("slideshow", {}).get("slide_type", "-")


def unfolded(source: str) -> str:
    """The Markdown inside a fold that is all of it, else the source as it is.

    >>> unfolded("<details><summary>Solution</summary>inside</details>")
    'inside'
    """
    fold = FOLD.fullmatch(source.strip())
    return fold[1] if fold else source


def without_folds(source: str) -> str:
    """The Markdown without what is folded away.

    >>> without_folds("Before.\\n\\n<details><summary>The answer</summary>42</details>\\n\\nAfter.")
    'Before.\\n\\nAfter.'
    """
    return re.sub(r"\n{3,}", "\n\n", FOLD.sub("", source)).strip()


def exercises_of(cells: Sequence[Cell]) -> list[Exercise]:
    """The exercises in their order. Raises ValueError for one that lacks its stub, its check or its solution."""
    parts: dict[str, dict[str, str]] = {}
    for cell in cells:
        role, name = role_of(cell)
        if role:
            parts.setdefault(name, {})[role] = cell["source"]
    return [_exercise(name, sources) for name, sources in parts.items()]


def _exercise(name: str, sources: Mapping[str, str]) -> Exercise:
    missing = [role for role in ROLES[:2] if role not in sources]
    function = re.search(rf'check\("{name}", (\w+)\)', sources.get("check", ""))
    if missing or not function:
        wanted = f"no cell with the tags {missing[0]}, {name}" if missing else f"no call check(\"{name}\", …)"
        raise ValueError(f"exercise {name}: the notebook has {wanted}.")
    fenced = FENCED.search(sources.get("solution", ""))
    return Exercise(name, function[1], sources["exercise"], fenced[1].rstrip() if fenced else "")


def plain_python(source: str) -> str:
    """A cell whose lines of IPython, such as `%timeit f()` or `!ls`, are empty.

    >>> plain_python("%matplotlib inline\\nx = 1")
    '\\nx = 1'
    """
    return re.sub(r"^[ \t]*[%!].*$", "", source, flags=re.MULTILINE)


def parsed(source: str) -> ast.Module:
    """The syntax tree of a cell without its lines of IPython; an empty one if that is no Python, `files = !ls`."""
    try:
        return ast.parse(plain_python(source))
    except SyntaxError:
        return ast.Module([], [])


def names_of(source: str) -> tuple[set[str], set[str]]:
    """The names that a cell binds, and those that it reads from other cells, also inside its functions.

    >>> bound, read = names_of("loss = [f(x) for x in data]")
    >>> sorted(bound), sorted(read)
    (['loss'], ['data', 'f'])
    """
    code = compile(parsed(source), "<cell>", "exec")
    bound: set[str] = set()
    read: set[str] = set()
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


def behind(sources: Mapping[int, str], wanted: Collection[int]) -> list[int]:
    """The numbers of the cells `wanted` and of all that bind a name these read, in order. sources: number → source.

    What a cell of the course finds does not hang on the order, so the other cells may be left out.

    >>> behind({0: "import labkit", 1: "x = 2", 2: "y = 3", 3: "x + 1"}, [3])
    [1, 3]
    """
    names = {number: names_of(source) for number, source in sources.items()}
    needed: set[int] = set()
    asked = set(wanted)
    while asked:
        needed |= asked
        read = set().union(*(names[number][1] for number in asked))
        asked = {number for number, (bound, _) in names.items() if bound & read} - needed
    return sorted(needed)
