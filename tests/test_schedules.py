"""Schedules against their closed forms: both ends, the corners, and the direction in between."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit import schedules as s

TOTALS = st.integers(1, 5000)


def multipliers(schedule, total):
    return np.array([schedule(t) for t in range(total + 1)])


@pytest.mark.parametrize("name", s.SCHEDULES)
@pytest.mark.parametrize("total", [2, 7, 1000])
def test_every_schedule_gives_plain_floats_between_0_and_1_and_stays_put_after_the_run(name, total):
    schedule = s.SCHEDULES[name](total)
    values = [schedule(t) for t in range(total + 3)]
    assert all(type(m) is float and 0 <= m <= 1 for m in values)
    assert max(values) > 0
    assert values[-1] == values[-2] == values[-3]
    assert schedule(np.int64(0)) == values[0]


@pytest.mark.parametrize("name", s.SCHEDULES)
def test_a_schedule_has_no_memory(name):
    schedule = s.SCHEDULES[name](50)
    forwards = [schedule(t) for t in range(51)]
    assert [schedule(t) for t in reversed(range(51))] == forwards[::-1]


@pytest.mark.parametrize("name", ["constant", "step", "exponential", "cosine"])
@given(total=TOTALS)
def test_decays_start_at_the_full_rate_and_never_rise(name, total):
    m = multipliers(s.SCHEDULES[name](total), total)
    assert m[0] == 1
    assert np.all(np.diff(m) <= 0)


def test_constant():
    assert {s.constant(0.3)(t) for t in range(5)} == {0.3}


def test_step_decay_drops_exactly_at_its_milestones():
    m = multipliers(s.step_decay(64_000), 64_000)      # He et al. 2015: 32k and 48k of 64k updates
    assert np.flatnonzero(np.diff(m)).tolist() == [31_999, 47_999]
    np.testing.assert_allclose(m[[0, 32_000, 48_000, 64_000]], [1, 0.1, 0.01, 0.01])


def test_step_decay_with_other_milestones():
    m = multipliers(s.step_decay(10, at=(0.2, 0.4, 0.6), factor=0.5), 10)
    np.testing.assert_allclose(m, [1, 1, 0.5, 0.5, 0.25, 0.25] + 5 * [0.125])


def test_step_decay_is_not_late_by_a_rounding_error():
    assert 0.55 * 100 > 55
    assert s.step_decay(100, at=[0.55])(55) == pytest.approx(0.1)


@given(total=st.integers(2, 500), start=st.floats(1e-6, 10), end=st.floats(1e-6, 10))
def test_exponential_changes_by_one_ratio_and_meets_both_ends(total, start, end):
    m = multipliers(s.exponential(total, start=start, end=end), total)
    np.testing.assert_allclose(m[[0, -1]], [start, end], rtol=1e-12)
    np.testing.assert_allclose(m[1:] / m[:-1], math.exp(math.log(end / start) / total), rtol=1e-9)


@given(total=TOTALS, end=st.floats(0, 1))
def test_cosine_closed_form(total, end):
    m = multipliers(s.cosine(total, end=end), total)
    np.testing.assert_allclose(m[[0, -1]], [1, end], atol=1e-12)
    # half-angle form, written differently from the module: (1 + cos 2a)/2 = cos² a
    np.testing.assert_allclose(m, end + (1 - end) * np.cos(np.linspace(0, np.pi / 2, total + 1)) ** 2, atol=1e-12)


@given(total=TOTALS)
def test_cosine_spends_half_the_constant_budget(total):
    m = multipliers(s.cosine(total), total)
    assert np.trapezoid(m) / total == pytest.approx(0.5, abs=1e-9)


@given(steps=st.integers(1, 300), start=st.floats(0, 1), then=st.sampled_from([0.2, 1.0]))
def test_warm_up_is_a_straight_line_into_the_wrapped_schedule(steps, start, then):
    m = multipliers(s.warm_up(steps, s.constant(then), start=start), steps + 5)
    np.testing.assert_allclose(m[: steps + 1], np.linspace(start, 1, steps + 1) * then, atol=1e-12)
    np.testing.assert_allclose(m[steps:], then)


def test_warm_up_follows_the_wrapped_schedule_from_its_own_beginning():
    warmed, bare = s.warm_up(100, s.cosine(900)), s.cosine(900)
    assert [warmed(100 + t) for t in range(901)] == [bare(t) for t in range(901)]
    assert warmed(0) == pytest.approx(0.1)
    assert warmed(1000) == pytest.approx(0)


def test_the_warm_up_of_the_menu_takes_a_tenth_of_the_run_and_ends_at_zero():
    m = multipliers(s.SCHEDULES["warm_up"](1000), 1000)
    assert np.argmax(m) == 100 and m[100] == 1
    assert m[-1] == pytest.approx(0)


@pytest.mark.parametrize("total", range(1, 30))
def test_the_warm_up_of_the_menu_is_up_after_a_tenth_and_falls_only_then(total):
    m = s.SCHEDULES["warm_up"](total)
    rise = max(1, total // 10)
    assert m(rise) == 1 and all(m(t) < m(t + 1) for t in range(rise))
    assert all(m(t) > m(t + 1) for t in range(rise, total))


@pytest.mark.parametrize("name", s.SCHEDULES)
@pytest.mark.parametrize("total", [0, -3, 2.5, "10", None, True, np.ones(3)])
def test_the_menu_refuses_what_is_no_length_of_a_run(name, total):
    with pytest.raises((ValueError, TypeError), match=r"^\w+: total must be"):
        s.SCHEDULES[name](total)


@pytest.mark.parametrize("name", s.SCHEDULES)
@pytest.mark.parametrize("t", [np.arange(3), "1", None, -1, np.nan])
def test_a_schedule_takes_one_step_at_a_time(name, t):
    with pytest.raises((ValueError, TypeError), match=r"^\w+: t must be"):
        s.SCHEDULES[name](100)(t)


def test_warm_ups_can_be_nested():
    assert s.warm_up(2, s.warm_up(2, s.constant(), start=0.5), start=0.0)(1) == pytest.approx(0.25)


def test_one_cycle_passes_through_its_four_corners_in_straight_lines():
    m = multipliers(s.one_cycle(1000), 1000)
    np.testing.assert_allclose(m[[0, 450, 900, 1000]], [0.1, 1, 0.1, 1e-4])
    np.testing.assert_allclose(np.diff(m[:451]), 0.9 / 450)
    np.testing.assert_allclose(np.diff(m[450:901]), -0.9 / 450)
    np.testing.assert_allclose(np.diff(m[900:]), -0.0999 / 100)


@given(total=st.integers(2, 3000))
def test_one_cycle_goes_up_once_then_only_down(total):
    rise = np.diff(multipliers(s.one_cycle(total), total)) > 0
    assert np.all(np.diff(rise.astype(int)) <= 0)


def test_piecewise_joins_the_points_and_is_level_outside_them():
    drawn = s.piecewise([10, 20, 40], [1.0, 3.0, 2.0])
    assert [drawn(t) for t in (0, 10, 15, 20, 30, 40, 99)] == [1, 1, 2, 3, 2.5, 2, 2]


@pytest.mark.parametrize("call, message", [
    (lambda: s.cosine(0), r"cosine: total must be at least 1, got 0\."),
    (lambda: s.step_decay(-3), r"step_decay: total must be at least 1, got -3\."),
    (lambda: s.one_cycle(0), r"one_cycle: total must be at least 1"),
    (lambda: s.exponential(0), r"exponential: total must be at least 1"),
    (lambda: s.warm_up(0, s.constant()), r"warm_up: steps must be at least 1"),
    (lambda: s.constant(-1.0), r"constant: value must be in \[0, ∞\), got -1\.0"),
    (lambda: s.constant(math.nan), r"constant: value must be in"),
    (lambda: s.cosine(10, end=1.5), r"cosine: end must be in \[0, 1\], got 1\.5\."),
    (lambda: s.exponential(10, end=0.0), r"exponential: end must be in \(0, .*got 0\.0\. An exponential never reaches"),
    (lambda: s.exponential(10, start=0.0), r"exponential: start must be in \(0"),
    (lambda: s.step_decay(10, at=(0.5, 1.5)), r"step_decay: at must be in \[0, 1\], got 1\.5"),
    (lambda: s.step_decay(10, factor=0.0), r"step_decay: factor must be in \(0, 1\]"),
    (lambda: s.step_decay(10, factor=2.0), r"step_decay: factor must be in \(0, 1\]"),
    (lambda: s.warm_up(10, s.constant(), start=-0.1), r"warm_up: start must be in \[0, 1\]"),
    (lambda: s.one_cycle(10, start=2.0), r"one_cycle: start must be in \[0, 1\]"),
    (lambda: s.one_cycle(10, end=2.0), r"one_cycle: end must be in \[0, 1\]"),
    (lambda: s.one_cycle(10, cycle=1.0), r"one_cycle: cycle must be in \(0, 1\)"),
    (lambda: s.piecewise([0, 1], [1.0]), r"piecewise: steps has shape \(2,\) and values \(1,\)"),
    (lambda: s.piecewise([], []), r"at least one point"),
    (lambda: s.piecewise([0, 0], [1.0, 2.0]), r"piecewise: steps must rise strictly, got \[0\.0, 0\.0\]"),
    (lambda: s.piecewise([0, 1], [1.0, -2.0]), r"piecewise: values must be finite and not negative"),
    (lambda: s.piecewise([0, 1], [1.0, math.inf]), r"piecewise: values must be finite"),
    (lambda: s.piecewise([0, 1], [1.0, math.nan]), r"piecewise: values must be finite"),
])
def test_bad_numbers_are_refused_with_the_expectation(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("call, message", [
    (lambda: s.cosine(10.5), r"cosine: total must be a whole number, got 10\.5\."),
    (lambda: s.cosine(True), r"cosine: total must be a whole number, got True"),
    (lambda: s.warm_up(10, 0.5), r"warm_up: then must be a schedule, got 0\.5\. For example"),
    (lambda: s.constant("1"), r"constant: value must be a number, got '1'\."),
])
def test_bad_types_are_refused_with_the_expectation(call, message):
    with pytest.raises(TypeError, match=message):
        call()
