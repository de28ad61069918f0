"""Gradient descent on a parabola, held against closed forms; what is said of a run."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import labkit as lk
from labkit.datasets import mnist1d
from labkit.lessons.learning_rate.experiments import (
    WeightAverage,
    batch_gradients,
    descend,
    fate,
    first_lost,
    floor,
)
from labkit.runs import Run


@given(st.floats(0.01, 3), st.floats(0.1, 2), st.integers(1, 40))
def test_without_noise_a_step_multiplies_by_one_minus_lr_lambda(lr, curvature, steps):
    d = descend(lr, curvature, steps=steps, runs=2)
    expected = d.factor ** np.arange(steps + 1)
    known = np.isfinite(d.theta[:, 0])
    assert np.allclose(d.theta[known, 0], expected[known])
    assert np.allclose(d.expected, curvature / 2 * expected**2)


def test_it_converges_below_two_over_lambda_only():
    assert descend(0.99 * 2 / 3, 3.0, steps=2000, runs=1).loss[-1] < 1e-8
    assert descend(1.01 * 2 / 3, 3.0, steps=2000, runs=1).lost is not None
    assert np.allclose(descend(2 / 3, 3.0, runs=1).loss, 1.5)


@pytest.mark.parametrize(("lr", "curvature"), [(0.1, 1.0), (1.5, 1.0), (0.3, 4.0)])
def test_noise_leads_to_the_floor(lr, curvature):
    d = descend(lr, curvature, noise=0.5, steps=300, runs=2000)
    assert d.expected[-1] == pytest.approx(floor(lr, curvature, 0.5), rel=1e-6)
    assert d.loss[-50:].mean() == pytest.approx(floor(lr, curvature, 0.5), rel=0.1)


def test_the_floor_is_infinite_above_the_limit_and_proportional_to_small_rates():
    assert floor(2.0, 1.0, 1.0) == math.inf
    assert floor(0.001, 1.0, 1.0) / floor(0.0001, 1.0, 1.0) == pytest.approx(10, rel=1e-3)


@pytest.mark.parametrize("schedule", ["step", "cosine", "one_cycle"])
def test_a_falling_rate_sinks_below_the_floor_of_its_first_rate(schedule):
    d = descend(0.5, noise=0.5, schedule=schedule, steps=100, runs=5)
    assert d.rates[-1] < 0.1 * d.rates.max() and d.expected[-1] < 0.2 * floor(0.5, 1.0, 0.5)


def test_small_from_the_start_does_not_arrive():
    late = descend(0.5, noise=0.5, schedule="cosine", steps=60, runs=5)
    small = descend(0.01, noise=0.5, steps=60, runs=5)
    assert late.expected[-1] < 0.1 * small.expected[-1]


@pytest.mark.parametrize(("values", "message"), [
    ({"lr": 0.0}, r"lr must be in \(0, ∞\)"), ({"lr": 0.1, "noise": -1.0}, "noise"),
    ({"lr": 0.1, "curvature": 0}, "curvature"),
    ({"lr": 0.1, "schedule": "cosin"}, "cosine"), ({"lr": 0.1, "steps": 0}, "steps"),
])
def test_bad_values_are_named(values, message):
    with pytest.raises(ValueError, match=message):
        descend(**values)


def test_fates():
    assert fate(np.full(50, 2.3), 2.3) == "crawls"
    assert fate(np.r_[2.3, 50.0, np.full(48, 2.3)], 2.3) == "stuck"
    assert fate(np.full(50, 4.0), 2.3) == "thrashes"
    assert fate(np.linspace(2.3, 1.0, 50), 2.3) == "learns"
    assert fate(np.r_[2.3, 1e30, np.nan, np.nan], 2.3) == "infinite at step 2"
    assert first_lost(np.ones((4, 3))) is None
    assert first_lost(np.array([[1, 1], [1, np.inf]])) == 1


# ------------------------------------------------------------------------------------------------ networks
@pytest.fixture(scope="module")
def curves():
    return mnist1d(200, n_val=100)


def test_the_gradient_of_all_examples_agrees_with_itself_and_short_batches_less(curves):
    net = lk.mlp([40, 8, 10], seed=range(3), dtype=np.float64)
    x, y = curves.x_train, curves.y_train
    net.backward(lk.softmax_cross_entropy(net.forward(x, train=True), y)[1])
    full, before = net.grad.copy(), net.theta.copy()
    lengths, cosines = batch_gradients(net, x, y, 200, 2, np.random.default_rng(0))
    assert lengths == pytest.approx(np.linalg.norm(full, axis=1)) and cosines == pytest.approx(np.ones(3))
    short = batch_gradients(net, x, y, 5, 20, np.random.default_rng(0))
    assert (short[0] > lengths).all() and (short[1] < 0.99).all() and (net.theta == before).all()


def test_the_average_of_the_weights_is_their_running_mean_and_begins_anew_with_the_run(curves):
    average = WeightAverage(curves.x_val, curves.y_val, 0.8)
    sets = {"train": (curves.x_train, curves.y_train), "averaged": average.evaluation}
    run = Run(lambda: lk.mlp([40, 8, 10], seed=[0, 1]), sets, optimizer=lk.SGD(0.5), size=20, after=average.follow,
              max_steps=40)
    mean = None
    for _ in range(30):
        run.advance(1)
        mean = run.net.theta.copy() if mean is None else 0.8 * mean + 0.2 * run.net.theta
    assert average.means[run.net] == pytest.approx(mean, abs=1e-5)
    now = run.net.theta.copy()
    judged = average.evaluation(run.net)
    assert (run.net.theta == now).all()
    other = lk.mlp([40, 8, 10], seed=[0, 1])
    other.theta = mean
    assert judged.loss == pytest.approx(lk.evaluate(other, curves.x_val, curves.y_val).loss, rel=1e-4)
    (twin := run.twin()).advance(3)
    assert average.means[run.net] == pytest.approx(mean, abs=1e-5), "a twin has an average of its own"
    run.reset()
    assert run.net not in average.means and len({id(run.net), id(twin.net)}) == 2
