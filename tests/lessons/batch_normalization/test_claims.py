"""What notebook 06 says is what its own cells compute, also for other seeds: directions strictly, sizes loosely."""

import numpy as np
import pytest

import labkit as lk
from tests.cells import names_after

CELLS = ("setup", "skew", "rescue-run", "std-run", "lr-run", "longer-run", "scale-run", "decay-run", "decay-numbers",
         "below-run", "story-code", "story-run", "jitter-code", "jitter-run", "noise-run", "sizes-run", "bug-run",
         "learned-run", "placement-run", "maps-run", "maps-numbers", "labels-run")
BN = "with batch norm"


@pytest.fixture(scope="module")
def nb():
    """The names that the notebook's cells leave behind, with other seeds than the notebook's."""
    return names_after("06", CELLS, instead={
        "seed=range(5)": "seed=range(50, 55)", "for s in range(5)": "for s in range(50, 55)",
        "seed=range(3)": "seed=range(50, 52)", "range(10, 20)": "range(60, 70)"})


def end(curves, evaluations=1):
    """The median over the runs and the last evaluations of (evaluations, runs)."""
    return np.median(curves[-evaluations:])


# ------------------------------------------------------------------------------------------------ 2, what it buys
def test_std_one_hundredth_is_dead_without_batch_norm_and_alive_with_it(nb):
    without, with_it = (nb["by_std"][name][nb["stds"].index(0.01)] for name in ("without", BN))
    assert without == pytest.approx(0.1, abs=0.005) and (with_it > 0.65).all()


def test_after_eight_epochs_it_stands_at_about_80_percent(nb):
    assert nb["longer"].mean() == pytest.approx(0.79, abs=0.035)


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
        assert -0.02 < with_it - without < 0.08


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


def test_decay_in_front_of_batch_norm_is_a_growing_rate(nb):
    (decayed, small), (growing, large), (plainly, _) = nb["decayed"], nb["growing"], nb["plainly"]
    assert abs(decayed - growing).max() < 1e-6 and abs(decayed - plainly).max() > 0.3
    assert large * nb["shrink"]**200 == pytest.approx(small, rel=1e-6)


def test_errors_of_scale_multiply_without_batch_norm_and_single_differences_grow_with_it(nb):
    x, moved = nb["x"][:200], nb["x"][:200] + nb["speckle"]
    for name, bn in nb["ways"].items():
        right, large = (nb["relu_inputs"](nb["deep_net"](bn, factor), x)[-1].std(axis=(1, 2)) for factor in (1.0, 1.2))
        assert large / right == pytest.approx(np.full(5, 1.0 if bn else 1.2**20), rel=1e-3)
        a, b = nb["relu_inputs"](nb["deep_net"](bn), x)[-1], nb["relu_inputs"](nb["deep_net"](bn), moved)[-1]
        off = (abs(b - a)**2).mean(axis=(1, 2))**0.5 / a.std(axis=1).mean(axis=-1)
        assert (off > 0.2).all() if bn else (off < 0.1).all(), name


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
def test_gamma_and_beta_do_not_undo_it_and_lean_towards_it_with_time(nb):
    lean = []
    for net in (nb["nets"][BN, 0.5], nb["long"]):
        gamma, beta, std, mean = nb["learned_by"](net)
        assert gamma.std() > 0.1  # they have moved
        assert np.mean(abs(gamma - 1) < abs(gamma - std)) > 0.9
        assert np.mean(abs(beta) < abs(beta - mean)) > 0.75
        assert abs(np.corrcoef(beta, mean)[0, 1]) < 0.25
        lean.append(np.corrcoef(gamma, std)[0, 1])
    assert lean[0] < 0.3 < lean[1] < 0.6


def test_before_the_activation_it_is_a_little_better_than_behind_it(nb):
    points = 100 * (nb["after"] - nb["before"])
    assert -2.5 < points.mean() < 0.3 and (points > 0).sum() <= 6
    assert min(nb["after"].min(), nb["before"].min()) > 0.7


def test_on_feature_maps_statistics_per_channel_are_far_ahead(nb):
    none, channel, entry = (accuracy.mean() for accuracy in nb["on_maps"].values())
    assert channel > none + 0.07 and channel > entry + 0.04
    assert nb["normed_maps"].layers[1].params["gamma"].shape[-1] == 16
    assert np.allclose(nb["normed_maps"].layers[2].x.reshape(nb["maps"].shape), nb["by_formula"], atol=1e-3)


# ------------------------------------------------------------------------------------------------ 9, wrong labels
def test_on_raw_pixels_batch_norm_fits_the_noise_faster_on_standardised_ones_not(nb):
    raw, standardised = nb["results"].values()
    (fitted, test), (fitted_bn, test_bn) = raw["without"], raw[BN]
    assert (fitted_bn[-1] > 2 * fitted[-1]).all() and end(test_bn) < end(test) - 0.03
    assert end(test_bn) < np.median(test_bn, axis=1).max() - 0.03
    (fitted, test), (fitted_bn, test_bn) = standardised["without"], standardised[BN]
    assert end(fitted_bn) < end(fitted) + 0.05 and abs(end(test_bn) - end(test)) < 0.05
