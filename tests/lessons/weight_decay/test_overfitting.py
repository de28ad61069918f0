"""Polynomials against NumPy's own, the noisy pictures against a restatement, confidence against the closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.datasets import fashion_mnist
from labkit.lessons.weight_decay.experiments.overfitting import (
    LAMS,
    downsample_2x,
    fit_polynomial,
    logistic_loss,
    noisy_fashion,
    polynomial_features,
    scale_classifier,
)

GRID = np.linspace(-1, 1, 201)


# ------------------------------------------------------------------------------------------------ polynomials
@pytest.mark.parametrize(("degree", "n"), [(1, 10), (3, 15), (5, 40)])
def test_without_a_penalty_it_is_numpys_least_squares_polynomial(degree, n):
    p = fit_polynomial(degree, 0.0, n=n)
    theirs = np.polynomial.Polynomial.fit(p.x, p.y, degree)
    assert np.allclose(p.fit, theirs(GRID), atol=1e-6)
    assert p.train == pytest.approx(np.sqrt(np.mean((theirs(p.x) - p.y) ** 2)), rel=1e-6)
    assert p.test == pytest.approx(math.hypot(np.sqrt(np.mean((theirs(GRID) - np.sin(np.pi * GRID)) ** 2)), 0.3), 1e-6)


@given(st.integers(1, 12), st.floats(1e-6, 1))
def test_a_larger_penalty_fits_the_points_worse_and_has_a_smaller_norm(degree, lam):
    small, large = fit_polynomial(degree, lam), fit_polynomial(degree, 10 * lam)
    assert large.train >= small.train - 1e-12 and np.all(np.diff(small.trains) > -1e-9)
    assert small.test >= small.noise


def test_the_error_curves_are_the_errors_at_their_lams():
    for i in (0, 20, 40):
        p = fit_polynomial(9, float(LAMS[i]))
        assert (p.train, p.test) == (pytest.approx(p.trains[i], rel=1e-6), pytest.approx(p.tests[i], rel=1e-6))


def test_more_points_join_those_that_are_there():
    few, many = fit_polynomial(3, 0.1, n=10), fit_polynomial(3, 0.1, n=100)
    assert np.array_equal(few.x, many.x[:10]) and np.array_equal(few.y, many.y[:10])


def test_the_error_on_new_points_is_what_many_new_points_give():
    p, rng = fit_polynomial(4, 1e-3), np.random.default_rng(1)
    at = rng.integers(201, size=400_000)
    new = p.truth[at] + 0.3 * rng.standard_normal(len(at))
    assert np.sqrt(np.mean((p.fit[at] - new) ** 2)) == pytest.approx(p.test, rel=0.01)


def test_powers():
    assert polynomial_features(np.array([[2.0]], np.float32), 3).tolist() == [[2, 4, 8]]


@pytest.mark.parametrize(("values", "message"), [
    ({"degree": 0, "lam": 0.0}, "degree"), ({"degree": 2, "lam": -1.0}, "lam"),
    ({"degree": 2, "lam": 0.0, "n": 201}, "n must"), ({"degree": 2, "lam": 0.0, "n": 1}, "n must"),
    ({"degree": 2, "lam": 0.0, "noise": -1.0}, "noise"),
])
def test_bad_values_are_named(values, message):
    with pytest.raises(ValueError, match=message):
        fit_polynomial(**values)


# ------------------------------------------------------------------------------------------------ pictures
def test_halving_averages_squares_of_four_pixels():
    x = np.arange(2 * 784, dtype=np.float32).reshape(2, 784)
    pictures, small = x.reshape(2, 28, 28), downsample_2x(x).reshape(2, 14, 14)
    assert small[1, 3, 5] == pictures[1, 6:8, 10:12].mean()


def test_noisy_fashion_is_standardised_and_its_noise_is_in_the_training_labels_alone():
    data, clean = noisy_fashion(0.3, n=500), fashion_mnist(500)
    assert data.x_train.shape == (500, 196) and data.x_train.dtype == np.float32
    assert np.allclose(data.x_train.mean(axis=0), 0, atol=1e-5)
    assert (data.y_train != clean.y_train).sum() == 150
    assert np.array_equal(data.y_val, clean.y_val) and np.array_equal(data.y_test, clean.y_test)
    assert np.array_equal(noisy_fashion(0.0, n=500).y_train, clean.y_train)


def test_every_call_hands_out_arrays_of_its_own():
    data = noisy_fashion(0.1, n=100)
    data.x_train[:] = 7
    assert not (noisy_fashion(0.1, n=100).x_train == 7).all()


# ------------------------------------------------------------------------------------------------ confidence
@given(st.floats(0.1, 30), st.floats(1, 6))
def test_the_boundary_and_the_accuracy_do_not_depend_on_the_scale(c, distance):
    one, other = scale_classifier(1.0, distance=distance, m=21), scale_classifier(c, distance=distance, m=21)
    assert one.accuracy == other.accuracy
    assert np.array_equal(one.p > 0.5, other.p > 0.5)


def test_the_loss_is_the_cross_entropy_of_the_probabilities():
    rng = np.random.default_rng(0)
    z, y = rng.standard_normal((50, 3)), rng.integers(2, size=50)
    p = 1 / (1 + np.exp(-z))
    assert np.allclose(logistic_loss(z, y), -np.log(np.where(y[:, None] == 1, p, 1 - p)).mean(axis=0))


def test_at_scale_one_the_probabilities_are_true():
    """Where it says 80 %, 80 % are of class 1: Bayes' rule for two Gaussians, counted."""
    s = scale_classifier(1.0, distance=2.0, n=200_000)
    p = 1 / (1 + np.exp(-(s.x @ s.w)))
    for low in (0.1, 0.5, 0.8):
        inside = (p > low) & (p < low + 0.05)
        assert s.y[inside].mean() == pytest.approx(low + 0.025, abs=0.02)


@pytest.mark.parametrize("distance", [1.5, 3.0, 4.0])
def test_new_points_want_scale_one_and_separable_training_points_want_ever_more(distance):
    s = scale_classifier(1.0, distance=distance)
    assert 0.6 < s.scales[s.validations.argmin()] < 1.6
    separable = ((s.x @ s.w > 0) == s.y).all()
    assert separable == bool(np.all(np.diff(s.trains) < 0)) and separable == (distance == 4.0)


def test_training_and_new_points_are_of_one_kind():
    s = scale_classifier(1.0, distance=2.0, n=100_000)
    assert s.train == pytest.approx(s.validation, abs=0.02) and s.accuracy == pytest.approx(0.841, abs=0.025)


def test_a_scale_must_be_positive():
    with pytest.raises(ValueError, match="c must be in"):
        scale_classifier(0.0)
