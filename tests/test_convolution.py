"""Convolution against its textbook form, its big matrix and NumPy; sharing, locality, shifts, channels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import labkit as lk

RNG = np.random.default_rng(0)
KINDS = (lk.Conv1d, lk.Local1d)
SHAPES = st.fixed_dictionaries({"length": st.integers(3, 9), "c_in": st.integers(1, 3), "c_out": st.integers(1, 3),
                                "k": st.integers(1, 3), "stride": st.integers(1, 4), "pad": st.integers(0, 3)})


def alone(layer, **options):
    """The layer in a network of its own, with biases that are not 0."""
    net = lk.Network([layer], dtype=np.float64, **options)
    net.theta[...] += RNG.standard_normal(net.theta.shape)
    return net


def textbook(layer, x):
    """y[p, o] = b[o] + Σ over the window's places j and channels i of W[j, i, o] · x[p · stride + j, i], by loops."""
    x = x.reshape(len(x), layer.length, layer.c_in)
    y = np.zeros((len(x), layer.positions, layer.c_out))
    for p in range(layer.positions):
        W, b = (layer.params[name] if layer.shared else layer.params[name][p] for name in ("W", "b"))
        y[:, p] = b
        for j in range(layer.k):
            at = p * layer.stride + j - layer.pad
            if 0 <= at < layer.length:
                y[:, p] += x[:, at] @ W.reshape(layer.k, layer.c_in, layer.c_out)[j]
    return y.reshape(len(x), -1)


@pytest.mark.parametrize("kind", KINDS)
@given(shape=SHAPES)
def test_is_its_textbook_form_and_its_big_matrix(kind, shape):
    layer = kind(**shape)
    net, x = alone(layer), RNG.standard_normal((4, layer.n_in))
    y = net.forward(x)
    np.testing.assert_allclose(y, textbook(layer, x), atol=1e-12)
    np.testing.assert_allclose(y, x @ layer.as_matrix() + net.forward(np.zeros((1, layer.n_in))), atol=1e-12)


@pytest.mark.parametrize("replicas", [None, 3])
@pytest.mark.parametrize("kind", KINDS)
@given(shape=SHAPES)
def test_gradient_check(kind, replicas, shape):
    first = kind(**shape)
    second = kind(first.positions, first.c_out, 3, 1)
    layers = [first, lk.Elementwise("tanh"), second, lk.BatchNorm1d(second.positions, 3),
              lk.MeanPool1d(second.positions, 3)]
    net = lk.Network(layers, seed=1, replicas=replicas, dtype=np.float64)
    x, y = RNG.standard_normal((5, first.n_in)), RNG.integers(0, 3, 5)
    assert lk.check_gradient(net, x, y, rng=np.random.default_rng(2)) < 1e-5


def test_is_numpys_correlation():
    layer = lk.Conv1d(30, 1, 1, 5)
    net, x = alone(layer), RNG.standard_normal(30)
    W, b = layer.params["W"][:, 0], layer.params["b"][0, 0]
    np.testing.assert_allclose(net.forward(x[None])[0], np.correlate(x, W, "valid") + b)


def test_sharing_is_equal_weights_everywhere_and_locality_is_the_zeros():
    shared, local = lk.Conv1d(9, 2, 3, 3, stride=2, pad=1), lk.Local1d(9, 2, 3, 3, stride=2, pad=1)
    nets, x = [alone(layer) for layer in (shared, local)], RNG.standard_normal((4, 18))
    assert len(np.unique(shared.as_matrix())) - 1 == 3 * 2 * 3 == shared.params["W"].size
    np.testing.assert_array_equal(shared.as_matrix() != 0, local.as_matrix() != 0)
    for name in ("W", "b"):
        local.params[name][...] = shared.params[name]
    np.testing.assert_allclose(nets[0].forward(x), nets[1].forward(x))
    assert nets[1].theta.size == shared.positions * nets[0].theta.size


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_a_shifted_input_gives_a_shifted_output_if_the_stride_divides_the_shift(stride):
    layer = lk.Conv1d(40, 1, 4, 5, stride=stride, pad=2)
    net, x = alone(layer), np.zeros((1, 40))
    x[0, 12:18] = RNG.standard_normal(6)                     # away from the ends, where the zeros of `pad` are
    y = net.forward(x).reshape(-1, 4)
    for shift in (stride, 2 * stride):
        np.testing.assert_allclose(net.forward(np.roll(x, shift)).reshape(-1, 4), np.roll(y, shift // stride, axis=0))
    if stride > 1:
        odd = net.forward(np.roll(x, stride + 1)).reshape(-1, 4)
        assert min(np.abs(odd - np.roll(y, s, axis=0)).max() for s in range(len(y))) > 0.1


@pytest.mark.parametrize("kind", KINDS)
def test_replica_i_is_the_single_network_with_its_seed(kind):
    def net(**options):
        return lk.Network([kind(12, 2, 3, 3, stride=2), lk.Elementwise("relu"), lk.Linear(15, 4)], **options)

    x = RNG.standard_normal((6, 24)).astype(np.float32)
    together, single = net(seed=3, replicas=3), net(seed=5)
    np.testing.assert_allclose(together.forward(x)[2], single.forward(x), rtol=1e-5, atol=1e-6)
    own = np.stack([x, 2 * x, 3 * x])
    np.testing.assert_allclose(together.forward(own)[2], single.forward(3 * x), rtol=1e-5, atol=1e-6)
    assert together.layers[0].as_matrix().shape == (3, 24, 15)


@pytest.mark.parametrize("kind", KINDS)
def test_the_fan_in_is_that_of_one_window(kind):
    layer = kind(50, 20, 60, 5)
    lk.Network([layer])
    assert layer.params["W"].std() == pytest.approx(np.sqrt(2 / 100), rel=0.05)


def test_mean_over_positions():
    x = RNG.standard_normal((4, 18))
    net = lk.Network([lk.Conv1d(9, 2, 2, 1, init=lambda rng, m, n: np.eye(m)), lk.MeanPool1d(9, 2)], dtype=np.float64)
    np.testing.assert_allclose(net.forward(x), np.stack([x[:, 0::2].mean(axis=1), x[:, 1::2].mean(axis=1)], axis=1))


def test_batch_norm_per_channel_commutes_with_a_shift_and_batch_norm_per_unit_does_not():
    x = RNG.standard_normal((16, 30)) * np.linspace(1, 4, 30)                       # 10 positions, 3 channels
    moved = np.roll(x, 3, axis=1)                                                   # by one position
    per_channel, per_unit = (lk.Network([lk.Linear(30, 30, init=lambda rng, m, n: np.eye(m)), norm], dtype=np.float64)
                             for norm in (lk.BatchNorm1d(10, 3), lk.BatchNorm(30)))
    y = per_channel.forward(x, train=True)
    np.testing.assert_allclose(y.reshape(-1, 3).mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(y.reshape(-1, 3).std(axis=0), 1, rtol=1e-3)
    np.testing.assert_allclose(per_channel.forward(moved, train=True), np.roll(y, 3, axis=1))
    for _ in range(3):
        per_unit.forward(x, train=True)
        per_channel.forward(x, train=True)
    np.testing.assert_allclose(per_channel.forward(moved), np.roll(per_channel.forward(x), 3, axis=1))
    assert np.abs(per_unit.forward(moved) - np.roll(per_unit.forward(x), 3, axis=1)).max() > 0.5


@pytest.mark.parametrize(("call", "message"), [
    (lambda: lk.Conv1d(4, 1, 2, 7, pad=1), r"Conv1d: a window of 7 positions does not fit into 4 \+ 2 · 1"),
    (lambda: lk.Local1d(4, 1, 2, 0), "Local1d: k must be at least 1"),
    (lambda: lk.Conv1d(4, 1, 2, 2, stride=0), "stride must be at least 1"),
    (lambda: lk.Conv1d(4, 1, 2, 2, pad=-1), "pad must be at least 0"),
    (lambda: lk.Conv1d(4, 1, 2, 2, init="he"), "Conv1d: init: 'he' is not known"),
    (lambda: lk.Network([lk.Conv1d(4, 1, 2, 2), lk.MeanPool1d(4, 2)]), "expects 8 inputs, .* has 6 units"),
    (lambda: lk.Network([lk.Conv1d(4, 1, 2, 2), lk.BatchNorm1d(3, 3)]), "expects 9 inputs, .* has 6 units"),
    (lambda: lk.Network([lk.Conv1d(4, 1, 2, 2)]).forward(np.zeros((3, 5))), r"4×1 → 3×2, k=2\): x has shape \(3, 5\)"),
])
def test_bad_layers_and_inputs(call, message):
    with pytest.raises(ValueError, match=message):
        call()
