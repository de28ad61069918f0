"""The panels and pictures of notebook 10: both ends of every control, what is said, targets that can be hit."""

import itertools

import numpy as np
import pytest

from labkit.layers import Dropout
from labkit.lessons.dropout.exercises.inverted import back_as_through_relu, inverted_dropout, wrong_dropout
from labkit.lessons.dropout.experiments import SHAPES
from labkit.lessons.dropout.panels import (
    UNITS,
    averages_explorer,
    dropout_explorer,
    expectation_explorer,
    your_dropout,
    your_layer,
)
from labkit.widgets.yours import Note
from tests.cells import cells_of
from tests.panels import pixels

CELLS = {name: cell.source for name, cell in cells_of("10").items()}
ENDS = {
    dropout_explorer: {"keep": [0.05, 1.0], "keep_inputs": [0.05, 1.0], "draw": [1, 40]},
    expectation_explorer: {"keep": [0.05, 1.0], "first": [-2.5, 2.5], "second": [-2.5, 2.5],
                           "unit": list(UNITS.values())},
    averages_explorer: {"k": [1.0, 1000.0], "keep": [0.1, 0.95], "network": list(SHAPES)},
}
MAKERS = list(ENDS)


@pytest.fixture
def panel(request):
    panel = request.param()
    yield panel
    panel.close()


every_panel = pytest.mark.parametrize("panel", MAKERS, indirect=True)


@every_panel
def test_both_ends_of_every_control_have_a_picture_of_their_own(panel):
    ends = next(e for maker, e in ENDS.items() if set(e) == set(panel.controls))
    for name, values in ends.items():
        frames = list(panel.frames(**{name: values}))
        assert all(np.ptp(pixels(frame.png)) > 200 for frame in frames)
        for a, b in itertools.combinations(frames, 2):
            assert np.abs(pixels(a.png) - pixels(b.png)).sum() > 0 and a.text != b.text, (a.values, b.values)
        assert not any(word in frame.text for frame in frames for word in ("nan", "inf", "?"))


@every_panel
def test_every_corner_is_drawn(panel):
    ends = next(e for maker, e in ENDS.items() if set(e) == set(panel.controls))
    for values in itertools.product(*ends.values()):
        panel.set(**dict(zip(ends, values, strict=True)))
        assert panel.error == ""


@every_panel
def test_one_step_of_a_slider_changes_the_picture(panel):
    before = panel._image.value
    panel.set(keep=panel.controls["keep"].value + 0.05)
    assert panel._image.value != before


def test_what_goes_is_hollow_and_its_connections_are_gone():
    panel = dropout_explorer(keep=1.0, keep_inputs=1.0)
    sketch = panel.picture._sketches[0]
    assert len(sketch.edges.get_segments()) == 6 * 9 + 9 * 9 + 9 * 3 and len(sketch.gone.get_xdata()) == 0
    panel.set(keep=0.4, keep_inputs=0.8)
    first = [s[0] for s in panel.arrays.stays]
    assert len(sketch.gone.get_xdata()) == sum((~s).sum() for s in first)
    assert len(sketch.edges.get_segments()) == sum(a.sum() * b.sum() for a, b in itertools.pairwise(first))
    assert f"{panel.arrays.staying} of 24 units stay" in panel.text
    panel.close()


def test_the_table_says_whether_the_two_agree():
    panel = expectation_explorer(keep=0.7, first=2.0, second=-1.5)
    assert "0.35 = one scaled pass 0.35" in panel.text
    panel.set(unit="relu")
    assert "0.67 ≠ one scaled pass 0.35" in panel.text     # 0.49 · 0.5 + 0.21 · 2
    panel.set(unit="tanh", keep=0.95, first=2.5, second=2.5)
    assert "1.00 ≈ one scaled pass 1.00" in panel.text
    panel.close()


@pytest.mark.parametrize("contribution", [-2.5, 2.5])
def test_no_bar_of_the_table_covers_a_number_or_leaves_the_picture(contribution):
    panel = expectation_explorer(keep=1.0, first=contribution, second=contribution)
    picture, answers = panel.picture, (panel.picture.ANSWER, panel.picture.PRODUCT)
    ends = [path.vertices[:, 0] for path in picture._bars.get_paths()][len(picture.Y):]
    numbers = sorted({words.x for words in picture._numbers[len(picture.Y):]})
    assert numbers == pytest.approx([x - picture.LEFT for x in answers])
    for at in answers:
        x = np.concatenate([e for e in ends if np.isclose(e, at).any()])
        assert x.min() > at - picture.LEFT + 0.06             # five characters, "−2.50", are 0.06 wide
        assert x.max() < min([n for n in numbers if n > at], default=1.0)
    panel.close()


def test_the_averages_say_who_is_nearer():
    panel = averages_explorer(k=1.0)
    assert panel.text.startswith("The weight scaling rule is nearer")
    panel.set(k=1000.0)
    assert panel.text.startswith("The mean of k masks is nearer")
    panel.set(network="linear")
    assert panel.text.startswith("The weight scaling rule is exact")
    panel.close()


def test_the_targets_of_the_notebook_can_be_hit_and_are_missed_at_first():
    scope = {}
    exec(compile(CELLS["setup"], "<setup>", "exec"), scope)
    drawn, table = (eval(compile(CELLS[cell], f"<{cell}>", "eval"), scope) for cell in ("thin", "table"))
    for panel, hits in ((drawn, {"keep": 0.25, "draw": 7}), (table, {"unit": "relu", "first": 2.5, "second": -2.5})):
        assert "✓" not in panel._goal.value
        panel.set(**hits)
        assert "✓" in panel._goal.value, panel.text
        panel.close()


# ------------------------------------------------------------------------------------------------ the student's dropout
def of(rule):
    """The rule as a function of this file, as a student's is one of the notebook."""
    return your_dropout(lambda x, dy, keep, rng: rule(x, dy, keep, rng))


def test_a_right_dropout_draws_what_labkits_does():
    panel = of(inverted_dropout)
    assert panel.error == "" and "like labkit's Dropout" in panel.text[0].lower() + panel.text[1:]
    layer = Dropout(0.25)
    layer.lead, layer.generators = (), [np.random.default_rng(0)]
    y = layer.forward(np.ones((2000, 20), np.float32), train=True)
    panel.set(keep=0.25)
    own = panel.arrays
    assert set(np.unique(y)) == {0, 4} and np.unique(own.forth.round(6)).tolist() == [0, 4]
    assert np.mean(own.forth != 0) == pytest.approx(np.mean(y != 0), abs=0.03)
    assert np.array_equal(own.forth != 0, own.back != 0) and own.means == pytest.approx(np.ones((10, 2)), abs=0.2)
    assert own.means[-1] == pytest.approx([1, 1])
    panel.close()


@pytest.mark.parametrize(("rule", "words"), [
    (wrong_dropout(again=True), "disagree about 50 %"), (wrong_dropout(one=0), "one and the same mask"),
    (wrong_dropout(forward=lambda mask, keep: mask), "its gradient: × 2.00"),
    (wrong_dropout(forward=lambda mask, keep: mask, backward=lambda mask, keep: mask), "what stays: × 1.00"),
    (back_as_through_relu, "disagree about"),
])
def test_a_wrong_dropout_is_drawn_and_the_headline_says_what_is_wrong(rule, words):
    right, wrong = of(inverted_dropout), of(rule)
    assert wrong.error == "" and words.lower() in wrong.text.lower()
    assert max(len(panel.picture.title[0].text) for panel in (right, wrong)) <= 66, "as much as the picture is wide"
    assert np.abs(pixels(right._image.value) - pixels(wrong._image.value)).sum() > 10_000
    for panel in (right, wrong):
        panel.close()


def test_a_dropout_that_takes_keep_for_the_rate_shows_it_at_a_small_keep():
    panel = of(wrong_dropout(swap=True))
    panel.set(keep=0.2)
    assert "80 % of the units stay, and keep is 0.20" in panel.text.replace("79 %", "80 %").replace("81 %", "80 %")
    assert panel.arrays.means[0, 0] == pytest.approx(9, abs=0.5), "0.9 of the units stay, and are divided by 0.1"
    assert panel.picture._lines[0].get_ydata()[0] == pytest.approx(2.2), "drawn at the upper end of the axis"
    panel.close()


def test_what_goes_wrong_in_a_dropout_stands_in_the_panel_and_the_panel_lives():
    def at_half(x, dy, keep, rng):
        if keep == 0.5:
            raise ArithmeticError("half")
        return inverted_dropout(x, dy, keep, rng)

    def infinite(x, dy, keep, rng):
        return x / (0 * x), dy

    def stub(x, dy, keep, rng):
        ...

    assert isinstance(your_dropout(stub), Note)
    panel = your_dropout(at_half)
    assert "ArithmeticError: half" in panel.error and 'raise ArithmeticError("half")' in panel.error
    assert panel._image.value and np.ptp(pixels(panel._image.value)) > 200
    with np.errstate(divide="ignore"):
        assert "for y that is not finite" in your_dropout(infinite).error
    for answer, said in (((1.0, 2.0), "one number for y"), (np.ones((2, 3)), "returned 1 value")):
        assert said in your_dropout(lambda x, dy, keep, rng, answer=answer: answer).error
    panel.close()


# ------------------------------------------------------------------------------------------------ in a network
PICTURES = np.random.default_rng(0).random((200, 196), np.float32), np.arange(200) % 10


def trained_with(rule, keep=0.5, steps=10):
    panel = your_layer(rule, keep=keep, data={"train": PICTURES, "validation": PICTURES}, max_steps=60)
    panel.run.advance(steps)
    return panel


def test_a_right_layer_learns_what_labkits_learns_and_keep_acts_at_once():
    panel = trained_with(lambda x, dy, keep, rng: inverted_dropout(x, dy, keep, rng))
    assert np.array_equal(*panel.run.net.theta)
    twin = panel.run.twin()
    for run, keep in ((panel.run, 0.2), (twin, 0.9)):
        run.turn("keep", keep)
        run.advance(10)
        assert np.array_equal(*run.net.theta)
    panel.close()


@pytest.mark.parametrize("rule", [wrong_dropout(again=True), wrong_dropout(swap=True),
                                  wrong_dropout(backward=lambda mask, keep: np.ones_like(mask))])
def test_a_wrong_layer_learns_something_else(rule):
    panel = trained_with(lambda x, dy, keep, rng: rule(x, dy, keep, rng), keep=0.7)
    assert not np.array_equal(*panel.run.net.theta)
    panel.close()


def test_a_layer_that_fails_says_so_and_a_stub_is_a_note():
    assert "returned one number for y" in trained_with(lambda x, dy, keep, rng: (1.0, 2.0), steps=0).message
    assert isinstance(your_layer(lambda x, dy, keep, rng: ..., data={"train": PICTURES}), Note)
