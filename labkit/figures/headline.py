"""Two lines on top of a live picture, in words: what is to be seen, and the numbers behind it."""

from collections.abc import Sequence

from labkit.figures import style
from labkit.figures.picture import Picture
from labkit.figures.words import Words

BETWEEN = "   ·   "
"""Stands between two numbers of the second line."""


def head(picture: Picture) -> list[Words]:
    """A headline, and a line of details below it."""
    page = picture.figure.transFigure
    return [Words(0.012, 0.935, page, size=style.HEADLINE, bold=True), Words(0.012, 0.878, page)]


def write(words: Sequence[Words], headline: str, details: str) -> None:
    """Write the two texts; the headline begins with a capital."""
    words[0].set_text(capital(headline))
    words[1].set_text(details)


def in_a_line(headline: str, details: str) -> str:
    """Both as one sentence, for readers who do not see the picture.

    >>> in_a_line("it crawls", f"rate 0.1{BETWEEN}loss 2")
    'It crawls; rate 0.1, loss 2.'
    """
    return f"{capital(headline)}; {details.replace(BETWEEN, ', ')}."


def capital(text: str) -> str:
    """The text with a capital at the beginning; a letter that is a symbol stays as it is.

    >>> capital("it crawls"), capital("λ = 1: too little")
    ('It crawls', 'λ = 1: too little')
    """
    return text[:1].upper() + text[1:] if text[1:2].isalpha() else text
