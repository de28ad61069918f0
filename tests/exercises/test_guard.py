"""A student's function made safe to call: what it may do, and in which words that is told."""

import contextlib
import io
import itertools
import sys
from functools import partial

import numpy as np
import pytest

from labkit.exercises import AttemptError, guarded
from labkit.exercises.answers import array_of
from labkit.exercises.guard import NotAttempted

can_count_lines = pytest.mark.skipif(sys.gettrace() is not None, reason="something else is tracing")


def said(f, *args, **settings):
    """What is told when f(*args) gives no answer."""
    with pytest.raises(AttemptError) as caught:
        guarded(f, **settings)(*args)
    return str(caught.value)


# ------------------------------------------------------------------------------------------------ answers
def test_what_is_not_finite_is_refused_where_that_is_asked_for():
    assert np.isnan(array_of([1, np.nan], (2,))).tolist() == [False, True]
    for value, said_so in ((np.nan, "returned NaN for y"), (np.inf, "returned an infinite number for y")):
        with pytest.raises(AttemptError, match=said_so):
            array_of([1, value], (2,), "y", finite=True)


@pytest.mark.parametrize(("f", "args", "answer"), [
    (lambda x: x + 1, (2,), 3), (np.sqrt, (4.0,), 2.0), (partial(lambda a, b: a - b, 5), (2,), 3), (int, ("7",), 7),
    (lambda: (1, 2), (), (1, 2)), (lambda x: 0, (1,), 0), (lambda x: [], (1,), []), ("a-b".split, ("-",), ["a", "b"])])
def test_an_answer_passes_through(f, args, answer):
    assert guarded(f)(*args) == answer


def test_what_it_prints_is_shown_or_caught():
    caught, shown = io.StringIO(), io.StringIO()
    guarded(lambda: print("in") or 1, printed=caught)()
    with contextlib.redirect_stdout(shown):
        guarded(lambda: print("out") or 1)()
    assert caught.getvalue() == "in\n" and shown.getvalue() == "out\n"


def test_it_keeps_the_name_and_the_parameters():
    def soft(theta, t):
        return theta

    assert guarded(soft).__name__ == "soft" and guarded(soft).__wrapped__ is soft


# ------------------------------------------------------------------------------------------------ no answer
def helper(x):
    return 1 / (x - x)


def without_return(x):
    x = x + 1


def unset(x):
    if x > 5:
        best = x
    return best


def inward(x):
    return inward(x)


@pytest.mark.parametrize(("f", "words"), [
    (lambda x: helper(x), ["raised ZeroDivisionError", "in line", "return 1 / (x - x)"]),
    (without_return, ["returned nothing (None)", "every path"]),
    (lambda x: print(x), ["returned nothing (None)"]),
    (lambda x: sqrt(x), ["raised NameError", "write np.sqrt"]),                                     # noqa: F821
    (lambda x: factorial(x), ["raised NameError", "write math.factorial"]),                         # noqa: F821
    (lambda x: gamma_of_x, ["raised NameError", "what is gamma_of_x?"]),                            # noqa: F821
    (unset, ["raised UnboundLocalError", "before the loop or the if"]),
    (inward, ["raised RecursionError", "calls itself"]),
    (lambda x: sys.exit(), ["raised SystemExit", "exit()"]),
    (lambda x: next(iter([])), ["raised StopIteration", "for loop"]),
    (lambda x: (yield x), ["returned a generator", "return"]),
    (lambda x: (i for i in range(x)), ["returned a generator", "square"]),
    (lambda x: x + None, ["raised TypeError", "None"]),
    (lambda x: x(2), ["raised TypeError", "a * is missing"]),
    (lambda x: [1, 2].mean(), ["raised AttributeError", "np.array"]),
    (lambda x: max(np.zeros(3), 0), ["raised ValueError", "np.maximum"]),
    (lambda x: np.zeros((2, 3)) @ np.zeros((2, 3)), ["raised ValueError", ".shape"]),
])
def test_what_happened_is_told_in_the_students_words(f, words):
    text = said(f, 3)
    assert text.startswith("your function ") and all(word in text for word in words), text


def test_called_with_other_arguments_it_says_which_ones_come():
    assert "called with (x, y), in this order" in said(lambda x: x, 1, 2, names=("x", "y"))
    assert "called with" not in said(lambda x: x, 1, 2)


def stub(x):
    ...


def stub_with_value(x):
    best = ...
    return best


def empty(x):
    pass


def bare_return(x):
    return


@pytest.mark.parametrize(("f", "words"), [(stub, "Replace the ..."), (stub_with_value, "Replace the ..."),
                                          (lambda x: x * ..., "Replace the ..."), (empty, "is empty"),
                                          (bare_return, "is empty")])
def test_a_stub_is_told_apart_from_an_empty_function(f, words):
    with pytest.raises(NotAttempted, match=words):
        guarded(f)(1)


# ------------------------------------------------------------------------------------------------ no end
def for_ever(x):
    while True:
        x = x + 1


def for_ever_on_one_line(x):
    while True: pass                                                                               # noqa: E701


def for_ever_inside(x):
    return sum(for_ever(i) for i in range(x))


def counts_for_ever(x):
    for i in itertools.count():
        if i < 0:
            return i


def deaf(x):
    while x:
        with contextlib.suppress(Exception):
            x += 1


@can_count_lines
@pytest.mark.parametrize("f", [for_ever, for_ever_on_one_line, for_ever_inside, counts_for_ever, deaf])
def test_a_loop_without_an_end_ends(f):
    text = said(f, 3, lines=10_000)
    assert "did not come to an end\nin line " in text and "condition" in text
    assert sys.gettrace() is None


@can_count_lines
def test_the_budget_counts_lines_of_the_notebook_and_calls():
    def loops(n):
        total = 0
        for _ in range(n):
            total += 1
        return total

    assert guarded(loops, lines=4_000)(1000) == 1000
    assert "end" in said(loops, 1000, lines=1_900)
    assert guarded(loops, lines=0)(1000) == 1000
    assert "end" in said(lambda n: [abs_of(i) for i in range(n)], 2000, lines=1_000)


def abs_of(x):
    return abs(x)


def test_under_a_debugger_nothing_is_counted():
    def trace(frame, event, arg):
        return None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        assert guarded(lambda n: sum(1 for _ in range(n)), lines=5)(100) == 100
        assert sys.gettrace() is trace
    finally:
        sys.settrace(before)


def test_an_interrupt_passes_through():
    def interrupted(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        guarded(interrupted)(1)
