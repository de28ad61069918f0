"""Networks: one long vector of parameters, replicas, caches, types and shapes, errors."""

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


def test_dropout_stands_where_keep_is_below_one_and_nowhere_else():
    kinds = [[type(layer) for layer in lk.mlp([3, 4, 4, 2], keep=keep).layers] for keep in (1, 0.5)]
    block = [lk.Linear, lk.Elementwise]
    assert kinds[0] == [*block, *block, lk.Linear]
    assert kinds[1] == [*block, lk.Dropout, *block, lk.Dropout, lk.Linear]
