"""What notebook 11 says holds for networks that it does not train: its own cells with other seeds, sizes loosely."""


import numpy as np
import pytest

from tests.cells import names_after

CELLS = ("setup", "limits", "five-run", "five-numbers", "moments-exercise", "moments-errors", "moments-yours",
         "formula-run", "vote-run", "sure-run", "interval-run", "bagging-run", "bagging-numbers", "oob", "trees-run",
         "trees-five", "trees-numbers", "cheap-run")


@pytest.fixture(scope="module")
def nb():
    """The names that the notebook's cells leave behind."""
    return names_after("11", CELLS, instead={"seed=range(k)": "seed=range(100, 100 + k)",
                                             "for seed in range(k)": "for seed in range(100, 100 + k)",
                                             "for seed in range(5):": "for seed in range(60, 65):"})


# ------------------------------------------------------------------------------------------------ 2, five networks
def test_five_networks_gain_nearly_six_points_in_every_ensemble(nb):
    alone, together = nb["alone"][-1], nb["together"][-1]
    assert alone.shape == (25,) and together.shape == (5,)
    assert nb["gains"].mean() == pytest.approx(5.7, abs=0.6)
    assert (together > alone.max()).all() and (together > nb["best"] + 1).all()
    assert alone.mean() == pytest.approx(58, abs=1.5) and together.mean() == pytest.approx(63.7, abs=1.5)
    assert (nb["together"].mean(axis=1) > nb["alone"].mean(axis=1) + 3).all()


# ------------------------------------------------------------------------------------------------ 3, the formula
def test_v_and_c_of_five_networks_predict_twenty_others(nb):
    formula, measured = np.array(nb["formula"]), np.array(nb["measured"])
    np.testing.assert_allclose(formula, measured, rtol=0.05)
    assert (np.diff(formula, axis=1) < 0).all() and np.ptp(nb["correlation"]) < 0.03
    assert np.mean(nb["correlation"]) == pytest.approx(0.87, abs=0.02)
    assert nb["of_twenty"].mean() == pytest.approx(700 / 8, abs=2) and nb["of_five"].mean() == pytest.approx(89, abs=1)


# ------------------------------------------------------------------------------------------------ 4, votes
def test_probabilities_first_then_majorities_and_class_numbers_never(nb):
    soft, hard, numbers = (accuracy[2] for accuracy in nb["votes"].values())
    assert 0.5 < (soft - hard).mean() < 4
    assert (numbers < nb["votes"]["mean probability"][0] - 8).all()
    at_most = [accuracy[-1].mean() for accuracy in nb["votes"].values()]
    assert abs(at_most[0] - at_most[1]) < 2 and at_most[0] > soft.mean()


# ------------------------------------------------------------------------------------------------ 5, bagging
def test_bagging_makes_networks_more_different_and_worse(nb):
    bags, whole = nb["bags"], nb["whole"]
    assert (bags[:, 1] / bags[:, 0] < whole[:, 1] / whole[:, 0] - 0.04).all()
    assert (bags / whole).mean(axis=0) == pytest.approx([1.2, 1.08], abs=0.05)   # larger, AND more of them in common
    assert (nb["bag_together"] < nb["together"][-1].min()).all()
    assert (nb["bag_together"] > nb["bag_alone"].max()).all()
    for alone, bagged in ((nb["alone"][-1], nb["bag_alone"]), (nb["together"][-1], nb["bag_together"])):
        assert np.mean(alone) - np.mean(bagged) == pytest.approx(5, abs=1.5)


def test_out_of_bag_is_near_the_test_and_training_accuracy_is_not(nb):
    assert nb["left_out"].mean() == pytest.approx(0.368, abs=0.003)
    oob, test, training = (100 * hit.mean() for hit in nb["bag_hits"].values())
    assert abs(oob - test) < 4 and training > test + 25


def test_trees_gain_much_and_ours_are_as_good_as_scikit_learns(nb):
    assert (nb["mine"] > nb["one_tree"] + 7).all() and (nb["theirs"] > nb["one_tree"] + 7).all()
    assert abs(np.mean(nb["mine"] - nb["theirs"])) < 1.5 and abs(np.mean(nb["my_oob"] - nb["their_oob"])) < 1.5
    assert 0 < np.mean(nb["mine"] - nb["my_oob"]) < 6
    assert np.mean([m.c / m.v for m in nb["tree_moments"]]) == pytest.approx(0.31, abs=0.05)


# ------------------------------------------------------------------------------------------------ 6, dropout
def test_dropout_gains_about_a_point_and_five_networks_nearly_six(nb):
    one_pass, of_masks, of_five = (runs.mean() - nb["alone"][-1].mean() for runs in list(nb["cheap"].values())[1:])
    assert -0.5 < one_pass < 2.5 and -0.5 < of_masks < 2.5 and of_five > 2 * max(one_pass, of_masks)
    shared = np.mean([m.c / m.v for m in nb["mask_moments"]])
    assert shared > np.mean(nb["correlation"]) and shared == pytest.approx(0.9, abs=0.03)


# ------------------------------------------------------------------------------------------------ how sure, how far off
def test_one_network_is_too_sure_and_five_are_too_modest(nb):
    assert (nb["one_sure"] - nb["alone"][-1]).mean() == pytest.approx(6.5, abs=2)
    assert (nb["five_sure"] - nb["together"][-1]).mean() == pytest.approx(-4.5, abs=2)
    assert np.mean(nb["one_off"]) == pytest.approx(7, abs=2) and np.mean(nb["five_off"]) == pytest.approx(5, abs=1.5)


def test_the_bootstrap_finds_what_the_formula_says_and_knows_more_of_a_difference(nb):
    width = [float(nb["interval"](values).split("±")[1]) for values in
             (nb["hits"][0], nb["five_hits"], nb["five_hits"] - 1.0 * nb["hits"][0])]
    assert width[0] == pytest.approx(196 * np.sqrt(nb["share"] * (1 - nb["share"]) / 1000), abs=0.25)
    assert width[2] < 0.95 * width[0] and nb["five_hits"].mean() - nb["hits"][0].mean() > width[2] / 100
