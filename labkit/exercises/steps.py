"""Help comes in steps: a nudge, the idea, nearly the line. The solution is no step."""

import numbers
from typing import Any

from labkit.exercises import show


class Steps:
    """Which hint comes next: it remembers, for every exercise, how many were given."""

    def __init__(self) -> None:
        self.given: dict[str, int] = {}

    def text(self, name: str, hints: tuple[str, ...], step: Any = None) -> str:
        """The next hint for the exercise `name`, or the one of this number; after the last, where else to look.

        Raises ValueError for a step that is not 1, 2 or 3.
        """
        number = self.given.get(name, 0) + 1 if step is None else _number(step, len(hints))
        if number > len(hints):
            return show.folded(f"{name}: these were all {len(hints)} hints, hint(\"{name}\", 1) shows the first again. "
                               f"check(\"{name}\", …) says what your function gives and what is expected; the solution "
                               "is folded below it.")
        self.given[name] = max(number, self.given.get(name, 0))
        more = " (call it again for the next one)" if number < len(hints) else ""
        return f"{name}, hint {number} of {len(hints)}{more}\n{show.folded(hints[number - 1], '  ', 2)}"


def _number(step: Any, count: int) -> int:
    if not isinstance(step, numbers.Integral) or isinstance(step, bool) or not 1 <= step <= count:
        raise ValueError(f"the step must be a whole number from 1 to {count}, got {show.short(step)}.")
    return int(step)
