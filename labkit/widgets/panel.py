"""What all panels are made of: controls in rows, the picture below them, and both in one view on a laptop.

A panel is as high as the window allows; its picture takes what the controls leave. Its sentence says what the picture
shows to readers who do not see it, and a button gives the call that brings back its setting.
"""

import ast
import html
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as W
import traitlets
from IPython import get_ipython

from labkit.exercises.guard import AttemptError
from labkit.figures import style
from labkit.widgets.shown import Shown

HEIGHT = "77vh"
"""Of the window's height: 554 of 720 pixels, 693 of 900."""
TYPE = "font-size:var(--jp-content-font-size1,14px);line-height:1.4;white-space:pre-line"
UNSEEN = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap"


class Tools(anywidget.AnyWidget):
    """The panel's script in the page: names for screen readers, a button that shows the `call` of this setting, and a
    line that says so if the kernel is gone.
    """

    wrong = traitlets.Unicode(style.WRONG).tag(sync=True)
    _esm = Path(__file__).with_name("panel.js").read_text("utf-8")  # of a path, each instance would listen for ever

    def __init__(self, panel: "Panel") -> None:
        super().__init__()
        self.on_msg(lambda _, content, buffers: self.send({"ask": content.get("ask"), "call": panel.call()}))


class Panel(Shown, W.VBox):
    """`controls`, lines `above` and `below`, and between them a picture, all no higher than the window.

    Subclasses have `values`, what the controls say, and `set(**values)`, which turns them and returns the panel.
    """

    def __init__(self, controls: Iterable[W.Widget], width: float, *, above: Iterable[W.Widget] = (),
                 below: Iterable[W.Widget] = ()) -> None:
        self._maker = _last_expression()
        self._image = W.Image(format="png", layout=W.Layout(
            width="100%", min_height="200px", flex="0 1 auto", margin="0", object_fit="contain", object_position="0 0"))
        self._sentence = W.HTML(layout=W.Layout(height="0", margin="0", overflow="hidden", flex="0 0 auto"))
        self._sentence.add_class("lk-sentence")
        self._row, self._tools = rows(controls), None
        super().__init__([self._row, *above, self._image, *below, self._sentence],
                         layout=W.Layout(max_width=f"{width:.0f}px", max_height=HEIGHT, overflow="hidden"))
        self.add_class("lk-panel")

    @property
    def values(self) -> dict[str, Any]:
        """What the controls say now."""
        raise NotImplementedError(f"{type(self).__name__}: a Panel defines values.")

    def call(self) -> str:
        """The Python that brings back this panel at this setting."""
        return f"{self._maker}.set({', '.join(f'{name}={value!r}' for name, value in self.values.items())})"

    def say(self, text: str, *, aloud: bool = True) -> None:
        """The sentence of the picture, for readers who do not see it; read out when it changes, or only when asked."""
        self._sentence.value = status(text, style=UNSEEN) if aloud else html.escape(text)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """The view, and its script, which does not come before: a panel that is never shown sends the page nothing."""
        if self._tools is None:
            self._tools = Tools(self)
            self._row.children += (self._tools,)
        return super()._repr_mimebundle_(include=include, exclude=exclude) or {}


def _last_expression() -> str:
    """The last expression of the cell that makes the panel, as it is written there; outside a notebook `panel`."""
    try:
        source = get_ipython().get_parent()["content"]["code"]
        last = ast.parse(source).body[-1]
    except (AttributeError, KeyError, IndexError, SyntaxError):
        return "panel"
    made = isinstance(last, ast.Expr) and isinstance(last.value, ast.Name | ast.Call)
    return ast.get_source_segment(source, last.value) if made else "panel"


def rows(controls: Iterable[W.Widget]) -> W.HBox:
    """Controls side by side, as many to a row as fit."""
    return W.HBox(list(controls), layout=W.Layout(flex_flow="row wrap", grid_gap="0 1.5em", align_items="center",
                                                  flex="0 0 auto", overflow="visible"))


def status(text: str, color: str = "inherit", *, bold: bool = False, style: str = TYPE) -> str:
    """A line that screen readers read out when it changes."""
    style = f"{style};color:{color};font-weight:{'bold' if bold else 'normal'}"
    return f'<div role="status" aria-live="polite" style="{style}">{html.escape(text, quote=False)}</div>'


def told(error: BaseException) -> str:
    """What went wrong, as a panel says it; of a student's function in the student's words."""
    return str(error) if isinstance(error, AttemptError) else f"{type(error).__name__}: {error}"
