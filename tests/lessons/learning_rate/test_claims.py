"""What notebook 05 says is what its cells compute, also with other seeds: directions strictly, sizes loosely."""

from itertools import islice

import numpy as np
import pytest

import labkit as lk
from labkit.lessons.learning_rate.experiments import batch_gradients
from tests.cells import names_after

CELLS = ("setup", "eight-run", "eight-five", "linear-limit", "linear-run", "network-limit", "network-run", "edge",
         "range-run", "noise-run", "fair-run", "shared-run")


@pytest.fixture(scope="module")
def nb():
    """The names that the notebook's cells leave behind."""
    return names_after("05", CELLS)


def at_its_best(nb, what, name):
    """The five numbers of a schedule at the rate that the validation set chose."""
    return nb[what][name][nb["own"][name]]


# ------------------------------------------------------------------------------------------------ 1, eight rates
def test_about_four_of_eight_rates_learn_with_every_seed(nb):
    fates = [[nb["fate"](loss, nb["guessing"]) for loss in nb["five"][:, i].T] for i in range(8)]
    learning = [i for i, five in enumerate(fates) if five == ["learns"] * 5]
    assert learning == [1, 2, 3, 4]
    assert fates[0] == ["crawls"] * 5 and fates[5] == ["stuck"] * 5
    assert "learns" not in fates[6] and "thrashes" in fates[6]
    assert sum("infinite" in f for f in fates[7]) >= 3
    assert all(int(f.split()[-1]) < 20 for f in fates[7] if "infinite" in f)


def test_the_smallest_rate_crawls_and_the_too_large_one_kills_its_units(nb):
    crawling, stuck = nb["five"][:, 0], nb["five"][:, 5]
    assert (crawling[-20:].mean(axis=0) < crawling[:20].mean(axis=0)).all()
    assert (stuck.max(axis=0) > 2 * nb["guessing"]).all()
    assert stuck[-20:].mean(axis=0) == pytest.approx(nb["guessing"], abs=0.1)
    for rate, all_silent in ((0.25, False), (4.0, True)):
        _, net = nb["runs"]([rate], 300)
        hidden = [h for layer, h in net.activations(nb["x"][:500]) if isinstance(layer, lk.Elementwise)][-1]
        assert (((hidden == 0).all(axis=1).mean(axis=1) > 0.9) == all_silent).all()


# ------------------------------------------------------------------------------------------------ 3, the limit
def test_the_limit_of_the_linear_model_is_found_and_exact(nb):
    assert nb["measured"] == pytest.approx(nb["exact"], rel=1e-4)
    below, above = nb["share"] < 1, nb["share"] > 1
    assert (nb["trained"][below] < 0.5).all() and (nb["trained"][above] > 0.5).all()


def test_the_prediction_is_what_training_does(nb):
    predicted = np.exp(np.interp(nb["share"], nb["line"], np.log(nb["predicted"])))
    assert predicted[:-2] == pytest.approx(nb["trained"][:-2], rel=0.02)
    assert predicted[-1] == pytest.approx(nb["trained"][-1], rel=0.1)


# ------------------------------------------------------------------------------------------------ 4, a real network
def test_power_iteration_finds_the_largest_eigenvalue_of_the_networks_hessian(nb):
    net = lk.mlp([40, 3, 10], "tanh", init="xavier_normal", seed=0, dtype=np.float64)
    theta, eps = net.theta.copy(), 1e-4

    def gradient(at):
        net.theta[...] = at
        net.backward(lk.softmax_cross_entropy(net.forward(nb["xs"], train=True), nb["ys"])[1])
        return net.grad.copy()

    H = np.array([(gradient(theta + eps * e) - gradient(theta - eps * e)) / (2 * eps) for e in np.eye(len(theta))])
    found = lk.theory.largest_curvature(gradient, theta, rng=np.random.default_rng(0))
    assert found == pytest.approx(np.linalg.eigvalsh((H + H.T) / 2)[-1], rel=1e-3)


def test_below_the_limit_all_is_calm_and_above_it_is_not_but_learns(nb):
    half, more, far = nb["calm"].values()
    assert (np.diff(half[:20], axis=0) < 0).all()
    assert (np.diff(more[:20], axis=0) > 0).any(axis=0).all()
    assert (more[-1] < half[-1]).all()
    assert (np.isfinite(far)).all() and (far.max(axis=0) > 2 * nb["guessing"]).all()
    assert (far[-1] < 1).sum() >= 3


def test_the_curvature_grows_until_the_rate_is_at_its_limit(nb):
    assert (nb["limits"] > 0).all()
    for lr, lam in nb["follow"].items():
        assert (lam[2] > 1.2 * lam[0]).all()
        assert (lam > 0).all() and np.median(lam, axis=1).max() < 2 * 2 / lr
    slow, fast = nb["follow"][0.2], nb["follow"][0.8]
    assert slow.max() < 2 / 0.2 / 2
    assert (fast.max(axis=0) > 2 / 0.8).all() and np.median(fast[-1]) < 1.2 * 2 / 0.8


# ------------------------------------------------------------------------------------------------ 5, the range test
def test_the_range_test_finds_a_rate_near_the_best_constant_one(nb):
    best = nb["tried"][nb["own"]["constant"]]
    assert best / 3 < nb["turning"] / 3 < 3 * best
    assert nb["smooth"][0] > nb["smooth"].min() + 0.5 and nb["smooth"][-1] > nb["smooth"].min() + 0.3


# ------------------------------------------------------------------------------------------------ 6, why it should fall
def test_the_drop_helps_where_there_is_noise_and_only_there(nb):
    noisy, exact = ({what: losses[-50:].mean(axis=0) for what, losses in group.items()}
                    for group in nb["phases"].values())
    assert (noisy["drops"] < noisy["stays"] - 0.05).all()
    assert np.median(exact["drops"]) > np.median(exact["stays"])


# ------------------------------------------------------------------------------------------------ 7, schedules
def test_every_best_rate_lies_inside_the_sweep(nb):
    assert all(0 < i < len(nb["tried"]) - 1 for i in nb["own"].values())


@pytest.mark.parametrize("name", ["step", "cosine", "one-cycle"])
def test_falling_rates_have_the_lower_training_loss(nb, name):
    assert (at_its_best(nb, "loss", name) < at_its_best(nb, "loss", "constant")).all()


def test_fourteen_other_seeds_one_cycle_is_ahead_and_stairs_hardly(nb):
    fresh = {}
    for name, i in nb["own"].items():
        _, net = nb["runs"]([nb["tried"][i]], nb["budget"], seeds=range(1000, 1014), size=20,
                            schedule=nb["recipes"][name])
        fresh[name] = 100 * lk.evaluate(net, nb["data"].x_test, nb["data"].y_test).accuracy.mean()
    gain = {name: value - fresh["constant"] for name, value in fresh.items()}
    assert 2 < gain["one-cycle"] < 5.5 and 1.3 < gain["warm-up, cosine"] < 4.5 and 0.3 < gain["cosine"] < 3.3
    assert -1.5 < gain["step"] < 2.5 and -0.5 < gain["cosine"] - gain["step"] < 2.5
    assert gain["step"] < gain["warm-up, cosine"] < gain["one-cycle"] + 1


def test_the_first_gradients_are_long_and_agree_best(nb):
    seeds, before, found = range(50, 58), 0, {}
    net = lk.mlp(nb["sizes"], "relu", seed=seeds)
    batches = lk.Batches(nb["x"], nb["y"], size=20, rng=[lk.streams(seed).data for seed in seeds])
    run = lk.train(net, lk.softmax_cross_entropy, lk.SGD(0.2), batches)
    for at in (0, 20, 300):
        list(islice(run, at - before))
        before = at
        found[at] = batch_gradients(net, nb["x"], nb["y"], 20, 60, np.random.default_rng(at))
    assert all((found[0][0] > 1.3 * found[at][0]).all() for at in (20, 300))
    assert all((found[0][1] - found[at][1]).mean() > 0.15 for at in (20, 300))
    assert 0.4 < found[0][1].mean() < 0.7 and 0.2 < found[300][1].mean() < 0.42


def test_the_average_of_the_weights_beats_the_last_network_and_the_cosine_at_one_rate_of_two(nb):
    def ends(lr, schedule=None):
        seeds = range(400, 408)
        net, mean = lk.mlp(nb["sizes"], "relu", seed=seeds), 0
        batches = lk.Batches(nb["x"], nb["y"], size=20, rng=[lk.streams(seed).data for seed in seeds])
        for _ in islice(lk.train(net, lk.softmax_cross_entropy, lk.SGD(lr), batches, schedule=schedule), 1000):
            mean = 0.99 * mean + 0.01 * net.theta
        last = lk.evaluate(net, nb["data"].x_test, nb["data"].y_test).accuracy
        net.theta = mean / (1 - 0.99**1000)
        return 100 * last, 100 * lk.evaluate(net, nb["data"].x_test, nb["data"].y_test).accuracy

    (last, averaged), (wild, far_out) = ends(0.4), ends(0.8)
    fallen, fallen_far = (ends(lr, lk.cosine(1000))[0] for lr in (0.4, 0.8))
    assert 4 < (averaged - last).mean() < 9.5 and 1 < (averaged - fallen).mean() < 5.5
    assert (far_out - wild).mean() > 4 and (far_out - fallen_far).mean() < -2


def test_a_falling_rate_forgives_too_large_and_punishes_too_small(nb):
    low, high = 0, nb["tried"].index(0.8)
    v = {name: np.median(values, axis=1) for name, values in nb["validation"].items()}
    for name in ("step", "cosine"):
        assert (nb["loss"][name][low] > nb["loss"]["constant"][low]).all() and v[name][low] < v["constant"][low]
    assert v["constant"][high] < v["constant"].max() - 0.05
    assert all(v[name][high] > v[name].max() - 0.04 for name in ("cosine", "one-cycle"))


# ------------------------------------------------------------------------------------------------ 8, a shared rate
def test_a_shared_rate_crowns_whom_one_likes(nb):
    adam, sgd = nb["contest"]["Adam"], nb["contest"]["gradient descent"]
    assert (adam[1] > sgd[1] + 5).all() and (sgd[5] > adam[5] + 5).all()
    assert np.median(adam, axis=1).argmax() < np.median(sgd, axis=1).argmax()


def test_adams_hill_is_the_higher_one_after_300_steps(nb):
    tops = []
    for name, optimizer in (("gradient descent", lk.SGD), ("Adam", lk.Adam)):
        best = nb["shared"][np.median(nb["contest"][name], axis=1).argmax()]
        _, net = nb["runs"]([best], 300, seeds=range(700, 715), optimizer=optimizer)
        tops.append(100 * lk.evaluate(net, nb["data"].x_test, nb["data"].y_test).accuracy)
    assert 0.8 < (tops[1] - tops[0]).mean() < 5.5


# ------------------------------------------------------------------------------------------------ the answer
def test_the_best_rate_becomes_smaller_as_training_goes_on(nb):
    rates, seeds, best = np.geomspace(0.02, 1.28, 7), range(500, 504), {}
    each = [seed for _ in rates for seed in seeds]
    net = lk.mlp(nb["sizes"], "relu", seed=each)
    batches = lk.Batches(nb["x"], nb["y"], size=20, rng=[lk.streams(seed).data for seed in each])
    run = lk.train(net, lk.softmax_cross_entropy, lk.SGD(np.repeat(np.float32(rates), 4)[:, None]), batches)
    for steps in (25, 1575):
        list(islice(run, steps))
        best[steps] = np.log(rates[lk.evaluate(net, nb["x"], nb["y"]).loss.reshape(7, 4).argmin(axis=0)]).mean()
    assert best[25] - best[1575] > np.log(1.6) and 0.1 < np.exp(best[1575]) < 0.3
