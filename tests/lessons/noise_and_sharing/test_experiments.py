"""Noise and its penalty, sharing, shifts, tasks, transfer: closed forms, finite differences, exact identities."""

import numpy as np
import pytest

import labkit as lk
from labkit.lessons.noise_and_sharing.experiments import batches, noise, sharing, shifts, slopes, tasks, transfer

RNG = np.random.default_rng(0)


# ------------------------------------------------------------------------------------------------ batches
def test_every_network_has_balanced_examples_of_its_own():
    y = np.arange(1000) % 10
    rows = batches.balanced_rows(y, 200, (1, 2))
    assert rows.shape == (2, 200) and not np.array_equal(*np.sort(rows))
    for row in rows:
        assert len(set(row)) == 200 and (np.bincount(y[row]) == 20).all()
    np.testing.assert_array_equal(rows[1], batches.balanced_rows(y, 200, (2,))[0])


def test_an_epoch_visits_every_example_once_with_its_label():
    x, rows = np.arange(50.0)[:, None], np.array([[1, 3, 5, 7, 9, 11], [40, 41, 42, 43, 44, 45]])
    stream = batches.own_batches(x, 100 + rows, rows, 2, (0, 1))
    seen = [next(stream) for _ in range(3)]
    for k in range(2):
        found = np.concatenate([b[k, :, 0] for b, _ in seen])
        assert sorted(found) == sorted(rows[k])
        np.testing.assert_array_equal(np.concatenate([labels[k] for _, labels in seen]), 100 + found)


# ------------------------------------------------------------------------------------------------ noise
def test_the_noise_has_its_size_in_training_only_and_is_new_each_time():
    net = lk.Network([noise.InputNoise(0.7), lk.Linear(200, 200, init=lambda rng, m, n: np.eye(m))], seed=3)
    x = np.zeros((100, 200), np.float32)
    first, second = (net.forward(x, train=True) for _ in range(2))
    assert first.std() == pytest.approx(0.7, rel=0.02) and not np.array_equal(first, second)
    np.testing.assert_array_equal(net.forward(x), 0)


def test_noise_on_weights_is_there_forth_and_back_and_leaves_the_weights_alone():
    layer = noise.NoisyLinear(300, 200, weight_sigma=0.5)
    net = lk.Network([lk.Linear(300, 300, init=lambda rng, m, n: np.eye(m)), layer], seed=1)
    before = net.theta.copy()
    x = RNG.standard_normal((50, 300)).astype(np.float32)
    y = net.forward(x, train=True)
    assert (layer.noisy - layer.params["W"]).std() == pytest.approx(0.5, rel=0.02)
    np.testing.assert_allclose(y, x @ layer.noisy, rtol=1e-4, atol=1e-3)
    dx = net.backward(np.ones_like(y), input_gradient=True)
    np.testing.assert_allclose(dx, np.ones_like(y) @ layer.noisy.T, rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(net.forward(x), x @ layer.params["W"], rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(net.theta, before)


def test_replica_i_with_noise_is_the_single_network_with_its_seed():
    x = RNG.standard_normal((20, 5)).astype(np.float32)
    options = {"sigma": 0.3, "weight_sigma": 0.2, "keep": 0.5}
    nets = [noise.noisy_mlp([5, 4, 3], seeds=seeds, **options) for seeds in ((7, 8), 8)]
    together, alone = (net.forward(x, train=True) for net in nets)
    np.testing.assert_allclose(together[1], alone, rtol=1e-5, atol=1e-5)


def test_without_noise_it_is_an_ordinary_network():
    x = RNG.standard_normal((20, 5)).astype(np.float32)
    found = noise.noisy_mlp([5, 4, 3], seeds=2).forward(x, train=True)
    np.testing.assert_allclose(found, lk.mlp([5, 4, 3], seed=2).forward(x))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_smoothing_is_the_mean_over_all_flips(share):
    z, y = RNG.standard_normal((8, 10)), RNG.integers(0, 10, 8)
    flips = [lk.softmax_cross_entropy(z, (y + shift) % 10)[0] for shift in range(10)]
    mean = (1 - share) * flips[0] + share / 9 * sum(flips[1:])
    soft = noise.smooth(y, share * 10 / 9).astype(float)
    assert lk.softmax_cross_entropy(z, soft)[0] == pytest.approx(mean, rel=1e-5)
    drawn = noise.flip(np.tile(y, 5000), share, np.random.default_rng(1)).reshape(5000, 8)
    assert (drawn != y).mean() == pytest.approx(share, abs=0.01)


def test_the_slopes_of_a_linear_network_are_its_weights():
    net = lk.Network([noise.InputNoise(0.5), noise.NoisyLinear(6, 4, weight_sigma=0.3)], seed=(1, 2))
    found = noise.squared_slope(net, RNG.standard_normal((9, 6)).astype(np.float32))
    np.testing.assert_allclose(found, np.square(net.weights()[0]).sum(axis=(1, 2)), rtol=1e-4)


def test_a_network_that_is_as_sure_as_it_is_right_has_no_calibration_error():
    net = lk.Network([lk.Linear(2, 2, init=lk.zeros)])
    net.layers[0].params["b"][...] = [[0, np.log(3)]]                                 # 75 % for class 1
    x, y = np.zeros((400, 2), np.float32), np.repeat([1, 1, 1, 0], 100)
    assert noise.calibration_error(net, x, y)[0] == pytest.approx(0, abs=1e-3)
    assert noise.calibration_error(net, x, np.ones(400, int))[0] == pytest.approx(25, abs=1e-3)


def test_the_wardrobe_of_the_trainer():
    wardrobe = noise.Wardrobe(seed=1)
    told, truth = wardrobe.data(0.4, False)["train"][1], noise.clothes()[1][:2000]
    assert (told != truth).mean() == pytest.approx(0.4)
    change = wardrobe.augment(np.random.default_rng(0))
    np.testing.assert_array_equal(change(None, truth)[1], truth)
    assert np.array_equal(wardrobe.data(0.4, True)["train"][1], truth)
    assert (change(None, truth)[1] != truth).mean() == pytest.approx(0.4, abs=0.05)
    wardrobe.eps = 0.2
    assert change(None, truth)[1].shape == (2000, 10)


# ------------------------------------------------------------------------------------------------ slopes
def test_noise_adds_the_squared_norm_of_the_weights_exactly():
    x, y = slopes.linear_data(4)
    w, sigma = RNG.standard_normal(8), 0.7
    shaken = x + sigma * np.random.default_rng(2).standard_normal((40_000, *x.shape))
    measured = np.square(shaken @ w - y).mean()
    assert measured == pytest.approx(np.square(x @ w - y).mean() + sigma**2 * (w @ w), rel=0.01)


@pytest.mark.parametrize("seed", [3, 8])
def test_the_copies_walk_onto_ridge(seed):
    few, many = (slopes.noisy_copies(m, 0.8, seed=seed) for m in (1, 3000))
    x, y = slopes.linear_data(seed)
    exact = np.linalg.solve(x.T @ x + len(x) * 0.8**2 * np.eye(8), x.T @ y)           # mean loss + σ²‖w‖²
    np.testing.assert_allclose(many.ridge, exact)
    assert few.now > 0.2 > 0.03 > many.now
    assert np.linalg.norm(many.ridge) < np.linalg.norm(many.plain)
    slope = np.polyfit(np.log(many.counts[3:]), np.log(many.apart[3:]), 1)[0]
    assert slope == pytest.approx(-0.5, abs=0.15)


def test_slopes_are_finite_differences():
    found = slopes.sines(0.1, (5, 6), steps=30)
    x, h = np.linspace(-0.9, 0.9, 7, dtype=np.float32)[:, None], np.float32(1e-2)
    numeric = (found.net.forward(x + h) - found.net.forward(x - h))[..., 0] / (2 * h)
    np.testing.assert_allclose(slopes.slopes(found.net, x), numeric, atol=0.02)


# ------------------------------------------------------------------------------------------------ sharing
def test_the_networks_have_the_parameters_that_the_lesson_says():
    count = {kind: make().theta.size for kind, make in sharing.NETS.items()}
    assert count["conv, mean"] == (5 * 16 + 16) + 2 * (80 * 16 + 16) + 170
    assert count["local, not shared"] > 5 * count["conv, flat"]
    assert abs(count["dense, same number"] - count["conv, flat"]) < 1000
    conv, dense = ([layer.n_out for layer in net.layers if isinstance(layer, lk.Linear)]
                   for net in (sharing.conv_mean(), sharing.dense_same_width()))
    assert conv == dense


@pytest.mark.parametrize("make", [sharing.conv_flat, sharing.conv_mean, sharing.local_flat])
def test_written_out_as_dense_it_answers_the_same(make):
    net = make((3, 4))
    net.theta += 0.1 * np.random.default_rng(0).standard_normal(net.theta.shape, np.float32)
    x = RNG.standard_normal((6, 40)).astype(np.float32)
    np.testing.assert_allclose(sharing.as_dense(net).forward(x), net.forward(x), rtol=1e-3, atol=1e-4)


def test_mixing_up_positions_keeps_every_number_and_a_dense_network_cannot_notice():
    assert sorted(sharing.order(True)) == list(range(40)) and not np.array_equal(sharing.order(True), range(40))
    plain, mixed = (sharing.score(sharing.train_on(500, "dense 100-100", range(20, 25), permuted=p), permuted=p)
                    for p in (False, True))
    assert abs(plain.mean() - mixed.mean()) < 4


# ------------------------------------------------------------------------------------------------ shifts
@pytest.mark.parametrize("stride", [1, 2, 4])
def test_features_move_along_at_multiples_of_the_stride_and_only_there(stride):
    for shift in range(shifts.MOST + 1):
        found = shifts.shifted(shift, stride)
        exact = shift % stride == 0
        assert (found.apart < 1e-9) == exact and (found.changed < 1e-9) == exact


# ------------------------------------------------------------------------------------------------ tasks
def test_weight_0_is_task_1_alone():
    alone = tasks.toy(20, 1, seeds=range(3)).together
    np.testing.assert_allclose(tasks.toy(20, 5, 1.0, 2, 0.0, seeds=range(3)).alone, alone)
    assert np.median(tasks.toy(20, 5, 1.0, 2, 0.0, seeds=range(8)).together) == pytest.approx(
        np.median(tasks.toy(20, 1, seeds=range(8)).together), rel=0.5)


@pytest.mark.parametrize("seeds", [range(30, 40)])
def test_related_tasks_help_unrelated_hurt_and_a_wide_body_shares_nothing(seeds):
    def error(*setting):
        return np.median(tasks.toy(*setting, seeds=seeds).together)

    assert error(15, 10, 1.0) < 0.3 * error(15, 1, 1.0)
    assert error(30, 10, 0.0) > 1.5 * error(30, 1, 1.0)
    assert error(15, 10, 1.0, 12) > 2 * error(15, 10, 1.0, 2)
    assert error(30, 10, 0.0, 2, 0.05) < 1.3 * error(30, 1, 1.0)


def test_the_loss_of_two_heads_has_its_finite_differences():
    loss, z = tasks.two_losses(3, 0.7), RNG.standard_normal((1, 5, 14))
    labels = np.array([[1, 9, 4, 2, 0]])
    value, d = loss(z, labels)
    v = RNG.standard_normal(z.shape)
    numeric = (loss(z + 1e-6 * v, labels)[0] - loss(z - 1e-6 * v, labels)[0]) / 2e-6
    np.testing.assert_allclose((d * v).sum(), numeric, rtol=1e-6)
    assert not d[0, :3, 10:].any() and not d[0, 3:, :10].any()
    assert value == pytest.approx(lk.softmax_cross_entropy(z[0, :3, :10], labels[0, :3])[0]
                                  + 0.7 * lk.softmax_cross_entropy(z[0, 3:, 10:], labels[0, 3:])[0])


# ------------------------------------------------------------------------------------------------ transfer
def test_the_halves_are_the_classes():
    (_, old), (_, new) = transfer.half(False), transfer.half(True)
    assert set(old) == set(new) == set(range(5)) and len(old) + len(new) == 4000


def test_the_frozen_body_stays_and_fine_tuning_starts_from_it():
    seeds = (41, 42)
    known = transfer.pretrained(seeds)
    before = known.theta.copy()
    three = transfer.three_ways(25, seeds=seeds)
    np.testing.assert_array_equal(known.theta, before)
    assert three.frozen.shape == three.scratch.shape == three.tuned.shape == (2,)
    x = transfer.half(True)[0][:6]
    np.testing.assert_allclose(transfer.features(known, x) @ known.weights()[-1] + known.layers[-1].params["b"],
                               known.forward(x), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("call", "words"), [
    (lambda: transfer.three_ways(3), "n must be at least 5"),
    (lambda: transfer.three_ways(10, "nothin"), "did you mean 'nothing'"),
    (lambda: tasks.two_tasks(100, "pairs", 1, range(2)), "is not known"),
    (lambda: sharing.train_on(100, "conv", range(2)), "is not known"),
    (lambda: tasks.toy(0), "n must be at least 1"),
    (lambda: slopes.noisy_copies(0, 1.0), "copies must be at least 1"),
])
def test_bad_settings(call, words):
    with pytest.raises(ValueError, match=words):
        call()
