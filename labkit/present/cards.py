"""The cards of a sorting exercise without a kernel: what is asked, the picture before and after, and the truth.

The pictures are those of the sheet that the cell above shows, `sheet({"before": […], "after": […]}, …)`.
"""

import ast
import html
from collections.abc import Iterator
from typing import Any

from PIL import Image

from labkit.notebooks.cells import parsed, plain_python
from labkit.present.markup import LETTERS, smaller

SIDE = 400
"""Pixels of a picture."""


def dealt(names: dict[str, Any], sheet: str, sorting: str) -> Iterator[str]:
    """One card after the other as HTML. The cell `sheet` ends with the sheet, `sorting` is the exercise, which has
    `cards`; the cells before both have bound `names`.

    Raises ValueError if the sheet has not one picture for every card.
    """
    *before, last = parsed(sheet).body
    exec(compile(ast.Module(before, []), "the cell of the pictures", "exec"), names)
    rows = eval(compile(ast.Expression(last.value.args[0]), "the sheet", "eval"), names)  # type: ignore[attr-defined]
    cards = eval(plain_python(sorting), names).cards
    if {len(row) for row in rows.values()} != {len(cards)}:
        raise ValueError(f"dealt: a sheet with {len(cards)} pictures in every row is wanted, one for every card.")
    for i, card in enumerate(cards):
        yield _card(LETTERS[i], card, {name: row[i] for name, row in rows.items()})


def _card(letter: str, card: Any, pictures: dict[str, Any]) -> str:
    shown = "".join(f'<figure><img src="{_address(picture)}" alt="{html.escape(card.change)}: {name}">'
                    f"<figcaption>{name}</figcaption></figure>" for name, picture in pictures.items())
    return (f'<div class="card"><p><b>{letter}</b> · {html.escape(card.change)}. <i>{html.escape(card.asked)}</i></p>'
            f'<div class="pair">{shown}</div>'
            f'<p class="fragment"><b>It {card.answer}.</b> {html.escape(card.why)}</p></div>')


def _address(picture: Any) -> str:
    """A picture with values from 0 to 1, (h, w) with 1 as ink or (h, w, 3), as an address."""
    grey = picture.ndim == 2
    seen = (255 * (1 - picture if grey else picture)).clip(0, 255).astype("uint8")
    how = Image.Resampling.NEAREST if grey else Image.Resampling.LANCZOS
    return smaller(Image.fromarray(seen).resize((SIDE, SIDE), how))
