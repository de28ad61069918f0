"""Gradients of one sign against orthant probabilities, the two-weight model against the algebra of its quadratic."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.lessons.activations.experiments.zigzag import (
    GOAL,
    LARGEST_BATCH,
    NEAR,
    SECTORS,
    START,
    one_signed,
    zigzag_descent,
)

Φ = np.vectorize(NormalDist().cdf)


def shares(batch, low, high, *, upstream="normal", n=10, trials=20_000):
    """The experiment: gradients of one unit with n inputs, uniform in [low, high]."""
    rng = np.random.default_rng(3)
    x = rng.uniform(low, high, (trials, batch, n)).astype(np.float32)
    delta = rng.standard_normal((trials, batch, 1)) if upstream == "normal" else rng.choice([-1, 1], (trials, batch, 1))
    return one_signed((x * delta.astype(np.float32)).mean(axis=1))


def orthant(correlation, n):
    """P(n Gaussians, each pair correlated like this, share their sign): what many examples per batch lead to."""
    t = np.linspace(-8, 8, 4001)
    weight = np.exp(-t**2 / 2) / np.exp(-t**2 / 2).sum()
    return 2 * weight @ Φ(math.sqrt(correlation / (1 - correlation)) * t) ** n


# ------------------------------------------------------------------------------------------------ one-signed gradients
@given(st.lists(st.lists(st.integers(-2, 2), min_size=3, max_size=3), min_size=1, max_size=20))
def test_one_signed_is_the_textbook_count(rows):
    def opposite(row):
        return any(a * b < 0 for a in row for b in row)

    assert one_signed(np.array(rows)) == pytest.approx(sum(not opposite(row) for row in rows) / len(rows))


def test_one_signed_ignores_scale_and_sign():
    g = np.random.default_rng(0).standard_normal((50, 3))
    assert one_signed(g) == one_signed(-1e-30 * g)


@pytest.mark.parametrize(("batch", "share"), [(1, 1.0), (2, 0.62), (4, 0.49), (16, 0.41), (64, 0.41)])
def test_positive_inputs(batch, share):
    assert shares(batch, 0, 1, trials=20_000 if batch < 64 else 5_000) == pytest.approx(share, abs=0.03)


def test_large_batches_lead_to_the_orthant_probability_and_not_to_chance():
    correlation = (1 / 4) / (1 / 3)     # of two inputs uniform in [0, 1]: E[x]² / E[x²]
    assert orthant(correlation, 10) == pytest.approx(0.41, abs=0.01)
    assert shares(64, 0, 1, trials=5_000) == pytest.approx(orthant(correlation, 10), abs=0.03)
    assert orthant(0.0, 10) == pytest.approx(2 * 0.5**10)


def test_centred_inputs_and_other_upstream_gradients():
    for batch in (1, 4, 16):
        assert shares(batch, -0.5, 0.5) == pytest.approx(2 * 0.5**10, abs=0.0015)
    assert shares(2, 0, 1, upstream="signs") == pytest.approx(0.50, abs=0.03)


# ------------------------------------------------------------------------------------------------ the two-weight model
@pytest.mark.parametrize("offset", [0.0, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("batch", [1, 7, 64])
def test_every_step_is_the_gradient_of_the_loss(offset, batch):
    found = zigzag_descent(offset, batch, steps=3, runs=4, seed=1)
    path = found.path.astype(float)
    assert path.shape == (4, 4, 2) and found.path.dtype == np.float32
    assert np.allclose(path[:, 0], START)
    again = zigzag_descent(offset, batch, steps=3, runs=4, seed=1)
    assert np.array_equal(again.path, found.path)
    x = offset + (np.random.default_rng(np.random.SeedSequence(1, spawn_key=(1,)))
                  .random((3, 4, LARGEST_BATCH, 2), dtype=np.float32)[:, :, :batch] - 0.5)
    for t in range(3):
        error = (x[t] * (path[:, t] - GOAL)[:, None]).sum(axis=2)
        gradient = (error[:, :, None] * x[t]).mean(axis=1)
        assert np.allclose(path[:, t + 1], path[:, t] - found.lr * gradient, atol=1e-5)


@pytest.mark.parametrize("offset", [0.0, 0.25, 0.5, 1.0])
def test_hessian_rate_and_arrival_are_those_of_the_quadratic(offset):
    x = offset + np.random.default_rng(0).uniform(-0.5, 0.5, (200_000, 2))
    found = zigzag_descent(offset, LARGEST_BATCH)
    assert np.allclose(found.H, x.T @ x / len(x), atol=3e-3)
    assert found.lr == pytest.approx(1 / np.square(x).sum(axis=1).mean(), rel=0.01)
    slow = 1 - found.lr * np.linalg.eigvalsh(found.H)[0]       # start − goal lies along the slow direction
    assert found.arrival == pytest.approx(math.log(NEAR) / math.log(slow), abs=1.5)


def test_one_example_moves_both_weights_the_same_way_if_all_inputs_are_positive():
    found = zigzag_descent(0.5, 1)
    assert found.share == 1
    quadrant = SECTORS // 4
    assert found.sectors[quadrant:2 * quadrant].sum() == found.sectors[3 * quadrant:].sum() == 0
    assert found.sectors.sum() == pytest.approx(1)


def test_arrival_is_infinite_when_the_run_is_too_short():
    assert zigzag_descent(1.0, 4, steps=5).arrival == math.inf


@given(st.floats(0, 1), st.integers(1, 64))
def test_every_setting_of_the_panel_stays_finite(offset, batch):
    found = zigzag_descent(offset, batch, steps=30, runs=20)
    assert np.isfinite(found.path).all() and 0 <= found.share <= 1


@pytest.mark.parametrize(("offset", "batch", "words"), [
    (0.5, 65, "at most 64"), (0.5, 0, "at least 1"), (math.nan, 4, "offset must be in")])
def test_bad_input_is_named(offset, batch, words):
    with pytest.raises(ValueError, match=words):
        zigzag_descent(offset, batch)
