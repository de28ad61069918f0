"""The panels and pictures of notebook 11: both ends of every control, what is said, targets that can be hit."""

import itertools

import numpy as np
import pytest

import labkit as lk
from labkit.lessons.ensembles.exercises.bootstrap import bootstrap, sampled
from labkit.lessons.ensembles.exercises.moments import predicted_error
from labkit.lessons.ensembles.exercises.soft_vote import hard_vote, soft_vote
from labkit.lessons.ensembles.experiments import ensemble_evaluation, intervals, own_committee, sureness
from labkit.lessons.ensembles.figures import shares
from labkit.lessons.ensembles.panels import (
    bootstrap_explorer,
    committee_explorer,
    ensemble_trainer,
    interval_explorer,
    reliability_explorer,
    your_committee,
    your_prediction,
    your_vote,
)
from labkit.widgets.yours import Note
from tests.cells import cells_of
from tests.panels import pixels

CELLS = {name: cell.source for name, cell in cells_of("11").items()}
LABELS = np.random.default_rng(0).integers(4, size=200)


def opinions(members=6, sure=2.0):
    """Probabilities (members, 200, 4), right more often than not."""
    z = np.random.default_rng(1).standard_normal((members, 200, 4))
    z[:, np.arange(200), LABELS] += 1
    p = np.exp(sure * z)
    return p / p.sum(axis=-1, keepdims=True)


def reliability_of_opinions():
    return reliability_explorer(opinions(), LABELS)


ENDS = {committee_explorer: {"c": [-0.3, 1.0], "k": [1, 30]}, bootstrap_explorer: {"n": [1, 100], "draw": [1, 40]},
        interval_explorer: {"n": [5, 100], "draw": [1, 40], "statistic": ["mean", "standard deviation"]},
        reliability_of_opinions: {"k": [1, 6], "temperature": [0.5, 4.0]}}


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


def test_what_the_intervals_miss_is_drawn_apart_and_counted():
    panel = interval_explorer(n=5, statistic="standard deviation", draw=7)
    found, drawn = panel.arrays, panel.picture._all
    assert found.missed.sum() == sum(style[1] is not None for style in drawn.get_linestyles())
    assert panel.text.startswith(f"{40 - found.missed.sum()} of 40 intervals hold the true standard deviation")
    np.testing.assert_allclose([s[:, 1] for s in drawn.get_segments()], np.stack([found.low, found.high], axis=1))
    assert found.low[6] < np.median(found.resampled) < found.high[6]
    panel.close()


def test_intervals_hold_the_truth_as_often_as_they_should_if_the_sample_is_large():
    held = [np.mean(~intervals(100, statistic).missed) for statistic in ("mean", "median")]
    assert min(held) > 0.85 and np.mean(~intervals(5, "standard deviation").missed) < 0.5


def test_a_bar_per_bin_at_the_share_of_right_answers():
    panel = reliability_of_opinions()
    bins = panel.arrays.bins
    heights = [path.vertices[:, 1].max() for path in panel.picture._bars.get_paths()]
    np.testing.assert_allclose(heights, bins.right[bins.share > 0])
    assert panel.text.startswith("One network: too sure") and f"{100 * bins.ece:.1f} points" in panel.text
    assert panel.set(k=6).text.startswith("6 networks, averaged: ")
    assert panel.set(temperature=4.0).text.startswith("6 networks, averaged: too modest")
    panel.close()


def test_a_temperature_changes_how_sure_and_not_how_right():
    cold, warm = (sureness(opinions(), LABELS, 3, T) for T in (0.5, 3.0))
    assert cold.accuracy == warm.accuracy
    assert np.nansum(cold.bins.share * cold.bins.sure) > np.nansum(warm.bins.share * warm.bins.sure) + 0.2


def test_the_last_picture_stacks_what_differs_on_what_is_common():
    picture = shares({"a": {"one": (0.6, 0.4), "five": (0.6, 0.08)}, "b": {"one": (0.1, 0.3)}}, description="Shares.")
    heights = [bar.get_height() for ax in picture.figure.axes for bar in ax.patches]
    assert heights == pytest.approx([60, 40, 60, 8, 25, 75]) and picture.description == "Shares."


def test_the_targets_of_the_notebook_can_be_hit_and_are_missed_at_first():
    scope = {}
    exec(compile(CELLS["setup"], "<setup>", "exec"), scope)
    for cell, hits in (("average", {"c": 0.2, "k": 17}), ("bootstrap", {"n": 20}),
                       ("interval", {"n": 5, "statistic": "standard deviation"})):
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
        source = CELLS[cell].replace("\npanels.ensemble_trainer(", "\npanel = panels.ensemble_trainer(")
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
def test_a_right_prediction_lies_on_labkits_and_near_the_others():
    errors = (opinions(12) - np.eye(4)[LABELS]).reshape(12, -1)
    panel = your_prediction(lambda errors, k: predicted_error(errors, k), errors=errors)
    found = panel.arrays
    np.testing.assert_allclose(found.yours, found.labkits)
    assert found.yours == pytest.approx(found.measured, rel=0.25) and len(found.sizes) == 7
    assert f"predict {100 * found.yours[-1]:.0f} %, 7 other networks keep" in panel.text
    assert len(panel.set(m=2, shift=11).arrays.sizes) == 10 and panel.error == ""
    wrong = your_prediction(lambda errors, k: (1, 0, 1 / k), errors=errors)
    assert np.abs(wrong.picture._yours.get_ydata() - wrong.picture._labkits.get_ydata()).max() > 0.1
    assert "returned 1 value" in your_prediction(lambda errors, k: 1.0, errors=errors).error
    assert isinstance(your_prediction(lambda errors, k: ..., errors=errors), Note)
    panel.close()


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
    (sampled(lambda rng, n: rng.integers(n, size=n), lambda drawn, n: ~np.isin(drawn, np.arange(n))), "masks mark 0 %"),
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
