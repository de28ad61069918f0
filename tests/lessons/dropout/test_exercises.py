"""The exercises of notebook 10: right answers in many forms, typical wrong ones, and the truth of the references."""

import numpy as np
import pytest

import labkit as lk
from labkit.course import examine
from labkit.lessons.dropout.exercises.inverted import inverted_dropout
from labkit.lessons.dropout.exercises.monte_carlo import mc_dropout
from labkit.lessons.dropout.exercises.scaling import predict


# ------------------------------------------------------------------------------------------------ references
def test_inverted_dropout_is_the_layer_of_the_laboratory():
    layer = lk.Dropout(0.6)
    lk.Network([lk.Linear(20, 20), layer], seed=3)
    x, dy = np.random.default_rng(0).standard_normal((2, 50, 20), dtype=np.float32)
    y = layer.forward(x, train=True)
    m = layer.mask != 0

    class Drawn:
        def random(self, shape):
            return np.where(m, 0.0, 1.0)

    ours = inverted_dropout(x, dy, 0.6, Drawn())
    np.testing.assert_allclose(ours[0], y, rtol=1e-6)
    np.testing.assert_allclose(ours[1], layer.backward(dy), rtol=1e-6)


def test_weight_scaling_of_a_linear_net_is_the_mean_over_all_masks():
    rng, keep = np.random.default_rng(0), 0.7
    x, W, b = rng.standard_normal((5, 6)), rng.standard_normal((6, 2)), rng.standard_normal(2)
    one, none = np.eye(2), np.zeros(2)
    masks = (np.arange(64)[:, None] >> np.arange(6) & 1).astype(float)
    p = keep ** masks.sum(axis=1) * (1 - keep) ** (6 - masks.sum(axis=1))
    mean = np.einsum("m,mbi,ij->bj", p, masks[:, None] * x, W) + b
    far = 100.0                                            # so that no ReLU bends: the network is linear
    np.testing.assert_allclose(predict(x, W, b + far, one, none, one, none - far, keep, 1.0), mean)


def test_many_masks_of_a_network_without_hidden_layers_agree_with_listing_them_all():
    net = lk.Network([lk.Dropout(0.5), lk.Linear(3, 2)], seed=0)
    x = np.ones((1, 3), np.float32)
    masks = 2 * (np.arange(8)[:, None] >> np.arange(3) & 1)
    exact = lk.softmax(masks @ net.weights()[0]).mean(axis=0)
    np.testing.assert_allclose(mc_dropout(net, x, 4000)[0], exact, atol=0.03)


# ------------------------------------------------------------------------------------------------ answers
def by_binomial(x, dy, keep, rng):
    mask = rng.binomial(1, keep, x.shape) / keep
    return mask * x, mask * dy


def by_rate(x, dy, keep, rng):
    rate = 1 - keep
    dropped = rng.random(x.shape) < rate
    return np.where(dropped, 0, x / keep), np.where(dropped, 0, dy / keep)


def by_weights(x, W1, b1, W2, b2, W3, b3, keep_in, keep):
    h1 = np.maximum(0, x @ (W1 * keep_in) + b1)
    h2 = np.maximum(0, h1 @ (W2 * keep) + b2)
    return h2 @ (W3 * keep) + b3


def with_keeps(change):
    """by_weights with other keeps."""
    return lambda *case: by_weights(*case[:-2], *change(*case[-2:]))


def all_at_once(net, x, k):
    return lk.softmax(net.forward(np.tile(x, (k, 1)), train=True)).reshape(k, len(x), -1).mean(axis=0)


def running_sum(net, x, k):
    total = 0
    for _ in range(k):
        z = net.forward(x, train=True)
        p = np.exp(z - z.max(axis=1, keepdims=True))
        total = total + p / p.sum(axis=1, keepdims=True)
    return total / k


@pytest.mark.parametrize(("name", "f"), [
    ("10-inverted-dropout", by_binomial), ("10-inverted-dropout", by_rate), ("10-weight-scaling", by_weights),
    ("10-mc-dropout", all_at_once), ("10-mc-dropout", running_sum),
])
def test_right_answers_in_other_forms(name, f):
    assert examine(name, f).status == "right", examine(name, f).text


def spoilt(y=lambda x, m, keep: x * m / keep, dx=lambda dy, m, keep: dy * m / keep):
    def rule(x, dy, keep, rng):
        m = rng.random(x.shape) < keep
        return y(x, m, keep), dx(dy, m, keep)
    return rule


def dropped_the_other_way(x, dy, keep, rng):
    m = (rng.random(x.shape) > keep) / (1 - keep)
    return x * m, dy * m


def one_for_all(x, dy, keep, rng):
    m = (rng.random(x.shape[1]) < keep) / keep
    return x * m, dy * m


def two_masks(x, dy, keep, rng):
    return x * (rng.random(x.shape) < keep) / keep, dy * (rng.random(x.shape) < keep) / keep


def back_where_y_is_positive(x, dy, keep, rng):
    y = x * (rng.random(x.shape) < keep) / keep
    return y, np.where(y > 0, dy / keep, 0)


def scaled_afterwards(x, W1, b1, W2, b2, W3, b3, keep_in, keep):
    h1 = keep_in * np.maximum(0, x @ W1 + b1)
    h2 = keep * np.maximum(0, h1 @ W2 + b2)
    return h2 @ W3 + b3


@pytest.mark.parametrize(("name", "f", "words"), [
    ("10-inverted-dropout", back_where_y_is_positive, "no mask negative"),
    ("10-weight-scaling", scaled_afterwards, "too late"),
    ("10-mc-dropout", lambda net, x, k: [lk.softmax(net.forward(x, train=True)) for _ in range(k)], ".mean(axis=0)"),
    ("10-inverted-dropout", spoilt(lambda x, m, k: x * m, lambda dy, m, k: dy * m), "plain divides"),
    ("10-inverted-dropout", spoilt(dx=lambda dy, m, k: dy * m), "way back 1/keep"),
    ("10-inverted-dropout", spoilt(lambda x, m, k: x * m), "y divided"),
    ("10-inverted-dropout", spoilt(dx=lambda dy, m, k: dy), "gradient mask"),
    ("10-inverted-dropout", spoilt(dx=lambda dy, m, k: dy / k), "gradient mask"),
    ("10-inverted-dropout", spoilt(lambda x, m, k: x * m * k, lambda dy, m, k: dy * m * k), "do not multiply"),
    ("10-inverted-dropout", dropped_the_other_way, "STAYING"),
    ("10-inverted-dropout", one_for_all, "each needs its own"),
    ("10-inverted-dropout", two_masks, "same one"),
    ("10-inverted-dropout", lambda x, dy, keep, rng: x * (rng.random(x.shape) < keep) / keep, "return y, dx"),
    ("10-inverted-dropout", lambda x, dy, keep, rng: (x * (np.random.default_rng(0).random(x.shape) < keep), dy),
     "generator"),
    ("10-weight-scaling", with_keeps(lambda keep_in, keep: (1, 1)), "INVERTED"),
    ("10-weight-scaling", with_keeps(lambda keep_in, keep: (1 / keep_in, 1 / keep)), "do not divide"),
    ("10-weight-scaling", with_keeps(lambda keep_in, keep: (1 - keep_in, 1 - keep)), "not of dropping"),
    ("10-weight-scaling", with_keeps(lambda keep_in, keep: (1, keep)), "inputs dropped too"),
    ("10-weight-scaling", with_keeps(lambda keep_in, keep: (keep, keep)), "a keep of their own"),
    ("10-weight-scaling", lambda x, W1, b1, W2, b2, W3, b3, keep_in, keep:
        by_weights(x, W1, keep_in * b1, W2, keep * b2, W3, keep * b3, keep_in, keep), "bias"),
    ("10-weight-scaling", lambda *case: np.maximum(by_weights(*case), 0), "no ReLU"),
    ("10-weight-scaling", lambda *case: lk.softmax(by_weights(*case)), "logits"),
    ("10-mc-dropout", lambda net, x, k: lk.softmax(net.forward(x)), "train=True"),
    ("10-mc-dropout", lambda net, x, k: lk.softmax(np.mean([net.forward(x, train=True) for _ in range(k)], axis=0)),
     "not the logits"),
    ("10-mc-dropout", lambda net, x, k: np.mean([net.forward(x, train=True) for _ in range(k)], axis=0),
     "softmax each pass"),
    ("10-mc-dropout", lambda net, x, k: k * running_sum(net, x, k), "divide it by k"),
    ("10-mc-dropout", lambda net, x, k: np.mean([np.eye((z := net.forward(x, train=True)).shape[1])[z.argmax(axis=1)]
                                                for _ in range(k)], axis=0), "votes"),
    ("10-mc-dropout", lambda net, x, k: lk.softmax(net.forward(x, train=True)), "k times"),
])
def test_typical_wrong_answers_get_a_helpful_hint(name, f, words):
    verdict = examine(name, f)
    assert verdict.status == "wrong"
    assert all(word in verdict.text for word in words.split()), verdict.text
