"""What penalties do, against independent solvers, optimality conditions and closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Lasso, Ridge
from sklearn.preprocessing import PolynomialFeatures

import labkit as lk
from labkit.lessons.weight_decay.experiments.shrinkage import (
    BEST,
    PATH_LAMS,
    ProximalL1,
    decays,
    l1_of_quadratic,
    l2_of_quadratic,
    paths,
    penalised_minima,
    quadratic_features,
    r_squared,
)
from labkit.lessons.weight_decay.figures.shrinkage import DecayPicture

ANGLES, KAPPAS = st.floats(-90, 90), st.floats(1, 16)


# ------------------------------------------------------------------------------------------------ many features
def test_quadratic_features_are_scikit_learns():
    x = np.random.default_rng(0).standard_normal((7, 4))
    assert np.allclose(quadratic_features(x), PolynomialFeatures(2, include_bias=False).fit_transform(x))


def test_r_squared():
    y = np.array([1.0, 2.0, 3.0, 6.0])
    assert r_squared(y, y) == 1 and r_squared(y, np.full(4, 3.0)) == 0
    assert np.allclose(r_squared(y, np.stack([y, 0 * y], axis=1)), [1, 1 - 50 / 4 / y.var()])


def test_the_paths_are_fitted_on_the_training_part_only():
    x, y = load_diabetes(return_X_y=True)
    lams = np.array([1.0, 10.0])
    p = paths(x, y, lams, n_train=150, seed=3)
    train = np.random.default_rng(3).permutation(442)[:150]
    rest = np.setdiff1d(np.arange(442), train)
    z = (x - x[train].mean(axis=0)) / x[train].std(axis=0)
    for i, lam in enumerate(lams):
        for model, w, r2 in ((Ridge(alpha=75 * lam), p.ridge, p.ridge_r2), (Lasso(alpha=lam / 2), p.lasso, p.lasso_r2)):
            model.fit(z[train], y[train])
            assert np.allclose(w[i], model.coef_, atol=0.05)
            assert np.allclose(r2[i], [model.score(z[part], y[part]) for part in (train, rest)], atol=1e-3)
    assert p.least_squares_r2[0] >= max(p.ridge_r2[:, 0].max(), p.lasso_r2[:, 0].max())


# ------------------------------------------------------------------------------------------------ two weights
@settings(max_examples=30)
@given(st.floats(0, 3), ANGLES, KAPPAS)
def test_the_ridge_point_has_no_slope_left(lam, angle, kappa):
    t = penalised_minima(lam, angle, kappa)
    assert np.allclose(t.H @ (t.l2 - t.best) + lam * t.l2, 0, atol=1e-9)


@settings(max_examples=30)
@given(st.floats(0, 3), ANGLES, KAPPAS)
def test_the_lasso_point_is_optimal(lam, angle, kappa):
    """Where a weight is not 0 the slope is −λ sign(w); where it is 0 the slope is at most λ."""
    t = penalised_minima(lam, angle, kappa)
    slope = t.H @ (t.l1 - t.best)
    on = t.l1 != 0
    assert np.allclose(slope[on], -lam * np.sign(t.l1[on]), atol=1e-3)
    assert np.all(np.abs(slope[~on]) <= lam + 1e-3)


def test_solutions_of_quadratics_in_more_dimensions():
    rng = np.random.default_rng(0)
    A, lams = rng.standard_normal((8, 4)), np.array([0.0, 0.3, 1.0])
    H, best = A.T @ A / 8, rng.standard_normal(4)
    for lam, w in zip(lams, l2_of_quadratic(H, best, lams), strict=True):
        assert np.allclose(w, np.linalg.solve(H + lam * np.eye(4), H @ best))
    for lam, w in zip(lams[1:], l1_of_quadratic(H, best, lams, sweeps=500)[1:], strict=True):
        theirs = Lasso(alpha=lam, fit_intercept=False, tol=1e-12, max_iter=100_000).fit(A, A @ best)
        assert np.allclose(w, theirs.coef_, atol=1e-5)


@settings(max_examples=30)
@given(ANGLES, KAPPAS)
def test_the_paths_begin_at_the_best_weights_and_end_at_zero(angle, kappa):
    t = penalised_minima(0.5, angle, kappa)
    assert np.allclose(t.l2_path[0], BEST) and np.allclose(t.l1_path[0], BEST)
    assert not t.l1_path[-1].any() and t.l2_path[-1].any() and len(t.l1_path) == len(PATH_LAMS)
    assert np.all(np.diff(np.linalg.norm(t.l2_path, axis=1)) < 0)
    assert np.all(np.diff(np.abs(t.l1_path).sum(axis=1)) < 1e-6)


def test_bad_values_are_named():
    for values, message in (((-1.0,), "lam"), ((1.0, 0.0, 0.5), "kappa")):
        with pytest.raises(ValueError, match=message):
            penalised_minima(*values)
    with pytest.raises(ValueError, match="ratio"):
        decays(0.1, 0.5)


# ------------------------------------------------------------------------------------------------ penalty or decay
@settings(max_examples=30)
@given(st.floats(0.01, 1), st.floats(1, 1000))
def test_gradient_descent_and_adamw_decay_alike_and_exactly(lam, ratio):
    d = decays(lam, ratio, steps=40, copies=10)
    assert np.allclose(d.means[0], d.decay_only, atol=1e-9)                # opposite noises cancel
    assert np.allclose(d.means[2], d.decay_only, atol=0.1)
    assert d.high_noise / d.low_noise == pytest.approx(ratio)


@pytest.mark.parametrize("lam", [0.1, 0.3])
def test_adam_with_a_penalty_spares_the_weight_with_large_gradients_and_collapses_the_other(lam):
    d = decays(lam, 100.0)
    large, small = d.means[1, :, -1]
    assert small < d.decay_only[-1] - 0.3 < large - 0.4
    expected = (1 - 0.01 * lam / d.high_noise) ** 300                       # v̂ is about the square of the noise
    assert large == pytest.approx(expected, abs=0.05)


def test_a_proximal_penalty_leaves_the_gradient_alone_and_makes_zeros():
    penalty, grad, theta = ProximalL1(0.5), np.ones(3), np.array([0.2, -2.0, 0.5])
    penalty.add_gradient(theta, grad)
    penalty.prox(theta, 1.0)
    assert grad.tolist() == [1, 1, 1] and theta.tolist() == [0, -1.5, 0]
    assert isinstance(penalty, lk.L1) and penalty.value(np.ones(2)) == 1.0


def test_the_picture_of_decay_has_each_algorithms_two_weights_and_what_decay_alone_does():
    d = decays(0.5, 20.0, steps=50, copies=20)
    picture = DecayPicture(50, d.names)
    picture.update(d)
    assert [ax.get_title(loc="left") for ax in picture.figure.axes] == list(d.names)
    for ax, (large, small) in zip(picture.figure.axes, d.means, strict=True):
        alone, with_large, with_small = (line.get_xydata() for line in ax.lines)
        assert np.allclose(alone[:, 1], 0.995 ** np.arange(51)) and alone[:, 0].tolist() == list(range(51))
        assert np.array_equal(with_large[:, 1], np.clip(large, -9, 9))
        assert np.array_equal(with_small[:, 1], np.clip(small, -9, 9))
