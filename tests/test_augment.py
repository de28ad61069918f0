"""Augmentation: every transform keeps its promises, and agrees with scipy, Pillow, colorsys or a sum done by hand."""

import colorsys
import inspect
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from scipy import ndimage, stats
from sklearn.decomposition import PCA

import labkit as lk
from labkit import augment as aug
from labkit.augment import AUGMENTATIONS

DTYPES = [np.float32, np.float64]
every_entry = pytest.mark.parametrize("name", AUGMENTATIONS)
BLACK = np.zeros((2, 9, 9))
CURRICULUM = {"horizontal_flip", "vertical_flip", "random_crop", "zoom_crop", "translate", "rotate", "stretch", "shear",
              "lens_distortion", "hue", "saturation", "lightness", "pca_colour", "gaussian_noise", "blur", "sharpen",
              "cutout", "roll"}


def rng(seed=0):
    return np.random.default_rng(seed)


def batch_for(name, n=6, dtype=np.float32, seed=0):
    """A smooth random batch of what the transform takes; without a name, grey images."""
    takes = AUGMENTATIONS[name].takes if name else "images"
    shape = {"images": (n, 20, 24), "photos": (n, 20, 24, 3), "signals": (n, 40)}[takes]
    return (rng(seed).random(shape) * 0.8 + 0.1).astype(dtype)


def blob(place, n=1, size=(61, 61), width=2.0):
    """n images with a round spot at (row, column), of total 1."""
    r, c = np.ogrid[:size[0], :size[1]]
    spot = np.exp(-((r - place[0])**2 + (c - place[1])**2) / (2 * width**2))
    return np.broadcast_to(spot / spot.sum(), (n, *size))


def centre_of(images):
    """Centre of mass of every image, (batch, 2), counted from the middle of the picture."""
    total = images.sum(axis=(1, 2))
    r, c = (np.arange(k) - (k - 1) / 2 for k in images.shape[1:])
    return np.stack([images.sum(axis=2) @ r, images.sum(axis=1) @ c], axis=1) / total[:, None]


# ------------------------------------------------------------------------------------------------ the whole table
def test_the_table_has_every_transform_of_the_course():
    assert set(AUGMENTATIONS) == CURRICULUM


@every_entry
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("at", ["low", "usual", "high"])
def test_shape_type_and_range_are_kept_and_the_input_too(name, dtype, at):
    entry = AUGMENTATIONS[name]
    x = batch_for(name, dtype=dtype)
    before = x.copy()
    y = entry(rng(), x, {"low": entry.range.low, "usual": None, "high": entry.range.high}[at])
    assert y.shape == x.shape and y.dtype == dtype and y.flags.c_contiguous
    assert np.array_equal(x, before) and not np.shares_memory(x, y)
    assert y.min() >= -1e-6 and y.max() <= 1 + 1e-6
    assert entry.usual in entry.range


@pytest.mark.parametrize("name", [n for n, e in AUGMENTATIONS.items() if e.takes == "images"])
def test_colour_images_are_changed_channel_by_channel_alike(name):
    entry = AUGMENTATIONS[name]
    grey = batch_for(name)
    colour = np.repeat(grey[..., None], 2, axis=-1)
    changed = entry(rng(), colour)
    assert changed.shape == colour.shape
    if name != "gaussian_noise":      # every number has its own noise
        np.testing.assert_allclose(changed[..., 0], entry(rng(), grey), atol=1e-6)
        np.testing.assert_allclose(changed[..., 1], entry(rng(), grey), atol=1e-6)


@every_entry
def test_strength_0_is_the_identity_also_without_the_shortcut(name):
    entry, x = AUGMENTATIONS[name], batch_for(name)
    np.testing.assert_allclose(entry.f(rng(), x, **{entry.knob: 0}), x, atol=1e-6)
    assert np.array_equal(entry(rng(), x, 0), x)


@every_entry
def test_the_generator_decides_and_every_image_has_its_own_draw(name):
    entry = AUGMENTATIONS[name]
    same = np.repeat(batch_for(name, n=1), 20, axis=0)
    a = entry(rng(1), same)
    assert np.array_equal(a, entry(rng(1), same))
    assert not np.array_equal(a, entry(rng(2), same))
    assert len(np.unique(a.reshape(20, -1), axis=0)) > 1
    assert not np.array_equal(a, same)


@every_entry
def test_nothing_touches_the_global_generator(name):
    np.random.seed(0)      # noqa: NPY002
    before = np.random.get_state()[1].copy()      # noqa: NPY002
    AUGMENTATIONS[name](rng(), batch_for(name))
    assert np.array_equal(before, np.random.get_state()[1])      # noqa: NPY002


@every_entry
def test_a_negative_strength_is_refused(name):
    entry = AUGMENTATIONS[name]
    with pytest.raises(ValueError, match=rf"{entry.knob} must be .*-1"):
        entry.f(rng(), batch_for(name), **{entry.knob: -1})


@pytest.mark.parametrize("name", [n for n in AUGMENTATIONS if n not in ("roll", "gaussian_noise")])
def test_what_is_not_a_batch_of_float_images_is_refused(name):
    f = AUGMENTATIONS[name].f
    for x, message in [
        (np.zeros((2, 9, 9, 3), np.uint8), r"x has type uint8; expected floats in \[0, 1\].*x / np.float32\(255\)"),
        (np.zeros((2, 784)), r"x has shape \(2, 784\); expected \(batch, height, width.*reshape\(-1, 28, 28\)"),
        (np.zeros((0, 9, 9)), r"x has shape \(0, 9, 9\)"),
        (np.zeros((2, 9, 9, 3, 1)), r"x has shape \(2, 9, 9, 3, 1\)"),
    ]:
        with pytest.raises(ValueError, match=message):
            f(rng(), x)


@pytest.mark.parametrize("call, message", [
    (lambda: aug.rotate(rng(), np.zeros((30, 40, 3))), r"\(30, 40, 3\), which looks like one photograph.*x\[None\]"),
    (lambda: aug.colour_jitter(rng(), BLACK, hue=1), r"colour_jitter: .*\(batch, height, width, 3\)"),
    (lambda: aug.horizontal_flip(rng(), BLACK, p=1.1), r"horizontal_flip: p must be in \[0, 1\], got 1\.1"),
    (lambda: aug.rotate(rng(), BLACK, degrees=181), r"degrees must be in \[0, 180\], got 181"),
    (lambda: aug.shear(rng(), BLACK, slant=90), r"slant must be in \[0, 80\], got 90"),
    (lambda: aug.lens_distortion(rng(), BLACK, bend=0.5), r"bend must be in \[0, 0\.3\], got 0\.5"),
    (lambda: aug.rotate(rng(), BLACK, border="wrap"), r"border must be one of zero, edge, reflect; got 'wrap'"),
    (lambda: aug.rotate(rng(), np.zeros((2, 1, 9))), r"x has shape \(2, 1, 9\); expected .* of at least 2 × 2"),
    (lambda: aug.warp(BLACK, tall=0.0), r"warp: tall must be in \[1e-06, 1000000\.0\], got 0\.0"),
    (lambda: aug.warp(BLACK, wide=np.array([1.0, -1.0])), r"warp: wide must be in \[1e-06, "),
    (lambda: aug.warp(BLACK, bend=-0.4), r"warp: bend must be in \(-0\.333333, .*\], got -0\.4"),
    (lambda: aug.gaussian_noise(rng(), np.zeros(3, int)), r"gaussian_noise: x has type int64; expected floats"),
    (lambda: aug.apply_filter(BLACK, np.ones((2, 3))), r"kernel has shape \(2, 3\); expected \(odd, odd\)"),
    (lambda: aug.apply_filter(BLACK, np.ones(3)), r"kernel has shape \(3,\); expected \(odd, odd\)"),
    (lambda: aug.roll(rng(), np.zeros((2, 3, 4))), r"roll: x has shape \(2, 3, 4\); expected signals"),
    (lambda: aug.random_crop(rng(), BLACK, padding=1, size=12), r"random_crop: a window of 12 × 12"),
    (lambda: aug.ten_crop(BLACK, 10), r"ten_crop: a window of 10 × 10 does not fit into images of 9 × 9"),
    (lambda: aug.scale_crop(rng(), BLACK, shortest=(8, 20), size=9), r"scale_crop: images of 9 × 9 .*no room"),
    (lambda: aug.scale_crop(rng(), BLACK, shortest=(20, 8), size=5), r"scale_crop: .*between 20 and 8"),
    (lambda: aug.multi_scale(BLACK, 9, shortest=(8,)), r"multi_scale: a window of 9 × 9 does not fit"),
    (lambda: aug.resize(BLACK, 0), r"resize: size must be at least 1"),
    (lambda: aug.mixup(rng(), np.zeros((2, 3)), np.array([0, 1])), r"mixup: .*class labels need n_classes"),
    (lambda: aug.mixup(rng(), np.zeros((3, 3)), np.eye(2, 4)), r"mixup: got 3 examples and 2 labels"),
    (lambda: aug.mixup(rng(), np.zeros((2, 3)), np.eye(2, 4), alpha=-1.0), r"mixup: alpha must be in \[0, "),
    (lambda: aug.mixup(rng(), np.zeros((2, 3), int), np.zeros((2, 4))), r"mixup: x has type int64; expected floats"),
    (lambda: aug.smooth_labels(np.array([0, 3]), 3), r"smooth_labels: labels run from 0 to 3; expected 0 to 2"),
    (lambda: aug.smooth_labels(np.array([[0]]), 3), r"smooth_labels: labels have shape \(1, 1\)"),
    (lambda: aug.smooth_labels(np.array([0]), 3, eps=2.0), r"smooth_labels: eps must be in \[0, 1\]"),
    (lambda: aug.compose(("rotat", 3)), r"compose: 'rotat' is not known; did you mean 'rotate'\?"),
    (lambda: aug.compose(("rotate", 999)), r"compose: rotate: degrees must be in \[0, 180\], got 999.* in degrees"),
])
def test_bad_input_is_refused_with_the_expectation(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# ------------------------------------------------------------------------------------------------ between the pixels
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("ours, scipys", [("zero", "grid-constant"), ("edge", "nearest"), ("reflect", "mirror")])
@pytest.mark.parametrize("shape", [(40, 30, 34), (3, 130, 140, 3), (2, 2, 2)])
def test_sampling_is_scipys_linear_interpolation_inside_and_beyond_the_border(ours, scipys, shape, dtype):
    x = rng().random(shape).astype(dtype)
    rows, columns = (rng(1).uniform(-1.3 * k, 2.3 * k, (shape[0], 7, 150)).astype(dtype) for k in shape[1:3])
    result = aug.sample(x, rows, columns, border=ours)
    assert result.dtype == dtype
    planes, results = np.atleast_3d(x.reshape(*shape[:3], -1)), result.reshape(*rows.shape, -1)
    for i in range(shape[0]):
        for channel in range(planes.shape[3]):
            theirs = ndimage.map_coordinates(planes[i, ..., channel].astype(float), [rows[i], columns[i]], order=1,
                                             mode=scipys)
            np.testing.assert_allclose(results[i, ..., channel], theirs, atol=1e-4 if dtype == np.float32 else 1e-11)


@pytest.mark.parametrize("quarter_turns", [1, 2, 3, -1])
@pytest.mark.parametrize("size", [8, 9])
def test_quarter_turns_are_exact_and_counter_clockwise(quarter_turns, size):
    x = rng().random((3, size, size))
    turned = aug.warp(x, degrees=90.0 * quarter_turns)
    np.testing.assert_allclose(turned, np.rot90(x, quarter_turns, axes=(1, 2)), atol=1e-12)


def test_a_shift_by_whole_pixels_moves_down_and_right_and_leaves_zeros():
    x = rng().random((2, 6, 7))
    moved = aug.warp(x, down=2, right=np.array([-3, 1]))
    expected = np.zeros_like(x)
    expected[0, 2:, :-3] = x[0, :-2, 3:]
    expected[1, 2:, 1:] = x[1, :-2, :-1]
    np.testing.assert_allclose(moved, expected, atol=1e-12)


def test_a_lean_to_the_right_slides_rows_and_leaves_the_middle_one():
    x = rng().random((1, 9, 15))
    leaning = aug.warp(x, slant=45.0)
    for row in range(9):
        assert np.allclose(leaning[0, row], ndimage.shift(x[0, row], 4 - row, order=1, mode="grid-constant"))


@given(place=st.tuples(st.floats(-9, 9), st.floats(-9, 9)), degrees=st.floats(-180, 180), tall=st.floats(0.7, 1.4),
       wide=st.floats(0.7, 1.4), slant=st.floats(-25, 25), shift=st.tuples(st.floats(-6, 6), st.floats(-6, 6)))
def test_a_spot_goes_where_stretch_then_lean_then_turn_then_shift_take_it(place, degrees, tall, wide, slant, shift):
    x = blob((30 + place[0], 32 + place[1]), size=(61, 65))
    u, v = place[0] * tall, place[1] * wide
    v -= np.tan(np.radians(slant)) * u                  # above the centre is u < 0: to the right
    z = complex(v, -u) * np.exp(1j * np.radians(degrees))      # the complex plane has its second axis upwards
    moved = aug.warp(x, degrees=degrees, tall=tall, wide=wide, slant=slant, down=shift[0], right=shift[1])
    np.testing.assert_allclose(centre_of(moved)[0], [-z.imag + shift[0], z.real + shift[1]], atol=0.05)
    assert moved.sum() == pytest.approx(tall * wide, rel=0.02)


@pytest.mark.parametrize("bend", [-0.3, -0.1, 0.1, 0.3])
@pytest.mark.parametrize("direction", [0, 50, 90, 200])
def test_a_lens_moves_a_spot_along_its_radius_only(bend, direction):
    along = np.array([np.sin(np.radians(direction)), np.cos(np.radians(direction))])
    corner = np.hypot(30, 35)
    for r in (5, 12, 20):
        moved = centre_of(aug.warp(blob([30, 35] + r * along, size=(61, 71), width=1.0), bend=bend))[0]
        new = moved @ along
        np.testing.assert_allclose(moved, new * along, atol=0.05)
        assert new * (1 + bend * (new / corner)**2) == pytest.approx(r, abs=0.15)
        assert (new < r) == (bend > 0)      # a barrel pulls inwards


def test_the_named_moves_are_the_knobs_of_the_joint_warp():
    x = batch_for(None)
    for name, knob in [("translate", "pixels"), ("rotate", "degrees"), ("stretch", "factor"), ("shear", "slant"),
                       ("lens_distortion", "bend")]:
        for border in ("zero", "edge", "reflect"):
            one = AUGMENTATIONS[name].f(rng(3), x, **{knob: 0.2}, border=border)
            assert np.array_equal(one, aug.random_warp(rng(3), x, **{knob: 0.2}, border=border))


def test_every_knob_has_a_draw_of_its_own():
    x, u = batch_for(None), rng(7).uniform(-1, 1, (7, len(batch_for(None))))
    growth = np.log(1.2)
    expected = aug.warp(x, down=2 * u[0], right=2 * u[1], degrees=9 * u[2], tall=np.exp(growth * u[3]),
                        wide=np.exp(growth * u[4]), slant=20 * u[5], bend=0.2 * u[6])
    found = aug.random_warp(rng(7), x, pixels=2, degrees=9, factor=0.2, slant=20, bend=0.2)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_draws_scale_with_the_strength_fill_its_range_and_do_not_disturb_each_other():
    x = blob((30, 30), n=400)
    far, near = (centre_of(aug.translate(rng(5), x, pixels=p)) for p in (8.0, 4.0))
    np.testing.assert_allclose(far, 2 * near, atol=1e-6)
    assert np.all(np.abs(far) < 8.001) and np.all(stats.kstest(far, stats.uniform(-8, 16).cdf).pvalue > 1e-3)
    assert abs(np.corrcoef(far.T)[0, 1]) < 0.15
    with_more = centre_of(aug.random_warp(rng(5), x, pixels=8.0, degrees=90, factor=0.3))
    np.testing.assert_allclose(with_more, far, atol=0.05)      # the spot sits where turn and stretch leave it


@pytest.mark.parametrize("name, strength, measure, low, high", [
    ("rotate", 40.0, lambda c: np.degrees(np.arctan2(-c[:, 0], c[:, 1])), -40, 40),
    ("shear", 40.0, lambda c: np.degrees(np.arctan2(c[:, 1] - 12, -c[:, 0])), None, None),
    ("stretch", 0.5, lambda c: np.log(c[:, 1] / 12) / np.log(1.5), -1, 1),
])
def test_turns_and_stretches_fill_their_range_evenly(name, strength, measure, low, high):
    spot = blob((30, 42), n=300) if name != "shear" else blob((18, 42), n=300)
    found = measure(centre_of(AUGMENTATIONS[name](rng(2), spot, strength)))
    if name == "shear":
        low, high = -40, 40
    assert found.min() > low * 1.03 and found.max() < high * 1.03
    assert stats.kstest(found, stats.uniform(low, high - low).cdf).pvalue > 1e-3


def test_stretch_draws_height_and_width_apart():
    both = centre_of(aug.stretch(rng(), blob((38, 38), n=300), factor=0.5))
    assert abs(np.corrcoef(both.T)[0, 1]) < 0.15
    assert both.min() == pytest.approx(8 / 1.5, abs=0.2) and both.max() == pytest.approx(8 * 1.5, abs=0.2)


@pytest.mark.parametrize("flip, axis", [(aug.horizontal_flip, 2), (aug.vertical_flip, 1)])
def test_flips_mirror_the_share_p_of_the_images(flip, axis):
    x = rng().random((1000, 3, 4, 2))
    for p in (0.0, 0.3, 1.0):
        y = flip(rng(), x, p=p)
        mirrored = np.array([np.array_equal(a, np.flip(b, axis - 1)) for a, b in zip(y, x, strict=True)])
        assert mirrored.mean() == pytest.approx(p, abs=0.04)
        assert np.array_equal(y[~mirrored], x[~mirrored])


# ------------------------------------------------------------------------------------------------ crops
@pytest.mark.parametrize("size", [None, 4, (5, 3)])
@pytest.mark.parametrize("shape", [(600, 6, 7), (600, 6, 7, 3)])
def test_a_random_crop_is_any_window_of_the_padded_image(size, shape):
    x = rng().random(shape).astype(np.float32) + 0.1
    y = aug.random_crop(rng(), x, padding=2, size=size)
    h, w = {None: (6, 7), 4: (4, 4), (5, 3): (5, 3)}[size]
    padded = np.zeros((600, 10, 11, *shape[3:]), np.float32)
    padded[:, 2:8, 2:9] = x
    windows = [(top, left) for top in range(11 - h) for left in range(12 - w)]
    seen = [next(k for k in windows if np.array_equal(big[k[0]:k[0] + h, k[1]:k[1] + w], small))
            for big, small in zip(padded, y, strict=True)]
    assert set(seen) == set(windows)


def test_a_scaled_crop_of_a_ramp_shows_its_scale_and_stays_inside():
    h, w = 40, 60
    r, c = np.mgrid[:h, :w] / 1.0
    x = np.stack([np.broadcast_to(r, (200, h, w)), np.broadcast_to(c, (200, h, w))], axis=-1)
    y = aug.scale_crop(rng(), x, shortest=(50, 80), size=(30, 45))
    assert y.shape == (200, 30, 45, 2)
    inner = y[:, 2:-2, 2:-2]
    steps = np.diff(inner[..., 0], axis=1), np.diff(inner[..., 1], axis=2)
    length = 40 / steps[0].mean(axis=(1, 2))
    np.testing.assert_allclose(steps[1].mean(axis=(1, 2)), 40 / length)      # the same scale both ways
    assert 50 <= length.min() < 51 and 79 < length.max() <= 80
    assert stats.kstest(length, stats.uniform(50, 30).cdf).pvalue > 1e-3
    for axis, (size, full) in enumerate([(30, h), (45, w)]):
        room = full * length / 40 - size
        start = (np.take(y[..., axis], size // 2, axis=1 + axis).mean(axis=1) + 0.5) * length / 40 - size // 2 - 0.5
        assert stats.kstest(start / room, stats.uniform(0, 1).cdf).pvalue > 1e-3


def test_a_zoomed_crop_keeps_the_size_and_only_enlarges():
    x = blob((20, 30), n=50, size=(41, 61), width=1.5)
    y = aug.zoom_crop(rng(), x, zoom=0.0)
    np.testing.assert_allclose(y, x, atol=1e-12)
    bright = aug.zoom_crop(rng(), x, zoom=0.4).sum(axis=(1, 2))
    assert bright.min() > 0.97 and 1.4**2 * 0.9 < bright.max() < 1.4**2 * 1.03


@pytest.mark.parametrize("shape", [(2, 7, 9), (2, 7, 9, 3)])
def test_ten_crops_are_corners_centre_and_their_mirror_images(shape):
    x = rng().random(shape)
    crops = aug.ten_crop(x, (4, 5))
    expected = [x[:, :4, :5], x[:, :4, 4:], x[:, 3:, :5], x[:, 3:, 4:], x[:, 1:5, 2:7]]
    expected += [e[:, :, ::-1] for e in expected]
    assert len(crops) == 10
    for ours, theirs in zip(crops, expected, strict=True):
        assert np.array_equal(ours, theirs)


@pytest.mark.parametrize("new", [(11, 17), (40, 50), (20, 9), (7, 33), (20, 24)])
def test_resizing_is_pillows(new):
    x = rng().random((2, 20, 24)).astype(np.float32)
    for ours, image in zip(aug.resize(x, new), x, strict=True):
        theirs = Image.fromarray(image).resize(new[::-1], Image.Resampling.BILINEAR)
        np.testing.assert_allclose(ours, np.asarray(theirs), atol=1e-5)


def test_resizing_by_the_shorter_side_keeps_the_proportions_and_the_channels():
    x = rng().random((2, 30, 45, 3)).astype(np.float32)
    small = aug.resize(x, 20)
    assert small.shape == (2, 20, 30, 3) and small.dtype == np.float32
    for channel in range(3):
        np.testing.assert_allclose(small[..., channel], aug.resize(x[..., channel], 20), atol=1e-6)


def test_several_scales_are_the_centres_of_the_resized_images():
    x = rng().random((2, 12, 16, 3)).astype(np.float32)
    crops = aug.multi_scale(x, 10, shortest=(10, 12, 18))
    assert crops.shape == (3, 2, 10, 10, 3) and crops.dtype == np.float32
    np.testing.assert_allclose(crops[1], x[:, 1:11, 3:13], atol=1e-6)
    np.testing.assert_allclose(crops[2], aug.resize(x, 18)[:, 4:14, 7:17], atol=1e-6)


# ------------------------------------------------------------------------------------------------ colour and noise
def test_hue_saturation_and_lightness_are_colorsys():
    rgb = np.concatenate([rng().random((200, 3)), np.eye(3), 1 - np.eye(3), [[0, 0, 0], [1, 1, 1], [0.4, 0.4, 0.4]]])
    hsl = aug.rgb_to_hsl(rgb)
    theirs = np.array([colorsys.rgb_to_hls(*pixel) for pixel in rgb])[:, [0, 2, 1]] * [360, 1, 1]
    np.testing.assert_allclose(hsl, theirs, atol=1e-9)
    np.testing.assert_allclose(aug.hsl_to_rgb(hsl), rgb, atol=1e-12)
    np.testing.assert_allclose(aug.hsl_to_rgb(hsl + np.array([720, 0, 0])), rgb, atol=1e-12)
    assert aug.hsl_to_rgb(aug.rgb_to_hsl(rgb.astype(np.float32))).dtype == np.float32


def test_the_hue_turns_by_one_angle_per_image_and_nothing_else_changes():
    x = batch_for("hue", n=300, dtype=float)
    before, after = (aug.rgb_to_hsl(a) for a in (x, aug.colour_jitter(rng(), x, hue=50)))
    np.testing.assert_allclose(after[..., 1:], before[..., 1:], atol=1e-9)
    turn = (after[..., 0] - before[..., 0] + 180) % 360 - 180
    np.testing.assert_allclose(turn, np.broadcast_to(turn[:, :1, :1], turn.shape), atol=1e-6)
    assert stats.kstest(turn[:, 0, 0], stats.uniform(-50, 100).cdf).pvalue > 1e-3


def test_saturation_is_multiplied_lightness_is_added():
    x = batch_for("hue", n=300, dtype=float) * 0.2 + 0.4
    before = aug.rgb_to_hsl(x)
    factor = aug.rgb_to_hsl(aug.colour_jitter(rng(), x, saturation=0.5))[..., 1] / before[..., 1]
    shift = aug.rgb_to_hsl(aug.colour_jitter(rng(), x, lightness=0.2))[..., 2] - before[..., 2]
    for values, low in [(factor, 0.5), (shift, -0.2)]:
        np.testing.assert_allclose(values, np.broadcast_to(values[:, :1, :1], values.shape), atol=1e-6)
        assert stats.kstest(values[:, 0, 0], stats.uniform(low, 1 if low > 0 else 0.4).cdf).pvalue > 1e-3


def test_grey_stays_grey_and_extreme_colours_stay_in_range():
    grey = np.repeat(batch_for(None)[..., None], 3, axis=-1)
    np.testing.assert_allclose(aug.colour_jitter(rng(), grey, hue=180, saturation=1), grey, atol=1e-6)
    wild = aug.colour_jitter(rng(), (batch_for("hue") > 0.5).astype(np.float32), hue=180, saturation=1, lightness=1)
    assert wild.min() >= -1e-6 and wild.max() <= 1 + 1e-6


def test_principal_colours_are_scikit_learns_pca_of_the_pixels():
    x = batch_for("hue", dtype=float) * [0.3, 1.0, 0.6]
    ours, theirs = aug.principal_colours(x), PCA().fit(x.reshape(-1, 3))
    np.testing.assert_allclose(ours.variances, theirs.explained_variance_)
    np.testing.assert_allclose(np.abs(ours.directions @ theirs.components_.T), np.eye(3), atol=1e-6)
    flat = aug.principal_colours(np.full((2, 5, 5, 3), 0.3))
    np.testing.assert_allclose(flat.variances, 0, atol=1e-15)
    assert flat.variances.min() >= 0


def test_pca_jitter_adds_one_colour_per_image_scaled_by_lambda_not_its_root():
    x = np.full((4000, 2, 2, 3), 0.5)
    directions = np.linalg.qr(rng(1).standard_normal((3, 3)))[0]
    colours = aug.PrincipalColours(np.array([0.2, 0.05, 0.01]), directions)
    added = aug.pca_colour(rng(), x, std=0.1, colours=colours) - x
    np.testing.assert_allclose(added, np.broadcast_to(added[:, :1, :1], added.shape), atol=1e-12)
    along = added[:, 0, 0] @ directions.T
    np.testing.assert_allclose(along.std(axis=0), [0.02, 0.005, 0.001], rtol=0.05)
    np.testing.assert_allclose(np.corrcoef(along.T), np.eye(3), atol=0.05)
    assert np.all(stats.kstest(along / along.std(axis=0), stats.norm.cdf).pvalue > 1e-3)


def test_pca_jitter_uses_the_colours_of_the_batch_unless_told():
    x = batch_for("pca_colour")
    np.testing.assert_array_equal(aug.pca_colour(rng(), x), aug.pca_colour(rng(), x, colours=aug.principal_colours(x)))


@pytest.mark.parametrize("shape", [(50, 30, 40), (60_000,)])
def test_noise_has_its_std_and_is_cut_to_the_range_only_if_asked(shape):
    x = np.full(shape, 0.5, np.float32)
    noise = aug.gaussian_noise(rng(), x, std=0.1) - x
    assert noise.std() == pytest.approx(0.1, rel=0.02) and noise.mean() == pytest.approx(0, abs=0.002)
    assert noise.dtype == np.float32 and len(np.unique(noise)) > noise.size / 3
    strong = aug.gaussian_noise(rng(), x, std=1.0, clip=False)
    assert strong.std() == pytest.approx(1, rel=0.02)
    assert np.array_equal(np.clip(strong, 0, 1), aug.gaussian_noise(rng(), x, std=1.0))


# ------------------------------------------------------------------------------------------------ filters
@pytest.mark.parametrize("width", [0.5, 1.0, 2.5])
def test_smoothing_is_scipys_gaussian_away_from_the_border(width):
    x = rng().random((2, 60, 70))
    theirs = ndimage.gaussian_filter(x, (0, width, width), truncate=6)
    inside = slice(16, -16)
    np.testing.assert_allclose(aug.smooth(x, width)[:, inside, inside], theirs[:, inside, inside], atol=1e-6)
    np.testing.assert_allclose(aug.smooth(np.full((2, 9, 9), 0.3), width), 0.3)


def test_blur_widths_are_uniform_up_to_the_strength():
    x = blob((40, 40), n=400, size=(81, 81), width=2.0)
    y = aug.blur(rng(), x, width=3.0)
    r = np.arange(81) - 40.0
    width = np.sqrt(np.maximum(y.sum(axis=2) @ r**2 - 4, 0))      # variances of the spot and of the blur add up
    assert stats.kstest(width, stats.uniform(0, 3).cdf).pvalue > 1e-3


def test_sharpening_undoes_in_part_what_a_blur_would_do():
    x = batch_for(None, n=300, dtype=float) * 0.2 + 0.4
    added, detail = aug.sharpen(rng(), x, amount=2.0) - x, x - aug.smooth(x, 1.0)
    share = np.sum(added * detail, axis=(1, 2)) / np.sum(detail**2, axis=(1, 2))
    np.testing.assert_allclose(added, share[:, None, None] * detail, atol=1e-9)
    assert stats.kstest(share, stats.uniform(0, 2).cdf).pvalue > 1e-3


@pytest.mark.parametrize("shape", [(3, 3), (1, 5), (5, 3)])
def test_any_small_kernel_is_scipys_correlation(shape):
    x, kernel = rng().random((2, 8, 9)), rng(1).standard_normal(shape)
    colour = np.stack([x, x**2], axis=-1)
    theirs = ndimage.correlate(x, kernel[None], mode="nearest")
    np.testing.assert_allclose(aug.apply_filter(x, kernel), theirs, atol=1e-12)
    np.testing.assert_allclose(aug.apply_filter(colour, kernel)[..., 0], theirs, atol=1e-12)
    assert aug.apply_filter(x.astype(np.float32), kernel).dtype == np.float32


# ----------------------------------------------------------------------------------------------- cutout and mixing
@pytest.mark.parametrize("size", [1, 4, 5, 40])
def test_cutout_is_one_square_cut_at_the_border_and_equally_often_everywhere(size):
    x = np.ones((4000, 10, 14, 2), np.float32)
    y = aug.cutout(rng(), x, size=size, fill=0.25)
    hole = y[..., 0] == 0.25
    assert np.array_equal(hole, y[..., 1] == 0.25) and np.all(y[~hole] == 1)
    rows, columns = hole.any(axis=2), hole.any(axis=1)
    assert np.array_equal(hole, rows[:, :, None] & columns[:, None, :])
    assert rows.sum(axis=1).max() == min(size, 10) and columns.sum(axis=1).max() == min(size, 14)
    assert rows.any(axis=1).all()
    for edges in (rows, columns):
        assert np.abs(np.diff(edges.astype(int), axis=1)).sum(axis=1).max() <= 2      # in one piece
    # a square of side s around a uniform centre covers an inner pixel in s · s of 10 · 14 cases
    if size < 6:
        assert hole[:, 5, 7].mean() == pytest.approx(size**2 / 140, abs=0.025)
        assert hole[:, 0, 0].mean() == pytest.approx((size // 2 + 1)**2 / 140, abs=0.02)


@pytest.mark.parametrize("shift", [1, 4, 30])
def test_roll_turns_each_signal_by_every_shift_equally_often(shift):
    x = rng().random((3000, 12)).astype(np.float32)
    y = aug.roll(rng(), x, shift=shift)
    steps = [next(s for s in range(12) if np.array_equal(np.roll(a, s), b)) for a, b in zip(x, y, strict=True)]
    expected = np.bincount(np.arange(-shift, shift + 1) % 12, minlength=12) / (2 * shift + 1)
    np.testing.assert_allclose(np.bincount(steps, minlength=12) / 3000, expected, atol=0.04)


@pytest.mark.parametrize("alpha", [0.2, 1.0, 8.0])
@pytest.mark.parametrize("dtype", DTYPES)
def test_mixup_mixes_labels_as_it_mixes_images(alpha, dtype):
    y = np.arange(5000) % 4
    x = np.eye(4, dtype=dtype)[y].reshape(-1, 2, 2)      # each image shows its own label
    before = x.copy()
    mixed, soft = aug.mixup(rng(), x, y, alpha=alpha, n_classes=4)
    assert mixed.dtype == soft.dtype == dtype and mixed.shape == x.shape and np.array_equal(x, before)
    np.testing.assert_allclose(mixed.reshape(-1, 4), soft, atol=1e-6)
    np.testing.assert_allclose(soft.sum(axis=1), 1, atol=1e-6)
    assert np.all(np.sort(soft, axis=1)[:, :2] == 0)      # two of the four classes at most
    partner_differs = (soft > 0).sum(axis=1) == 2
    m = soft[partner_differs, y[partner_differs]]
    assert m.mean() == pytest.approx(0.5, abs=0.02)
    if alpha >= 1:                                        # a weight that rounds to 0 or 1 hides the second class
        assert stats.kstest(m, stats.beta(alpha, alpha).cdf).pvalue > 1e-3


def test_mixup_draws_one_weight_per_example_and_needs_no_second_class():
    x = rng().random((200, 3)).astype(np.float32)
    same, soft = aug.mixup(rng(), x, np.zeros(200, int), alpha=0.0, n_classes=2)
    assert np.array_equal(same, x) and np.array_equal(soft, np.eye(2)[np.zeros(200, int)])
    mixed, _ = aug.mixup(rng(), np.arange(200.0)[:, None], np.full((200, 2), 0.5), alpha=1.0)
    assert len(np.unique(mixed)) > 190


def test_mixup_of_soft_labels_can_be_repeated():
    x, y = rng().random((6, 3)), np.arange(6) % 3
    once = aug.mixup(rng(), x, y, n_classes=3)
    twice = aug.mixup(rng(), *once)
    np.testing.assert_allclose(twice[1].sum(axis=1), 1)


@given(n=st.integers(2, 9), eps=st.floats(0, 1), seed=st.integers(0, 9))
def test_smoothed_labels(n, eps, seed):
    labels = rng(seed).integers(n, size=5)
    soft = aug.smooth_labels(labels, n, eps=eps)
    expected = [[1 - eps + eps / n if j == label else eps / n for j in range(n)] for label in labels]
    np.testing.assert_allclose(soft, expected, atol=1e-6)
    assert soft.dtype == np.float32
    np.testing.assert_allclose(lk.softmax_cross_entropy(np.zeros((5, n), np.float32), soft)[0], np.log(n), atol=1e-5)


# ----------------------------------------------------------------------------------------------- in training
def test_a_composition_is_one_after_another():
    x = batch_for(None)
    change = aug.compose(("horizontal_flip", 1.0), partial(aug.cutout, size=3), lambda rng, x: x / 2)
    flipped = x[:, :, ::-1]
    y = change(rng(), x)
    kept = y != 0
    assert np.array_equal(y[kept], (flipped / 2)[kept]) and 0 < np.sum(~kept) <= 6 * 9


def test_switching_off_one_step_leaves_the_draws_of_the_others():
    x = batch_for(None)
    with_flip, without = (aug.compose(("horizontal_flip", p), ("cutout", 8)) for p in (1.0, 0.0))
    assert np.array_equal(with_flip(rng(4), x) == 0, without(rng(4), x) == 0)
    change = aug.compose(("translate", 5), ("translate", 5))
    assert not np.allclose(change(rng(4), x), aug.compose(("translate", 5), lambda rng, x: x)(rng(4), x))


def test_a_composition_draws_anew_at_every_call_and_the_generator_decides():
    x, change = batch_for(None), aug.compose(("translate", 5))
    one, other = rng(4), rng(4)
    first, second = change(one, x), change(one, x)
    assert not np.array_equal(first, second)
    assert np.array_equal(first, change(other, x)) and np.array_equal(second, change(other, x))


@pytest.mark.parametrize("lead", [(), (3,)])
def test_the_hook_changes_flat_batches_as_images(lead):
    data = rng().random((40, 6 * 7 * 3)).astype(np.float32)
    y = np.arange(40)
    source = rng(1) if not lead else [rng(i) for i in range(3)]
    hook = aug.batch_hook(rng(), aug.compose(("horizontal_flip", 1.0)), (6, 7, 3))
    x, labels = next(iter(lk.Batches(data, y, size=8, rng=source, augment=hook)))
    assert x.shape == (*lead, 8, 126) and x.dtype == np.float32
    expected = data[labels].reshape(*lead, 8, 6, 7, 3)[..., ::-1, :].reshape(x.shape)
    assert np.array_equal(x, expected)


def test_the_hook_leaves_signals_flat_and_mixup_trains_a_network():
    x, y = rng().random((64, 40)).astype(np.float32), np.arange(64) % 10
    hook = aug.batch_hook(rng(), partial(aug.roll, shift=3))
    assert next(iter(lk.Batches(x, y, size=8, rng=rng(), augment=hook)))[0].shape == (8, 40)
    draws = rng()
    batches = lk.Batches(x, y, size=8, rng=rng(), augment=lambda x, y: aug.mixup(draws, x, y, n_classes=10))
    run = lk.train(lk.mlp([40, 16, 10]), lk.softmax_cross_entropy, lk.Adam(), batches)
    assert all(np.isfinite(next(run).loss) for _ in range(5))


# ----------------------------------------------------------------------------------------- pictures of other people
CUTTING = ["hue", "saturation", "lightness", "pca_colour", "gaussian_noise", "sharpen"]
PHOTOS = np.random.default_rng(0).random((4, 9, 8, 3)).astype(np.float32)


@pytest.mark.parametrize("name", CUTTING)
@pytest.mark.parametrize("x", [PHOTOS * 255, (PHOTOS - 0.5) / 0.3, PHOTOS * 2 - 1])
def test_what_is_cut_to_the_range_must_lie_in_it(name, x):
    with pytest.raises(ValueError, match=r"x runs from .*; expected floats in \[0, 1\]\. Divide pixels by 255"):
        AUGMENTATIONS[name](rng(), x)


@pytest.mark.parametrize("name", CUTTING)
def test_rounding_beyond_the_range_is_no_reason_to_refuse(name):
    assert AUGMENTATIONS[name](rng(), np.float32(1.0001) * PHOTOS).max() <= 1


def test_noise_on_standardised_data_says_how():
    with pytest.raises(ValueError, match=r"gaussian_noise: x runs.*clip=False"):
        aug.gaussian_noise(rng(), PHOTOS * 255)
    assert aug.gaussian_noise(rng(), PHOTOS * 255, clip=False).max() > 200


@pytest.mark.parametrize("name", [n for n in AUGMENTATIONS if n not in ("roll", "gaussian_noise")])
@pytest.mark.parametrize("channels", [1, 3])
def test_channels_first_are_refused_with_the_line_that_turns_them(name, channels):
    with pytest.raises(ValueError, match=r"channels first; .*np\.moveaxis\(x, 1, -1\)"):
        AUGMENTATIONS[name](rng(), np.zeros((6, channels, 28, 28), np.float32))


def test_extremes_of_mixup():
    for alpha in (1e-320, 1e-12, 1e5):
        mixed, soft = aug.mixup(rng(), PHOTOS, np.arange(4), alpha=alpha, n_classes=4)
        assert np.isfinite(mixed).all() and np.allclose(soft.sum(axis=1), 1)
    with pytest.raises(ValueError, match=r"mixup: alpha must be in .*got inf"):
        aug.mixup(rng(), PHOTOS, np.arange(4), alpha=np.inf, n_classes=4)
    with pytest.raises(ValueError, match=r"mixup: y holds soft labels whose rows .* do not sum to 1"):
        aug.mixup(rng(), PHOTOS, np.ones((4, 3)))
    onehot = np.eye(4, dtype=int)
    assert np.array_equal(aug.mixup(rng(), PHOTOS, onehot)[1], aug.mixup(rng(), PHOTOS, np.arange(4), n_classes=4)[1])


@pytest.mark.parametrize("step", ["rotate", ("rotate",), ("rotate", 1, 2), 3, None, ("rotate", "15")])
def test_a_step_of_a_composition_is_a_function_or_a_pair(step):
    with pytest.raises(TypeError, match="compose: "):
        aug.compose(step)
    with pytest.raises(TypeError, match="compose: rng must be a NumPy random generator, got 0"):
        aug.compose(("rotate", 15))(0, PHOTOS)


@every_entry
def test_a_setting_is_given_by_name_and_the_table_says_its_usual_value_and_kind(name):
    entry, x = AUGMENTATIONS[name], batch_for(name, n=2)
    parameter = inspect.signature(entry.f).parameters[entry.knob]
    assert parameter.kind is parameter.KEYWORD_ONLY
    if parameter.default not in (0, parameter.empty):  # one function may have several knobs, all at rest
        assert parameter.default == entry.usual
    parts_are_fine = True
    try:
        entry.f(rng(), x, **{entry.knob: 0.1})
    except (TypeError, ValueError):
        parts_are_fine = False
    assert parts_are_fine != entry.whole


def test_a_hue_turns_by_half_a_circle_at_most():
    x = batch_for("hue", n=2)
    aug.colour_jitter(rng(), x, hue=180)
    with pytest.raises(ValueError, match="hue"):
        aug.colour_jitter(rng(), x, hue=180.5)


def test_a_signal_is_rolled_by_half_its_circle_at_most():
    half = lk.datasets.mnist1d(10).x_train.shape[1] // 2
    assert AUGMENTATIONS["roll"].range[:2] == (0, half), "further in one direction is less far in the other"


def test_a_stretch_keeps_within_what_a_picture_can_be_shrunk_to():
    x = batch_for("stretch", n=2)
    assert np.isfinite(aug.random_warp(rng(), x, factor=1e6 - 1)).all()
    with pytest.raises(ValueError, match=r"factor must be in \[0, 999999"):
        aug.random_warp(rng(), x, factor=1e6)


def test_a_patch_is_filled_with_any_value():
    assert aug.cutout(rng(), np.zeros((2, 8, 8)), size=4, fill=-3.0).min() == -3


@pytest.mark.parametrize("slant", [-90, 90])
def test_a_lean_comes_near_a_right_angle_and_not_there(slant):
    assert np.isfinite(aug.warp(np.ones((1, 5, 5)), slant=slant * 0.999)).all()
    with pytest.raises(ValueError, match=r"slant must be in \(-90, 90\)"):
        aug.warp(np.ones((1, 5, 5)), slant=slant)


def test_one_pixel_has_no_principal_colours():
    with pytest.raises(ValueError, match="principal_colours: "):
        aug.principal_colours(np.ones((1, 1, 1, 3)))
    assert aug.principal_colours(np.linspace(0, 1, 6).reshape(1, 1, 2, 3)).variances.shape == (3,)
