"""What notebook 06 says is what its own cells compute: directions strictly, sizes loosely."""

from functools import partial

import numpy as np
import pytest

import labkit as lk
from tests.cells import names_after

CELLS = ("setup", "skew", "rescue-run", "std-run", "lr-run", "scale-run", "story-code", "story-run", "jitter-code",
         "jitter-run", "noise-run", "sizes-run", "bug-run", "learned-run", "placement-run", "labels-run")
BN = "with batch norm"


@pytest.fixture(scope="module")
def nb():
    """The names that the notebook's cells leave behind."""
    return names_after("06", CELLS)


def end(curves, evaluations=1):
    """The median over the runs and the last evaluations of (evaluations, runs)."""
    return np.median(curves[-evaluations:])


# ------------------------------------------------------------------------------------------------ 2, what it buys
def test_std_one_hundredth_is_dead_without_batch_norm_and_alive_with_it(nb):
    without, with_it = (nb["by_std"][name][nb["stds"].index(0.01)] for name in ("without", BN))
    assert without == pytest.approx(0.1, abs=0.005) and (with_it > 0.65).all()


def test_after_eight_epochs_it_stands_at_about_80_percent(nb):
    net = lk.mlp(nb["deep"], init=partial(lk.normal, std=0.01), batch_norm=True, seed=range(5))
    assert np.median(nb["trained"](net, steps=160)) == pytest.approx(0.80, abs=0.035)


def test_without_batch_norm_there_is_one_narrow_peak_with_it_a_plateau(nb):
    without, with_it = (np.median(nb["by_std"][name], axis=1) for name in ("without", BN))
    peak = nb["stds"].index(0.1)
    assert without[peak] > 0.65 and (np.delete(without, peak) < 0.12).all()
    assert (with_it[1:4] > 0.68).all() and (with_it > 0.45).all()
    assert with_it[0] < with_it[1:4].min() and with_it[-1] < with_it[1:4].min()


def test_rate_one_half_kills_he_and_not_he_with_batch_norm(nb):
    without, with_it = (nb["by_lr"][name][nb["rates"].index(0.5)] for name in ("without", BN))
    assert (without < 0.12).all() and np.median(with_it) == pytest.approx(0.73, abs=0.05) and (with_it > 0.6).all()
    assert (nb["by_lr"]["without"][1:] < 0.15).all()
    assert (nb["by_lr"][BN][-1] < nb["by_lr"][BN][0]).all()


def test_at_a_good_setting_little_is_gained(nb):
    for sweep, place in (("by_std", nb["stds"].index(0.1)), ("by_lr", 0)):
        without, with_it = (np.median(nb[sweep][name][place]) for name in ("without", BN))
        assert -0.01 < with_it - without < 0.07


def test_the_size_of_the_weights_cancels_and_the_bias_learns_nothing(nb):
    net = lk.mlp([784, 100, 100, 10], batch_norm=True, dtype=np.float64)
    W, found = net.weights()[0], []
    for factor in (1.0, 100.0):
        W *= factor
        loss, dy = lk.softmax_cross_entropy(net.forward(nb["x"][:100], train=True), nb["y"][:100])
        net.backward(dy)
        found.append((loss, net.layers[0].grads["W"].std(), np.abs(net.layers[0].grads["b"]).max()))
    assert found[0][0] == pytest.approx(found[1][0], abs=1e-4)
    assert found[1][1] / found[0][1] == pytest.approx(0.01, rel=1e-3)
    assert found[0][2] < 1e-10 * found[0][1]


# ------------------------------------------------------------------------------------------------ 4, the story
def test_the_shape_of_figure_one_faster(nb):
    plain, normed = nb["plain"], nb["normed"]
    assert (normed.mean(axis=0) > plain.mean(axis=0) + 0.08).all()
    reach = {name: int((np.median(a, axis=1) > 0.6).argmax()) for name, a in (("plain", plain), ("normed", normed))}
    assert 2 * reach["normed"] <= reach["plain"]
    assert end(normed, 5) > end(plain, 5)


def test_the_shape_of_figure_one_steadier_percentiles(nb):
    assert np.mean(nb["wander"](nb["plain_inputs"]) > nb["wander"](nb["normed_inputs"])) > 0.85


@pytest.mark.parametrize("rate", [0.5, 2.0])
def test_other_rates_do_not_help_the_network_without_batch_norm(nb, rate):
    net = nb["sigmoid_net"]()
    batches = lk.Batches(nb["x"], nb["y"], size=60, rng=[lk.streams(s).data for s in net.seeds])
    for step in lk.train(net, lk.softmax_cross_entropy, lk.SGD(rate), batches):
        if step.index == 49:
            break
    early = lk.evaluate(net, nb["x_test"][:500], nb["y_test"][:500]).accuracy
    assert np.median(early) < np.median(nb["normed"][4]) - 0.15


def test_shaken_is_less_steady_than_without_and_as_fast_as_batch_norm(nb):
    plain, normed, shaken = nb["plain"], nb["normed"], nb["shaken"]
    assert (nb["jump"]["shaken"] > nb["jump"]["without"]).mean() > 0.85
    assert (shaken.mean(axis=0) > plain.mean(axis=0) + 0.05).all()
    assert abs(shaken.mean() - normed.mean()) < 0.05


# ------------------------------------------------------------------------------------------------ 5, batches
def test_two_examples_say_only_who_is_larger(nb):
    assert np.allclose(np.abs(nb["x_hats"][0]), 1)
    assert (np.diff(nb["x_hats"].std(axis=1)) < 0).all()


def test_small_batches_lose_and_large_ones_gain(nb):
    gap = dict(zip(nb["few"], nb["gap"], strict=True))
    assert (gap[2] < -0.05).all() and np.median(gap[4]) < 0.01
    assert (gap[16] > 0).sum() >= 4 and (gap[64] > 0.02).all()


# ------------------------------------------------------------------------------------------------ 6, the modes
def test_the_wrong_mode_is_invisible_in_large_shuffled_batches_only(nb):
    shuffled, in_order, usual = nb["shares"]["shuffled"], nb["shares"]["sorted by class"], nb["usual"]
    assert np.abs(shuffled[-1] - usual).max() < 0.03
    assert (shuffled[0] < usual - 0.2).all() and (np.diff(np.median(shuffled, axis=1)) > 0).all()
    assert (in_order < 0.25).all()
    assert (nb["ruined"]["sorted by class"][0] < usual - 0.2).all()


# ------------------------------------------------------------------------------------------------ 8, what it learns
def test_gamma_and_beta_do_not_undo_it(nb):
    gamma, beta, std_in, mean_in = (nb[name] for name in ("gamma", "beta", "std_in", "mean_in"))
    assert gamma.std() > 0.1  # they have moved
    assert np.mean(abs(gamma - 1) < abs(gamma - std_in)) > 0.9
    assert np.mean(abs(beta) < abs(beta - mean_in)) > 0.75
    assert abs(np.corrcoef(gamma, std_in)[0, 1]) < 0.25 and abs(np.corrcoef(beta, mean_in)[0, 1]) < 0.25


def test_before_or_after_the_activation_there_is_hardly_a_difference(nb):
    assert abs(np.median(nb["after"]) - np.median(nb["before"])) < 0.04
    assert min(nb["after"].min(), nb["before"].min()) > 0.7


# ------------------------------------------------------------------------------------------------ 9, wrong labels
def test_on_raw_pixels_batch_norm_fits_the_noise_faster_on_standardised_ones_not(nb):
    raw, standardised = nb["results"].values()
    (fitted, test), (fitted_bn, test_bn) = raw["without"], raw[BN]
    assert (fitted_bn[-1] > 2 * fitted[-1]).all() and end(test_bn) < end(test) - 0.03
    assert end(test_bn) < np.median(test_bn, axis=1).max() - 0.03
    (fitted, test), (fitted_bn, test_bn) = standardised["without"], standardised[BN]
    assert end(fitted_bn) < end(fitted) + 0.05 and abs(end(test_bn) - end(test)) < 0.05
