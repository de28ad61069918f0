"""Pictures of the lessons, read from their artists: each number lies where it belongs, in the look of its name."""

import inspect

import numpy as np
import pytest
from matplotlib.colors import to_hex

from labkit.figures import style
from labkit.lessons.early_stopping.figures import accuracy_with_ends, shares_of_the_way
from labkit.lessons.optimizers.experiments import Race
from labkit.lessons.optimizers.figures import LOOKS, RacePicture, optimizer_curves, outcomes
from labkit.lessons.preprocessing.figures.stills import loss_and_accuracy, point_clouds
from labkit.lessons.weight_decay.experiments.overfitting import Polynomial, Scaled
from labkit.lessons.weight_decay.figures import error_against_size
from labkit.lessons.weight_decay.figures.overfitting import LOWEST, PolynomialPicture, ScaledPicture

RNG = np.random.default_rng(0)


def points_of(line):
    return line.get_xydata().tolist()


# ------------------------------------------------------------------------------------------------ stills
def test_the_shares_of_the_way_are_in_per_cent():
    h, stopped = np.geomspace(0.01, 10, 7), np.linspace(0, 1, 7)
    (ax,) = shares_of_the_way(h, stopped, stopped**2, description="d").figure.axes
    first, second = ax.lines
    np.testing.assert_allclose(first.get_xydata(), np.column_stack([h, 100 * stopped]))
    np.testing.assert_allclose(second.get_ydata(), 100 * stopped**2)
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["0.01", "0.1", "1", "10"]


def test_a_star_stands_where_a_run_is_kept_and_a_cross_where_it_ends():
    accuracy = np.array([[50.0, 40], [60, 70], [55, 65], [52, 60]])                          # 4 evaluations of 2 runs
    still = accuracy_with_ends({"a": (accuracy, np.array([1, 1]), np.array([2, 3]))}, every=25, ylim=(0, 100),
                               description="d")
    (ax,) = still.figure.axes
    crosses, stars = ax.lines[-2:]
    assert (crosses.get_marker(), points_of(crosses)) == ("X", [[75, 55], [100, 60]])
    assert (stars.get_marker(), points_of(stars)) == ("*", [[50, 60], [50, 70]])


def test_the_lowest_error_of_each_line_is_marked_in_its_look():
    size = np.array([0.1, 1.0, 10.0])
    lines = {"clean": (size, np.array([3.0, 1.0, 2.0])), "noisy": (size, np.array([3.0, 4.0, 2.5]))}
    still = error_against_size({"left": ("error", lines), "right": ("loss", {"noisy": lines["noisy"]})}, xlabel="size",
                               description="d", logs=["right"])
    left, right = still.figure.axes
    assert [points_of(mark) for mark in left.lines[1::2]] == [[[1, 1]], [[10, 2.5]]]
    assert {line.get_color() for line in right.lines} == {left.lines[2].get_color()}, "one look for one name"
    assert (left.get_yscale(), right.get_yscale()) == ("linear", "log")


def test_every_run_has_a_dot_above_its_optimizer_and_the_median_a_bar():
    runs = {"momentum": np.array([1.0, 5.0, 2.0]), "Adam": np.array([7.0, 9.0])}
    (ax,) = outcomes({"title": runs}, ylabel="y", description="d").figure.axes
    for i, (name, dots, bar) in enumerate(zip(runs, ax.lines, ax.collections, strict=True)):
        assert np.rint(dots.get_xdata()).tolist() == [i] * len(runs[name])
        assert dots.get_ydata().tolist() == runs[name].tolist()
        assert bar.get_segments()[0][:, 1].tolist() == [np.median(runs[name])] * 2
        assert dots.get_color() == LOOKS[name][0] and to_hex(bar.get_color()) == LOOKS[name][0].lower()


def test_the_curve_of_an_optimizer_is_the_median_of_its_runs():
    x, y = np.array([0.1, 1.0]), np.array([[1.0, 2, 9], [4, 6, 5]])
    (ax,) = optimizer_curves({"t": {"Adam": (x, y)}}, xlabel="x", ylabel="y", description="d").figure.axes
    assert points_of(ax.lines[0]) == [[0.1, 2], [1, 5]]
    ends = ax.collections[0].get_paths()[0].vertices
    assert {tuple(end) for end in ends} >= {(0.1, 1), (0.1, 9), (1, 4), (1, 6)}


def test_clouds_keep_their_colours_from_panel_to_panel():
    cloud = RNG.standard_normal((20, 2))
    axes = point_clouds({"raw": cloud, "turned": -cloud}, half=3, description="d").figure.axes
    for ax, points in zip(axes, (cloud, -cloud), strict=True):
        np.testing.assert_array_equal(ax.collections[0].get_offsets(), points)
        assert ax.collections[0].get_array().tolist() == list(range(20)) and ax.get_xlim() == ax.get_ylim() == (-3, 3)


def test_accuracies_stand_amid_their_steps_in_per_cent_and_losses_are_averaged():
    still = loss_and_accuracy({"run": np.arange(1.0, 9)[:, None] * np.ones(2)}, {"run": np.full((3, 2), 0.25)},
                              every=40, window=4, description="d")
    left, right = still.figure.axes
    assert left.lines[0].get_ydata().tolist() == [2.5, 6.5]
    assert points_of(right.lines[0]) == [[20, 25], [60, 25], [100, 25]]


# ------------------------------------------------------------------------------------------------ live pictures
def made(kind, **known):
    """A result with these entries; the others are 1."""
    return kind(**{name: known.get(name, 1.0) for name in inspect.signature(kind).parameters})


def test_each_path_of_a_race_ends_where_its_optimizer_is():
    paths = np.array([[[0, 0], [1, 0], [1, 1]], [[0, 0], [2, 2], [np.nan, np.nan]]], float)
    heights = np.array([[4.0, 2, 1e-9], [4, 8, np.nan]])
    race = made(Race, land="bowl", names=("momentum", "Adam"), paths=paths, heights=heights, ground=np.eye(4),
                start=np.zeros(2), goals=np.array([[1.0, 1.0]]), arrivals=np.array([2.0, np.inf]), noise=0.0)
    picture = RacePicture(["momentum", "AdaGrad", "Adam"], (-3, 3, -2, 2), 2)
    picture.update(race)
    assert [points_of(end) for end in picture._ends] == [[[1, 1]], [], [[2, 2]]], "who left the map ends at the last"
    assert points_of(picture._paths[0]) == paths[0].tolist() and not len(picture._paths[1].get_xdata())
    assert picture._curves[0].get_ydata()[:2].tolist() == [4, 2] and 0 < picture._curves[0].get_ydata()[2] < 1e-4
    assert np.isnan(picture._curves[1].get_ydata()).all()
    assert (points_of(picture._start), points_of(picture._goal)) == ([[0, 0]], [[1, 1]])


def test_a_fit_its_errors_and_lambda_lie_at_their_places():
    lams, trains, tests = np.array([1e-6, 1e-3, 1]), np.array([0.1, 0.2, 0.9]), np.array([3.0, 0.4, 1.0])
    p = made(Polynomial, degree=9, noise=0.2, lam=1e-3, x=np.array([-0.5, 0.5]), y=np.array([1.0, -1.0]),
             truth=np.zeros(5), fit=np.array([0, 1, 2, 3, 99.0]), train=1e-9, test=0.4, trains=trains, tests=tests,
             lams=lams)
    picture = PolynomialPicture()
    picture.update(p)
    assert points_of(picture._points) == [[-0.5, 1], [0.5, -1]]
    assert picture._fit.get_xdata().tolist() == [-1, -0.5, 0, 0.5, 1] and picture._fit.get_ydata()[:4].tolist() == [
        0, 1, 2, 3]
    assert [points_of(dot) for dot in picture._here] == [[[1e-3, LOWEST]], [[1e-3, 0.4]]]
    assert [curve.get_ydata().tolist() for curve in picture._curves] == [trains.tolist(), tests.tolist()]
    assert picture._lam.get_xdata() == [1e-3, 1e-3] and picture._floor.get_ydata().tolist() == [0.2, 0.2]


def test_the_border_of_a_classifier_is_at_right_angles_to_its_weights():
    x, y, w = RNG.standard_normal((6, 2)), np.array([0, 1, 1, 0, 0, 1]), np.array([3.0, 4.0])
    p = np.array([[0.05, 0.5], [0.7, 0.95]])
    s = made(Scaled, c=2.0, w=w, x=x, y=y, p=p, scales=np.array([1.0, 2.0]), trains=np.array([0.5, 0.2]),
             validations=np.array([0.6, 0.7]), train=0.2, validation=0.7)
    picture = ScaledPicture()
    picture.update(s)
    (ax, ay), (bx, by) = points_of(picture._border)
    assert w @ [bx - ax, by - ay] == pytest.approx(0)
    for line, which in zip(picture._points, (0, 1), strict=True):
        np.testing.assert_array_equal(line.get_xydata(), x[y == which])
    shades = np.asarray(picture._shade.get_array())[..., :3].astype(int)
    blue, unsure, fairly, orange = shades.reshape(4, 3)
    assert blue[2] > blue[0] and orange[0] > orange[2] and unsure.tolist() == [255] * 3
    assert fairly.sum() > orange.sum(), "the surer, the deeper"
    assert [points_of(dot) for dot in picture._here] == [[[2, 0.2]], [[2, 0.7]]]
    assert picture._points[0].get_color() == style.BLUE
