"""The live pictures: what is painted, when the background is, what is said; the styles of all."""

import base64

import matplotlib
import numpy as np
import pytest
from matplotlib.lines import Line2D

from labkit.activations import ACTIVATIONS
from labkit.figures import Picture, Still, figure, number, still, style, styled
from labkit.figures.curves import GAP, name_ends
from labkit.figures.layerwise import MOST_LAYERS, OTHER, ROW, VIEWS, LayerTrack, Ridgeline, layer_colours, view_of
from labkit.figures.words import Words
from labkit.lessons.initialization.experiments import Signal
from labkit.lessons.initialization.figures import SignalPicture, alt_text, details, headline
from labkit.probes import Layers, measure, propagate, random_network
from labkit.theory import variance_profile
from tests.panels import pixels


# ------------------------------------------------------------------------------------------------ style
def luminance(color):
    rgb = np.array(matplotlib.colors.to_rgb(color))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ (0.2126, 0.7152, 0.0722)


def test_text_has_contrast_and_series_have_markers_and_dashes():
    assert len(style.MARKERS) == len(set(style.MARKERS)) == len(style.DASHES) == len(style.PALETTE)
    for color in (style.INK, style.GREY):
        assert 1.05 / (luminance(color) + 0.05) >= 4.5


def test_layers_rise_in_lightness():
    assert (np.diff([luminance(color) for color in layer_colours(MOST_LAYERS)]) > 0).all()


def test_the_style_is_put_on_and_taken_off_again():
    before = dict(matplotlib.rcParams)
    drawn = figure(4, 3)
    with styled():
        ax = drawn.subplots()
        ax.set_title("title")
    assert dict(matplotlib.rcParams) == before
    assert ax.title.get_size() == style.TITLE
    assert not ax.spines["top"].get_visible()


@pytest.mark.parametrize(("x", "text"), [(0, "0"), (0.5, "0.5"), (1e-3, "0.001"), (9.96, "10"), (-2.345, "−2.3"),
                                         (123456, "1.2·10⁵"), (9.99e-5, "1·10⁻⁴"), (1e36, "1·10³⁶"), (1234, "1200")])
def test_number(x, text):
    assert number(x) == text
    assert number(np.float32(x)) == text


# ------------------------------------------------------------------------------------------------ stills
@pytest.mark.parametrize(("texts", "shown", "description"), [
    (("it falls", "step 3   ·   loss 0.2"), ("It falls", "step 3   ·   loss 0.2"), "It falls; step 3, loss 0.2."),
    (("it falls",), ("It falls", ""), "It falls"),
    (("it falls", "step 3", "A ball falls."), ("It falls", "step 3"), "A ball falls."),
])
def test_a_title_is_written_on_the_picture_and_into_its_description(texts, shown, description):
    picture = Picture(figure(6, 3), "A test.")
    empty = picture.png()
    picture.set_title(*texts)
    assert tuple(words.text for words in picture.title) == shown
    assert picture.description == description
    assert picture.png() != empty


def test_a_still_is_a_png_and_a_sentence():
    drawn = figure(3, 2)
    drawn.subplots().plot([1, 2])
    shown = still(drawn, "A line rises.")
    bundle, metadata = shown._repr_mimebundle_()
    assert set(bundle) == {"image/png", "text/plain"}
    assert bundle["text/plain"] == metadata["image/png"]["alt"] == "A line rises."
    assert pixels(base64.b64decode(bundle["image/png"])).shape == (200, 300, 3)
    with pytest.raises(ValueError, match="the description is empty"):
        Still(shown.png, "  ")


# ------------------------------------------------------------------------------------------------ a picture that moves
class Dot(Picture):
    def __init__(self, inks=()):
        super().__init__(figure(2, 2), "A dot.", inks=inks)
        ax = self.figure.add_axes((0, 0, 1, 1), xlim=(0, 1), ylim=(0, 1), frame_on=False, xticks=[], yticks=[])
        self.dot = ax.add_line(Line2D([], [], marker="o", ms=20, color=style.BLUE))
        self.backgrounds = 0
        self.animate(self.dot)
        draw = self.figure.canvas.draw
        self.figure.canvas.draw = lambda: (setattr(self, "backgrounds", self.backgrounds + 1), draw())

    def update(self, x):
        self.dot.set_data([x], [0.5])


def ink_at(picture):
    """Where the dot is, in pixels from the left."""
    shown = pixels(picture.png())
    return np.argwhere(shown.sum(axis=2) < 500)[:, 1].mean()


@pytest.mark.parametrize("inks", [(), (style.INK, style.BLUE)])
def test_only_the_moving_artist_is_drawn_again(inks):
    picture = Dot(inks)
    places = []
    for x in (0.25, 0.5, 0.75):
        picture.update(x)
        places.append(ink_at(picture))
    assert places == pytest.approx([50, 100, 150], abs=2)  # and the old dots are gone
    assert picture.backgrounds == 1
    picture.invalidate()
    picture.png()
    assert picture.backgrounds == 2


def test_a_palette_keeps_white_white_and_inks_close():
    picture = Dot((style.INK, style.BLUE))
    picture.update(0.5)
    shown, blue = pixels(picture.png()), 255 * np.array(matplotlib.colors.to_rgb(style.BLUE))
    assert (shown[20, 20] == 255).all()
    assert np.abs(shown[100, 100] - blue).max() <= 6
    plain = Dot()
    plain.update(0.5)
    assert np.abs(pixels(plain.png()) - shown).max() < 40
    assert len(picture.png()) < len(plain.png())


def test_a_palette_of_greys_keeps_a_photograph():
    drawn, ramp = figure(2, 2), np.linspace(0, 1, 200)[None].repeat(200, axis=0)
    drawn.add_axes((0, 0, 1, 1)).imshow(ramp, cmap="gray", aspect="auto")
    picture = Picture(drawn, "A ramp from black to white.", inks=(style.BLACK, style.BLUE), greys=True)
    shown = pixels(picture.png())[50, :, 0]
    assert np.abs(shown - 255 * ramp[0]).max() <= 15 and len(set(shown.tolist())) > 50


def test_a_still_does_not_follow_later_updates():
    picture = Dot()
    first = picture.still(0.25)
    kept = first.png
    picture.update(0.75)
    assert first.png == kept != picture.still(0.75).png
    assert picture.still(0.25).png == kept


def test_a_picture_without_update_says_so():
    with pytest.raises(NotImplementedError, match=r"a Picture defines update\(arrays\)"):
        Picture(figure(1, 1), "Nothing.").update(None)


@pytest.mark.parametrize(("align", "columns"), [("left", (100, 175)), ("center", (60, 140)), ("right", (25, 100))])
def test_words_stand_where_they_belong(align, columns):
    drawn = figure(2, 1)
    words = Words(0.5, 0.5, drawn.transFigure, align=align, level="middle")
    drawn.add_artist(words)
    for text, something in (("HHHH", True), ("", False)):
        words.set_text(text)
        drawn.canvas.draw()
        rows, cols = np.nonzero(np.asarray(drawn.canvas.buffer_rgba())[..., 0] < 128)
        assert (len(cols) > 0) == something
        if something:
            assert cols.min() >= columns[0] - 2 and cols.max() <= columns[1] + 2
            assert (rows.min() + rows.max()) / 2 == pytest.approx(49.5, abs=1.5)


# ------------------------------------------------------------------------------------------------ the flagship picture
def signal(activation="tanh", std=0.05, depth=5, width=60):
    network = random_network(MOST_LAYERS, 500, 24).part(depth, width)
    view = view_of(activation)
    layers = measure(propagate(network.x, network.Z, std, activation, upstream=network.upstream),
                     view.low, view.high, view.bins)
    with np.errstate(all="ignore"):
        theory = variance_profile(activation, std, width, depth)
    return Signal(activation, std, width, layers, theory.std, theory.gradient)


def made(std, gradient, *, activation="tanh", between=None, saturated=0.0):
    std, gradient = np.array(std, float), np.array(gradient, float)
    none, bins = np.zeros(len(std)), view_of(activation).bins
    layers = Layers(std, std if between is None else np.array(between), gradient,
                    np.ones((len(std), bins), int), none, none, none, none + saturated)
    return Signal(activation, 0.1, 100, layers, std, gradient)


@pytest.fixture(scope="module")
def picture():
    return SignalPicture()


@pytest.mark.parametrize("depth", [2, MOST_LAYERS])
@pytest.mark.parametrize("std", [1e-3, 0.05, 3.0])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_corner_draws_finite_dots_or_says_why_not(picture, activation, std, depth):
    shown = signal(activation, std, depth, width=50)
    picture.update(shown)
    picture.png()
    for track in (picture._forward, picture._backward):
        y = track.dots.get_ydata()
        assert np.isfinite(y).all() or "flow" in headline(shown)
        assert np.isfinite(track.ax.get_ylim()).all()
        low, high = track.ax.get_ylim()
        drawn = y[np.isfinite(y)]
        assert ((low < drawn) & (drawn < high)).all()
    for verts in picture._ridges._rows.get_paths():
        assert np.isfinite(verts.vertices).all()
    assert "nan" not in alt_text(shown).lower()


def test_rows_have_the_height_of_their_peak_and_bars_that_of_their_share(picture):
    shown = signal("relu", 0.3, depth=3)
    layers = shown.layers
    picture.update(shown)
    for row, path in enumerate(picture._ridges._rows.get_paths()):
        heights = path.vertices[:, 1] - (2 - row)
        assert heights.min() == pytest.approx(0)
        assert heights.max() <= 0.8801
    tops = [path.vertices[:, 1].max() - (2 - row) for row, path in enumerate(picture._ridges._zeros.get_paths())]
    assert tops == pytest.approx(0.88 * layers.zeros)
    tops = [path.vertices[:, 1].max() - (2 - row) for row, path in enumerate(picture._ridges._beyond.get_paths()[3:])]
    assert tops == pytest.approx(0.88 * layers.above)


def test_zeros_do_not_flatten_the_rest(picture):
    """Half of relu's outputs are exactly 0; the histogram of the others still reaches full height."""
    shown = signal("relu", 0.2)
    assert shown.layers.zeros.min() > 0.3
    picture.update(shown)
    peaks = [path.vertices[:, 1].max() - (4 - row) for row, path in enumerate(picture._ridges._rows.get_paths())]
    assert peaks[:2] == pytest.approx([0.88, 0.88])
    assert heights_between(picture, 0, 0, 1).min() > 0.3


def heights_between(picture, row, left, right):
    """Heights of the bins of a row (of 5) between two values of h."""
    x, y = picture._ridges._rows.get_paths()[row].vertices.T
    return y[(left < x) & (x < right)] - (4 - row)


@pytest.mark.parametrize("activation", ["leaky_relu", "gelu", "silu"])
def test_a_narrow_peak_left_of_0_does_not_flatten_the_right(picture, activation):
    picture.update(signal(activation, 0.2))
    assert heights_between(picture, 0, 0, 1).max() == pytest.approx(0.88 / 3, rel=0.05)
    assert heights_between(picture, 0, -1.5, 0).max() == pytest.approx(0.88)


def test_values_beyond_the_axis_do_not_pile_up_in_its_last_bin(picture):
    shown = signal("relu", 0.5)
    assert shown.layers.above[-1] > 0.2
    picture.update(shown)
    assert heights_between(picture, 4, 3.5, 4.2).max() < 0.5
    assert heights_between(picture, 4, 0.2, 3).max() < 0.5


def test_the_picture_follows_and_the_background_is_kept(picture):
    picture.update(signal(std=0.05))
    first, kept = picture.png(), picture._background
    picture.update(signal(std=0.3, depth=8))  # limits stretch, depth changes: all of that moves
    assert picture.png() != first
    assert picture._background is kept
    picture.update(signal("relu"))
    assert picture._background is None
    picture.update(signal(std=0.05))
    assert picture.png() == first  # whatever was shown in between
    assert picture.description == alt_text(signal(std=0.05))


def test_too_many_layers_are_refused(picture):
    with pytest.raises(ValueError, match="got 21 layers; expected at most 20"):
        picture.update(made([1.0] * 21, [1.0] * 21))
    picture.update(signal())


@pytest.mark.parametrize(("shown", "sentence"), [
    (made([1, 1e-5], [1e-4, 1]), "The signal dies out, the gradient vanishes"),
    (made([1, 0.03], [0.03, 1]), "Signal and gradient fade"),
    (made([1, 0.3], [0.3, 1]), "Signal and gradient shrink"),
    (made([1, 1.2], [0.9, 1]), "Signal and gradient survive"),
    (made([1, 20], [300, 1], activation="relu"), "The signal grows, the gradient explodes"),
    (made([1, 1], [5e4, 1], saturated=0.923), "Layer 2 is saturated (92 %), yet the gradient explodes"),
    (made([1, 1], [1e-9, 1], between=[1, 1e-3], activation="sigmoid"),
     "Layer 2 hardly depends on the input, the gradient vanishes"),
    (made([1, 0], [0, 0]), "Signal and gradient underflow"),
    (made([1, np.inf], [1, 1]), "The signal overflows: its numbers no longer fit into float32"),
    (made([1, 2], [np.inf, np.inf]), "The gradient overflows: its numbers no longer fit into float32"),
])
def test_headline(shown, sentence, picture):
    assert headline(shown) == sentence
    picture.update(shown)  # and it can be drawn
    picture.png()


def test_details_and_description_carry_the_numbers():
    shown = made([0.5, 0.1], [3e5, 1])
    assert details(shown) == ("init std 0.1 = 1/√n   ·   signal × 0.2 from layer 1 to 2   ·   "
                              "gradient × 3·10⁵ from layer 2 to 1")
    assert alt_text(shown) == ("tanh, 2 layers of 100 units, init std 0.1 = 1/√n: the signal shrinks, "
                               "the gradient explodes; signal × 0.2, gradient × 3·10⁵.")


def test_every_bounded_activation_fits_its_view():
    z = np.linspace(-50, 50, 999)
    for name, view in VIEWS.items():
        y = ACTIVATIONS[name](z)
        assert view.bounded == bool(view.low <= y.min() and y.max() <= view.high)


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_names_stand_apart_and_a_line_leads_to_each_that_was_moved(scale):
    ax = style.figure().add_subplot()
    ax.set(yscale=scale, xlim=(0, 10), ylim=(0.1, 100))
    name_ends(ax, [(30, 10, "c", style.BLUE), (1.0, 10, "a", style.BLUE), (1.05, 10, "b", style.GREEN)])
    names = {text.get_text(): text for text in ax.texts}
    heights = [ax.transAxes.inverted().transform(ax.transData.transform((10, names[name].get_position()[1])))[1]
               for name in "abc"]
    assert np.diff(heights).min() > GAP - 1e-9
    assert [name for name in "abc" if names[name].arrow_patch is not None] == ["b"]
    assert names["b"].xy == (10, 1.05)


def test_units_that_are_exactly_0_are_a_bar_around_0():
    view, drawn = view_of("relu"), random_network(3, 20, 10)
    layers = measure(propagate(drawn.x, drawn.Z, 0.5, "relu", upstream=drawn.upstream), view.low, view.high, view.bins)
    ridges = Ridgeline(figure(4, 3).add_subplot(), "h", "std")
    ridges.update("relu", layers)
    zeros = next(bars for bars in ridges.artists if len(bars.get_paths()) == 3 and len(bars.get_paths()[0]) == 5)
    for path, share, floor in zip(zeros.get_paths(), layers.zeros, (2, 1, 0), strict=True):
        x, y = path.vertices.T
        assert x.min() == -x.max() < 0 and y.min() == floor and y.max() == pytest.approx(floor + ROW * share)


@pytest.mark.parametrize("view", [*VIEWS.values(), OTHER])
def test_the_ticks_of_a_view_rise_evenly_from_one_end_to_the_other(view):
    steps = np.diff(view.ticks)
    assert view.low <= view.ticks[0] and view.ticks[-1] <= view.high and (steps == steps[0]).all() and steps[0] > 0


def test_the_dots_of_a_track_lie_at_their_layers_and_decades():
    part = LayerTrack(figure(4, 3).add_subplot(), "Norm", style.BLUE, "o")
    part.update(np.array([0.1, 10.0]), np.ones(2), (-2, 2))
    for artist in part.artists:
        assert artist.axes is part.ax or isinstance(artist, Words)
    where = part.dots.get_transform().transform(part.dots.get_xydata())
    np.testing.assert_allclose(where, part.ax.transData.transform([(1, -1), (2, 1)]))
