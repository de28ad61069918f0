"""What notebook 01 says is what its own cells compute: directions strictly, sizes loosely."""


import numpy as np
import pytest

import labkit as lk
from labkit.probes import between_example_std
from tests.cells import names_after

CELLS = ("setup", "slope-numbers", "depth-code", "data", "train-code", "train-runs", "sign-code", "sign-table",
         "dead-code", "watch", "dead-train", "dead-centred", "helps-runs", "mnist1d-picture", "prelu", "alpha-code",
         "why-run")
FIVE = {"sigmoid": lk.sigmoid, "tanh": lk.tanh, "ReLU": lk.relu, "leaky": lk.leaky(0.1), "ELU": lk.elu}


@pytest.fixture(scope="module")
def nb():
    """The names that the notebook's cells leave behind."""
    return names_after("01", CELLS, five=FIVE)


def shared(nb, **settings):
    return {b: nb["one_signed"](nb["positive"], b, **settings) for b in (1, 2, 4, 16, 64)}


# ------------------------------------------------------------------------------------------------ 1, saturation
@pytest.mark.parametrize(("x", "expected"), [(0, 0.25), (2, 0.105), (5, 0.0066)])
def test_the_slopes_of_the_sigmoid(nb, x, expected):
    assert nb["slope"](nb["sigmoid"], x) == pytest.approx(expected, rel=0.01)
    assert lk.sigmoid.slope(np.float64(x)) == pytest.approx(expected, rel=0.01)


def test_the_slope_of_the_sigmoid_is_at_most_a_quarter():
    x = np.linspace(-20, 20, 100_001)
    assert lk.sigmoid.slope(x).max() <= 0.25
    assert x[lk.sigmoid.slope(x).argmax()] == pytest.approx(0, abs=1e-3)


def test_tanh_is_a_sigmoid_at_twice_the_speed_and_four_times_as_steep():
    x = np.linspace(-5, 5, 101)
    assert np.allclose(lk.tanh(x), 2 * lk.sigmoid(2 * x) - 1)
    assert lk.tanh.slope(x).max() == pytest.approx(4 * lk.sigmoid.slope(x).max())


# ------------------------------------------------------------------------------------------------ 2, depth
def test_twenty_slopes(nb):
    left = {std: {name: nb["remains"](f, std)[-1] for name, f in FIVE.items()} for std in (1, 4)}
    assert left[1]["sigmoid"] < 0.25**20 < 1e-12
    assert left[1]["sigmoid"] < 1e-8 * min(left[1][name] for name in FIVE if name != "sigmoid")
    assert 0.3 < left[1]["tanh"] / left[1]["ReLU"] < 1
    assert left[4]["sigmoid"] < left[1]["sigmoid"] / 1e4 and left[4]["tanh"] < left[1]["tanh"] / 1e4
    assert left[4]["ReLU"] == pytest.approx(left[1]["ReLU"], rel=0.2)


def test_one_hidden_layer_of_sigmoids_is_as_good_as_any(nb):
    best = {name: np.median(accuracy, axis=1).max() for name, accuracy in nb["results"]["1 hidden layer"].items()}
    assert max(best.values()) - best["sigmoid, Xavier"] < 0.05
    rate = {name: nb["rates"][np.median(accuracy, axis=1).argmax()]
            for name, accuracy in nb["results"]["1 hidden layer"].items()}
    assert rate["sigmoid, Xavier"] > rate["ReLU, He"]


def test_five_hidden_layers_of_sigmoids_guess_at_every_rate_unless_their_weights_are_larger(nb):
    deep = {name: np.median(accuracy, axis=1) for name, accuracy in nb["results"]["5 hidden layers"].items()}
    assert (deep["sigmoid, Xavier"] < 0.15).all()
    assert 0.6 < deep["sigmoid, 4 × Xavier"].max() < deep["ReLU, He"].max() < 0.85
    assert deep["sigmoid, 4 × Xavier"].max() < deep["tanh, Xavier"].max()
    assert deep["ReLU, He"].max() < deep["tanh, Xavier"].max() + 0.02, "ReLU is not better than tanh here"
    assert deep["ReLU, He"][-1] < 0.15 < deep["tanh, Xavier"][-1], "ReLU diverges where tanh does not"


def test_the_last_of_five_sigmoid_layers_hardly_sees_the_image(nb):
    net = lk.mlp([196, *[32] * 5, 10], "sigmoid", init="xavier_normal")
    spreads = [between_example_std(h) for layer, h in net.activations(nb["x"]) if isinstance(layer, lk.Elementwise)]
    assert spreads[-1] < spreads[0] / 50


# ------------------------------------------------------------------------------------------------ 3, signs
def test_shares_of_one_signed_gradients(nb):
    assert shared(nb) == pytest.approx({1: 1.0, 2: 0.62, 4: 0.49, 16: 0.41, 64: 0.41}, abs=0.03)
    assert shared(nb, signs=True)[2] == pytest.approx(0.5, abs=0.03)
    for batch in (1, 4, 64):
        assert nb["one_signed"](nb["centred"], batch) == pytest.approx(0.002, abs=0.0015)


def test_behind_a_sigmoid_it_is_worst_and_behind_relu_it_is_left(nb):
    def behind(f):
        return nb["one_signed"](lambda rng, shape: f(rng.standard_normal(shape, np.float32)), 16)

    assert behind(lk.sigmoid) > 0.5 > 0.15 > behind(lk.relu) > 0.05 > behind(lk.elu) and behind(lk.tanh) < 0.01


# ------------------------------------------------------------------------------------------------ 4, dead units
def test_at_the_start_half_of_the_activations_are_off_and_hardly_any_unit_is_dead(nb):
    net = lk.mlp([196, 50, 50, 10], "relu", seed=range(5))
    off = [np.mean(h == 0) for layer, h in net.activations(nb["raw"]) if isinstance(layer, lk.Elementwise)]
    assert all(0.4 < share < 0.6 for share in off)
    assert all(dead.sum(axis=-1).max() <= 5 for dead in nb["dead_units"](net, nb["raw"]))


def test_in_the_first_layer_nobody_comes_back_in_the_second_many_do(nb):
    back = [(layer[:-1] & ~layer[1:]).any(axis=0) for layer in (nb["first"], nb["second"])]
    assert nb["first"].any(axis=0).sum() > 200 and not back[0].any()
    assert back[1].any(axis=-1).mean() > 0.5


def test_dead_units_have_no_gradient_and_dead_ends_are_exact(nb):
    net = lk.mlp([196, 50, 50, 10], "relu", seed=1)
    opt, batches = lk.SGD(1.0), lk.Batches(nb["raw"], nb["y"], size=50, rng=lk.streams(1).data)
    for step in lk.train(net, lk.softmax_cross_entropy, opt, batches):
        if step.index == 30:
            break
    dead = nb["dead_units"](net, nb["raw"])[0]
    before = net.layers[0].params["W"][:, dead].copy()
    assert dead.sum() > 5
    for _ in range(20):
        next(iter(lk.train(net, lk.softmax_cross_entropy, opt, batches)))
        assert not net.layers[0].grads["W"][:, dead].any() and not net.layers[0].grads["b"][:, dead].any()
    assert np.array_equal(net.layers[0].params["W"][:, dead], before)


def test_the_learning_rate_decides(nb):
    middle = np.median(nb["first"][-1].sum(axis=-1), axis=-1)                # (biases, rates)
    assert (middle[:, 0] <= 2).all() and (middle[:, 0] < middle[:, 2]).all()
    assert (middle[:2, 2] > 25).all() and middle[2, 2] > 15


def test_a_positive_bias_does_little_and_costs_the_second_layer_with_other_seeds(nb):
    dead = {}
    for bias in (0.0, 0.1, 1.0):
        net = lk.mlp([196, 50, 50, 10], "relu", seed=range(500, 512))
        for layer in net.layers[:-1:2]:
            layer.params["b"][...] = bias
        dead[bias] = [layer[-1].sum(axis=-1) for layer in nb["watched"](net, lk.SGD(1.0), nb["raw"], net.seeds)]
    first, second = ({bias: counts[i].mean() - dead[0.0][i].mean() for bias, counts in dead.items()} for i in (0, 1))
    assert abs(first[0.1]) < 5 and -10 < first[1.0] < 3
    assert second[1.0] > -first[1.0] - 1, "as many or more"


def test_centred_inputs_save_the_first_layer(nb):
    assert nb["first"][-1, 0, 1].sum() > 10 > 3 >= nb["centred_layer"][-1].sum()


def test_a_slope_on_the_left_is_no_cure_for_a_large_rate(nb):
    middle = {name: np.median(accuracy, axis=1) for name, accuracy in nb["repairs"].items()}
    assert all(accuracy[-1] < accuracy[1] - 0.15 for accuracy in middle.values())
    assert (nb["repairs"]["ELU"][-2] < 0.3).any(), "ELU breaks down in some runs at 0.5"
    for accuracy in middle.values():
        assert accuracy[1:3].max() == accuracy.max(), "each is at its best at 0.1 or 0.3"


def test_elu_is_ahead_at_small_rates_and_leaky_relu_is_not_with_other_seeds(nb):
    def run(name):
        return nb["accuracies"](name, "he_normal", 2, nb["raw"], nb["raw_new"], np.array([0.03, 0.1], np.float32),
                                range(300, 310))

    relu, leaky, elu = (100 * run(name) for name in ("relu", "leaky_relu", "elu"))
    assert np.abs((leaky - relu).mean(axis=1)).max() < 1
    assert 3 < (elu - relu)[0].mean() < 7 and 1.5 < (elu - relu)[1].mean() < 4
    assert ((elu - relu) > 0).sum(axis=1).min() >= 9


@pytest.mark.parametrize(("depth", "best", "gain"), [(2, 0.25, (-1, 2)), (5, 0.5, (1, 6))])
def test_the_best_alpha_depends_on_the_depth_and_a_learned_one_is_no_clear_gain(nb, depth, best, gain):
    (usual, larger, line), _ = nb["with_alpha"]([0.01, best, 1.0], False, depth, seeds=range(400, 406))
    (learned,), ends = nb["with_alpha"]([0.25], True, depth, seeds=range(400, 406))
    assert gain[0] < 100 * (larger - usual).mean() < gain[1] and (line < usual - 0.08).all()
    assert -2 < 100 * (learned - usual).mean() < 4
    assert ends.shape == (depth, 1, 6) and (ends < 1).all()


def test_a_held_alpha_stays_and_a_learned_one_moves(nb):
    _, held = nb["with_alpha"]([0.25], False, 2, seeds=range(2), steps=3)
    _, moved = nb["with_alpha"]([0.25], True, 2, seeds=range(2), steps=3)
    assert (held == 0.25).all() and (moved != 0.25).all()


def test_why_networks_stopped_using_the_sigmoid(nb):
    left = {name: np.median(nb["gradient_left"](start)[-1]) for name, start in nb["three"].items()}
    assert left["sigmoid, Xavier"] < 1e-10 and min(left["tanh, Xavier"], left["ReLU, He"]) > 0.3
    best = {depth: {name: np.median(a, axis=1).max() for name, a in group.items()}
            for depth, group in nb["by_depth"].items()}
    assert best[3]["sigmoid, Xavier"] > 0.65 > 0.15 > best[5]["sigmoid, Xavier"] > best[8]["sigmoid, Xavier"] - 0.02
    assert best[8]["tanh, Xavier"] > 0.7 < best[8]["ReLU, He"]


# ------------------------------------------------------------------------------------------------ 5, what is used now
@pytest.mark.parametrize(("f", "turn"), [(lk.gelu, -0.75), (lk.silu, -1.28)])
def test_smooth_relatives_dip_below_zero(f, turn):
    x = np.linspace(-4, 4, 80_001)
    slope = f.slope(x)
    assert x[np.argmin(f(x))] == pytest.approx(turn, abs=0.01)
    assert slope.min() < 0 and 1.05 < slope.max() < 1.15
    assert np.abs(np.diff(slope)).max() < 1e-3, "no jump"
    assert abs(f(np.float64(-30))) < 1e-9 and f(np.float64(30)) == pytest.approx(30)
