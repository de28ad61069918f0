"""What notebook 07 says is what its own cells compute, also for other seeds: directions strictly, sizes loosely."""


import numpy as np
import pytest

from labkit.lessons.weight_decay.experiments import double_descent, scale_classifier
from tests.cells import names_after

CELLS = ("setup", "degree-run", "degree-picture", "features-run", "sklearn", "zeros-run", "zeros-five", "net-run",
         "net-numbers", "trainer-zeros")


RATIOS = np.array([0.2, 1.0, 10.0])


@pytest.fixture(scope="module")
def nb():
    """The names that the notebook's cells leave behind, with other seeds than the notebook's."""
    return names_after("07", CELLS, instead={
        "draws=range(20)": "draws=range(100, 120)", "for seed in range(20)": "for seed in range(100, 115)",
        "seed=range(5)": "seed=range(50, 55)", "for seed in range(5)": "for seed in range(50, 55)",
        "[0, 0.003, 0.01, 0.03, 0.1], range(5)": "[0, 0.003, 0.01, 0.03, 0.1], range(50, 55)",
        "range(10, 20)": "range(60, 70)"})


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
    assert (full < 0).sum() >= 4 and np.median(full) < 0.1
    for repaired in (by_ridge, by_lasso):
        assert 0.3 < np.median(repaired) < 0.55
        assert -0.1 < np.mean(repaired - plain) < 0.005               # no gain over ten plain features
    assert np.mean(by_ridge - plain) < -0.02 and np.mean(by_lasso - plain) > np.mean(by_ridge - plain)


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
    gap = nb["test"]["by proximal steps"] - nb["test"]["by its gradient"]
    assert abs(np.mean(gap)) < 1


def test_the_subgradient_leaves_its_weights_within_a_step_of_zero(nb):
    net = nb["nets"]["by its gradient"]
    W = np.abs(net.theta[:, net.weight_mask()])
    assert (W < 2 * 0.1 * 0.005).mean() > 0.3


# ------------------------------------------------------------------------------------------------ 5, networks
def gains(accuracy):
    best = np.median(accuracy["validation"], axis=1).argmax()
    return accuracy["test"][best] - accuracy["test"][0]


def test_exact_zeros_are_gone_after_a_few_steps_along_the_gradient(nb):
    net = nb["nets"]["by proximal steps"]
    before = nb["zeros"](net)
    assert nb["go_on"](net, 1).max() < 10 < before.min() and nb["go_on"](net, 5).max() < 3
    assert np.array_equal(nb["zeros"](net), before)


def test_on_clean_labels_weight_decay_gains_less_than_a_point_and_too_much_underfits(nb):
    clean = nb["accuracy"]["clean labels"]
    assert abs(np.mean(gains(clean))) < 0.015
    close = 100 * (nb["close"][1] - nb["close"][0])
    assert 0.1 < close.mean() < 0.9 and (close > 0).sum() >= 7
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
def test_scaling_changes_the_loss_and_not_the_accuracy():
    near, far = (scale_classifier(c, distance=4.0) for c in (1.0, 10.0))
    assert near.accuracy == far.accuracy and far.train < near.train and far.validation > near.validation


# ------------------------------------------------------------------------------------------------ 8, features
@pytest.mark.parametrize("seed", [20, 21])
def test_the_error_has_a_peak_where_features_are_as_many_as_pictures_and_a_penalty_removes_it(seed):
    few, equal, many = double_descent(0.0, seed=seed, ratios=RATIOS).test
    assert equal > 0.7 and few < 0.45 and many < 0.45
    sizes = double_descent(0.0, seed=seed, ratios=RATIOS).norms
    assert sizes[1] > 4 * sizes[2] > 10 * sizes[0]
    few, equal, many = double_descent(1e-3, seed=seed, ratios=RATIOS).test
    assert many < equal < few < 0.4


# ------------------------------------------------------------------------------------------------ the last picture
def test_for_every_model_with_noise_a_moderate_size_is_best_and_the_largest_is_worse(nb):
    wrong = nb["accuracy"]["30 % wrong labels"]
    size, error = np.median(wrong["size"], axis=1), 1 - np.median(wrong["test"], axis=1)
    assert (np.diff(size) < 0).all() and error.argmin() in (2, 3) and error[0] > error.min() + 0.05
    peak = [double_descent(lam, seed=22, ratios=np.array([1.0])) for lam in (1e-8, 1e-3, 1.0)]
    (largest, middle, smallest) = (d.test[0] for d in peak)
    assert middle < smallest < largest
