"""The checks of the exercises: what any of them must accept, refuse and say."""

import inspect
import io
import math
from contextlib import redirect_stdout
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit import exercises
from labkit.course import EXERCISES, check, examine
from labkit.exercises import Exercise, by_differences

X = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]])
EVERY_MISTAKE = [pytest.param(name, hint, wrong, id=f"{name}: {hint[:40]}")
                 for name, exercise in EXERCISES.items() for hint, wrong in exercise.mistakes.items()]


def columns_mean(x):
    return x.mean(axis=0)


MEAN = Exercise(reference=columns_mean, cases=[(X,), (np.arange(35.0).reshape(7, 5) ** 2,)], tested="two tables.",
                mistakes={"axis 0 runs over the examples.": lambda x: x.mean(axis=1)})


@pytest.fixture
def judge():
    """judge(exercise, f): the verdict of a made-up exercise."""
    return partial(exercises.examine, "99-made-up")


def shown(name, f):
    out = io.StringIO()
    with redirect_stdout(out):
        assert check(name, f) is None
    return out.getvalue()


# ------------------------------------------------------------------------------------------------ every exercise
@pytest.mark.parametrize("name", EXERCISES)
def test_the_reference_is_right(name):
    verdict = examine(name, EXERCISES[name].reference)
    assert verdict.status == "right" and verdict.hint == ""
    assert verdict.text.startswith(f"✓ {name}: ")


@pytest.mark.parametrize(("name", "hint", "wrong"), EVERY_MISTAKE)
def test_every_named_mistake_gets_its_own_hint(name, hint, wrong):
    verdict = examine(name, wrong)
    assert (verdict.status, verdict.hint) == ("wrong", hint)
    rows = [line[:10].strip() for line in verdict.text.splitlines()]
    assert rows[0].startswith(f"✗ {name[:3]}") and {"inputs", "expected", "yours"} < set(rows)
    assert "\n  hint: " in verdict.text


@pytest.mark.parametrize("name", EXERCISES)
def test_an_untouched_stub_is_open(name):
    arguments = ", ".join(inspect.signature(EXERCISES[name].reference).parameters)
    first = arguments.split(", ")[0]
    bodies = ("...", "return ...", "pass", '"""What to do."""', "raise NotImplementedError", "V = ...",
              "V = ...\n    return V", "a = ...\n    return np.sqrt(a)", "return 2.0 * ...", "return (...).copy()",
              "return np.zeros((3, 4)) * ...", f"half = ...\n    return {first}, half",
              'print("so far")\n    return ...')
    for body in bodies:
        scope = {"np": np}
        exec(f"def stub({arguments}):\n    {body}\n", scope)
        assert examine(name, scope["stub"]).status == "open", body
    assert shown(name, scope["stub"]).startswith(f"○ {name}: not attempted yet.")


def nasty(x):
    """A function of any arguments that gives x."""
    return lambda *args: x


def scribble(*args):
    for a in args:
        if isinstance(a, np.ndarray):
            a[:] = np.nan
    return args[0]


def endless(*args):
    return endless(*args)


def leave(*args):
    raise SystemExit


UNEXPECTED = [
    *map(nasty, ["text", b"bytes", object(), {"a": 1}, {1, 2}, print, 1j, float("nan"), float("inf"), True, 0, (1, 2)]),
    *map(nasty, [[], [[1], [1, 2]], np.zeros((0, 3)), np.array(["a"]), np.array([None]), np.ones((2, 3, 4)),
                 np.datetime64("2020-01-01")]),
    scribble, endless, leave, lambda: 0, lambda *args: args, lambda *args: args[9], lambda *args: 1 // 0,
    np.sqrt, int, dict, lambda *args: iter(args), lambda *args: np.zeros(2) + np.zeros(3)]


@pytest.mark.parametrize("name", EXERCISES)
def test_nothing_a_student_writes_can_break_a_check(name):
    for f in UNEXPECTED:
        text = shown(name, f)
        assert text.startswith(f"✗ {name}\n"), f
        assert "0x" not in text and max(map(len, text.splitlines())) <= 120 and len(text.splitlines()) <= 12, f
        assert text == shown(name, f), f


# ------------------------------------------------------------------------------------------------ the entrance
def test_an_unknown_name_is_answered_with_the_nearest_one():
    assert "'03-xaver' is not known; did you mean '03-xavier'?" in shown("03-xaver", math.sqrt)
    with pytest.raises(ValueError, match="did you mean '03-he'"):
        examine("03-hee", math.sqrt)


@pytest.mark.parametrize("arguments", [("03-he", 0.07), (math.sqrt, "03-he"), (3, math.sqrt), ("03-he", None)])
def test_what_is_not_a_name_and_a_function_is_answered_with_the_right_call(arguments):
    assert 'check("03-xavier", xavier_std)' in shown(*arguments)
    with pytest.raises(TypeError, match="without calling it"):
        examine(*arguments)


# ------------------------------------------------------------------------------------------------ recognisers
@pytest.mark.parametrize(("f", "words"), [
    (lambda x: x.mean(axis=1), ["axis 0 runs over the examples"]),
    (lambda x: x.mean(), ["array of shape (3,) is expected", "single number"]),
    (lambda x: x.mean(axis=0, keepdims=True), ["(1, 3)", "keepdims"]),
    (lambda x: np.ones(4), ["shape (3,) is expected", "(4,)"]),
    (lambda x: x.mean(axis=0).astype(int), ["int64", "fractions"]),
    (lambda x: x.mean(axis=0) / 0, ["NaN or infinity in 3 of 3"]),
    (lambda x: x.sum(axis=0), ["x.shape[0] times"]),
    (lambda x: x.mean(axis=0) / len(x), ["1/x.shape[0] times"]),
    (lambda x: -x.mean(axis=0), ["−1 times"]),
    (lambda x: x.mean(axis=0) * math.sqrt(2), ["√2 times"]),
    (lambda x: x.mean(axis=0) / math.sqrt(x.shape[1]), ["1/√(x.shape[1]) times"]),
    (lambda x: x.mean(axis=0) * math.sqrt(0.5), ["1/√2 times"]),
    (lambda x: 0.3 * x.mean(axis=0), ["0.3 times"]),
    (lambda x: 0 * x.mean(axis=0), ["zero everywhere"]),
    (lambda x: x.mean(axis=0) ** 2, ["the square of"]),
    (lambda x: "mean", ["numbers are expected"]),
    (lambda x: (x.mean(axis=0), 1), ["one value"]),
    (lambda x: [[1, 2], [3]], ["one length"]),
    (lambda x: print("mean:", x.mean(axis=0)), ["print shows", "return"]),
    (lambda x: x.sort(), ["every path", "return"]),
    (lambda x, axis: x.mean(axis), ["called with (x)"]),
])
def test_generic_recognisers(judge, f, words):
    verdict = judge(MEAN, f)
    assert verdict.status == "wrong"
    assert all(word in verdict.hint for word in words), verdict.text


def test_a_transposed_answer_is_recognised_in_a_square_too(judge):
    def outer(a):
        return np.outer(a, a + 1)

    square = Exercise(reference=outer, cases=[(np.arange(3.0),), (np.arange(5.0),)], tested="")
    assert "transpose" in judge(square, lambda a: outer(a).T).hint
    table = Exercise(reference=lambda a: np.outer(a, a[1:]), cases=[(np.arange(3.0),)], tested="")
    assert "transposed" in judge(table, lambda a: np.outer(a[1:], a)).hint


@settings(deadline=None, max_examples=50)
@given(st.floats(-1e3, 1e3).filter(lambda c: abs(c) > 1e-3 and abs(c - 1) > 0.02))
def test_any_constant_factor_is_named(c):
    hint = exercises.examine("99-factor", MEAN, lambda x: c * x.mean(axis=0)).hint
    assert hint.endswith("times the expected one.")


def test_factors_are_named_after_the_whole_numbers_among_the_inputs(judge):
    share = Exercise(reference=lambda x, n: x / n, cases=[(1.5, 7), (2.5, 3)], tested="")
    assert judge(share, lambda x, n: x).hint == "your result is n times the expected one."


def test_fractions_that_a_whole_number_cannot_hold_are_noticed(judge):
    half = Exercise(reference=lambda x: x / 2, cases=[(3.0,), (5.0,)], tested="")
    assert "fractions are lost" in judge(half, lambda x: np.int64(x // 2)).hint


def test_a_relation_that_fails_in_one_case_is_not_named(judge):
    assert judge(MEAN, lambda x: x.mean(axis=0) * (2 if len(x) == 2 else 3)).hint == ""


def test_the_first_difference_of_a_large_answer_is_shown(judge):
    def double(x):
        return 2 * x

    def slip(x):
        y = 2 * x
        y[3, 1] += 1
        return y

    text = judge(Exercise(reference=double, cases=[(np.ones((5, 4)),)], tested=""), slip).text
    assert "inputs    x = an array of shape (5, 4)" in text
    assert "expected  2 at [3, 1] of (5, 4)" in text
    assert "yours     3 at [3, 1] of (5, 4)" in text


def test_an_error_shows_the_students_line_and_no_traceback():
    def xavier(n_in, n_out):
        n = n_in + n_out
        return squareroot(2 / n)                                                                   # noqa: F821

    text = examine("03-xavier", xavier).text
    assert "raised NameError: name 'squareroot' is not defined" in text
    line = inspect.getsourcelines(xavier)[1] + 2
    assert f"in line {line}: return squareroot(2 / n)" in text
    assert "Traceback" not in text


@pytest.mark.parametrize(("wrong", "hint"), [
    (lambda rng, n_in, n_out: rng.standard_normal(n_in, n_out), "one tuple"),
    (lambda rng, n_in, n_out: sqrt(2 / n_in) * rng.standard_normal((n_in, n_out)), "write np.sqrt"),  # noqa: F821
    (lambda rng, n_in: rng.standard_normal(n_in), "called with (rng, n_in, n_out)"),
])
def test_an_error_that_everyone_meets_earns_a_hint(wrong, hint):
    assert hint in examine("03-he", wrong).text


def test_of_nested_calls_the_innermost_line_of_the_student_is_shown():
    def helper(n):
        return 1 / (n - n)

    def xavier(n_in, n_out):
        return helper(n_in) + n_out

    assert ": return 1 / (n - n)" in examine("03-xavier", xavier).text


def test_an_error_about_an_index_with_dots_is_no_stub(judge):
    assert "raised IndexError" in judge(MEAN, lambda x: x[..., ...]).text


def test_prints_inside_a_wrong_function_are_shown(judge):
    def f(x):
        print("x has", len(x), "rows")
        return x

    assert "printed   x has 2 rows\n            x has 7 rows" in judge(MEAN, f).text


# ------------------------------------------------------------------------------------------------ honest calls
def test_a_changed_input_is_refused_even_if_the_answer_is_right(judge):
    def careless(x):
        mean = x.mean(axis=0)
        x -= mean
        return mean

    verdict = judge(MEAN, careless)
    assert "changed its input x in place" in verdict.text and "x.copy()" in verdict.hint
    nested = Exercise(reference=lambda state: state["v"] + 1, cases=[({"v": np.zeros(2)},)], tested="")

    def careless_with_state(state):
        state["v"] += 1
        return state["v"]

    assert "changed its input state" in judge(nested, careless_with_state).text


def test_every_call_gets_fresh_arguments(judge):
    x, rng = np.ones(3), np.random.default_rng(0)
    state = rng.bit_generator.state
    exercise = Exercise(reference=lambda x, rng: rng.random(3) * x, cases=[(x, rng)] * 2, tested="")
    assert judge(exercise, exercise.reference).status == "right"
    judge(exercise, scribble)
    assert np.array_equal(x, np.ones(3)) and rng.bit_generator.state == state


def test_random_numbers_must_come_from_the_given_generator(judge):
    draws = Exercise(reference=lambda rng, n: rng.random(n), cases=[(np.random.default_rng(0), 50)], tested="",
                     view=lambda answer, rng, n: {"inside": bool(np.all((answer >= 0) & (answer < 1)))})
    assert judge(draws, lambda rng, n: rng.uniform(0, 1, n)).status == "right"
    assert "none from np.random" in judge(draws, lambda rng, n: np.random.random(n)).hint          # noqa: NPY002
    assert "none from np.random" in judge(draws, lambda rng, n: np.random.default_rng().random(n)).hint
    assert "seeded inside" in judge(draws, lambda rng, n: np.random.default_rng(0).random(n)).hint
    assert judge(draws, lambda rng, n: 1 + rng.random(n)).text.count("inside: ") == 2
    assert judge(draws, lambda rng, n: [rng.random(), object()]).hint == "numbers are expected."


def test_of_many_right_answers_none_is_given_away(judge):
    draws = Exercise(reference=lambda rng, n: rng.random(n), cases=[(np.random.default_rng(0), 3)], tested="",
                     view=lambda answer, rng, n: {"ascending": bool(np.all(np.diff(answer) > 0))})
    text = judge(draws, lambda rng, n: rng.random(n + 1)).text
    assert "inputs    n = 3\n" in text and "expected  an array of shape (3,)\n" in text


# ------------------------------------------------------------------------------------------------ other exercises
def momentum(theta, g, v):
    v = 0.9 * v + g(theta)
    return theta - 0.1 * v, v


def ten_steps(step, theta, g):
    v = np.zeros_like(theta)
    for _ in range(10):
        theta, v = step(theta, g, v)
    return theta, v


def bowl(theta):
    return theta * np.array([1.0, 4.0])


def plain(theta, g, v):
    return theta - 0.1 * g(theta), v


TRAJECTORY = Exercise(reference=momentum, cases=[(np.array([1.0, -1.0]), bowl)], tested="ten steps.",
                      use=ten_steps, returns=("theta", "v"), mistakes={"the velocity never changes.": plain})


def test_a_function_may_be_used_for_many_steps(judge):
    assert judge(TRAJECTORY, momentum).text == "✓ 99-made-up: ten steps."
    verdict = judge(TRAJECTORY, plain)
    assert verdict.hint == "the velocity never changes."
    assert "inputs    theta = [1, -1], g = bowl" in verdict.text and "expected  theta: [" in verdict.text
    assert judge(TRAJECTORY, lambda theta, g, v: ...).status == "open"
    assert judge(TRAJECTORY, lambda theta, g, v: (..., ...)).status == "open"
    assert "called with (theta, g, v)" in judge(TRAJECTORY, eval("lambda theta, v: (theta, v)")).hint
    assert "return" in judge(TRAJECTORY, lambda theta, g, v: print(theta)).hint
    verdict = judge(TRAJECTORY, eval("lambda theta, g, v: 0.5"))
    assert "returned 1 value" in verdict.text and verdict.hint == "return theta, v."


def test_several_values_are_compared_by_name(judge):
    both = Exercise(reference=lambda x: (x.mean(0), x.std(0)), cases=[(X,)], tested="", returns=("mean", "std"))
    assert judge(both, lambda x: [x.mean(0), x.std(0)]).status == "right"
    assert "expected  std: " in judge(both, lambda x: (x.mean(0), x.var(0))).text
    assert "the square of" in judge(both, lambda x: (x.mean(0), x.var(0))).hint
    assert judge(both, lambda x: x.mean(0)).hint == "return mean, std."
    assert judge(both, lambda x: (x, x, x)).hint == "return mean, std."


def test_float64_for_float32_is_right(judge):
    half = Exercise(reference=lambda x: x / 2, cases=[(np.ones(3, np.float32),)], tested="halves.")
    assert judge(half, lambda x: x * np.float64(0.5)).text == "✓ 99-made-up: halves."


def test_the_tolerance_is_relative_to_the_largest_entry(judge):
    exact = Exercise(reference=lambda x: x, cases=[(np.array([0.0, 1.0]),)], tested="")
    assert judge(exact, lambda x: x + np.array([5e-7, 5e-5])).status == "right"
    assert judge(exact, lambda x: x + np.array([5e-6, 0.0])).status == "wrong"
    assert judge(exact, lambda x: x + np.array([0.0, 5e-4])).status == "wrong"
    loose = Exercise(reference=lambda x: x, cases=exact.cases, tested="", atol=0.1)
    assert judge(loose, lambda x: x + 0.09).status == "right"
    assert judge(loose, lambda x: x + 0.11).status == "wrong"


@pytest.mark.parametrize("x", [np.array([-2.0, 0.3, 1.5]), np.array([[0.2, -0.4], [1.0, 3.0]])])
def test_gradients_by_differences_equal_the_textbook(x):
    dy = np.cos(x)
    backward = by_differences(lambda dy, x: (dy * np.tanh(x)).sum(), at=1)
    assert np.allclose(backward(dy, x), dy / np.cosh(x) ** 2, atol=1e-9)
    assert list(inspect.signature(backward).parameters) == ["dy", "x"]


def test_differences_serve_as_the_reference_of_a_gradient(judge):
    reference = by_differences(lambda dy, x: (dy * np.tanh(x)).sum(), at=1)
    slope = Exercise(reference=reference, cases=[(np.sin(X), X / 3)], tested="")
    assert judge(slope, lambda dy, x: dy * (1 - np.tanh(x) ** 2)).status == "right"
    assert judge(slope, lambda dy, x: dy * (1 - np.tanh(x))).status == "wrong"
