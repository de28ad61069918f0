"""Every activation against its textbook formula, every slope against finite differences."""

import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from labkit.activations import ACTIVATIONS, Activation, exponential_linear, leaky, sigmoid

X = np.linspace(-6, 6, 241) + 0.0123  # no node at a kink

TEXTBOOK = {
    "identity": lambda x: x,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "tanh": math.tanh,
    "relu": lambda x: x if x > 0 else 0.0,
    "leaky_relu": lambda x: x if x > 0 else 0.01 * x,
    "elu": lambda x: x if x > 0 else math.exp(x) - 1,
    "silu": lambda x: x / (1 + math.exp(-x)),
    "gelu": lambda x: x * 0.5 * (1 + math.erf(x / math.sqrt(2))),
}


def test_the_table_holds_what_the_textbook_names():
    assert set(ACTIVATIONS) == set(TEXTBOOK)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_textbook_value(name):
    tolerance = 5e-4 if name == "gelu" else 1e-12  # gelu: the tanh form of the exact function
    np.testing.assert_allclose(ACTIVATIONS[name](X), [TEXTBOOK[name](x) for x in X], atol=tolerance)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slope_is_the_derivative(name):
    act, h = ACTIVATIONS[name], 1e-6
    np.testing.assert_allclose(act.slope(X), (act(X + h) - act(X - h)) / (2 * h), atol=1e-8)


@pytest.mark.parametrize("alpha", [0.0, 0.2, 0.9])
def test_other_leaks_and_elus(alpha):
    for act in (leaky(alpha), exponential_linear(alpha + 0.1)):
        np.testing.assert_allclose(act.slope(X), (act(X + 1e-6) - act(X - 1e-6)) / 2e-6, atol=1e-8)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept(name, dtype):
    x = X.astype(dtype)
    y = ACTIVATIONS[name](x)
    assert y.dtype == dtype
    assert ACTIVATIONS[name].df(x, y).dtype == dtype


@pytest.mark.parametrize("name", ACTIVATIONS)
@given(x=arrays(np.float32, (7,), elements=st.floats(-2.0**126, 2.0**126, width=32)))
def test_finite_everywhere_and_input_untouched(name, x):
    before = x.copy()
    with np.errstate(over="raise", invalid="raise"):
        y = ACTIVATIONS[name](x)
        slope = ACTIVATIONS[name].df(x, y)
    assert np.isfinite(y).all()
    assert np.isfinite(slope).all()
    np.testing.assert_array_equal(x, before)


def test_sigmoid_slope_reference_values():
    assert sigmoid.slope(np.array([0.0]))[0] == 0.25
    assert sigmoid.slope(np.array([2.0]))[0] == pytest.approx(0.105, abs=5e-4)
    assert sigmoid.slope(np.array([5.0]))[0] == pytest.approx(0.0066, abs=5e-5)


def test_sigmoid_keeps_its_left_tail():
    np.testing.assert_allclose(sigmoid(np.array([-80.0], np.float32)), [math.exp(-80)], rtol=1e-6)


@pytest.mark.parametrize(("make", "alpha"), [(leaky, 1.0), (leaky, -0.1), (exponential_linear, 0.0)])
def test_bad_alpha(make, alpha):
    with pytest.raises(ValueError, match="alpha must be in"):
        make(alpha)


@pytest.mark.parametrize("act", [leaky(0.01), exponential_linear(0.5)], ids=str)
def test_the_slope_of_whole_numbers_is_no_whole_number(act):
    x = np.array([-2, 3])
    np.testing.assert_allclose(act.df(x, act.f(x.astype(float))), act.slope(x.astype(float)))


def test_a_pickled_activation_is_that_of_the_table():
    for act in ACTIVATIONS.values():
        assert pickle.loads(pickle.dumps(act)) is act


def test_a_function_of_ones_own_may_underflow_whatever_numpy_is_told():
    own = Activation("own", lambda x: np.exp(x), lambda x, y: np.exp(x))
    with np.errstate(all="raise"):
        assert own(np.array([-800.0])) == own.slope(np.array([-800.0])) == 0
