"""Calling a function that may do anything: forget to return, raise, modify its input, use a generator of its own."""

import inspect
import textwrap
import traceback
from contextlib import redirect_stdout
from io import StringIO
from typing import Any, NamedTuple

import numpy as np

from labkit.exercises.exercise import Exercise, Function, Parts, is_real

DO_NOT_FIT = "two arrays do not fit: print the .shape of both. Did something run along the wrong axis?"
COMMON_ERRORS = [
    (TypeError, "as a data type", "the shape is one tuple, with brackets of its own: "
                                  "rng.standard_normal((rows, columns))."),
    (ValueError, "broadcast", DO_NOT_FIT),
    (ValueError, "core dimension", DO_NOT_FIT),
    (ValueError, "is ambiguous", "Python's max, min and if compare one number; for whole arrays write np.maximum, "
                                 "np.minimum, np.where."),
    (ValueError, "inhomogeneous", "a pair cannot be calculated with: take it apart first, first, second = …"),
]
"""Errors that everyone meets: the type, words of the message, the hint."""


class NotAttempted(Exception):
    """The stub is still a stub."""


class AttemptError(Exception):
    """There is no answer to compare: AttemptError(what the function did instead, a hint)."""


class Attempt(NamedTuple):
    """One case: the student's answer, and what is compared, yours and expected."""

    case: tuple
    answer: Any
    yours: Parts
    expected: Parts


def attempt(exercise: Exercise, f: Function, case: tuple, printed: StringIO) -> Attempt:
    """Call `f` on a case; raise `NotAttempted` or `AttemptError` unless it gives an answer that can be compared."""
    expected, used = exercise.call(exercise.reference, case)
    yours, args = _call(exercise, f, case, printed)
    _require_structure(exercise, yours)
    _require_unchanged_input(exercise, case, args)
    if _generators(case):
        again, _ = _call(exercise, f, case, StringIO())
        _require_own_generator(exercise.parts(yours), exercise.parts(again),
                              unused=_generators(args) == _generators(case) != _generators(used))
    return Attempt(case, yours, *exercise.compared(yours, expected, case))


def _call(exercise: Exercise, f: Function, case: tuple, printed: StringIO) -> tuple[Any, tuple]:
    def guarded(*args: Any) -> Any:
        answer = f(*args)
        _require_return_value(f, answer, printed)
        return answer

    try:
        with redirect_stdout(printed):
            return exercise.call(guarded, case)
    except (NotAttempted, AttemptError):
        raise
    except (Exception, SystemExit) as error:
        raise _explained(error, exercise, f) from None


def _explained(error: BaseException, exercise: Exercise, f: Function) -> NotAttempted | AttemptError:
    met_the_stub = isinstance(error, (TypeError, AttributeError)) and "ellipsis" in str(error)
    if met_the_stub or isinstance(error, NotImplementedError):
        return NotAttempted()
    line = _students_line(error, f)
    happened = f"raised {type(error).__name__}: {str(error)[:300]}{line}"
    return AttemptError(happened, _common_error(error, exercise, bool(line)))


def _common_error(error: BaseException, exercise: Exercise, inside: bool) -> str:
    """A hint for an error that everyone meets sooner or later; `inside` the student's own lines or not."""
    said, missing = str(error), getattr(error, "name", None)
    if isinstance(error, TypeError) and "argument" in said and not inside:
        names = ", ".join(inspect.signature(exercise.reference).parameters)
        return f"your function is called with ({names}), in this order."
    if isinstance(error, NameError) and missing and hasattr(np, missing):
        return f"write np.{missing}."
    return next((hint for kind, words, hint in COMMON_ERRORS if isinstance(error, kind) and words in said), "")


def _students_line(error: BaseException, f: Function) -> str:
    """The innermost line of the student's own code on the way to an error."""
    file = getattr(getattr(f, "__code__", None), "co_filename", None)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return f"\nin line {frames[-1].lineno}: {textwrap.shorten(frames[-1].line, 80)}" if frames else ""


def _require_return_value(f: Function, answer: Any, printed: StringIO) -> None:
    values = answer if isinstance(answer, (tuple, list)) else [answer]
    if any(value is ... for value in values) or (answer is None and _is_stub(f)):
        raise NotAttempted
    if answer is None:
        raise AttemptError("returned nothing (None)", "print shows a value, return hands it on: end with `return …`."
                      if printed.getvalue() else "does every path through your function end with `return …`?")


def _is_stub(f: Function) -> bool:
    """Whether the body is empty but for a docstring, or still holds the `...` of the stub."""
    def empty() -> None: ...

    code = getattr(f, "__code__", None)
    return code is not None and (... in code.co_consts or len(code.co_code) <= len(empty.__code__.co_code))


def _require_structure(exercise: Exercise, answer: Any) -> None:
    sequence = (tuple, list) if exercise.returns else tuple
    count = len(answer) if isinstance(answer, sequence) else 0
    if count != len(exercise.returns):
        raise AttemptError(f"returned {count or 1} value{'s' * (count > 1)}",
                      f"return {', '.join(exercise.returns)}." if exercise.returns else "return one value.")
    try:
        exercise.parts(answer)
    except Exception:
        raise AttemptError("returned what NumPy cannot make an array of",
                      "return numbers in an array; all its rows have one length.") from None


def _require_unchanged_input(exercise: Exercise, case: tuple, args: tuple) -> None:
    for (name, before), after in zip(exercise.named(case).items(), args, strict=True):
        if not isinstance(before, np.random.Generator) and not _equal(after, before):
            raise AttemptError(f"changed its input {name} in place",
                          f"work on a copy, {name}.copy(): the caller still needs {name} as it was.")


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
