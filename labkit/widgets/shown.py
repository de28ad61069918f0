"""What a cell shows is given back when the cell runs again: its widgets, and all the data that hang on them.

A widget is known to the kernel and to the page until it is closed, with its layout and its style; a panel holds its
data, its run and its picture. Nothing can show them any more once their cell has run anew.
"""

from typing import Any

import ipywidgets as W
from IPython import get_ipython


class Shown:
    """A mixin for widgets that a cell shows: closes with all its parts, and closes what its cell showed before."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        _replace(self)

    def close(self) -> None:
        """Let go of everything; it is no longer shown."""
        if self.comm is not None:  # the garbage collector closes once more
            close(self)


def close(widget: W.Widget) -> None:
    """Close a widget with all that is in it, its layout and its style."""
    for child in getattr(widget, "children", ()):
        close(child)
    W.Widget.close(widget)
    for part in (getattr(widget, "layout", None), getattr(widget, "style", None)):
        if isinstance(part, W.Widget):
            part.close()


_of_cell: dict[str, tuple[str, list[Shown]]] = {}
"""Cell → which run of it, and what that run shows."""


def _replace(shown: Shown) -> None:
    cell, run = this_cell()
    before, widgets = _of_cell.get(cell, ("", []))
    if cell and run != before:
        for widget in widgets:
            widget.close()
        widgets = []
    if cell:
        _of_cell[cell] = run, [*widgets, shown]


def this_cell() -> tuple[str, str]:
    """The cell that runs, and which run of it; two empty strings outside a notebook."""
    try:
        message = get_ipython().get_parent()
        return message["metadata"]["cellId"], message["header"]["msg_id"]
    except (AttributeError, KeyError):
        return "", ""
