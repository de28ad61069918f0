"""The live pictures of training: they follow what they are given, hold still where they should, and never draw NaN."""

import io
from itertools import combinations

import matplotlib.pyplot
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.text import Text
from PIL import Image

from labkit.figures import instruments, style
from labkit.figures.growing import COLOURS
from labkit.figures.live_curves import EXCESS, FAR, AccuracyCurve, LossCurve
from labkit.figures.live_parts import below_top, beside
from labkit.figures.progress import Line, Progress, Seen, block_means, padded_limits, round_ticks, spread_out
from labkit.figures.trainer import Curves, Slot, TrainerPicture, layout
from labkit.figures.views import CLASSES, Plane, PlaneView, Predictions, PredictionView, borders
from labkit.figures.words import Words, _ink
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


def box(words):
    """Left, bottom, width and height of painted words, in pixels."""
    ink, left, top = _ink(words.text, words._size * style.DPI / 72, words._bold)
    x, y = words.get_transform().transform((words.x, words.y))
    y -= words._level * words._size * style.DPI / 72
    return x - words._align * ink.shape[1] + left * (words._align == 0), y - top - ink.shape[0], *ink.shape[::-1]


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
    for width, text in ((5, "valid 43 %"), (3, "va 43 %")):
        narrow = one(lambda ax: AccuracyCurve(ax, progress(0)), (width, 3))
        narrow.update(progress(500))
        assert narrow._values[1].text == text
    assert [words._color for words in curve._values] == [style.text_colour(c) for c in COLOURS[:2]]


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


def cut(line, n, *columns):
    """The line, broken off after n points, in all its runs or in some."""
    y = line.y.copy()
    y[(slice(n, None), *columns)] = NAN
    return Line(line.x, y)


def exits_of(curve):
    heads = curve._exits.heads
    return heads.get_offsets()[:, 0].tolist() if heads.get_visible() else []


def test_a_loss_that_became_infinite_says_so_and_goes_through_the_top():
    some = progress(500)
    some = some._replace(loss={name: cut(line, 6) for name, line in some.loss.items()},
                         accuracy={name: cut(line, 6) for name, line in some.accuracy.items()})
    loss, accuracy = (one(lambda ax, kind=kind: kind(ax, some), (9, 4)) for kind in (LossCurve, AccuracyCurve))
    for curve in (loss, accuracy):
        curve.update(some)
    assert [words.text for words in loss._values] == ["train ∞", "validation ∞"]
    assert [words.text for words in accuracy._values] == ["train –", "validation –"]
    assert exits_of(loss) == [300, 300] and exits_of(accuracy) == []
    top = loss.ax.get_ylim()[1]
    rises = {name: [[250, line.y[5]], [300, top]] for name, line in some.loss.items()}
    assert [rise.tolist() for rise in loss._exits.rises.get_segments()] == list(rises.values())
    loss.update(progress(500))
    assert exits_of(loss) == [] and loss._values[0].text == "train 0.30"


@pytest.mark.parametrize("lost, text, exits", [([1], "1 of 3 → ∞", [300]), ([0, 1], "2 of 3 → ∞", [300] * 3),
                                               ([], "", [])])
def test_of_several_runs_those_that_were_lost_are_counted(lost, text, exits):
    some = progress(500, runs=(3,))
    some = some._replace(loss=some.loss | {"train": cut(some.loss["train"], 6, lost)})
    curve = one(lambda ax: LossCurve(ax, some), (9, 4))
    curve.update(some)
    assert curve._lost.text == text and exits_of(curve) == exits, "one for each run, and one for the median"
    assert (curve._values[0].text == "train ∞") == (len(lost) > 1)


def test_a_line_that_leaves_and_comes_back_leaves_where_it_crosses_the_edge():
    some = progress(500)
    y = some.loss["train"].y.copy()
    y[4] = 1e9
    curve = one(lambda ax: LossCurve(ax, some))
    curve.update(some._replace(loss=some.loss | {"train": Line(some.loss["train"].x, y)}))
    top = curve.ax.get_ylim()[1]
    assert top < 10 * FAR and 150 < exits_of(curve)[0] < 200
    share = np.log(top / y[3]) / np.log(1e9 / y[3])
    assert exits_of(curve) == [pytest.approx(150 + 50 * share)]
    y[4] = 300.0
    curve.update(some._replace(loss=some.loss | {"train": Line(some.loss["train"].x, y)}))
    assert curve.ax.get_ylim()[1] > 300 and exits_of(curve) == [], "what an evaluation finds has more room than a batch"


def test_named_runs_that_are_lost_leave_through_the_top():
    some = progress(500, runs=(2,), names=("a", "b"))
    batch = some.batch.copy()
    batch[300:, 1] = NAN
    curve = one(lambda ax: LossCurve(ax, some))
    curve.update(some._replace(batch=batch))
    assert len(exits_of(curve)) == 1 and 290 < exits_of(curve)[0] < 310
    assert [words.text for words in curve._ends] == ["a", "b → ∞"]
    spike = some.batch.copy()
    spike[100:120, 1] = 1e9
    curve.update(some._replace(batch=spike))
    assert len(exits_of(curve)) == 1 and 90 < exits_of(curve)[0] < 110, "where it left and came back, once"


@pytest.mark.parametrize("form", [{}, {"runs": (4,)}, {"runs": (3,), "names": ("a", "b", "c")}])
@pytest.mark.parametrize("kind", [LossCurve, AccuracyCurve])
def test_before_the_first_step_there_is_a_point_inside_the_axes(kind, form):
    first = progress(0, **form)
    curve = one(lambda ax: kind(ax, first))
    curve.update(first)
    lines = curve._runs if form.get("names") else [bundle._thick for bundle in curve._bundles]
    (left, right), (low, high) = curve.ax.get_xlim(), curve.ax.get_ylim()
    for line in lines:
        (x,), (y,) = line.get_data()
        assert left < x < right and low < y < high
        assert line.get_marker() not in ("", "None") and line.get_markevery() == slice(-1, None)
    assert len({line.get_marker() for line in lines}) == (1 if form.get("names") else 2)


# ------------------------------------------------------------------------------------------------ the run before
def with_before(steps, before, **form):
    last = progress(before, **form)
    return progress(steps, **form)._replace(before={"loss": last.loss, "accuracy": last.accuracy}), last


@pytest.mark.parametrize("kind", [LossCurve, AccuracyCurve])
def test_the_run_before_is_pale_dotted_and_named(kind):
    some, last = with_before(60, 300)
    curve = one(lambda ax: kind(ax, some))
    curve.update(some)
    ghost = curve._ghost
    line = curve.lines(last)["validation"]
    assert np.array_equal(ghost.line.get_xdata(), line.x) and np.array_equal(ghost.line.get_ydata(), line.y)
    assert ghost.line.get_color() == COLOURS[1] and ghost.words.text == "before"
    assert ghost.line.get_linewidth() < curve._bundles[1]._thick.get_linewidth() and ghost.line.get_alpha() < 1
    assert ghost.line._unscaled_dash_pattern != curve._bundles[1]._thick._unscaled_dash_pattern
    assert curve.ax.get_xlim()[1] == 100 and ghost.words.x == pytest.approx(1), "the axis follows the run of now"
    low, high = curve.ax.get_ylim()
    assert low < line.y.min() and line.y.max() < high
    curve.update(progress(60))
    assert ghost.words.text == "" and len(ghost.line.get_xdata()) == 0


def test_of_several_runs_before_the_median_and_none_where_every_run_has_a_name():
    some, last = with_before(100, 300, runs=(3,))
    curve = one(lambda ax: LossCurve(ax, some))
    curve.update(some)
    assert np.array_equal(curve._ghost.line.get_ydata(), np.median(last.loss["validation"].y, axis=1))
    some, _ = with_before(100, 300, runs=(2,), names=("a", "b"))
    curve = one(lambda ax: LossCurve(ax, some))
    curve.update(some)
    assert curve._ghost.words.text == ""


@pytest.mark.parametrize("steps", [[0, 1], [0, 100], [0, 6400]])
@pytest.mark.parametrize("height", [1e-3, 1.0, 1e3])
@pytest.mark.parametrize("lost", [False, True])
def test_the_word_beside_the_run_before_stays_inside_the_axes(steps, height, lost):
    x = np.array([*steps, steps[-1] + 1])
    line = Line(x, np.array([1.0, height, NAN if lost else height]))
    some = progress(60)._replace(before={"loss": {"train": line}})
    curve = one(lambda ax: LossCurve(ax, some), (3, 3))
    curve.update(some)
    words, pixels = curve._ghost.words, curve.ax.bbox.size
    assert words.text == "before" and words.x <= 1 and words.x * pixels[0] > 50
    assert words.y >= 0 and words.y * pixels[1] + 13 <= pixels[1]


# ------------------------------------------------------------------------------------------------ examples
def test_the_axis_may_count_examples():
    sizes = np.repeat([10, 40], 250)
    seen = Seen(np.concatenate([[0], np.cumsum(sizes)]), 40.0)
    some = progress(500)
    loss = {name: Line(seen.at(line.x), line.y) for name, line in some.loss.items()}
    some = some._replace(seen=seen, loss=loss, accuracy={}, marks=[(float(seen.at(250)), "batch 40")])
    with style.styled():
        curves = Curves([style.figure(8, 4).add_subplot()], some)
    curves.update(some)
    curve = curves.parts[0]
    assert curve.ax.get_xlabel() == "examples seen" and curve.ax.get_xlim()[1] == 16000
    plain = one(lambda ax: LossCurve(ax, progress(0)))
    plain.update(some._replace(seen=None, loss=progress(500).loss))
    steps, y = plain._batch.get_data()
    x, same = curve._batch.get_data()
    assert np.array_equal(same, y) and np.allclose(x, np.where(steps < 250, 10 * steps, 2500 + 40 * (steps - 250)))
    assert [segment[0][0] for segment in curve._marks.get_segments()] == [2500]
    assert seen.at(5000) == 12500 + 40 * 4500


def test_marks_are_lines_in_both_panels_and_words_in_one():
    some = progress(1000, marks=[(100, "lr 0.1"), (110, "lr 0.2"), (700, "keep 0.5")])
    with style.styled():
        figure = style.figure(8, 4)
        curves = Curves([figure.add_subplot(2, 1, i) for i in (1, 2)], some)
    curves.update(some)
    for part in curves.parts:
        assert sorted(segment[0][0] for segment in part._marks.get_segments()) == [110, 700]
        assert part._marks.get_visible()
    assert [words.text for words in curves.parts[0]._texts if words.text] == ["keep 0.5", "lr 0.2"]


@pytest.mark.parametrize("step", [1, 500, 990])
def test_the_words_of_a_mark_are_inside_the_axes(step):
    some = progress(1000, marks=[(step, "momentum 0.95")])
    with style.styled():
        curve = LossCurve(style.figure(11, 4.2).add_axes((0.1, 0.6, 0.4, 0.29)), some)
    curve.update(some)
    left, bottom, width, height = box(curve._texts[0])
    inside = curve.ax.bbox
    assert inside.x0 <= left and left + width <= inside.x1 + 2 and bottom + height <= inside.y1


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
    assert tuple(view.image.get_extent()) == (*view.ax.get_xlim(), *view.ax.get_ylim())
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
    assert all(np.ptp(segment[:, 1]) == 0 for segment in view.bars.get_segments()), "they lie"
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


def test_a_share_is_a_bar_around_its_layer_as_high_as_the_share():
    part = one(lambda ax: instruments.Shares(ax, "Dead"))
    part.update(np.array([0.25, 1.0]))
    for layer, path, share in zip((1, 2), part.bars.get_paths(), (0.25, 1.0), strict=True):
        corners = {(round(float(x), 6), float(y)) for x, y in path.vertices}
        assert corners == {(layer - 0.3, 0), (layer - 0.3, share), (layer + 0.3, share), (layer + 0.3, 0)}


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


def test_a_text_stands_right_of_its_place_or_left_of_it_where_it_would_leave_the_axes():
    ax = style.figure(6, 3).add_subplot()
    ax.set_xlim(0, 100)
    assert 20 < beside(ax, 20, "word") < 25
    assert 60 < beside(ax, 99, "word") < 99 and beside(ax, 99, "word" * 99) == 0
    rows = [ax.bbox.height * (1 - below_top(ax, row)) for row in (1, 2, 3)]
    assert 0 < rows[0] < 30 and np.diff(rows) == pytest.approx(rows[0] + 2), "one row below the other, from the top"


@pytest.mark.parametrize(("depth", "every"), [(2, 1), (5, 1), (16, 2)])
def test_rows_without_room_for_all_numbers_show_every_second(depth, every):
    part = instruments.Histograms(style.figure(4, 2.4).add_subplot())
    part.update(("relu", layers(depth)))
    seen = [words.get_visible() for words in part._numbers[:depth]]
    assert seen == [row % every == 0 for row in range(depth)]


@pytest.mark.parametrize("named", [True, False])
def test_the_last_instrument_ends_at_the_same_place_and_a_lone_one_is_as_high_as_the_curves(named):
    ends = [max(a + c for a, _, c, _ in layout(True, view, n, named=named)) for view in (0, 1) for n in range(1, 7)]
    np.testing.assert_allclose(ends, ends[0])
    upper, lower, lone = layout(True, False, 1, named=named)
    assert (lone[1], lone[3]) == pytest.approx((lower[1], upper[1] + upper[3] - lower[1]))


def texts(picture):
    """All that is written on a picture, with its box in pixels: by Words, and by Matplotlib."""
    renderer = picture.figure.canvas.get_renderer()
    every = {*picture.figure.findobj(Words), *(artist for artist in picture.moving if isinstance(artist, Words))}
    found = [(words.text, *box(words)) for words in every if words.get_visible() and words.text.strip()]
    for text in picture.figure.findobj(Text):
        parents = [ax.get_legend() for ax in picture.figure.axes if ax.get_legend()]
        hidden = any(text in legend.get_texts() and not legend.get_visible() for legend in parents)
        if text.get_visible() and text.get_text().strip() and not hidden:
            found.append((text.get_text(), *text.get_window_extent(renderer).bounds))
    return found


def diverged(depth):
    std = np.geomspace(5.3e-8, 1.6e32, depth)
    found = Layers(std, std, NAN * std, np.ones((depth, 90), int), 0 * std, 0 * std, 0.25 + 0 * std, 0 * std)
    return {"activations": ("relu", found), "updates": np.geomspace(1e-3, 9e-4, depth), "weights": np.zeros(9),
            "gradients": np.geomspace(1e-9, 1e16, depth), "dead units": np.linspace(0.89, 1, depth),
            "rate": (np.full(50, 12.5), 100)}


BUILD = {"activations": instruments.Histograms, "dead units": lambda ax: instruments.Shares(ax, "Dead units"),
         "updates": lambda ax: instruments.Track(ax, "Update / weight", usual=1e-3, decades=(-5.0, 0.0)),
         "gradients": lambda ax: instruments.Track(ax, "Gradient norm"), "weights": instruments.WeightHistogram,
         "rate": instruments.RateTrack}


@pytest.mark.parametrize("depth", [2, 3, 6])
@pytest.mark.parametrize("view", [True, False])
@pytest.mark.parametrize("names", [["activations"], ["updates"], ["activations", "updates"], ["gradients", "weights"],
                                   ["activations", "dead units", "updates", "gradients"],
                                   ["dead units", "activations", "weights", "updates"], ["rate", "dead units"]])
def test_no_text_is_written_over_another_or_over_the_edge(depth, view, names):
    some = progress(700, marks=[(650, "lr 100")])
    some = some._replace(accuracy={name: Line(line.x, 0 * line.y + 1) for name, line in some.accuracy.items()})
    picture = TrainerPicture(some, Slot("view", PlaneView) if view else None, [Slot(n, BUILD[n]) for n in names])
    readings = {name: reading for name, reading in diverged(depth).items() if name in names}
    picture.update({"progress": some, **({"view": plane()} if view else {}), **readings})
    picture.png()
    written = texts(picture)
    assert len(written) > 10
    for text, left, bottom, width, height in written:
        assert left > -1 and bottom > -1 and left + width < 1101 and bottom + height < 421, text
    for a, b in combinations(written, 2):
        apart = max(max(a[1], b[1]) - min(a[1] + a[3], b[1] + b[3]), max(a[2], b[2]) - min(a[2] + a[4], b[2] + b[4]))
        assert apart > -2, f"{a[0]!r} over {b[0]!r}"


@pytest.mark.parametrize("depth", [2, 7])
@pytest.mark.parametrize("size", [(2.5, 2), (4, 8)])
def test_the_word_usual_is_right_of_all_dots_and_layers_are_numbered_at_the_axis(depth, size):
    part = one(BUILD["updates"], size)
    part.update(np.full(depth, 1e-3))
    last = part.track.ax.transData.transform((depth, 0))[0]
    assert box(part._words)[0] > last + 6
    for words in part.track._names[:depth]:
        assert 4 < part.track.ax.bbox.y0 - sum(box(words)[1::2]) < 12, "pixels between the axis and its numbers"


@pytest.mark.parametrize("shape", [(9, 28, 28), (9, 40)])
@pytest.mark.parametrize("width", [6, 3])
def test_a_key_says_what_the_signs_and_the_bars_mean(shape, width):
    view = one(PredictionView, (width, 4))
    view.update(Predictions(RNG.random(shape), ["1"] * 9, ["1", "2", "1"] * 3, np.full(9, 0.5)))
    key = {text.get_text(): text for text in view.ax.texts}
    assert set(key) == {"✓ right   ✗ wrong", "how sure it is"}
    view.ax.figure.canvas.draw()
    lowest = view.ax.transData.transform((0, 0.03))[1] - 3
    for text in key.values():
        bounds = text.get_window_extent()
        assert bounds.y1 < lowest and bounds.y0 > view.ax.bbox.y0 - 3 and bounds.x1 <= view.ax.bbox.x1 + 1
    assert view.ax.get_ylim()[1] == 3 and view.ax.get_ylim()[0] < 0


def test_a_palette_for_everything_that_is_drawn():
    some = progress(500, runs=(8,), names=[f"run {i}" for i in range(8)])
    picture = TrainerPicture(some, Slot("view", PlaneView), [Slot("rate", instruments.RateTrack)])
    picture.update({"progress": some, "view": plane(), "rate": (np.full(50, 0.1), 100)})
    quantised = pixels(picture)
    exact = np.asarray(picture.figure.canvas.buffer_rgba())[..., :3].astype(int)
    assert np.abs(quantised - exact).max() < 60 and np.abs(quantised - exact).mean() < 1
    assert (quantised == 255).all(axis=-1).mean() > 0.3 and len(set(CLASSES)) == len(CLASSES)
    assert all(isinstance(ax, Axes) for ax in picture.figure.axes)
