"""The picture that answers a prediction; as soon as there is one, what the reader said stands in it."""

import base64
import html
from collections.abc import Callable
from typing import Any

import ipywidgets as W

from labkit.figures.picture import Bundle, Still
from labkit.figures.said import you_said
from labkit.widgets.shown import Shown

Place = tuple[float | None, float | None]


class Reveal(Shown, W.VBox):
    """Shows `picture`. After `show(said)` the number `said` is marked at the place `at(said)`, an (x, y), where None
    for one of the two asks for a line across. Readers without a kernel see the picture alone.
    """

    def __init__(self, picture: Still, at: Callable[[float], Place], *, panel: int = 0) -> None:
        self.picture, self.at, self.panel = picture, at, panel
        self._image = W.HTML(layout=W.Layout(max_width="100%", margin="0"))  # ipywidgets' Image has no alternative text
        super().__init__([self._image])
        self._show(picture)

    def show(self, said: float) -> None:
        """Mark what the reader said."""
        x, y = self.at(said)
        self._show(you_said(self.picture, x, y, panel=self.panel))

    def _show(self, picture: Still) -> None:
        self.shown, png = picture, base64.b64encode(picture.png).decode("ascii")
        self._image.value = (f'<img src="data:image/png;base64,{png}" alt="{html.escape(picture.description)}" '
                             'style="display:block;max-width:100%">')

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        """The live view, and for everyone without a kernel the picture and its sentence."""
        bundle = super()._repr_mimebundle_(include=include, exclude=exclude) or {}
        return self.picture.beside(bundle)
