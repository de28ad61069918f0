"""The panels and pictures of notebook 12: both ends of every control, what is said, targets that can be hit."""

import itertools

import numpy as np
import pytest

from labkit.lessons.noise_and_sharing import panels
from labkit.lessons.noise_and_sharing.exercises import shared_weights, smooth_targets, two_heads
from labkit.lessons.noise_and_sharing.experiments.slopes import sines
from labkit.lessons.noise_and_sharing.experiments.yours import own_heads
from labkit.lessons.noise_and_sharing.figures import sine_panels
from labkit.widgets.yours import Note
from tests.cells import cells_of
from tests.panels import pixels

CELLS = {name: cell.source for name, cell in cells_of("12").items()}
ENDS = {
    panels.copies_explorer: {"copies": [1.0, 3000.0], "sigma": [0.1, 2.0]},
    panels.shift_explorer: {"shift": [0, 16], "stride": [1, 2, 4]},
    panels.tasks_explorer: {"tasks": [1, 16], "weight": [0.0, 3.0], "related": [0.0, 1.0], "width": [1, 20],
                            "n": [5, 40]},
    panels.transfer_explorer: {"n": [10, 500], "source": ["five other classes", "nothing"]},
}


@pytest.fixture(params=ENDS, ids=lambda maker: maker.__name__)
def panel(request):
    panel = request.param()
    panel.set(**({"tasks": 6} if "tasks" in panel.controls else {}))       # with task 1 alone the others have no effect
    yield panel
    panel.close()


def ends_of(panel):
    return next(ends for ends in ENDS.values() if set(ends) == set(panel.controls))


def test_both_ends_of_every_control_have_a_picture_of_their_own(panel):
    for name, values in ends_of(panel).items():
        frames = list(panel.frames(**{name: values}))
        assert all(np.ptp(pixels(frame.png)) > 200 for frame in frames)
        for a, b in itertools.combinations(frames, 2):
            assert a.png != b.png and a.text != b.text, (a.values, b.values)
        assert not any(word in frame.text for frame in frames for word in ("nan", "inf", "?"))


@pytest.mark.parametrize("maker", [panels.copies_explorer, panels.shift_explorer, panels.tasks_explorer])
def test_every_corner_is_drawn(maker):
    panel = maker()
    for values in itertools.product(*ENDS[maker].values()):
        panel.set(**dict(zip(ENDS[maker], values, strict=True)))
        assert panel.error == ""
    panel.close()


# ------------------------------------------------------------------------------------------------ what is drawn
def test_the_bars_end_at_the_weights_and_the_dashes_at_ridges():
    panel = panels.copies_explorer(copies=40.0)
    c, picture = panel.arrays, panel.picture
    ends = [path.vertices[2, 1] for path in picture._bars.get_paths()]
    np.testing.assert_allclose(ends, c.noisy)
    np.testing.assert_allclose([segment[0, 1] for segment in picture._ridge.get_segments()], c.ridge)
    assert picture._now.get_xdata()[0] == c.copies
    assert "still their own" in panels.copies_explorer(copies=1.0).text
    panel.set(copies=3000.0)
    assert "are ridge's, nearly" in panel.text
    panel.close()


def test_the_features_lie_on_the_broad_lines_if_they_moved_along():
    panel = panels.shift_explorer(shift=6, stride=2)
    assert panels.shift_explorer(shift=0).text.startswith("Nothing is shifted yet")
    for before, now in zip(panel.picture._before, panel.picture._lines, strict=True):
        np.testing.assert_allclose(before.get_ydata(), now.get_ydata(), atol=1e-9)
    assert panel.text.startswith("The features move along")
    panel.set(shift=7)
    gaps = [np.abs(b.get_ydata() - n.get_ydata()).max()
            for b, n in zip(panel.picture._before, panel.picture._lines, strict=True)]
    assert max(gaps) > 0.1 and panel.text.startswith("The features do not simply move along")
    panel.close()


def test_a_dot_per_repetition_and_what_is_said_of_them():
    panel = panels.tasks_explorer(tasks=10)
    np.testing.assert_allclose(panel.picture._dots[1].get_ydata(), np.clip(panel.arrays.together, 0.005, 5))
    assert panel.text.startswith("9 other tasks help")
    panel.set(related=0.0, n=30)
    assert panel.text.startswith("9 other tasks hurt")
    panel.set(weight=0.0)
    assert panel.text.startswith("Weight 0: the others are switched off")
    panel.set(tasks=1, weight=1.0)
    assert panel.text.startswith("One task alone: weight and relatedness need a second one; 1 task of 30 examples")
    panel.set(tasks=2, weight=1.0)
    assert panel.text.startswith("1 other task ")
    panel.close()


def test_transfer_says_who_is_ahead():
    panel = panels.transfer_explorer(n=500)
    t = panel.arrays
    assert t.tuned.mean() > t.frozen.mean() + 10 and "frozen body is ahead" not in panel.text
    panel.close()


def test_the_sines_are_drawn_with_their_points():
    found = sines(0.1, (3, 4), steps=5)
    still = sine_panels({"one": found, "two": found}, description="Two sines.")
    assert np.ptp(pixels(still.png)) > 200 and still.description == "Two sines."


# ------------------------------------------------------------------------------------------------ the trainer
def test_every_noise_acts_on_the_very_next_step():
    panel = panels.noise_trainer(max_steps=60)
    run = panel.run
    assert set(panel.live) == {"sigma", "weight_sigma", "keep", "lam", "eps"}
    for name, value in (("sigma", 1.0), ("weight_sigma", 0.2), ("keep", 0.5), ("eps", 0.5), ("lam", 0.05)):
        quiet, loud = run.twin(), run.twin()
        quiet.turn("eps", 0.0)
        quiet.step()
        loud.turn(name, value)
        loud.step()
        assert not np.allclose(quiet.net.theta, loud.net.theta, atol=1e-6), name
        loud.turn(name, {"keep": 1.0, "lam": 1e-6}.get(name, 0.0))
    panel.close()


def test_wrong_labels_for_ever_or_anew():
    panel = panels.noise_trainer(max_steps=60)
    np.testing.assert_array_equal(panel.run.y, panel.run.twin().y)
    told = panel.run.y.copy()
    panel.run.rebuild({"fresh": True})
    assert (panel.run.y != told).mean() == pytest.approx(0.3, abs=0.02)
    assert panel.advance(20) is None and panel.run.steps == 20
    panel.close()


# ------------------------------------------------------------------------------------------------ a student's own
def test_a_right_window_lies_on_labkits_and_a_wrong_gradient_beside_it():
    right = panels.your_window(lambda x, w, b, dy: shared_weights(x, w, b, dy), shift=5)
    assert right.error == "" and right.text.startswith("Like labkit's: one window for all positions")
    lines = right.picture
    np.testing.assert_allclose(lines._yours.get_ydata(), lines._labkits.get_ydata())
    assert right.set(window="uneven").arrays.shift == 5 and "largest y at position 13" in right.text

    def mean(x, w, b, dy):
        y, dw, db = shared_weights(x, w, b, dy)
        return y, dw / dy.shape[1], db

    wrong = panels.your_window(mean)
    assert wrong.error == "" and "your dw is off by 97 %" in wrong.text[0].lower() + wrong.text[1:]
    gaps = np.abs(wrong.picture._marks.get_ydata()) - [np.abs(s[1, 1]) for s in wrong.picture._dw.get_segments()]
    assert gaps.min() < -0.9
    right.close()
    wrong.close()


def test_what_goes_wrong_in_a_window_stands_in_the_panel():
    assert isinstance(panels.your_window(lambda x, w, b, dy: ...), Note)
    panel = panels.your_window(lambda x, w, b, dy: (x @ np.zeros((40, 36)), w, np.ones(2)))
    assert "returned an array of shape (2,) for db" in panel.error and np.ptp(pixels(panel._image.value)) > 200
    panel.close()


def test_two_heads_show_the_block_that_is_wrong():
    right = panels.your_heads(lambda *case: two_heads(*case), n1=4)
    assert right.error == "" and right.text.startswith("Like labkit's")
    seen, yours = (image.get_array() for image in right.picture._images)
    np.testing.assert_allclose(seen, yours)
    assert not yours[:4, 5:].any() and not yours[4:, :5].any() and yours[:4, :5].any() and yours[4:, 5:].any()

    heavy = right.set(weight=10.0).arrays
    np.testing.assert_allclose(heavy.labkits[4:], 10 * own_heads(two_heads, 4, 1.0).labkits[4:])
    right.close()

    def forgetful(z, y1, y2, classes, weight):
        return two_heads(z, y1, y2, classes, 1.0)

    wrong = panels.your_heads(forgetful, weight=2.0)
    assert wrong.text.startswith("Rows of task 2, head 2: off by 50 %")
    assert wrong.set(weight=1.0).text.startswith("Like labkit's")
    wrong.close()
    assert isinstance(panels.your_heads(lambda *case: ...), Note)
    short = panels.your_heads(lambda z, *rest: z[:-1])
    assert "returned an array of shape (11, 9) for dz" in short.error and np.ptp(pixels(short._image.value)) > 200
    short.close()


@pytest.mark.parametrize(("rule", "same"), [
    (lambda y, eps, classes: smooth_targets(y, eps, classes), True),
    (lambda y, eps, classes: smooth_targets(y, 0.0, classes), False),
])
def test_soft_targets_train_the_second_of_two_equal_networks(rule, same):
    panel = panels.your_smoothing(rule, max_steps=30)
    panel.run.advance(5)
    one, other = panel.run.net.theta
    assert np.array_equal(one, other) == same
    twin = panel.run.twin()
    panel.live["eps"].value = 0.0
    panel.run.turn("eps", 0.0)
    twin.advance(3)
    assert np.array_equal(*twin.net.theta), "without smoothing both are told the same"
    panel.close()


def test_targets_that_do_not_add_up_to_one_stand_in_the_panel():
    panel = panels.your_smoothing(lambda y, eps, classes: (1 - eps) * np.eye(classes)[y], max_steps=30)
    said = "made targets from 0 to 0.5 at ε = 0.5, and a first row that adds up to 0.5"
    assert said in panel.message and "each row adds up to 1" in panel.message
    panel.advance(3)
    assert panel.run.steps == 0 and said in panel.run.stop_reason
    panel.close()


# ------------------------------------------------------------------------------------------------ targets
HITS = {"copies": {"sigma": 0.5, "copies": 3000.0}, "shift": {"stride": 4, "shift": 4},
        "tasks": {"n": 30, "tasks": 8, "related": 0.3, "weight": 0.05},
        "transfer": {"n": 25, "source": "random labels"}}


@pytest.mark.parametrize("name", HITS)
def test_the_targets_of_the_notebook_can_be_hit_and_are_missed_at_first(name):
    scope = {}
    exec(compile(CELLS["setup"], "<setup>", "exec"), scope)
    panel = eval(compile(CELLS[name], f"<{name}>", "eval"), scope)
    assert not panel.target.hit(panel.arrays)
    panel.set(**HITS[name])
    assert panel.target.hit(panel.arrays), panel.text
    panel.close()


def test_the_target_of_the_trainer_can_be_hit():
    scope = {}
    exec(compile(CELLS["setup"], "<setup>", "exec"), scope)
    panel = eval(compile(CELLS["trainer"], "<trainer>", "eval"), scope)
    target, run = panel.target, panel.run
    run.turn("eps", 0.5)
    run.turn("lam", 0.01)
    while run.step():
        pass
    assert target.hit(run), run.curve("test").accuracy[-1]
    panel.close()
