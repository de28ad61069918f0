"""Layers one at a time, against their textbook form: Linear, BatchNorm, Dropout."""

import numpy as np
import pytest

import labkit as lk

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((8, 5)), RNG.integers(0, 4, 8)


def small(activation="tanh", **options):
    return lk.mlp([5, 6, 7, 4], activation, **options)


def test_linear_is_xW_plus_b():
    net = lk.Network([lk.Linear(5, 4)], dtype=np.float64)
    W, b = net.layers[0].params["W"], net.layers[0].params["b"]
    b[...] = RNG.standard_normal(b.shape)
    np.testing.assert_allclose(net.forward(X), [[x @ W[:, j] + b[0, j] for j in range(4)] for x in X])


def test_batch_norm_sets_the_first_two_moments():
    net = lk.Network([lk.Linear(5, 4), lk.BatchNorm(4)], dtype=np.float64)
    net.layers[1].params["gamma"][...] = 3
    net.layers[1].params["beta"][...] = -2
    y = net.forward(100 + 50 * X, train=True)
    np.testing.assert_allclose(y.mean(axis=0), -2, atol=1e-9)
    np.testing.assert_allclose(y.std(axis=0), 3, rtol=1e-3)


def test_batch_norm_running_statistics():
    decay, mean, var = 0.8, np.zeros(5), np.ones(5)
    copy = lk.Linear(5, 5, init=lambda rng, m, n: np.eye(m))
    net = lk.Network([copy, lk.BatchNorm(5, decay=decay)], dtype=np.float64)
    for t in range(4):
        batch = X * (t + 1) + t
        net.forward(batch, train=True)
        mean = decay * mean + (1 - decay) * batch.mean(axis=0)
        var = decay * var + (1 - decay) * batch.var(axis=0, ddof=1)
    np.testing.assert_allclose(net.forward(X), (X - mean) / np.sqrt(var + 1e-5))


def test_batch_norm_of_one_example():
    with pytest.raises(ValueError, match="1 example has no variance"):
        small(batch_norm=True).forward(X[:1], train=True)
    assert small(batch_norm=True).forward(X[:1]).shape == (1, 4)


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9])
def test_dropout_keeps_the_share_and_the_mean(keep):
    net = lk.Network([lk.Linear(500, 500, init=lambda rng, m, n: np.eye(m)), lk.Dropout(keep)], seed=3)
    y = net.forward(np.ones((200, 500)), train=True)
    n = y.size
    assert abs((y > 0).mean() - keep) < 5 * np.sqrt(keep * (1 - keep) / n)
    assert set(np.unique(y).tolist()) == {0.0, float(np.float32(1) / np.float32(keep))}
    assert not np.array_equal(y[0], y[1]), "every example has its own mask"
    np.testing.assert_array_equal(net.forward(np.ones((2, 500))), 1)


def test_dropout_reads_keep_at_every_step():
    net = lk.Network([lk.Linear(5, 400), lk.Dropout(0.5)], seed=3)
    net.layers[1].keep = 1
    np.testing.assert_array_equal(net.forward(X, train=True), net.forward(X))
    net.layers[1].keep = 0.1
    assert (net.forward(X, train=True) == 0).mean() > 0.8


def test_dropout_takes_one_keep_per_replica():
    net = lk.Network([lk.Linear(5, 400), lk.Dropout(np.array([0.1, 1.0], np.float32)[:, None, None])], replicas=2)
    zeros = (net.forward(X, train=True) == 0).mean(axis=(1, 2))
    assert zeros[0] > 0.8
    assert zeros[1] == 0


def test_one_keep_each_for_more_replicas_than_python_keeps_small_numbers():
    net = lk.Network([lk.Linear(5, 4), lk.Dropout(np.full((300, 1, 1), 0.5))], replicas=300)
    assert 0.45 < (net.forward(X, train=True) == 0).mean() < 0.55


@pytest.mark.parametrize("shape", [(3, 1, 1), (1,)])
def test_keep_for_another_number_of_replicas(shape):
    with pytest.raises(ValueError, match=r"^Dropout: keep has shape .*one per replica, \(2, 1, 1\)\.$"):
        lk.Network([lk.Linear(5, 4), lk.Dropout(np.full(shape, 0.5))], replicas=2).forward(X, train=True)
    with pytest.raises(ValueError, match="of which this network has none"):
        lk.Network([lk.Linear(5, 4), lk.Dropout(np.full((2, 1, 1), 0.5))]).forward(X, train=True)


def test_a_running_average_forgets_and_its_weight_of_the_past_is_below_1():
    for decay in (1.0, 1.5, -0.1):
        with pytest.raises(ValueError, match=r"BatchNorm: decay must be in \[0, 1\)"):
            lk.BatchNorm(3, decay=decay)


@pytest.mark.parametrize("keep", [0.0, -0.5, 1.5, np.nan])
def test_bad_keep(keep):
    with pytest.raises(ValueError, match="It is the fraction KEPT; frameworks' rate is 1 - keep"):
        lk.Dropout(keep)
    with pytest.raises(ValueError, match="mlp: keep"):
        small(keep=keep)


@pytest.mark.parametrize("layer, words", [
    (lk.Linear(3, 4), "Linear has no params: .* put it into one: lk.Network"),
    (lk.BatchNorm(3), "BatchNorm has no buffers: .* lk.Network"),
])
def test_a_layer_alone_says_what_it_lacks(layer, words):
    with pytest.raises(AttributeError, match=words):
        layer.forward(np.zeros((2, 3), np.float32))


def test_backward_without_forward():
    with pytest.raises(AttributeError, match="call forward"):
        lk.Elementwise("relu").backward(np.zeros(3))
    assert not hasattr(lk.Linear(3, 4), "weights")
