"""Losses: the textbook sum over examples, finite differences, extreme logits, replicas, bad labels."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.losses import LOSSES, mean_squared_error, sigmoid_cross_entropy, softmax, softmax_cross_entropy

RNG = np.random.default_rng(0)
Z = RNG.standard_normal((6, 4))
LABELS = np.array([0, 3, 1, 1, 2, 0])
SOFT = softmax(RNG.standard_normal((6, 4)))
BINARY = RNG.random((6, 4))
CASES = [(softmax_cross_entropy, LABELS), (softmax_cross_entropy, SOFT), (sigmoid_cross_entropy, BINARY),
         (mean_squared_error, SOFT)]


def test_softmax_cross_entropy_textbook():
    expected = -sum(math.log(math.exp(z[t]) / sum(math.exp(v) for v in z)) for z, t in zip(Z, LABELS, strict=True)) / 6
    assert softmax_cross_entropy(Z, LABELS)[0] == pytest.approx(expected, rel=1e-12)


def test_soft_targets_agree_with_labels():
    hard, soft = softmax_cross_entropy(Z, LABELS), softmax_cross_entropy(Z, np.eye(4)[LABELS])
    assert hard[0] == pytest.approx(soft[0])
    np.testing.assert_allclose(hard[1], soft[1], atol=1e-15)


def test_sigmoid_cross_entropy_textbook():
    p = 1 / (1 + np.exp(-Z))
    expected = -(BINARY * np.log(p) + (1 - BINARY) * np.log(1 - p)).mean()
    assert sigmoid_cross_entropy(Z, BINARY)[0] == pytest.approx(expected, rel=1e-12)


def test_mean_squared_error_textbook():
    assert mean_squared_error(Z, SOFT)[0] == pytest.approx(((Z - SOFT) ** 2).mean())


@pytest.mark.parametrize(("loss", "target"), CASES)
def test_gradient_by_finite_differences(loss, target):
    _, dz = loss(Z, target)
    for i, j in np.ndindex(Z.shape):
        step = np.zeros_like(Z)
        step[i, j] = 1e-6
        numeric = (loss(Z + step, target)[0] - loss(Z - step, target)[0]) / 2e-6
        assert dz[i, j] == pytest.approx(numeric, abs=1e-9)


@pytest.mark.parametrize(("loss", "target"), CASES)
def test_replicas_are_independent(loss, target):
    stack = np.stack([Z, 2 * Z - 1])
    values, grads = loss(stack, np.stack([target, target]))
    shared = loss(stack, target)[0]
    for k in range(2):
        value, grad = loss(stack[k], target)
        assert values[k] == pytest.approx(value)
        assert shared[k] == pytest.approx(value)
        np.testing.assert_allclose(grads[k], grad)


@pytest.mark.parametrize(("loss", "target"), CASES)
def test_float32_stays_float32_and_inputs_are_untouched(loss, target):
    z = Z.astype(np.float32)
    t = target if target.dtype.kind == "i" else target.astype(np.float32)
    before = z.copy(), t.copy()
    value, dz = loss(z, t)
    assert value.dtype == dz.dtype == np.float32
    np.testing.assert_array_equal(z, before[0])
    np.testing.assert_array_equal(t, before[1])


@given(st.integers(1, 40).map(float))
def test_extreme_logits_do_not_overflow(power):
    z = np.array([[10.0**(power % 4), -(10.0**(power % 4))]], np.float32)
    with np.errstate(over="raise", invalid="raise"):
        for wrong in (0, 1):
            assert np.isfinite(softmax_cross_entropy(z, np.array([wrong]))[0])
            assert np.isfinite(sigmoid_cross_entropy(z, np.full((1, 2), wrong, np.float32))[0])


def test_softmax_sums_to_one_and_ignores_a_shift():
    np.testing.assert_allclose(softmax(Z).sum(axis=1), 1)
    np.testing.assert_allclose(softmax(Z + 100), softmax(Z))


@pytest.mark.parametrize("labels", [[0, 1, 2, 3, 4, 0], [0, 1, -1, 2, 3, 0]])
def test_labels_out_of_range(labels):
    with pytest.raises(ValueError, match="expected 0 to 3"):
        softmax_cross_entropy(Z, np.array(labels))


@pytest.mark.parametrize("labels", [np.zeros(5, int), np.zeros((6, 3)), np.array(1)])
def test_wrong_number_of_labels(labels):
    with pytest.raises(ValueError, match=r"softmax_cross_entropy: targets have shape"):
        softmax_cross_entropy(Z, labels)


@pytest.mark.parametrize("name", ["sigmoid_cross_entropy", "mean_squared_error"])
def test_a_flat_target_is_not_broadcast(name):
    with pytest.raises(ValueError, match=r"y\[:, None\]"):
        LOSSES[name](Z[:, :1], np.zeros(6))
