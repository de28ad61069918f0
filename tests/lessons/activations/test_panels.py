"""The panels of notebook 01 and their pictures: both ends of every control, what is said, targets that can be hit."""

import itertools

import numpy as np
import pytest

from labkit.datasets import mnist1d
from labkit.figures.lines import line_panels
from labkit.lessons.activations.experiments.drawn import KNOTS, drawn, knots_of, piecewise_linear
from labkit.lessons.activations.experiments.saturation import BENT
from labkit.lessons.activations.figures.deaths import dead_map
from labkit.lessons.activations.figures.saturation import gallery
from labkit.lessons.activations.figures.why import why_not_the_sigmoid
from labkit.lessons.activations.panels import (
    BEAT_RELU,
    Measure,
    draw_activation,
    saturation_explorer,
    your_layers,
    your_saturation,
    zigzag_explorer,
)
from labkit.widgets import Target
from labkit.widgets.yours import Note
from tests.panels import pixels


@pytest.fixture
def saturation_panel():
    panel = saturation_explorer()
    yield panel
    panel.close()


@pytest.fixture
def zigzag_panel():
    panel = zigzag_explorer()
    yield panel
    panel.close()


# ------------------------------------------------------------------------------------------------ saturation
def test_every_corner_of_the_saturation_panel_has_a_picture_of_its_own(saturation_panel):
    corners = list(saturation_panel.frames(mean=[-5.0, 5.0], std=[0.1, 10.0], activation=BENT))
    assert all(np.ptp(pixels(frame.png)) > 200 for frame in corners)
    assert len({frame.png for frame in corners}) == len(corners)
    assert not any(word in frame.text for frame in corners for word in ("nan", "inf", "?"))


def test_the_saturation_panel_says_what_it_shows(saturation_panel):
    saturation_panel.set(std=3.0)
    assert saturation_panel.text.startswith("With sigmoid, 13 % of the inputs meet a slope below 0.01")
    assert saturation_panel.arrays.share == pytest.approx(0.126, abs=0.01)
    saturation_panel.set(activation="relu", mean=0.0)
    assert saturation_panel.text.startswith("With ReLU, 50 %")
    saturation_panel.set(activation="leaky_relu")
    assert saturation_panel.text.startswith("With leaky ReLU, 0 %")


def test_inputs_beyond_the_picture_are_counted(saturation_panel):
    drawn_of = np.random.default_rng(0).normal(2.0, 10.0, 200_000)
    saturation_panel.set(mean=2.0, std=10.0)
    assert saturation_panel.arrays.beyond == pytest.approx((np.abs(drawn_of) > 8).mean(), abs=0.005)
    assert "43 % of them beyond the picture" in saturation_panel.text
    saturation_panel.set(mean=0.0, std=3.0)
    assert "beyond" not in saturation_panel.text


def test_dark_inputs_are_the_share_that_is_said(saturation_panel):
    def area(collection):
        return sum(np.trapezoid(path.vertices[:, 1], path.vertices[:, 0]) for path in collection.get_paths())

    for activation, std in (("sigmoid", 3.0), ("tanh", 2.0), ("relu", 1.0), ("elu", 2.5)):
        saturation_panel.set(activation=activation, std=std)
        inputs, dark = saturation_panel.picture.moving[3:5]
        assert area(dark) / area(inputs) == pytest.approx(saturation_panel.arrays.share, abs=0.03)


def test_the_target_can_be_hit_by_hand():
    target = Target("at most 5 % saturated", lambda s: 0.045 < s.share <= 0.05, "There.")
    panel = saturation_explorer(target=target)
    grid = np.geomspace(0.1, 10, 201)
    for name in ("sigmoid", "tanh", "elu", "gelu", "silu"):
        assert any(target.hit(panel.compute(mean=0.0, std=std, activation=name)) for std in grid), name
    assert not any(target.hit(panel.compute(mean=0.0, std=std, activation="relu")) for std in grid)
    panel.close()


# ------------------------------------------------------------------------------------------------ zigzag
def test_every_corner_of_the_zigzag_panel_has_a_picture_of_its_own(zigzag_panel):
    corners = list(zigzag_panel.frames(offset=[0.0, 0.5, 1.0], batch=[1, 64]))
    assert all(np.ptp(pixels(frame.png)) > 200 for frame in corners)
    for a, b in itertools.combinations(corners, 2):
        assert np.abs(pixels(a.png) - pixels(b.png)).mean() > 1
    assert not any(word in frame.text for frame in corners for word in ("nan", "inf", "?"))


def test_the_zigzag_panel_says_what_it_shows(zigzag_panel):
    assert zigzag_panel.text == ("100 % of the steps move both weights the same way; inputs from 0 to 1, 1 per step, "
                                 "near the goal in 18 steps (median of 100 runs).")


def test_a_larger_batch_straightens_the_path_and_centred_inputs_shorten_it(zigzag_panel):
    crooked, straight, centred = (zigzag_panel.compute(offset=o, batch=b) for o, b in ((0.5, 1), (0.5, 64), (0.0, 16)))
    assert crooked.share == 1 and straight.share < 0.1
    assert abs(crooked.arrival - straight.arrival) <= 2
    assert centred.arrival <= crooked.arrival / 3


def test_the_contours_are_those_of_the_quadratic(zigzag_panel):
    for offset in (0.0, 0.5, 1.0):
        zigzag_panel.set(offset=offset)
        levels = [path.vertices for path in zigzag_panel.picture.moving[2].get_paths()]
        error = levels[-1] - (1.0, -1.0)
        loss = np.einsum("ij,jk,ik->i", error, zigzag_panel.arrays.H, error) / 2
        assert len(levels) > 3 and np.ptp(loss) < 1e-9 * loss.max()


# ------------------------------------------------------------------------------------------------ a student's own
def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def right_slope(y):
    return y * (1 - y)


def elu_slope(x, alpha):
    return np.where(x > 0, 1, alpha * np.exp(np.minimum(x, 0)))


def leaky_backward(dy, x, alpha):
    return np.where(x > 0, dy, alpha * dy)


def stub(*args):
    ...


def test_a_right_activation_saturates_where_labkits_does():
    panel, library = your_saturation(sigmoid, right_slope), saturation_explorer("sigmoid")
    for mean, std in ((0.0, 3.0), (2.0, 1.5), (-5.0, 10.0)):
        yours, ours = (p.set(mean=mean, std=std).arrays for p in (panel, library))
        assert panel.error == "" and yours.names == (*BENT, "yours")
        assert yours.share == pytest.approx(ours.share, abs=1e-6) == yours.shares[BENT.index("sigmoid")]
        assert yours.slope == pytest.approx(ours.slope, abs=1e-6) and yours.f == pytest.approx(ours.f, abs=1e-6)
    panel.set(activation="relu", mean=0.0)
    assert panel.text.startswith("With ReLU, 50 %")
    for p in (panel, library):
        p.close()


def test_a_wrong_slope_is_drawn_and_counted_as_it_is():
    panel = your_saturation(sigmoid, lambda y: 1 - y**2)
    assert panel.text.startswith("With yours, 3.9 %") and panel.arrays.slope.max() > 0.99
    assert panel.picture._slope.get_ydata().max() > 0.99
    panel.close()


def test_a_broken_slope_leaves_the_library_in_the_picture_and_its_words_below():
    panel = your_saturation(sigmoid, lambda y: y[0])
    assert "one number for the slope" in panel.error and "gave no answer yet" in panel.text
    assert panel._image.value and "nan" not in panel.text
    panel.set(activation="tanh")
    assert "one number for the slope" in panel.error
    panel.close()


@pytest.mark.parametrize(("like", "right", "wrong"), [
    ("sigmoid", (sigmoid, right_slope), (sigmoid, lambda y: 1 - y)),
    ("elu", (elu_slope,), (lambda x, alpha: np.where(x > 0, x, alpha * np.exp(np.minimum(x, 0))),)),
    ("leaky_relu", (leaky_backward,), (lambda dy, x, alpha: np.where(x > 0, alpha * dy, dy),))])
def test_five_layers_train_as_labkits_with_the_right_slope_and_otherwise_with_a_wrong_one(like, right, wrong):
    data, apart = mnist1d(400, n_val=100), []
    for functions in (right, wrong):
        panel = your_layers(*functions, like=like, data=data)
        panel.advance(60)
        ours, yours = panel.run.losses[:60].T
        apart.append(np.inf if np.isnan(yours).any() else np.abs(yours - ours).max())
        panel.close()
    assert apart[0] < 1e-3 and apart[1] > 0.02


def test_stubs_wait_and_a_broken_function_is_told_before_there_is_a_network():
    data = mnist1d(200, n_val=100)
    for note in (your_saturation(sigmoid, stub), your_layers(sigmoid, stub, like="sigmoid", data=data),
                 your_layers(stub, like="elu", data=data)):
        assert isinstance(note, Note) and note.text.startswith("○")
    assert "x.exp()" in your_layers(lambda x: x.exp(), right_slope, like="sigmoid", data=data).text


# ------------------------------------------------------------------------------------------------ drawn by hand
def test_straight_lines_join_the_points_and_go_on():
    act = piecewise_linear([3, -1, 0, 0.5, 0.5, 2, -3])
    x = np.linspace(-3, 3, 1001)
    assert act(x) == pytest.approx(np.interp(x, KNOTS, [3, -1, 0, 0.5, 0.5, 2, -3]))
    assert act(np.array([-4.0, 4.0])) == pytest.approx([7, -8])
    inside = np.setdiff1d(x, KNOTS)
    assert act.slope(inside) == pytest.approx((act(inside + 1e-7) - act(inside - 1e-7)) / 2e-7, abs=1e-3)
    assert act(x.astype(np.float32)).dtype == act.slope(x.astype(np.float32)).dtype == np.float32


def test_a_drawn_relu_is_relu():
    d = drawn(knots_of("relu"))
    assert d.losses == pytest.approx(d.relu_losses, rel=1e-3) and d.ahead == pytest.approx(0, abs=0.005)
    assert d.share == pytest.approx(0.5) and d.signal == pytest.approx(np.ones(20), rel=1e-3)
    assert not BEAT_RELU.hit(d)


def test_drawing_says_what_follows_and_its_target_needs_a_bend():
    panel = draw_activation()
    assert panel.text.startswith("10 % right after 60 steps") and panel.arrays.gradient[0] < 1e-9
    assert not BEAT_RELU.hit(panel.arrays)
    heights = dict(zip(panel.controls, knots_of("tanh"), strict=True))
    panel.set(**heights)
    assert BEAT_RELU.hit(panel.arrays) and "✓" in panel._goal.value
    panel.set(**dict(zip(panel.controls, KNOTS, strict=True)))
    assert panel.text.startswith("A straight line") and panel.arrays.ahead > 0.03 and not BEAT_RELU.hit(panel.arrays)
    panel.close()


def test_every_end_of_the_points_is_drawn():
    panel = draw_activation(target=None)
    ends = [[-3.0] * 7, [3.0] * 7, [3.0, -3.0] * 3 + [3.0], [0.0] * 7]
    frames = [panel.frame(**dict(zip(panel.controls, heights, strict=True))) for heights in ends]
    assert len({frame.png for frame in frames}) == 4 and all(np.ptp(pixels(frame.png)) > 200 for frame in frames)
    assert not any(word in frame.text for frame in frames for word in ("nan", "inf"))
    assert "3 of 3 runs diverge" in frames[2].text
    panel.close()
    with pytest.raises(ValueError, match="did you mean 'relu'"):
        draw_activation("rellu")


# ------------------------------------------------------------------------------------------------ measuring
def test_nothing_is_measured_before_the_button_is_pressed():
    calls = []
    panel = Measure("time it", lambda: calls.append(1) or "exp takes < 3 times as long.")
    assert not calls and panel._repr_mimebundle_()["text/plain"] == "[time it]"
    panel.children[0].click()
    assert calls == [1] and panel.text == "exp takes < 3 times as long."
    assert "&lt; 3 times" in panel.children[1].value
    panel.close()
    with pytest.raises(ValueError, match="what is empty"):
        Measure(" ", str)


def test_an_error_of_the_measurement_is_shown():
    panel = Measure("time it", lambda: 1 / 0)
    panel.press()
    assert "ZeroDivisionError" in panel.text
    panel.close()


# ------------------------------------------------------------------------------------------------ still pictures
def test_still_pictures_show_what_they_are_given():
    x = np.linspace(-5, 5, 50)
    one = gallery(x, {"f": (np.tanh(x), 1 - np.tanh(x) ** 2), "g": (x, np.ones(50))}, description="two functions")
    other = gallery(x, {"f": (np.tanh(x), 1 - np.tanh(x) ** 2), "g": (-x, -np.ones(50))}, description="two functions")
    assert one.description == "two functions" and one.png != other.png


def test_lines_may_be_of_one_run_or_of_many_and_may_hold_nan():
    x = np.array([0.1, 1.0, 10.0])
    rng = np.random.default_rng(0)
    panels = {"left": {"a": np.array([1.0, 0.1, 0.01]), "b": rng.random((3, 5)) + 0.1},
              "right": {"a": np.array([1.0, np.nan, 0.01]), "b": rng.random((3, 5)) + 0.1}}
    drawn = line_panels(x, panels, xlabel="x", ylabel="y", log="xy", description="lines",
                        xticks={0.1: "0.1", 10: "10"})
    assert np.ptp(pixels(drawn.png)) > 200


def test_the_dead_map_has_a_row_per_unit():
    def dark(dead):
        return (pixels(dead_map({"layer 1": dead}, every=10, description="map").png) < 100).all(axis=2).mean()

    dead = np.zeros((11, 6), bool)
    dead[4:, 2] = True
    none, some, every = dark(np.zeros_like(dead)), dark(dead), dark(np.ones_like(dead))
    assert (some - none) / (every - none) == pytest.approx(dead.mean(), abs=0.02)


def test_why_the_sigmoid_went_shows_what_it_is_given_and_says_the_ends():
    gradients = {"sigmoid": np.geomspace(1, 1e-6, 7), "ReLU": np.ones((7, 3))}
    right_answers = {"sigmoid": np.array([0.8, 0.7, 0.1]), "ReLU": np.full(3, 0.78)}
    picture = why_not_the_sigmoid(gradients, [1, 2, 5], right_answers)
    left, right = picture.figure.axes
    assert left.get_lines()[0].get_ydata() == pytest.approx(gradients["sigmoid"]) and left.get_yscale() == "log"
    assert right.get_lines()[0].get_xydata().tolist() == [[1, 0.8], [2, 0.7], [5, 0.1]]
    assert "6 layers below the last: sigmoid × 1·10⁻⁶, ReLU × 1" in picture.description
    assert "5 hidden layers: sigmoid 10 %, ReLU 78 %" in picture.description
    with pytest.raises(ValueError, match="gradients is empty"):
        why_not_the_sigmoid({}, [1], {})
