"""The exercises of notebook 09: right answers in many forms, typical wrong ones, and the truth of the references."""

import numpy as np
import pytest

from labkit import augment
from labkit.course import examine
from labkit.lessons.data_augmentation.exercises.crop import random_crop
from labkit.lessons.data_augmentation.exercises.cutout import cutout
from labkit.lessons.data_augmentation.exercises.mixup import mixup
from labkit.lessons.data_augmentation.exercises.pictures import pictures


# ------------------------------------------------------------------------------------------------ references
@pytest.mark.parametrize("padding", [0, 1, 3])
def test_the_crop_of_the_laboratory_is_one_of_the_references(padding):
    x = pictures(0, 3000, 4, 4)
    means = [random_crop(x, padding, np.random.default_rng(1)),
             augment.random_crop(np.random.default_rng(2), x, padding=padding)]
    for out in means:
        assert out.shape == x.shape and out.dtype == x.dtype
    assert means[0].mean(axis=0) == pytest.approx(means[1].mean(axis=0), abs=0.05)


def test_the_cutout_of_the_laboratory_covers_what_the_reference_covers():
    x = pictures(0, 4000, 6, 7)
    ours, theirs = cutout(x, 3, np.random.default_rng(1)), augment.cutout(np.random.default_rng(2), x, size=3)
    assert (ours == 0).mean(axis=0) == pytest.approx((theirs == 0).mean(axis=0), abs=0.05)


def test_a_mixture_keeps_the_sums():
    x, y = pictures(0, 5, 3, 3), np.eye(5, dtype=np.float32)
    m, partner = np.float32([0, 0.25, 0.5, 0.75, 1]), np.array([1, 2, 3, 4, 0])
    mixed, labels = mixup(x, y, m, partner)
    assert labels.sum(axis=1) == pytest.approx(np.ones(5)) and labels[1].tolist() == [0, 0.25, 0.75, 0, 0]
    assert np.array_equal(mixed[0], x[1]) and np.array_equal(mixed[4], x[4])


# ------------------------------------------------------------------------------------------------ answers
def crop_of_the_laboratory(x, padding, rng):
    return augment.random_crop(rng, x, padding=padding)


def crop_by_shifting(x, padding, rng):
    out = np.zeros_like(x)
    _, h, w = x.shape
    for i in range(len(x)):
        down, right = rng.integers(-padding, padding + 1), rng.integers(-padding, padding + 1)
        out[i, max(down, 0):h + min(down, 0), max(right, 0):w + min(right, 0)] = \
            x[i, max(-down, 0):h - max(down, 0), max(-right, 0):w - max(right, 0)]
    return out


def cutout_by_mask(x, size, rng):
    n, h, w = x.shape
    r, c = rng.integers(h, size=(n, 1)), rng.integers(w, size=(n, 1))
    rows, columns = abs(np.arange(h) - r) <= size // 2, abs(np.arange(w) - c) <= size // 2
    return x * ~(rows[:, :, None] & columns[:, None, :])


def cutout_of_the_laboratory(x, size, rng):
    return augment.cutout(rng, x, size=size)


def mixup_by_loop(x, y, m, partner):
    pairs = [(m[i] * x[i] + (1 - m[i]) * x[j], m[i] * y[i] + (1 - m[i]) * y[j]) for i, j in enumerate(partner)]
    return np.array([a for a, _ in pairs]), np.array([b for _, b in pairs])


@pytest.mark.parametrize(("name", "f"), [
    ("09-crop", crop_of_the_laboratory), ("09-crop", crop_by_shifting),
    ("09-cutout", cutout_by_mask), ("09-cutout", cutout_of_the_laboratory),
    ("09-mixup", mixup_by_loop),
    ("09-mixup", lambda x, y, m, p: (x[p] + m.reshape(-1, 1, 1) * (x - x[p]), y[p] + m[:, None] * (y - y[p]))),
])
def test_right_answers_in_other_forms(name, f):
    assert examine(name, f).status == "right", examine(name, f).text


def crop_with(corners):
    def f(x, padding, rng):
        n, h, w = x.shape
        padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
        return np.stack([padded[i, a:a + h, b:b + w] for i, (a, b) in enumerate(corners(rng, n, padding))])
    return f


def cut_carelessly(start, end):
    def f(x, size, rng):
        x = x.copy()
        for picture in x:
            r, c = rng.integers(x.shape[1]), rng.integers(x.shape[2])
            picture[start(r, size):end(r, size), start(c, size):end(c, size)] = 0
        return x
    return f


def rolled(x, padding, rng):
    return np.stack([np.roll(a, rng.integers(-padding, padding + 1, size=2), axis=(0, 1)) for a in x])


def mirrored(x, padding, rng):
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding)), mode="reflect")
    places = rng.integers(0, 2 * padding + 1, size=(len(x), 2))
    return np.stack([a[i:i + x.shape[1], j:j + x.shape[2]] for a, (i, j) in zip(padded, places, strict=True)])


def padded_everywhere(x, padding, rng):
    padded, out = np.pad(x, padding), np.empty_like(x)
    for i in range(len(x)):
        a, b = rng.integers(0, 2 * padding + 1, size=2)
        out[i] = padded[i, a:a + x.shape[1], b:b + x.shape[2]]
    return out


def cut_inside(x, size, rng):
    x = x.copy()
    for picture in x:
        r, c = rng.integers(0, x.shape[1] - size), rng.integers(0, x.shape[2] - size)
        picture[r:r + size, c:c + size] = 0
    return x


def mixed_one_by_one(x, y, m, partner):
    x, y = x.copy(), y.copy()
    for i in range(len(x)):
        x[i] = m[i] * x[i] + (1 - m[i]) * x[partner[i]]
        y[i] = m[i] * y[i] + (1 - m[i]) * y[partner[i]]
    return x, y


def in_place(x, size, rng):
    x[:, rng.integers(3):3, :2] = 0
    return x


@pytest.mark.parametrize(("name", "f", "words"), [
    ("09-crop", crop_with(lambda rng, n, p: rng.integers(0, 2 * p, size=(n, 2))), "never draws"),
    ("09-crop", crop_with(lambda rng, n, p: rng.integers(0, p + 1, size=(n, 2))), "one direction only"),
    ("09-crop", crop_with(lambda rng, n, p: [rng.integers(0, 2 * p + 1, size=2)] * n), "whole batch"),
    ("09-crop", crop_with(lambda rng, n, p: np.repeat(rng.integers(2 * p + 1, size=n)[:, None], 2, 1)), "draw two"),
    ("09-crop", crop_with(lambda rng, n, p: np.full((n, 2), p)), "random numbers"),
    ("09-crop", rolled, "np.roll"),
    ("09-crop", mirrored, "copies of the border"),
    ("09-crop", padded_everywhere, "last two axes"),
    ("09-crop", lambda x, p, rng: np.zeros_like(x) * rng.random(), "zero everywhere"),
    ("09-cutout", cut_inside, "last row"), ("09-mixup", mixed_one_by_one, "mixed already"),
    ("09-crop", lambda x, p, rng: np.pad(x, ((0, 0), (p, p), (p, p))), "shape"),
    ("09-cutout", cut_carelessly(lambda r, s: r - s // 2, lambda r, s: r + s // 2 + 1), "vanishes max(r"),
    ("09-cutout", cut_carelessly(lambda r, s: r, lambda r, s: r + s), "middle"),
    ("09-cutout", cut_carelessly(lambda r, s: max(r - s, 0), lambda r, s: r + s + 1), "whole side"),
    ("09-cutout", cut_carelessly(lambda r, s: max(r - s // 2, 0), lambda r, s: r + s // 2), "leaves out its end"),
    ("09-cutout", in_place, "copy"),
    ("09-mixup", lambda x, y, m, p: (m[:, None, None] * x + (1 - m[:, None, None]) * x[p], y), "0.7 shirt"),
    ("09-mixup", lambda x, y, m, p: (x, m[:, None] * y + (1 - m[:, None]) * y[p]), "not mixed, only their labels"),
    ("09-mixup", lambda x, y, m, p: (m[0] * x + (1 - m[0]) * x[p], m[0] * y + (1 - m[0]) * y[p]), "one m"),
    ("09-mixup", lambda x, y, m, p: mixup(x, y, 1 - m, p), "swapped"),
    ("09-mixup", lambda x, y, m, p: m[:, None, None] * x + (1 - m[:, None, None]) * x[p], "return"),
])
def test_typical_wrong_answers_get_a_helpful_hint(name, f, words):
    verdict = examine(name, f)
    assert verdict.status == "wrong"
    assert all(word in verdict.hint for word in words.split()), verdict.text


def test_what_is_no_window_at_all_is_not_called_a_mistake_of_padding():
    assert "batch" not in examine("09-crop", lambda x, p, rng: rng.random(x.shape)).hint
