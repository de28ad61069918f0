"""Turn a knob, see what follows: controls → pure function → arrays → picture, at every position of the mouse.

The three parts stay separable: tests call the function, a static slide shows frames, the panel joins them.
"""

import itertools
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Self

import ipywidgets as W

from labkit import journal
from labkit.exercises.guard import NotAttempted
from labkit.figures import style
from labkit.figures.headline import capital
from labkit.figures.picture import Bundle, Picture, Still
from labkit.widgets.panel import Panel, status, told
from labkit.widgets.sliders import Slider


class Target(NamedTuple):
    """Something to reach by turning the knobs: the task, a test of the arrays, and what to say when it is reached.

    `reading` says how near the arrays are.
    """

    goal: str
    hit: Callable[[Any], bool]
    found: str = "Reached."
    reading: Callable[[Any], str] = lambda arrays: ""

    def line(self, shown: Any, reached: bool, remark: str = "") -> str:
        """The line of the panel that says whether it is reached, in green if so, and a remark."""
        reading = self.reading(shown)
        if reached:
            journal.reached(self.goal)
            words = f"✓ {self.found}", remark, reading
        else:
            words = f"Target: {self.goal}", remark, reading and f"· {reading}"
        return status(" ".join(filter(None, words)), style.RIGHT if reached else "inherit", bold=True)


class Frame(NamedTuple):
    """The panel at one setting: the controls' values, the encoded picture and its sentence."""

    values: dict[str, Any]
    png: bytes
    text: str


NO_ANSWER = "Your function gave no answer yet", "what is drawn is labkit's own"
"""Headline and details over a picture that stands in for the student's."""


class Explorer(Panel):
    """A panel: `controls` by name, `compute(**values)` → arrays, a `picture` that shows and describes them.

    Everything happens inside the callback, with the newest values, under the panel's lock; the front end skips the
    positions that it passed meanwhile. When `compute` raises, the panel says so and keeps the last good picture.
    Without a front end it holds the picture just as well. Raises whatever `compute` raises for the initial values,
    unless arrays to `start` with are given: then these are shown, and what went wrong is said below.
    """

    def __init__(self, controls: Mapping[str, W.ValueWidget | Slider], compute: Callable[..., Any], picture: Picture,
                 *, target: Target | None = None, start: Any = None) -> None:
        self.controls, self.compute = dict(controls), compute
        self.picture, self.target = picture, target
        self.error, self._raised = "", None
        self._lock = threading.RLock()  # callbacks come from two threads of the kernel
        self._held = False
        self._values: dict[str, Any] = {}
        self._goal, self._trouble = W.HTML(layout=W.Layout(display=None if target else "none")), W.HTML()
        super().__init__(self.controls.values(), picture.figure.bbox.width, above=[self._goal], below=[self._trouble])
        for control in self.controls.values():
            control.observe(self._changed, "value")
        if start is None:
            self._show(self.values)
        else:
            self._start(start)

    def _start(self, arrays: Any) -> None:
        """Show these arrays, and then what `compute` makes of the initial values; a stub is not begun with."""
        self._draw(arrays, {})
        self._changed()
        if isinstance(self._raised, NotAttempted):
            raise self._raised
        if self._raised is not None:
            self.picture.set_title(*NO_ANSWER)
            self._trouble.value = status(capital(self.error), style.WRONG)
            self._image.value, self.text = self._encoded(), self.picture.description
            self.say(self.text)

    @property
    def values(self) -> dict[str, Any]:
        """What the controls say now."""
        return {name: control.value for name, control in self.controls.items()}

    def set(self, **values: Any) -> Self:
        """Turn controls, as a hand would, but all at once. Raises for an unknown name or a value outside its limits."""
        self._known(values)
        with self._lock:
            self._held = True
            try:
                for name, value in values.items():
                    self.controls[name].value = value
            finally:
                self._held = False
                self._changed()
        return self

    def frame(self, **values: Any) -> Frame:
        """What the panel would show at `values` (the others as they are); no control moves, errors are raised."""
        self._known(values)
        with self._lock:
            values = self.values | values
            self.picture.update(self.compute(**values))
            return Frame(values, self.picture.png(), self.picture.description)

    def frames(self, **positions: Iterable[Any]) -> Iterator[Frame]:
        """A frame for every combination of positions, as in `frames(std=[0.01, 0.1], activation=["tanh", "relu"])`."""
        for combination in itertools.product(*positions.values()):
            yield self.frame(**dict(zip(positions, combination, strict=True)))

    def close(self) -> None:
        """Let go of everything; the panel is no longer shown."""
        if self.comm is not None:
            for control in self.controls.values():
                control.unobserve(self._changed, "value")
            super().close()

    def _known(self, values: Mapping[str, Any]) -> None:
        for name in values:
            if name not in self.controls:
                known = ", ".join(self.controls)
                raise ValueError(f"Explorer: there is no control {name!r}; the controls are {known}.")

    def _changed(self, change: Any = None) -> None:
        with self._lock:
            if self._held or self.values == self._values:
                return
            try:
                self._show(self.values)
            except Exception as error:  # a callback's traceback would be lost in a log that nobody reads
                self._values, self._raised = {}, error
                self.error = told(error)
                said = f"The picture above is the last good one. {capital(self.error)}"
                self._trouble.value = status(said, style.WRONG)

    def _show(self, values: dict[str, Any]) -> None:
        self._draw(self.compute(**values), values)

    def _draw(self, arrays: Any, values: dict[str, Any]) -> None:
        self.picture.update(arrays)
        picture, text = self._encoded(), self.picture.description
        goal = self.target.line(arrays, bool(self.target.hit(arrays))) if self.target else ""
        self.arrays, self._values, self.text, self.error = arrays, values, text, ""
        self._image.value = picture
        self._goal.value, self._trouble.value = goal, ""
        self.say(text)

    def _encoded(self) -> bytes:
        """The picture for the page; a panel of photographs sends them in another format."""
        return self.picture.png()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        """The live view, and for everyone without a kernel the picture and its sentence."""
        bundle = super()._repr_mimebundle_(include=include, exclude=exclude) or {}
        with self._lock:
            failed = self._raised is not None and not self._values
            png = bytes(self._image.value) if failed else self.picture.still(self.arrays).png
            return Still(png, self.text).beside(bundle)
