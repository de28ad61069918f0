"""What notebook 07 says is what its own cells compute: directions strictly, sizes loosely."""


import numpy as np
import pytest

from tests.cells import names_after

CELLS = ("setup", "degree-run", "degree-picture", "features-run", "sklearn", "zeros-run", "zeros-five", "net-run",
         "confidence-numbers")


@pytest.fixture(scope="module")
def nb():
    """The names that the notebook's cells leave behind."""
    return names_after("07", CELLS)


# ------------------------------------------------------------------------------------------------ 1, polynomials
def test_high_degrees_overfit_few_points(nb):
    training, new = np.median(nb["curves"][15], axis=1).T
    assert (np.diff(training) < 0).all()
    assert 2 <= new.argmin() <= 4 and new[11] > 100 * new[2]
    assert (nb["curves"][15][11, :, 1] > 10 * nb["curves"][15][2, :, 1]).sum() >= 15


def test_low_degrees_underfit_and_many_points_cure_overfitting(nb):
    training, new = np.median(nb["curves"][100], axis=1).T
    assert training[0] > 1.5 * 0.3 and new[0] / training[0] < 1.1
    assert new[11] < 1.1 * new[2]


# ------------------------------------------------------------------------------------------------ 2, diabetes
def test_least_squares_falls_apart_on_65_features_and_the_penalties_repair_it(nb):
    plain, full, by_ridge, by_lasso = (np.array(v) for v in nb["r2"].values())
    assert (full < plain).all() and (full < by_ridge).all() and (full < by_lasso).all()
    assert (full < 0).sum() >= 2 and np.median(full) < 0.1
    for repaired in (by_ridge, by_lasso):
        assert 0.3 < np.median(repaired) < 0.55
        assert abs(np.median(repaired) - np.median(plain)) < 0.08     # no gain over ten plain features


def test_the_lasso_keeps_a_few_features(nb):
    assert max(nb["kept"]) < 33 and min(nb["kept"]) >= 2


def test_scikit_learn_says_the_same(nb):
    for method, model in nb["theirs"].items():
        mine = method(nb["xt"], nb["yt"], nb["lam"])
        assert np.allclose(mine.predict(nb["xt"]), model.predict(nb["xt"]), atol=1e-3)
        assert np.allclose(np.delete(mine.w - model.coef_, [1, 20]), 0, atol=0.01)
    assert abs(np.corrcoef(nb["xt"][:, [1, 20]].T)[0, 1]) == pytest.approx(1)


# ------------------------------------------------------------------------------------------------ 4, zeros
def test_only_the_proximal_steps_make_exact_zeros_and_cost_no_accuracy(nb):
    zeros = {name: (net.theta[:, net.weight_mask()] == 0).mean(axis=1) for name, net in nb["nets"].items()}
    assert (zeros["by its gradient"] == 0).all() and (zeros["by proximal steps"] > 0.33).all()
    assert abs(np.median(nb["gap"])) < 0.01


def test_the_subgradient_leaves_its_weights_within_a_step_of_zero(nb):
    net = nb["nets"]["by its gradient"]
    W = np.abs(net.theta[:, net.weight_mask()])
    assert (W < 2 * 0.1 * 0.005).mean() > 0.3


# ------------------------------------------------------------------------------------------------ 5, networks
def gains(accuracy):
    best = np.median(accuracy["validation"], axis=1).argmax()
    return accuracy["test"][best] - accuracy["test"][0]


def test_on_clean_labels_weight_decay_gains_nothing_and_too_much_underfits(nb):
    clean = nb["accuracy"]["clean labels"]
    assert abs(np.median(gains(clean))) < 0.015
    assert (np.diff(np.median(clean["training"], axis=1)) < 0).all()
    assert (clean["training"][0] > 0.93).all() and (clean["training"][-1] < clean["training"][0] - 0.1).all()
    assert (clean["test"][-1] < clean["test"][0] - 0.02).all()


def test_on_noisy_labels_it_gains_several_points_in_every_run(nb):
    noisy = nb["accuracy"]["30 % wrong labels"]
    gain = gains(noisy)
    assert (gain > 0.03).all() and 0.05 < np.median(gain) < 0.15
    assert np.median(noisy["test"], axis=1).argmax() in (2, 3)
    assert (noisy["test"][-1] < noisy["test"][3] - 0.02).all()         # 0.1 is too much here too


# ------------------------------------------------------------------------------------------------ 7, confidence
def test_scaling_changes_the_loss_and_not_the_accuracy(nb):
    near, far = nb["near"], nb["far"]
    assert near.accuracy == far.accuracy and far.train < near.train and far.validation > near.validation
