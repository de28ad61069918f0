"""The exercises of notebook 00: right answers in several forms, typical wrong ones, untouched stubs."""

import numpy as np
import pytest

import labkit as lk
from labkit.course import examine
from labkit.lessons.start_here.exercises import accuracy


def step_by_sgd(theta, grad, lr):
    new = theta.copy()
    lk.SGD(lr).step(new, grad)
    return new


def accuracy_by_loop(outputs, labels):
    return sum(int(max(range(len(row)), key=row.__getitem__) == label)
               for row, label in zip(outputs.tolist(), labels.tolist(), strict=True)) / len(labels)


RIGHT = [("00-step", lambda theta, grad, lr: theta - lr * grad), ("00-step", step_by_sgd),
         ("00-accuracy", lambda outputs, labels: (outputs.argmax(1) == labels).mean()),
         ("00-accuracy", accuracy_by_loop)]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_right_answers(name, answer):
    verdict = examine(name, answer)
    assert verdict.status == "right", verdict.text


def in_place(theta, grad, lr):
    theta -= lr * grad
    return theta


WRONG = [
    ("00-step", lambda theta, grad, lr: theta + lr * grad, "uphill"),
    ("00-step", lambda theta, grad, lr: theta - grad, "learning rate"),
    ("00-step", lambda theta, grad, lr: -lr * grad, "step alone"),
    ("00-step", lambda theta, grad, lr: theta, "not moved"),
    ("00-step", lambda theta, grad, lr: grad, "gradient alone"),
    ("00-step", in_place, "copy"),
    ("00-accuracy", lambda outputs, labels: sum(outputs.argmax(axis=1) == labels), "divide"),
    ("00-accuracy", lambda outputs, labels: 100 * np.mean(outputs.argmax(axis=1) == labels), "per cent"),
    ("00-accuracy", lambda outputs, labels: np.mean(outputs.argmin(axis=1) == labels), "largest"),
    ("00-accuracy", lambda outputs, labels: np.mean(outputs.argmax(axis=1) != labels), "wrong answers"),
    ("00-accuracy", lambda outputs, labels: np.mean(outputs.max(axis=1) == labels), "every row"),
    ("00-accuracy", lambda outputs, labels: np.mean(outputs.argmax() == labels), "every row"),
    ("00-accuracy", lambda outputs, labels: np.mean(outputs.argmax(axis=0) == labels), "wrong axis"),
]


@pytest.mark.parametrize(("name", "answer", "word"), WRONG)
def test_wrong_answers_get_a_hint(name, answer, word):
    verdict = examine(name, answer)
    assert verdict.status == "wrong"
    assert word in verdict.hint.lower()


def test_accuracy_is_that_of_the_laboratory():
    net, rng = lk.mlp([4, 3]), np.random.default_rng(0)
    x, y = rng.standard_normal((30, 4)), rng.integers(0, 3, 30)
    assert accuracy(net.forward(x), y) == pytest.approx(float(lk.evaluate(net, x, y).accuracy))
