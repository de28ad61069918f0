"""What notebook 10 says is what its own cells compute: directions strictly, sizes loosely."""

from itertools import islice

import numpy as np
import pytest

import labkit as lk
from tests.cells import names_after

CELLS = ("setup", "data", "code-forward", "code-backward", "code-train", "code-test", "code-unnoticed", "crossovers",
         "gain-run", "gain-sweep", "ask-run", "watch-run", "mask-run", "longer")


@pytest.fixture(scope="module")
def nb():
    """The names that the notebook's cells leave behind."""
    return names_after("10", CELLS)


def at(nb, keep):
    return nb["test"][nb["keeps"].index(keep)]


# ------------------------------------------------------------------------------------------------ 3, in two forms
def test_the_two_forms_are_one_method(nb):
    z_plain, _ = nb["three_layers"](nb["data"].x_test, *nb["plain"], nb["keep"])
    z_inverted, _ = nb["three_layers"](nb["data"].x_test, *nb["inverted"], nb["ones"])
    assert np.abs(z_plain - z_inverted).max() < 1e-3 * np.abs(z_plain).max()
    assert np.mean(nb["by_plain"] == nb["by_inverted"]) > 0.999


def test_the_hand_written_step_is_that_of_the_laboratory(nb):
    """One step without dropout is one step of lk.train."""
    net, data = lk.mlp([196, 100, 100, 10], seed=range(5)), nb["data"]
    W = [w.copy() for w in net.weights()]
    b = [np.zeros((5, 1, n), np.float32) for n in (100, 100, 10)]
    x, y = data.x_train[:50], data.y_train[:50]
    nb["train_step"](x, y, W, b, np.full(3, 0.2, np.float32), nb["ones"])
    next(lk.train(net, lk.softmax_cross_entropy, lk.SGD(0.2), [(x, y)]))
    for mine, theirs in zip(W, net.weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-6)


def test_scaling_never_or_twice_ruins_the_loss_of_every_network_and_never_costs_two_points(nb):
    assert (nb["forgotten"] > 1.2 * nb["once"]).all() and (nb["twice"] > 1.5 * nb["once"]).all()
    assert nb["forgotten"].mean() / nb["once"].mean() == pytest.approx(1.8, abs=0.3)
    assert nb["lost"] == pytest.approx(0.022, abs=0.01)


# ------------------------------------------------------------------------------------------------ 4, many masks
def test_rule_and_masks_meet_at_some_dozens(nb):
    assert nb["found"].min() < 10 and 150 < nb["found"].max() < 200 and 20 < np.median(nb["found"]) < 100


# ------------------------------------------------------------------------------------------------ 5, does it help
def test_keep_0_7_gains_two_to_three_points_with_every_seed(nb):
    gain = at(nb, 0.7) - at(nb, 1.0)
    assert (gain > 0.01).all() and gain.mean() == pytest.approx(0.025, abs=0.01)
    assert at(nb, 1.0).mean() == pytest.approx(0.775, abs=0.015)
    assert at(nb, 0.7).mean() == pytest.approx(0.80, abs=0.015)


def test_too_much_of_it_underfits_and_none_fits_the_wrong_labels(nb):
    assert (at(nb, 0.3) < at(nb, 1.0) - 0.05).all()
    assert (np.diff(np.median(nb["fit"], axis=1)) > 0).all()
    assert np.median(at(nb, 0.5)) < np.median(at(nb, 0.7)) - 0.01


def test_in_the_longer_training_of_the_panel_the_best_keep_is_smaller(nb):
    """1500 steps at a constant rate, 400 at a falling one: the order of 0.5 and 0.7 turns round."""
    right, by_heart = {}, {}
    for keep in (0.5, 0.7, 1.0):
        net = lk.mlp([196, 100, 100, 10], keep=keep, seed=(0, 1))
        rng = [lk.streams(seed).data for seed in (0, 1)]
        batches = lk.Batches(nb["data"].x_train, nb["wrong"], size=100, rng=rng)
        for _ in islice(lk.train(net, lk.softmax_cross_entropy, lk.Adam(0.002), batches), 1500):
            pass
        right[keep] = lk.evaluate(net, nb["data"].x_val, nb["data"].y_val).accuracy.mean()
        by_heart[keep] = lk.evaluate(net, nb["data"].x_train, nb["wrong"]).accuracy.mean()
    assert right[0.5] > right[0.7] > right[1.0] + 0.05 and by_heart[0.5] < 0.72 < 0.85 < by_heart[1.0]
    assert at(nb, 0.5).mean() < at(nb, 0.7).mean()


def test_it_takes_longer(nb):
    for slow, fast in ((0.7, 1.0), (0.5, 0.7)):
        early = [nb["curves"][nb["keeps"].index(p)][1] for p in (slow, fast)]
        assert np.median(early[0]) < np.median(early[1])
    assert np.median(nb["needed"][0.5]) >= 2 * np.median(nb["needed"][1.0])


# ------------------------------------------------------------------------------------------------ 6, after training
def test_one_mask_is_worse_than_the_rule_and_forty_are_no_different(nb):
    assert (nb["by_masks"][0] < nb["by_rule"] - 0.02).all()
    assert abs(np.mean(nb["by_masks"][-1] - nb["by_rule"])) < 0.01
    assert abs(np.mean(nb["by_masks"][9] - nb["by_rule"])) < 0.015


# ------------------------------------------------------------------------------------------------ 7, where it hurts
def test_on_clean_labels_it_costs_some_points_and_on_a_small_network_many(nb):
    clean, small = (found["keep 1.0"] - found["keep 0.5"] for found in (nb["clean"], nb["small"]))
    assert (clean > 0).all() and 1 < np.median(clean) < 8
    assert (small > 0).all() and np.median(small) > 2
    mild = [np.mean(found["keep 0.8"] - found["keep 1.0"]) for found in (nb["clean"], nb["small"])]
    assert abs(mild[0]) < 1 and mild[1] == pytest.approx(-2.2, abs=1)


def test_one_mask_for_a_batch_is_noisier_and_swapping_keep_and_rate_is_dear(nb):
    assert nb["larger"] > 2 and nb["one"].shape == nb["each"].shape
    apart = nb["one"].mean(axis=0) - nb["each"].mean(axis=0)       # both are right on average
    assert (apart**2).sum() < 2 * (nb["one"].var(axis=0) + nb["each"].var(axis=0)).sum() / 60
    assert (nb["swapped"] > 7).all()
