"""The exercises of notebook 08: right answers in many forms, typical wrong ones, and the truth of the references."""

import math

import numpy as np
import pytest

import labkit as lk
from labkit.course import examine
from labkit.lessons.early_stopping.exercises import MATCH, PATIENCE, matching_steps, stop_early, watched
from labkit.lessons.early_stopping.experiments import ridge_share, stopped_share


# ------------------------------------------------------------------------------------------------ references
@pytest.mark.parametrize("case", [*PATIENCE.cases, (np.random.default_rng(0).random(50), 6)])
def test_the_reference_stops_where_the_laboratory_does(case):
    losses, patience = case
    theta, count, taken = watched(stop_early, losses, patience)
    net, stopping, evaluations = lk.mlp([1, 1]), lk.EarlyStopping(patience), 0
    for number, loss in enumerate(losses):
        net.theta[...] = number
        evaluations += 1
        if stopping.update(loss, net):
            break
    stopping.restore(net)
    assert count == taken == evaluations and (net.theta == theta[0]).all()


@pytest.mark.parametrize("case", MATCH.cases)
def test_the_matching_number_of_steps_goes_as_far_as_ridge(case):
    lam, lr, h = case
    assert stopped_share(h, matching_steps(lam, lr, h), lr) == pytest.approx(ridge_share(h, lam))


def test_for_flat_directions_it_is_one_over_the_rate_times_the_penalty():
    assert matching_steps(0.1, 0.01, 1e-7) == pytest.approx(1000, rel=1e-4)


# ------------------------------------------------------------------------------------------------ answers
def by_list(evaluations, patience):
    seen = []
    for loss, theta in evaluations:
        seen.append((loss, np.array(theta)))
        losses = [one for one, _ in seen]
        if len(seen) - 1 - losses.index(min(losses)) >= patience:
            break
    return min(seen, key=lambda evaluation: evaluation[0])[1], len(seen)


def while_loop(evaluations, patience):
    evaluations, best, kept, left, n = iter(evaluations), np.inf, None, patience, 0
    while left > 0:
        try:
            loss, theta = next(evaluations)
        except StopIteration:
            break
        n, left = n + 1, left - 1
        if loss < best:
            best, kept, left = loss, theta + 0, patience
    return [kept, n]


@pytest.mark.parametrize(("name", "f"), [
    ("08-patience", by_list), ("08-patience", while_loop),
    ("08-match", lambda lam, lr, h: (np.log(h + lam) - np.log(lam)) / -np.log1p(-lr * h)),
    ("08-match", lambda lam, lr, h: math.log(1 - h / (h + lam), 1 - lr * h)),
])
def test_right_answers_in_other_forms(name, f):
    assert examine(name, f).status == "right", examine(name, f).text


# ------------------------------------------------------------------------------------------------ wrong answers
def without_a_copy(evaluations, patience):
    best, kept, n, bad = 1e9, None, 0, 0
    for loss, theta in evaluations:
        n += 1
        if loss < best:
            best, kept, bad = loss, theta, 0
        else:
            bad += 1
            if bad == patience:
                break
    return kept, n


def from_zero(evaluations, patience):
    best, bad = np.inf, 0
    for n, (loss, theta) in enumerate(evaluations):  # noqa: B007
        if loss < best:
            best, kept, bad = loss, theta.copy(), 0
        else:
            bad += 1
        if bad >= patience:
            break
    return kept, n


def too_late_without_a_copy(evaluations, patience):
    best, kept, n, bad = np.inf, None, 0, 0
    for loss, theta in evaluations:
        n += 1
        bad += 1
        if loss < best:
            best, kept, bad = loss, theta, 0
        if bad > patience:
            break
    return kept, n


def all_at_once(evaluations, patience):
    evaluations = list(evaluations)
    return evaluations[np.argmin([loss for loss, _ in evaluations])][1], len(evaluations)


def all_copied(evaluations, patience):
    losses, thetas = zip(*((loss, theta.copy()) for loss, theta in evaluations), strict=True)
    return thetas[np.argmin(losses)], len(losses)


def trained_to_the_end_first(evaluations, patience):
    return stop_early([(loss, theta.copy()) for loss, theta in evaluations], patience)


def asked_a_round_too_late(evaluations, patience):
    best, count, bad, kept = 1e9, 0, 0, None
    for loss, theta in evaluations:
        if bad == patience:
            return kept, count
        count += 1
        if loss < best:
            best, kept, bad = loss, theta.copy(), 0
        else:
            bad += 1
    return kept, count


@pytest.mark.parametrize(("name", "f", "words"), [
    ("08-patience", trained_to_the_end_first, "a list takes all"), ("08-patience", asked_a_round_too_late, "one more"),
    ("08-patience", without_a_copy, "copy in place"), ("08-patience", from_zero, "enumerate(evaluations, 1)"),
    ("08-patience", too_late_without_a_copy, "two things theta.copy() earlier"),
    ("08-patience", all_at_once, "list(evaluations) break"), ("08-patience", all_copied, "all evaluations break"),
    ("08-match", lambda lam, lr, h: 1 / lam / lr, "flat direction"),
    ("08-match", lambda lam, lr, h: np.log(1 + h / lam) / (lr * h), "limit of small rates"),
])
def test_typical_wrong_answers_get_a_helpful_hint(name, f, words):
    verdict = examine(name, f)
    assert verdict.status == "wrong"
    assert all(word in verdict.hint for word in words.split()), verdict.text


def test_one_value_in_place_of_two_is_explained():
    verdict = examine("08-patience", lambda evaluations, patience: min(evaluations, key=lambda pair: pair[0])[1])
    assert verdict.status == "wrong" and "return theta, evaluations" in verdict.hint
