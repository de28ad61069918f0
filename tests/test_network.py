"""Layers and networks: gradients over every combination of the tables, views, replicas, caches, errors."""

from functools import partial
from itertools import islice, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import labkit as lk
from labkit.checks import streams

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((8, 5)), RNG.integers(0, 4, 8)


def small(activation="tanh", **options):
    return lk.mlp([5, 6, 7, 4], activation, **options)


# ---------------------------------------------------------------------------------------------- gradients
@pytest.mark.parametrize("replicas", [None, 1, 3])
@pytest.mark.parametrize("keep", [1.0, 0.6])
@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("activation", lk.ACTIVATIONS)
def test_gradient_check(activation, batch_norm, keep, replicas):
    net = small(activation, batch_norm=batch_norm, keep=keep, replicas=replicas, dtype=np.float64)
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
    right = {layer: type(layer).backward for layer in (linear, norm, bend, drop, last)}
    grads = {"dW": (linear, lambda d: linear.grads["W"].__imul__(1.001)),
             "bias": (last, lambda d: last.grads["b"].__imul__(0.9)),
             "gamma": (norm, lambda d: norm.grads["gamma"].__imul__(-1)),
             "activation": (bend, lambda d: d.__imul__(1.01)),
             "mask": (drop, lambda d: d.__imul__(0.5))}
    layer, spoil = grads[breakage]

    def broken(dy):
        dx = right[layer](layer, dy)
        spoil(dx)
        return dx

    monkeypatch.setattr(layer, "backward", broken)
    assert lk.check_gradient(net, X, Y, rng=np.random.default_rng(1)) > 1e-5


def test_gradient_check_leaves_the_network_as_it_was():
    net = small(batch_norm=True, keep=0.5, dtype=np.float64)
    before = net.snapshot()
    lk.check_gradient(net, X, Y, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(before.theta, net.theta)
    np.testing.assert_array_equal(before.buffers, net.buffers)
    assert not any(getattr(layer, "frozen", False) for layer in net.layers)


def test_gradient_check_refuses_float32():
    with pytest.raises(ValueError, match="expected float64"):
        lk.check_gradient(small(), X, Y, rng=np.random.default_rng(1))


# ---------------------------------------------------------------------------------------------- one layer at a time
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


@pytest.mark.parametrize("keep", [0.0, -0.5, 1.5, np.nan])
def test_bad_keep(keep):
    with pytest.raises(ValueError, match="It is the fraction KEPT; frameworks' rate is 1 - keep"):
        lk.Dropout(keep)
    with pytest.raises(ValueError, match="mlp: keep"):
        small(keep=keep)


# ---------------------------------------------------------------------------------------------- one long vector
def test_parameters_are_views_of_theta():
    net = small(batch_norm=True)
    net.theta[...] = np.arange(net.theta.size)
    flat = np.concatenate([p.reshape(-1) for layer in net.layers for p in getattr(layer, "params", {}).values()])
    np.testing.assert_array_equal(flat, net.theta)
    net.weights()[0][...] = -1
    assert (net.theta[:30] == -1).all()


def test_weight_mask_marks_the_weights():
    net = small(batch_norm=True)
    net.theta[...] = 0
    for W in net.weights():
        W[...] = 1
    np.testing.assert_array_equal(net.weight_mask(), net.theta == 1)


def test_snapshot_and_restore():
    net = small(batch_norm=True)
    net.forward(X, train=True)
    before, kept = net.forward(X), net.snapshot()
    net.theta += 1
    net.forward(X * 5, train=True)
    assert not np.allclose(net.forward(X), before)
    net.restore(kept)
    np.testing.assert_array_equal(net.forward(X), before)


def test_restart_draws_the_same_weights_again():
    net = small(keep=0.5, batch_norm=True)
    first, before = net.forward(X, train=True), net.snapshot()
    net.theta += 1
    net.restart()
    np.testing.assert_array_equal(net.forward(X, train=True), first)
    np.testing.assert_array_equal(net.snapshot().buffers, before.buffers)


def test_evaluation_between_forward_and_backward_changes_nothing():
    net = small(batch_norm=True, keep=0.5)
    _, dy = lk.softmax_cross_entropy(net.forward(X, train=True), Y)
    net.backward(dy)
    alone = net.grad.copy()
    net.restart()
    net.forward(X, train=True)
    net.forward(RNG.standard_normal((3, 5)))
    net.backward(dy)
    np.testing.assert_array_equal(net.grad, alone)


def test_the_same_seed_gives_the_same_batches_with_and_without_dropout():
    inits = [small(keep=k, seed=1).theta for k in (1.0, 0.5)]
    np.testing.assert_array_equal(*inits)


# ---------------------------------------------------------------------------------------------- replicas
@pytest.mark.parametrize("options", [{}, {"batch_norm": True}, {"keep": 0.7}, {"batch_norm": True, "keep": 0.7}])
def test_replica_i_is_the_single_run_with_its_seed(options):
    x, y = RNG.standard_normal((40, 5)).astype(np.float32), RNG.integers(0, 4, 40)

    def run(net, rng):
        opt, batches = lk.Adam(0.01), lk.Batches(x, y, size=16, rng=rng)
        losses = [step.loss for step in islice(lk.train(net, lk.softmax_cross_entropy, opt, batches), 12)]
        return net, np.array(losses)

    together, losses = run(small(seed=4, replicas=3, **options), [streams(s).data for s in (4, 5, 6)])
    for i, seed in enumerate((4, 5, 6)):
        alone, single = run(small(seed=seed, **options), streams(seed).data)
        np.testing.assert_allclose(together.theta[i], alone.theta, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(losses[:, i], single, rtol=1e-4, atol=1e-5)
        np.testing.assert_array_equal(together.forward(x).shape, (3, 40, 4))


def test_a_list_of_seeds_gives_a_replica_each():
    net = small(seed=[7, 7, 8])
    assert net.replicas == 3
    np.testing.assert_array_equal(net.theta[0], net.theta[1])
    assert not np.array_equal(net.theta[1], net.theta[2])


# ---------------------------------------------------------------------------------------------- types and shapes
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("activation", lk.ACTIVATIONS)
def test_one_dtype_everywhere(activation, dtype):
    net = small(activation, batch_norm=True, keep=0.5, replicas=2, dtype=dtype)
    y = net.forward(X, train=True)
    dx = net.backward(lk.softmax_cross_entropy(y, Y)[1], input_gradient=True)
    outputs = [out.dtype for _, out in net.activations(X, train=True)]
    assert {y.dtype, dx.dtype, net.theta.dtype, net.grad.dtype, net.buffers.dtype, *outputs} == {np.dtype(dtype)}


@settings(max_examples=30, deadline=None)
@given(sizes=st.lists(st.integers(1, 9), min_size=2, max_size=5), batch=st.integers(1, 7),
       replicas=st.sampled_from([None, 1, 3]))
def test_shapes(sizes, batch, replicas):
    net = lk.mlp(sizes, replicas=replicas)
    lead = () if replicas is None else (replicas,)
    assert net.forward(np.zeros((batch, sizes[0]))).shape == (*lead, batch, sizes[-1])
    assert net.theta.shape == (*lead, sum((m + 1) * n for m, n in pairwise(sizes)))


def test_repr_reads_like_a_diagram():
    assert repr(small("relu", replicas=2)) == (
        "Network (5 → 6) → relu → (6 → 7) → relu → (7 → 4) · 117 parameters · 2 replicas · float32")


# ---------------------------------------------------------------------------------------------- bad input
@pytest.mark.parametrize("x", [np.zeros((8, 6)), np.zeros(5), np.zeros((2, 8, 5)), np.zeros((8, 5, 1))])
def test_wrong_shape(x):
    with pytest.raises(ValueError, match=r"Linear\(5 → 6\): x has shape .*; expected \(batch, 5\)"):
        small().forward(x)


def test_nan_input():
    with pytest.raises(ValueError, match="NaN or infinite"):
        small().forward(np.full((2, 5), np.nan))


def test_backward_before_forward():
    with pytest.raises(RuntimeError, match="needs a forward"):
        small().backward(np.zeros((8, 4)))


@pytest.mark.parametrize(("call", "message"), [
    (lambda: small("rleu"), "did you mean 'relu'"),
    (lambda: small(init="he_norml"), "did you mean 'he_normal'"),
    (lambda: lk.mlp([5]), "at least inputs and outputs"),
    (lambda: lk.mlp([5, 0, 2]), "at least 1"),
    (lambda: lk.Network([lk.Linear(5, 3), lk.Linear(4, 2)]), r"Linear\(4 → 2\) expects 4 inputs"),
    (lambda: lk.Network([lk.Linear(5, 3), lk.BatchNorm(4)]), r"BatchNorm\(4\) expects 4"),
    (lambda: lk.Network([lk.Elementwise("relu")]), "at least one Linear"),
    (lambda: small(seed=[1, 2], replicas=3), "2 seeds for 3 replicas"),
    (lambda: small(init=partial(lk.normal, std=-1)), "std must be"),
])
def test_bad_networks(call, message):
    with pytest.raises(ValueError, match=message):
        call()
