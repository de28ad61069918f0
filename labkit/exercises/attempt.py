"""One case: is what came back an answer that can be compared, and was it found by honest means?"""

import copy
from io import StringIO
from typing import Any, NamedTuple

import numpy as np

from labkit.exercises.answers import values_of
from labkit.exercises.exercise import Exercise, Function, Parts, is_real
from labkit.exercises.guard import AttemptError, guarded

CONTAINERS = np.ndarray, list, tuple, dict


class Attempt(NamedTuple):
    """One case: the student's answer, and what is compared, yours and expected."""

    case: tuple
    answer: Any
    yours: Parts
    expected: Parts


def attempt(exercise: Exercise, f: Function, case: tuple, printed: StringIO) -> Attempt:
    """Call `f` on a case; raise `AttemptError` unless it gives an answer that can be compared."""
    expected, used = exercise.call(exercise.reference, case)
    yours, args = _call(exercise, f, case, printed)
    _require_arrays(exercise, yours, expected)
    if _generators(case) and _fits(exercise.parts(yours), exercise.parts(expected)):
        again, _ = _call(exercise, f, case, StringIO())
        _require_own_generator(exercise.parts(yours), exercise.parts(again),
                              unused=_generators(args) == _generators(case) != _generators(used))
    return Attempt(case, yours, *exercise.compared(yours, expected, case))


def _call(exercise: Exercise, f: Function, case: tuple, printed: StringIO) -> tuple[Any, tuple]:
    names = exercise.parameters()
    safe = guarded(f, names=names, printed=printed)

    def honest(*args: Any) -> Any:
        """Every single call of `f`: as many values as are wanted, and its arguments as they were."""
        before = [copy.deepcopy(arg) if isinstance(arg, CONTAINERS) else None for arg in args]
        answer = safe(*args)
        _require_values(exercise, answer)
        _require_unchanged(dict(zip(names, before, strict=False)), args)
        return answer

    return exercise.call(honest, case)


def _require_values(exercise: Exercise, answer: Any) -> None:
    names = exercise.values
    if not names:
        if isinstance(answer, tuple) and len(answer) == 1:
            raise AttemptError("returned a tuple that holds 1 value",
                               "return one value: a comma at the end of the line makes a tuple of it.")
        return
    values_of(answer, names)


def _require_arrays(exercise: Exercise, answer: Any, expected: Any) -> None:
    if isinstance(answer, tuple) and not exercise.values and np.shape(expected) != _shape(answer):
        raise AttemptError(f"returned {len(answer)} values", "return one value.")
    try:
        exercise.parts(answer)
    except Exception:
        raise AttemptError("returned what NumPy cannot make an array of",
                           "return numbers in an array; all its rows have one length.") from None


def _fits(yours: Parts, expected: Parts) -> bool:
    """Whether all values have their shape: if not, that is the first thing to say."""
    return all(yours[name].shape == right.shape for name, right in expected.items())


def _shape(answer: tuple) -> tuple | None:
    try:
        return np.shape(answer)
    except ValueError:
        return None


def _require_unchanged(before: dict[str, Any], args: tuple) -> None:
    for (name, was), now in zip(before.items(), args, strict=False):
        if was is not None and not _equal(now, was):
            fix = f"{name}.copy()" if isinstance(now, np.ndarray) else "np.array(…)"
            raise AttemptError(f"changed its input {name} in place",
                               f"work on a copy, {fix}: the caller still needs {name} as it was. (x += …, x *= … and "
                               "x[…] = … change an array in place; x = x + … makes a new one.)")


def _equal(a: Any, b: Any) -> bool:
    """Whether two values, arrays or nested lists of them are the same number for number; NaN equals NaN."""
    try:
        np.testing.assert_equal(a, b)
    except (AssertionError, TypeError, ValueError):
        return False
    return True


def _generators(args: tuple) -> list[dict]:
    """The states of the random generators among the arguments."""
    return [arg.bit_generator.state for arg in args if isinstance(arg, np.random.Generator)]


def _require_own_generator(yours: Parts, again: Parts, *, unused: bool) -> None:
    if not all(_equal(yours[name], again[name]) for name in yours if is_real(yours[name])):
        raise AttemptError("gave two different answers to two equal generators",
                           "take every random number from the generator you are given, none from np.random.")
    if unused:
        raise AttemptError("never drew from the generator it was given",
                           "take the random numbers from that one, as in rng.standard_normal((rows, columns)); "
                           "a generator seeded inside would repeat the same draws at every call.")
