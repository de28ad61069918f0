"""First say what you expect, then look: a prediction that turns out wrong is what one remembers.

A question with options; nothing is revealed before one of them is committed to.
"""

import html
import re
from collections.abc import Sequence
from typing import Any

import ipywidgets as W

LETTERS = "ABCDEFGH"
CARD = ("border-left:4px solid #0072B2;padding:0.3em 0 0.3em 1em;line-height:1.4;"
        "font-size:var(--jp-content-font-size1,1em)")


class Predict(W.VBox):
    """Ask `question` with `options`; after Commit say whether it is `answer`, `why` (HTML), and where to `look`.

    All texts may hold $formulas$ and simple HTML. Readers without a kernel see the question and the options, and the
    answer folded. Raises ValueError for fewer than two options, equal options, or an answer that is none of them.
    """

    def __init__(self, question: str, options: Sequence[str], answer: str, why: str, look: str) -> None:
        _check(question, options, answer, why, look)
        self.question, self.options, self.answer, self.why, self.look = question, list(options), answer, why, look
        self._radio = W.RadioButtons(options=_labels(self.options), index=None, layout=W.Layout(width="max-content"))
        self._commit = W.Button(description="Commit", icon="lock", tooltip="answer, then see the truth")
        self._reveal = W.HTMLMath()
        formulas = any("$" in option for option in self.options)
        asked = _question(question) + (_list(self.options) if formulas else "")
        super().__init__([W.HTMLMath(asked), self._radio, self._commit, self._reveal],
                         layout=W.Layout(border_left="4px solid #0072B2", padding="0.3em 0 0.3em 1em"))
        self._commit.on_click(lambda _: self.commit())

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
        if self._radio.disabled:
            return
        if self.picked is None:
            self._reveal.value = _card('<div role="status">Choose one of the options first.</div>')
            return
        self._radio.disabled = self._commit.disabled = True
        self._reveal.value = f'<div role="status">{self._verdict()}</div>' + self._explanation()

    def close(self) -> None:
        """Let go of everything."""
        for child in self.children:
            child.close()
        super().close()

    def _verdict(self) -> str:
        if self.picked == self.answer:
            return f"<b>✓ You said it: {self._name(self.answer)}</b>"
        return f"You said: {self._name(self.picked)}<br><b>The answer is: {self._name(self.answer)}</b>"

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
        return "\n".join([f"Predict: {_text(self.question)}", *(f"  {_text(self._name(o))}" for o in self.options)])


def _check(question: str, options: Sequence[str], answer: str, why: str, look: str) -> None:
    for name, text in (("question", question), ("answer", answer), ("why", why), ("look", look)):
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"Predict: {name} is {text!r}; expected a text.")
    if isinstance(options, str) or not 2 <= len(options) <= len(LETTERS) or len(set(options)) < len(options):
        raise ValueError(f"Predict: options are {options!r}; expected 2 to {len(LETTERS)} different texts.")
    if answer not in options:
        raise ValueError(f"Predict: the answer {answer!r} is not an option; the options are {'; '.join(options)}.")


def _labels(options: Sequence[str]) -> list[str]:
    """What stands beside the buttons, which cannot show formulas: then the letter alone, and the options above."""
    if any("$" in option for option in options):
        return list(LETTERS[:len(options)])
    return [f"{letter}. {_text(option)}" for letter, option in zip(LETTERS, options, strict=False)]


def _question(question: str) -> str:
    return f"<div><b>Predict.</b> {question}</div>"


def _list(options: Sequence[str]) -> str:
    """The options with their letters, written out: some pages number a list as they like."""
    rows = "".join(f"<div>{letter}. {option}</div>" for letter, option in zip(LETTERS, options, strict=False))
    return f'<div style="margin:0.4em 0 0.4em 1em">{rows}</div>'


def _card(inner: str) -> str:
    return f'<div style="{CARD}">{inner}</div>'


def _text(markup: str) -> str:
    """HTML as plain text."""
    return html.unescape(re.sub(r"<[^>]+>", "", markup))
