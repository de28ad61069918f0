"""Other penalties against their closed forms, coordinate descent and proximal maps; random features against lstsq."""

import numpy as np
import pytest

import labkit as lk
from labkit.lessons.weight_decay.experiments.descent import double_descent
from labkit.lessons.weight_decay.experiments.overfitting import noisy_fashion
from labkit.lessons.weight_decay.experiments.priors import EXAMPLES, penalty, prior
from labkit.lessons.weight_decay.experiments.shrinkage import penalised_minima
from labkit.lessons.weight_decay.figures.priors import PriorPicture
from labkit.lessons.weight_decay.figures.shrinkage import RINGS


# ------------------------------------------------------------------------------------------------ priors
@pytest.mark.parametrize("lam", [0.05, 0.25, 1.0])
def test_power_two_is_ridge_and_power_one_the_lasso(lam):
    known = penalised_minima(lam)
    assert np.allclose(prior(lam, 2.0, 0.0).w, known.l2, atol=2e-5)
    for lasso in (prior(lam, 1.0, 0.0), prior(lam, 3.0, 1.0)):
        assert np.allclose(lasso.w, known.l1, atol=2e-5) and np.array_equal(lasso.w == 0, known.l1 == 0)


def test_the_elastic_net_is_what_proximal_steps_lead_to():
    for lam in (0.3, 0.8):
        found, w = prior(lam, 2.0, 0.4), np.zeros(2)
        elastic = lk.Elastic(lam, 0.4)
        for _ in range(2000):
            w -= 0.3 * found.H @ (w - found.best)
            elastic.prox(w, 0.3)
        assert np.allclose(found.w, w, atol=2e-5)


@pytest.mark.parametrize("p", [0.5, 0.8, 3.0])
def test_no_point_of_a_fine_grid_is_lower(p):
    found = prior(0.3, p, 0.0)
    w = np.stack(np.meshgrid(*2 * [np.linspace(-0.5, 1.5, 401)]), axis=-1)
    loss = np.einsum("...i,ij,...j", w - found.best, found.H, w - found.best) / 2
    loss += 0.3 * penalty(w, p, 0.0).sum(axis=-1)
    at = (found.w - found.best) @ found.H @ (found.w - found.best) / 2 + 0.3 * penalty(found.w, p, 0.0).sum()
    assert at <= loss.min() + 1e-9


@pytest.mark.parametrize(("p", "share"), [(0.5, 0.0), (2.0, 0.0), (2.0, 0.5), (8.0, 0.0)])
def test_the_ball_is_a_level_set_through_the_minimum_and_the_prior_its_exponential(p, share):
    found = prior(0.3, p, share)
    level = penalty(found.ball, p, share).sum(axis=1)
    assert np.allclose(level, penalty(found.w, p, share).sum(), rtol=1e-3)
    assert found.prior == pytest.approx(np.exp(-EXAMPLES * 0.3 * penalty(found.weights, p, share)))


def test_bad_values_are_named():
    for values, message in (((-1.0, 2.0, 0.0), "lam"), ((1.0, 0.0, 0.0), "p"), ((1.0, 2.0, 1.5), "share")):
        with pytest.raises(ValueError, match=message):
            prior(*values)


@pytest.mark.parametrize(("lam", "p", "share", "said"), [
    (0.8, 1.0, 0.0, "L1, the lasso: w₁ is exactly 0"), (0.3, 2.0, 0.0, "L2, ridge: no weight is 0"),
    (0.3, 2.0, 0.5, "L1 + L2, elastic net: no weight is 0")])
def test_the_picture_shows_the_contour_and_the_ball_that_touch_at_the_best_weights(lam, p, share, said):
    found, picture = prior(lam, p, share), PriorPicture()
    picture.update(found)
    left, right = picture.figure.axes
    rings, ball = left.collections
    contour, best, here = list(left.lines)[2:]  # after the two axes through 0

    def height(points):
        return np.einsum("...i,ij,...j", points - found.best, found.H, points - found.best) / 2

    assert np.allclose(height(contour.get_xydata()), height(found.w)), "the contour goes through the best weights"
    assert [height(path.vertices).mean() for path in rings.get_paths()] == pytest.approx(RINGS)
    assert np.allclose(ball.get_paths()[0].vertices[:-1], found.ball)
    assert best.get_xydata().tolist() == [found.best.tolist()] and here.get_xydata().tolist() == [found.w.tolist()]
    curve, at = list(right.lines)[1:]
    assert np.array_equal(curve.get_xydata(), np.stack([found.weights, found.prior], axis=1))
    assert at.get_ydata() == pytest.approx(np.exp(-EXAMPLES * lam * penalty(found.w, p, share)), abs=0.01)
    assert picture.description.startswith(said)


# ------------------------------------------------------------------------------------------------ random features
def features(width, n, seed=0):
    """The features of old and new pictures, as the docstring says; the widest set of the test has 4n."""
    data = noisy_fashion(0.2)
    V = lk.streams(seed).init.standard_normal((196, 4 * n)) / 14
    both = data.x_train[:n], data.x_test
    return data, [np.maximum(x.astype(float) @ V, 0)[:, :width] / np.sqrt(width) for x in both]


@pytest.mark.parametrize("lam", [0.0, 0.01])
def test_the_fits_are_those_of_least_squares_and_of_ridge(lam):
    n, ratios = 60, np.array([0.5, 4.0])
    found = double_descent(lam, 0.2, n=n, ratios=ratios)
    for i, width in enumerate(found.widths):
        data, (old, new) = features(width, n)
        targets = np.eye(10)[data.y_train[:n]] - 0.1
        W = np.linalg.lstsq(old, targets, rcond=1e-10)[0] if lam == 0 else np.linalg.solve(
            old.T @ old + lam * n * np.eye(width), old.T @ targets)
        assert found.norms[i] == pytest.approx(np.linalg.norm(W))
        assert found.test[i] == np.mean((new[:1000] @ W).argmax(axis=1) != data.y_test[:1000])
        assert found.train[i] == np.mean((old @ W).argmax(axis=1) != data.y_train[:n])


def test_bad_settings_of_the_features_are_named():
    for values, message in (({"lam": -1.0}, "lam"), ({"noise": 1.0}, "noise"), ({"n": 5}, "n must")):
        with pytest.raises(ValueError, match=message):
            double_descent(**values)
