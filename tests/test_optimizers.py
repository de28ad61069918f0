"""Every optimizer against its textbook form, written out again with a list per quantity, over 50 random steps."""

import copy
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import labkit as lk

P, STEPS = 30, 50
GRADS = np.random.default_rng(0).standard_normal((STEPS, P)) * np.logspace(-3, 3, P)


def textbook_sgd(theta, grads, lr=0.1, mu=0.0, nesterov=False):
    v = 0
    for g in grads:
        v = mu * v + g
        theta = theta - lr * (g + mu * v if nesterov else v)
    return theta


def textbook_adagrad(theta, grads, lr=0.1, eps=1e-8):
    for t in range(len(grads)):
        theta = theta - lr * grads[t] / (np.sqrt(sum(g**2 for g in grads[:t + 1])) + eps)
    return theta


def textbook_rmsprop(theta, grads, lr=0.1, rho=0.9, eps=1e-8):
    for t in range(len(grads)):
        mean_square = (1 - rho) * sum(rho**(t - i) * grads[i]**2 for i in range(t + 1))
        theta = theta - lr * grads[t] / (np.sqrt(mean_square) + eps)
    return theta


def textbook_adam(theta, grads, lr=0.1, b1=0.9, b2=0.999, eps=1e-8, correct=True, decay=0.0):
    for t in range(len(grads)):
        m = (1 - b1) * sum(b1**(t - i) * grads[i] for i in range(t + 1))
        v = (1 - b2) * sum(b2**(t - i) * grads[i]**2 for i in range(t + 1))
        if correct:
            m, v = m / (1 - b1**(t + 1)), v / (1 - b2**(t + 1))
        theta = theta - lr * (m / (np.sqrt(v) + eps) + decay * theta)
    return theta


CASES = {
    "SGD": (lambda: lk.SGD(0.1), textbook_sgd, {}),
    "momentum": (lambda: lk.SGD(0.1, 0.9), textbook_sgd, {"mu": 0.9}),
    "Nesterov": (lambda: lk.SGD(0.1, 0.9, nesterov=True), textbook_sgd, {"mu": 0.9, "nesterov": True}),
    "AdaGrad": (lambda: lk.AdaGrad(0.1), textbook_adagrad, {}),
    "RMSProp": (lambda: lk.RMSProp(0.1, rho=0.8), textbook_rmsprop, {"rho": 0.8}),
    "Adam": (lambda: lk.Adam(0.1), textbook_adam, {}),
    "Adam, large ε": (lambda: lk.Adam(0.1, eps=0.1, beta1=0.8), textbook_adam, {"eps": 0.1, "b1": 0.8}),
    "Adam, biased": (lambda: lk.Adam(0.1, correct_bias=False), textbook_adam, {"correct": False}),
    "AdamW": (lambda: lk.AdamW(0.1, weight_decay=0.3), textbook_adam, {"decay": 0.3}),
}


def run(opt, grads, dtype=float, scale=1.0):
    theta = np.linspace(-1, 1, P).astype(dtype)
    for g in grads.astype(dtype):
        opt.step(theta, g, scale)
    return theta


@pytest.mark.parametrize("case", CASES)
def test_textbook_form(case):
    make, textbook, options = CASES[case]
    np.testing.assert_allclose(run(make(), GRADS), textbook(np.linspace(-1, 1, P), GRADS, **options), rtol=1e-6)


def test_every_optimizer_of_the_table_is_tested():
    assert {type(make()).__name__ for make, _, _ in CASES.values()} == set(lk.OPTIMIZERS)


@pytest.mark.parametrize("name", lk.OPTIMIZERS)
def test_float32_stays_float32_and_close(name):
    theta = run(lk.OPTIMIZERS[name](0.01), GRADS, np.float32)
    assert theta.dtype == np.float32
    np.testing.assert_allclose(theta, run(lk.OPTIMIZERS[name](0.01), GRADS), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("name", lk.OPTIMIZERS)
def test_the_gradient_is_left_alone(name):
    theta, grad = np.ones(P), GRADS[0].copy()
    lk.OPTIMIZERS[name](0.1).step(theta, grad)
    np.testing.assert_array_equal(grad, GRADS[0])


@pytest.mark.parametrize("name", lk.OPTIMIZERS)
def test_replicas_and_one_rate_each(name):
    rates = np.array([[0.01], [0.3]])
    stack = np.tile(np.linspace(-1, 1, P), (2, 1))
    opt = lk.OPTIMIZERS[name](rates)
    for g in GRADS:
        opt.step(stack, np.tile(g, (2, 1)))
    for k, lr in enumerate((0.01, 0.3)):
        np.testing.assert_allclose(stack[k], run(lk.OPTIMIZERS[name](lr), GRADS))


@pytest.mark.parametrize("name", lk.OPTIMIZERS)
def test_scale_multiplies_the_rate_and_leaves_it_alone(name):
    opt = lk.OPTIMIZERS[name](0.2)
    np.testing.assert_allclose(run(opt, GRADS, scale=0.5), run(lk.OPTIMIZERS[name](0.1), GRADS))
    assert opt.lr == 0.2


@pytest.mark.parametrize("name", lk.OPTIMIZERS)
def test_a_live_rate_acts_on_the_next_step(name):
    opt, theta = lk.OPTIMIZERS[name](0.1), np.ones(P)
    opt.step(theta, GRADS[0])
    opt.lr = 0
    before = theta.copy()
    opt.step(theta, GRADS[1])
    np.testing.assert_array_equal(theta, before)


def test_adam_stays_right_when_beta_changes_while_it_runs():
    opt, theta = lk.Adam(0.1), np.zeros(1)
    for beta in (0.9, 0.5, 0.99):  # with a constant gradient m̂/√v̂ is 1 whatever the betas were
        opt.beta1 = opt.beta2 = beta
        before = theta.copy()
        opt.step(theta, np.ones(1))
        assert before - theta == pytest.approx(0.1, rel=1e-6)


def test_adam_without_correction_takes_too_large_first_steps():
    """Reference: 3.16 × lr at t = 1 and at most 6.57 × at t = 12, for β = 0.9 and 0.999 and a constant gradient."""
    opt, theta, sizes = lk.Adam(1.0, correct_bias=False), np.zeros(1), []
    for _ in range(100):
        before = theta.copy()
        opt.step(theta, np.ones(1))
        sizes.append((before - theta)[0])
    assert sizes[0] == pytest.approx(math.sqrt(10), rel=1e-4)
    assert np.argmax(sizes) == 11
    assert max(sizes) == pytest.approx(6.57, abs=0.005)


@given(st.floats(0.01, 1.99))
def test_sgd_on_a_quadratic_multiplies_the_error(rate):
    theta, opt = np.array([1.0]), lk.SGD(rate)
    opt.step(theta, theta.copy())
    assert theta[0] == pytest.approx(1 - rate, abs=1e-12)


def test_reset_forgets():
    opt = lk.Adam(0.1)
    first = run(opt, GRADS)
    opt.reset()
    np.testing.assert_array_equal(run(opt, GRADS), first)


def test_another_shape_is_a_new_start():
    opt = lk.SGD(0.1, 0.9)
    run(opt, GRADS)
    theta = np.zeros(3)
    opt.step(theta, np.ones(3))
    np.testing.assert_allclose(theta, -0.1)


def test_repr_names_the_hyperparameters():
    assert repr(lk.SGD(0.1, 0.9)) == "SGD(lr=0.1, momentum=0.9)"
    assert repr(lk.AdamW()) == "AdamW(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-08, weight_decay=0.01)"


@pytest.mark.parametrize("name", lk.OPTIMIZERS)
def test_every_hyperparameter_guards_itself(name):
    opt = lk.OPTIMIZERS[name](0.1)
    knobs = opt.hyperparameters()
    assert "lr" in knobs
    for knob in knobs:
        with pytest.raises(ValueError, match=f"{type(opt).__name__}: {knob} must be in"):
            setattr(opt, knob, -0.1)
        with pytest.raises(TypeError, match="must be a number"):
            setattr(opt, knob, "fast")
    with pytest.raises(AttributeError):
        opt.learning_rate = 0.1


def test_bad_gradients():
    with pytest.raises(ValueError, match=r"SGD: the gradient has shape \(2,\); expected that of theta, \(3,\)"):
        lk.SGD(0.1).step(np.zeros(3), np.zeros(2))
    with pytest.raises(ValueError, match="NaN or infinite"):
        lk.SGD(0.1).step(np.zeros(2), np.array([0, np.nan]))
    with pytest.raises(ValueError, match=r"one per replica: rates\[:, None\] of shape \(3, 1\)\."):
        lk.SGD(np.ones((2, 1))).step(np.zeros((3, 5)), np.zeros((3, 5)))
    with pytest.raises(TypeError, match="got dtype int64"):
        lk.SGD(0.1).step(np.zeros(2, np.int64), np.zeros(2))
    with pytest.raises(TypeError, match=r"got \[0\.0\]"):
        lk.SGD(0.1).step([0.0], np.zeros(1))


def test_adamw_decays_all_of_theta_or_what_the_mask_says():
    """With g = 0 Adam stands still, so that only the decay θ ← θ(1 − lr λ) is left."""
    net = lk.mlp([4, 8, 3], batch_norm=True)
    mask = net.weight_mask()
    for chosen, decayed in ((None, np.ones_like(mask)), (mask, mask), (~mask, ~mask)):
        theta = np.linspace(1, 2, mask.size)
        before, opt = theta.copy(), lk.AdamW(0.1, weight_decay=0.5, mask=chosen)
        for _ in range(3):
            opt.step(theta, np.zeros_like(theta))
        np.testing.assert_allclose(theta, np.where(decayed, before * (1 - 0.1 * 0.5)**3, before))


def test_a_mask_of_another_length_is_told_how_many_it_needs():
    with pytest.raises(ValueError, match=r"AdamW: mask has shape \(2,\); expected \(3,\), one entry per parameter"):
        lk.AdamW(0.1, mask=[True, False]).step(np.ones((4, 3)), np.ones((4, 3)))


def test_a_mask_of_adamw_and_replicas():
    theta, grad = np.ones((2, 3), np.float32), np.zeros((2, 3), np.float32)
    lk.AdamW(np.array([[0.1], [0.2]]), weight_decay=1, mask=[True, False, True]).step(theta, grad)
    np.testing.assert_allclose(theta, [[0.9, 1, 0.9], [0.8, 1, 0.8]], rtol=1e-6)


def test_a_shallow_copy_remembers_for_itself():
    opt, theta = lk.Adam(0.1), np.ones(3)
    opt.step(theta, np.ones(3))
    twin = copy.copy(opt)
    before = twin.m.copy()
    opt.step(theta, -np.ones(3))
    assert (twin.m == before).all() and (opt.m != before).any()


def test_another_theta_starts_anew_and_a_copy_of_the_last_one_goes_on():
    """A loop of one's own takes an optimizer to the next network; a path keeps every θ."""
    grad = np.array([1.0, -2.0])
    opt, first, second = lk.SGD(0.1, momentum=0.9), np.zeros(2), np.ones(2)
    opt.step(first, grad)
    opt.step(second, grad)
    np.testing.assert_allclose(second, 1 - 0.1 * grad)  # a first step, though the sizes are the same
    opt, path, alone = lk.SGD(0.1, momentum=0.9), [np.zeros(2)], np.zeros(2)
    for _ in range(3):
        path.append(path[-1].copy())
        opt.step(path[-1], grad)
    again = lk.SGD(0.1, momentum=0.9)
    for _ in range(3):
        again.step(alone, grad)
    np.testing.assert_array_equal(path[-1], alone)


def test_nesterov_without_momentum_is_refused():
    with pytest.raises(ValueError, match=r"SGD: nesterov=True .* momentum is 0"):
        lk.SGD(0.1, nesterov=True)


@pytest.mark.parametrize("name", lk.OPTIMIZERS)
def test_the_sliders_of_an_optimizer_hold_its_usual_rates(name):
    low, high = type(lk.OPTIMIZERS[name](0.1)).lr.slider_limits(0.1)
    assert 0 < low <= 1e-3 and high >= 1
