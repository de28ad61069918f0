"""The exercises of notebook 05: right answers in many forms, typical wrong ones, and the truth of the references."""

import math

import numpy as np
import pytest

from labkit.course import examine
from labkit.lessons.learning_rate.exercises import divergence_rate, tilted, warm_cosine
from labkit.schedules import cosine, warm_up


# ------------------------------------------------------------------------------------------------ references
@pytest.mark.parametrize("curvatures", [(4.0,), (1.0, 50.0), (0.01, 0.5, 1.0, 2.0, 40.0)])
def test_gradient_descent_falls_just_below_the_rate_and_grows_just_above(curvatures):
    H = tilted(*curvatures)
    for share, grows in ((0.99, False), (1.01, True)):
        theta = np.ones(len(H))
        for _ in range(3000):
            theta = theta - share * divergence_rate(H) * (H @ theta)
        assert (np.linalg.norm(theta) > math.sqrt(len(H))) == grows


def test_tilted_has_the_eigenvalues_that_it_is_given():
    assert np.allclose(np.linalg.eigvalsh(tilted(0.2, 3.0, 7.0)), [0.2, 3.0, 7.0])


@pytest.mark.parametrize(("total", "warm"), [(100, 10), (37, 5)])
def test_warm_cosine_is_that_of_the_laboratory(total, warm):
    schedule = warm_up(warm, cosine(total - warm), start=0.0)
    assert all(math.isclose(warm_cosine(t, total, warm), schedule(t), abs_tol=1e-12) for t in range(total + 1))


# ------------------------------------------------------------------------------------------------ answers
def divergence_by_power_iteration(H):
    v = np.ones(len(H)) + 0.1 * np.arange(len(H))
    for _ in range(2000):
        v = H @ v
        v = v / np.linalg.norm(v)
    return 2 / (v @ H @ v)


def cosine_by_where(t, total, warm):
    return np.where(t < warm, t / warm, 0.5 + 0.5 * np.cos(np.pi * (t - warm) / (total - warm)))


@pytest.mark.parametrize(("name", "f"), [
    ("05-divergence", divergence_by_power_iteration),
    ("05-divergence", lambda H: 2 / max(np.linalg.eigvals(H).real)),
    ("05-divergence", lambda H: 2 / np.linalg.norm(H, 2)),
    ("05-warm-cosine", cosine_by_where),
    ("05-warm-cosine", lambda t, total, warm: warm_up(warm, cosine(total - warm), start=0.0)(t)),
    ("05-warm-cosine", lambda t, n, w: min(t / w, np.cos(np.pi / 2 * max(0, t - w) / (n - w)) ** 2)),
])
def test_right_answers_in_other_forms(name, f):
    assert examine(name, f).status == "right", examine(name, f).text


@pytest.mark.parametrize(("name", "f", "words"), [
    ("05-divergence", lambda H: 1 / np.linalg.eigvalsh(H)[-1], "one step overshoots"),
    ("05-divergence", lambda H: 2 / np.linalg.eigvalsh(H)[0], "steepest LARGEST"),
    ("05-divergence", lambda H: 2 / np.linalg.eigvalsh(H).min(), "steepest LARGEST"),
    ("05-divergence", lambda H: 2 / np.linalg.eig(H)[0][0], "no particular order eigvalsh"),
    ("05-divergence", lambda H: 2 / np.linalg.eigvals(H)[-1], "no particular order eigvalsh [-1]"),
    ("05-divergence", lambda H: 2 / np.trace(H), "trace SUM"),
    ("05-divergence", lambda H: 2 / H.diagonal().max(), "diagonal eigvalsh"),
    ("05-divergence", lambda H: 2 / np.sqrt((H**2).sum()), "Frobenius"),
    ("05-divergence", lambda H: np.linalg.eigvalsh(H)[-1], "eigenvalue itself"),
    ("05-divergence", lambda H: 2 / np.linalg.eigvalsh(H), "one number"),
    ("05-divergence", lambda H: print(2 / np.linalg.eigvalsh(H)[-1]), "print return"),
    ("05-warm-cosine", lambda t, n, w: (1 + np.cos(np.pi * t / n)) / 2, "where is the warm-up"),
    ("05-warm-cosine", lambda t, n, w: t / w if t < w else (1 + np.cos(np.pi * t / n)) / 2, "t − warm"),
    ("05-warm-cosine", lambda t, n, w: t / w if t < w else 1 + np.cos(np.pi * (t - w) / (n - w)), "halve"),
    ("05-warm-cosine", lambda t, n, w: t / w if t < w else np.cos(np.pi * (t - w) / (n - w)), "negative climbs"),
    ("05-warm-cosine", lambda t, n, w: t / w if t < w else 1 - (t - w) / (n - w), "straight line"),
    ("05-warm-cosine", lambda t, n, w: t / w if t < w else (1 + np.cos((t - w) / (n - w))) / 2, "π is missing"),
    ("05-warm-cosine", lambda t, n, w: (t + 1) / w if t < w else warm_cosine(t, n, w), "begins at 0"),
    ("05-warm-cosine", lambda t, n, w: t / n if t < w else warm_cosine(t, n, w), "divide"),
])
def test_typical_wrong_answers_get_a_helpful_hint(name, f, words):
    verdict = examine(name, f)
    assert verdict.status == "wrong"
    assert all(word in verdict.hint for word in words.split()), verdict.text
