"""The darkroom: every strength does its own work and no other, smoothly, and what is kept is never stale."""

import numpy as np
import pytest

from labkit.datasets import photos
from labkit.lessons.data_augmentation.experiments import STRENGTHS, Augmenter, framed

SIZE = (32, 48)
USUAL = {"mirror": 0.5, "crop": 0.3, "rotate": 15, "hue": 20, "pca_colour": 0.5, "noise": 0.05}


@pytest.fixture
def room():
    shown = photos()
    return Augmenter({name: shown[name] for name in ("coffee", "chelsea", "flower", "dogs")}, n=12, size=SIZE)


def test_without_strengths_every_version_is_the_photograph(room):
    batch = room.apply("coffee", dict.fromkeys(STRENGTHS, 0))
    assert (batch.versions == batch.original).all() and batch.strengths == {}
    assert batch.original.shape == (*SIZE, 3) and batch.original.dtype == batch.versions.dtype == np.float32


@pytest.mark.parametrize("name", STRENGTHS)
def test_every_strength_changes_something_and_stays_a_picture(room, name):
    for share in (0.5, 1.0):
        high = STRENGTHS[name].range.high * share
        batch = room.apply("coffee", {name: high})
        changed = (batch.versions != batch.original).any(axis=(1, 2, 3))
        assert changed.any() and batch.strengths == {name: high}
        assert np.isfinite(batch.versions).all()
        assert batch.versions.min() >= 0 and batch.versions.max() <= 1


@pytest.mark.parametrize("name", [name for name in STRENGTHS if name not in ("mirror", "upside_down", "cutout")])
def test_a_little_more_changes_the_pictures_a_little(room, name):
    high = STRENGTHS[name].range.high
    a, b, far = (room.apply("coffee", {name: high * share}).versions for share in (0.5, 0.51, 0.01))
    assert 0 < np.abs(a - b).mean() < 0.5 * np.abs(a - far).mean() + 1e-3


def test_what_is_kept_is_what_would_be_made_anew(room):
    for change in ({}, {"noise": 0.2}, {"rotate": 40}, {"hue": 0}, {"mix": 0.5}, {"mirror": 1, "noise": 0}):
        strengths = USUAL | change
        fresh = Augmenter(photos(), n=12, size=SIZE)
        fresh.colours, fresh.photos = room.colours, room.photos
        assert np.array_equal(room.apply("flower", strengths).versions, fresh.apply("flower", strengths).versions)
    again = room.apply("coffee", USUAL)
    assert not np.array_equal(again.versions, room.apply("coffee", USUAL, draw=1).versions)
    assert np.array_equal(again.versions, room.apply("coffee", USUAL).versions)


def test_one_step_does_not_disturb_the_draws_of_another(room):
    mirrored = room.apply("coffee", {"mirror": 0.5}).versions
    both = room.apply("coffee", {"mirror": 0.5, "lightness": 0.001}).versions
    assert np.abs(mirrored - both).max() < 0.02


def test_mixing_tells_the_truth_about_its_shares(room):
    batch = room.apply("coffee", {"mix": 0.5})
    assert ((batch.share >= 0.5) & (batch.share <= 1)).all() and "coffee" not in batch.partner
    for version, share, other in zip(batch.versions, batch.share, batch.partner, strict=True):
        assert version == pytest.approx(share * room.photos["coffee"] + (1 - share) * room.photos[other], abs=1e-5)
    assert (room.apply("coffee", {}).share == 1).all()


def test_photographs_are_cut_to_one_shape_and_not_squeezed():
    grey = np.zeros((100, 60, 3), np.uint8)
    grey[20:40, 20:40] = 255
    out = framed(grey, (20, 30))
    rows, columns = (out[..., 0] > 0.5).any(axis=1).sum(), (out[..., 0] > 0.5).any(axis=0).sum()
    assert out.shape == (20, 30, 3) and rows == pytest.approx(columns, abs=1) and rows == pytest.approx(10, abs=2)


@pytest.mark.parametrize(("name", "strengths", "words"), [
    ("cofee", {}, "did you mean 'coffee'"), ("coffee", {"rotat": 3}, "did you mean 'rotate'"),
    ("coffee", {"mirror": 1.5}, r"mirror must be in \[0, 1\]"), ("coffee", {"mix": -0.1}, "mix must be in"),
])
def test_what_it_does_not_know_or_cannot_do_is_said(room, name, strengths, words):
    with pytest.raises(ValueError, match=words):
        room.apply(name, strengths)
