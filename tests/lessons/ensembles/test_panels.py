"""The panels and pictures of notebook 11: both ends of every control, what is said, targets that can be hit."""

import itertools

import numpy as np
import pytest

import labkit as lk
from labkit.lessons.ensembles.exercises.bootstrap import bootstrap, sampled
from labkit.lessons.ensembles.exercises.soft_vote import hard_vote, soft_vote
from labkit.lessons.ensembles.experiments import ensemble_evaluation, own_committee
from labkit.lessons.ensembles.panels import (
    bootstrap_explorer,
    committee_explorer,
    ensemble_trainer,
    your_committee,
    your_vote,
)
from labkit.widgets.yours import Note
from tests.cells import cells_of
from tests.panels import pixels

CELLS = {name: cell.source for name, cell in cells_of("11").items()}
ENDS = {committee_explorer: {"c": [-0.3, 1.0], "k": [1, 30]}, bootstrap_explorer: {"n": [1, 100], "draw": [1, 40]}}


@pytest.mark.parametrize("make", ENDS)
def test_both_ends_of_every_control_have_a_picture_of_their_own(make):
    panel = make()
    for name, values in ENDS[make].items():
        a, b = panel.frames(**{name: values})
        assert min(np.ptp(pixels(frame.png)) for frame in (a, b)) > 200
        assert np.abs(pixels(a.png) - pixels(b.png)).sum() > 0, name
        assert not any(word in frame.text for frame in (a, b) for word in ("nan", "inf", "?"))
    for values in itertools.product(*ENDS[make].values()):
        panel.set(**dict(zip(ENDS[make], values, strict=True)))
        assert panel.error == ""
    panel.close()


def test_the_committee_says_how_much_is_kept_and_what_cannot_be():
    panel = committee_explorer()
    assert "keeps 55 %" in panel.text and "= 0.550" in panel.text
    panel.set(c=0.0)
    assert "keeps 10 %" in panel.text
    panel.set(c=-0.3)
    assert "10 errors cannot have correlation −0.30: at least −1/(k − 1) = −0.11" in panel.text
    assert len(panel.picture._dots.get_xdata()) == 10
    panel.close()


def test_tiles_show_who_was_drawn_how_often():
    panel = bootstrap_explorer(n=30, draw=3)
    counts = panel.arrays.counts
    assert len(panel.picture._drawn.get_paths()) == (counts > 0).sum()
    assert len(panel.picture._gone.get_paths()) == (counts == 0).sum() == panel.arrays.left_out
    assert len(panel.picture._dots.get_xdata()) == counts.sum() == 30
    assert f"{panel.arrays.left_out} were never drawn" in panel.text and "36.2 %" in panel.text
    panel.set(n=1)
    assert panel.text.startswith("1 draw from 1 example: 0 were")
    panel.close()


def test_the_targets_of_the_notebook_can_be_hit_and_are_missed_at_first():
    scope = {}
    exec(compile(CELLS["setup"], "<setup>", "exec"), scope)
    for cell, hits in (("average", {"c": 0.2, "k": 20}), ("bootstrap", {"n": 20})):
        panel = eval(compile(CELLS[cell], f"<{cell}>", "eval"), scope)
        assert "✓" not in panel._goal.value
        for draw in range(1, 41):
            panel.set(**hits, **({"draw": draw} if cell == "bootstrap" else {}))
            if "✓" in panel._goal.value:
                break
        assert "✓" in panel._goal.value
        panel.close()


# ------------------------------------------------------------------------------------------------ training
def test_the_ensemble_is_the_vote_of_the_mean_probabilities():
    x, y = lk.datasets.spirals(90, np.random.default_rng(0), arms=3)
    net = lk.mlp([2, 8, 3], seed=range(4))
    p = lk.softmax(net.forward(x)).mean(axis=0)
    found = ensemble_evaluation(x, y)(net)
    assert found.accuracy == pytest.approx(np.mean(lk.ensemble.soft_vote(lk.softmax(net.forward(x))) == y))
    assert found.loss == pytest.approx(-np.log([row[label] for row, label in zip(p, y, strict=True)]).mean(), rel=1e-5)


def test_members_are_thin_lines_beside_the_ensemble_and_their_number_can_be_changed():
    points = [lk.datasets.spirals(90, np.random.default_rng(seed), arms=3) for seed in (0, 1)]
    panel = ensemble_trainer([2, 8, 3], *points, optimizer=lk.Adam(0.01), size=30, max_steps=50, eval_every=10)
    panel.advance(20)
    evaluations = len(panel.run.eval_steps)
    assert panel.run.curve("members").accuracy.shape == (evaluations, 5)
    assert panel.run.curve("ensemble").accuracy.shape == (evaluations,)
    panel.set(networks=1)
    panel._take()
    panel.advance(10)
    assert panel.run.curve("members").accuracy.shape[1] == 1
    assert panel.run.curve("members").accuracy[:, 0] == pytest.approx(panel.run.curve("ensemble").accuracy)
    panel.close()


def test_the_target_of_the_trainer_needs_more_than_five_networks():
    scope = {}
    for cell in ("setup", "live"):
        source = CELLS[cell].replace("\nensemble_trainer(", "\npanel = ensemble_trainer(")
        exec(compile(source, f"<{cell}>", "exec"), scope)
    panel = scope["panel"]
    panel.advance(1000)
    assert "✓" not in panel._goal.value
    panel.set(networks=9)
    panel._take()
    panel.advance(1000)
    assert "✓" in panel._goal.value
    panel.close()


# ------------------------------------------------------------------------------------------------ the student's own
def committee_of(draw, vote):
    """The panel of two functions of this file, as a student's are functions of the notebook."""
    return your_committee(lambda n, rng: draw(n, rng), lambda p: vote(p))


def test_the_right_functions_make_labkits_committee():
    panel = committee_of(bootstrap, lk.ensemble.soft_vote)
    own, labkits = panel.arrays, own_committee(bootstrap, soft_vote, seed=1)
    assert panel.error == "" and "by your vote as by labkit's" in panel.text
    assert np.array_equal(own.yours, own.labkits) and np.array_equal(own.yours, labkits.labkits)
    assert np.array_equal(own.marked, own.never) and own.never.mean() == pytest.approx(np.exp(-1), abs=0.01)
    assert own.yours[-1] > np.median(own.single) + 0.03, "15 networks are better than one"
    assert own.out_of_bag == pytest.approx(own.yours[-1], abs=0.06), "out of bag estimates the test accuracy"
    assert panel.picture._yours.get_ydata() == pytest.approx(own.yours)
    panel.set(k=15, samples=2)
    assert panel.arrays.k == 15 and not np.array_equal(panel.arrays.single, own.single)
    panel.close()


def test_a_wrong_vote_draws_another_curve():
    right = your_vote(lambda p: soft_vote(p))
    for vote in (hard_vote, lambda p: np.rint(p.argmax(axis=-1).mean(axis=0))):
        panel = your_vote(lambda p, vote=vote: vote(p))
        assert panel.error == "" and "not the soft vote" in panel.text
        assert abs(panel.arrays.yours - right.arrays.yours).max() > 0.01
        assert np.abs(pixels(panel._image.value) - pixels(right._image.value)).sum() > 1000
        panel.close()
    right.close()


@pytest.mark.parametrize(("draw", "words"), [
    (sampled(lambda rng, n: rng.permutation(n)), "Nothing is left out"),
    (sampled(lambda rng, n: rng.integers(n, size=n), lambda drawn, n: np.isin(np.arange(n), drawn)), "masks mark 6"),
    (sampled(lambda rng, n: rng.integers(n, size=n), lambda drawn, n: ~np.isin(drawn, np.arange(n))), "masks mark 0%"),
])
def test_wrong_samples_are_drawn_and_the_headline_says_what_is_wrong(draw, words):
    panel = committee_of(draw, soft_vote)
    assert panel.error == "" and words in panel.text and "nan" not in panel.text
    panel.close()


def test_a_mask_the_wrong_way_round_tests_the_networks_on_what_they_have_seen():
    swapped = sampled(lambda rng, n: rng.integers(n, size=n), lambda drawn, n: np.isin(np.arange(n), drawn))
    own = own_committee(swapped, soft_vote)
    assert own.out_of_bag > own.yours[-1] + 0.08


def test_what_goes_wrong_in_a_vote_or_a_sample_stands_in_the_panel_and_the_panel_lives():
    def tired(p):
        if len(p) == 3:
            raise KeyError("three")
        return p.mean(axis=0).argmax(axis=-1)

    def stub(p):
        ...

    assert isinstance(your_vote(stub), Note) and isinstance(your_committee(bootstrap, stub), Note)
    panel = your_vote(tired)
    assert "KeyError: 'three'" in panel.error and 'raise KeyError("three")' in panel.error
    assert np.ptp(pixels(panel._image.value)) > 200
    panel.close()
    for draw, said in ((sampled(lambda rng, n: rng.integers(1, n + 1, size=n)), "drew index 500 of 500"),
                       (lambda n, rng: rng.integers(n, size=n).tolist(), "returned 500 values")):
        assert said in committee_of(draw, soft_vote).error
    assert "an array of shape (4000, 10) for the classes" in your_vote(lambda p: p.mean(axis=0)).error
