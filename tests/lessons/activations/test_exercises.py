"""The exercises of notebook 01: right answers in many forms, typical wrong ones, and the truth of the references."""

import math

import numpy as np
import pytest

import labkit as lk
from labkit.course import examine
from labkit.exercises import by_differences
from labkit.lessons.activations.exercises import elu_slope, leaky_backward, sigmoid_slope

X = np.array([-4.0, -1.0, -0.2, 0.3, 2.0, 5.0])


# ------------------------------------------------------------------------------------------------ references
def test_sigmoid_slope_is_that_of_the_laboratory_and_of_differences():
    differences = by_differences(lambda x: (1 / (1 + np.exp(-x))).sum())
    assert np.allclose(sigmoid_slope(lk.sigmoid(X)), lk.sigmoid.slope(X))
    assert np.allclose(sigmoid_slope(lk.sigmoid(X)), differences(X), atol=1e-9)


@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.7])
def test_elu_slope_is_that_of_the_laboratory_and_of_differences(alpha):
    differences = by_differences(lambda x: np.where(x > 0, x, alpha * (np.exp(x) - 1)).sum())
    assert np.allclose(elu_slope(X, alpha), lk.exponential_linear(alpha).slope(X))
    assert np.allclose(elu_slope(X, alpha), differences(X), atol=1e-7)


@pytest.mark.parametrize("alpha", [0.01, 0.3])
def test_leaky_backward_is_that_of_the_layer_and_of_differences(alpha):
    dy = np.cos(7 * X)
    layer = lk.Elementwise(lk.leaky(alpha))
    layer.forward(X, train=True)
    differences = by_differences(lambda dy, x: (dy * np.where(x > 0, x, alpha * x)).sum(), at=1)
    assert np.allclose(leaky_backward(dy, X, alpha), layer.backward(dy))
    assert np.allclose(leaky_backward(dy, X, alpha), differences(dy, X), atol=1e-7)


# ------------------------------------------------------------------------------------------------ right answers
def leaky_by_index(dy, x, alpha):
    dx = dy.copy()
    dx[x <= 0] *= alpha
    return dx


def elu_by_loop(x, alpha):
    return np.array([1.0 if value > 0 else alpha * math.exp(value) for value in x.flat]).reshape(x.shape)


@pytest.mark.parametrize(("name", "f"), [
    ("01-sigmoid", lambda y: y - y**2),
    ("01-sigmoid", lambda y: np.multiply(1 - y, y)),
    ("01-sigmoid", lambda y: 0.25 - (y - 0.5) ** 2),
    ("01-sigmoid", lambda y: lk.sigmoid.df(None, y)),
    ("01-elu", elu_by_loop),
    ("01-elu", lambda x, alpha: np.where(x <= 0, alpha * np.exp(x), 1)),
    ("01-elu", lambda x, alpha: np.where(x > 0, 1, lk.exponential_linear(alpha)(x) + alpha)),
    ("01-elu", lambda x, alpha: (x > 0) + alpha * np.exp(x) * (x <= 0)),
    ("01-leaky", leaky_by_index),
    ("01-leaky", lambda dy, x, alpha: np.where(x > 0, dy, alpha * dy)),
    ("01-leaky", lambda dy, x, alpha: dy * ((x > 0) + alpha * (x <= 0))),
    ("01-leaky", lambda dy, x, alpha: (np.where(np.maximum(x, alpha * x) > 0, 1.0, alpha) * dy).tolist()),
])
def test_right_answers_in_other_forms(name, f):
    assert examine(name, f).status == "right", examine(name, f).text


# ------------------------------------------------------------------------------------------------ typical wrong answers
def sigmoid_in_place(y):
    y *= 1 - y
    return y


def leaky_in_place(dy, x, alpha):
    dy[x < 0] *= alpha
    return dy


def elu_in_whole_numbers(x, alpha):
    slope = np.zeros_like(x, int)
    slope[x > 0] = 1
    slope[x < 0] = alpha * np.exp(x[x < 0])
    return slope


@pytest.mark.parametrize(("name", "f", "words"), [
    ("01-sigmoid", lambda y: lk.sigmoid.slope(y), "OUTPUT already once more"),
    ("01-sigmoid", lambda y: 1 - np.square(y), "tanh"),
    ("01-sigmoid", lambda y: y**2 - y, "sign positive"),
    ("01-sigmoid", lambda y: 1 - y, "factor y missing"),
    ("01-sigmoid", lambda y: 2 * y * (1 - y), "2 times"),
    ("01-sigmoid", lambda y: (y * (1 - y)).mean(), "shape"),
    ("01-sigmoid", sigmoid_in_place, "copy"),
    ("01-sigmoid", lambda y: print(y * (1 - y)), "print return"),
    ("01-elu", lambda x, alpha: np.where(x > 0, 1, np.exp(x)), "α forgotten"),
    ("01-elu", lambda x, alpha: np.where(x > 0, 1, alpha * np.exp(x) - alpha), "constant"),
    ("01-elu", lambda x, alpha: np.where(x > 0, 1, lk.exponential_linear(alpha)(x) + 1), "α = 1 only"),
    ("01-elu", lambda x, alpha: lk.leaky(0.0).slope(x), "ReLU"),
    ("01-elu", lambda x, alpha: np.where(x > 0, x, alpha * np.expm1(x)), "slope asked"),
    ("01-elu", lambda x, alpha: np.where(x > 0, alpha, alpha * np.exp(x)), "right slope 1"),
    ("01-elu", lambda x, alpha: np.where(x < 0, alpha * np.exp(x), 1), "x = 0 left"),
    ("01-elu", lambda x, alpha: np.where(x > 0, 1, 0.5 * np.exp(x)), "argument alpha"),
    ("01-elu", elu_in_whole_numbers, "fractions"),
    ("01-elu", lambda x: np.exp(x), "called x, alpha"),
    ("01-leaky", lambda dy, x, alpha: lk.leaky(alpha).slope(x), "chain rule dy"),
    ("01-leaky", lambda dy, x, alpha: np.where(dy >= 0, dy, alpha * dy), "sign of x"),
    ("01-leaky", lambda dy, x, alpha: np.where(x > 0, dy, 0), "ReLU's way back"),
    ("01-leaky", lambda dy, x, alpha: np.where(x < 0, dy, alpha * dy), "swapped"),
    ("01-leaky", lambda dy, x, alpha: dy * lk.leaky(alpha)(x), "output slope"),
    ("01-leaky", lambda dy, x, alpha: leaky_backward(x, dy, alpha), "exchanged"),
    ("01-leaky", lambda dy, x, alpha: np.where(x >= 0, dy, alpha * dy), "x = 0 left"),
    ("01-leaky", lambda dy, x, alpha: np.where(x > 0, dy, 0.01 * dy), "argument alpha"),
    ("01-leaky", leaky_in_place, "copy"),
])
def test_typical_wrong_answers_get_a_helpful_hint(name, f, words):
    verdict = examine(name, f)
    assert verdict.status == "wrong"
    assert all(word in verdict.hint for word in words.split()), verdict.text
