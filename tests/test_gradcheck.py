"""The gradient check passes over every combination of the tables, and fails when any layer is wrong."""

import numpy as np
import pytest

import labkit as lk

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((8, 5)), RNG.integers(0, 4, 8)


def small(activation="tanh", **options):
    return lk.mlp([5, 6, 7, 4], activation, **options)


@pytest.mark.parametrize("replicas", [None, 1, 3])
@pytest.mark.parametrize("keep", [1.0, 0.6])
@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("activation", lk.ACTIVATIONS)
def test_gradient_check(activation, batch_norm, keep, replicas):
    net = small(activation, batch_norm=batch_norm, keep=keep, replicas=replicas, dtype=np.float64)
    assert lk.check_gradient(net, X, Y, rng=np.random.default_rng(1)) < 1e-6


# an entry of each kind, with 12 units in
ENTRIES = {
    "Linear": lambda: lk.Linear(12, 12), "Elementwise": lambda: lk.Elementwise("tanh"),
    "BatchNorm": lambda: lk.BatchNorm(12), "Dropout": lambda: lk.Dropout(0.6),
    "Conv1d": lambda: lk.Conv1d(6, 2, 4, 3, stride=2, pad=1), "MeanPool1d": lambda: lk.MeanPool1d(3, 4),
    "Local1d": lambda: lk.Local1d(6, 2, 4, 3, stride=2, pad=1), "BatchNorm1d": lambda: lk.BatchNorm1d(3, 4),
}


@pytest.mark.parametrize("replicas", [None, 3])
@pytest.mark.parametrize("name", lk.LAYERS)
def test_gradient_check_of_every_layer_of_the_table(name, replicas):
    layer = ENTRIES[name]()
    last = lk.Linear(getattr(layer, "n_out", 12), 4)
    net = lk.Network([lk.Linear(5, 12), layer, last], replicas=replicas, dtype=np.float64)
    assert lk.check_gradient(net, X, Y, rng=np.random.default_rng(1)) < 1e-6


@pytest.mark.parametrize("loss", lk.LOSSES)
def test_gradient_check_of_every_loss(loss):
    target = Y if loss == "softmax_cross_entropy" else RNG.random((8, 4))
    net = small("gelu", batch_norm=True, dtype=np.float64)
    assert lk.check_gradient(net, X, target, loss=lk.LOSSES[loss], rng=np.random.default_rng(1)) < 1e-6


@pytest.mark.parametrize("breakage", ["dW", "bias", "activation", "gamma", "mask"])
def test_gradient_check_notices_a_wrong_layer(breakage, monkeypatch):
    net = small("tanh", batch_norm=True, keep=0.5, dtype=np.float64)
    (linear, norm, bend, drop), last = net.layers[:4], net.layers[-1]  # before batch norm a bias has no effect
    grads = {"dW": (linear, lambda d: linear.grads["W"].__imul__(1.001)),
             "bias": (last, lambda d: last.grads["b"].__imul__(0.9)),
             "gamma": (norm, lambda d: norm.grads["gamma"].__imul__(-1)),
             "activation": (bend, lambda d: d.__imul__(1.01)),
             "mask": (drop, lambda d: d.__imul__(0.5))}
    layer, spoil = grads[breakage]
    backward = type(layer).plain_backward

    def broken(self, dy):
        dx = backward(self, dy)
        if self is not layer:
            return dx
        spoil(dx)
        return dx

    monkeypatch.setattr(type(layer), "plain_backward", broken)
    assert lk.check_gradient(net, X, Y, rng=np.random.default_rng(1)) > 1e-5


def test_gradient_check_leaves_the_network_as_it_was():
    net = small(batch_norm=True, keep=0.5, dtype=np.float64)
    before = net.snapshot()
    lk.check_gradient(net, X, Y, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(before.theta, net.theta)
    np.testing.assert_array_equal(before.buffers, net.buffers)
    assert not any(getattr(layer, "frozen", False) for layer in net.layers)


def test_gradient_check_refuses_float32():
    with pytest.raises(ValueError, match="the network is float32; expected float64"):
        lk.check_gradient(small(), X, Y, rng=np.random.default_rng(1))
    with pytest.raises(ValueError, match="got list as the network"):
        lk.check_gradient([], X, Y, rng=np.random.default_rng(1))


def test_the_parameters_are_shaken_only_a_little():
    net, seen = small(dtype=np.float64), []
    before = net.theta.copy()

    def watched(out, y):
        seen.append(np.abs(net.theta - before).max())
        return lk.softmax_cross_entropy(out, y)

    lk.check_gradient(net, X, Y, loss=watched, rng=np.random.default_rng(1))
    assert len(seen) == 7 and 0.001 < min(seen) <= max(seen) < 0.1


def test_two_gradients_that_are_0_agree():
    net = lk.mlp([4, 8, 1], dtype=float)
    x, y = RNG.standard_normal((6, 4)), np.zeros((6, 1))

    def nothing(out, target):
        return 0 * out.sum(), 0 * out

    assert lk.check_gradient(net, x, y, loss=nothing, rng=np.random.default_rng(0)) == 0


def test_parameters_come_back_when_the_check_fails_midway():
    net = lk.mlp([4, 8, 3], dtype=float)
    before, looks = net.theta.copy(), []

    def loss(out, y):
        looks.append(1)
        if len(looks) == 3:
            raise KeyboardInterrupt
        return lk.softmax_cross_entropy(out, y)

    with pytest.raises(KeyboardInterrupt):
        lk.check_gradient(net, RNG.standard_normal((6, 4)), np.zeros(6, int), loss=loss, rng=np.random.default_rng(0))
    assert np.array_equal(net.theta, before)


def test_a_check_of_nothing_finite_is_refused():
    net = lk.mlp([4, 8, 3], dtype=float)
    net.theta[0] = np.nan
    with pytest.raises(ValueError, match="check_gradient: a loss or a gradient is not finite"):
        lk.check_gradient(net, RNG.standard_normal((6, 4)), np.zeros(6, int), rng=np.random.default_rng(0))
