"""Which statements of a notebook does one function need? Its definition, what that reads, and so on; nothing else.

So nobody waits for a student's experiments, and no cell that fails stands in the way of one that does not. A cell that
is no Python, or only Python with IPython's help, costs itself alone.
"""

import ast
import dis
import linecache
import re
from collections.abc import Iterator, Sequence
from types import CodeType
from typing import NamedTuple

from labkit.notebooks.cells import plain_python

DEFINED = re.compile(r"^def\s+(\w+)", re.MULTILINE)


class Piece(NamedTuple):
    """One statement of a cell: its code, the names that it binds or changes, and those that it reads.

    A cell that cannot be compiled is a piece as well, with the `error` and the functions that it would have defined.
    """

    code: CodeType | None
    binds: frozenset[str]
    reads: frozenset[str] = frozenset()
    defines: bool = False
    imports: bool = False
    error: str = ""


def pieces_of(cells: Sequence[str]) -> list[Piece]:
    """The statements of all cells in their order. Their lines are kept, so that an error can show them."""
    found: list[Piece] = []
    for number, source in enumerate(cells):
        label = f"<cell {number}>"
        linecache.cache[label] = (len(source), None, source.splitlines(keepends=True), label)
        try:
            found += _pieces(plain_python(source), label)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            said = f"{type(error).__name__}: {error}"
            found.append(Piece(None, frozenset(DEFINED.findall(source)), defines=True, error=said))
    return found


def _pieces(source: str, label: str) -> Iterator[Piece]:
    for statement in ast.parse(source).body:
        code = compile(ast.Module([statement], []), label, "exec")
        stores = {step.argval for step in dis.get_instructions(code) if step.opname == "STORE_NAME"}
        yield Piece(code, frozenset(stores | _changed(statement)), frozenset(_reads(code)),
                    isinstance(statement, ast.FunctionDef | ast.ClassDef),
                    isinstance(statement, ast.Import | ast.ImportFrom))


def _reads(code: CodeType) -> set[str]:
    """The global names that the code reads, also inside its functions."""
    own = {step.argval for step in dis.get_instructions(code) if step.opname in ("LOAD_NAME", "LOAD_GLOBAL")}
    return own.union(*(_reads(inner) for inner in code.co_consts if isinstance(inner, CodeType)))


def _changed(statement: ast.stmt) -> set[str]:
    """x for `x[0] = 1` and `x.a = 1` and, standing alone, `x.append(1)`: names whose values are changed in place."""
    places = [node for node in ast.walk(statement) if isinstance(node, ast.Subscript | ast.Attribute)]
    stored = [node for node in places if isinstance(node.ctx, ast.Store)]
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        stored += [statement.value.func]
    return {base for base in map(_base, stored) if base}


def _base(node: ast.AST) -> str:
    inside = False
    while isinstance(node, ast.Subscript | ast.Attribute):
        node, inside = node.value, True
    return node.id if inside and isinstance(node, ast.Name) else ""


def needed(pieces: Sequence[Piece], function: str) -> list[Piece]:
    """The pieces that define `function` and what they need, in their order; none if it is defined nowhere.

    Where there is a `def` of that name, a later `function = function(3)` is an experiment and stays out; so does a call
    such as `np.show_config()`, which changes nothing but looks as if.
    """
    named = {number for number, piece in enumerate(pieces) if function in piece.binds}
    chosen = {number for number in named if pieces[number].defines} or named
    imported = frozenset().union(*(piece.binds for piece in pieces if piece.imports))
    seen = {function}
    while new := frozenset().union(*(pieces[number].reads for number in chosen)) - seen:
        seen |= new
        chosen |= {number for number, piece in enumerate(pieces)
                   if piece.binds & new and (piece.imports or not piece.binds <= imported)}
    return [pieces[number] for number in sorted(chosen)]
