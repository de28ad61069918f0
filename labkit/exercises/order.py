"""Right, but in another order: the values that are returned, or the parameters."""

import inspect
from collections.abc import Sequence
from io import StringIO
from itertools import permutations
from typing import Any

from labkit.exercises.attempt import attempt
from labkit.exercises.exercise import Exercise, Function
from labkit.exercises.guard import AttemptError


def order_hint(exercise: Exercise, f: Function) -> str:
    """What to say if nothing but an order is wrong, or nothing."""
    return _order_of_parameters(exercise, f) or _order_of_values(exercise, f)


def _order_of_parameters(exercise: Exercise, f: Function) -> str:
    try:
        mine = list(inspect.signature(f).parameters)
    except (TypeError, ValueError):              # some built-in functions have none
        return ""
    names = exercise.parameters()
    if mine == names or sorted(mine) != sorted(names):
        return ""
    return (f"your function takes ({', '.join(mine)}), but it is called with ({', '.join(names)}), by place and not by "
            "name.")


def _order_of_values(exercise: Exercise, f: Function) -> str:
    names = exercise.values
    for order in list(permutations(range(len(names))))[1:]:
        if _is_right(exercise, _reordered(f, order)):
            mine = sorted(names, key=lambda name: order[names.index(name)])
            return f"you return them in the order ({', '.join(mine)}); return {', '.join(names)}."
    return ""


def _reordered(f: Function, order: Sequence[int]) -> Function:
    """f, whose value number order[i] is handed on in place i."""
    def g(*args: Any) -> Any:
        answer = f(*args)
        few = not isinstance(answer, (tuple, list)) or len(answer) != len(order)
        return answer if few else tuple(answer[i] for i in order)

    return g


def _is_right(exercise: Exercise, f: Function) -> bool:
    """Whether f passes all cases; the first one that it fails ends the search."""
    try:
        attempts = (attempt(exercise, f, case, StringIO()) for case in exercise.cases)
        return all(exercise.first_wrong(a.yours, a.expected) is None for a in attempts)
    except AttemptError:
        return False
