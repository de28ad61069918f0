"""Patience against the laboratory's own early stopping, the bowl against gradient descent and ridge themselves."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import labkit as lk
from labkit.lessons.early_stopping.experiments import bowl, ridge_share, stopped_share, stops, try_patience
from labkit.lessons.early_stopping.experiments.recorded import (
    FORMS,
    accuracy_with,
    noisy_fashion,
    recorded,
    wrong_labels,
)
from labkit.lessons.early_stopping.figures.recorded import KNOWN, learned, verdict
from labkit.regularizers import ridge


# ------------------------------------------------------------------------------------------------ patience
@given(st.integers(0, 1000), st.integers(1, 12))
def test_stops_are_those_of_the_laboratory(seed, patience):
    seen = np.random.default_rng(seed).random((4, 30)).round(1)           # with ties
    best, stop = stops(seen, patience)
    for losses, kept, end in zip(seen, best, stop, strict=True):
        net, stopping = lk.mlp([1, 1]), lk.EarlyStopping(patience)
        for evaluation, loss in enumerate(losses):                             # noqa: B007
            if stopping.update(loss, net):
                break
        assert (int(stopping.best_evaluation), evaluation) == (kept, end)


def test_without_noise_every_patience_keeps_the_minimum():
    for patience in (1, 5, 30):
        p = try_patience(patience, 0.0)
        assert p.best == p.truth.argmin() == 26 and p.stop == p.best + patience
        assert np.allclose(p.excess, 0) and np.allclose(p.evaluations, 26 + p.all_patience + 1)


@pytest.mark.parametrize("noise", [0.03, 0.1])
def test_little_patience_stops_far_too_early_and_much_costs_only_evaluations(noise):
    p = try_patience(1, noise)
    assert p.excess[0] > 0.2 and p.evaluations[0] < 15
    assert p.excess[14] < 0.2 * p.excess[0] and (np.diff(p.evaluations) > 0).all()
    assert abs(p.excess[29] - p.excess[19]) < 0.02


def test_draws_differ_and_repeat():
    assert np.array_equal(try_patience(3, draw=2).seen, try_patience(5, draw=2).seen)
    assert not np.array_equal(try_patience(3, draw=2).seen, try_patience(3, draw=3).seen)


# ------------------------------------------------------------------------------------------------ a real run
def test_the_recording_holds_the_parameters_of_every_evaluation():
    run, data = recorded(0.3), lk.datasets.fashion_mnist(2000)
    assert run.steps.tolist() == list(range(0, 801, 20)) and run.thetas.shape == (41, 50_890)
    net = lk.mlp([784, 64, 10], seed=0)
    assert np.array_equal(run.thetas[0], net.theta) and accuracy_with(run.thetas[7]) == run.test[7]
    net.theta[...] = run.thetas[20]
    seen = lk.evaluate(net, data.x_val[:1000], data.y_val[:1000])
    assert (seen.loss, seen.accuracy) == pytest.approx((run.loss[20], run.accuracy[20]))


@pytest.mark.parametrize("draw", [0, 7])
def test_the_twelve_are_wrongly_labelled_pictures_that_the_eye_can_judge(draw):
    w, data = wrong_labels(500, draw), noisy_fashion(0.3)
    right = lk.datasets.fashion_mnist(2000)
    names = [name.split("/")[0] for name in lk.datasets.FASHION_CLASSES]
    form = {names[c]: form for form, classes in FORMS.items() for c in classes}
    for picture, told, truth in zip(w.pictures, w.told, w.truth, strict=True):
        (i,) = np.flatnonzero((right.x_train == picture.ravel()).all(axis=1))[:1]
        assert (names[data.y_train[i]], names[right.y_train[i]]) == (told, truth) and form[told] != form[truth]


def test_wrong_labels_are_believed_one_after_the_other():
    early, late = wrong_labels(100), wrong_labels(800)
    assert sum(learned(early)) <= 2 and sum(learned(late)) >= 6
    assert early.believed[5] < 0.1 and 0.45 < early.believed[-1] < 0.65 and early.now == 5 and late.now == 40
    wrong = noisy_fashion(0.3).y_train != lk.datasets.fashion_mnist(2000).y_train
    assert early.believed[-1] * wrong.sum() == pytest.approx(round(early.believed[-1] * wrong.sum()))
    assert verdict("bag", "coat", "coat") == ("✓ says coat", KNOWN) and verdict("bag", "coat", "bag")[0] == "✗ says bag"


# ------------------------------------------------------------------------------------------------ the bowl
@pytest.mark.parametrize(("tau", "lr", "kappa"), [(1, 0.5, 1.0), (100, 0.1, 10.0), (37, 0.8, 50.0)])
def test_the_path_is_that_of_gradient_descent(tau, lr, kappa):
    b, w = bowl(tau, lr, kappa=kappa), np.zeros(2)
    opt = lk.SGD(lr)
    for point in b.path[1:]:
        opt.step(w, b.H @ (w - b.best))
        assert np.allclose(w, point)
    assert np.allclose(np.linalg.eigvalsh(b.H), [1 / kappa, 1])


def test_ridge_is_the_ridge_of_the_laboratory():
    """Data whose second moments are H: ridge averages the squared error without ½, so its λ is twice as large."""
    b = bowl(50, 0.1, 0.3, kappa=5.0)
    root = np.linalg.cholesky(b.H)
    x = math.sqrt(2) * np.concatenate([root.T, -root.T])                 # xᵀx/4 = H
    fit = ridge(x, x @ b.best, 2 * b.lam)
    Q = np.linalg.eigh(b.H)[1]
    assert np.allclose(fit.w, Q @ (b.ridge_shares * (Q.T @ b.best)))


@given(st.integers(1, 1000), st.floats(1e-4, 0.5), st.floats(1e-6, 1))
def test_shares_are_shares_and_agree_for_flat_directions(tau, lr, h):
    lam = 1 / (tau * lr)
    stopped, shrunk = stopped_share(h, tau, lr), ridge_share(h, lam)
    assert 0 <= shrunk <= stopped + 1e-9 and stopped <= 1
    if h * tau * lr < 0.01:
        assert stopped == pytest.approx(shrunk, rel=0.02, abs=1e-9)


def test_the_numbers_of_the_course():
    found = [(stopped_share(h, 1000, 0.01), ridge_share(h, 0.1)) for h in (0.01, 0.1)]
    assert np.allclose(found, [(0.095, 0.091), (0.63, 0.50)], atol=0.003)


def test_bad_values_are_named():
    for values, message in (((0,), "tau"), ((5, 2.0), "lr"), ((5, 0.1, -1.0), "lam")):
        with pytest.raises(ValueError, match=message):
            bowl(*values)
    with pytest.raises(ValueError, match="noise"):
        try_patience(1, -0.1)
