"""The live pictures of training: they follow what they are given, hold still where they should, and never draw NaN."""

import io
from itertools import combinations

import matplotlib.pyplot
import numpy as np
import pytest
from matplotlib.axes import Axes
from PIL import Image

from labkit.figures import instruments, style
from labkit.figures.growing import COLOURS
from labkit.figures.live_curves import EXCESS, AccuracyCurve, LossCurve
from labkit.figures.progress import Line, Progress, block_means, padded_limits, round_ticks, spread_out
from labkit.figures.trainer import Curves, Slot, TrainerPicture, layout
from labkit.figures.views import CLASSES, Plane, PlaneView, Predictions, PredictionView, borders
from labkit.probes import Layers

RNG = np.random.default_rng(0)
NAN = np.nan


@pytest.fixture(autouse=True)
def pyplot_knows_nothing():
    yield
    assert matplotlib.pyplot.get_fignums() == []


def progress(steps=500, runs=(), names=(), accuracy=True, marks=(), scale=1.0):
    """A run that has come so far: a loss that falls from about 2 · scale, an accuracy that rises."""
    evaluated = np.arange(0, steps + 1, 50)
    shape = (lambda n: (n, *runs)) if runs else (lambda n: (n,))
    fall = np.exp(-np.arange(steps) / 300)
    batch = scale * ((2 * fall).reshape(-1, *[1] * len(runs)) + 0.1 * RNG.random(shape(steps)))
    loss = {name: Line(evaluated, scale * np.linspace(2, 0.3 + i, len(evaluated))[(..., *[None] * len(runs))] *
                       np.ones(shape(len(evaluated)))) for i, name in enumerate(("train", "validation"))}
    right = {name: Line(x, 1 / (1 + y / scale)) for name, (x, y) in loss.items()} if accuracy else {}
    return Progress(steps, 5000, batch, loss, right, marks, names)


def pixels(picture):
    return np.asarray(Image.open(io.BytesIO(picture.png())).convert("RGB")).astype(int)


def one(part_of, size=(4, 4)):
    with style.styled():
        ax = style.figure(*size).add_axes((0.15, 0.15, 0.7, 0.7))
        return part_of(ax)


# ------------------------------------------------------------------------------------------------ arrays
def test_blocks_are_means_and_as_few_as_wanted():
    y = RNG.random((1000, 3))
    x, means = block_means(y, 300)
    assert len(x) == 250 and np.allclose(means, y.reshape(250, 4, 3).mean(axis=1)) and x[0] == 1.5
    assert np.allclose(block_means(np.arange(1001.0), 300).y[-1], 1000) and len(block_means(np.zeros(0)).x) == 0


def test_limits_only_stretch():
    first = padded_limits(None, np.array([0.5, 2.0]))
    assert padded_limits(first, np.array([1.0])) == first
    wider = padded_limits(first, np.array([0.01, NAN, np.inf, -1.0, 0.0]))
    assert wider[0] < 0.01 and wider[1] == first[1]
    assert padded_limits(None, np.array([NAN])) is None


@pytest.mark.parametrize("low, high", [(0.1, 4), (1e-6, 1e3), (0.9, 1.3), (1e-30, 1e30), (2, 3), (0.22, 0.44)])
def test_ticks_are_few_and_inside(low, high):
    ticks = round_ticks(low, high)
    assert 1 <= len(ticks) <= 5 and all(low <= tick <= high * 1.01 for tick in ticks)


def test_of_a_drag_the_last_mark_counts():
    drag = [(step, f"lr {step}") for step in range(0, 100, 5)]
    assert spread_out([*drag, (400, "keep 0.5")], 120) == [(400, "keep 0.5"), (95, "lr 95")]


def test_a_mark_with_a_short_text_needs_less_room():
    assert spread_out([(0, "best"), (100, "stop")], 20, 18) == [(100, "stop"), (0, "best")]
    assert spread_out([(0, "learning rate"), (100, "stop")], 20, 18) == [(100, "stop")]


# ------------------------------------------------------------------------------------------------ the curves
@pytest.mark.parametrize("form", [{}, {"runs": (4,)}, {"runs": (3,), "names": ("a", "b", "c")}, {"accuracy": False}])
def test_the_picture_follows_the_run_and_is_itself_again_after_a_reset(form):
    picture = TrainerPicture(progress(0, **form))
    picture.update({"progress": progress(0, **form)})
    empty = pixels(picture)
    late = progress(700, **form, marks=[(200, "lr 0.1")])
    picture.update({"progress": late})
    full = pixels(picture)
    assert np.abs(full - empty).max() > 100
    picture.update({"progress": late})
    assert np.array_equal(pixels(picture), full)
    picture.update({"progress": progress(0, **form)})
    assert np.abs(pixels(picture) - full).max() > 100


def test_the_step_axis_doubles_up_to_the_end():
    curve = one(lambda ax: LossCurve(ax, progress(0)))
    ends = []
    for steps in (0, 100, 101, 900, 1601, 5000):
        curve.update(progress(steps))
        ends.append(curve.ax.get_xlim()[1])
    assert ends == [100, 100, 200, 1600, 3200, 5000]


def test_stretching_limits_leave_the_background_alone():
    picture = TrainerPicture(progress(0))
    picture.update({"progress": progress(0)})
    picture.png()
    background = picture._background
    for scale in (1.0, 50.0):
        picture.update({"progress": progress(3000, scale=scale)})
        assert picture._background is background
        live = pixels(picture)
        picture.invalidate()
        assert np.array_equal(pixels(picture), live)
        background = picture._background


def test_ticks_stand_where_they_say():
    curve = one(lambda ax: LossCurve(ax, progress(0)))
    curve.update(progress(700))
    steps = {words.text: words.x for words in curve._steps._words if words.text}
    assert steps == {"0": 0, "200": 200, "400": 400, "600": 600, "800": 800}
    low, high = curve.ax.get_ylim()
    losses = {words.text: words.y for words in curve._losses._words if words.text}
    assert losses["1"] == 1 and all(low <= y <= high for y in losses.values())
    assert sorted(line[0][1] for line in curve._losses._lines.get_segments()) == sorted(losses.values())
    curve.update(progress(700, scale=1e-3))
    losses = {words.text: words.y for words in curve._losses._words if words.text}
    assert losses["10⁻³"] == pytest.approx(1e-3) and len(losses) <= 5


def test_a_line_a_bundle_and_a_median():
    curve = one(lambda ax: AccuracyCurve(ax, progress(0)))
    curve.update(progress(500))
    assert [len(bundle._thin.get_segments()) for bundle in curve._bundles] == [0, 0]
    assert np.array_equal(curve._bundles[1]._thick.get_ydata(), progress(500).accuracy["validation"].y)
    several = progress(500, runs=(5,))
    curve = one(lambda ax: AccuracyCurve(ax, several))
    spread = several.accuracy["train"].y * np.array([0.5, 0.8, 0.9, 1, 1])
    curve.update(several._replace(accuracy=several.accuracy | {"train": Line(several.accuracy["train"].x, spread)}))
    assert len(curve._bundles[0]._thin.get_segments()) == 5
    assert np.array_equal(curve._bundles[0]._thick.get_ydata(), np.median(spread, axis=1))
    outline = curve._bundles[0]._band.get_paths()[0].vertices
    assert outline[:, 1].min() == spread.min() and outline[:, 1].max() == spread.max()


def test_an_ensemble_is_thick_beside_its_thin_members():
    some = progress(500, runs=(5,))
    vote = Line(some.accuracy["train"].x, np.linspace(0.1, 0.9, 11))
    some = some._replace(accuracy=some.accuracy | {"ensemble": vote})
    curve = one(lambda ax: AccuracyCurve(ax, some), (12, 4))
    curve.update(some)
    assert len(curve._bundles[2]._thin.get_segments()) == 0
    assert np.array_equal(curve._bundles[2]._thick.get_ydata(), vote.y)
    assert curve._values[2].text == "ensemble 90 %"


def test_the_newest_values_stand_on_top():
    curve = one(lambda ax: AccuracyCurve(ax, progress(0)), (9, 4))
    curve.update(progress(500))
    assert [words.text for words in curve._values] == ["train 77 %", "validation 43 %"]
    narrow = one(lambda ax: AccuracyCurve(ax, progress(0)), (3, 3))
    narrow.update(progress(500))
    assert narrow._values[1].text == "valid 43 %"
    assert [words._color for words in curve._values] == [style.text_colour(c) for c in COLOURS.values()]


def test_runs_that_broke_off_end_and_the_median_with_them():
    some = progress(500, runs=(3,))
    y = some.loss["train"].y.copy()
    y[4:, 0] = y[6:, 1] = NAN
    curve = one(lambda ax: LossCurve(ax, some))
    curve.update(some._replace(loss=some.loss | {"train": Line(some.loss["train"].x, y)}))
    thick = curve._bundles[0]._thick.get_ydata()
    assert np.isfinite(thick[:6]).all() and np.isnan(thick[6:]).all()


def test_named_runs_are_named_beside_their_ends_without_overlap():
    names = ("lr 0.1", "lr 1", "lr 10")
    some = progress(500, runs=(3,), names=names)
    batch = some.batch.copy()
    batch[100:, 2] = NAN
    curve = one(lambda ax: LossCurve(ax, some))
    curve.update(some._replace(batch=batch))
    assert [words.text for words in curve._ends] == ["lr 0.1", "lr 1", "lr 10 → ∞"]
    places = sorted(words.get_transform().transform((words.x, words.y))[1] for words in curve._ends)
    assert np.diff(places).min() > 17
    curve.update(some._replace(batch=np.full_like(batch, NAN)))
    places = [words.get_transform().transform((words.x, words.y))[1] for words in curve._ends]
    assert max(places) <= curve.ax.bbox.y1 + 1 and np.ptp(places) > 35, "three names at the top, none above it"


def test_a_loss_that_explodes_leaves_through_the_top():
    curve = one(lambda ax: LossCurve(ax, progress(0)))
    curve.update(progress(100))
    curve.update(progress(200)._replace(batch=np.full(200, 1e30)))
    assert curve.ax.get_ylim()[1] < 10 * EXCESS


def test_marks_are_lines_in_both_panels_and_words_in_one():
    some = progress(1000, marks=[(100, "lr 0.1"), (110, "lr 0.2"), (700, "keep 0.5")])
    with style.styled():
        figure = style.figure(8, 4)
        curves = Curves([figure.add_subplot(2, 1, i) for i in (1, 2)], some)
    curves.update(some)
    for part in curves.parts:
        assert sorted(segment[0][0] for segment in part._marks.get_segments()) == [110, 700]
    assert [words.text for words in curves.parts[0]._texts if words.text] == ["keep 0.5", "lr 0.2"]


# ------------------------------------------------------------------------------------------------ the views
def plane(members=0, margin=1.0):
    winner = (np.arange(20)[None, :] + np.zeros((20, 1)) > 9).astype(int)
    x = RNG.random((30, 2))
    return Plane(winner, np.full((20, 20), margin), np.array([winner] * members).reshape(-1, 20, 20), (0, 1, 0, 1), x,
                 np.arange(30) % 3)


def test_regions_have_the_colours_of_their_classes_and_points_stand_on_them():
    view = one(PlaneView)
    some = plane()
    assert view.update(some)
    image = np.asarray(view.image.get_array())
    assert len(np.unique(image.reshape(-1, 3), axis=0)) == 2
    assert image[0, 0, 2] > image[0, 0, 0] and image[0, -1, 0] > image[0, -1, 2]  # blue, orange
    assert [len(line.get_xdata()) for line in view.points[:3]] == [10, 10, 10]
    assert not view.update(some._replace(margin=np.zeros((20, 20))))
    assert (np.asarray(view.image.get_array()) == 255).all()
    view.update(some._replace(margin=np.full((20, 20), NAN)))
    assert (np.asarray(view.image.get_array()) == 255).all()
    assert view.update(plane())


def test_the_borders_of_the_members_lie_between_their_cells():
    view = one(PlaneView)
    view.update(plane(members=2))
    assert len(view.borders.get_segments()) == 38
    lines = borders(plane().predicted, (0, 19, 0, 19))
    assert (lines[..., 0] == 9.5).all() and lines[..., 1].min() == 0 and lines[..., 1].max() == 19


def test_borders_bend_meet_and_close():
    corner = np.zeros((4, 4), int)
    corner[:2, :2] = 1
    lines = borders(corner, (0, 3, 0, 3))
    assert len(lines) == 3 and {tuple(sorted(map(tuple, line))) for line in lines.tolist()} >= {((1, 1.5), (1.5, 1))}
    four = borders(np.array([[0, 1], [2, 3]]), (0, 1, 0, 1))
    assert len(four) == 4 and (four[:, 1] == 0.5).all()
    assert borders(np.zeros((5, 5), int), (0, 1, 0, 1)).shape == (0, 2, 2)


@pytest.mark.parametrize("shape", [(9, 28, 28), (9, 40), (4, 8, 8)])
@pytest.mark.parametrize("width", [6, 3])
def test_opinions_of_pictures_and_of_curves(shape, width):
    n = shape[0]
    view = one(PredictionView, (width, 4))
    some = Predictions(RNG.random(shape), ["bag"] * n, ["bag", "shirt"] * (n // 2) + ["bag"] * (n % 2), np.full(n, 0.5))
    assert view.update(some)
    assert [words.text[0] for words in view.words[:4]] == ["✓", "✗", "✓", "✗"]
    lengths = {round(float(np.ptp(segment[:, 0])), 6) for segment in view.bars.get_segments()}
    assert lengths == {0.43}
    assert not view.update(some._replace(sure=np.ones(n)))
    before = [words.text for words in view.words]
    view.update(some._replace(sure=np.full(n, NAN), answer=["no"] * n))
    assert [words.text for words in view.words] == before
    assert view.update(some._replace(examples=RNG.random(shape)))


# ------------------------------------------------------------------------------------------------ the instruments
def layers(depth):
    one, share = np.ones(depth), np.full(depth, 0.25)
    return Layers(one, one, NAN * one, np.ones((depth, 90), int), 0 * one, 0 * one, share, share)


PARTS = {
    "histograms": (instruments.Histograms, [("relu", layers(2)), ("relu", layers(9))]),
    "track": (lambda ax: instruments.Track(ax, "Norm", usual=1e-3),
              [np.array([1e-3, 1.0]), np.array([1e-9, 1e5, 0, NAN])]),
    "shares": (lambda ax: instruments.Shares(ax, "Dead"), [np.zeros(3), np.ones(3)]),
    "weights": (instruments.WeightHistogram, [RNG.normal(size=500), np.zeros(500)]),
    "rate": (instruments.RateTrack, [(np.full(50, 0.1), 100), (np.geomspace(1, 1e-4, 5000), 5000)]),
}


@pytest.mark.parametrize("name", PARTS)
def test_every_instrument_shows_what_it_reads(name):
    build, readings = PARTS[name]
    picture = TrainerPicture(progress(0), None, [Slot(name, build)])
    seen = []
    for reading in readings:
        picture.update({"progress": progress(0), name: reading})
        seen.append(pixels(picture))
    assert np.abs(seen[0] - seen[1]).max() > 100
    picture.update({"progress": progress(0)})  # nothing new to read: it stays
    assert np.array_equal(pixels(picture), seen[1])


def test_exact_zeros_are_counted_and_do_not_hide_the_rest():
    part = one(instruments.WeightHistogram)
    part.update(np.concatenate([np.zeros(60), RNG.normal(size=40)]))
    assert part._words.text == "exactly 0: 60 %"
    assert part.zeros.get_segments()[0][1][1] == 0.6
    assert part.outline.get_paths()[0].vertices[:, 1].max() == 1


# ------------------------------------------------------------------------------------------------ the whole
@pytest.mark.parametrize("accuracy", [True, False])
@pytest.mark.parametrize("view", [True, False])
@pytest.mark.parametrize("count", range(7))
@pytest.mark.parametrize("named", [True, False])
def test_parts_lie_beside_each_other_inside_the_figure(accuracy, view, count, named):
    boxes = layout(accuracy, view, count, named=named)
    assert len(boxes) == 1 + accuracy + view + count
    for left, bottom, width, height in boxes:
        assert left >= 0 and bottom >= 0 and left + width <= 1 and bottom + height <= 0.95
        assert width * 11 > 0.8 and height > 0.2
    for a, b in combinations(boxes, 2):
        beside = a[0] + a[2] < b[0] or b[0] + b[2] < a[0]
        above = a[1] + a[3] < b[1] or b[1] + b[3] < a[1]
        assert beside or above


def test_a_palette_for_everything_that_is_drawn():
    some = progress(500, runs=(8,), names=[f"run {i}" for i in range(8)])
    picture = TrainerPicture(some, Slot("view", PlaneView), [Slot("rate", instruments.RateTrack)])
    picture.update({"progress": some, "view": plane(), "rate": (np.full(50, 0.1), 100)})
    quantised = pixels(picture)
    exact = np.asarray(picture.figure.canvas.buffer_rgba())[..., :3].astype(int)
    assert np.abs(quantised - exact).max() < 60 and np.abs(quantised - exact).mean() < 1
    assert (quantised == 255).all(axis=-1).mean() > 0.3 and len(set(CLASSES)) == len(CLASSES)
    assert all(isinstance(ax, Axes) for ax in picture.figure.axes)
