"""The exercises of notebook 04: right answers in many forms, typical wrong ones, and the truth of the references."""

import itertools

import numpy as np
import pytest

import labkit as lk
from labkit.course import examine
from labkit.exercises.walks import adam
from labkit.lessons.optimizers.exercises.adam import adam_walk
from labkit.lessons.optimizers.exercises.momentum import momentum, momentum_walk
from labkit.lessons.optimizers.exercises.rmsprop import rmsprop, rmsprop_walk

START = np.array([1.0, -2.0, 0.5])
GRADS = np.random.default_rng(9).standard_normal((50, 3)) * np.array([1e-2, 1, 1e2])


def walk_of(opt, theta, grads):
    points = [theta.copy()]
    for g in grads:
        theta = points[-1].copy()
        opt.step(theta, g)
        points.append(theta)
    return np.array(points)


# ------------------------------------------------------------------------------------------------ references
@pytest.mark.parametrize(("walk", "f", "knobs", "opt"), [
    (momentum_walk, momentum, (0.1, 0.9), lk.SGD(0.1, 0.9)),
    (rmsprop_walk, rmsprop, (0.1, 0.9, 1e-8), lk.RMSProp(0.1, rho=0.9)),
    (rmsprop_walk, rmsprop, (0.1, 0.7, 0.2), lk.RMSProp(0.1, rho=0.7, eps=0.2)),
    (adam_walk, adam, (0.1, 0.9, 0.999, 1e-8), lk.Adam(0.1)),
    (adam_walk, adam, (0.1, 0.8, 0.95, 0.1), lk.Adam(0.1, beta1=0.8, beta2=0.95, eps=0.1)),
])
def test_references_walk_like_the_laboratory(walk, f, knobs, opt):
    walked = walk(f, START, GRADS, *knobs)
    points = walked[0] if isinstance(walked, tuple) else walked
    np.testing.assert_allclose(points, walk_of(opt, START, GRADS), rtol=1e-9)


def test_references_by_hand():
    """θ = 1, gradients 1, 1, 1 and a short pencil."""
    one, ones = np.ones(1), np.ones((3, 1))
    np.testing.assert_allclose(momentum_walk(momentum, one, ones, 0.1, 0.5)[0].ravel(), [1, 0.9, 0.75, 0.575])
    np.testing.assert_allclose(rmsprop_walk(rmsprop, one, ones, 0.1, 0.75, 0.0)[0].ravel(),
                               [1, 0.8, 0.8 - 0.1 / np.sqrt(0.4375), 0.8 - 0.1 / np.sqrt(0.4375)
                                - 0.1 / np.sqrt(0.578125)])
    np.testing.assert_allclose(adam_walk(adam, one, ones, 0.1, 0.9, 0.999, 0.0).ravel(), [1, 0.9, 0.8, 0.7])


# ------------------------------------------------------------------------------------------------ right answers
def momentum_in_place(theta, g, v, lr, mu):
    v *= mu
    v += g
    theta -= lr * v
    return theta, v


def velocity_with_the_rate_inside(theta, g, v, lr, mu):
    v = mu * v - lr * g
    return [theta + v, v]


def rmsprop_loops(theta, g, s, lr, rho, eps):
    new, s = theta.copy(), s.copy()
    for i in range(len(theta)):
        s[i] = rho * s[i] + (1 - rho) * g[i] ** 2
        new[i] -= lr * g[i] / (s[i] ** 0.5 + eps)
    return new, s


def adam_as_in_the_paper(theta, g, state, lr, beta1, beta2, eps):
    m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    alpha = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return theta - alpha * m / (np.sqrt(v) + eps * np.sqrt(1 - beta2**t)), (m, v, t)


def adam_with_another_state(theta, g, state, lr, beta1, beta2, eps):
    """The products of β instead of the count."""
    m, v, p = state if isinstance(state[2], tuple) else (state[0], state[1], (1.0, 1.0))
    m, v, p = m + (1 - beta1) * (g - m), v + (1 - beta2) * (g**2 - v), (p[0] * beta1, p[1] * beta2)
    return theta - lr * (m / (1 - p[0])) / ((v / (1 - p[1])) ** 0.5 + eps), (m, v, p)


@pytest.mark.parametrize(("name", "f"), [
    ("04-momentum", lambda theta, g, v, lr, mu: (theta - lr * (mu * v + g), mu * v + g)),
    ("04-rmsprop", rmsprop_loops),
    ("04-rmsprop", lambda theta, g, s, lr, rho, eps: rmsprop(theta.astype(np.float32), g, s, lr, rho, eps)),
    ("04-adam", adam_as_in_the_paper), ("04-adam", adam_with_another_state),
])
def test_right_answers_in_other_forms(name, f):
    assert examine(name, f).status == "right", examine(name, f).text


# ------------------------------------------------------------------------------------------------ wrong answers
def momentum_of_the_mean(theta, g, v, lr, mu):
    v = v * mu + g * (1 - mu)
    return theta - v * lr, v


def adam_uncorrected(theta, g, state, lr, beta1, beta2, eps):
    m, v, t = state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return theta - lr * m / (np.sqrt(v) + eps), (m, v, t + 1)


def adam_from_zero(theta, g, state, lr, beta1, beta2, eps):
    m, v, t = state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return theta - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), (m, v, t + 1)


@pytest.mark.parametrize(("name", "f", "words"), [
    ("04-momentum", momentum_of_the_mean, "other convention 1 − μ"),
    ("04-momentum", lambda theta, g, v, lr, mu: (theta - lr * g, v), "plain gradient descent"),
    ("04-momentum", momentum_in_place, "copy in place"), ("04-momentum", velocity_with_the_rate_inside, "rate v"),
    ("04-rmsprop", lambda theta, g, s, lr, rho, eps: (theta - lr * g / (np.sqrt(s + g**2) + eps), s + g**2), "AdaGrad"),
    ("04-adam", adam_uncorrected, "bias correction missing"),
    ("04-adam", adam_from_zero, "t + 1"),
])
def test_typical_wrong_answers_get_a_helpful_hint(name, f, words):
    verdict = examine(name, f)
    assert verdict.status == "wrong"
    assert all(word in verdict.hint for word in words.split()), verdict.text


def test_one_value_in_place_of_two_is_explained():
    verdict = examine("04-momentum", lambda theta, g, v, lr, mu: theta - lr * g)
    assert verdict.status == "wrong" and verdict.hint == "return theta, v."


def test_a_step_counter_outside_of_the_function_is_noticed_in_every_try():
    steps = itertools.count(1)

    def with_a_global_t(theta, g, state, lr, beta1, beta2, eps):
        (m, v, _), t = state, next(steps)
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        return theta - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), (m, v, t)

    for _ in range(2):
        verdict = examine("04-adam", with_a_global_t)
        assert verdict.status == "wrong" and "two answers" in verdict.hint and "global" in verdict.hint
