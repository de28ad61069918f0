"""Cards to be sorted into two piles; the truth is told when all of them lie somewhere."""

import html
from collections.abc import Sequence
from typing import Any

import ipywidgets as W

from labkit.figures import style
from labkit.fits import guard
from labkit.lessons.data_augmentation.questions import CARDS, KEEPS, LOSES, Card
from labkit.widgets.panel import TYPE
from labkit.widgets.shown import Shown


class Sorting(Shown, W.VBox):
    """Two buttons for every card, which pile it goes to, and one to commit; the cards are lettered A, B, …"""

    def __init__(self, cards: Sequence[Card] = CARDS, piles: tuple[str, str] = (KEEPS, LOSES)) -> None:
        self.cards, self.piles, self.text = list(cards), piles, ""
        self._picks = [W.ToggleButtons(options=piles, index=None, tooltips=[card.asked] * 2,
                                       style={"button_width": "11em"}) for card in cards]
        self._says = [W.HTML() for _ in cards]
        self._commit = W.Button(description="Commit", icon="lock", tooltip="sort all cards, then see the truth")
        self._line = W.HTML()
        rows = [W.VBox([W.HTML(_line(_asked(i, card))), pick, says], layout=W.Layout(margin="0 0 0.6em 0"))
                for i, (card, pick, says) in enumerate(zip(cards, self._picks, self._says, strict=True))]
        grid = W.GridBox(rows, layout=W.Layout(grid_template_columns="1fr 1fr", grid_gap="0 1.5em"))
        super().__init__([grid, W.HBox([self._commit, self._line])], layout=W.Layout(max_width="1100px"))
        self._commit.on_click(lambda _: self.commit())

    def pick(self, *answers: str) -> None:
        """Sort the cards, one answer each, as a hand would."""
        for chosen, answer in zip(self._picks, answers, strict=True):
            if answer not in self.piles:
                raise ValueError(f"Sorting: {answer!r} is no pile; the piles are {' and '.join(self.piles)}.")
            chosen.value = answer

    @property
    def right(self) -> int:
        """How many cards lie where they belong."""
        return sum(pick.value == card.answer for pick, card in zip(self._picks, self.cards, strict=True))

    def commit(self) -> None:
        """Tell the truth about every card; before all are sorted only say how many are left."""
        left = sum(pick.index is None for pick in self._picks)
        if left:
            self._say(f"{left} of {len(self.cards)} still to sort.")
            return
        self._commit.disabled = True
        for card, pick, says in zip(self.cards, self._picks, self._says, strict=True):
            pick.disabled, good = True, pick.value == card.answer
            says.value = _line(f"<b>{'✓' if good else '✗'} It {card.answer}.</b> {html.escape(card.why)}",
                               style.RIGHT if good else style.WRONG)
        self._say(f"{self.right} of {len(self.cards)} where they belong.")

    def _say(self, text: str) -> None:
        self.text = text
        self._line.value = f'<div role="status" aria-live="polite">{_line(text)}</div>'

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """The live view; for readers without a kernel the cards, each with the truth folded below it."""
        bundle = super()._repr_mimebundle_(include=include, exclude=exclude) or {}
        rows = "".join(_line(_asked(i, card)) + _folded(card) for i, card in enumerate(self.cards))
        plain = "\n".join(["Sort:", *(f"  {chr(65 + i)}. {c.change}: {c.asked}" for i, c in enumerate(self.cards))])
        return bundle | {"text/html": f'<div class="cards">{rows}</div>', "text/plain": plain}


def _asked(i: int, card: Card) -> str:
    return f"<b>{chr(65 + i)}</b> · {html.escape(card.change)}. <i>{html.escape(card.asked)}</i>"


def _folded(card: Card) -> str:
    told = _line(f"<b>It {card.answer}.</b> {html.escape(card.why)}")
    return f"<details><summary>Decide, then open</summary>{told}</details>"


def _line(markup: str, color: str = "inherit") -> str:
    return f'<div style="{TYPE};color:{color}">{markup}</div>'


guard(__name__)
