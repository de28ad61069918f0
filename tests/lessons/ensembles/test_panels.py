"""The panels and pictures of notebook 11: both ends of every control, what is said, targets that can be hit."""

import itertools

import numpy as np
import pytest

import labkit as lk
from labkit.lessons.ensembles.experiments import ensemble_evaluation
from labkit.lessons.ensembles.panels import bootstrap_explorer, committee_explorer, ensemble_trainer
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
