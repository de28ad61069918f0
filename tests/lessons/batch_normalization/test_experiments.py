"""One unit under batch norm, held against the formulas; what is said of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.lessons.batch_normalization.experiments import HOME, MEAN, STD, batch_noise, in_steep_part, skewness, unit


@given(st.floats(-6, 6), st.floats(-2, 3), st.floats(-4, 4), st.integers(2, 40))
def test_training_normalises_by_the_batch_itself(point, gamma, beta, m):
    u = unit(point, gamma, beta, "identity", "training", m=m)
    assert len(u.x) == m and u.x[-1] == point
    assert u.mean == pytest.approx(np.mean(u.x)) and u.std == pytest.approx(np.std(u.x))
    assert u.x_hat * np.sqrt(u.std**2 + 1e-5) + u.mean == pytest.approx(u.x)
    assert u.y == pytest.approx(gamma * u.x_hat + beta) and np.array_equal(u.h, u.y)


@given(st.floats(-6, 6), st.integers(2, 40))
def test_evaluation_takes_every_example_on_its_own(point, m):
    u = unit(point, 1.0, 0.0, "tanh", "evaluation", m=m)
    assert u.x_hat == pytest.approx((u.x - MEAN) / STD, abs=1e-4)
    assert u.h == pytest.approx(np.tanh(u.y))
    assert u.moved == (abs(point - HOME) / STD > 1e-3)


def test_in_training_one_point_moves_all():
    assert unit(5.0, 1.0, 0.0, "relu", "training").moved == 12
    assert unit(HOME, 1.0, 0.0, "relu", "training").moved == 0
    assert unit(5.0, 0.0, 2.0, "relu", "training").moved == 0  # γ = 0 forgets the input


def test_the_batch_that_was_not_dragged_is_the_same_at_every_point():
    one, other = (unit(p, 2.0, 1.0, "sigmoid", "training") for p in (-3.0, 4.0))
    for a, b in zip(one.stayed, other.stayed, strict=True):
        assert np.array_equal(a, b)
    assert np.array_equal(one.x[:-1], other.x[:-1]) and one.stayed[0][-1] == HOME


def test_steep_parts():
    y = np.array([-3.0, -1.7, 0.5, 1.8, 9.0])
    assert in_steep_part("sigmoid", y).tolist() == [False, True, True, False, False]
    assert in_steep_part("relu", y).tolist() == [False, False, True, True, True]
    assert in_steep_part("identity", y).all()
    assert unit(HOME, 1.0, -4.0, "relu", "training").steep == 0


def test_batch_norm_leaves_the_skew():
    x = np.random.default_rng(0).exponential(size=200_000)
    assert skewness(x) == pytest.approx(2, abs=0.1)
    assert skewness(3 * (x - x.mean()) / x.std() + 1) == pytest.approx(skewness(x))
    assert skewness(-x) == pytest.approx(-skewness(x))


@pytest.mark.parametrize("value", [0.0, 1.0, 2.0])
def test_the_noise_of_a_batch_follows_its_law(value):
    rng, sizes = np.random.default_rng(1), [128, 512]
    measured = []
    for m in sizes:
        x = rng.standard_normal((3000, m))
        x[:, 0] = value
        measured.append(((value - x.mean(axis=1)) / x.std(axis=1)).std())
    assert measured == pytest.approx(batch_noise(value, sizes), rel=0.12)


@pytest.mark.parametrize(("values", "message"), [
    ({"mode": "trainning"}, "training"), ({"activation": "rleu"}, "relu"), ({"m": 1}, "at least 2"),
    ({"point": np.inf}, "point"),
])
def test_bad_values_are_named(values, message):
    settings = {"point": 1.0, "gamma": 1.0, "beta": 0.0, "activation": "relu", "mode": "training"} | values
    with pytest.raises(ValueError, match=message):
        unit(**settings)


def test_nothing_has_no_skewness():
    with pytest.raises(ValueError, match="skewness: x has shape"):
        skewness([])
