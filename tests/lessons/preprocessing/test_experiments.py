"""Hessian, condition number and gradient descent in closed form; whitening against labkit's own tools."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import labkit as lk
from labkit.lessons.preprocessing import experiments as c
from labkit.preprocess import PCA, Standardizer, Whitener

RNG = np.random.default_rng


def cloud(std=(1.5, 0.6), correlation=0.8, angle=0.0, n=400):
    return lk.datasets.gaussian_cloud(n, RNG(0), std=std, correlation=correlation, angle=angle).astype(float)


# ------------------------------------------------------------------------------------------------ the bowl
def test_the_hessian_is_that_of_half_the_mean_squared_error():
    rng, h = RNG(1), 1e-4
    x, y, θ = rng.standard_normal((7, 3)), rng.standard_normal((7, 1)), rng.standard_normal(4)

    def gradient(θ):
        _, dy = lk.mean_squared_error((x @ θ[:3] + θ[3])[:, None], y)
        return np.append(x.T @ dy, dy.sum()) / 2

    differences = [(gradient(θ + h * e) - gradient(θ - h * e)) / (2 * h) for e in np.eye(4)]
    np.testing.assert_allclose(c.hessian(x), differences, atol=1e-8)


def test_condition_number_is_numpys_and_infinite_for_a_flat_direction():
    H = c.hessian(cloud())
    assert math.isclose(c.condition_number(H), np.linalg.cond(H), rel_tol=1e-6)
    twice = np.column_stack([np.arange(9.0), 3 * np.arange(9.0)])
    assert c.condition_number(c.hessian(twice)) == math.inf


@given(st.floats(1, 1e4), st.integers(1, 40))
def test_the_best_rate_leaves_the_known_share_in_every_step(kappa, steps):
    H = np.diag([1.0, kappa])
    path = c.gradient_path(H, np.array([1.0, 1.0]), c.best_rate(H), steps)
    np.testing.assert_allclose(np.abs(path[-1]), ((kappa - 1) / (kappa + 1)) ** steps, rtol=1e-6, atol=1e-12)


def test_no_other_rate_is_better():
    H = np.diag([1.0, 9.0])
    best = c.best_rate(H)
    slowest = [np.abs(c.gradient_path(H, np.ones(2), lr, 20)[-1]).max() for lr in (0.9 * best, best, 1.05 * best)]
    assert slowest[1] < min(slowest[0], slowest[2])


@pytest.mark.parametrize("kappa", [1.5, 10.0, 500.0])
def test_steps_to_counts_the_steps_of_the_path(kappa):
    H, steps = np.diag([1.0, kappa]), c.steps_to(0.01, kappa)
    path = c.gradient_path(H, np.ones(2), c.best_rate(H), steps)
    assert np.abs(path[-1]).max() <= 0.01 < np.abs(path[-2]).max()


def test_gradient_path_is_sgd():
    H, start = c.hessian(cloud()), np.array([1.0, -2.0, 0.5])
    θ, opt = start.copy(), lk.SGD(0.01)
    for point in c.gradient_path(H, start, 0.01, 5):
        np.testing.assert_allclose(θ, point, rtol=1e-6)
        opt.step(θ, H @ θ)


@pytest.mark.parametrize(("call", "words"), [
    (lambda: c.gradient_path(np.eye(2), np.ones(2), 0.0, 5), "gradient_path: lr must be in (0"),
    (lambda: c.gradient_path(np.eye(2), np.ones(2), 0.1, -1), "gradient_path: steps"),
    (lambda: c.hessian(np.ones(5)), "hessian: x has shape (5,)"),
    (lambda: c.steps_to(1.0, 5.0), "steps_to: share must be in (0, 1)"),
    (lambda: c.whitening_path(cloud(), "rotate", 1), "whitening_path: pipeline: 'rotate' is not known"),
    (lambda: c.whitening_path(cloud(), "normalise first", 4.5), "whitening_path: at must be in [0, 4]"),
    (lambda: c.whitening_path(np.ones((5, 3)), "normalise first", 1), "whitening_path: x has shape (5, 3)"),
    (lambda: c.whitening_path(cloud(correlation=1.0), "normalise first", 1), "on one line"),
    (lambda: c.noise_share(np.ones(3), 0.1, eps=-1.0), "noise_share: eps"),
])
def test_bad_input_is_explained(call, words):
    with pytest.raises(ValueError) as error:
        call()
    assert words in str(error.value)


# ------------------------------------------------------------------------------------------------ from raw to white
ANY_CLOUD = pytest.mark.parametrize(("std", "correlation", "angle"), [
    ((1.5, 0.6), 0.8, 0), ((0.4, 1.2), -0.7, 20), ((1, 1), 0.3, -80), ((1.5, 0.6), 0.0, 90), ((0.6, 2), 0.9, 0)])


def same_up_to_signs(a, b):
    signs = np.sign((a * b).sum(axis=0))
    np.testing.assert_allclose(a * signs, b, atol=1e-9)


@ANY_CLOUD
def test_the_stages_are_what_the_tools_of_the_laboratory_give(std, correlation, angle):
    x = cloud(std, correlation, angle)
    assert np.array_equal(c.whitening_path(x, "normalise first", 0).points, x)
    pca, standardizer = PCA().fit(x), Standardizer().fit(x)
    normalised = standardizer.transform(x)
    for route, expected in {
        "rotate, then scale": (x - x.mean(axis=0), pca.transform(x), Whitener(0).fit(x).transform(x),
                               Whitener(0, kind="zca").fit(x).transform(x)),
        "normalise first": (x - x.mean(axis=0), normalised, PCA().fit(normalised).transform(normalised),
                            Whitener(0).fit(normalised).transform(normalised)),
    }.items():
        for at, points in enumerate(expected, 1):
            same_up_to_signs(c.whitening_path(x, route, at).points, points)


@ANY_CLOUD
@pytest.mark.parametrize("route", c.PIPELINES)
def test_mean_and_covariance_are_those_of_the_points_all_along(route, std, correlation, angle):
    x = cloud(std, correlation, angle)
    for at in np.linspace(0, 4, 17):
        stage = c.whitening_path(x, route, at)
        np.testing.assert_allclose(stage.points.mean(axis=0), stage.mean, atol=1e-9)
        np.testing.assert_allclose(np.cov(stage.points.T), stage.covariance, atol=1e-9)


@pytest.mark.parametrize("route", c.PIPELINES)
def test_the_film_has_no_cuts_and_no_mirrors(route):
    x = cloud(angle=30)
    films = [c.whitening_path(x, route, at) for at in np.linspace(0, 4, 401)]
    assert max(np.abs(b.points - a.points).max() for a, b in pairwise(films)) < 0.2
    turns = [np.linalg.det(stage.axes) for stage in films]
    assert min(turns) > 0


@pytest.mark.parametrize("route", c.PIPELINES)
def test_the_axes_end_as_unit_vectors_and_start_as_those_of_the_cloud(route):
    x = cloud(angle=10)
    at = c.PIPELINES[route].index("whitened")
    np.testing.assert_allclose(c.whitening_path(x, route, at).axes, np.eye(2), atol=1e-9)
    before = c.whitening_path(x, route, at - 2)
    np.testing.assert_allclose(before.axes.T @ before.axes, before.covariance, atol=1e-9)
    assert abs(before.axes[0] @ before.axes[1]) < 1e-9


def test_turning_alone_leaves_the_condition_number_as_it_was():
    x = cloud()
    kappas = [c.condition_number(c.hessian(c.whitening_path(x, "rotate, then scale", at).points)) for at in (1, 1.5, 2)]
    np.testing.assert_allclose(kappas, kappas[0], rtol=1e-9)


# ------------------------------------------------------------------------------------------------ the price
@pytest.mark.parametrize("eps", [1e-3, 0.1, 10.0])
def test_noise_share_is_what_a_whitener_does(eps):
    rng = RNG(2)
    x = rng.standard_normal((4000, 4)) * [3, 1, 0.3, 0.1]
    whitener = Whitener(eps).fit(x)
    clean, noisy = whitener.transform(x), whitener.transform(x + 0.2 * rng.standard_normal(x.shape))
    share = (noisy - clean).var(axis=0).sum() / noisy.var(axis=0).sum()
    assert math.isclose(c.noise_share(whitener.pca.variances, 0.2, eps=eps), share, rel_tol=0.05)


def test_more_whitening_means_more_noise():
    shares = [c.noise_share(np.array([9.0, 1.0, 0.01]), 0.1, eps=eps) for eps in (math.inf, 1, 0.1, 0.001, 0)]
    assert shares == sorted(shares) and shares[0] < 0.01 < 0.15 < shares[-1]
    assert c.noise_share(np.ones(3), 0.0, eps=0.1) == 0
