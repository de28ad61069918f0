"""What notebook 03 says about training, asserted on runs of its own: directions strictly, sizes loosely."""

from functools import partial
from itertools import islice

import numpy as np
import pytest

import labkit as lk

SEEDS = range(5)
GUESSING = np.log(10)


@pytest.fixture(scope="module")
def images():
    fashion = lk.datasets.fashion_mnist(2000)
    mean, scale = fashion.x_train.mean(axis=0), fashion.x_train.std()
    return (fashion.x_train - mean) / scale, fashion.y_train


def last_losses(images, sizes, activation, init, opt, steps=150):
    """Mean training loss of the last 20 steps, one per seed."""
    net = lk.mlp(sizes, activation, init=init, seed=SEEDS)
    batches = lk.Batches(*images, size=50, rng=[lk.streams(seed).data for seed in SEEDS])
    run = lk.train(net, lk.softmax_cross_entropy, opt, batches)
    return np.mean([step.loss for step in islice(run, steps)][-20:], axis=0)


@pytest.mark.parametrize(("activation", "moving"), [("tanh", 1), ("relu", 1), ("sigmoid", 6)])
def test_from_zero_only_the_output_bias_learns_except_with_the_sigmoid(images, activation, moving):
    net = lk.mlp([784, 50, 50, 10], activation, init="zeros")
    batches = lk.Batches(*images, size=50, rng=lk.streams(0).data)
    list(islice(lk.train(net, lk.softmax_cross_entropy, lk.SGD(0.1), batches), 20))
    assert sum(p.any() for layer in net.layers[::2] for p in layer.params.values()) == moving
    assert net.layers[-1].params["b"].any()
    assert all(np.ptp(W, axis=1).max() == pytest.approx(0, abs=1e-6) for W in net.weights()[:2])


def test_equal_units_stay_equal_and_move(images):
    net = lk.mlp([784, 6, 10], "tanh", init=partial(lk.constant, value=0.01), dtype=np.float64)
    batches = lk.Batches(*images, size=50, rng=lk.streams(0).data)
    for _ in islice(lk.train(net, lk.softmax_cross_entropy, lk.SGD(0.1), batches), 100):
        assert np.ptp(net.weights()[0], axis=1).max() < 1e-9
    assert np.ptp(net.weights()[0]) > 0.01


def test_ten_tanh_layers_learn_from_one_start_of_three(images):
    ends = {std: last_losses(images, [784, *[100] * 10, 10], "tanh", partial(lk.normal, std=std), lk.SGD(0.05))
            for std in (0.01, 0.1, 1.0)}
    np.testing.assert_allclose(ends[0.01], GUESSING, atol=0.02)
    assert (ends[0.1] < 1).all()
    assert (ends[1.0] > GUESSING + 1).all()


@pytest.mark.parametrize(("layers", "init", "learns"), [(10, "he_normal", True), (10, "xavier_normal", True),
                                                        (30, "he_normal", True), (30, "xavier_normal", False)])
def test_xavier_under_relu_stalls_at_thirty_layers(images, layers, init, learns):
    ends = last_losses(images, [784, *[64] * layers, 10], "relu", init, lk.SGD(0.05))
    assert ((ends < GUESSING - 0.1) == learns).all()
    if not learns:
        np.testing.assert_allclose(ends, GUESSING, atol=0.02)


@pytest.mark.parametrize(("std", "share", "growth"), [(1.0, 0.92, 3.5), (500**-0.5, 0.0, 0.87)])
def test_saturated_units_and_the_gradient_at_two_stds(std, share, growth):
    x, upstream = np.random.default_rng(0).standard_normal((2, 200, 500))
    flow = lk.probes.propagate(x, np.random.default_rng(1).standard_normal((10, 500, 500)), std, "tanh",
                               upstream=upstream)
    assert np.mean(np.abs(flow.h[-1]) > 0.97) == pytest.approx(share, abs=0.02)
    assert (flow.dz[0].std() / flow.dz[-1].std()) ** (1 / 9) == pytest.approx(growth, rel=0.05)


def test_a_small_change_grows_in_the_chaotic_phase_only():
    rng = np.random.default_rng(0)
    x, noise, Z = rng.standard_normal((200, 500)), rng.standard_normal((200, 500)), rng.standard_normal((8, 500, 500))
    for std, low, high in ((500**-0.5, 0, 0.002), (1.0, 0.5, 2)):
        near, far = (lk.probes.propagate(a, Z, std, "tanh", upstream=noise).h[-1] for a in (x, x + 0.001 * noise))
        assert low < lk.probes.rms(near - far) / lk.probes.rms(near) < high
