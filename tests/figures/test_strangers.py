"""Under strangers' hands: a Matplotlib style of one's own leaves the pictures alone; one run, few steps, many names.

Each still draws it right, or says what came and what was expected.
"""

import inspect
import threading
import warnings
from functools import cache, partial
from importlib import import_module

import matplotlib
import matplotlib.style
import numpy as np
import pytest
from sklearn.datasets import load_diabetes

import labkit as lk
from labkit.course import LESSONS
from labkit.figures import compare_runs, figure, image_rows, line_panels, strip_plot, style, styled, sweep
from labkit.figures.curves import draw_runs
from labkit.lessons.batch_normalization.figures import ioffe_szegedy_figure_1, sweeps
from labkit.lessons.data_augmentation.figures import sheet, slopes
from labkit.lessons.learning_rate.figures import range_test, runs_by_rate
from labkit.lessons.preprocessing.figures.stills import loss_and_accuracy
from labkit.widgets import Explorer

RUNS = np.linspace(2, 1, 20)[:, None] + np.array([0.0, 0.1, 0.3])
ONE = RUNS[:, 0]
GREY = np.linspace(0, 1, 64).reshape(8, 8)
STILLS = {
    "compare_runs": lambda y: compare_runs({"a": {"SGD": y}}, ylabel="loss", description="d"),
    "line_panels": lambda y: line_panels(np.arange(len(y)), {"a": {"SGD": y}}, xlabel="x", ylabel="y", description="d"),
    "figure 1": lambda y: ioffe_szegedy_figure_1({"BN": y / 2}, {"BN": RUNS}, every=2, description="d"),
    "sweeps": lambda y: sweeps([("lr", 1.0 + np.arange(len(y)), {"BN": y / 2})], ylabel="%", description="d"),
    "runs_by_rate": lambda y: runs_by_rate({"lr 1": y}, ["learns"], guessing=2.3, description="d"),
    "range_test": lambda y: range_test(np.geomspace(0.1, 1, len(y)), y, {"best": 0.3}, description="d"),
    "loss_and_accuracy": lambda y: loss_and_accuracy({"raw": y}, {"raw": y / 2}, every=2, description="d"),
}
OTHERS = {
    "strip_plot": lambda: strip_plot({"a": {"SGD": ONE, "Adam": ONE + 1}}, description="d"),
    "sweep": lambda: sweep(1 + ONE, {"SGD": ONE}, {}, xlabel="x", ylabel="y", description="d", marks={"1": 2.5}),
    "images": lambda: image_rows({"first": [GREY, -GREY]}, description="d"),
    "sheet": lambda: sheet({"first": [GREY]}, {"first": ["right"]}, good={"first": [True]}, description="d"),
    "colour sheet": lambda: sheet({"first": [np.stack([GREY] * 3, axis=-1)]}, {"first": ["wrong"]}, description="d"),
    "slopes": lambda: slopes({"SGD": [ONE, ONE + 1]}, ["before", "after"], ylabel="%", description="d"),
}


def components():
    """A PCA of 64 pixels, and six patches."""
    return lk.PCA().fit(np.random.default_rng(0).random((100, 64))), np.random.default_rng(1).random((6, 64))


NEEDS = {"pca_explorer": components, "whitening_explorer": components,
         "path_explorer": lambda: load_diabetes(return_X_y=True),
         "reliability_explorer": lambda: (np.random.default_rng(2).dirichlet(np.ones(3), (2, 50)), np.arange(50) % 3)}
APART = {"epsilon_explorer"}
"""It takes what another experiment has computed for a long time; its panel has tests of its own."""
HOSTILE = {
    "usetex": {"text.usetex": True},
    "dark": "dark_background",
    "ggplot": "ggplot",
    "autolayout": {"figure.autolayout": True, "savefig.bbox": "tight", "savefig.transparent": True},
    "loud": {"font.size": 30, "font.style": "italic", "font.weight": "bold", "lines.marker": "x", "axes.grid": True,
             "xtick.direction": "in", "xtick.major.size": 20, "axes.titlelocation": "right", "text.hinting": "none",
             "path.sketch": (1, 100, 2), "figure.dpi": 37, "axes.autolimit_mode": "round_numbers", "image.cmap": "jet",
             "axes.formatter.use_mathtext": True, "patch.linewidth": 5, "legend.frameon": True},
}


@pytest.fixture(params=HOSTILE)
def stranger(request):
    """Another style, chosen before the picture is made and still there afterwards; no warning is allowed."""
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("error")
        matplotlib.style.use(HOSTILE[request.param])
        chosen = dict(matplotlib.rcParams)
        yield
        assert dict(matplotlib.rcParams) == chosen


def still(name):
    return STILLS[name](RUNS) if name in STILLS else OTHERS[name]()


@cache
def expected(name):
    """The picture in the course's own style."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        return still(name).png


@pytest.mark.parametrize("name", STILLS | OTHERS)
def test_a_style_of_ones_own_leaves_the_stills_alone(name, stranger):
    assert still(name).png == expected(name)


def explorers():
    """Every panel that explores something, unasked."""
    for lesson in LESSONS:
        try:
            panels = import_module(f"labkit.lessons.{lesson}.panels")
        except ModuleNotFoundError:
            continue
        for name, make in inspect.getmembers(panels, inspect.isfunction):
            if name.endswith("_explorer") and name not in APART:
                yield pytest.param(make, NEEDS.get(name, tuple), id=name)


@pytest.mark.parametrize(("explorer", "needs"), list(explorers()))
def test_a_style_of_ones_own_leaves_the_live_pictures_alone(explorer, needs):
    make = partial(explorer, *needs())
    panel = make()
    assert isinstance(panel, Explorer)
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("error")
        for hostile in HOSTILE.values():
            matplotlib.style.use(hostile)
        other = make()
        assert other.frame().png == panel.frame().png
        other.picture.invalidate()
        assert other.picture.still(other.arrays).png == panel.picture.still(panel.arrays).png
    panel.close()
    other.close()


def test_two_threads_leave_no_style_behind():
    before = dict(matplotlib.rcParams)

    def draw():
        for _ in range(50):
            with styled(), styled():
                pass

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert dict(matplotlib.rcParams) == before


# ------------------------------------------------------------------------------------------------ arrays
@pytest.mark.parametrize("name", STILLS)
def test_one_run_is_drawn_like_a_column_of_one(name):
    assert STILLS[name](ONE).png == STILLS[name](ONE[:, None]).png


@pytest.mark.parametrize("name", STILLS)
@pytest.mark.parametrize("y", [np.zeros((20, 0)), RUNS[None], np.array(1.0)], ids=["no runs", "3-D", "a number"])
def test_other_shapes_are_refused(name, y):
    with pytest.raises((ValueError, TypeError), match=r"shape|no len|unsized|empty|must be Mapping"):
        STILLS[name](y)


# runs_by_rate shows where runs broke off: a cross at step 0
@pytest.mark.parametrize("name", sorted(set(STILLS) - {"runs_by_rate"}))
@pytest.mark.parametrize("y", [np.full((20, 3), np.nan), np.full(20, np.inf)], ids=["nan", "inf"])
def test_runs_without_a_number_are_refused(name, y):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match="holds no finite number; leave it out, and say"):
            STILLS[name](y)


def test_a_name_is_found_a_place_when_the_first_step_broke_one_run_off():
    y = np.array([[np.nan, 3.0, 5.0], [np.nan, 2.0, 4.0]])
    ax = figure().subplots()
    draw_runs(ax, {"SGD": y})
    assert ax.texts[0].xy == (2, 3.0)


def test_few_steps_and_a_wide_window_are_named():
    with pytest.raises(ValueError, match=r"got 5 steps and window 10; expected a window from 1 to 5"):
        compare_runs({"a": {"SGD": np.ones((5, 2))}}, ylabel="loss", description="d", window=10)


def test_transposed_runs_are_refused_with_the_cure():
    with pytest.raises(ValueError, match=r"'SGD' has shape \(3, 20\); expected \(20,\).*transposed: give its \.T"):
        line_panels(np.arange(20), {"a": {"SGD": RUNS.T}}, xlabel="x", ylabel="y", description="d")


def test_nothing_to_draw_is_refused():
    for make in (lambda: compare_runs({}, ylabel="y", description="d"), lambda: strip_plot({}, description="d"),
                 lambda: line_panels(ONE, {}, xlabel="x", ylabel="y", description="d"),
                 lambda: compare_runs({"a": {}}, ylabel="y", description="d"),
                 lambda: sweep(ONE, {}, {}, xlabel="x", ylabel="y", description="d")):
        with pytest.raises(ValueError, match="is empty; expected at least one"):
            make()


def test_a_strip_needs_finite_numbers():
    assert strip_plot({"a": {"SGD": 3.0}}, description="one seed").png
    with pytest.raises(ValueError, match=r"'SGD' has 1 of 2 values that are not finite; leave those runs out"):
        strip_plot({"a": {"SGD": [1.0, np.nan]}}, description="d")
    with pytest.raises(ValueError, match=r"'SGD' has shape \(2, 2\); expected \(K,\)"):
        strip_plot({"a": {"SGD": np.ones((2, 2))}}, description="d")


def test_forty_names_have_looks_of_their_own():
    assert len({style.look(i) for i in range(49)}) == 49
    many = {f"run {i}": ONE + i for i in range(12)}
    assert compare_runs({"a": many}, ylabel="y", description="d").png
    assert sweep(1 + ONE, many, {}, xlabel="x", ylabel="y", description="d").png
    assert slopes({name: [y, y] for name, y in many.items()}, ["a", "b"], ylabel="y", description="d").png


# ------------------------------------------------------------------------------------------------ legible
@pytest.mark.parametrize("color", [*style.PALETTE, style.YELLOW, style.GREY, "white"])
def test_names_in_the_colour_of_a_series_can_be_read_on_white(color):
    shade = style.text_colour(color)
    assert 4.5 <= style.contrast(shade) <= max(4.7, style.contrast(color))


def test_contrast_is_that_of_the_standard():
    assert style.contrast("#767676") == pytest.approx(4.54, abs=0.01)      # the usual example of the guidelines
    assert style.contrast("red", "blue") == style.contrast("blue", "red") == pytest.approx(2.15, abs=0.01)


# text colour and backgrounds (panel, cell, raised) of JupyterLab's light and dark themes
THEMES = {"light": ("#000000", ["#ffffff", "#eeeeee"]), "dark": ("#ffffff", ["#111111", "#212121"])}


def mixed(css: str, text: str) -> str:
    """What the browser makes of color-mix(in srgb, A p%, …text…): p of A and the rest of the page's text colour."""
    color, share = css.removeprefix("color-mix(in srgb, ").split("%")[0].split()
    p = float(share) / 100
    rgb = (matplotlib.colors.to_rgb(c) for c in (color, text))
    return matplotlib.colors.to_hex([p * a + (1 - p) * b for a, b in zip(*rgb, strict=True)])


@pytest.mark.parametrize("theme", THEMES)
def test_words_about_right_and_wrong_can_be_read_in_both_themes(theme):
    text, papers = THEMES[theme]
    for css in (style.RIGHT, style.WRONG):
        assert css.endswith("var(--jp-content-font-color0, currentcolor))")
        assert min(style.contrast(mixed(css, text), paper) for paper in papers) >= style.LEGIBLE
    assert mixed(style.RIGHT, text) != mixed(style.WRONG, text)
