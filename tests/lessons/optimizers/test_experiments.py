"""Landscapes against finite differences, walks against closed forms, races against single walks."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import labkit as lk
from labkit.lessons.optimizers.experiments import (
    LANDSCAPES,
    WINDOW,
    Landscape,
    arrival,
    race,
    ravine,
    saddle,
    standard_optimizers,
    valley,
    walk,
)
from labkit.lessons.optimizers.experiments.races import DIVERGED, HOLD, TOLERANCE

kappas = st.floats(1, 100)
points = st.tuples(st.floats(*WINDOW[:2]), st.floats(*WINDOW[2:])).map(np.array)


def central(f, at, h=1e-5):
    return np.array([(f(at + step) - f(at - step)) / (2 * h) for step in h * np.eye(2)])


# ------------------------------------------------------------------------------------------------ the maps
@pytest.mark.parametrize("name", LANDSCAPES)
@given(kappa=kappas, at=points)
def test_gradient_and_hessian_by_differences(name, kappa, at):
    land = LANDSCAPES[name](kappa)
    np.testing.assert_allclose(land.gradient(at), central(land.height, at), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(land.hessian(at), central(land.gradient, at), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", LANDSCAPES)
@given(kappa=kappas, at=points)
def test_the_goals_are_the_lowest_points_and_kappa_is_the_condition_number_there(name, kappa, at):
    land = LANDSCAPES[name](kappa)
    assert land.height(at) >= 0
    for goal in land.goals:
        assert land.height(goal) == pytest.approx(0, abs=1e-12)
        assert np.abs(land.gradient(goal)).max() < 1e-12
        np.testing.assert_allclose(np.linalg.eigvalsh(land.hessian(goal)), [1, kappa], rtol=1e-9)


@pytest.mark.parametrize("name", LANDSCAPES)
def test_many_points_are_many_single_points(name):
    land = LANDSCAPES[name](20)
    many = np.random.default_rng(0).uniform(-1, 1, (3, 4, 2))
    assert land.height(many).shape == (3, 4) and land.gradient(many).shape == (3, 4, 2)
    assert land.height(many)[1, 2] == pytest.approx(float(land.height(many[1, 2])))
    np.testing.assert_allclose(land.gradient(many)[1, 2], land.gradient(many[1, 2]))


@pytest.mark.parametrize("name", LANDSCAPES)
def test_everything_begins_and_ends_in_the_window(name):
    left, right, bottom, top = WINDOW
    for x, y in (LANDSCAPES[name](50).start, *LANDSCAPES[name](50).goals):
        assert left < x < right and bottom < y < top


def test_the_saddle_is_one():
    assert np.linalg.eigvalsh(saddle(9).hessian(np.zeros(2))).tolist() == [-0.5, 9]
    assert np.abs(saddle(9).gradient(np.zeros(2))).max() == 0


def test_a_turned_ravine_is_the_same_ravine():
    angle = 0.7
    turned, c, s = ravine(30, angle=angle), math.cos(angle), math.sin(angle)
    for x, y in np.random.default_rng(1).uniform(-1, 1, (5, 2)):
        assert turned.height([c * x - s * y, s * x + c * y]) == pytest.approx(float(ravine(30).height([x, y])))
    assert turned.limit() == pytest.approx(ravine(30).limit())


def test_limit_looks_at_start_and_goal():
    assert ravine(50).limit() == pytest.approx(2 / 50)
    steep = np.linalg.eigvalsh(valley(50).hessian(valley(50).start))[-1]
    assert steep > 50 and valley(50).limit() == pytest.approx(2 / steep)


# ------------------------------------------------------------------------------------------------ walking
@pytest.mark.parametrize("lr", [0.001, 0.019, 0.0205])
def test_gradient_descent_multiplies_every_coordinate(lr):
    path = walk(ravine(100), lk.SGD(lr), 50)
    factors = 1 - lr * np.array([1.0, 100.0])
    np.testing.assert_allclose(path, np.array([-2.0, 0.6]) * factors ** np.arange(51)[:, None], rtol=1e-9)


@settings(max_examples=30)
@given(kappa=st.floats(2, 100), share=st.floats(0.05, 1.95))
def test_gradient_descent_diverges_exactly_above_the_limit(kappa, share):
    if abs(share - 1) < 0.02:
        return
    land = ravine(kappa, angle=0.4)
    heights = land.height(walk(land, lk.SGD(share * land.limit()), 1500))
    assert (not heights[-1] < heights[0]) == (share > 1)


def test_a_diverged_point_is_nan_from_then_on():
    path = walk(ravine(100), lk.SGD(1.0), 400)
    diverged = np.isnan(path).any(axis=1)
    assert diverged[-1] and not diverged[0] and (np.diff(diverged.astype(int)) >= 0).all()


def test_what_has_diverged_does_not_come_back():
    path = walk(ravine(1), lk.SGD(1.0), 3, start=np.array([2 * DIVERGED, 0.0]))      # one step leads to the goal
    assert np.isnan(path).all()


@pytest.mark.parametrize("name", LANDSCAPES)
def test_momentum_walks_as_in_the_textbook(name):
    land = LANDSCAPES[name](10)
    theta, v, path = land.start.copy(), np.zeros(2), [land.start]
    for _ in range(30):
        v = 0.8 * v + central(land.height, theta)
        theta = theta - 0.02 * v
        path.append(theta)
    np.testing.assert_allclose(walk(land, lk.SGD(0.02, 0.8), 30), path, atol=1e-6)


def test_several_rates_at_once_are_several_walks():
    land, rates = valley(20), np.array([[0.01], [0.03]])
    together = walk(land, lk.Adam(rates), 40, start=np.tile(land.start, (2, 1)))
    for k, lr in enumerate((0.01, 0.03)):
        np.testing.assert_allclose(together[:, k], walk(land, lk.Adam(lr), 40))


def test_a_walk_leaves_its_start_alone_and_begins_anew():
    land, opt = ravine(10), lk.Adam(0.1)
    start = land.start.copy()
    first = walk(land, opt, 20)
    np.testing.assert_array_equal(walk(land, opt, 20), first)
    np.testing.assert_array_equal(land.start, start)


def test_noise_has_the_promised_spread_and_comes_from_the_generator():
    land = ravine(1)
    path = walk(land, lk.SGD(1e-9), 4000, start=land.goals[0], noise=0.5, rng=np.random.default_rng(3))
    assert np.diff(path, axis=0).std() / 1e-9 == pytest.approx(0.5, rel=0.05)
    again = walk(land, lk.SGD(1e-9), 4000, start=land.goals[0], noise=0.5, rng=np.random.default_rng(3))
    np.testing.assert_array_equal(path, again)


def test_every_step_is_noisy_the_first_and_the_last():
    land, draws = valley(5), 0.3 * np.random.default_rng(7).standard_normal((4, 2))
    theta, path = land.start, [land.start]
    for draw in draws:
        theta = theta - 0.05 * (land.gradient(theta) + draw)
        path.append(theta)
    np.testing.assert_allclose(walk(land, lk.SGD(0.05), 4, noise=0.3, rng=np.random.default_rng(7)), path)


@pytest.mark.parametrize("name", lk.OPTIMIZERS)
def test_nobody_leaves_an_exact_saddle_without_noise(name):
    assert not walk(saddle(20), lk.OPTIMIZERS[name](0.05), 500)[:, 0].any()
    noisy = walk(saddle(20), lk.OPTIMIZERS[name](0.05), 2000, noise=0.3, rng=lk.streams(0).noise)
    assert np.abs(noisy[:, 0]).max() > 0.5


def test_arrival():
    rest = [TOLERANCE / 2] * HOLD
    assert arrival(np.array([1, 1, TOLERANCE / 2, 1, *rest])) == 4
    assert arrival(np.array(rest)) == 0
    for heights in ([*rest, 1], [1, *rest[1:]], [np.nan] * 30):
        assert arrival(np.array(heights)) == math.inf
    assert arrival(np.array([[1.0, 1.0]] + [[0.0, 1.0]] * HOLD)).tolist() == [1, math.inf]


# ------------------------------------------------------------------------------------------------ races
@pytest.mark.parametrize("name", LANDSCAPES)
def test_a_race_is_its_single_walks(name):
    land = LANDSCAPES[name](30)
    found = race(land, standard_optimizers(0.02, 0.9, 0.99), 60, noise=0.1, seed=4)
    for i, opt in enumerate(standard_optimizers(0.02, 0.9, 0.99).values()):
        path = walk(land, opt, 60, noise=0.1, rng=lk.streams(4).noise)
        np.testing.assert_allclose(found.paths[i], path, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(found.heights[i], land.height(path), rtol=1e-9, atol=1e-12)
    assert found.names == ("gradient descent", "momentum", "AdaGrad", "RMSProp", "Adam")
    assert found.limit == land.limit() and found.lr == 0.02


def test_the_ground_of_a_race_is_the_map():
    land = valley(30)
    ground = race(land, standard_optimizers(0.02, 0.9, 0.99), 1).ground
    left, right, bottom, top = WINDOW
    corners = [land.height([x, y]) for y in (bottom, top) for x in (left, right)]
    np.testing.assert_allclose(ground[[0, 0, -1, -1], [0, -1, 0, -1]], corners)


@pytest.mark.parametrize("angle", [0.3, -1.2])
def test_a_tilted_map_is_the_ground_of_its_own_race(angle):
    """Not that of the ravine in the menu, whose angle is π/6."""
    c, s = math.cos(angle), math.sin(angle)
    left, right, bottom, top = WINDOW
    ground = race(ravine(10, angle=angle), {"SGD": lk.SGD(0.01)}, 1).ground
    x, y = np.meshgrid(np.linspace(left, right, ground.shape[1]), np.linspace(bottom, top, ground.shape[0]))
    np.testing.assert_allclose(ground, (c * x + s * y) ** 2 / 2 + 5 * (c * y - s * x) ** 2)


def test_a_map_of_ones_own_is_raced_above_its_goal():
    own = Landscape("bowl", lambda p: (p**2 * [1.0, 4.0]).sum(-1) - 3, lambda p: p * [2.0, 8.0], (1.0, 1.0), (0.0, 0.0))
    np.testing.assert_allclose(own.hessian(np.array([0.3, -2.0])), np.diag([2.0, 8.0]), atol=1e-6)
    assert own.kappa == pytest.approx(4) and own.limit() == pytest.approx(0.25)
    found = race(own, {"descent": lk.SGD(0.1)}, 100)
    factors = np.array([0.8, 0.2]) ** np.arange(101)[:, None]
    np.testing.assert_allclose(found.paths[0], factors, atol=1e-12)
    np.testing.assert_allclose(found.heights[0], factors**2 @ [1, 4], atol=1e-12)
    assert found.arrivals[0] == np.argmax(factors**2 @ [1, 4] < 0.01)
    assert found.ground.min() == pytest.approx(0, abs=1e-2)


def test_a_hill_has_no_limit():
    hill = Landscape("hill", lambda p: -(p**2).sum(-1), lambda p: -2 * p, (1.0, 1.0), (0.0, 0.0))
    assert hill.limit() == math.inf and hill.kappa == math.inf


@pytest.mark.parametrize(("call", "words"), [
    (lambda: ravine(0.5), "kappa must be in"),
    (lambda: race(ravine(5), {}, 5), "no optimizer"),
    (lambda: walk(ravine(2), lk.SGD(0.1), 5, start=np.zeros(3)), r"start has shape \(3,\)"),
    (lambda: Landscape("a", lambda p: p.sum(), lambda p: p, (0, 0), (1, 1)), "height of two points"),
    (lambda: Landscape("a", lambda p: p.sum(-1), lambda p: p[0], (0, 0), (1, 1)), "gradient of two points"),
    (lambda: Landscape("a", lambda p: p.sum(-1), lambda p: p, (0, math.nan), (1, 1)), "start is"),
    (lambda: Landscape("a", lambda p: p.sum(-1), lambda p: p, (0, 0), ()), "goals is"),
    (lambda: walk(ravine(2), lk.SGD(0.1), 5, noise=1.0), "no rng; give a generator"),
    (lambda: walk(ravine(2), lk.SGD(0.1), 5, noise=-1.0), "noise must be in"),
    (lambda: walk(ravine(2), lk.SGD(0.1), -1), "steps must be from 0")])
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
