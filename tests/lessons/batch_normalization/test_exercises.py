"""The exercises of notebook 06: right answers in many forms, typical wrong ones, and the truth of the references."""

import numpy as np
import pytest

import labkit as lk
from labkit.course import EXERCISES, examine
from labkit.lessons.batch_normalization.exercises.backward import bn_backward
from labkit.lessons.batch_normalization.exercises.evaluate import bn_evaluate
from labkit.lessons.batch_normalization.exercises.forward import bn_forward, drawn, normalised


def layer_of(gamma, beta, *, decay=0.9, eps=1e-5):
    """labkit's layer with these parameters, at the start of its running averages."""
    layer = lk.BatchNorm(len(gamma), decay=decay, eps=eps)
    layer.params = {"gamma": np.array(gamma, float)[None], "beta": np.array(beta, float)[None]}
    layer.grads = {name: np.zeros((1, len(gamma))) for name in ("gamma", "beta")}
    layer.buffers = {"mean": np.zeros((1, len(gamma))), "var": np.ones((1, len(gamma)))}
    return layer


# ------------------------------------------------------------------------------------------------ references
@pytest.mark.parametrize("case", range(3))
def test_the_references_are_the_layer_of_the_laboratory(case):
    x, gamma, beta, eps = EXERCISES["06-forward"].cases[case]
    assert np.allclose(bn_forward(x, gamma, beta, eps), layer_of(gamma, beta, eps=eps).forward(x, train=True))

    x, batches, gamma, beta, decay, eps = EXERCISES["06-evaluate"].cases[case]
    layer = layer_of(gamma, beta, decay=decay, eps=eps or 1e-12)  # 0 is easy by hand, and refused by the layer
    for batch in batches:
        layer.forward(batch, train=True)
    assert np.allclose(bn_evaluate(x, batches, gamma, beta, decay, eps), layer.forward(x))

    dy, x, gamma, eps = EXERCISES["06-backward"].cases[case]
    layer = layer_of(gamma, 0 * gamma, eps=eps)
    layer.forward(x, train=True)
    dx, (dgamma, dbeta) = layer.backward(dy), layer.grads.values()
    for found, known in zip(bn_backward(dy, x, gamma, eps), (dx, dgamma[0], dbeta[0]), strict=True):
        assert np.allclose(found, known, atol=1e-6)


# ------------------------------------------------------------------------------------------------ answers
def forward_by_loop(x, gamma, beta, eps):
    y = np.empty_like(x)
    for j in range(x.shape[1]):
        mean = sum(x[:, j]) / len(x)
        var = sum((v - mean) ** 2 for v in x[:, j]) / len(x)
        y[:, j] = [gamma[j] * (v - mean) / (var + eps) ** 0.5 + beta[j] for v in x[:, j]]
    return y


def forward_by_line(x, gamma, beta, eps):
    """As a straight line a x + b per unit."""
    a = gamma / np.sqrt((x**2).mean(axis=0) - x.mean(axis=0) ** 2 + eps)
    return a * x + (beta - a * x.mean(axis=0))


def evaluate_by_weights(x, batches, gamma, beta, decay, eps):
    """Running averages in closed form: weights (1 − decay) decayᵏ, and decayⁿ for the start."""
    n, m, _ = batches.shape
    w = (1 - decay) * decay ** np.arange(n)[::-1]
    mean = w @ batches.mean(axis=1)
    var = decay**n + w @ (batches.var(axis=1) * m / (m - 1))
    return beta + gamma * (x - mean) / np.sqrt(var + eps)


def backward_in_steps(dy, x, gamma, eps):
    """The chain rule node by node, as in the paper."""
    m, mean = len(x), x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    dx_hat = dy * gamma
    dvar = (dx_hat * (x - mean)).sum(axis=0) * -0.5 * (var + eps) ** -1.5
    dmean = -dx_hat.sum(axis=0) / np.sqrt(var + eps) + dvar * (-2 * (x - mean)).mean(axis=0)
    dx = dx_hat / np.sqrt(var + eps) + dvar * 2 * (x - mean) / m + dmean / m
    return dx, (dy * (x - mean) / np.sqrt(var + eps)).sum(axis=0), dy.sum(axis=0)


def backward_by_matrix(dy, x, gamma, eps):
    """dx = (I − 11ᵀ/m − x̂x̂ᵀ/m) g / √(var + ε), unit by unit."""
    m, x_hat = len(x), normalised(x, eps)
    std = np.sqrt(x.var(axis=0) + eps)
    columns = [(np.eye(m) - 1 / m - np.outer(h, h) / m) @ (g * d) / s
               for h, g, d, s in zip(x_hat.T, gamma, dy.T, std, strict=True)]
    return [np.transpose(columns), np.einsum("ij,ij->j", dy, x_hat), np.sum(dy, 0)]


@pytest.mark.parametrize(("name", "f"), [
    ("06-forward", forward_by_loop), ("06-forward", forward_by_line),
    ("06-forward", lambda x, gamma, beta, eps: layer_of(gamma, beta, eps=eps).forward(x, train=True)),
    ("06-evaluate", evaluate_by_weights),
    ("06-backward", backward_in_steps), ("06-backward", backward_by_matrix),
])
def test_right_answers_in_other_forms(name, f):
    assert examine(name, f).status == "right", examine(name, f).text


def running(x, batches, gamma, beta, decay, eps, *, ddof=1, mean=0.0, var=1.0, keep=None):
    keep = decay if keep is None else keep
    for b in batches:
        mean, var = keep * mean + (1 - keep) * b.mean(0), keep * var + (1 - keep) * b.var(0, ddof=ddof)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


@pytest.mark.parametrize(("name", "f", "words"), [
    ("06-forward", lambda x, g, b, e: g * normalised(x, e), "shift β"),
    ("06-forward", lambda x, g, b, e: normalised(x, e), "multiplied by γ"),
    ("06-forward", lambda x, g, b, e: g * (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + e) + b,
     "wrong axis axis=0"),
    ("06-forward", lambda x, g, b, e: g * (x - x.mean()) / np.sqrt(x.var() + e) + b, "whole array"),
    ("06-forward", lambda x, g, b, e: g * (x - x.mean(0)) / (x.var(0) + e) + b, "not by the variance"),
    ("06-forward", lambda x, g, b, e: g * (x - x.mean(0)) / np.sqrt(x.var(0, ddof=1) + e) + b, "m − 1 running"),
    ("06-forward", lambda x, g, b, e: g * (x - x.mean(0)) / (x.std(0) + e) + b, "under the root"),
    ("06-forward", lambda x, g, b, e: g * (x - x.mean(0)) / x.std(0) + b, "ε is missing"),
    ("06-forward", lambda x, g, b, e: g * (normalised(x, e) + b), "after the multiplication"),
    ("06-evaluate", lambda x, bs, g, b, d, e: bn_forward(x, g, b, e), "training mode"),
    ("06-evaluate", lambda x, bs, g, b, d, e: running(x, bs, g, b, d, e, keep=1 - d), "weight of the PAST"),
    ("06-evaluate", lambda x, bs, g, b, d, e: running(x, bs, g, b, d, e, ddof=0), "m/(m − 1)"),
    ("06-evaluate", lambda x, bs, g, b, d, e: running(x, bs, g, b, d, e, var=0.0), "begins at 1"),
    ("06-evaluate", lambda x, bs, g, b, d, e: running(x, bs[-1:], g, b, d, e, keep=0.0), "last batch alone"),
    ("06-evaluate", lambda x, bs, g, b, d, e: running(x, bs, g, b, d, e, mean=bs[0].mean(0), var=bs[0].var(0, ddof=1)),
     "first batch"),
    ("06-evaluate", lambda x, bs, g, b, d, e: g * x / np.sqrt(1 + e) + b, "stay where they began"),
    ("06-backward", lambda dy, x, g, e: (g * dy / np.sqrt(x.var(0) + e), (dy * normalised(x, e)).sum(0), dy.sum(0)),
     "constants"),
    ("06-backward", lambda dy, x, g, e: backward_in_steps(dy, x, g, 0.0), "ε is missing"),
    ("06-backward", lambda dy, x, g, e: backward_in_steps(dy, x, np.ones_like(g), e), "where is γ"),
    ("06-backward", lambda dy, x, g, e: (backward_in_steps(dy, x, g, e)[0], (dy * x).sum(0), dy.sum(0)), "not x"),
    ("06-backward", lambda dy, x, g, e: (backward_in_steps(dy, x, g, e)[0], (dy * normalised(x, e)).mean(0),
                                         dy.mean(0)), "SUM"),
    ("06-backward", lambda dy, x, g, e: backward_in_steps(dy, x, g, e)[0], "return dx, dgamma, dbeta"),
])
def test_typical_wrong_answers_get_a_helpful_hint(name, f, words):
    verdict = examine(name, f)
    assert verdict.status == "wrong"
    assert all(word in verdict.text for word in words.split()), verdict.text


def test_the_cases_tell_the_batch_axis_from_the_units():
    assert any(case[0].shape[0] == case[0].shape[1] for case in EXERCISES["06-forward"].cases)
    assert drawn(0, 2, 3).shape == (2, 3)
