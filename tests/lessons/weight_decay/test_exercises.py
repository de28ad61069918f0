"""The exercises of notebook 07: right answers in many forms, typical wrong ones, and the truth of the references."""

import numpy as np
import pytest

import labkit as lk
from labkit.course import examine
from labkit.exercises import by_differences
from labkit.lessons.weight_decay.exercises import ADAMW, PENALTY, decay_walk, penalised_gradient


# ------------------------------------------------------------------------------------------------ references
@pytest.mark.parametrize("case", PENALTY.cases)
def test_the_gradient_is_that_of_the_penalised_loss(case):
    def loss(w, b, x, y, lam):
        return np.mean((x @ w + b - y) ** 2) + lam / 2 * np.sum(w**2)

    dw, db = penalised_gradient(*case)
    assert np.allclose(dw, by_differences(loss, 0)(*case), atol=1e-7)
    assert np.isclose(db, by_differences(loss, 1)(*case), atol=1e-7)


@pytest.mark.parametrize("case", ADAMW.cases)
def test_the_decoupled_walk_is_that_of_the_laboratory(case):
    theta, gradients, lr, lam = case
    points, here, opt = decay_walk(ADAMW.reference, *case), theta.copy(), lk.AdamW(lr, weight_decay=lam)
    for g, point in zip(gradients, points[1:], strict=True):
        opt.step(here, g)
        assert np.allclose(here, point, rtol=1e-9)


# ------------------------------------------------------------------------------------------------ answers
def gradient_by_loops(w, b, x, y, lam):
    dw, db = lam * w, 0.0
    for row, target in zip(x, y, strict=True):
        e = row @ w + b - target
        dw, db = dw + 2 * e * row / len(y), db + 2 * e / len(y)
    return dw, db


def decay_first(theta, g, state, lr, lam, adam):
    shrunk = theta * (1 - lr * lam)
    new, state = adam(theta, g, state, lr)
    return shrunk + (new - theta), state


@pytest.mark.parametrize(("name", "f"), [
    ("07-penalty", gradient_by_loops),
    ("07-penalty", lambda w, b, x, y, lam: [lam * w + 2 * np.mean((x @ w + b - y)[:, None] * x, axis=0),
                                            np.mean(2 * (x @ w + b - y))]),
    ("07-soft-threshold", lambda theta, t: np.sign(theta) * np.maximum(np.abs(theta) - t, 0)),
    ("07-soft-threshold", lambda theta, t: np.where(theta > t, theta - t, np.where(theta < -t, theta + t, 0))),
    ("07-soft-threshold", lambda theta, t: np.maximum(theta - t, 0) - np.maximum(-theta - t, 0)),
    ("07-adamw", decay_first),
    ("07-adamw", lambda theta, g, state, lr, lam, adam: adam(theta * (1 - lr * lam), g, state, lr)),
])
def test_right_answers_in_other_forms(name, f):
    assert examine(name, f).status == "right", examine(name, f).text


# ------------------------------------------------------------------------------------------------ wrong answers
@pytest.mark.parametrize(("name", "f", "words"), [
    ("07-penalty", lambda w, b, x, y, lam: (2 * (x @ w + b - y) @ x / len(y) + 2 * w * lam, 2 * (x @ w + b - y).mean()),
     "not 2λw"),
    ("07-penalty", lambda w, b, x, y, lam: (2 * (x @ w + b - y) @ x / len(y) + w * lam,
                                            2 * (x @ w + b - y).mean() + lam * b), "bias is not penalised"),
    ("07-penalty", lambda w, b, x, y, lam: 2 * (x @ w + b - y) @ x / len(y) + w * lam, "return dw, db"),
    ("07-soft-threshold", lambda theta, t: theta - np.sign(theta) * t, "crossed zero"),
    ("07-soft-threshold", lambda theta, t: theta * (np.abs(theta) > t), "HARD"),
    ("07-soft-threshold", lambda theta, t: np.where(np.abs(theta) < t, 0, theta), "HARD exactly"),
    ("07-soft-threshold", lambda theta, t: np.sign(theta) * max(np.abs(theta) - t, 0), "np.maximum"),
    ("07-penalty", lambda w, b, x, y, lam: (2 * (y - x @ w - b) @ x / len(y) + w * lam, 2 * (y - x @ w - b).mean()),
     "prediction − y"),
    ("07-penalty", lambda w, b, x, y, lam: (2 * (x @ w - y) @ x / len(y) + w * lam, 2 * (x @ w - y).mean()),
     "b is missing"),
    ("07-adamw", lambda theta, g, state, lr, lam, adam: adam(theta, g, state, lr) - lr * lam * theta, "pair apart"),
    ("07-adamw", lambda theta, g, state, lr, lam, adam: adam(theta, g + theta * lam, state, lr), "L2 penalty beside"),
    ("07-adamw", lambda theta, g, state, lr, lam, adam: adam(theta, g, state, lr), "without any decay"),
    ("07-adamw", lambda theta, g, state, lr, lam, adam: adam(theta, g, state, lr)[0] - lr * lam * theta, ""),
])
def test_typical_wrong_answers_get_a_helpful_hint(name, f, words):
    verdict = examine(name, f)
    assert verdict.status == "wrong"
    assert all(word in verdict.hint for word in words.split()), verdict.text
