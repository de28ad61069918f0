"""The panels of notebook 02 and their pictures: both ends of every control, what is said, targets that can be hit."""

import math

import numpy as np
import pytest

import labkit as lk
from labkit.lessons.preprocessing.experiments import PIPELINES, Sweep, reconstruct
from labkit.lessons.preprocessing.figures.cloud import counted, place
from labkit.lessons.preprocessing.figures.stills import loss_and_accuracy, point_clouds
from labkit.lessons.preprocessing.panels import cloud_explorer, epsilon_explorer, pca_explorer, whitening_explorer
from labkit.widgets import Target
from tests.panels import pixels

NO_NUMBERS = "nan", "inf", "?"


def all_differ(frames):
    return len({frame.png for frame in frames}) == len(frames)


@pytest.fixture
def cloud():
    panel = cloud_explorer()
    yield panel
    panel.close()


@pytest.fixture(scope="module")
def patches():
    x = lk.datasets.grey_patches(800, np.random.default_rng(0))
    return x - x.mean(axis=1, keepdims=True)


@pytest.fixture(scope="module")
def pca(patches):
    return lk.PCA().fit(patches)


# ------------------------------------------------------------------------------------------------ the cloud
@pytest.mark.parametrize("route", PIPELINES)
def test_every_stage_has_a_picture_of_its_own(cloud, route):
    frames = list(cloud.frames(route=[route], at=[0.0, 1.0, 2.0, 3.0, 4.0]))
    assert all_differ(frames) and all(np.ptp(pixels(frame.png)) > 200 for frame in frames)
    for frame, name in zip(frames, PIPELINES[route], strict=True):
        assert frame.text.lower().startswith(f"{name}: κ = ")


def test_every_corner_of_the_cloud_panel_can_be_shown(cloud):
    corners = list(cloud.frames(at=[0.0, 2.5, 4.0], correlation=[-0.95, 0.95], scale=[0.3, 1.8], angle=[-90.0, 90.0],
                                route=list(PIPELINES)))
    assert not any(word in frame.text for frame in corners for word in NO_NUMBERS)
    assert len({frame.png for frame in corners}) > 0.8 * len(corners)    # ±90° may look alike once they are turned


def test_the_cloud_panel_says_what_it_shows(cloud):
    assert cloud.text.startswith("Raw: κ = 22,000, 51,000 steps to 1 % of the distance. Mean (5.13, 7.06), "
                                 "covariance [[2.18")
    cloud.set(at=1.5)
    assert cloud.text.startswith("Centred → rotated: κ = 23, 53 steps")
    cloud.set(at=3.0)
    assert cloud.text.startswith("Whitened: κ = 1, 1 step to 1 % of the distance. Mean (0.00, 0.00), "
                                 "covariance [[1.00, 0.00], [0.00, 1.00]], from [[2.18")


def test_a_control_whose_effect_is_scaled_away_is_still_heard(cloud):
    cloud.set(at=2.0, route="normalise first")
    before = cloud.text
    cloud.set(scale=0.5)
    assert cloud.text.split(", from ")[0] == before.split(", from ")[0] and cloud.text != before


def test_the_marks_are_the_stages_of_the_route(cloud):
    assert list(cloud.controls["at"].marks) == list(PIPELINES["rotate, then scale"])
    cloud.set(route="normalise first")
    assert list(cloud.controls["at"].marks) == list(PIPELINES["normalise first"])
    cloud.set(at=cloud.controls["at"].marks["normalised"])
    assert place(cloud.arrays) == "normalised"


def test_the_path_goes_down_and_needs_as_many_steps_as_it_says(cloud):
    for at in (1.0, 2.0, 3.0):
        cloud_now = cloud.compute(at=at, route="normalise first", correlation=0.8, scale=1.5, angle=0.0)
        low, high = cloud_now.curvatures
        loss = cloud_now.walk**2 @ [low, high]
        assert (np.diff(loss) <= 0).all() and math.isclose(cloud_now.kappa, high / low, rel_tol=1e-6)
        if cloud_now.steps < len(cloud_now.walk):
            assert np.abs(cloud_now.walk[int(cloud_now.steps)]).max() <= 0.01


def test_the_clouds_target_can_be_hit_and_is_not_hit_at_first():
    target = Target("κ below 1.1", lambda g: g.stages[2] == "normalised" and g.at == 2 and g.kappa < 1.1)
    panel = cloud_explorer("normalise first", at=2.0, target=target)
    assert not target.hit(panel.arrays)
    hits = [target.hit(panel.compute(at=2.0, route="normalise first", correlation=round(r, 2), scale=1.5, angle=0.0))
            for r in np.arange(-0.1, 0.11, 0.01)]
    assert any(hits) and not all(hits)
    panel.close()


# ------------------------------------------------------------------------------------------------ components
def test_the_pca_panel_at_both_ends(pca, patches):
    panel = pca_explorer(pca, patches[:6], k=20)
    frames = list(panel.frames(k=[1, 2, 20, 144]))
    assert all_differ(frames) and frames[-1].text == "144 of 144 numbers keep all of the variance"
    assert frames[0].text.startswith("1 of 144 numbers keeps 2")
    np.testing.assert_allclose(panel.compute(144).rebuilt, panel.arrays.originals, atol=1e-5)
    errors = [np.square(panel.compute(k).rebuilt - panel.arrays.originals).sum() for k in (1, 10, 50, 100, 144)]
    assert errors == sorted(errors, reverse=True)
    panel.close()


def test_the_pca_panel_shows_the_first_components_and_the_last_one_kept(pca, patches):
    shown = pca_explorer(pca, patches[:6], k=20).arrays.components
    np.testing.assert_array_equal(shown.reshape(6, -1), pca.components[[0, 1, 2, 3, 4, 19]])


# ------------------------------------------------------------------------------------------------ whitening
def test_a_component_that_is_the_same_everywhere_is_grey_and_not_the_colour_of_the_page(pca, patches):
    panel = pca_explorer(pca, patches[:6] - patches[:6].mean(axis=1, keepdims=True), k=144)
    components = np.concatenate([panel.arrays.components[:5], np.full((1, 12, 12), 1 / 12)])
    panel.picture.update(panel.arrays._replace(components=components))
    row = panel.picture._rows[2]
    assert (row._pixels[:, 5 * row._step:] == 128).all()
    panel.close()


def test_the_whitening_panel_at_both_ends(pca, patches):
    panel = whitening_explorer(pca, patches[:6])
    frames = list(panel.frames(eps=[1e-6, 10.0], noise=[0.0, 0.1]))
    assert all_differ(frames) and not any(word in frame.text for frame in frames for word in NO_NUMBERS)
    panel.close()


def test_both_whitenings_are_those_of_the_laboratory(pca, patches):
    arrays = whitening_explorer(pca, patches[:6], eps=0.01, noise=0.0).arrays
    for kind in ("pca", "zca"):
        z = lk.Whitener(0.01, kind=kind).fit(patches).transform(patches[:6])
        np.testing.assert_allclose(getattr(arrays, kind).reshape(6, -1), z, atol=1e-3)


def test_less_eps_means_more_noise_and_no_noise_none(pca, patches):
    panel = whitening_explorer(pca, patches[:6])
    shares = [panel.compute(eps, 0.02).share for eps in (10.0, 0.1, 0.01, 1e-3, 1e-5)]
    after, before = zip(*shares, strict=True)
    assert list(after) == sorted(after) and len(set(before)) == 1
    assert after[0] == pytest.approx(before[0], rel=0.1) and panel.compute(1e-5, 0.0).share == (0, 0)
    panel.close()


def test_the_whitening_target_can_be_hit_and_misses_on_both_sides():
    clothes = lk.datasets.fashion_mnist()
    target = Target("noise below 8 %",
                    lambda w: w.noise_std >= 0.0199 and w.share[0] < 0.08 and np.median(w.signal) >= 0.5)
    panel = whitening_explorer(lk.PCA().fit(clothes.x_train), clothes.x_test[:6], eps=0.1, noise=0.02, target=target)
    hits = [target.hit(panel.compute(eps, 0.02)) for eps in np.geomspace(1e-6, 10, 71)]
    assert 3 <= sum(hits) <= 20 and not hits[0] and not hits[-1]
    assert not target.hit(panel.arrays)
    panel.close()


# ------------------------------------------------------------------------------------------------ words and stills
def test_numbers_are_said_in_two_digits():
    assert [counted(x) for x in (22064.0, 999.0, 0.5, 9.31)] == ["22,000", "1,000", "0.5", "9.3"]


def test_point_clouds_show_their_points():
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, 50, 2))
    one = point_clouds({"a": a, "b": b}, half=4, description="two clouds")
    other = point_clouds({"a": a, "b": a}, half=4, description="two clouds")
    assert one.description == "two clouds" and one.png != other.png


def test_loss_and_accuracy_side_by_side():
    rng = np.random.default_rng(0)
    loss = {"a": 2 + rng.random((60, 5)), "b": 1 + rng.random((60, 5))}
    accuracy = {name: 0.5 + 0.1 * rng.random((6, 5)) for name in loss}
    drawn = loss_and_accuracy(loss, accuracy, every=10, description="two groups")       # looks after 5, 15, … 55 steps
    other = dict(zip("ba", accuracy.values(), strict=True))
    swapped = loss_and_accuracy(loss, other, every=10, description="two groups")
    assert np.ptp(pixels(drawn.png)) > 200 and drawn.png != swapped.png


# ------------------------------------------------------------------------------------------------ accuracy against ε
SWEEP = Sweep(np.array([1e-5, 1e-2, 1.0]), np.array([[0.6, 0.7], [0.7, 0.8], [0.8, 0.9]]),
              np.array([[0.1, 0.1], [0.3, 0.5], [0.2, 0.2]]), np.array([0.8, 0.84]), np.array([0.3, 0.3]))


@pytest.fixture
def by_epsilon():
    images = np.random.default_rng(0).random((300, 64))
    panel = epsilon_explorer(lk.PCA().fit(images), images[:6], SWEEP, eps=1e-2)
    yield panel
    panel.close()


def test_every_end_of_the_epsilon_panel_says_what_was_measured_there(by_epsilon):
    frames = list(by_epsilon.frames(eps=[1e-5, 1e-2, 1.0]))
    assert all_differ(frames) and all(np.ptp(pixels(frame.png)) > 200 for frame in frames)
    for frame, percent, loss in zip(frames, (65, 75, 85), ("0.10", "0.40", "0.20"), strict=True):
        assert f"{percent} % of new pictures right; centred only: 82 %" in frame.text
        assert f"training loss {loss}, centred only 0.30, mean of 2 runs" in frame.text


def test_between_two_measured_epsilons_the_panel_reads_the_line_and_its_marks_stand_on_it(by_epsilon):
    by_epsilon.set(eps=0.1)
    assert by_epsilon.arrays.accuracy == pytest.approx(0.80) and by_epsilon.arrays.loss == pytest.approx(0.30)
    right, loss = (mark.get_xydata().ravel().tolist() for mark in by_epsilon.picture.moving[-2:])
    assert right == pytest.approx([0.1, 80]) and loss == pytest.approx([0.1, 0.30])


def test_only_components_that_are_kept_are_shown():
    images = np.random.default_rng(0).random((300, 64))
    pca = lk.PCA().fit(images)
    for k, shown in ((1, 1), (3, 3), (5, 5), (6, 6), (40, 6)):
        assert reconstruct(pca, images[:6], k).components.any(axis=(1, 2)).sum() == shown
