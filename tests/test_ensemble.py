"""Ensembles: votes and out-of-bag predictions against scikit-learn, the variance formula against simulated errors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.datasets import load_diabetes, load_wine
from sklearn.ensemble import BaggingClassifier, BaggingRegressor, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

import labkit as lk
from labkit.ensemble import (
    average,
    bootstrap_indices,
    ensemble_variance,
    error_moments,
    hard_vote,
    out_of_bag,
    out_of_bag_average,
    share_left_out,
    soft_vote,
)

votes = hnp.arrays(np.int64, st.tuples(st.integers(1, 9), st.integers(1, 6)), elements=st.integers(0, 4))
errors = hnp.arrays(float, st.tuples(st.integers(2, 8), st.integers(1, 20)), elements=st.floats(-100, 100))


@pytest.fixture(scope="module")
def wine():
    x, y = load_wine(return_X_y=True)
    return x[:, :4], y


# ------------------------------------------------------------------------------------------------ bagging
@given(n=st.integers(1, 50), members=st.none() | st.integers(1, 5), seed=st.integers(0, 99))
def test_bootstrap_draws_as_many_as_there_are_and_out_of_bag_is_the_rest(n, members, seed):
    indices = bootstrap_indices(np.random.default_rng(seed), n, members)
    assert indices.shape == ((n,) if members is None else (members, n)) and indices.dtype.kind == "i"
    assert np.array_equal(indices, bootstrap_indices(np.random.default_rng(seed), n, members))
    for row, mask in zip(np.atleast_2d(indices), np.atleast_2d(out_of_bag(indices)), strict=True):
        assert set(np.flatnonzero(mask)) == set(range(n)) - set(row.tolist())


def test_every_example_is_drawn_equally_often_and_with_replacement():
    counts = np.stack([np.bincount(row, minlength=20) for row in bootstrap_indices(np.random.default_rng(0), 20, 5000)])
    np.testing.assert_allclose(counts.mean(axis=0), 1, atol=0.07)
    np.testing.assert_allclose(counts.var(axis=0), 0.95, atol=0.1)      # binomial: n · 1/n · (1 − 1/n)


def test_out_of_bag_of_a_sample_of_another_size():
    assert out_of_bag(np.array([1, 1]), 4).tolist() == [True, False, True, True]


@pytest.mark.parametrize("n", [1, 2, 10, 100])
def test_share_left_out_is_what_is_counted(n):
    mask = out_of_bag(bootstrap_indices(np.random.default_rng(0), n, 4000))
    assert mask.mean() == pytest.approx(share_left_out(n), abs=0.012)


def test_share_left_out_tends_to_one_over_e():
    np.testing.assert_allclose(share_left_out(np.array([1, 2, 10])), [0, 0.25, 0.9**10])
    assert share_left_out(10**6) == pytest.approx(np.exp(-1), abs=1e-6)


def test_out_of_bag_prediction_is_scikit_learns(wine):
    x, y = wine
    bag = BaggingClassifier(DecisionTreeClassifier(max_depth=3), 40, oob_score=True, random_state=0).fit(x, y)
    left_out = out_of_bag(np.stack(bag.estimators_samples_), len(x))
    p = np.stack([tree.predict_proba(x) for tree in bag.estimators_])
    ours = out_of_bag_average(p, left_out)
    np.testing.assert_allclose(ours, bag.oob_decision_function_)
    assert np.mean(ours.argmax(axis=-1) == y) == pytest.approx(bag.oob_score_)


def test_out_of_bag_regression_is_scikit_learns():
    x, y = load_diabetes(return_X_y=True)
    bag = BaggingRegressor(DecisionTreeRegressor(max_depth=3), 25, oob_score=True, random_state=0).fit(x, y)
    left_out = out_of_bag(np.stack(bag.estimators_samples_), len(x))
    predictions = np.stack([tree.predict(x) for tree in bag.estimators_])
    np.testing.assert_allclose(out_of_bag_average(predictions, left_out), bag.oob_prediction_)


def test_an_example_that_all_members_saw_has_no_out_of_bag_prediction():
    left_out = np.array([[False, True], [False, False]])
    result = out_of_bag_average(np.array([[1.0, 2.0], [3.0, 4.0]]), left_out)
    assert np.isnan(result[0]) and result[1] == 2


# ------------------------------------------------------------------------------------------------ combining
def test_votes_are_scikit_learns(wine):
    x, y = wine
    models = [("logistic", LogisticRegression(C=1e-3)), ("bayes", GaussianNB()),
              ("tree", DecisionTreeClassifier(max_depth=2, random_state=0)),
              ("stump", DecisionTreeClassifier(max_depth=1, random_state=0))]
    hard = VotingClassifier(models, voting="hard").fit(x, y)
    soft = VotingClassifier(models, voting="soft").fit(x, y)
    labels = np.stack([model.predict(x) for model in hard.estimators_])
    p = np.stack([model.predict_proba(x) for model in soft.estimators_])
    tops = np.sort((labels == np.arange(3)[:, None, None]).sum(axis=1), axis=0)
    assert np.any(tops[-1] == tops[-2]) and np.any(labels.min(axis=0) < labels.max(axis=0))      # ties do occur
    assert np.array_equal(hard_vote(labels), hard.predict(x))
    assert np.array_equal(soft_vote(p), soft.predict(x))
    np.testing.assert_allclose(average(p), soft.predict_proba(x))


def test_bagging_predicts_with_the_soft_vote(wine):
    x, y = wine
    bag = BaggingClassifier(DecisionTreeClassifier(max_depth=3), 10, random_state=0).fit(x, y)
    assert np.array_equal(soft_vote([tree.predict_proba(x) for tree in bag.estimators_]), bag.predict(x))


@given(labels=votes, shuffle=st.randoms())
def test_the_hard_vote_is_the_lowest_of_the_most_frequent_labels(labels, shuffle):
    winner = hard_vote(labels)
    for column, won in zip(labels.T.tolist(), winner, strict=True):
        counts = {label: column.count(label) for label in column}
        assert won == min(label for label in counts if counts[label] == max(counts.values()))
    order = list(range(len(labels)))
    shuffle.shuffle(order)
    assert np.array_equal(hard_vote(labels[order]), winner)


@given(labels=votes)
def test_with_one_hot_probabilities_both_votes_agree(labels):
    assert np.array_equal(soft_vote(np.eye(5)[labels]), hard_vote(labels))


def test_a_sure_minority_can_win_the_soft_vote_only():
    p = np.array([[[0.95, 0.05]], [[0.4, 0.6]], [[0.4, 0.6]]])
    assert soft_vote(p).tolist() == [0] and hard_vote(p.argmax(axis=-1)).tolist() == [1]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_float_types_are_kept(dtype):
    p = np.full((3, 4, 2), 0.5, dtype)
    left_out = np.ones((3, 4), bool)
    assert average(p).dtype == out_of_bag_average(p, left_out).dtype == dtype
    assert average(np.array([[1, 2], [2, 2]])).dtype == np.float32


# ------------------------------------------------------------------------------------------------ the formula
@given(e=errors)
def test_measured_moments_put_into_the_formula_give_the_measured_error_exactly(e):
    v, c = error_moments(e)
    assert ensemble_variance(v, c, len(e)) == pytest.approx(np.mean(e.mean(axis=0)**2), rel=1e-9, abs=1e-9 * v)


def test_moments_are_the_mean_over_members_and_over_pairs():
    e = np.random.default_rng(0).standard_normal((4, 50)) + 0.3
    v, c = error_moments(e)
    assert v == pytest.approx(np.mean([np.mean(e[i]**2) for i in range(4)]))
    assert c == pytest.approx(np.mean([np.mean(e[i] * e[j]) for i in range(4) for j in range(4) if i != j]))


@pytest.mark.parametrize("v, c", [(1.0, 0.0), (1.0, 0.5), (2.0, 2.0), (1.0, -1 / 9)])
def test_the_formula_on_gaussian_errors(v, c, k=10, n=200_000):
    covariance = np.full((k, k), c) + (v - c) * np.eye(k)
    e = np.random.default_rng(0).multivariate_normal(np.zeros(k), covariance, n, method="eigh")
    assert np.mean(e.mean(axis=1)**2) == pytest.approx(ensemble_variance(v, c, k), rel=0.01, abs=1e-9)


def test_the_limits_of_the_formula():
    k = np.arange(1, 100)
    np.testing.assert_allclose(ensemble_variance(3.0, 0.0, k), 3 / k)          # uncorrelated: 1/k
    np.testing.assert_allclose(ensemble_variance(3.0, 3.0, k), 3)              # all the same: no gain
    np.testing.assert_allclose(ensemble_variance(3.0, 1.0, 10**9), 1)          # what is common stays
    np.testing.assert_allclose([ensemble_variance(1.0, -1 / (j - 1), j) for j in (2, 3, 50)], 0, atol=1e-12)
    assert ensemble_variance(2.0, 0.7, 1) == 2


# ------------------------------------------------------------------------------------------------ bad input
@pytest.mark.parametrize("call, message", [
    (lambda: ensemble_variance(1.0, -0.2, 10), r"ensemble_variance: got v = 1\.0, c = -0\.2, k = 10; expected -v"),
    (lambda: ensemble_variance(1.0, 1.1, 10), r"expected -v/\(k - 1\) ≤ c ≤ v"),
    (lambda: ensemble_variance(1.0, -0.2, np.array([2, 10])), r"expected -v/\(k - 1\) ≤ c ≤ v"),
    (lambda: ensemble_variance(-1.0, 0.0, 10), r"ensemble_variance: expected v ≥ 0 and k ≥ 1, got v = -1\.0"),
    (lambda: ensemble_variance(1.0, 0.0, 0), r"ensemble_variance: expected v ≥ 0 and k ≥ 1"),
    (lambda: error_moments(np.ones((1, 5))), r"error_moments: errors have shape \(1, 5\).*at least 2"),
    (lambda: error_moments(np.ones((2, 3, 4))), r"error_moments: errors have shape \(2, 3, 4\)"),
    (lambda: error_moments(np.array([[1.0, np.nan], [1, 1]])), r"error_moments: .* has 1 entries that are NaN"),
    (lambda: average(np.ones(5)), r"average: .* has shape \(5,\); expected \(members, examples, …\)"),
    (lambda: average(np.ones((0, 5))), r"average: .* has shape \(0, 5\).*at least one"),
    (lambda: soft_vote(np.full((2, 3), 0.5)), r"soft_vote: got shape \(2, 3\); expected \(members, exa"),
    (lambda: soft_vote(np.array([[[3.0, -2.0]]])), r"soft_vote: .*Logits must go through softmax first"),
    (lambda: soft_vote(np.array([[[1.2, -0.2]]])), r"soft_vote: .*entries ≥ 0"),
    (lambda: soft_vote(np.array([[[0.9, 0.2]]])), r"soft_vote: .*sum to 1"),
    (lambda: hard_vote(np.ones((2, 3))), r"hard_vote: labels have dtype float64; expected whole numbers"),
    (lambda: hard_vote(np.array([0, 1])), r"hard_vote: labels have shape \(2,\); expected \(members, examples\)"),
    (lambda: hard_vote(np.array([[0, -1]])), r"hard_vote: labels run from -1 to 0"),
    (lambda: hard_vote(np.array([[0, 3]]), 3), r"hard_vote: labels run from 0 to 3; expected 0 to 2"),
    (lambda: bootstrap_indices(np.random.default_rng(0), 0), r"bootstrap_indices: n must be at least 1"),
    (lambda: bootstrap_indices(np.random.default_rng(0), 5, 0), r"bootstrap_indices: members must be at least 1"),
    (lambda: out_of_bag(np.array([0, 5]), 5), r"out_of_bag: indices of type int64 outside 0 … 4"),
    (lambda: out_of_bag(np.array([0, -1]), 5), r"out_of_bag: indices"),
    (lambda: out_of_bag(np.array([0.0, 1.0])), r"out_of_bag: indices of type float64"),
    (lambda: share_left_out(0), r"share_left_out: n must be at least 1, got 0"),
    (lambda: out_of_bag_average(np.ones((2, 3)), np.ones((2, 4), bool)), r"left_out has shape \(2, 4\).*\(2, 3\)"),
    (lambda: out_of_bag_average(np.ones((2, 3)), np.ones((2, 3))), r"type float64; expected booleans"),
])
def test_bad_input_is_refused_with_the_expectation(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_votes_for_huge_and_for_many_classes_take_no_longer():
    assert hard_vote([[10**9, 0]]).tolist() == [10**9, 0]
    labels = np.random.default_rng(0).integers(0, 2**62, (7, 1000))
    assert np.array_equal(hard_vote(labels), labels.min(axis=0))      # all different: the lowest


# ------------------------------------------------------------------------------------------------ how sure it may be
def test_the_calibration_error_of_two_bins_by_hand():
    p = np.array([[0.6, 0.4], [0.6, 0.4], [0.9, 0.1], [0.1, 0.9]])
    found = lk.ensemble.reliability(p, np.array([0, 1, 0, 1]))
    assert found.share[[6, 9]].tolist() == [0.5, 0.5] and found.share.sum() == 1
    assert found.sure[[6, 9]] == pytest.approx([0.6, 0.9]) and found.right[[6, 9]].tolist() == [0.5, 1.0]
    assert np.isnan(found.right[0]) and found.ece == pytest.approx(0.5 * 0.1 + 0.5 * 0.1)


def test_answers_drawn_from_their_own_probabilities_are_calibrated():
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(5), size=20_000)
    y = (p.cumsum(axis=1) < rng.random((len(p), 1))).sum(axis=1)
    assert lk.ensemble.reliability(p, y).ece < 0.015
    assert lk.ensemble.reliability(p, y, bins=1).ece < 0.01


@pytest.mark.parametrize(("p", "y"), [(np.ones((3, 2)), np.zeros(3, int)), (np.full((3, 2), 0.5), np.zeros(2, int)),
                                      (np.full(3, 1.0), np.zeros(3, int))])
def test_what_is_no_distribution_has_no_reliability(p, y):
    with pytest.raises(ValueError, match="reliability: p"):
        lk.ensemble.reliability(p, y)
