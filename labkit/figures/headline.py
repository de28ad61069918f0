"""Two lines on top of a live picture, in words: what is to be seen, and the numbers behind it."""

BETWEEN = "   ·   "
"""Stands between two numbers of the second line."""

NAMES = {"relu": "ReLU", "leaky_relu": "leaky ReLU", "elu": "ELU", "gelu": "GELU", "silu": "SiLU", "warm_up": "warm-up",
         "one_cycle": "one-cycle"}
"""How the field writes what is written otherwise in Python."""


def spoken(name: str) -> str:
    """The name as prose writes it, so that menus, pictures and text have one name for a thing.

    >>> spoken("leaky_relu"), spoken("tanh")
    ('leaky ReLU', 'tanh')
    """
    return NAMES.get(name, name)


def as_sentence(headline: str, details: str) -> str:
    """Both as one sentence, for readers who do not see the picture; a headline without details is left as it is.

    >>> as_sentence("it crawls", f"rate 0.1{BETWEEN}loss 2")
    'It crawls; rate 0.1, loss 2.'
    """
    return f"{capital(headline)}; {details.replace(BETWEEN, ', ')}." if details else capital(headline)


def capital(text: str) -> str:
    """The text with a capital at the beginning; a letter that is a symbol stays as it is.

    >>> capital("it crawls"), capital("λ = 1: too little")
    ('It crawls', 'λ = 1: too little')
    """
    return text[:1].upper() + text[1:] if text[1:2].isalpha() else text
