"""What notebook 11 says is what its own cells compute: directions strictly, sizes loosely."""


import numpy as np
import pytest

from tests.cells import names_after

CELLS = ("setup", "limits", "five-run", "five-numbers", "formula-run", "vote-run", "bagging-run", "bagging-numbers",
         "oob", "trees-run", "trees-five", "trees-numbers", "cheap-run")


@pytest.fixture(scope="module")
def nb():
    """The names that the notebook's cells leave behind."""
    return names_after("11", CELLS)


# ------------------------------------------------------------------------------------------------ 2, five networks
def test_five_networks_gain_nearly_six_points_in_every_ensemble(nb):
    alone, together = nb["alone"][-1], nb["together"][-1]
    assert alone.shape == (25,) and together.shape == (5,)
    assert nb["gain"] == pytest.approx(5.7, abs=0.6)
    assert (together > alone.max()).all() and (together > nb["best"] + 1).all()
    assert alone.mean() == pytest.approx(58, abs=1.5) and together.mean() == pytest.approx(63.7, abs=1.5)
    assert (nb["together"].mean(axis=1) > nb["alone"].mean(axis=1) + 3).all()


# ------------------------------------------------------------------------------------------------ 3, the formula
def test_v_and_c_of_five_networks_predict_twenty_others(nb):
    formula, measured = np.array(nb["formula"]), np.array(nb["measured"])
    np.testing.assert_allclose(formula, measured, rtol=0.05)
    assert (np.diff(formula, axis=1) < 0).all() and np.ptp(nb["correlation"]) < 0.03
    assert np.mean(nb["correlation"]) == pytest.approx(0.87, abs=0.02)
    of_one, of_five, of_twenty = measured.mean(axis=0)[[0, 4, 19]]
    assert of_twenty / of_one == pytest.approx(7 / 8, abs=0.02) and of_five / of_one == pytest.approx(8 / 9, abs=0.01)


# ------------------------------------------------------------------------------------------------ 4, votes
def test_probabilities_first_then_majorities_and_class_numbers_never(nb):
    soft, hard, numbers = (accuracy[2] for accuracy in nb["votes"].values())
    assert (soft > hard).all() and 0.5 < (soft - hard).mean() < 4
    assert (numbers < nb["votes"]["mean probability"][0] - 8).all()
    at_most = [accuracy[-1].mean() for accuracy in nb["votes"].values()]
    assert abs(at_most[0] - at_most[1]) < 2 and at_most[0] > soft.mean()


# ------------------------------------------------------------------------------------------------ 5, bagging
def test_bagging_makes_networks_more_different_and_worse(nb):
    assert nb["bag_c"] / nb["bag_v"] < nb["c"] / nb["v"] - 0.04 and nb["bag_v"] > 1.1 * nb["v"]
    assert nb["bag_c"] > 1.03 * nb["c"]                    # their errors are larger AND more of them is in common
    assert (nb["bag_together"] < nb["together"][-1].min()).all() and nb["bag_alone"].max() < nb["alone"][-1].min()
    assert (nb["bag_together"] > nb["bag_alone"].max()).all()
    for alone, bagged in ((nb["alone"][-1], nb["bag_alone"]), (nb["together"][-1], nb["bag_together"])):
        assert np.mean(alone) - np.mean(bagged) == pytest.approx(5.8, abs=1)


def test_out_of_bag_is_near_the_test_and_training_accuracy_is_not(nb):
    assert nb["left_out"].mean() == pytest.approx(0.368, abs=0.003)
    assert 0 < nb["oob"] - nb["test"] < 4 and nb["training"] > nb["test"] + 25


def test_trees_gain_much_and_ours_are_as_good_as_scikit_learns(nb):
    assert (nb["mine"] > nb["one"] + 7).all() and (nb["theirs"] > nb["one"] + 7).all()
    assert abs(np.mean(nb["mine"] - nb["theirs"])) < 1.5 and abs(np.mean(nb["my_oob"] - nb["their_oob"])) < 1.5
    assert 0 < np.mean(nb["mine"] - nb["my_oob"]) < 6


# ------------------------------------------------------------------------------------------------ 6, dropout
def test_dropout_gains_about_a_point_and_five_networks_nearly_six(nb):
    assert -0.5 < nb["one_pass"] < 2.5 and -0.5 < nb["of_masks"] < 2.5
    assert nb["of_five"] > 2 * max(nb["one_pass"], nb["of_masks"])
    shared = np.mean([m.c / m.v for m in nb["moments"]])
    assert shared > nb["c"] / nb["v"] and shared == pytest.approx(0.9, abs=0.03)
