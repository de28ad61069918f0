"""A question that is asked before its answer is shown."""

from collections.abc import Sequence
from typing import NamedTuple


class Question(NamedTuple):
    """The question, its options, the one that is true, why, and where to see it. Texts may hold HTML and $formulas$.

    Where the options are numbers or places that can be drawn, `values` are these numbers, one per option, None for one
    that is no number ("infinitely many").
    """

    question: str
    options: Sequence[str]
    answer: str
    why: str
    look: str
    values: Sequence[float | None] = ()
