"""The exercises of notebook 12: right answers in many forms, typical wrong ones, and the truth of the references."""

import numpy as np
import pytest

import labkit as lk
from labkit.course import examine
from labkit.lessons.noise_and_sharing.exercises import EXERCISES, shared_weights, smooth_targets, two_heads
from labkit.lessons.noise_and_sharing.experiments.noise import smooth
from labkit.lessons.noise_and_sharing.experiments.tasks import two_losses

RNG = np.random.default_rng(0)


# ------------------------------------------------------------------------------------------------ references
def test_the_references_are_the_laboratory():
    y = RNG.integers(0, 10, 7)
    np.testing.assert_allclose(smooth_targets(y, 0.3, 10), smooth(y, 0.3), atol=1e-6)
    z, labels = RNG.standard_normal((5, 14)), np.array([1, 9, 4, 2, 0])
    np.testing.assert_allclose(two_heads(z, labels[:3], labels[3:], 10, 0.7), two_losses(3, 0.7)(z, labels)[1])


def test_shared_weights_are_the_layer():
    layer = lk.Conv1d(9, 1, 1, 4)
    net = lk.Network([lk.Linear(9, 9, init=lambda rng, m, n: np.eye(m)), layer], dtype=np.float64)
    x, dy, b = RNG.standard_normal((3, 9)), RNG.standard_normal((3, 6)), 0.7
    layer.params["b"][...] = b
    y, dw, db = shared_weights(x, layer.params["W"][:, 0], b, dy)
    np.testing.assert_allclose(net.forward(x, train=True), y)
    net.backward(dy)
    np.testing.assert_allclose(layer.grads["W"][:, 0], dw)
    np.testing.assert_allclose(layer.grads["b"][0, 0], db)


# ------------------------------------------------------------------------------------------------ answers
def by_full(y, eps, classes):
    targets = np.full((len(y), classes), eps / classes)
    targets[np.arange(len(y)), y] += 1 - eps
    return targets


def by_lists(y, eps, classes):
    return [[(c == k) * (1 - eps) + eps / classes for k in range(classes)] for c in y]


def by_correlate(x, w, b, dy):
    return (np.array([np.correlate(row, w, "valid") for row in x]) + b,
            sum(np.correlate(row, d, "valid") for row, d in zip(x, dy, strict=True)), np.sum(dy))


def by_loops(x, w, b, dy):
    k, positions = len(w), x.shape[1] - len(w) + 1
    y, dw = np.zeros((len(x), positions)), np.zeros(k)
    for p in range(positions):
        y[:, p] = x[:, p:p + k] @ w + b
        dw += dy[:, p] @ x[:, p:p + k]
    return y, dw, dy.sum()


def by_softmax(z, y1, y2, classes, weight):
    n = len(y1)
    one, two = lk.softmax(z[:n, :classes]), lk.softmax(z[n:, classes:])
    one[np.arange(n), y1] -= 1
    two[np.arange(len(y2)), y2] -= 1
    return np.block([[one / n, np.zeros((n, two.shape[1]))],
                     [np.zeros((len(y2), classes)), weight * two / len(y2)]])


@pytest.mark.parametrize(("name", "answer"), [
    ("12-soft-targets", by_full), ("12-soft-targets", by_lists), ("12-shared-weights", by_correlate),
    ("12-shared-weights", by_loops), ("12-two-heads", by_softmax),
])
def test_right_answers_pass(name, answer):
    verdict = examine(name, answer)
    assert verdict.text.startswith("✓"), verdict.text


@pytest.mark.parametrize(("name", "hint"), [(name, hint) for name, e in EXERCISES.items() for hint in e.mistakes])
def test_every_mistake_earns_its_own_hint(name, hint):
    verdict = examine(name, EXERCISES[name].mistakes[hint])
    assert not verdict.text.startswith("✓") and hint in verdict.text.replace("\n", " "), verdict.text


@pytest.mark.parametrize("name", EXERCISES)
def test_an_untouched_stub_and_a_crash_are_told_apart(name):
    assert "not attempted yet" in examine(name, lambda *case: ...).text
    assert examine(name, lambda *case: 1 / 0).text.startswith("✗")
