"""Argument checks say who, what, what was expected and how to mend it; streams are named and independent."""

import math

import numpy as np
import pytest

import labkit as lk
from labkit.checks import (
    Range,
    check_array,
    check_finite,
    check_generator,
    check_int,
    check_table,
    check_type,
    class_labels,
    in_range,
    lookup,
    seeds_of,
    streams,
)
from labkit.settings import Hyperparameter


@pytest.mark.parametrize(("name", "nearest"), [("rleu", "relu"), ("Tanh", "tanh"), ("sigmod", "sigmoid")])
def test_unknown_name_suggests_the_nearest(name, nearest):
    with pytest.raises(ValueError, match=f"Activation: '{name}' is not known; did you mean '{nearest}'"):
        lookup({"relu": 1, "tanh": 2, "sigmoid": 3}, name, "Activation")


def test_unknown_name_without_a_near_one_lists_all():
    with pytest.raises(ValueError, match=r"'xyz' is not known\. Known: relu, tanh\."):
        lookup({"relu": 1, "tanh": 2}, "xyz", "Activation")


@pytest.mark.parametrize(("allowed", "inside", "outside"), [
    (Range(0, 1), [0, 0.5, 1], [-1e-9, 1.1, np.nan]),
    (Range(0, 1, open_low=True), [1e-9, 1], [0]),
    (Range(0, 1, open_high=True), [0, 0.999], [1]),
])
def test_range_ends(allowed, inside, outside):
    assert all(v in allowed for v in inside)
    assert not any(v in allowed for v in outside)


def test_an_infinite_end_is_open():
    assert 1e300 in Range(0, np.inf) and np.inf not in Range(0, np.inf) and -np.inf not in Range(-np.inf, 0)
    assert str(Range(-np.inf, 0)) == "(-∞, 0]"


@pytest.mark.parametrize("value", [np.inf, 10**400, np.nan, np.array(-1.0)])
def test_what_is_no_finite_number_is_out_of_range(value):
    with pytest.raises(ValueError, match=r"f: lr must be in \[0, ∞\), got"):
        in_range("f", "lr", value, Range(0, np.inf))


def test_range_reads_like_mathematics():
    assert str(Range(0, 1, open_low=True)) == "(0, 1]"
    assert str(Range(0, np.inf)) == "[0, ∞)"


@pytest.mark.parametrize("value", ["0.5", None, True, np.True_, [0.5], np.ones(3), 1j])
def test_a_number_must_be_a_number(value):
    with pytest.raises(TypeError, match="keep must be a number"):
        in_range("Dropout", "keep", value, Range(0, 1))


def test_numbers_become_python_floats_and_arrays_keep_their_dtype():
    assert type(in_range("a", "b", np.float64(0.5), Range(0, 1))) is float
    assert in_range("a", "b", np.ones((3, 1), np.float32), Range(0, 1), arrays=True).dtype == np.float32


@pytest.mark.parametrize(("value", "error"), [(0, ValueError), (-3, ValueError), (2.5, TypeError), (True, TypeError)])
def test_whole_numbers(value, error):
    with pytest.raises(error, match="Batches: size"):
        check_int("Batches", "size", value)


class Knobs:
    __slots__ = ("_rate",)
    rate = Hyperparameter(0, 1, open_high=True, fix="Try 0.1.")


def test_hyperparameter_guards_every_assignment():
    knobs = Knobs()
    knobs.rate = 0.5
    with pytest.raises(ValueError, match=r"Knobs: rate must be in \[0, 1\), got 1\.0\. Try 0\.1\."):
        knobs.rate = 1
    assert knobs.rate == 0.5
    with pytest.raises(AttributeError):
        knobs.raet = 0.1
    assert Knobs.rate.range == Range(0, 1, open_high=True)


def test_a_declaration_names_itself_and_knows_where_its_slider_ends():
    rate = Knobs.rate
    assert (rate.name, rate.label, rate.symbol, rate.unit) == ("rate", "rate", "rate", "")
    named = Hyperparameter(0, symbol="λ", unit="s")
    named.__set_name__(Knobs, "weight_decay")
    assert (named.label, named.symbol) == ("λ", "λ")
    assert Hyperparameter(0, 1, limits=(0.1, 0.5)).slider_limits(0.2) == (0.1, 0.5)


@pytest.mark.parametrize("declared, value, limits", [
    (Hyperparameter(0, 1), 0.5, (0, 1)),
    (Hyperparameter(0, 1, log=True), 0.5, (0.0005, 1)),           # a thousandth of the value
    (Hyperparameter(0.01, 1, log=True), 0.5, (0.01, 1)),
    (Hyperparameter(2, math.inf, log=True), 3.0, (2, 3000)),
    (Hyperparameter(0, math.inf, log=True), 3.0, (0.003, 3000)),
    (Hyperparameter(0, math.inf), 0.5, (0, 10.5)),                 # ten to either side
    (Hyperparameter(-math.inf, math.inf), 3.0, (-27, 33)),
    (Hyperparameter(0, 1, open_low=True, open_high=True), 0.5, (0.001, 0.999)),
])
def test_where_a_slider_ends(declared, value, limits):
    assert declared.slider_limits(value) == pytest.approx(limits)


def test_an_array_of_whole_numbers_becomes_floats_where_arrays_are_taken():
    assert in_range("f", "x", np.array([0, 1]), Range(0, 1), arrays=True).dtype == np.float32


@pytest.mark.parametrize("range_", [(0, 1), (0, math.inf), (-math.inf, math.inf), (-5, 5), (2, math.inf)])
@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("open_ends", [{}, {"open_low": True}, {"open_high": True}])
def test_every_declaration_has_limits_for_a_slider(range_, log, open_ends):
    """They are finite, allowed, and hold the value."""
    setting = Hyperparameter(*range_, log=log, **open_ends)
    for value in {0.5, 3.0, 1e-4, 20.0}:
        if value in setting.range and not (value < 0.01 and open_ends):
            low, high = setting.slider_limits(value)
            assert low <= value <= high and low < high and (low > 0 or not log)
            assert np.isfinite([low, high]).all() and low in setting.range and high in setting.range


@pytest.mark.parametrize("value, came", [(lk.SGD, "the class SGD"), (3, "3"), ("x" * 500, "'" + "x" * 99 + ".")])
def test_a_wrong_type_says_what_came(value, came):
    with pytest.raises(TypeError, match=f"Run: f must be a function, got {came}"):
        check_type("Run", "f", value, type(len), "a function")


def test_finite_says_how_many_and_where():
    x = np.ones((3, 2))
    x[1, 1] = np.nan
    x[2, 0] = np.inf
    with pytest.raises(ValueError, match=r"x has 2 entries that are NaN or infinite, the first at index \(1, 1\)"):
        check_finite("PCA", "x", x)


def test_table_of_names_the_expected_shape():
    with pytest.raises(ValueError, match=r"PCA: x has shape \(3,\); expected \(examples, features\)"):
        check_table("PCA", np.ones(3))
    with pytest.raises(ValueError, match=r"expected \(examples, 4\)"):
        check_table("PCA", np.ones((3, 2)), 4)


@pytest.mark.parametrize("labels", [[0, 3], [-1, 0]])
def test_labels_out_of_range(labels):
    with pytest.raises(ValueError, match="expected 0 to 2"):
        class_labels("loss", np.array(labels), 3)


def test_labels_must_be_whole_numbers():
    with pytest.raises(ValueError, match="dtype float64"):
        class_labels("loss", np.array([0.0, 1.0]))


def test_streams_repeat_and_differ():
    first, again, other = streams(3), streams(3), streams(4)
    draws = [g.random(4) for g in first]
    for mine, same, foreign in zip(draws, again, other, strict=True):
        np.testing.assert_array_equal(mine, same.random(4))
        assert not np.array_equal(mine, foreign.random(4))
    assert len({d[0] for d in draws}) == len(draws)


def test_using_one_stream_leaves_the_others_alone():
    used, fresh = streams(0), streams(0)
    used.dropout.random(1000)
    assert used.data.random() == fresh.data.random()


def test_seeds_of_replicas():
    assert seeds_of(5, None) == [5]
    assert seeds_of(5, 3) == [5, 6, 7]
    assert seeds_of([2, 2], None) == [2, 2]
    with pytest.raises(ValueError, match="2 seeds for 3 replicas"):
        seeds_of([1, 2], 3)


@pytest.mark.parametrize(("x", "dtype"), [
    ([1, 2], np.float64),
    ([True, False], np.float64),
    (np.array([1.0, 2.0], object), np.float64),
    (np.ones(2, np.float16), np.float32),
    (np.ones(2, np.float32), np.float32),
    (np.ones(2, np.longdouble), np.float64),
])
def test_an_array_keeps_its_float_type_and_whole_numbers_lose_no_digit(x, dtype):
    got = check_array("f", x, "(n,)")
    assert got.dtype == dtype and np.array_equal(got, np.asarray(x, dtype))
    assert check_array("f", [1_700_000_060], "(n,)")[0] == 1_700_000_060


@pytest.mark.parametrize(("x", "axes", "error", "message"), [
    (["1"], "(n,)", TypeError, "f: y is no array of real numbers"),
    (None, "(n,)", TypeError, "f: y is no array of real numbers"),
    ([[1, 2], [3]], "(n,)", TypeError, "f: y is no array of real numbers"),
    ([1j], "(n,)", TypeError, "f: y is no array of real numbers"),
    (np.ma.array([1, 2], mask=[0, 1]), "(n,)", TypeError, r"f: y has masked entries; fill them in, x\.filled\(0\)"),
    (3.0, "(n,)", ValueError, r"f: y has shape \(\); expected \(n,\)"),
    ([[1.0]], "(n,)", ValueError, r"f: y has shape \(1, 1\); expected \(n,\)"),
    ([1.0], "(k, n, …)", ValueError, r"f: y has shape \(1,\); expected \(k, n, …\)"),
    ([np.nan], "(n,)", ValueError, r"f: y has 1 entries that are NaN"),
])
def test_what_is_no_array_of_numbers_is_refused(x, axes, error, message):
    with pytest.raises(error, match=message):
        check_array("f", x, axes, name="y")


def test_more_axes_are_welcome_where_the_expectation_has_dots():
    for shape in [(2, 3), (2, 3, 4)]:
        assert check_array("f", np.zeros(shape), "(k, n, …)").shape == shape


def test_a_seed_is_no_generator():
    with pytest.raises(TypeError, match=r"f: rng must be a NumPy random generator, got 0; write np\.random"):
        check_generator("f", 0)


@pytest.mark.parametrize("seed", [[[1, 2]], [], "12", 2.5])
def test_seeds_of_replicas_stand_in_one_row(seed):
    with pytest.raises(TypeError, match="seeds: seed must be a whole number, or a list with one for each replica"):
        seeds_of(seed, None)
