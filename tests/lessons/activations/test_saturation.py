"""Saturated shares and slope products against closed forms and against plain counting of random draws."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import labkit as lk
from labkit.lessons.activations.experiments.saturation import (
    BENT,
    FLAT,
    saturated_share,
    saturation,
    slope_product,
    widest_input,
)

Φ = NormalDist().cdf
MEANS, STDS = st.floats(-5, 5), st.floats(0.1, 10)
# where |f'| is 0.01 for the functions whose slope has an inverse: σ(1 − σ), 1 − tanh², eˣ
SIGMOID_END = math.log((1 + math.sqrt(1 - 4 * FLAT)) / (1 - math.sqrt(1 - 4 * FLAT)))
TANH_END = math.atanh(math.sqrt(1 - FLAT))
FLAT_OUTSIDE = {"sigmoid": (-SIGMOID_END, SIGMOID_END), "tanh": (-TANH_END, TANH_END), "relu": (0, math.inf),
                "elu": (math.log(FLAT), math.inf), "leaky_relu": (-math.inf, math.inf)}


@given(st.sampled_from(list(FLAT_OUTSIDE)), MEANS, STDS)
def test_the_share_is_that_of_the_normal_distribution(name, mean, std):
    low, high = FLAT_OUTSIDE[name]
    exact = Φ((low - mean) / std) + 1 - Φ((high - mean) / std)
    assert saturated_share(name, mean, std) == pytest.approx(exact, abs=2e-3)


@pytest.mark.parametrize("name", BENT)
@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (-2.0, 3.0), (4.0, 10.0)])
def test_the_share_is_what_counting_finds(name, mean, std):
    x = mean + std * np.random.default_rng(0).standard_normal(200_000)
    counted = np.mean(np.abs(lk.ACTIVATIONS[name].slope(x)) < FLAT)
    assert saturated_share(name, mean, std) == pytest.approx(counted, abs=5e-3)


@pytest.mark.parametrize(("name", "std"), [
    ("sigmoid", SIGMOID_END / NormalDist().inv_cdf(0.975)), ("tanh", TANH_END / NormalDist().inv_cdf(0.975)),
    ("elu", -math.log(FLAT) / NormalDist().inv_cdf(0.95)), ("relu", 0.0), ("leaky_relu", math.inf)])
def test_the_widest_input_under_five_per_cent(name, std):
    assert widest_input(name) == pytest.approx(std, rel=2e-3)


def test_relu_needs_inputs_on_its_right():
    assert widest_input("relu", mean=3.0) == pytest.approx(3 / NormalDist().inv_cdf(0.95), rel=2e-3)
    assert widest_input("relu", mean=-1.0) == 0


@pytest.mark.parametrize("name", BENT)
def test_the_widest_input_is_the_largest(name):
    std = widest_input(name, 0.1)
    if 0 < std < math.inf:
        assert saturated_share(name, 0.0, 0.99 * std) <= 0.1 < saturated_share(name, 0.0, 1.01 * std)


# ------------------------------------------------------------------------------------------------ products of slopes
@pytest.mark.parametrize("name", BENT)
@pytest.mark.parametrize("std", [0.5, 4.0])
def test_the_product_is_that_of_random_paths(name, std):
    z = std * np.random.default_rng(1).standard_normal((3, 400_000))
    counted = np.sqrt(np.mean(np.cumprod(lk.ACTIVATIONS[name].slope(z), axis=0) ** 2, axis=1))
    assert np.allclose(slope_product(name, std, 3), counted, rtol=0.05)


def test_the_product_at_no_spread_is_the_slope_at_zero_and_relu_knows_no_scale():
    assert np.allclose(slope_product("sigmoid", 0.0, 20), 0.25 ** np.arange(1, 21))
    assert np.allclose(slope_product("relu", 0.01, 20), slope_product("relu", 100.0, 20))
    assert np.allclose(slope_product("relu", 1.0, 20), 2 ** (-np.arange(1, 21) / 2))


@given(st.sampled_from(["sigmoid", "tanh"]), st.floats(0.1, 5))
def test_wider_inputs_leave_less_of_a_gradient(name, std):
    assert (slope_product(name, 1.2 * std, 5) < slope_product(name, std, 5)).all()


# ------------------------------------------------------------------------------------------------ the picture's arrays
@given(st.sampled_from(BENT), MEANS, STDS)
def test_everything_in_the_picture_is_finite_and_fits(name, mean, std):
    seen = saturation(name, mean, std)
    assert len(seen.x) == len(seen.f) == len(seen.slope) == len(seen.density)
    assert all(np.isfinite(a).all() for a in (seen.f, seen.slope, seen.density, seen.shares))
    assert seen.shares.shape == (len(BENT),) and ((seen.shares >= 0) & (seen.shares <= 1)).all()
    assert seen.share == saturated_share(name, mean, std)
    assert seen.density.max() <= 1 and seen.x[seen.density.argmax()] == pytest.approx(mean, abs=0.03)
    assert np.abs(seen.slope - np.gradient(seen.f, seen.x)).mean() < 0.005


@pytest.mark.parametrize(("call", "words"), [
    (lambda: saturated_share("sigmod", 0, 1), "did you mean 'sigmoid'"),
    (lambda: saturated_share("sigmoid", 0, -1.0), "std must be in"),
    (lambda: widest_input("tanh", 0.0), "share must be in"),
    (lambda: slope_product("tanh", 1.0, 0), "depth must be at least 1"),
    (lambda: saturation("tanh", 0.0, 0.0), "std must be in"),
])
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
