"""Calling a function that may do anything: forget to return, raise, leave, or never end.

What it did instead of answering is told in the student's words, with the student's line.
"""

import contextlib
import functools
import inspect
import math
import sys
import textwrap
import traceback
from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from typing import Any

import numpy as np

Function = Callable[..., Any]

LINES = 1_000_000
"""So many lines of Python may run in one call of a student's function: many times what any exercise takes."""

ONE_LINE_LOOPS_HIDE = sys.version_info < (3, 12)
"""Python 3.11 reports no lines for `while True: pass`, only its single operations; about ten of them make a line."""

DO_NOT_FIT = "two arrays do not fit: print the .shape of both. Did something run along the wrong axis?"
ONE_NUMBER = "Python's max, min and if compare one number; for whole arrays write np.maximum, np.minimum, np.where."
COMMON_ERRORS = [
    (TypeError, "as a data type", "the shape is one tuple, with brackets of its own: "
                                  "rng.standard_normal((rows, columns))."),
    (TypeError, "converted to Python scalar", "the functions of math take one number; for whole arrays write np.sqrt, "
                                              "np.exp, np.log."),
    (TypeError, "'NoneType'", "one of the values is None: a function without `return`, or a name that was never set."),
    (TypeError, "not callable", "round brackets call a function: a * is missing in front of them, or an array wants "
                                "square ones, x[i]."),
    (ValueError, "broadcast", DO_NOT_FIT),
    (ValueError, "core dimension", DO_NOT_FIT),
    (ValueError, "not aligned", DO_NOT_FIT),
    (ValueError, "is ambiguous", ONE_NUMBER),
    (ValueError, "inhomogeneous", "a pair cannot be calculated with: take it apart first, first, second = …"),
    (ValueError, "read-only", "work on a copy, .copy(): what you are given belongs to the caller."),
    (AttributeError, "'list' object", "a list cannot calculate: make an array of it first, np.array(…)."),
    (UnboundLocalError, "", "a name is used before it is set: give it a value before the loop or the if."),
    (RecursionError, "", "your function calls itself without an end."),
    (StopIteration, "", "there was nothing left to take: use a for loop, which stops by itself."),
    (SystemExit, "", "exit() ends the whole program; to end a function, return its value."),
]
"""Errors that everyone meets: the type, words of the message, the hint."""


class AttemptError(Exception):
    """There is no answer: AttemptError(what the function did instead, a hint)."""

    def __str__(self) -> str:
        did, hint = self.args
        return f"your function {did}\nhint: {hint}" if hint else f"your function {did}"


class NotAttempted(AttemptError):
    """The function is still a stub: what is to be done is its hint."""


class _Endless(BaseException):
    """The budget of lines is used up. (Not an Exception: a student's `except Exception` does not hold it.)"""


def guarded(f: Function, *, names: Sequence[str] = (), lines: int = LINES, printed: StringIO | None = None) -> Function:
    """The function `f`, made safe to call: it answers as before, or it raises `AttemptError` and nothing else.

    The message says what happened, in which of the student's lines, and gives a hint for what everyone meets. `names`
    are the parameters it is called with, for that hint; `lines` the budget of a call, 0 for none (a debugger, which
    counts lines itself, has none either); what it prints goes to `printed`. An interrupt (■) passes through.

    >>> guarded(lambda x: 1 / x)(4)
    0.25
    >>> try: guarded(lambda x: 1 / x)(0)
    ... except AttemptError as error: print(str(error).splitlines()[0])
    your function raised ZeroDivisionError: division by zero
    """
    quiet = contextlib.nullcontext() if printed is None else contextlib.redirect_stdout(printed)

    @functools.wraps(f, updated=())
    def safe(*args: Any) -> Any:
        try:
            with quiet, _budget(f, lines):
                answer = f(*args)
        except AttemptError:
            raise
        except (Exception, SystemExit, _Endless) as error:
            raise _explained(error, f, names) from None
        _require_answer(f, answer, printed)
        return answer

    return safe


# ------------------------------------------------------------------------------------------------ no end
@contextlib.contextmanager
def _budget(f: Function, lines: int) -> Iterator[None]:
    """End what runs inside after so many lines of the student's, counting every call of anything as a line."""
    if not lines or sys.gettrace() is not None:
        yield
        return
    left, home = lines, _namespace(f)

    def count(frame: Any, event: str, arg: Any) -> Any:
        nonlocal left
        left -= 0.1 if event == "opcode" else 1
        if left < 0:
            raise _Endless
        if frame.f_globals is not home:
            return None
        frame.f_trace_opcodes = ONE_LINE_LOOPS_HIDE
        return count

    sys.settrace(count)
    try:
        yield
    finally:
        sys.settrace(None)


def _namespace(f: Function) -> dict | None:
    """The global names of the student's notebook: whatever runs with them is the student's code."""
    while isinstance(f, functools.partial):
        f = f.func
    return getattr(getattr(f, "__func__", f), "__globals__", None)


# ------------------------------------------------------------------------------------------------ what happened
def _explained(error: BaseException, f: Function, names: Sequence[str]) -> AttemptError:
    met_the_stub = isinstance(error, (TypeError, AttributeError)) and "ellipsis" in str(error)
    if met_the_stub or isinstance(error, NotImplementedError):
        return NotAttempted("is not written yet", REPLACE)
    line = _students_line(error, f)
    if isinstance(error, _Endless):
        return AttemptError(f"did not come to an end{line}", "is there a loop whose condition stays true for ever? "
                            "Which value lets it stop, and is it always reached?")
    happened = f"raised {type(error).__name__}: {str(error)[:300]}".rstrip(": ") + line
    return AttemptError(happened, _common_error(error, names, bool(line)))


def _common_error(error: BaseException, names: Sequence[str], inside: bool) -> str:
    """A hint for an error that everyone meets sooner or later; `inside` the student's own lines or not."""
    said, missing = str(error), getattr(error, "name", None)
    if isinstance(error, TypeError) and "argument" in said and names and not inside:
        return f"your function is called with ({', '.join(names)}), in this order."
    if type(error) is NameError and missing:
        library = next((name for name, module in (("np", np), ("math", math)) if hasattr(module, missing)), None)
        return f"write {library}.{missing}." if library else f"what is {missing}? Only the function's own arguments " \
                                                             "and the names of the cells that have run are known."
    return next((hint for kind, words, hint in COMMON_ERRORS if isinstance(error, kind) and words in said), "")


def _students_line(error: BaseException, f: Function) -> str:
    """The innermost line of the student's own code on the way to an error."""
    home = _namespace(f)
    frames = zip(traceback.walk_tb(error.__traceback__), traceback.extract_tb(error.__traceback__), strict=True)
    lines = [line for (frame, _), line in frames if frame.f_globals is home]
    return f"\nin line {lines[-1].lineno}: {textwrap.shorten(lines[-1].line or '', 80)}" if lines else ""


# ------------------------------------------------------------------------------------------------ no answer
REPLACE = "Replace the ... in the function, run its cell and then this one."
EMPTY = "The function is empty: write what it returns, run its cell and then this one."


def _require_answer(f: Function, answer: Any, printed: StringIO | None) -> None:
    values = answer if isinstance(answer, (tuple, list)) else [answer]
    if any(value is ... for value in values):
        raise NotAttempted("is not written yet", REPLACE)
    if answer is None:
        _refuse_nothing(f, bool(printed and printed.getvalue()))
    if inspect.isgenerator(answer) or inspect.iscoroutine(answer):
        raise AttemptError("returned a generator", "`yield` hands values on one by one; end with `return …` instead. "
                           "(Round brackets around a `for` make a generator, too: square ones make a list.)")


def _refuse_nothing(f: Function, has_printed: bool) -> None:
    def empty() -> None: ...

    code = getattr(f, "__code__", None)
    is_empty = code is not None and len(code.co_code) <= len(empty.__code__.co_code)
    if is_empty and "..." not in _source(f):
        raise NotAttempted("is empty", EMPTY)
    if is_empty or (code is not None and ... in code.co_consts):
        raise NotAttempted("is not written yet", REPLACE)
    raise AttemptError("returned nothing (None)", "print shows a value, return hands it on: end with `return …`."
                       if has_printed else "does every path through your function end with `return …`?")


def _source(f: Function) -> str:
    """What the student wrote; three dots where that is not known."""
    try:
        return inspect.getsource(f)
    except (OSError, TypeError):
        return "..."
