"""The exercises of notebook 11: right answers in many forms, typical wrong ones, and the truth of the references."""

import math

import numpy as np
import pytest

from labkit import ensemble
from labkit.course import examine
from labkit.lessons.ensembles.exercises.bootstrap import bootstrap
from labkit.lessons.ensembles.exercises.needed import models_needed
from labkit.lessons.ensembles.exercises.soft_vote import soft_vote


# ------------------------------------------------------------------------------------------------ references
def test_the_references_are_those_of_the_laboratory():
    drawn, left_out = bootstrap(50, np.random.default_rng(0))
    np.testing.assert_array_equal(drawn, ensemble.bootstrap_indices(np.random.default_rng(0), 50))
    np.testing.assert_array_equal(left_out, ensemble.out_of_bag(drawn))
    p = np.random.default_rng(1).dirichlet(np.ones(4), size=(3, 20))
    np.testing.assert_array_equal(soft_vote(p), ensemble.soft_vote(p))


@pytest.mark.parametrize(("v", "c", "goal"), [(1.0, 0.0, 0.1), (2.0, 1.0, 1.25), (1.0, 0.5, 0.52), (3.0, 0.7, 1.0),
                                              (0.7, 0.3, 0.31)])
def test_so_many_models_are_enough_and_one_less_is_not(v, c, goal):
    k = models_needed(v, c, goal)
    assert ensemble.ensemble_variance(v, c, k) <= goal + 1e-9
    assert k == 1 or ensemble.ensemble_variance(v, c, k - 1) > goal


def test_goals_out_of_reach_and_goals_that_one_model_reaches():
    assert math.isinf(models_needed(1.0, 0.5, 0.5)) and math.isinf(models_needed(1.0, 0.5, 0.1))
    assert models_needed(1.0, 0.5, 1.0) == models_needed(1.0, 0.5, 7.0) == 1


# ------------------------------------------------------------------------------------------------ answers
def by_choice(n, rng):
    drawn = rng.choice(n, size=n)
    return drawn, np.bincount(drawn, minlength=n) == 0


def by_sets(n, rng):
    drawn = [int(n * rng.random()) for _ in range(n)]
    seen = set(drawn)
    return np.array(drawn), np.array([i not in seen for i in range(n)])


def by_sum(p):
    return np.argmax(sum(member for member in p), axis=1)


def by_trying(v, c, goal):
    for k in range(1, 100000):
        if v / k + (k - 1) / k * c <= goal + 1e-12:
            return k
    return math.inf


def by_the_inequality(form):
    """The first k for which the formula, written in this form, is at most the goal: no rounding forgiven."""
    return lambda v, c, goal: next((k for k in range(1, 2000) if form(v, c, k) <= goal), math.inf)


def marking(mark, high=0):
    """A sample of the first n + high examples, marked in some way."""
    def rule(n, rng):
        drawn = rng.integers(n + high, size=n)
        return drawn, mark(drawn, n)
    return rule


@pytest.mark.parametrize(("name", "f"), [
    ("11-bootstrap", by_choice), ("11-bootstrap", by_sets), ("11-soft-vote", by_sum),
    ("11-soft-vote", lambda p: np.einsum("kne->ne", p).argmax(axis=1)), ("11-models-needed", by_trying),
    ("11-models-needed", lambda v, c, goal: 1 if goal >= v else np.inf if goal <= c
        else np.ceil(round((v - c) / (goal - c), 6))),
    ("11-models-needed", lambda v, c, goal: 1 if goal >= v else np.inf if goal <= c else np.ceil((v - c) / (goal - c))),
    ("11-models-needed", lambda v, c, goal: 1 if goal >= v else np.inf if goal <= c
        else np.ceil((v - c) / (goal - c) - 1e-9)),
    ("11-models-needed", by_the_inequality(lambda v, c, k: v / k + (k - 1) * c / k)),
    ("11-models-needed", by_the_inequality(lambda v, c, k: v / k + (k - 1) / k * c)),
    ("11-models-needed", by_the_inequality(lambda v, c, k: (v + (k - 1) * c) / k)),
    ("11-models-needed", by_the_inequality(lambda v, c, k: 1 / k * v + (1 - 1 / k) * c)),
    ("11-models-needed", by_the_inequality(lambda v, c, k: c + (v - c) / k)),
])
def test_right_answers_in_other_forms(name, f):
    assert examine(name, f).status == "right", examine(name, f).text


@pytest.mark.parametrize(("name", "f", "words"), [
    ("11-bootstrap", lambda n, rng: (rng.permutation(n), np.zeros(n, bool)), "WITH replacement"),
    ("11-bootstrap", marking(lambda drawn, n: np.isin(np.arange(n), drawn)), "wrong way round"),
    ("11-bootstrap", marking(lambda drawn, n: np.bincount(drawn, minlength=n) == 1), "exactly once"),
    ("11-bootstrap", marking(lambda drawn, n: ~np.isin(np.arange(n), drawn), high=-1), "last example"),
    ("11-bootstrap", marking(lambda drawn, n: np.setdiff1d(np.arange(n), drawn)), "booleans each example"),
    ("11-bootstrap", marking(lambda drawn, n: [i for i in range(n) if i not in drawn]), "booleans indices"),
    ("11-bootstrap", marking(lambda drawn, n: np.bincount(drawn) == 0), "booleans minlength=n"),
    ("11-bootstrap", lambda n, rng: (rng.integers(n), np.zeros(n, bool)), "indices"),
    ("11-bootstrap", lambda n, rng: (1 + rng.integers(n, size=n), np.zeros(n, bool)), "n - 1"),
    ("11-bootstrap", lambda n, rng: rng.integers(n, size=n), "return drawn, left_out"),
    ("11-bootstrap", lambda n, rng: (np.random.default_rng(3).integers(n, size=n), np.zeros(n, bool)), "generator"),
    ("11-soft-vote", lambda p: np.array([np.bincount(row).argmax() for row in p.argmax(axis=2).T]), "majority"),
    ("11-soft-vote", lambda p: p.argmax(axis=2).mean(axis=0), "no class"),
    ("11-soft-vote", lambda p: p.max(axis=0).argmax(axis=1), "confident"),
    ("11-soft-vote", lambda p: p.prod(axis=0).argmax(axis=1), "product"),
    ("11-soft-vote", lambda p: p.mean(axis=0), "which class"),
    ("11-models-needed", lambda v, c, goal: np.ceil(v / goal), "uncorrelated"),
    ("11-models-needed", lambda v, c, goal: v / goal, "uncorrelated round up"),
    ("11-models-needed", lambda v, c, goal: 1 if goal >= v else np.inf if goal <= c else (v - c) / (goal - c),
     "round UP"),
    ("11-models-needed", lambda v, c, goal: 1 if goal >= v else np.ceil((v - c) / (goal - c) - 1e-9) if goal != c
        else np.inf, "limit"),
])
def test_typical_wrong_answers_get_a_helpful_hint(name, f, words):
    verdict = examine(name, f)
    assert verdict.status == "wrong"
    assert all(word in verdict.text for word in words.split()), verdict.text
