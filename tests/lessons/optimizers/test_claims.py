"""What notebook 04 says, measured again: directions strictly, sizes loosely, trained networks over five seeds."""

from functools import partial
from itertools import islice

import numpy as np
import pytest

import labkit as lk
from labkit.lessons.optimizers.experiments import Clipped, arrival, ravine, saddle, walk
from labkit.runs.readings import update_ratios

MAKERS = {"gradient descent": lk.SGD, "momentum": partial(lk.SGD, momentum=0.9), "AdaGrad": lk.AdaGrad,
          "RMSProp": lk.RMSProp, "Adam": lk.Adam}


def fewest_steps(make, land, steps=500):
    rates = np.geomspace(1e-3, 3, 80)
    path = walk(land, make(rates[:, None]), steps, start=np.tile(land.start, (80, 1)))
    return arrival(land.height(path)).min()


def step_lengths(opt, gradients):
    theta, lengths = np.zeros(1), []
    for g in gradients:
        before = theta.copy()
        opt.step(theta, np.array([g]))
        lengths.append((before - theta).item() / g)
    return np.array(lengths)


# ------------------------------------------------------------------------------------------------ the step length
@pytest.mark.parametrize("kappa", [10, 100])
def test_gradient_descent_tips_over_at_two_over_the_largest_curvature(kappa):
    land = ravine(kappa)
    predicted = 2 / np.linalg.eigvalsh(land.hessian(land.goals[0])).max()
    below, above = (np.abs(walk(land, lk.SGD(share * predicted), 100)[-1, 1]) for share in (0.995, 1.005))
    assert below < abs(land.start[1]) < above


def test_gradient_descent_needs_steps_in_proportion_to_kappa_and_momentum_like_its_root():
    steps = {kappa: fewest_steps(lk.SGD, ravine(kappa)) for kappa in (10, 100, 300)}
    assert steps[100] == pytest.approx(139, abs=3)
    assert steps[100] / steps[10] == pytest.approx(10, rel=0.15)
    assert steps[300] / steps[100] == pytest.approx(3, rel=0.1)
    for kappa in (25, 100, 400):
        root = kappa**0.5
        path = walk(ravine(kappa), lk.SGD(4 / (root + 1) ** 2, ((root - 1) / (root + 1)) ** 2), 600)
        x = np.linalg.norm(path, axis=1)
        share = (x[300] / x[150]) ** (1 / 150)      # of the distance, that a step leaves; (1 + t) times the power
        assert np.log(share) == pytest.approx(np.log((root - 1) / (root + 1)) + np.log(2) / 150, rel=0.02)


def test_the_two_conventions_of_momentum_differ_by_one_less_mu():
    sums, v = step_lengths(lk.SGD(0.1, momentum=0.9), np.ones(100)), 0.0
    for t in range(100):
        v = 0.9 * v + 0.1 * 1
        assert 0.1 * v == pytest.approx(0.1 * sums[t])
    assert sums[0] == pytest.approx(0.1) and sums[-1] == pytest.approx(1.0, rel=1e-3)


# ------------------------------------------------------------------------------------------------ rates of their own
def test_the_rate_of_adagrad_only_falls_and_that_of_rmsprop_recovers():
    gradients = np.r_[np.ones(50), np.full(150, 0.5)]
    ada, rms = step_lengths(lk.AdaGrad(1.0), gradients), step_lengths(lk.RMSProp(1.0, rho=0.9), gradients)
    assert (np.diff(ada) < 0).all()
    assert rms[49] == pytest.approx(1, abs=0.01) and rms[-1] == pytest.approx(2, abs=0.01)
    some = np.abs(np.random.default_rng(0).standard_normal(300)) + 0.01
    assert (np.diff(step_lengths(lk.AdaGrad(1.0), some)) < 0).all()


def test_rmsprop_with_a_short_memory_dances_around_the_goal():
    x = np.abs(walk(ravine(50), lk.RMSProp(0.1, rho=0.9), 400)[-50:]).max(axis=0)
    assert (x > 0.02).all() and (x < 0.2).all()


def test_adam_without_correction_begins_with_too_long_steps():
    raw = step_lengths(lk.Adam(1.0, correct_bias=False), np.ones(400))
    assert raw[0] == pytest.approx(3.16, abs=0.005)
    assert raw.max() == pytest.approx(6.57, abs=0.005) and raw.argmax() + 1 == 12
    assert (raw > 1).all()
    np.testing.assert_allclose(step_lengths(lk.Adam(1.0), np.ones(400)), 1, rtol=1e-6)
    assert step_lengths(lk.RMSProp(1.0, rho=0.999), np.ones(1))[0] == pytest.approx(1000**0.5, rel=1e-3)


def test_a_turn_takes_from_adagrad_what_the_axes_gave_it():
    straight, turned = ({name: fewest_steps(make, ravine(100, angle=angle)) for name, make in MAKERS.items()}
                        for angle in (0, np.pi / 6))
    assert straight["AdaGrad"] <= 6 < 100 < turned["AdaGrad"]
    assert turned["AdaGrad"] > turned["gradient descent"] == straight["gradient descent"]
    assert turned["momentum"] == straight["momentum"]
    assert max(straight["Adam"], turned["Adam"]) < straight["gradient descent"] / 1.8


@pytest.mark.parametrize(("rho", "soon", "stays"), [(0.9, (141, 206), (141, 206)), (0.99, (19, 345), (700, 900)),
                                                    (0.999, (3, 150), (3, 230))])
def test_rmsprop_is_fast_or_slow_according_to_its_memory(rho, soon, stays):
    for walked, expected in ((500, soon), (2000, stays)):
        for angle, steps in zip((0, np.pi / 6), expected, strict=True):
            assert fewest_steps(partial(lk.RMSProp, rho=rho), ravine(100, angle=angle), walked) == pytest.approx(
                steps, rel=0.15, abs=1)


def test_a_short_memory_pays_beyond_kappa_100():
    for kappa, low, high in ((100, 0.9, 1.1), (300, 1.8, 2.8), (1000, 4.5, 7.5)):
        land = ravine(kappa)
        assert low < fewest_steps(lk.SGD, land, 2000) / fewest_steps(lk.RMSProp, land, 2000) < high
    turned = ravine(1000, angle=np.pi / 6)
    assert 0.9 < fewest_steps(lk.SGD, turned, 2000) / fewest_steps(lk.RMSProp, turned, 2000) < 1.4


# ------------------------------------------------------------------------------------------------ saddles
def leave(opt, offset, **noise):
    away = np.abs(walk(saddle(20, offset=offset), opt, 2000, **noise)[:, 0]) > 0.5
    return away.argmax() if away.any() else np.inf


def test_only_the_exact_saddle_holds():
    plain = [leave(lk.SGD(0.05), offset) for offset in (1e-2, 1e-4, 1e-6, 1e-8)]
    assert np.diff(plain) == pytest.approx(np.log(100) / np.log(1 + 0.05 / 2), abs=3)     # ≈ 186 each
    assert max(leave(lk.Adam(0.05), offset) for offset in (1e-1, 1e-4, 1e-8)) < 20
    for make in (lk.SGD, lk.Adam, lk.RMSProp, lk.AdaGrad):
        assert leave(make(0.05), 0.0) == np.inf
    for noise in (1e-6, 1e-3, 0.1):
        assert max(leave(lk.SGD(0.05), 0.0, noise=noise, rng=lk.streams(s).noise) for s in range(5)) < 1000


# ------------------------------------------------------------------------------------------------ real networks
@pytest.fixture(scope="module")
def small_fashion():
    fashion = lk.datasets.fashion_mnist(2000)

    def small(images):
        return images.reshape(-1, 7, 4, 7, 4).mean(axis=(2, 4)).reshape(-1, 49)

    mean, std = small(fashion.x_train).mean(axis=0), small(fashion.x_train).std()
    return [(small(images) - mean) / std for images in (fashion.x_train, fashion.x_val, fashion.x_test)], fashion


def test_small_batches_are_unbiased_and_noisy_in_ten_networks(small_fashion):
    (x, _, _), fashion = small_fashion
    seeds = range(100, 110)
    nets = lk.mlp([49, 32, 32, 10], seed=seeds)
    batches = lk.Batches(x, fashion.y_train, size=50, rng=[lk.streams(seed).data for seed in seeds])
    list(islice(lk.train(nets, lk.softmax_cross_entropy, lk.SGD(0.1), batches), 100))

    def gradients(rows):
        nets.backward(lk.softmax_cross_entropy(nets.forward(x[rows], train=True), fashion.y_train[rows])[1])
        return nets.grad.copy()

    full, rng = gradients(slice(None)), lk.streams(1).data
    length, spread, against = np.linalg.norm(full, axis=1), {}, {}
    for size in (1, 16, 256):
        g = np.stack([gradients(rng.choice(2000, size, replace=False)) for _ in range(200)])
        spread[size] = np.sqrt(((g - full) ** 2).sum(axis=-1).mean(axis=0)) / length
        off = np.linalg.norm(g.mean(axis=0) - full, axis=1) / length
        assert (off < 2 * spread[size] / 200**0.5).all()      # what the mean of 200 unbiased draws is off by, with room
        against[size] = ((g * full).sum(axis=-1) < 0).mean(axis=0)
    assert spread[1].min() > 10 and spread[1].max() < 33 and 14 < np.median(spread[1]) < 25
    assert spread[1] / spread[16] == pytest.approx(np.full(10, 4), rel=0.2)
    assert against[1].min() > 0.28 and against[1].max() < 0.62 and 0.36 < np.median(against[1]) < 0.5
    assert 0.12 < np.median(against[16]) < 0.28 and against[256].max() < 0.03


def test_all_examples_once_average_to_the_full_gradient(small_fashion):
    (x, _, _), fashion = small_fashion
    net = lk.mlp([49, 32, 10], seed=0, dtype=np.float64)

    def gradient(rows):
        net.backward(lk.softmax_cross_entropy(net.forward(x[rows], train=True), fashion.y_train[rows])[1])
        return net.grad.copy()

    order = np.random.default_rng(0).permutation(2000).reshape(125, 16)
    np.testing.assert_allclose(np.mean([gradient(rows) for rows in order], axis=0), gradient(slice(None)), atol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_adam_moves_the_layers_together(seed):
    mnist = lk.datasets.mnist1d()
    net = lk.mlp([40, 64, 64, 10], seed=seed)
    uneven = []
    for opt in (lk.SGD(0.1), lk.Adam(0.003)):
        batches = lk.Batches(mnist.x_train, mnist.y_train, size=64, rng=lk.streams(0).data)
        before, rows = net.theta.copy(), []
        for _ in islice(lk.train(net, lk.softmax_cross_entropy, opt, batches), 200):
            rows.append(update_ratios(net, before))
            before = net.theta.copy()
        middle = np.median(rows[50:], axis=0)
        uneven.append(middle.max() / middle.min())
    assert uneven[0] > 2.2 and uneven[1] < 1.6


def test_clipping_widens_the_hill_and_does_not_raise_it(small_fashion):
    (x, _, x_test), fashion = small_fashion

    def accuracy(rate, limit, seeds=range(300, 306)):
        net = lk.mlp([49] + [32] * 10 + [10], seed=seeds)
        batches = lk.Batches(x, fashion.y_train, size=50, rng=[lk.streams(seed).data for seed in seeds])
        *_, last = islice(lk.train(net, lk.softmax_cross_entropy, Clipped(rate, 0.9, limit=limit), batches), 200)
        return np.where(last.diverged, 10, 100 * lk.evaluate(net, x_test, fashion.y_test).accuracy)

    best, cut = np.median(accuracy(0.01, 1e9)), np.median(accuracy(0.1, 0.3))
    assert abs(best - cut) < 4
    assert np.median(accuracy(0.3, 1e9)) < 15 and np.median(accuracy(0.3, 0.3)) > 62


def test_the_trainers_target_wants_two_or_three_times_the_rate(small_fashion):
    mnist, reached = lk.datasets.mnist1d(), {}
    for factor in (1, 2.5):
        for name, opt in (("AdaGrad", lk.AdaGrad(factor * 0.03)), ("Adam", lk.Adam(factor * 0.003))):
            nets, seeds = lk.mlp([40, 64, 64, 10], seed=range(20, 24)), range(20, 24)
            batches = lk.Batches(mnist.x_train, mnist.y_train, size=64, rng=[lk.streams(seed).data for seed in seeds])
            going, best = lk.train(nets, lk.softmax_cross_entropy, opt, batches), np.zeros(4)
            for _ in range(6):
                list(islice(going, 100))
                best = np.maximum(best, lk.evaluate(nets, mnist.x_val, mnist.y_val).accuracy)
            reached[name, factor] = best.mean()
    assert all(reached[name, 2.5] > reached[name, 1] + 0.015 for name in ("AdaGrad", "Adam"))
    assert all(reached[name, 2.5] > 0.53 for name in ("AdaGrad", "Adam"))


def test_tuned_optimizers_end_close_together_and_untuned_ones_do_not(small_fashion):
    (x, x_val, x_test), fashion = small_fashion
    grid, centre = np.array([0.1, 0.3, 1, 3, 10]), dict(zip(MAKERS, (0.1, 0.01, 0.03, 0.003, 0.003), strict=True))
    best, accuracy, chosen = {}, {}, {}
    for name, make in MAKERS.items():
        seed = list(range(5)) * 5
        net = lk.mlp([49, 32, 32, 10], seed=seed)
        batches = lk.Batches(x, fashion.y_train, size=32, rng=[lk.streams(s).data for s in seed])
        opt = make(np.repeat(centre[name] * grid, 5)[:, None])
        list(islice(lk.train(net, lk.softmax_cross_entropy, opt, batches), 400))
        loss = np.median(lk.evaluate(net, x_val, fashion.y_val).loss.reshape(5, 5), axis=1)
        accuracy[name] = 100 * np.median(lk.evaluate(net, x_test, fashion.y_test).accuracy.reshape(5, 5), axis=1)
        chosen[name] = loss.argmin()
        best[name] = accuracy[name][chosen[name]]
    assert all(1 <= i <= 3 for i in chosen.values()), "no optimizer is cut off by the end of its grid"
    assert np.ptp(list(best.values())) < 4
    assert abs(best["gradient descent"] - best["momentum"]) < 1.5
    assert min(best["AdaGrad"], best["RMSProp"], best["Adam"]) > best["gradient descent"]
    guess = {name: accuracy[name][np.argmin(np.abs(centre[name] * grid - rate))] for name, rate in
             zip(MAKERS, (0.01, 0.01, 0.01, 0.001, 0.001), strict=True)}
    assert min(guess[name] for name in MAKERS if name != "gradient descent") - guess["gradient descent"] > 5
    assert all(best[name] - accuracy[name][chosen[name] - 2] > 2 for name in MAKERS if chosen[name] >= 2)
    fresh = {}
    for name in ("gradient descent", "momentum", "AdaGrad", "Adam"):
        seeds = range(1000, 1010)
        net = lk.mlp([49, 32, 32, 10], seed=seeds)
        batches = lk.Batches(x, fashion.y_train, size=32, rng=[lk.streams(s).data for s in seeds])
        opt = MAKERS[name](float(centre[name] * grid[chosen[name]]))
        list(islice(lk.train(net, lk.softmax_cross_entropy, opt, batches), 400))
        fresh[name] = 100 * lk.evaluate(net, x_test, fashion.y_test).accuracy.mean()
    gain = {name: accuracy - fresh["gradient descent"] for name, accuracy in fresh.items()}
    assert 0.3 < gain["AdaGrad"] < 3 and 0.2 < gain["Adam"] < 3 and abs(gain["momentum"]) < 2
