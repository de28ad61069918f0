"""What the cells of a notebook show without a kernel because it was drawn beforehand: panels that move, and films.

A cell whose metadata have `"labkit": {"frames": …}`, or that `FRAMES` lists, is a panel that moves (`panel`); one on a
slide that `FILMS` lists is a film (`film`). It is made from the set-up cell, the cells that define what it uses, and
its own. As in a notebook these run once, in their order, and all panels use what they have bound.
"""

import ast
import io
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from labkit.notebooks.cells import behind, parsed, plain_python, role_of, slide_type
from labkit.present import panel
from labkit.present.cards import dealt
from labkit.present.film import Film
from labkit.present.films import FILMS, FRAMES


class Prepared:
    """The cells of the notebook at `path`; `most` limits the positions of every slider and the length of films."""

    def __init__(self, path: Path, cells: list[NotebookNode], *, most: int | None = None) -> None:
        self.number, self.cells, self.most = path.stem[:2], cells, most
        self.code = [cell for cell in cells if cell.cell_type == "code"]
        self.names: dict[str, Any] = {}
        self.ran: set[int] = set()

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

    def before(self, cell: NotebookNode) -> dict[str, Any]:
        """What the cells that this one needs have bound: the set-up cell, and those that define what is used."""
        place = next(i for i, other in enumerate(self.code) if other is cell)
        above = {i: other.source for i, other in enumerate(self.code[:place]) if not role_of(other)[0]}
        for index in behind(above | {place: cell.source}, [*list(above)[:1], place])[:-1]:
            self._run(index)
        return self.names

    def _run(self, index: int) -> None:
        """Run a code cell, unless it has run; what it prints is not wanted."""
        if index not in self.ran:
            self.ran.add(index)
            with redirect_stdout(io.StringIO()):
                exec(compile(plain_python(self.code[index].source), f"code cell {index}", "exec"), self.names)


def on_slide(cell: NotebookNode) -> bool:
    """Whether a panel lives in the cell, and the cell is on a slide."""
    return slide_type(cell) not in ("skip", "notes") and "live" in cell.metadata.get("tags", [])


def maker(cell: NotebookNode) -> str:
    """The name of the function that the last line of a cell calls, "" if it does not call one."""
    last = (parsed(cell.source).body or [None])[-1]
    call = last.value if isinstance(last, ast.Expr) else None
    return ast.unparse(call.func).rpartition(".")[2] if isinstance(call, ast.Call) else ""
