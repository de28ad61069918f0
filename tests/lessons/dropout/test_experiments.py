"""Dropout as an ensemble: all masks written out, thinned networks, many masks against the weight scaling rule."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import labkit as lk
from labkit.lessons.dropout.experiments import (
    MASKS,
    averages,
    crossovers,
    every_mask,
    he_weights,
    probability,
    thin,
    thinned_outputs,
    two_inputs,
    weight_scaling,
)

keeps = st.floats(0.05, 1.0)
numbers = st.floats(-3, 3)


# ------------------------------------------------------------------------------------------------ all masks
@given(st.integers(1, 8), keeps)
def test_every_mask_is_listed_once_and_their_probabilities_sum_to_one(n, keep):
    masks = every_mask(n)
    assert masks.shape == (2**n, n) and len({tuple(m) for m in masks}) == 2**n and set(masks.ravel()) == {0.0, 1.0}
    p = probability(masks, keep)
    assert p.sum() == pytest.approx(1, rel=1e-5) and p @ masks == pytest.approx(np.full(n, keep), rel=1e-5)


def test_too_many_masks_are_refused():
    with pytest.raises(ValueError, match="too many to list"):
        every_mask(21)


@given(keeps, numbers, numbers)
def test_a_linear_unit_is_exact_and_a_relu_never_too_high(keep, a, b):
    linear, relu = two_inputs(keep, a, b), two_inputs(keep, a, b, "relu")
    assert linear.mean == pytest.approx(linear.scaled, abs=1e-12) == pytest.approx(keep * (a + b), abs=1e-12)
    assert relu.mean >= relu.scaled - 1e-12
    by_hand = (keep**2 * max(a + b, 0) + keep * (1 - keep) * (max(a, 0) + max(b, 0)))
    assert relu.mean == pytest.approx(by_hand, abs=1e-12)


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match=r"two_inputs: unit: 'rleu' is not known; did you mean 'relu'"):
        two_inputs(0.5, 1.0, 1.0, "rleu")
    with pytest.raises(ValueError, match="fraction KEPT"):
        thin(0.0)
    with pytest.raises(ValueError, match=r"averages: network: 'three hidden layers' is not known"):
        averages(0.5, 10, "three hidden layers")


# ------------------------------------------------------------------------------------------------ thinned networks
@given(keeps, keeps, keeps, st.integers(1, 40))
def test_with_a_falling_keep_units_go_and_none_comes_back(keep, other, keep_inputs, draw):
    low, high = sorted((keep, other))
    few, many = thin(low, keep_inputs, draw=draw), thin(high, keep_inputs, draw=draw)
    assert all((a <= b).all() for a, b in zip(few.stays, many.stays, strict=True))
    assert few.stays[-1].all() and few.staying <= many.staying


def test_the_share_that_stays_is_keep():
    stays = np.concatenate([s.ravel() for draw in range(1, 200) for s in thin(0.3, draw=draw).stays[1:-1]])
    assert stays.mean() == pytest.approx(0.3, abs=0.01)


def test_examples_have_masks_of_their_own_and_only_droppable_units_count():
    t = thin(0.5, 0.8)
    assert len({s.tobytes() for s in t.stays[1]}) > 10
    assert (t.droppable, thin(0.5).droppable, thin(1.0).droppable) == (24, 18, 0)


def test_what_is_sent_on_is_inverted_dropout_of_a_relu_network():
    t = thin(0.6, 0.8, draw=3)
    for layer in (1, 2):
        expected = np.maximum(t.activity[layer - 1] @ t.weights[layer - 1], 0) * t.stays[layer] / 0.6
        np.testing.assert_allclose(t.activity[layer], expected)


# ------------------------------------------------------------------------------------------------ many masks
def test_thinned_outputs_are_those_of_the_laboratorys_network():
    weights = he_weights((5, 8, 7, 1), np.random.default_rng(0))
    x = np.random.default_rng(1).standard_normal((4, 5))
    layers = [lk.Linear(5, 8), lk.Elementwise("relu"), lk.Linear(8, 7), lk.Elementwise("relu"), lk.Linear(7, 1)]
    net = lk.Network(layers, dtype=np.float64)
    for mine, W in zip(net.weights(), weights, strict=True):
        mine[...] = W
    whole, expected = thinned_outputs(x, weights, 1.0, 3, rng=np.random.default_rng(2))
    np.testing.assert_allclose(whole, np.tile(net.forward(x)[:, 0], (3, 1)))
    np.testing.assert_allclose(expected, whole)
    np.testing.assert_allclose(weight_scaling(x, weights), whole[0])


@pytest.mark.parametrize("sizes", [(4, 1), (5, 6, 1), (4, 5, 6, 1)])
def test_the_mean_of_many_masks_is_the_mean_over_all_of_them(sizes):
    rng, keep = np.random.default_rng(3), 0.6
    weights, x = he_weights(sizes, rng), rng.standard_normal((3, sizes[0]))
    y, expected = thinned_outputs(x, weights, keep, 20000, rng=rng)
    hidden = sizes[1:-1] or sizes[:1]
    masks = every_mask(sum(hidden))
    exact = 0
    for m, p in zip(masks, probability(masks, keep), strict=True):
        parts, h = np.split(m, np.cumsum(hidden)[:-1]), x
        if len(sizes) > 2:
            for W, part in zip(weights[:-1], parts, strict=True):
                h = np.maximum(h @ W, 0) * part / keep
        else:
            h = h * parts[0] / keep
        exact = exact + p * (h @ weights[-1])[:, 0]
    np.testing.assert_allclose(y.mean(axis=0), exact, atol=5 * y.std() / math.sqrt(20000))
    np.testing.assert_allclose(expected.mean(axis=0), exact, atol=5 * y.std() / math.sqrt(20000))


@pytest.mark.parametrize(("network", "exact"),
                         [("linear", True), ("one hidden layer", True), ("two hidden layers", False)])
def test_the_rule_is_exact_where_the_output_is_linear_in_the_masks(network, exact):
    a = averages(0.5, 10, network)
    assert (a.scaling_error == 0 and math.isinf(a.crossover)) == exact
    assert (abs(a.mean - a.scaled) < 1e-9) == exact


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9])
def test_the_mean_of_k_masks_comes_nearer_with_the_root_of_k(keep):
    a = averages(keep, 10)
    np.testing.assert_allclose(a.error[:8], a.expected[:8], rtol=0.2)
    assert a.expected[0] / math.sqrt(a.crossover) == pytest.approx(a.scaling_error)
    assert a.of_k[0] == pytest.approx(a.outputs[:10].mean()) and (len(a.of_k), len(a.outputs)) == (40, MASKS)
    assert a.of_k.std() == pytest.approx(a.outputs.std() / math.sqrt(10), rel=0.4)
    assert averages(keep, 1000).of_k.shape == (4,)


def test_where_they_meet_depends_on_the_network():
    found = crossovers(0.5, range(12))
    assert (found > 5).all() and (found < 300).all() and 20 < np.median(found) < 100
