"""First say what you expect, then look: a prediction that turns out wrong is what one remembers.

A question with options; nothing is revealed before one of them is committed to.
"""

import html
import re
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as W

from labkit.widgets.curtain import asks, curtain
from labkit.widgets.shown import Shown

LETTERS = "ABCDEFGH"
SKIPPED = "(shown)"
"""What is decided when the reader asked to be shown."""
RIGHT, WRONG, SHOWN = "#00694D", "#A33F00", "#555555"
RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
CARD = ("border-left:4px solid #0072B2;padding:0.3em 0 0.3em 1em;line-height:1.4;"
        "font-size:var(--jp-content-font-size1,1em)")


class Predict(Shown, W.VBox):
    """Ask `question` with `options`; after Commit say whether it is `answer`, `why` (HTML), and where to `look`.

    All texts may hold $formulas$ and simple HTML. With a `name` such as "03-zero" what follows in the notebook stays
    behind a curtain until the reader commits, or asks to be shown. `decided` is what the reader did the last time: the
    option, or SKIPPED. `on_decision` is called with what the reader does now. Readers without a kernel see the question
    and the options, and the answer folded. Raises ValueError for fewer than two options, equal options, or an answer
    that is none of them.
    """

    def __init__(self, question: str, options: Sequence[str], answer: str, why: str, look: str, *, name: str = "",
                 decided: str | None = None, on_decision: Callable[[str], None] = lambda decided: None) -> None:
        _check(question, options, answer, why, look)
        self.question, self.options, self.answer, self.why, self.look = question, list(options), answer, why, look
        self.decided: str | None = None
        self._on_decision = on_decision
        self._radio = W.RadioButtons(options=_labels(self.options), index=None, layout=W.Layout(width="max-content"))
        self._commit = W.Button(description="Commit", icon="lock", tooltip="answer, then see the truth")
        self._skip = W.Button(description="show me", tooltip="see the answer without predicting",
                              layout=W.Layout(width="auto"))
        self._skip.style.button_color = "transparent"
        self._reveal = W.HTMLMath()
        formulas = any("$" in option for option in self.options)
        asked = f'<span id="lk-{name}"></span>{_question(question)}' + (_list(self.options) if formulas else "")
        super().__init__([W.HTMLMath(asked), self._radio, W.HBox([self._commit, self._skip]), self._reveal],
                         layout=W.Layout(border_left="4px solid #0072B2", padding="0.3em 0 0.3em 1em"))
        self._commit.on_click(lambda _: self.commit())
        self._skip.on_click(lambda _: self.skip())
        self._hang(name, decided)

    def _hang(self, name: str, decided: str | None) -> None:
        """Draw the curtain, unless the reader has decided before."""
        self._asks, self._curtain = asks(name) if name else "", W.HTML(layout=W.Layout(display="none"))
        self.children = (*self.children, self._curtain)
        if decided == SKIPPED or decided in self.options:
            self._radio.index = None if decided == SKIPPED else self.options.index(decided)
            self._decide(decided, before=True)
        elif name:
            self._curtain.value = curtain(name)
            self.add_class(self._asks)

    @property
    def picked(self) -> str | None:
        """The option that is chosen at the moment."""
        return None if self._radio.index is None else self.options[self._radio.index]

    def pick(self, option: str) -> None:
        """Choose an option, as a hand would."""
        if option not in self.options:
            raise ValueError(f"Predict: {option!r} is not an option; the options are {'; '.join(self.options)}.")
        self._radio.index = self.options.index(option)

    def commit(self) -> None:
        """Reveal the answer. Before an option is chosen it only asks for one; afterwards the choice is final."""
        if self.decided is not None:
            return
        if self.picked is None:
            self._reveal.value = _card('<div role="status">Choose one of the options first.</div>')
            return
        self._decide(self.picked)

    def skip(self) -> None:
        """Reveal the answer to a reader who does not want to predict."""
        if self.decided is None:
            self._decide(SKIPPED)

    def _decide(self, decided: str, *, before: bool = False) -> None:
        self.decided = decided
        self._radio.disabled = self._commit.disabled = True
        self._skip.layout.display = "none"
        self._reveal.value = f'<div role="status">{self._verdict(before)}</div>' + self._explanation()
        if not before:
            self._on_decision(decided)
        self.remove_class(self._asks)
        self._curtain.value = ""  # its rules would cost the page milliseconds at every picture

    def _verdict(self, before: bool) -> str:
        """Right, wrong or shown, in word and colour; `before`: in an earlier session."""
        answer = f"<b>The answer is: {self._name(self.answer)}</b>"
        if self.decided == SKIPPED:
            return f"{badge('Shown without a prediction', SHOWN)}<br>{answer}"
        said = f"You said{' before' if before else ''}: {self._name(self.decided)}"
        if self.decided == self.answer:
            return f"{badge('✓ Right', RIGHT)} <b>{said}</b>"
        return f"{badge('✗ Not so', WRONG)} {said}<br>{answer}"

    def _name(self, option: str) -> str:
        return f"{LETTERS[self.options.index(option)]}. {option}"

    def _explanation(self) -> str:
        return f"<p>{self.why}</p><p><b>Where to see it:</b> {self.look}</p>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """The live view; for readers without a kernel the question, and the answer folded."""
        bundle = super()._repr_mimebundle_(include=include, exclude=exclude) or {}
        folded = (f"<details><summary>Decide first, then open the answer</summary>"
                  f"<p><b>{self._name(self.answer)}</b></p>{self._explanation()}</details>")
        return bundle | {"text/html": _card(_question(self.question) + _list(self.options) + folded),
                         "text/plain": self._plain()}

    def _plain(self) -> str:
        return "\n".join([f"Predict: {plain(self.question)}", *(f"  {plain(self._name(o))}" for o in self.options)])


def _check(question: str, options: Sequence[str], answer: str, why: str, look: str) -> None:
    for name, text in (("question", question), ("answer", answer), ("why", why), ("look", look)):
        if not text.strip():
            raise ValueError(f"Predict: {name} is {text!r}; expected a text.")
    if not 2 <= len(options) <= len(LETTERS) or len(set(options)) < len(options):
        raise ValueError(f"Predict: options are {options!r}; expected 2 to {len(LETTERS)} different texts.")
    if answer not in options:
        raise ValueError(f"Predict: the answer {answer!r} is not an option; the options are {'; '.join(options)}.")


def _labels(options: Sequence[str]) -> list[str]:
    """What stands beside the buttons, which cannot show formulas: then the letter alone, and the options above."""
    if any("$" in option for option in options):
        return list(LETTERS[:len(options)])
    return [f"{letter}. {plain(option)}" for letter, option in zip(LETTERS, options, strict=False)]


def _question(question: str) -> str:
    return f"<div><b>Predict.</b> {question}</div>"


def _list(options: Sequence[str]) -> str:
    """The options with their letters, written out: some pages number a list as they like."""
    rows = "".join(f"<div>{letter}. {option}</div>" for letter, option in zip(LETTERS, options, strict=False))
    return f'<div style="margin:0.4em 0 0.4em 1em">{rows}</div>'


def badge(word: str, color: str) -> str:
    """A word on a coloured ground."""
    style = f"background:{color};color:#fff;padding:0 0.6em;border-radius:3px;display:inline-block;line-height:1.4"
    return f'<b style="{style};margin-bottom:0.2em">{word}</b>'


def _card(inner: str) -> str:
    return f'<div style="{CARD}">{inner}</div>'


def plain(markup: str) -> str:
    """HTML as plain text; raised digits stay raised: 10<sup>−12</sup> → 10⁻¹²."""
    markup = re.sub(r"<sup>([-−+0-9]+)</sup>", lambda raised: raised[1].translate(RAISED), markup)
    return html.unescape(re.sub(r"<[^>]+>", "", markup))
