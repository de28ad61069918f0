"""A student's function drives a panel: a stub waits, an error stands in the panel, and the panel lives on."""

import ipywidgets as W
import numpy as np
import pytest
from matplotlib.lines import Line2D

import labkit as lk
from labkit.exercises.answers import array_of, values_of
from labkit.exercises.guard import AttemptError
from labkit.figures import Picture, figure
from labkit.widgets import Explorer, slider
from labkit.widgets.yours import DrivenTrainer, Note, driven


class Dot(Picture):
    def __init__(self):
        super().__init__(figure(2, 1), "A dot.")
        ax = self.figure.add_axes((0, 0, 1, 1), xlim=(0, 1), ylim=(-1, 1))
        self.dot = ax.add_line(Line2D([], [], marker="o"))
        self.animate(self.dot)

    def update(self, arrays):
        self.dot.set_data([arrays["x"]], [arrays["y"]])
        self.description = f"y is {arrays['y']:.2f}"


@driven
def dot_explorer(f, *, high=1.0):
    return Explorer({"x": slider("x", 0.25, low=0, high=high)}, lambda x: {"x": x, "y": f(x)}, Dot(),
                    start={"x": 0.25, "y": 0.0})


def test_the_students_function_draws_the_picture_right_or_wrong():
    for f in (np.sqrt, np.square):
        panel = dot_explorer(lambda x, f=f: f(x))
        assert panel.error == "" and panel.arrays["y"] == f(0.25)
        panel.set(x=0.5)
        assert panel.picture.dot.get_data()[1] == [f(0.5)]


def test_a_stub_waits():
    def stub(x):
        ...

    note = dot_explorer(stub)
    assert isinstance(note, Note) and "run this cell again" in note._repr_mimebundle_()["text/plain"]


@driven
def knob_before_the_call(f):
    knob = slider("x", 0.25, low=0, high=1)
    return Explorer({"x": knob}, lambda x: {"x": x, "y": f(x)}, Dot(), start={"x": 0.25, "y": f(0.25)})


def test_what_was_made_before_a_stub_was_met_is_given_back():
    def stub(x):
        ...

    before = set(W.widgets.widget._instances)
    for make in (dot_explorer, knob_before_the_call):
        note = make(stub)
        assert len(set(W.widgets.widget._instances) - before) == 3, "the note, its layout and its style"
        note.close()
    assert set(W.widgets.widget._instances) == before
    assert dot_explorer(np.sqrt).comm is not None, "and what is shown stays"


def test_an_error_stands_in_the_panel_in_the_students_words_and_the_panel_lives_on():
    def half(x):
        if x < 0.3:
            return 1 / (x - x)
        return x

    panel = dot_explorer(half)
    assert "ZeroDivisionError" in panel.error and "return 1 / (x - x)" in panel.error
    assert "AttemptError" not in panel.error
    assert panel._image.value and panel.arrays == {"x": 0.25, "y": 0.0}, "the library's picture stays"
    assert panel.text == panel._repr_mimebundle_()[0]["text/plain"] and "no answer yet" in panel.text, "and no praise"
    panel.set(x=0.5)
    assert panel.error == "" and panel.arrays["y"] == 0.5 and panel.text == "y is 0.50"
    panel.set(x=0.1)
    assert "ZeroDivisionError" in panel._trouble.value and panel.arrays["y"] == 0.5


@driven
def step_trainer(rule):
    class Own(lk.Optimizer):
        """θ ← rule(θ, g, lr)."""

        def _update(self, theta, grad, lr):
            theta[...] = rule(theta, grad, lr)

    x, y = lk.datasets.spirals(90, rng=np.random.default_rng(0))
    return DrivenTrainer(lambda: lk.mlp([2, 8, 3]), {"train": (x, y)}, optimizer=Own(0.1), max_steps=50)


def test_a_students_rule_trains_right_or_wrong():
    good, bad = (step_trainer(lambda theta, g, lr, sign=sign: theta - sign * lr * g) for sign in (1, -1))
    for trainer in (good, bad):
        trainer.advance(40)
    assert good.run.curve("train").loss[-1] < good.run.curve("train").loss[0] < bad.run.curve("train").loss[-1]


def test_a_stub_of_a_rule_waits_and_its_error_stands_in_the_trainer():
    def stub(theta, g, lr):
        ...

    def broken(theta, g, lr):
        return theta - lr * g[0]

    def late(theta, g, lr):
        if np.abs(g).max() < 1e9:
            raise KeyError("momentum")
        return theta

    assert isinstance(step_trainer(stub), Note)
    trainer = step_trainer(late)
    assert "KeyError" in trainer.text and 'raise KeyError("momentum")' in trainer.text
    assert "image/png" in trainer._repr_mimebundle_()[0]
    trainer.set(lr=0.2)
    assert step_trainer(broken).run.steps == 0


def test_a_run_that_the_function_ends_says_so_and_begins_anew_with_reset():
    calls = []

    def tired(theta, g, lr):
        calls.append(1)
        if len(calls) == 12:
            return theta[:3]
        return theta - lr * g

    def checked(theta, g, lr):
        return array_of(tired(theta, g, lr), theta.shape)

    trainer = step_trainer(checked)
    trainer.advance(30)
    assert trainer.run.steps == 10 and "array of shape (3,)" in trainer.text
    trainer.one_step()
    assert trainer.run.steps == 10 and "array of shape (3,)" in trainer.text
    trainer.reset()
    trainer.advance(30)
    assert trainer.run.steps == 30 and "shape" not in trainer.text


def test_a_call_in_the_place_of_the_function_is_refused():
    with pytest.raises(TypeError, match=r"dot_explorer: expected your function, got 0\.5\. Hand it over without"):
        dot_explorer(0.5)
    with pytest.raises(ValueError, match="x: the initial value"):
        dot_explorer(np.sqrt, high=0.1)


def test_an_error_before_there_is_anything_to_show_stands_in_the_place_of_the_panel():
    @driven
    def layers(f):
        return DrivenTrainer(lambda: lk.mlp([2, 8, 3], lk.Activation("yours", f, lambda x, y: x)), lk.datasets.spirals(
            90, rng=np.random.default_rng(0)), optimizer=lk.SGD(0.1), max_steps=5)

    def broken(x):
        return x.maximum(0)

    note = layers(broken)
    assert isinstance(note, Note) and "x.maximum(0)" in note.text and "No panel yet" in note.text


def test_answers_are_arrays_of_the_shape_that_was_asked_for_or_it_is_said_what_they_were():
    assert array_of([[1, 2]], (1, 2)).dtype == float and array_of(2, ()).item() == 2
    assert np.isnan(array_of(np.nan, ())), "what is lost may be shown, unless it is asked for finite"
    for answer, said in (([1, 2, 3], r"an array of shape \(3,\) for v"), (4.0, "one number for v"),
                         ("no", "no array of numbers for v")):
        with pytest.raises(AttemptError, match=said):
            array_of(answer, (2,), "v")
    with pytest.raises(AttemptError, match=r"returned 1 value\nhint: return theta, v\."):
        values_of(np.ones(3), ["theta", "v"])


def test_what_a_first_call_raises_is_said_below_labkits_own_picture():
    panel = dot_explorer(lambda x: 1 / 0)
    assert "Your function raised ZeroDivisionError" in panel._trouble.value and "last good" not in panel._trouble.value


def test_what_the_library_refuses_to_work_with_stands_in_the_panel():
    def refused(x, y):
        raise ValueError("soft labels must add up to 1.")

    @driven
    def training(f):
        return DrivenTrainer(lambda: lk.mlp([2, 8, 3]), lk.datasets.spirals(60, np.random.default_rng(0), arms=3),
                             optimizer=lk.SGD(0.1), augment=lambda rng: refused, max_steps=50)

    panel = training(lambda x: x)
    assert panel.message == "ValueError: soft labels must add up to 1."
    panel.advance(3)
    assert panel.run.steps == 0 and panel.run.stop_reason == "soft labels must add up to 1"
    panel.close()
