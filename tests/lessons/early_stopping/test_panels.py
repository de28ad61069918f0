"""The panels of notebook 08: both ends of every control, what is said, targets that can be hit."""

import numpy as np
import pytest

from labkit.lessons.early_stopping.exercises import botched, stop_early
from labkit.lessons.early_stopping.experiments import own_patience, try_patience, what_is_kept
from labkit.lessons.early_stopping.panels import (
    bowl_explorer,
    marks,
    patience_explorer,
    stopping_trainer,
    within_reach,
    wrong_labels_explorer,
    your_end,
    your_patience,
)
from labkit.widgets import Target
from labkit.widgets.yours import Note
from tests.panels import (
    assert_every_control_changes_picture_and_text,
    assert_every_corner_has_a_picture_of_its_own,
    pixels,
)

ENDS = {
    patience_explorer: {"noise": [0.02, 0.2], "patience": [1, 30], "draw": [0, 19]},
    wrong_labels_explorer: {"step": [100, 800], "draw": [0, 19]},
    bowl_explorer: {"lr": [0.01, 1.0], "lam": [1e-3, 10.0], "kappa": [1.0, 100.0], "tau": [1, 300]},
}


@pytest.mark.parametrize("make", ENDS, ids=lambda make: make.__name__)
def test_both_ends_of_every_control(make):
    panel = make()
    assert_every_corner_has_a_picture_of_its_own(panel, ENDS[make])
    assert_every_control_changes_picture_and_text(panel, ENDS[make])
    panel.close()


@pytest.mark.parametrize(("patience", "words"), [(1, "too early, clearly worse"), (12, "as good as the minimum")])
def test_the_panel_says_whether_it_was_too_early(patience, words):
    panel = patience_explorer(patience)
    assert words in panel.text
    panel.close()


def test_the_mark_follows_steps_and_rate_and_leads_to_the_matching_penalty():
    panel = bowl_explorer()
    panel.set(tau=20, lr=0.05)
    assert panel.controls["lam"].marks == marks(20, 0.05) == {"1/(τα)": pytest.approx(1.0)}
    panel.controls["lam"]._press(0)
    assert panel.arrays.lam == pytest.approx(panel.arrays.match)
    assert within_reach(50.0) == 10.0 and within_reach(1e-9) == 1e-3
    panel.close()


def test_the_bowl_target_can_be_hit_and_missed():
    target = Target("near", lambda b: np.linalg.norm(b.path[-1] - np.linalg.solve(
        b.H + b.lam * np.eye(2), b.H @ b.best)) < 0.05 * np.linalg.norm(b.best))
    panel = bowl_explorer(target=target)
    hits = [lam for lam in np.geomspace(1e-3, 10, 201) if target.hit(panel.compute(0.1, lam, 10.0, 100))]
    assert 2 < len(hits) < 40 and max(hits) < 0.1
    panel.close()


@pytest.mark.parametrize("noise", [0.0, 0.2])
def test_what_is_kept_and_the_mark_are_in_the_frame(noise):
    for draw in range(5):
        panel = patience_explorer(30, noise, draw)
        star, (mark, _) = panel.picture._ends[2], panel.picture._marks
        for line in (star, mark):
            low, high = line.axes.get_ylim()
            assert low < line.get_ydata()[0] < high
        panel.close()


@pytest.mark.parametrize(("tau", "lr", "kappa"), [(10, 1.0, 10.0), (300, 1.0, 100.0), (300, 0.1, 100.0)])
def test_the_way_down_the_bowl_is_in_the_frame(tau, lr, kappa):
    panel = bowl_explorer(tau, lr, kappa)
    left, right = panel.picture._ways[1].axes.get_xlim()
    assert left < panel.arrays.path[:, 0].min() and panel.arrays.path[:, 0].max() < right
    panel.close()


# ------------------------------------------------------------------------------------------------ the trainer
@pytest.fixture
def trainer():
    panel = stopping_trainer(3, hidden=8, max_steps=200, eval_every=4, size=50)
    yield panel
    panel.close()


def test_it_stops_after_the_patience_and_shows_what_is_kept(trainer):
    trainer.advance(200)
    run = trainer.run
    assert "no better validation loss in 3 evaluations" in run.stop_reason and run.steps < 200
    _, kept, step, waited, patience = what_is_kept(run)
    assert (waited, patience) == (3, 3) and [mark.text for mark in run.marks] == ["best", "stop"]
    assert step == run.marks[0].step == run.steps - 12
    assert kept == run.curve("validation").accuracy[run.stopping.best_evaluation]
    text = [words.text for words in trainer.picture.parts["kept"]._words]
    assert text[2] == "evaluations since the best: 3 of 3, stop" and f"step {step}" in text[1]


def test_patience_acts_while_it_trains_and_a_stopped_run_can_go_on(trainer):
    trainer.set(patience=30)
    trainer._take()
    trainer.advance(60)
    assert trainer.run.steps == 60 and what_is_kept(trainer.run)[4] == 30
    trainer.set(patience=1)
    trainer._take()
    trainer.advance(140)
    stopped = trainer.run.steps
    assert stopped < 200
    trainer.run.resume()
    trainer.advance(20)
    assert trainer.run.steps == stopped + 20
    trainer.show()
    assert trainer.picture.parts["kept"]._words[2].text == "evaluations since the best: 1 of 1, stop"


def test_every_end_of_the_controls_has_a_picture_of_its_own(trainer):
    seen = set()
    for values in ({"noise": 0.0}, {"noise": 0.4}, {"patience": 30}, {"lr": 0.1}):
        trainer.set(**values)
        trainer._take()
        trainer.advance(16)
        seen.add(trainer.picture.png())
    assert len(seen) == 4


# ---------------------------------------------------------------------------------------------- a student's patience
def patience_of(rule, **settings):
    """The panel of a rule, as of a function of the notebook."""
    return your_patience(lambda evaluations, patience: rule(evaluations, patience), **settings)


@pytest.mark.parametrize(("patience", "noise", "draw"), [(1, 0.03, 0), (5, 0.03, 3), (30, 0.2, 7)])
def test_a_right_patience_stops_where_labkits_does(patience, noise, draw):
    panel = patience_of(stop_early, patience=patience, noise=noise, draw=draw)
    own, p = panel.arrays, try_patience(patience, noise, draw=draw)
    assert panel.error == "" and (own.best, own.stop) == (p.best, p.stop) and "as labkit's does" in panel.text
    assert np.array_equal(own.labkits.seen, p.seen)
    i = own.patiences - 1
    assert own.excess == pytest.approx(own.labkits.excess[i]) and own.evaluations == pytest.approx(
        own.labkits.evaluations[i])
    assert panel.picture._stop.get_xdata() == [own.stop] * 2
    panel.close()


def test_a_wrong_patience_stops_elsewhere_and_one_without_a_copy_keeps_the_network_of_the_end():
    right = patience_of(stop_early, patience=5)
    for mistake, far in (({"copy": False}, True), ({"reset": False}, False), ({"best": False}, False),
                         ({"late": 1}, False), ({"previous": True}, False)):
        panel = patience_of(botched(**mistake), patience=5)
        own = panel.arrays
        assert panel.error == "" and (own.best, own.stop) != (right.arrays.best, right.arrays.stop), mistake
        assert "as labkit's" not in panel.text and ("no copy" in panel.text) == far
        assert np.abs(pixels(panel._image.value) - pixels(right._image.value)).sum() > 1000
        panel.close()
    assert own_patience(botched(copy=False), 5).excess.min() > 0.3, "the loss at the end of the run"
    right.close()


def test_what_goes_wrong_in_a_patience_stands_in_the_panel_and_the_panel_lives():
    def impatient(evaluations, patience):
        if patience == 7:
            raise LookupError("seven")
        return stop_early(evaluations, patience)

    def stub(evaluations, patience):
        ...

    assert isinstance(your_patience(stub), Note)
    panel = your_patience(impatient, patience=7)
    assert "LookupError: seven" in panel.error and 'raise LookupError("seven")' in panel.error
    assert np.ptp(pixels(panel._image.value)) > 200
    panel.set(patience=8)
    assert panel.error == "" and panel.arrays.labkits.patience == 8
    panel.close()
    for answer, said in ((3, "returned 1 value"), ((np.full(2, 0.5), 3), "a θ that the run never had"),
                         ((np.ones(3), 3), r"theta of shape (3,)"), ((np.ones(2), 400), "counted 400 of 100")):
        assert said in your_patience(lambda evaluations, patience, answer=answer: answer).error


@pytest.mark.parametrize(("patience", "labels"), [(1, "30 % wrong"), (5, "30 % wrong"), (30, "clean")])
def test_a_right_patience_ends_the_real_run_where_labkit_does(patience, labels):
    panel = your_end(lambda evaluations, patience: stop_early(evaluations, patience), patience=patience,
                     labels=labels)
    own = panel.arrays
    assert panel.error == "" and (own.best, own.stop, own.taken) == (own.rule_best, own.rule_stop, own.rule_stop)
    assert own.kept == own.rule_kept == pytest.approx(own.run.test[1 + own.best]) and "as labkit does" in panel.text
    panel.close()


def test_a_wrong_patience_takes_another_network_home():
    for mistake, words in (({"copy": False}, "no copy"), ({"best": False}, "takes home step"),
                           ({"late": 1}, "yours stops at step")):
        panel = your_end(lambda evaluations, patience, mistake=mistake: botched(**mistake)(evaluations, patience))
        own = panel.arrays
        assert words in panel.text and "as labkit does" not in panel.text
        if mistake != {"late": 1}:
            assert own.kept < own.rule_kept - 0.02
        panel.close()


def test_a_patience_that_reads_the_run_into_a_list_trains_to_the_end():
    panel = your_end(lambda evaluations, patience: stop_early([(a, b.copy()) for a, b in evaluations], patience))
    assert panel.arrays.taken == 39 > panel.arrays.stop and "trained on to step 800" in panel.text
    panel.close()


def test_what_goes_wrong_in_a_real_run_is_said():
    for answer, said in ((3, "returned 1 value"), ((np.zeros(50_890), 3), "a θ that the run never had"),
                         ((np.ones(3), 3), "theta"), ((np.zeros(50_890), 41), "counted 41 of 40")):
        assert said in your_end(lambda evaluations, patience, answer=answer: answer).error
