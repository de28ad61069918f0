"""The student at the wheel: a function from an exercise drives a panel, right or wrong, and its picture shows which.

A maker of panels that is `driven` takes the student's functions first. They are called guarded: what goes wrong in one
stands in the panel, in the student's words and with the student's line. While one is still a stub, a note says so.
"""

import functools
from collections.abc import Callable
from typing import Any

import ipywidgets as W

from labkit.exercises.guard import AttemptError, NotAttempted, guarded
from labkit.figures import style
from labkit.figures.picture import Still
from labkit.widgets.panel import Panel, status, told
from labkit.widgets.shown import Shown
from labkit.widgets.trainer import Trainer

PAIR = ("labkit's", "yours")
"""Two replicas with one seed, that differ in nothing but whose function they use; yours is drawn on top."""
FAULTS = (AttemptError, ValueError)
"""Of the student's function itself, and of the library that refuses to work with what it returned."""


class Note(Shown, W.HTML):
    """A line in the place of a panel. Without a kernel it is the same line."""

    def __init__(self, text: str, color: str = "inherit") -> None:
        self.text = text
        super().__init__(status(text, color))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(include=include, exclude=exclude) or {}
        return bundle | {"text/plain": self.text}


class DrivenTrainer(Trainer):
    """A trainer whose run calls a student's functions: what goes wrong in the first steps stands in the panel.

    Raises NotAttempted while one of them is a stub.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        try:
            (twin := self.run.twin()).advance(1)
            twin.evaluate()
        except NotAttempted:
            self.close()
            raise
        except FAULTS as error:
            self._tell(error)

    def _work(self, watched: bool = False) -> bool:
        try:
            return super()._work(watched)
        except FAULTS as error:  # the run cannot go on from here; reset begins it anew
            self.run.stop_reason = str(error).rstrip(".")
            return False

    def still(self, steps: int) -> Still:
        """The picture after `steps` steps, or as it is now, if the student's function does not come so far."""
        try:
            return super().still(steps)
        except FAULTS as error:
            self._tell(error)
            return super().still(0)

    def _tell(self, error: Exception) -> None:
        self.message = told(error)
        self._say()


def driven(make: Callable[..., Panel]) -> Callable[..., Panel | Note]:
    """Let `make(*functions, **settings)` be driven by a student's functions.

    What goes wrong before there is anything to show stands in the place of the panel.
    Raises TypeError for a function that cannot be called: hand it over without brackets.
    """
    @functools.wraps(make)
    def made(*functions: Any, **settings: Any) -> Panel | Note:
        for f in functions:
            if not callable(f):
                raise TypeError(f"{make.__name__}: expected your function, got {f!r}. Hand it over without calling it.")
        try:
            return _whole(lambda: make(*map(guarded, functions), **settings))
        except NotAttempted:
            return Note("○ Not written yet. Once your function is there, run this cell again: it drives a panel here.")
        except AttemptError as error:
            return Note(f"✗ No panel yet: {told(error)}", style.WRONG)
    return made


def _whole(make: Callable[[], Panel]) -> Panel:
    """What `make` makes; if it raises, the controls that it had made by then are closed: nothing will show them."""
    made: list[W.Widget] = []
    W.Widget.on_widget_constructed(made.append)
    try:
        return make()
    except Exception:
        for widget in made:
            widget.close()
        raise
    finally:
        W.Widget.on_widget_constructed(None)
