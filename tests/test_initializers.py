"""Every initializer: shape, dtype, the variance its name promises, and no dependence on global randomness."""

import math
from functools import partial

import numpy as np
import pytest

from labkit.initializers import INITIALIZERS, constant, normal, orthogonal, uniform

N_IN, N_OUT = 300, 500
VARIANCE = {
    "zeros": 0, "constant": 0, "normal": 0.01**2, "uniform": 0.01**2 / 3, "lecun_normal": 1 / N_IN,
    "xavier_normal": 2 / (N_IN + N_OUT), "xavier_uniform": 2 / (N_IN + N_OUT), "he_normal": 2 / N_IN,
    "he_uniform": 2 / N_IN, "orthogonal": 1 / N_OUT,
}


def rng():
    return np.random.default_rng(7)


def test_every_initializer_has_an_expected_variance():
    assert set(VARIANCE) == set(INITIALIZERS)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_shape_dtype_mean_and_variance(name):
    W = INITIALIZERS[name](rng(), N_IN, N_OUT)
    assert W.shape == (N_IN, N_OUT)
    assert W.dtype == np.float32
    # the standard error of a variance from n normal draws is √(2/n) of it: five of them
    n = W.size
    assert abs(W.var() - VARIANCE[name]) <= 5 * math.sqrt(2 / n) * VARIANCE[name] + 1e-12
    mean = 0.01 if name == "constant" else 0
    assert abs(W.mean() - mean) <= 5 * math.sqrt(VARIANCE[name] / n) + 1e-8


@pytest.mark.parametrize("name", INITIALIZERS)
def test_same_generator_same_weights(name):
    np.testing.assert_array_equal(INITIALIZERS[name](rng(), 5, 4), INITIALIZERS[name](rng(), 5, 4))


@pytest.mark.parametrize("limit", [0.5, 2.0])
def test_uniform_fills_its_limits(limit):
    W = uniform(rng(), 100, 100, limit=limit)
    assert -limit <= W.min() < -0.99 * limit
    assert 0.99 * limit < W.max() <= limit


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (5, 5)])
def test_orthogonal_keeps_lengths(shape):
    W = orthogonal(rng(), *shape).astype(float)
    small = W.T @ W if shape[0] >= shape[1] else W @ W.T
    np.testing.assert_allclose(small, np.eye(min(shape)), atol=1e-6)


def test_parameters_by_partial():
    assert constant(rng(), 2, 2, value=3).tolist() == [[3, 3], [3, 3]]
    assert abs(partial(normal, std=2.0)(rng(), 300, 300).std() - 2) < 0.02


@pytest.mark.parametrize(("init", "bad"), [(partial(normal, std=-1.0), "std"), (partial(uniform, limit=-1.0), "limit")])
def test_negative_scale(init, bad):
    with pytest.raises(ValueError, match=f"{bad} must be in"):
        init(rng(), 2, 2)
