"""What the instruments read off, against plain restatements and networks whose state is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import labkit as lk
from labkit.runs import readings as instruments

RNG = np.random.default_rng(0)
X = RNG.standard_normal((50, 3), dtype=np.float32)
LABELS = RNG.integers(0, 2, 50)


def trained_once(net, opt):
    before = net.theta.copy()
    _, dy = lk.softmax_cross_entropy(net.forward(X, train=True), LABELS)
    net.backward(dy)
    opt.step(net.theta, net.grad)
    return before


def linear_layers(net):
    return [layer for layer in net.layers if isinstance(layer, lk.Linear)]


@given(st.lists(st.integers(1, 6), min_size=2, max_size=5), st.booleans(), st.sampled_from([None, 2]))
def test_slices_are_the_parameters_of_the_linear_layers(sizes, batch_norm, replicas):
    net = lk.mlp(sizes, batch_norm=batch_norm, replicas=replicas)
    for part, layer in zip(instruments.layer_slices(net), linear_layers(net), strict=True):
        flat = [layer.params[name].reshape(*net.lead, -1) for name in ("W", "b")]
        assert np.array_equal(net.theta[..., part], np.concatenate(flat, axis=-1))


@pytest.mark.parametrize("batch_norm", [False, True])
def test_norms_and_ratios_restated(batch_norm):
    net = lk.mlp([3, 5, 4, 2], batch_norm=batch_norm)
    before = trained_once(net, lk.SGD(0.1))
    for i, layer in enumerate(linear_layers(net)):
        grad = np.concatenate([layer.grads["W"].ravel(), layer.grads["b"].ravel()])
        value = np.concatenate([layer.params["W"].ravel(), layer.params["b"].ravel()])
        norm = np.sqrt(np.sum(grad**2))
        assert instruments.gradient_norms(net)[i] == pytest.approx(norm, rel=1e-5)
        ratio = 0.1 * norm / np.sqrt(np.sum((value + 0.1 * grad) ** 2))
        assert instruments.update_ratios(net, before)[i] == pytest.approx(ratio, rel=1e-3)


def test_replicas_give_the_median():
    nets = [lk.mlp([3, 5, 2], seed=seed) for seed in range(3)]
    together = lk.mlp([3, 5, 2], seed=range(3))
    before = trained_once(together, lk.SGD(0.1))
    alone = [(trained_once(net, lk.SGD(0.1)), net) for net in nets]
    np.testing.assert_allclose(instruments.gradient_norms(together),
                               np.median([instruments.gradient_norms(net) for net in nets], axis=0), rtol=1e-4)
    np.testing.assert_allclose(instruments.update_ratios(together, before),
                               np.median([instruments.update_ratios(net, b) for b, net in alone], axis=0), rtol=1e-3)


def test_nothing_moved_is_a_ratio_of_zero():
    net = lk.mlp([3, 5, 2])
    assert instruments.update_ratios(net, net.theta.copy()).tolist() == [0, 0]


@pytest.mark.parametrize("replicas", [None, 2])
def test_histograms_are_numpys(replicas):
    net = lk.mlp([3, 6, 5, 2], "tanh", replicas=replicas)
    found = instruments.activations(net, X, -1, 1, bins=20)
    outputs = [h for layer, h in net.activations(X) if isinstance(layer, lk.Elementwise)]
    assert found.counts.shape == (2, 20)
    for i, h in enumerate(outputs):
        assert np.array_equal(found.counts[i], np.histogram(h, 20, (-1, 1))[0])
        assert found.std[i] == pytest.approx(h.std(), rel=1e-5)


def test_shares_of_zeros_and_beyond():
    net = lk.mlp([3, 6, 2], "relu")
    net.weights()[0][...] = 0
    net.layers[0].params["b"][...] = [[0, -1, 1, 5, 5, -1]]
    found = instruments.activations(net, X, -0.5, 4)
    assert (found.zeros[0], found.above[0], found.below[0]) == (0.5, pytest.approx(2 / 6), 0)


@pytest.mark.parametrize("size", [7, 1000])
def test_a_unit_is_dead_if_no_example_wakes_it(size):
    net = lk.mlp([3, 4, 3, 2], "relu")
    first, second = (layer.params for layer in linear_layers(net)[:2])
    first["W"][...] = 0
    first["W"][0, 0] = 1
    threshold = np.sort(X[:, 0])[-1] - 1e-3  # one single example wakes the first unit
    first["b"][...] = [[-threshold, -1, 1, 2]]
    second["W"][...] = 0
    second["b"][...] = [[1, -1, -1]]
    np.testing.assert_allclose(instruments.dead_shares(net, X, size=size), [1 / 4, 2 / 3])
    assert instruments.dead_shares(lk.mlp([3, 4, 2], "tanh"), X).tolist() == [0]


def test_all_weights_and_only_those():
    net = lk.mlp([3, 4, 2], batch_norm=True)
    assert instruments.weight_values(net).shape == (3 * 4 + 4 * 2,)
    assert np.array_equal(np.sort(instruments.weight_values(net)), np.sort(net.theta[net.weight_mask()]))


# ------------------------------------------------------------------------------------------------ regions
def test_the_grid_holds_all_points_with_room():
    x = np.array([[0, 0], [4, 1]], np.float32)
    grid, (left, right, bottom, top) = instruments.grid_over(x, 11, room=0.1)
    assert grid.shape == (121, 2) and grid.dtype == np.float32
    np.testing.assert_allclose([left, right, bottom, top], [-0.2, 4.2, -1.7, 2.7], rtol=1e-6)
    assert np.array_equal(grid[0], np.float32([left, bottom])) and np.array_equal(grid[-1], np.float32([right, top]))
    assert np.array_equal(grid[10], np.float32([right, bottom]))


def half_plane(replicas=None):
    """Class 1 where the first coordinate is positive: p = σ(10 x₀)."""
    net = lk.mlp([2, 2], replicas=replicas)
    net.weights()[0][...] = [[0, 10], [0, 0]]
    return net


def test_regions_of_a_half_plane():
    grid, extent = instruments.grid_over(np.array([[-1, -1], [1, 1]], np.float32), 8, room=0)
    found = instruments.regions(half_plane(), grid, extent)
    across = np.linspace(-1, 1, 8)
    assert np.array_equal(found.predicted, np.tile(across > 0, (8, 1)))
    np.testing.assert_allclose(found.margin, np.tile(np.tanh(5 * np.abs(across)), (8, 1)), rtol=1e-5)
    assert found.members.shape == (0, 8, 8)


def test_replicas_vote_with_their_mean_probability():
    grid, extent = instruments.grid_over(np.array([[-1, -1], [1, 1]], np.float32), 4, room=0)
    net = half_plane(replicas=3)
    net.weights()[0][1:] *= -0.1  # two weak members against a sure one
    found = instruments.regions(net, grid, extent)
    assert found.members.shape == (3, 4, 4)
    assert np.array_equal(found.members[1], 1 - found.members[0]) and np.array_equal(found.predicted, found.members[0])


def test_a_diverged_network_warns_nobody():
    net = half_plane(replicas=2)
    net.theta[1] = np.nan
    grid, extent = instruments.grid_over(X[:, :2], 4)
    assert np.isfinite(instruments.regions(net, grid, extent).margin).all()
    net.theta[...] = np.inf
    assert np.isnan(instruments.regions(net, grid, extent).margin).all()
    instruments.activations(lk.mlp([3, 4, 2]), X * np.float32(1e38), -1, 1)
