"""Controls, panels and predictions, driven as a hand would, without a front end."""

import base64
import threading
import warnings

import ipywidgets as W
import matplotlib.pyplot
import numpy as np
import pytest
from matplotlib.lines import Line2D

from labkit.activations import ACTIVATIONS
from labkit.checks import Range
from labkit.figures import Picture, figure
from labkit.figures.headline import spoken
from labkit.lessons.initialization.experiments import signal
from labkit.lessons.initialization.panels import init_explorer, marks
from labkit.settings import Hyperparameter
from labkit.widgets import Explorer, Predict, Target, choice, int_slider, log_slider, slider, switch

SQUARE_ROOT = 500**-0.5


# ------------------------------------------------------------------------------------------------ sliders
def std_slider(value=0.01):
    return log_slider("init std", value, low=1e-3, high=3, marks={"1/√n": SQUARE_ROOT, "1": 1.0}, unit="per weight")


def echo(control):
    """What the front end does with every value that it is sent: round it to the grid and send that back."""
    bar = control._bar
    exponent = np.log10(bar.value) if isinstance(bar, W.FloatLogSlider) else bar.value
    rounded = bar.min + round((exponent - bar.min) / bar.step) * bar.step
    bar.value = 10**rounded if isinstance(bar, W.FloatLogSlider) else rounded


def press(control, name):
    next(button for button in control._buttons.children if button.description.startswith(name)).click()


@pytest.mark.parametrize("value", [0.01, SQUARE_ROOT, 0.0123456, 1e-3, 3])
def test_the_front_ends_rounding_does_not_change_a_value(value):
    control = std_slider(value)
    echo(control)
    assert control.value == value
    control.value = 0.777
    echo(control)
    assert control.value == 0.777


def test_a_mark_jumps_to_its_exact_value_and_lights_up():
    control = std_slider()
    seen = []
    control.observe(lambda change: seen.append(change["new"]), "value")
    press(control, "1/√n")
    echo(control)
    assert seen == [SQUARE_ROOT]
    assert control._bar.value == pytest.approx(SQUARE_ROOT, rel=0.02)
    assert control._box.value == "0.0447"
    assert [button.icon for button in control._buttons.children] == ["check", ""]
    assert control._buttons.children[0].description == "1/√n = 0.0447"


def test_a_drag_near_a_mark_or_an_end_takes_its_exact_value():
    control = std_slider()
    for dragged, value in ((SQUARE_ROOT * 1.01, SQUARE_ROOT), (0.2, 0.2), (2.99, control._ends[1]), (0.05, 0.05)):
        control._bar.value = dragged
        assert control.value == value


def test_a_typed_number_is_taken_exactly_and_nonsense_is_answered():
    control = std_slider()
    for typed, value in (("0.05", 0.05), ("1e-2", 0.01), ("0,3", 0.3)):
        control._box.value = typed
        assert control.value == value
    for typed in ("77", "many", "nan", "-1", ""):
        control._box.value = typed
        assert (control.value, control._box.value) == (0.3, typed), "what was typed can be mended"
        assert "a number from 0.001 to 3, please; it is still 0.3" in control._complaint.value
        assert control._complaint.layout.display is None


@pytest.mark.parametrize("mend", ["0.4", "0.3", "0,3", "0.30"])
def test_the_answer_to_nonsense_goes_with_the_next_number_also_when_it_is_the_old_one(mend):
    control = std_slider()
    control.value = 0.3
    control._box.value = "77"
    control._box.value = mend
    assert control._complaint.value == "" and control._complaint.layout.display == "none"
    assert control._box.value == f"{control.value:g}" == mend.replace(",", ".").rstrip("0")
    control._box.value = "77"
    control.value = 0.1  # the handle is moved instead
    assert control._complaint.value == "" and control._box.value == "0.1"


def test_thousands_are_written_in_full():
    control = log_slider("masks", 1000.0, low=1.0, high=1000.0)
    assert control._box.value == "1000"
    control.value = 0.0123456 * 1e4
    assert control._box.value == "123"


def test_marks_can_follow_another_control():
    control = std_slider(SQUARE_ROOT)
    first = control._buttons.children[0]
    control.marks = {"1/√n": 0.1}
    assert control._buttons.children == (first,)
    assert (first.description, first.icon) == ("1/√n = 0.1", "")
    control.marks = marks(50)
    assert [button.description for button in control._buttons.children] == ["0.01", "1/√n = 0.141", "√(2/n) = 0.2", "1"]
    with pytest.raises(ValueError, match=r"init std: mark 'big' is 9; expected a number from 0.001 to 3"):
        control.marks = {"big": 9}


class Knob:
    rate = Hyperparameter(0, open_low=True, log=True)
    keep = Hyperparameter(0, 1, open_low=True)


def test_limits_come_from_a_declared_range():
    assert slider("keep", 0.5, low=0.05, within=Knob.keep)._ends == (0.05, 1)
    assert slider("share", 0.5, within=Range(0, 1))._ends == (0, 1)
    control = log_slider("rate", 0.1, low=1e-4, high=1, within=Knob.rate)
    assert control._ends == pytest.approx((1e-4, 1))


@pytest.mark.parametrize(("make", "message"), [
    (lambda: std_slider(10), r"init std: the initial value is 10; expected a number from 0.001 to 3"),
    (lambda: slider("keep", 0.0, low=0.1, high=1), "keep: the initial value is 0.0"),
    (lambda: slider("keep", 0.5, within=Knob.keep), "limits are None and 1; .*open or endless needs low="),
    (lambda: log_slider("rate", 0.1, low=1e-4, within=Knob.rate), "limits are 0.0001 and inf"),
    (lambda: slider("keep", 0.5, low=0, high=1, within=Knob.keep), r"from 0 to 1, but \(0, 1\] is allowed"),
    (lambda: log_slider("rate", 0.1, low=0, high=1), "a log slider cannot begin at 0; expected low > 0"),
    (lambda: slider("x", 1, low=2, high=1), "expected two finite numbers, low < high"),
    (lambda: int_slider("depth", 30, low=2, high=20), "depth: .* is 30; expected a whole number from 2 to 20"),
    (lambda: choice("activation", "rleu", list(ACTIVATIONS)), "activation: 'rleu' is not known; did you mean 'relu'"),
    (lambda: choice("size", "small", {"small": 1}), "give the value that 'small' stands for"),
    (lambda: setattr(std_slider(), "value", 10), r"init std: the value is 10.0; expected a number from 0.001 to 3"),
    (lambda: setattr(std_slider(), "value", float("nan")), "the value is nan"),
    (lambda: setattr(int_slider("depth", 3, low=2, high=20), "value", 21), "depth: the value is 21; expected a whole"),
])
def test_bad_values_are_errors_and_never_moved_silently(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_small_controls():
    assert choice("activation", "relu", ["tanh", "relu"]).value == "relu"
    assert choice("size", 2, {"small": 1, "large": 2}).label == "large"
    assert switch("batch norm", True).value is True
    assert int_slider("depth", 3, low=2, high=20).value == 3
    bar = slider("keep", 0.5, low=0, high=1)._bar
    for control in (bar, int_slider("n", 1, low=1, high=2), choice("a", "b", ["b"])):
        assert control.description
        assert control.style.description_width == "initial"


# ------------------------------------------------------------------------------------------------ the explorer
class Bar(Picture):
    def __init__(self):
        super().__init__(figure(2, 1), "A bar.")
        ax = self.figure.add_axes((0, 0, 1, 1), xlim=(0, 1), ylim=(0, 1))
        self.line = ax.add_line(Line2D([], [], lw=8))
        self.animate(self.line)

    def update(self, arrays):
        self.line.set_data([0, arrays["x"]], [0.5, 0.5])
        self.set_title(f"x is {arrays['x']:.2f} < 2")


def inverse(x, on):
    if x == 0:
        raise ZeroDivisionError("x = 0 has no inverse <here>")
    return {"x": 1 / x if on else x}


@pytest.fixture
def panel():
    controls = {"x": slider("x", 0.5, low=0, high=1), "on": switch("inverse", False)}
    target = Target("make it long", lambda arrays: arrays["x"] > 0.9, "Long enough.",
                    lambda arrays: f"x > {arrays['x']:.2f}")
    panel = Explorer(controls, inverse, Bar(), target=target)
    yield panel
    panel.close()


def test_a_control_moves_picture_and_sentence(panel):
    first = panel._image.value
    panel.controls["x"]._bar.value = 0.25
    assert panel.values == {"x": 0.25, "on": False}
    assert panel.arrays == {"x": 0.25}
    assert panel._image.value != first
    assert "x is 0.25 &lt; 2" in panel._sentence.value
    assert 'role="status"' in panel._sentence.value
    panel.set(x=0.5)
    assert panel._image.value == first


def test_the_target_is_announced_when_it_is_hit(panel):
    assert "Target: make it long · x &gt; 0.50" in panel._goal.value
    panel.set(x=0.95)
    assert "✓ Long enough. x &gt; 0.95" in panel._goal.value
    panel.set(x=0.1)
    assert "make it long" in panel._goal.value


def test_an_error_is_shown_and_the_last_good_picture_stays(panel):
    first = panel._image.value
    panel.set(x=0)
    assert panel.error == "ZeroDivisionError: x = 0 has no inverse <here>"
    assert "last good one. ZeroDivisionError: x = 0 has no inverse &lt;here&gt;" in panel._trouble.value
    assert panel._image.value == first
    assert panel.arrays == {"x": 0.5}
    panel.set(x=0.5)  # back to where the picture already is: the message goes
    assert panel.error == panel._trouble.value == ""
    assert "x is 0.50" in panel._sentence.value


def test_an_error_at_the_start_is_raised():
    with pytest.raises(ZeroDivisionError):
        Explorer({"x": slider("x", 0, low=0, high=1), "on": switch("on", False)}, inverse, Bar())


def test_set_turns_several_controls_in_one_picture(panel):
    calls = []
    panel.compute = lambda **values: calls.append(values) or {"x": 0.3}
    panel.set(x=0.7, on=True)
    assert calls == [{"x": 0.7, "on": True}]
    panel.set(x=0.7)
    assert len(calls) == 1  # nothing changed
    with pytest.raises(ValueError, match="there is no control 'y'; the controls are x, on"):
        panel.set(y=1)
    with pytest.raises(ValueError, match=r"x: the value is 3\.0"):
        panel.set(x=3)


def test_frames_leave_the_panel_as_it_is(panel):
    before = panel._image.value
    frames = list(panel.frames(x=[0.2, 0.8], on=[False, True]))
    assert [frame.values for frame in frames] == [{"x": x, "on": on} for x in (0.2, 0.8) for on in (False, True)]
    assert frames[0].text == "x is 0.20 < 2"
    assert len({frame.png for frame in frames}) >= 3
    assert panel._image.value == before == panel.frame().png
    assert panel.values == {"x": 0.5, "on": False}
    with pytest.raises(ZeroDivisionError):
        panel.frame(x=0)
    assert panel.frame(x=0.5).png == before


def test_the_bundle_has_a_live_view_a_picture_and_a_sentence(panel):
    bundle, metadata = panel._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert bundle["text/plain"] == metadata["image/png"]["alt"] == "x is 0.50 < 2"
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")


def test_the_bundle_has_the_picture_of_the_present_setting_and_after_an_error_the_last_good_one(panel):
    def stored():
        return base64.b64decode(panel._repr_mimebundle_()[0]["image/png"])

    panel.set(x=0.8)
    good = stored()
    assert good == panel.picture.still(panel.arrays).png
    panel.set(x=0)
    assert stored() == panel._image.value, "sent to the page, and encoded fast"


def test_of_few_whole_numbers_all_are_positions():
    assert int_slider("depth", 4, low=1, high=5).positions(99) == [1, 2, 3, 4, 5]


def test_callbacks_of_two_threads_do_not_mix(panel):
    panel.compute = lambda x, on: {"x": x}
    places = np.linspace(0.01, 0.99, 40)
    threads = [threading.Thread(target=lambda part=part: [panel.set(x=x) for x in part])
               for part in (places[::2], places[1::2])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert panel.error == ""
    assert panel.arrays == {"x": panel.controls["x"].value}
    assert panel._image.value == panel.frame().png


def test_closed_means_closed(panel):
    inner = [*panel.children, *panel.controls.values(), panel.controls["x"]._bar, panel.controls["x"]._box]
    panel.close()
    assert all(widget.comm is None for widget in inner)
    calls = []
    panel.compute = lambda **values: calls.append(values)
    panel.controls["x"].value = 0.9
    assert calls == []


# ------------------------------------------------------------------------------------------------ the flagship panel
@pytest.fixture(scope="module")
def flagship():
    panel = init_explorer(batch=16)
    yield panel
    panel.close()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_both_ends_of_every_control_with_every_activation(flagship, activation):
    start = {"std": 0.05, "activation": activation, "depth": 4, "width": 100}
    flagship.set(**start)
    assert flagship.error == ""
    middle = flagship._image.value
    for name, ends in (("std", (1e-3, 3.0)), ("depth", (2, 20)), ("width", (50, 500))):
        for end in ends:
            flagship.set(**{name: end})
            assert flagship.error == ""
            assert flagship._image.value != middle
            assert spoken(activation) in flagship._sentence.value
            assert "nan" not in flagship._sentence.value
        flagship.set(**start)
        assert flagship._image.value == middle


def test_marks_follow_the_width(flagship):
    flagship.set(width=200)
    assert flagship.controls["std"].marks == {"0.01": 0.01, "1/√n": 200**-0.5, "√(2/n)": 0.1, "1": 1.0}
    press(flagship.controls["std"], "√(2/n)")
    assert flagship.arrays.std == 0.1
    flagship.set(width=500)


def test_the_computation_stands_alone():
    shown = signal(0.1, "relu", 3, 50, low=-0.5, high=4.0, batch=8)
    assert shown.layers.std.shape == shown.theory_std.shape == (3,)
    assert shown.width == 50


@pytest.mark.parametrize(("arguments", "message"), [
    ({"std": 5.0}, "init std: the initial value is 5.0"), ({"depth": 1}, "depth: the initial value is 1"),
    ({"activation": "tahn"}, "did you mean 'tanh'"), ({"width": 10}, "width n: the initial value is 10"),
])
def test_the_panel_refuses_a_start_outside_its_limits(arguments, message):
    with pytest.raises(ValueError, match=message):
        init_explorer(**arguments)


def test_marks_can_be_hidden_for_a_search():
    panel = init_explorer(batch=8, depth=2, width=50, show_marks=False, target=Target("find it", lambda shown: False))
    assert panel.controls["std"].marks == {}
    assert "find it" in panel._goal.value
    panel.set(width=100)
    assert panel.controls["std"].marks == {}
    panel.close()


def test_twice_the_same_and_nothing_is_left_behind():
    threads, texts = threading.active_count(), []
    for _ in range(2):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            panel = init_explorer(batch=16)
            panel.set(std=0.1)
            bundle, _ = panel._repr_mimebundle_()
        texts.append((bundle["text/plain"], bundle["image/png"]))
        panel.close()
    assert texts[0] == texts[1]
    assert "0x" not in texts[0][0]
    assert matplotlib.pyplot.get_fignums() == []
    assert threading.active_count() == threads


# ------------------------------------------------------------------------------------------------ predictions
def ask(**changes):
    arguments = {"question": "What does <i>σ</i> do to $x^2$?", "options": ["halves it", "doubles it", "nothing"],
                 "answer": "doubles it", "why": "Because $2x$.", "look": "the curve"} | changes
    return Predict(**arguments)


def test_nothing_is_revealed_before_a_choice_is_committed():
    asked = ask()
    assert asked.picked is None
    asked._commit.click()
    assert "Choose one of the options first" in asked._reveal.value
    assert "Because" not in asked._reveal.value and not asked._radio.disabled
    asked._radio.index = 0
    assert "Because" not in asked._reveal.value
    asked._commit.click()
    assert "Because" in asked._reveal.value


def test_a_wrong_choice_gets_both_answers_and_is_final():
    asked = ask()
    asked.pick("halves it")
    asked._commit.click()
    shown = asked._reveal.value
    assert "You said: A. halves it" in shown
    assert "The answer is: B. doubles it" in shown
    assert "Because $2x$." in shown and "the curve" in shown
    assert asked._radio.disabled and asked._commit.disabled
    asked.commit()
    assert asked._reveal.value == shown


def test_the_right_choice_is_confirmed():
    asked = ask()
    asked.pick("doubles it")
    asked.commit()
    assert "✓ Right" in asked._reveal.value and "You said: B. doubles it" in asked._reveal.value
    with pytest.raises(ValueError, match="'triples it' is not an option"):
        asked.pick("triples it")


def test_without_a_kernel_the_answer_is_folded():
    bundle = ask()._repr_mimebundle_()
    html, folded = bundle["text/html"].split("<details>")
    assert "B. doubles it" in html and "Because" not in html
    assert "B. doubles it" in folded and "Because $2x$." in folded and "the curve" in folded
    assert bundle["text/plain"] == "Predict: What does σ do to $x^2$?\n  A. halves it\n  B. doubles it\n  C. nothing"
    assert ask()._repr_mimebundle_()["text/html"] == bundle["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_formulas_are_set_above_and_picked_by_letter():
    asked = ask(options=["$x$", "$2x$"], answer="$2x$")
    assert isinstance(asked.children[0], W.HTMLMath)
    assert ". $2x$" in asked.children[0].value
    assert asked._radio.options == ("A", "B")
    asked.pick("$2x$")
    asked.commit()
    assert "✓ Right" in asked._reveal.value and "You said: B. $2x$" in asked._reveal.value
    asked.close()


@pytest.mark.parametrize(("changes", "message"), [
    ({"answer": "triples it"}, "the answer 'triples it' is not an option; the options are halves it; doubles it"),
    ({"options": ["doubles it"]}, "expected 2 to 8 different texts"),
    ({"options": ["doubles it", "doubles it"]}, "different texts"),
    ({"options": "doubles it"}, r"Predict: options must be Sequence\[str\], got 'doubles it'"),
    ({"why": " "}, "why is ' '; expected a text"),
    ({"question": ""}, "question is ''"),
    ({"look": None}, "Predict: look must be str, got None"),
])
def test_a_question_that_cannot_be_asked(changes, message):
    with pytest.raises((ValueError, TypeError), match=message):
        ask(**changes)
