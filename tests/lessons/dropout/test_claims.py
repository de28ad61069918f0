"""What notebook 10 says holds for networks that it does not train: its own cells with other seeds, sizes loosely."""


import numpy as np
import pytest

import labkit as lk
from tests.cells import names_after

CELLS = ("setup", "data", "code-forward", "code-backward", "code-train", "code-test", "code-unnoticed", "crossovers",
         "framework", "framework-model", "framework-run", "gain-run", "gain-sweep", "longer-run", "norm-run", "ask-run",
         "watch-run", "mask-run", "longer")


@pytest.fixture(scope="module")
def nb():
    """The names that the notebook's cells leave behind."""
    return names_after("10", CELLS, instead={"seeds = lk.datasets.fashion_mnist(2000), range(5)":
                                             "seeds = lk.datasets.fashion_mnist(2000), range(50, 55)",
                                             "seed=range(runs)": "seed=range(60, 60 + runs)",
                                             "for seed in range(runs)": "for seed in range(60, 60 + runs)"})


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
    assert nb["lost"].mean() == pytest.approx(2.2, abs=1)


# ------------------------------------------------------------------------------------------------ 4, many masks
def test_rule_and_masks_meet_at_some_dozens(nb):
    found = nb["crossovers"](0.5, range(12))
    assert found.min() < 10 and 150 < found.max() < 200 and 20 < np.median(found) < 100


# ------------------------------------------------------------------------------------------------ 5, does it help
def test_keep_0_7_gains_two_to_three_points_with_every_seed(nb):
    gain = at(nb, 0.7) - at(nb, 1.0)
    assert (gain > 0.01).all() and gain.mean() == pytest.approx(0.025, abs=0.01)
    assert at(nb, 1.0).mean() == pytest.approx(0.775, abs=0.015)
    assert at(nb, 0.7).mean() == pytest.approx(0.80, abs=0.015)


def test_too_much_of_it_underfits_and_none_fits_the_wrong_labels(nb):
    assert (at(nb, 0.3) - at(nb, 1.0)).mean() < -0.05
    assert (np.diff(np.median(nb["fit"], axis=1)) > 0).all()
    assert at(nb, 0.5).mean() < at(nb, 0.7).mean() - 0.005


def test_in_the_longer_training_of_the_panel_the_best_keep_is_smaller(nb):
    """1500 steps at a constant rate, 400 at a falling one: the order of 0.5 and 0.7 turns round."""
    assert (nb["long_05"] - nb["long_07"]).mean() > 0.5
    assert at(nb, 0.5).mean() < at(nb, 0.7).mean() - 0.005


def test_with_batch_norm_dropout_has_more_to_mend_and_on_clean_labels_nothing(nb):
    with_norm, without = nb["with_norm"], nb["without"]
    assert (with_norm[1.0] < without[1.0] - 8).all() and abs((with_norm[0.7] - without[0.7]).mean()) < 2
    assert (with_norm[0.7] - with_norm[1.0]).mean() == pytest.approx(12.4, abs=1.5)
    assert abs(np.mean(nb["clean_norm"][1] - nb["clean_norm"][0])) < 1.5


def test_the_two_programs_are_one_and_left_on_in_testing_it_costs(nb):
    assert nb["same"]
    off, left_on, mistaken = (np.mean(score) for score in nb["rates"].values())
    assert off - left_on > 2 and left_on - mistaken > 10


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
    assert np.mean(nb["larger"]) == pytest.approx(2.1, abs=0.4) and min(nb["larger"]) > 1.5
    one, each = (np.array([nb["gradient"](0, rows, np.random.default_rng(rows + i)) for i in range(30)])
                 for rows in (1, 100))
    apart = one.mean(axis=0) - each.mean(axis=0)       # both are right on average
    assert (apart**2).sum() < 2 * (one.var(axis=0) + each.var(axis=0)).sum() / 30
    assert (nb["swapped"] > 7).all()
