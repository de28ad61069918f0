"""What the cells of a notebook show without a kernel because it was drawn beforehand: panels that move, and films.

A cell whose metadata have `"labkit": {"frames": …}`, or that `FRAMES` lists, is a panel that moves (`panel`); one on a
slide that `FILMS` lists is a film (`film`). It is made from the set-up cell, the cells that define what it uses, and
its own.
"""

import ast
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from labkit.notebooks.cells import parsed, role_of, slide_type
from labkit.present import panel
from labkit.present.cards import dealt
from labkit.present.film import Film
from labkit.present.films import FILMS, FRAMES


class Prepared:
    """The cells of the notebook at `path`; `most` limits the positions of every slider and the length of films."""

    def __init__(self, path: Path, cells: list[NotebookNode], *, most: int | None = None) -> None:
        self.number, self.cells, self.most = path.stem[:2], cells, most
        self.code = [cell for cell in cells if cell.cell_type == "code"]

    def html(self, cell: NotebookNode) -> str:
        """The panel or film of this cell, "" for a cell that has neither."""
        if wanted := self.wanted(cell):
            return panel.moving(self.before(cell), cell.source, wanted, most=self.most)
        if (film := self.film(cell)) is not None:
            return panel.playing(self.before(cell), cell.source, film, most=self.most)
        return ""

    def cards(self, cell: NotebookNode) -> list[str]:
        """The cards of a sorting exercise; none for any other cell."""
        if maker(cell) != "Sorting":
            return []
        above = self.code[next(i for i, other in enumerate(self.code) if other is cell) - 1]
        return list(dealt(self.before(above), above.source, cell.source))

    def wanted(self, cell: NotebookNode) -> dict[str, Any]:
        """The controls of a panel that moves, with their positions; empty for any other cell."""
        second = FRAMES.get((self.number, maker(cell)), {}) if on_slide(cell) else {}
        return dict(second) or panel.frames_wanted(cell)

    def film(self, cell: NotebookNode) -> Film | None:
        """The film of a trainer on a slide; None for any other cell."""
        return FILMS.get((self.number, maker(cell))) if on_slide(cell) else None

    def before(self, cell: NotebookNode) -> str:
        """The source of the cells that this one needs: the set-up cell, and those that define what is used."""
        place = next(i for i, other in enumerate(self.code) if other is cell)
        wanted, needed = uses(cell.source), []
        for other in reversed(self.code[1:place]):
            if defines(other.source) & wanted and not role_of(other)[0]:
                needed.insert(0, other.source)
                wanted |= uses(other.source)
        return "\n".join([self.code[0].source, *needed]) if self.code else ""


def on_slide(cell: NotebookNode) -> bool:
    """Whether a panel lives in the cell, and the cell is on a slide."""
    return slide_type(cell) not in ("skip", "notes") and "live" in cell.metadata.get("tags", [])


def maker(cell: NotebookNode) -> str:
    """The name of the function that the last line of a cell calls, "" if it does not call one."""
    last = (parsed(cell.source).body or [None])[-1]
    call = last.value if isinstance(last, ast.Expr) else None
    return ast.unparse(call.func).rpartition(".")[2] if isinstance(call, ast.Call) else ""


def uses(source: str) -> set[str]:
    """The names that a cell reads."""
    return {node.id for node in _names(source) if isinstance(node.ctx, ast.Load)}


def defines(source: str) -> set[str]:
    """The names that a cell gives a value, at its outermost level."""
    made: set[str] = {node.id for node in _names(source) if isinstance(node.ctx, ast.Store)}
    for statement in parsed(source).body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            made.add(statement.name)
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            made |= {alias.asname or alias.name for alias in statement.names}
    return made


def _names(source: str) -> list[Any]:
    return [node for node in ast.walk(parsed(source)) if isinstance(node, ast.Name)]
