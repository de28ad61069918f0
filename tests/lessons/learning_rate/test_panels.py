"""The panels and pictures of notebook 05: both ends of every control, what is said, targets that can be hit."""

import itertools
import math

import numpy as np
import pytest

from labkit.datasets import mnist1d
from labkit.figures.strip_plots import strip_plot
from labkit.lessons.learning_rate.exercises import warm_cosine
from labkit.lessons.learning_rate.experiments import planned_rates
from labkit.lessons.learning_rate.figures import range_test, runs_by_rate, stability
from labkit.lessons.learning_rate.panels import (
    averaging_trainer,
    marks,
    rate_explorer,
    rate_sweep,
    schedule_drawer,
    your_schedule,
)
from labkit.network import mlp
from labkit.optimizers import SGD
from labkit.schedules import SCHEDULES
from labkit.widgets import Target
from labkit.widgets.trainer import Trainer
from labkit.widgets.yours import Note
from tests.panels import pixels

SIZES = [40, 8, 10]


@pytest.fixture
def panel():
    panel = rate_explorer()
    yield panel
    panel.close()


@pytest.fixture
def drawer():
    drawer = schedule_drawer(SIZES, mnist1d(200, n_val=100), [0.4] * 5, seeds=range(2), max_steps=40, size=20)
    yield drawer
    drawer.close()


# ------------------------------------------------------------------------------------------------ the parabola
def test_every_corner_of_the_panel_has_a_picture_of_its_own(panel):
    corners = list(panel.frames(lr=[0.01, 10.0], curvature=[0.25, 4.0], noise=[0.0, 1.0]))
    corners += list(panel.frames(lr=[0.5], noise=[0.3], schedule=list(SCHEDULES)))
    assert all(np.ptp(pixels(frame.png)) > 200 for frame in corners)
    for a, b in itertools.combinations(corners, 2):
        assert np.abs(pixels(a.png) - pixels(b.png)).sum() > 0, (a.values, b.values)
    assert not any(word in frame.text for frame in corners for word in ("nan", "inf", "?"))


@pytest.mark.parametrize(("lr", "words"), [
    (0.05, "It crawls"), (0.5, "It slides"), (1.0, "One step"), (1.5, "It overshoots"), (1.99, "Just below the edge"),
    (2.0, "The edge"), (2.01, "Just above the edge"), (2.5, "Too large"),
])
def test_the_panel_says_what_a_rate_does(panel, lr, words):
    panel.set(lr=lr)
    assert panel.text.startswith(words)


def test_a_lost_run_is_said_with_its_step(panel):
    panel.set(lr=10.0, curvature=4.0)
    assert f"beyond 10¹² at step {panel.arrays.lost}" in panel.text and 5 < panel.arrays.lost < 10


def test_the_marks_follow_the_curvature_and_can_be_hidden(panel):
    panel.set(curvature=4.0)
    assert panel.controls["lr"].marks == marks(4.0) == {"1/λ": 0.25, "2/λ": 0.5}
    hidden = rate_explorer(show_marks=False)
    hidden.set(curvature=4.0)
    assert not hidden.controls["lr"].marks
    hidden.close()


def test_the_target_of_the_notebook_can_be_hit_and_missed():
    target = Target("far", lambda d: d.curvature == 0.4 and d.lr > 3.5 and d.noise == 0 and d.loss[-1, 0] < 1e-3)
    panel = rate_explorer(curvature=0.4, show_marks=False, target=target)
    hits = [lr for lr in np.arange(3, 6, 0.01) if target.hit(panel.compute(lr=lr, curvature=0.4, noise=0.0,
                                                                         schedule="constant"))]
    assert max(hits) == pytest.approx(4.89, abs=0.015)
    panel.close()


# ------------------------------------------------------------------------------------------------ training
def test_the_sweep_trains_one_network_per_rate():
    rates = 4.0 ** np.arange(-4, 4)
    panel = rate_sweep(SIZES, mnist1d(200, n_val=100), rates, max_steps=50, size=20)
    panel.advance(3)
    assert np.allclose(panel.run.rates[0], rates)
    assert len(set(panel.run.losses[0])) == 1 and len(set(panel.run.losses[2])) == len(rates)
    assert panel.monitor.names[0] == "0.0039" and panel.monitor.names[-1] == "64"
    panel.close()


def test_a_paused_handle_says_its_name_and_the_plan_has_ticks(drawer):
    ticks = drawer.picture.figure.axes[-1].get_yticks()
    assert min(ticks) < 0.4 < max(ticks), "0.4 all the way, and no numbers beside it"
    drawer.set(three_quarters=0.002)
    drawer._take()
    assert drawer.text == "Step 0 of 40. From the next step: three quarters 0.002."


def test_the_rate_is_shown_before_the_first_step():
    panel = Trainer(lambda: mlp(SIZES), mnist1d(200, n_val=100), optimizer=SGD(0.02), instruments=["rate"], on=["rate"],
                    view=None, schedule=lambda step: 0.5, max_steps=50)
    axes = panel.picture.figure.axes[-1]
    assert axes.get_xlim()[0] <= 0 and axes.get_xlim()[1] == 50 and axes.get_ylim()[0] < 0.01 < axes.get_ylim()[1]
    panel.close()


def test_a_divergence_is_said():
    panel = rate_sweep(SIZES, mnist1d(200, n_val=100), [0.1, 1e30], max_steps=50, size=20)
    panel.advance(20)
    assert "1 of 2 runs have diverged" in panel.text
    panel.close()


def test_the_handles_draw_the_schedule(drawer):
    drawer.set(start=0.2, half=0.05, end=0.001)
    drawer._take()
    plan, last = planned_rates(drawer.run)
    assert last == len(plan) == 40
    assert plan[[0, 10, 20, 30]] == pytest.approx([0.2, 0.4, 0.05, 0.4])
    drawer.advance(15)
    assert drawer.run.rates[:15, 0] == pytest.approx(plan[:15])
    assert planned_rates(drawer.run)[0] == pytest.approx(plan)


def test_a_handle_that_is_pulled_while_it_trains_acts_from_then_on(drawer):
    drawer.advance(20)
    drawer.set(three_quarters=0.002)
    drawer._take()
    drawer.advance(11)
    assert drawer.run.rates[:20, 0] == pytest.approx(0.4)
    assert drawer.run.rates[30, 0] == pytest.approx(0.002)


def test_every_end_of_the_handles_has_a_picture_of_its_own(drawer):
    seen = set()
    for values in itertools.product([0.001, 10.0], repeat=2):
        drawer.set(start=values[0], end=values[1])
        drawer._take()
        drawer.show()
        seen.add(drawer.picture.png())
    assert len(seen) == 4


def test_the_average_trails_the_network_and_at_decay_0_is_the_network():
    panel = averaging_trainer(SIZES, mnist1d(200, n_val=100), seeds=range(2), max_steps=60, size=20)
    panel.advance(30)
    network, average = (panel.run.curve(name).loss[-1] for name in ("validation", "averaged"))
    assert (average != network).all()
    panel.set(decay=0.0)
    panel._take()
    panel.advance(30)
    network, average = (panel.run.curve(name).loss[-1] for name in ("validation", "averaged"))
    assert average == pytest.approx(network, rel=1e-5)
    panel.close()


# ------------------------------------------------------------------------------------------------ a student's schedule
def driven(f, **settings):
    return your_schedule(f, data=mnist1d(200, n_val=100), sizes=SIZES, warm=10, max_steps=60, size=20, **settings)


def test_a_right_schedule_draws_labkits_plan_and_trains_as_labkits_does():
    panel = driven(lambda t, total, warm: warm_cosine(t, total, warm))
    panel.advance(60)
    assert panel.run.losses[:, 1] == pytest.approx(panel.run.losses[:, 0], rel=1e-4)
    plan, now = panel.instruments["plans"].read(panel.run)
    assert now == 60 and plan[:, 1] == pytest.approx(plan[:, 0]) and plan[10, 0] == 1
    panel.set(warm=30)
    panel._take()
    assert panel.instruments["plans"].read(panel.run)[0][[15, 30], 1] == pytest.approx([0.5, 1.0])
    panel.close()


def test_a_wrong_schedule_drives_too_and_its_plan_and_curve_show_it():
    panel = driven(lambda t, total, warm: 1 - t / total)
    panel.advance(60)
    plan, _ = panel.instruments["plans"].read(panel.run)
    assert np.abs(plan[:, 1] - plan[:, 0]).max() > 0.5
    assert np.abs(panel.run.losses[:, 1] - panel.run.losses[:, 0]).max() > 0.05
    panel.close()


def test_a_schedule_that_fails_on_the_way_is_drawn_up_to_there_and_says_why():
    def half(t, total, warm):
        if t < warm:
            return t / warm
        return [1, 0]

    panel = driven(half)
    plan, _ = panel.instruments["plans"].read(panel.run)
    assert np.isfinite(plan[:10]).all() and np.isnan(plan[10:, 1]).all() and np.isfinite(plan[:, 0]).all()
    panel._repr_mimebundle_()
    assert "returned an array of shape (2,) for the multiplier" in panel.text
    panel.advance(60)
    assert panel.run.steps == 10 and "shape (2,)" in panel.text
    panel.set(lr=0.1)
    panel.close()


@pytest.mark.parametrize(("answer", "words"), [
    (lambda t, total, warm: 1 / (t - t), "raised ZeroDivisionError"), (lambda t, total, warm: "abc", "no array of num"),
    (lambda t, total, warm: "0.5", "no array of numbers"), (lambda t, total, warm: np.ones(7), "shape (7,)"),
    (lambda t, total, warm: math.nan, "returned NaN for the multiplier"), (lambda t, total: 1.0, "raised TypeError"),
    (lambda t, total, warm: math.inf, "an infinite number"), (lambda t, total, warm: 10**400, "no array of numbers"),
])
def test_a_schedule_without_any_answer_leaves_labkits_plan_and_says_why(answer, words):
    panel = driven(answer)
    assert words in panel._repr_mimebundle_()[0]["text/plain"] + panel.text
    panel.advance(3)
    plan, now = panel.instruments["plans"].read(panel.run)
    assert now == 0 and np.isfinite(plan[:, 0]).all() and np.isnan(plan[:, 1]).all() and words in panel.text
    panel.reset()
    panel.set(warm=20)
    panel._take()
    assert "From the next step: warm 20" in panel.text, "the panel lives on"
    panel.close()


def test_a_stub_of_a_schedule_waits():
    def stub(t, total, warm):
        ...

    assert isinstance(driven(stub), Note)


# ------------------------------------------------------------------------------------------------ still pictures
def test_the_fan_marks_where_a_run_broke_off():
    whole = np.full((50, 5), 2.0)
    broken = whole.copy()
    broken[7:, 2] = np.nan
    one, other = (runs_by_rate({"lr 1": a, "lr 2": whole}, ["learns", "learns"], guessing=2.3, description="fan")
                  for a in (whole, broken))
    cross = (np.abs(pixels(other.png) - (213, 94, 0)).sum(axis=2) < 10).sum()
    assert cross > 50 and (np.abs(pixels(one.png) - (213, 94, 0)).sum(axis=2) < 10).sum() == 0


def test_still_pictures_show_what_they_are_given():
    x = np.linspace(0.1, 1, 20)
    y = np.random.default_rng(0).random((20, 5)) + 1
    pairs = [
        (range_test(x, a, {"up": 0.5}, description="range") for a in (y, y[::-1])),
        (stability(x, a, x, y[:, 0], 0.9, xlabel="x", ylabel="y", description="limit") for a in (y[:, 0], y[::-1, 0])),
        (strip_plot({"t": {"a": a[0], "b": a[1]}}, description="strips") for a in (y, y[::-1])),
    ]
    for one, other in pairs:
        assert one.png != other.png and np.ptp(pixels(one.png)) > 200 and one.description == other.description


@pytest.mark.parametrize(("lr", "curvature", "said"), [
    (0.01, 1.0, "It crawls, and noise shakes it"), (0.5, 1.0, "It comes down to a floor of noise"),
    (0.5, 4.0, "Beside the edge: from side to side, and the noise adds up"), (10.0, 1.0, "Too large"),
])
def test_with_noise_it_is_said_whether_the_floor_is_reached(lr, curvature, said):
    panel = rate_explorer(lr=lr, curvature=curvature, noise=0.5)
    assert panel.text.startswith(said)
    panel.close()
