"""Mean-field theory against closed forms and against real networks; curvature against eigenvalues."""

import math

import numpy as np
import pytest

import labkit as lk
from labkit.theory import gaussian_mean, largest_curvature, largest_stable_rate, variance_profile

N = 500


def measured(activation, weight_std, depth, width=N, batch=300):
    rng, act = np.random.default_rng(0), lk.ACTIVATIONS[activation]
    h, hs, zs, Ws = rng.standard_normal((batch, width)), [], [], []
    for _ in range(depth):
        Ws.append(rng.standard_normal((width, width)) * weight_std)
        zs.append(h @ Ws[-1])
        hs.append(h := act(zs[-1]))
    d, gradients = rng.standard_normal((batch, width)), []
    for z, W in zip(reversed(zs), reversed(Ws), strict=True):
        d = d * act.slope(z)
        gradients.append(np.sqrt((d * d).mean()))
        d = d @ W.T
    return np.array([x.std() for x in hs]), np.array([np.sqrt((x * x).mean()) for x in hs]), np.array(gradients[::-1])


@pytest.mark.parametrize(("power", "expected"), [(1, 0), (2, 4), (4, 48), (6, 960)])
def test_gaussian_moments(power, expected):
    assert gaussian_mean(lambda x: x**power, 4.0) == pytest.approx(expected, rel=1e-8, abs=1e-10)


def test_relu_closed_forms():
    """E[h²] = q/2, E[h] = √(q/2π), E[φ'²] = 1/2."""
    p = variance_profile("relu", 0.1, N, 4)
    np.testing.assert_allclose(p.second_moment, p.q / 2, rtol=1e-6)
    np.testing.assert_allclose(p.mean, np.sqrt(p.q / (2 * np.pi)), rtol=1e-4)
    np.testing.assert_allclose(p.slope, 0.5, rtol=1e-12)
    np.testing.assert_allclose(p.q, N * 0.01 * (N * 0.01 / 2) ** np.arange(4), rtol=1e-6)


def test_relu_variance_is_not_the_second_moment():
    p = variance_profile("relu", math.sqrt(2 / N), N, 1)
    assert p.second_moment[0] == pytest.approx(1, rel=1e-6)
    assert p.std[0] ** 2 == pytest.approx(1 - 1 / np.pi, rel=1e-4)


def test_identity_is_exact():
    p = variance_profile("identity", 0.05, N, 5, bias_std=0.3)
    q = [N * 0.0025 + 0.09]
    for _ in range(4):
        q.append(N * 0.0025 * q[-1] + 0.09)
    np.testing.assert_allclose(p.q, q, rtol=1e-8)
    np.testing.assert_allclose(p.gradient, (0.05 * math.sqrt(N)) ** np.arange(4, -1, -1.0), rtol=1e-8)


@pytest.mark.parametrize("sigma", [0.5, 5.0, 40.0, 70.0])
def test_narrow_spike_of_tanh_slope(sigma):
    """E[tanh'(z)²] ≈ (4/3)/(√(2π) σ) when σ is large; a fine quadrature over the spike itself is the oracle."""
    u = np.linspace(-40, 40, 400_001)
    f = (1 - np.tanh(u) ** 2) ** 2 * np.exp(-(u / sigma) ** 2 / 2) / (sigma * math.sqrt(2 * np.pi))
    oracle = ((f[1:] + f[:-1]) / 2).sum() * (u[1] - u[0])
    assert gaussian_mean(lambda z: (1 - np.tanh(z) ** 2) ** 2, sigma**2) == pytest.approx(oracle, rel=1e-6)


@pytest.mark.parametrize(("activation", "weight_std", "depth", "last"), [
    ("tanh", 0.01, 10, 2.9e-7), ("tanh", 1.0, 10, 0.98), ("tanh", math.sqrt(1 / N), 10, 0.23),
    ("relu", math.sqrt(1 / N), 10, 0.024),
])
def test_reference_values_of_the_last_layer(activation, weight_std, depth, last):
    assert variance_profile(activation, weight_std, N, depth).std[-1] == pytest.approx(last, rel=0.1)


def test_tanh_with_xavier_keeps_shrinking():
    std = variance_profile("tanh", math.sqrt(1 / N), N, 100).std
    np.testing.assert_allclose(std[[0, 4, 9, 19, 99]], [0.63, 0.32, 0.23, 0.16, 0.066], rtol=0.1)


@pytest.mark.parametrize("activation", lk.ACTIVATIONS)
@pytest.mark.parametrize("weight_std", [0.02, math.sqrt(2 / N), 0.3])
def test_theory_predicts_a_real_network(activation, weight_std):
    p = variance_profile(activation, weight_std, N, 6)
    std, rms, gradient = measured(activation, weight_std, 6)
    np.testing.assert_allclose(p.rms, rms, rtol=0.2)
    np.testing.assert_allclose(p.gradient, gradient, rtol=0.25)
    if activation != "sigmoid":  # its std over units is a small difference of large numbers at small scales
        np.testing.assert_allclose(p.std, std, rtol=0.25)


def test_at_std_1_the_gradient_of_saturated_tanh_explodes():
    p = variance_profile("tanh", 1.0, N, 10)
    assert 3 < (p.gradient[0] / p.gradient[-1]) ** (1 / 9) < 4
    assert p.std[-1] > 0.97


def test_a_mean_may_be_infinite():
    assert gaussian_mean(lambda z: np.where(z > 0, np.inf, 0), 1.0) == np.inf


@pytest.mark.parametrize(("call", "message"), [
    (lambda: variance_profile("tahn", 0.1, 5, 5), "did you mean 'tanh'"),
    (lambda: variance_profile("tanh", -0.1, 5, 5), "weight_std must be in"),
    (lambda: variance_profile("tanh", 0.1, 5, 0), "depth must be at least 1"),
    (lambda: largest_stable_rate(0.0), "curvature must be in"),
])
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_largest_curvature_where_the_steepest_direction_curves_down():
    curvatures = np.array([-5.0, 2.0, 1.0])
    found = largest_curvature(lambda t: curvatures * t, np.zeros(3), rng=np.random.default_rng(0), iterations=200)
    assert found == pytest.approx(2.0, rel=1e-6)


def test_largest_curvature_of_a_quadratic():
    rng = np.random.default_rng(1)
    A = rng.standard_normal((8, 8))
    H, theta = A @ A.T, rng.standard_normal(8)
    before = theta.copy()
    assert largest_curvature(lambda t: H @ t, theta, rng=rng, iterations=500) == pytest.approx(
        np.linalg.eigvalsh(H)[-1], rel=1e-4)
    np.testing.assert_array_equal(theta, before)


@pytest.mark.parametrize(("factor", "converges"), [(0.99, True), (1.01, False)])
def test_two_over_curvature_is_the_limit(factor, converges):
    theta = np.array([1.0])
    for _ in range(200):
        theta -= factor * largest_stable_rate(7.0) * 7.0 * theta
    assert (abs(theta[0]) < 1) == converges


RNG = np.random.default_rng(0)


@pytest.mark.parametrize(("call", "message"), [
    (lambda: variance_profile("relu", 0.1, 100, 5, bias_std=-1), r"variance_profile: bias_std must be in \[0, ∞\)"),
    (lambda: variance_profile("relu", 0.1, 100, 5, input_second_moment=np.nan), r"input_second_moment must be"),
    (lambda: variance_profile("relu", 1e100, 100, 50), r"variance_profile: the signal outgrows float64 at weight_"),
    (lambda: gaussian_mean(np.square, -1), r"gaussian_mean: q must be in"),
    (lambda: gaussian_mean(lambda z: z[:3], 1), r"gaussian_mean: f returns shape \(3,\)"),
    (lambda: largest_curvature(lambda t: t[:1], np.ones(3), rng=RNG), r"shape \(1,\)"),
    (lambda: largest_curvature(lambda t: t * np.nan, np.ones(3), rng=RNG), r"are NaN"),
])
def test_what_has_no_answer_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_flat_loss_has_curvature_0_and_whole_numbers_are_no_obstacle():
    assert largest_curvature(np.zeros_like, np.ones(3), rng=RNG) == 0
    found = largest_curvature(lambda t: t * [1, 2, 3], np.array([1, 2, 3]), rng=RNG)
    assert found == pytest.approx(3)
