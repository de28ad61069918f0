"""Pictures of runs, sweeps and images: what is drawn is what was given, in every panel, without a warning."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from labkit.figures import curves, figure, images, sweeps
from labkit.figures.picture import Still

RUNS = {"He": np.linspace(2.3, 0.5, 40)[:, None] + np.array([-0.1, 0, 0.2]), "Xavier": np.full((40, 3), 2.3)}


def pixels(still: Still) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(still.beside({})[0]["image/png"]))).convert("RGB"))


def test_smoothing_is_the_mean_of_blocks():
    values = np.arange(12.0).reshape(6, 2)
    np.testing.assert_array_equal(curves.smoothed(values, 3), [values[:3].mean(axis=0), values[3:].mean(axis=0)])
    np.testing.assert_array_equal(curves.smoothed(values, 1), values)


def test_every_run_its_median_and_its_band_are_drawn():
    ax = figure().subplots()
    curves.draw_runs(ax, RUNS, window=4)
    lines = [line.get_ydata() for line in ax.lines]
    assert len(lines) == 2 * (3 + 1)
    np.testing.assert_allclose(lines[3], np.median(curves.smoothed(RUNS["He"], 4), axis=1))
    assert len(ax.collections) == 2
    assert [text.get_text() for text in ax.texts] == ["He", "Xavier"]


@pytest.mark.parametrize(("window", "expected"), [(1, [10, 20, 30, 40]), (2, [15, 35])])
def test_an_evaluation_stands_at_its_step_and_a_mean_amid_its_evaluations(window, expected):
    ax = figure().subplots()
    curves.draw_runs(ax, {"run": np.ones((4, 2))}, window=window, every=10)
    np.testing.assert_allclose(ax.lines[0].get_xdata(), expected)


def test_the_first_look_may_stand_elsewhere():
    ax = figure().subplots()
    curves.draw_runs(ax, {"run": np.ones((8, 2))}, every=20, first=10)
    np.testing.assert_allclose(ax.lines[0].get_xdata(), range(10, 160, 20))


def test_names_at_line_ends_do_not_overlap():
    ax = figure().subplots()
    curves.draw_runs(ax, {name: np.full((5, 2), 1 + 1e-4 * i) for i, name in enumerate("abc")})
    heights = sorted(text.xy[1] for text in ax.texts)
    assert min(np.diff(heights)) > 0.05 * np.ptp(ax.get_ylim())


def test_a_run_that_broke_off_ends_there():
    values = RUNS["He"].copy()
    values[20:, 1] = np.nan
    ax = figure().subplots()
    with np.errstate(all="raise"):
        curves.draw_runs(ax, {"broken": values})
    assert np.isfinite(ax.lines[1].get_ydata()).sum() == 20


def test_panels_share_their_scale_and_show_the_level():
    still = curves.compare_runs({"10 layers": RUNS, "30 layers": RUNS}, ylabel="loss", level=(np.log(10), "chance"),
                                description="Two panels of runs.")
    assert still.description == "Two panels of runs."
    height, width = pixels(still).shape[:2]
    assert abs(height - 460) <= 1 and width == 1100  # the last pixel is Matplotlib's to round


def test_images_of_a_row_share_the_grey_of_zero():
    ax = figure().subplots()
    images.draw_image(ax, np.array([[-1.0, 3.0]]), limit=4)
    assert ax.images[0].get_clim() == (-4, 4)
    rows = {"first": np.zeros((3, 4, 4)) + np.arange(3)[:, None, None], "second": np.eye(4)[None].repeat(3, axis=0)}
    assert pixels(images.image_rows(rows, description="Six images.")).std() > 10


@pytest.mark.parametrize("signed", [True, False])
def test_image_rows_take_flat_images(signed):
    images.image_rows({"flat": np.ones((2, 3, 3))}, description="Flat.", signed=signed)


def test_a_sweep_draws_dots_and_theory_in_one_colour():
    x = np.geomspace(0.01, 1, 5)
    ax = figure().subplots()
    drawn = sweeps.draw_sweep(ax, x, {"relu": x**2, "tanh": x}, {"tanh": (x, x)})
    dots = dict(zip(("relu", "tanh"), drawn, strict=True))
    np.testing.assert_array_equal(dots["relu"].get_ydata(), x**2)
    assert len(ax.lines) == 3
    assert dots["tanh"].get_color() != dots["relu"].get_color()
    assert dots["tanh"].get_marker() != dots["relu"].get_marker()
    assert ax.get_xscale() == ax.get_yscale() == "log"


@pytest.mark.parametrize(("marks", "aligned"), [
    ({"b": 2.0, "a": 1.0}, ["right", "left"]), ({"a": 1.0}, ["center"]),
    ({"a": 1.0, "b": 2.0, "c": 3.0, "d": 4.0}, ["right", "center", "center", "left"])])
def test_the_outer_names_of_marks_point_outwards(marks, aligned):
    ax = figure().subplots()
    sweeps.mark(ax, marks)
    assert [text.get_ha() for text in ax.texts] == aligned and [text.get_text() for text in ax.texts] == sorted(marks)


def test_marks_are_named():
    still = sweeps.sweep(np.array([0.1, 1.0]), {"a": np.array([1.0, 2.0])}, {}, xlabel="x", ylabel="y",
                         marks={"1/√n": 0.5}, description="One mark.")
    assert pixels(still).std() > 5
