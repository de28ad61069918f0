"""The student's weights of notebook 03: their std is a mark, their histograms the picture, and a network's start."""

import numpy as np
import pytest

from labkit.datasets import mnist1d
from labkit.lessons.initialization.panels import depth_trainer, init_explorer, your_init, your_start, your_std
from labkit.widgets.yours import Note


def he(rng, n_in, n_out):
    return np.sqrt(2 / n_in) * rng.standard_normal((n_in, n_out))


def by_variance(rng, n_in, n_out):
    return 2 / n_in * rng.standard_normal((n_in, n_out))


def only_narrow(rng, n_in, n_out):
    return he(rng, n_in, n_out) if n_in < 300 else rng.standard_normal(n_in)


def stub(rng, n_in, n_out):
    """Normal weights that keep the second moment behind ReLU."""
    ...


def test_right_weights_give_labkits_histograms_at_the_mark_of_he():
    panel = your_init(lambda rng, n_in, n_out: he(rng, n_in, n_out))
    marks = panel.controls["std"].marks
    assert panel.error == "" and panel.values["std"] == marks["yours"] == pytest.approx(marks["√(2/n)"], rel=0.01)
    library = init_explorer(activation="relu", std=marks["yours"])
    yours, ours = (p.arrays.layers for p in (panel, library))
    assert yours.std == pytest.approx(ours.std, rel=0.3) and yours.gradient == pytest.approx(ours.gradient, rel=0.3)
    apart = np.abs(yours.counts - ours.counts).sum(axis=1) / ours.counts.sum(axis=1)
    assert apart[0] < 0.1 and apart.max() < 0.3, "other draws of the same distribution"
    panel.set(width=100)
    assert panel.controls["std"].marks["yours"] == pytest.approx(0.02**0.5, rel=0.02)
    for p in (panel, library):
        p.close()


def test_the_histograms_are_those_of_the_students_weights_and_the_slider_scales_them():
    def two_valued(rng, n_in, n_out):
        return np.sqrt(2 / n_in) * rng.choice([-1.0, 1.0], (n_in, n_out)) * (rng.random((1, n_out)) < 0.5)

    panel, even = your_init(two_valued, depth=2), your_init(he, depth=2)
    assert panel.arrays.layers.zeros[0] > 0.7 > even.arrays.layers.zeros[0], "half of its units have no weights at all"
    std, first = panel.values["std"], panel.arrays.layers.std[0]
    panel.set(std=2 * std)
    assert panel.arrays.layers.std[0] == pytest.approx(2 * first, rel=1e-4)
    for p in (panel, even):
        p.close()


def test_wrong_weights_drive_too_and_the_picture_says_what_becomes_of_the_signal():
    panel = your_init(by_variance)
    assert "the signal dies out, the gradient vanishes" in panel.text and panel.values["std"] == pytest.approx(
        2 / 500, rel=0.01)
    assert panel.arrays.layers.std[-1] < 1e-6 * panel.arrays.layers.std[0]
    panel.close()


def test_an_error_stands_in_the_panel_and_goes_where_the_function_answers():
    panel = your_init(only_narrow)
    assert "an array of shape (500,) for W" in panel.error and "(500, 500)" in panel.error
    assert "yours" not in panel.controls["std"].marks and panel._image.value
    panel.set(width=100)
    assert panel.error == "" and "yours" in panel.controls["std"].marks
    panel.close()
    equal = your_init(lambda rng, n_in, n_out: np.full((n_in, n_out), 0.01))
    assert "all of them are equal" in equal.error
    equal.close()


def test_a_std_is_a_mark_too_and_wrong_ones_lie_elsewhere():
    right = your_std(lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)))
    wrong = your_std(lambda n_in, n_out: 2 / (n_in + n_out))
    marks = right.controls["std"].marks
    assert marks["yours"] == pytest.approx(marks["1/√n"], rel=0.01)
    assert wrong.controls["std"].marks["yours"] == pytest.approx(1 / 500, rel=0.01)
    assert "vanishes" in wrong.text and "vanishes" not in right.text
    for panel in (right, wrong):
        panel.close()
    assert "returned an array of shape (2,) for the standard deviation" in your_std(lambda n_in, n_out: [1, 2]).error


def test_right_weights_start_a_network_as_labkits_do_and_wrong_ones_leave_it_guessing():
    data, last = mnist1d(400, n_val=100), []
    for rule in (lambda *args: he(*args), by_variance):
        panel = your_start(rule, data=data, sizes=(40, *[32] * 10, 10))
        panel.advance(60)
        last.append(panel.run.losses[59])
        panel.close()
    assert last[0][1] == pytest.approx(last[0][0], rel=1e-5)
    assert last[1][1] == pytest.approx(np.log(10), abs=0.05) and abs(last[1][0] - last[1][1]) > 0.05


def test_a_stub_waits_and_an_error_in_the_start_is_told():
    assert isinstance(your_init(stub), Note) and isinstance(your_start(stub, data=mnist1d(200, n_val=100)), Note)
    assert isinstance(your_std(lambda n_in, n_out: ...), Note)
    note = your_start(lambda rng, n_in, n_out: rng.standard_normal(n_in), data=mnist1d(200, n_val=100))
    assert isinstance(note, Note) and "shape (40,) for W" in note.text


@pytest.mark.parametrize(("rule", "words"), [
    (lambda rng, n_in, n_out: np.full((n_in, n_out), np.nan), "returned NaN for W"),
    (lambda rng, n_in, n_out: np.full((n_in, n_out), 1e300), "too large for float32"),
    (lambda rng, n_in, n_out: np.ones((n_in, n_out)), "all of them are equal"),
    (lambda rng, n_in, n_out: "abc", "no array of numbers"), (lambda rng, n_in, n_out: 10**400, "no array of numbers"),
])
def test_weights_that_are_none_are_said_in_the_panel(rule, words):
    panel = your_init(rule, width=50, depth=3)
    assert words in panel.error and "no answer yet" in panel.text
    panel.close()


def test_a_deviation_that_is_none_is_said_too():
    for f, words in ((lambda n_in, n_out: np.nan, "NaN for the standard"),
                     (lambda n_in, n_out: "0.5", "no array of numbers")):
        panel = your_std(f, width=50, depth=3)
        assert words in panel.error
        panel.close()


def test_depth_and_branches_are_built_anew():
    panel = depth_trainer(mnist1d(200, n_val=100), sizes=(40, 16, 10), depth=4, seeds=range(2), size=20, max_steps=50)
    panel.advance(2)
    for branch, depth, parts in (("c = 1/√L", 6, 9), ("no skip", 2, 5)):
        panel.set(branch=branch, depth=depth)
        panel._take()
        assert panel.run.steps == 0 and len(panel.run.net.layers) == (parts if branch == "no skip" else depth + 2)
    panel.close()
