"""What notebook 03 says about training, asserted on runs of its own: directions strictly, sizes loosely."""

from functools import partial
from itertools import islice

import numpy as np
import pytest

import labkit as lk
from labkit.lessons.initialization.experiments import deep_network

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


# ------------------------------------------------------------------------------------------------ he, layer by layer
def test_at_hes_std_ten_layers_keep_their_size_within_a_quarter_and_half_of_the_units_are_off():
    for seed in range(20, 26):
        rng = np.random.default_rng(seed)
        h, sizes = rng.standard_normal((200, 500)), []
        for _ in range(10):
            h = np.maximum(h @ ((2 / 500) ** 0.5 * rng.standard_normal((500, 500))), 0)
            sizes.append(h.std())
        assert 0.7 < sizes[-1] / sizes[0] < 1.4 and np.mean(h == 0) == pytest.approx(0.5, abs=0.08)
    assert [(2 / 500) ** 0.5 * share ** (1 / 9) for share in (0.8, 1.2)] == pytest.approx([0.0617, 0.0645], abs=1e-4)


# ------------------------------------------------------------------------------------------------ skip connections
@pytest.mark.parametrize(("branch", "growth"), [("c = 1", 2**14.5), ("c = 1/√L", (1 + 1 / 30) ** 14.5)])
def test_a_layer_multiplies_the_second_moment_by_one_plus_c_squared(branch, growth):
    net = deep_network((64, 64, 10), 30, branch, seed=range(30, 38))
    x = np.random.default_rng(0).standard_normal((100, 64)).astype(np.float32)
    hidden = [h for _, h in net.activations(x)][:30]
    found = [lk.probes.rms(last) / lk.probes.rms(first) for first, last in zip(hidden[0], hidden[-1], strict=True)]
    assert np.mean(np.log(found)) == pytest.approx(np.log(growth), abs=0.2)


def test_thirty_layers_learn_with_scaled_skips_and_end_in_infinity_with_unscaled_ones(images):
    def ends(branch, seeds=range(200, 204)):
        net = deep_network((784, 64, 10), 30, branch, seed=seeds)
        batches = lk.Batches(*images, size=50, rng=[lk.streams(seed).data for seed in seeds])
        return [step.loss for step in islice(lk.train(net, lk.softmax_cross_entropy, lk.SGD(0.05), batches), 150)]

    plain, scaled = (np.mean(ends(branch)[-20:], axis=0) for branch in ("no skip", "c = 1/√L"))
    assert (scaled < 0.5).all() and (plain > 1.2).all()
    unscaled = ends("c = 1")
    assert (unscaled[0] > 1000).all() and len(unscaled) < 5


# ------------------------------------------------------------------------------------------------ the answer
def test_ten_layers_learn_only_in_a_narrow_band_of_starts(images):
    gains, seeds = np.array([0.3, 1.0, 1.8, 10.0]), [40, 41]
    each = [seed for _ in gains for seed in seeds]
    net = lk.mlp([784, *[100] * 10, 10], "tanh", init="lecun_normal", seed=each)
    for W in net.weights():
        W *= np.repeat(np.float32(gains), 2)[:, None, None]
    x, y = images
    net.backward(lk.softmax_cross_entropy(net.forward(x[:100], train=True), y[:100])[1])
    gradient = net.layers[0].grads["W"].std(axis=(-2, -1)).reshape(4, 2)
    batches = lk.Batches(x, y, size=50, rng=[lk.streams(seed).data for seed in each])
    run = lk.train(net, lk.softmax_cross_entropy, lk.SGD(0.05), batches)
    loss = np.mean([step.loss for step in islice(run, 150)][-20:], axis=0).reshape(4, 2)
    assert (gradient[0] < 1e-5).all() and (gradient[1] > 1e-4).all() and (gradient[3] > 1).all()
    assert loss[0] == pytest.approx(np.full(2, GUESSING), abs=0.05)
    assert (loss[1:3] < 1).all() and (loss[3] > GUESSING).all()
