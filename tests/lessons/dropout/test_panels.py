"""The panels and pictures of notebook 10: both ends of every control, what is said, targets that can be hit."""

import itertools

import numpy as np
import pytest

from labkit.lessons.dropout.experiments import SHAPES
from labkit.lessons.dropout.panels import UNITS, averages_explorer, dropout_explorer, expectation_explorer
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
