"""The instruments against NumPy in float64, closed forms and the mean-field theory."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from labkit import probes
from labkit.activations import ACTIVATIONS
from labkit.theory import variance_profile

RNG = np.random.default_rng(0)
MATRICES = hnp.arrays(np.float32, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=8),
                      elements=st.floats(-1e3, 1e3, width=32))


@given(MATRICES, st.integers(-100, 100))
def test_spreads_are_numpys_at_every_scale(a, exponent):
    """NumPy's are taken of what the probes are given, after float32 has rounded it, perhaps to 0."""
    scale = 2.0**exponent
    scaled = a * np.float32(scale)
    exact = scaled.astype(np.float64) / scale
    limit = dict(rel=1e-3, abs=1e-5 * float(np.abs(exact).max(initial=0)))
    assert probes.rms(scaled) / scale == pytest.approx(np.sqrt((exact**2).mean()), **limit)
    assert probes.std(scaled) / scale == pytest.approx(exact.std(), **limit)
    between = np.sqrt(exact.var(axis=0).mean())
    assert probes.between_example_std(scaled) / scale == pytest.approx(between, **limit)


@pytest.mark.parametrize("size", [1e-36, 1e-20, 1.0, 1e20, 1e36])
def test_float32_squares_would_not_fit_but_the_spread_does(size):
    a = (RNG.standard_normal((100, 50)) * size).astype(np.float32)
    for probe in (probes.rms, probes.std, probes.between_example_std):
        assert probe(a) == pytest.approx(size, rel=0.03)


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("probe", [probes.rms, probes.std, probes.between_example_std])
def test_one_lost_number_makes_a_size_infinite(probe, bad):
    a = np.ones((3, 4), np.float32)
    a[1, 2] = bad
    assert probe(a) == math.inf
    assert probe(np.zeros((3, 4), np.float32)) == 0


def test_between_example_std_sees_differences_far_below_the_mean():
    """Examples that agree to 1e-6 in units near 0.5: a mean rounded to float32 must not pass for a difference."""
    units = RNG.uniform(0.3, 0.7, 50).astype(np.float32)
    same = np.tile(units, (200, 1))
    assert probes.between_example_std(same) == 0
    moved = same + (1e-6 * RNG.standard_normal(same.shape)).astype(np.float32)
    assert probes.between_example_std(moved) == pytest.approx(1e-6, rel=0.05)
    assert probes.std(moved) == pytest.approx(units.std(), rel=0.01)


# ------------------------------------------------------------------------------------------------ histogram
@given(hnp.arrays(np.float64, st.integers(1, 50), elements=st.floats(-4, 4)), st.integers(2, 30))
def test_histogram_is_numpys_of_the_clipped_values(a, bins):
    found = probes.histogram(a, -1.0, 2.0, bins)
    edges = np.linspace(-1, 2, bins + 1)
    away = np.abs(a[:, None] - edges).min(axis=1) > 1e-9  # at an edge rounding decides
    assert found.counts.sum() == a.size
    assert np.abs(found.counts - np.histogram(a.clip(-1, 2), bins, (-1, 2))[0]).sum() <= 2 * (~away).sum()
    assert (found.below, found.above, found.zeros) == ((a < -1).sum(), (a > 2).sum(), (a == 0).sum())


def test_histogram_takes_the_ends_infinities_and_nan():
    a = np.array([-np.inf, -1, 1, np.inf, np.nan, 0], np.float32)
    found = probes.histogram(a, -1, 1, 5)
    assert found.counts.tolist() == [2, 0, 1, 0, 2]
    assert (found.below, found.above, found.zeros) == (1, 1, 1)
    assert probes.histogram(np.full(3, np.nan, np.float32), -1, 1, 5).counts.sum() == 0


# ------------------------------------------------------------------------------------------------ shares
def test_saturated_names_the_same_units_for_tanh_and_sigmoid():
    z = 3 * RNG.standard_normal((100, 20))
    t = probes.saturated(np.tanh(z), -1, 1)
    assert t == pytest.approx((np.abs(np.tanh(z)) >= 0.97).mean())
    assert probes.saturated(ACTIVATIONS["sigmoid"](2 * z), 0, 1) == pytest.approx(t)


def test_dead_means_for_every_example():
    slope = np.array([[[0, 0, 1.0], [0, 1e-30, 1]], [[0, 0, 0], [1, 0, 0]]])
    assert probes.dead_units(slope).tolist() == [[True, False, False], [False, True, True]]
    assert probes.dead_units([[0.0, np.nan], [0.0, 0.0]]).tolist() == [True, False]
    with pytest.raises(ValueError, match=r"dead_units: slope has shape \(0, 3\)"):
        probes.dead_units(np.zeros((0, 3)))  # of no examples nothing can be said


def test_update_ratio_per_replica():
    before = RNG.standard_normal((3, 40))
    step = np.array([[1e-3], [0.0], [2.0]])
    assert probes.update_ratio(before, before * (1 + step)) == pytest.approx(step[:, 0])
    assert probes.update_ratio(np.zeros(4), np.ones(4)) == math.inf
    assert probes.update_ratio(np.zeros(4), np.zeros(4)) == 0
    with pytest.raises(ValueError, match=r"before has shape \(2,\), after \(3,\)"):
        probes.update_ratio(np.zeros(2), np.zeros(3))


# ------------------------------------------------------------------------------------------------ a pass
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_backward_pass_is_the_derivative_of_the_forward_pass(name):
    """∂/∂z_1 of L = Σ upstream · h_depth, from central differences in the inputs: ∂L/∂x = dz_1 W_1ᵀ."""
    rng = np.random.default_rng(3)
    x, upstream, Z = rng.standard_normal((4, 6)), rng.standard_normal((4, 6)), rng.standard_normal((3, 6, 6))
    flow = probes.propagate(x, Z, 0.5, name, upstream=upstream)
    got = flow.dz[0] @ (0.5 * Z[0]).T
    d, eps = rng.standard_normal(x.shape), 1e-6

    def loss(x):
        return (probes.propagate(x, Z, 0.5, name, upstream=upstream).h[-1] * upstream).sum()

    assert (loss(x + eps * d) - loss(x - eps * d)) / (2 * eps) == pytest.approx((got * d).sum(), rel=1e-5)
    assert [a.shape for a in (*flow.h, *flow.dz)] == [(4, 6)] * 6


def test_propagate_keeps_float32_and_its_inputs():
    network = probes.random_network(3, 20, 10, seed=5)
    flow = probes.propagate(*network[:2], 0.3, "elu", upstream=network.upstream)
    assert {a.dtype for a in (*flow.h, *flow.dz)} == {np.dtype(np.float32)}
    assert not any(a.flags.writeable for a in network)
    assert probes.random_network(3, 20, 10, seed=5) is network
    assert not np.array_equal(probes.random_network(3, 20, 10, seed=6).Z, network.Z)


def test_a_smaller_network_is_part_of_the_larger_one():
    network = probes.random_network(3, 20, 10)
    small = network.part(2, 5)
    assert [a.shape for a in small] == [(10, 5), (2, 5, 5), (10, 5)]
    assert np.shares_memory(small.Z, network.Z)


def test_the_first_layers_of_a_deep_network_are_drawn_alone():
    deep, first = probes.random_network(6, 20, 10), probes.random_network(2, 20, 10, of=6)
    assert all(map(np.array_equal, first, deep.part(2, 20)))
    assert first.Z.base is None and not np.array_equal(first.upstream, probes.random_network(2, 20, 10).upstream)


@pytest.mark.parametrize(("activation", "std"), [("tanh", 0.01), ("tanh", 500**-0.5), ("tanh", 1.0), ("sigmoid", 0.1),
                                                ("relu", 500**-0.5), ("relu", (2 / 500) ** 0.5), ("elu", 0.05)])
def test_measurement_agrees_with_mean_field_theory(activation, std):
    network = probes.random_network(10, 500, 100)
    flow = probes.propagate(network.x, network.Z, std, activation, upstream=network.upstream)
    layers = probes.measure(flow, -1, 1)
    theory = variance_profile(activation, std, 500, 10)
    assert layers.std == pytest.approx(theory.std, rel=0.25)
    assert layers.gradient == pytest.approx(theory.gradient, rel=0.25)


def test_saturation_does_not_kill_the_gradient_at_std_1():
    """Ten tanh layers of 500: over 90 % of |h| > 0.97, and the gradient still grows more than threefold per layer."""
    network = probes.random_network(10, 500, 100)
    layers = probes.measure(probes.propagate(network.x, network.Z, 1.0, "tanh", upstream=network.upstream), -1, 1)
    assert (layers.saturated > 0.9).all()
    assert (layers.gradient[:-1] / layers.gradient[1:] > 3).all()


def test_a_sigmoid_forgets_its_input_while_its_units_stay_apart():
    network = probes.random_network(6, 200, 50)
    layers = probes.measure(probes.propagate(network.x, network.Z, 0.01, "sigmoid", upstream=network.upstream), 0, 1)
    assert layers.std[-1] > 0.4 * layers.std[0]
    assert layers.between[-1] < 1e-3 * layers.between[0]


@pytest.mark.parametrize("name", ["identity", "relu", "leaky_relu", "elu", "silu", "tanh", "sigmoid"])
@pytest.mark.parametrize("std", [1e-3, 3.0])
def test_twenty_layers_at_both_ends_stay_numbers(name, std):
    network = probes.random_network(20, 500, 20)
    layers = probes.measure(probes.propagate(network.x, network.Z, std, name, upstream=network.upstream), -1, 4)
    assert all(np.isfinite(field).all() for field in layers)


def test_overflow_is_measured_as_infinite_without_a_warning():
    network = probes.random_network(20, 50, 5)
    with np.errstate(all="raise"):
        flow = probes.propagate(network.x, network.Z, 1e3, "relu", upstream=network.upstream)
        layers = probes.measure(flow, -1, 1)
    assert np.isinf(layers.std[-1])
    assert np.isfinite(layers.std[0])


@pytest.mark.parametrize(("change", "message"), [
    ({"Z": np.zeros((2, 5, 4))}, r"x has shape \(3, 4\), Z \(2, 5, 4\)"),
    ({"x": np.zeros((2, 3, 4)), "upstream": np.zeros((2, 3, 4))}, r"x has shape \(2, 3, 4\)"),
    ({"upstream": np.zeros((3, 5))}, r"upstream \(3, 5\); expected"),
    ({"std": -1.0}, r"std must be in \[0, ∞\)"),
    ({"activation": "tahn"}, "did you mean 'tanh'"),
])
def test_propagate_says_what_does_not_fit(change, message):
    arguments = {"x": np.zeros((3, 4)), "Z": np.zeros((2, 4, 4)), "std": 1.0, "activation": "tanh",
                 "upstream": np.zeros((3, 4))} | change
    with pytest.raises(ValueError, match=message):
        probes.propagate(**arguments)


def test_the_shares_below_above_and_at_zero_are_counted_of_all():
    network = probes.random_network(3, 20, 50)
    flow = probes.propagate(network.x, network.Z, 1.0, "relu", upstream=network.upstream)
    layers = probes.measure(flow, 0.0, 1.0)
    for below, above, zeros, h in zip(layers.below, layers.above, layers.zeros, flow.h, strict=True):
        assert (below, above, zeros) == pytest.approx(((h < 0).mean(), (h > 1).mean(), (h == 0).mean()))
