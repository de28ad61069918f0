"""Errors with a given correlation against their covariance matrix, bootstrap samples against counting."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.lessons.ensembles.experiments import (
    MOST,
    bootstrap_sample,
    committee,
    correlated_errors,
    lowest_correlation,
)


# ------------------------------------------------------------------------------------------------ correlated errors
@pytest.mark.parametrize(("c", "k"), [(0.0, 5), (0.5, 10), (1.0, 4), (-0.1, 11), (-0.05, 8), (0.9, 30)])
def test_errors_have_the_variance_and_the_correlation_that_was_asked_for(c, k):
    errors = correlated_errors(c, k)
    assert errors.shape == (k, 20000) and errors.dtype == np.float32
    expected = (1 - c) * np.eye(k) + c
    np.testing.assert_allclose(np.cov(errors.astype(float)), expected, atol=0.05)


@pytest.mark.parametrize(("c", "value"), [(0.0, 0.0998), (0.5, 0.549), (1.0, 0.998)])
def test_ten_errors_averaged_are_as_large_as_the_formula_says(c, value):
    m = committee(c, 10)
    assert m.simulated_mse == pytest.approx(value, rel=0.04) and m.expected == pytest.approx(0.1 + 0.9 * c)


@given(st.floats(-0.3, 1), st.integers(1, MOST))
def test_simulation_and_formula_agree_for_every_size(c, k):
    m = committee(c, k)
    assert m.c == max(c, lowest_correlation(k)) and len(m.sizes) >= k
    np.testing.assert_allclose(m.measured, m.formula, atol=0.04)
    assert (np.diff(m.formula) <= 1e-12).all()
    assert m.simulated_mse == pytest.approx(m.measured[k - 1], abs=1e-4)


@pytest.mark.parametrize("k", [2, 5, 30])
def test_errors_that_are_as_opposed_as_can_be_cancel(k):
    assert committee(-1.0, k).simulated_mse == pytest.approx(0, abs=1e-5)
    assert lowest_correlation(k) == -1 / (k - 1)


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="No 10 errors can be opposed more than that"):
        correlated_errors(-0.2, 10)
    with pytest.raises(ValueError, match=r"correlated_errors: c must be in"):
        correlated_errors(1.1, 10)
    assert math.isinf(lowest_correlation(1))


# ------------------------------------------------------------------------------------------------ with replacement
@given(st.integers(1, 100), st.integers(1, 40))
def test_a_sample_has_n_draws_and_is_always_the_same(n, draw):
    sample = bootstrap_sample(n, draw)
    assert sample.counts.shape == (n,) and sample.counts.sum() == n
    assert sample.left_out == (sample.counts == 0).sum()
    np.testing.assert_array_equal(sample.counts, bootstrap_sample(n, draw).counts)


def test_the_share_left_out_is_34_9_per_cent_of_ten_and_tends_to_36_8():
    found = np.mean([bootstrap_sample(10, draw).left_out / 10 for draw in range(1, 2000)])
    assert found == pytest.approx(0.349, abs=0.01)
    sample = bootstrap_sample(10)
    np.testing.assert_allclose(sample.measured, sample.formula, atol=0.03)
    assert sample.formula[-1] == pytest.approx(math.exp(-1), abs=2e-4)
    assert dict(zip(sample.sizes.tolist(), sample.formula.round(3), strict=True))[10] == 0.349
