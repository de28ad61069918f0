"""The panels and pictures of notebook 07: both ends of every control, what is said, targets that can be hit."""

import itertools

import numpy as np
import pytest
from sklearn.datasets import load_diabetes

from labkit.lessons.weight_decay.exercises import adamw
from labkit.lessons.weight_decay.experiments.shrinkage import ProximalL1, penalised_minima
from labkit.lessons.weight_decay.experiments.yours import weights_of_two
from labkit.lessons.weight_decay.figures.shrinkage import weight_histograms
from labkit.lessons.weight_decay.figures.yours import TwoHistograms
from labkit.lessons.weight_decay.panels import (
    confidence_explorer,
    decay_explorer,
    descent_explorer,
    path_explorer,
    penalty_trainer,
    polynomial_explorer,
    prior_explorer,
    tangency_explorer,
    your_decay,
    your_threshold,
)
from labkit.regularizers import L1, L2
from labkit.widgets import Target
from labkit.widgets.yours import Note
from tests.panels import (
    assert_every_control_changes_picture_and_text,
    assert_every_corner_has_a_picture_of_its_own,
    pixels,
)

ENDS = {
    polynomial_explorer: {"lam": [1e-9, 10.0], "noise": [0.0, 1.0], "degree": [1, 15], "n": [5, 200]},
    confidence_explorer: {"c": [0.1, 30.0], "distance": [1.0, 6.0]},
    tangency_explorer: {"lam": [0.05, 3.0], "angle": [-80.0, 80.0], "kappa": [1.5, 16.0]},
    prior_explorer: {"lam": [0.1, 1.5], "p": [0.4, 8.0], "share": [0.0, 0.9]},
    descent_explorer: {"lam": [1e-8, 1.0], "noise": [0.0, 0.4], "n": ["100", "300"]},
    decay_explorer: {"lam": [0.01, 1.0], "ratio": [1.0, 1000.0], "lr": [0.001, 0.03]},
}


@pytest.mark.parametrize("make", ENDS, ids=lambda make: make.__name__)
def test_both_ends_of_every_control(make):
    panel = make()
    assert_every_corner_has_a_picture_of_its_own(panel, ENDS[make])
    assert_every_control_changes_picture_and_text(panel, ENDS[make])
    panel.close()


@pytest.mark.parametrize(("values", "words"), [
    ({"degree": 12, "lam": 1e-9}, "overfits"), ({"degree": 12, "lam": 0.02}, "near the best"),
    ({"degree": 12, "lam": 10.0}, "underfits: λ is too large"), ({"degree": 1, "lam": 1e-9}, "too stiff"),
    ({"degree": 3, "lam": 1e-9, "n": 200}, "near the best"),
])
def test_the_polynomial_panel_says_what_happens(values, words):
    panel = polynomial_explorer()
    panel.set(**values)
    assert words in panel.text
    panel.close()


def test_the_polynomial_target_can_be_hit_and_missed():
    target = Target("low", lambda p: p.degree == 12 and len(p.x) == 15 and p.noise == 0.3 and p.test < 0.43)
    panel = polynomial_explorer(target=target)
    hits = [lam for lam in np.geomspace(1e-9, 10, 201) if target.hit(panel.compute(lam, 0.3, 12, 15))]
    assert 5 < len(hits) < 40 and 1e-3 < min(hits) < max(hits) < 0.1
    panel.close()


def test_the_touch_target_can_be_hit_and_missed():
    hits = [lam for lam in np.arange(0, 3, 0.01) if penalised_minima(lam).l1[0] == 0 and lam < 0.26]
    assert len(hits) >= 1 and min(hits) > 0.2


def test_without_a_penalty_nothing_is_said_to_shrink():
    panel = tangency_explorer(0.0)
    assert "no penalty" in panel.text.lower() and "shrink" not in panel.text
    panel.set(lam=0.01)
    assert "shrink" in panel.text
    panel.close()


def test_the_decay_panel_says_which_weight_is_left_and_that_the_curves_are_means():
    panel = decay_explorer()
    assert "91 % left where gradients are large, 0 % where small" in panel.text and "mean of 200 runs" in panel.text
    panel.close()


def test_all_coefficients_stay_in_the_frame():
    p = path_explorer(*load_diabetes(return_X_y=True)).picture
    assert max(np.abs(p.paths.ridge).max(), np.abs(p.paths.lasso).max()) < p.LARGEST


def test_the_path_panel_counts_what_is_left():
    panel = path_explorer(*load_diabetes(return_X_y=True))
    left = []
    for lam in (0.1, 1.0, 10.0, 100.0):
        panel.set(lam=lam)
        left.append(int(np.count_nonzero(panel.picture.paths.lasso[panel.arrays])))
        assert f"lasso {left[-1]}" in panel.text
    assert left == sorted(left, reverse=True) and left[0] > 50 and left[-1] < 5
    assert len({panel.frame(lam=lam).png for lam in np.geomspace(0.1, 100, 9)}) == 9
    panel.close()


# ------------------------------------------------------------------------------------------------ the trainer
@pytest.fixture
def trainer():
    panel = penalty_trainer(0.01, hidden=8, max_steps=60, size=50)
    yield panel
    panel.close()


def zeros(trainer):
    """The share of weights that are exactly 0."""
    return float((trainer.run.net.theta[trainer.run.net.weight_mask()] == 0).mean())


def test_the_kinds_of_penalty_are_exchanged_while_it_trains(trainer):
    trainer.advance(5)
    assert type(trainer.run.regularizer) is L2
    trainer.set(penalty="L1, by proximal steps", lam=0.05)
    trainer._take()
    trainer.advance(20)
    assert type(trainer.run.regularizer) is ProximalL1 and trainer.run.regularizer.lam == 0.05
    assert zeros(trainer) > 0.2
    trainer.set(penalty="L1, by its gradient")
    trainer._take()
    trainer.advance(1)
    assert type(trainer.run.regularizer) is L1 and zeros(trainer) < 0.05
    trainer.reset()
    assert type(trainer.run.regularizer) is L1 and trainer.run.regularizer.lam == 0.05


def test_biases_are_not_penalised(trainer):
    trainer.set(penalty="L1, by proximal steps", lam=1.0)
    trainer._take()
    trainer.advance(40)
    net = trainer.run.net
    assert zeros(trainer) == 1 and net.theta[~net.weight_mask()].any()


def test_label_noise_builds_the_data_anew(trainer):
    seen = []
    for noise in (0.0, 0.4):
        trainer.set(noise=noise)
        trainer._take()
        seen.append(trainer.run.y.copy())
    assert (seen[0] != seen[1]).mean() == pytest.approx(0.4)


def test_every_end_of_the_trainers_controls_has_a_picture_of_its_own(trainer):
    seen = set()
    for lam, noise in itertools.product([1e-6, 1.0], [0.0, 0.4]):
        trainer.set(lam=lam, noise=noise)
        trainer._take()
        trainer.advance(30)
        seen.add(trainer.picture.png())
    assert len(seen) == 4


# ------------------------------------------------------------------------------------------------ still pictures
def test_the_histograms_show_exact_zeros_as_a_bar():
    w = 0.01 * np.random.default_rng(0).standard_normal(2000)
    bare = weight_histograms({"a": w}, limit=0.1, description="weights")
    half = weight_histograms({"a": np.where(np.arange(2000) % 2, w, 0.0)}, limit=0.1, description="weights")
    ink = [(np.abs(pixels(still.png) - 0x22).sum(axis=2) < 10).sum() for still in (bare, half)]
    assert bare.description == "weights" and ink[1] > ink[0] + 300


# ------------------------------------------------------------------------------------------- a student's soft threshold
def threshold_of(f):
    return your_threshold(lambda theta, t: f(theta, t), hidden=8, max_steps=40, size=50, lam=0.05)


def test_a_right_threshold_shrinks_as_labkits_does():
    panel = threshold_of(lambda theta, t: np.sign(theta) * np.maximum(np.abs(theta) - t, 0))
    panel.advance(40)
    labkits, yours = panel.run.net.theta
    np.testing.assert_allclose(yours, labkits, atol=1e-6)
    assert np.mean(yours == 0) > 0.2 and np.array_equal(yours == 0, labkits == 0)
    first, second = (line.get_ydata() for line in histograms_of(panel)._lines)
    assert np.array_equal(first, second)
    panel.close()


def histograms_of(panel):
    part = TwoHistograms(panel.picture.figure.add_subplot(), ("labkit's", "yours"))
    part.update(weights_of_two(panel.run))
    return part


@pytest.mark.parametrize("wrong", [
    lambda theta, t: theta - t * np.sign(theta), lambda theta, t: np.maximum(theta - t, 0),
    lambda theta, t: theta / (1 + t), lambda theta, t: np.where(np.abs(theta) > t, theta, 0),
])
def test_a_wrong_threshold_trains_too_and_its_weights_are_others(wrong):
    panel = threshold_of(wrong)
    panel.advance(40)
    labkits, yours = weights_of_two(panel.run)
    assert panel.run.steps == 40 and abs(np.mean(yours == 0) - np.mean(labkits == 0)) > 0.05
    part = histograms_of(panel)
    assert not np.allclose(*(line.get_ydata() for line in part._lines))
    assert part.zeros.tolist() == [np.mean(labkits == 0), np.mean(yours == 0)]
    panel.close()


def test_a_stub_of_a_threshold_waits_and_an_error_stands_in_the_panel():
    def stub(theta, t):
        ...

    def one_by_one(theta, t):
        return max(abs(theta) - t, 0)

    assert isinstance(your_threshold(stub), Note)
    panel = your_threshold(one_by_one, hidden=4, max_steps=20)
    assert "return max(abs(theta) - t, 0)" in panel.text and "np.maximum" in panel.text
    panel.advance(5)
    assert panel.run.steps <= 1 and "ValueError" in panel.text and np.ptp(pixels(panel._image.value)) > 200
    panel.close()
    assert "shape (3,) for theta" in threshold_of(lambda theta, t: theta[:3]).text


# ------------------------------------------------------------------------------------------------ priors, features
@pytest.mark.parametrize(("values", "words"), [
    ({"p": 2.0}, "L2, ridge: no weight is 0 smooth"), ({"p": 1.0}, "L1, the lasso: w₁ is exactly 0 kink"),
    ({"p": 0.5}, "power 0.5: w₁ is exactly 0 kink"), ({"share": 0.5}, "elastic net: no weight is 0 kink"),
    ({"share": 0.5, "lam": 0.6}, "elastic net: w₁ is exactly 0 kink"), ({"p": 6.0}, "power 6: no weight is 0 smooth"),
])
def test_the_prior_panel_names_the_penalty_and_what_is_exactly_0(values, words):
    panel = prior_explorer()
    panel.set(**values)
    assert words.rpartition(" ")[0] in panel.text and words.split()[-1] in panel.text
    panel.close()


def test_the_descent_panel_shows_a_peak_that_a_penalty_removes():
    panel = descent_explorer()
    assert "as many features as pictures: 8" in panel.text.lower()
    line = panel.picture._lines[1]
    x, y = line.get_data()
    assert x[np.argmax(y)] == 1 and np.array_equal(y, panel.arrays.test)
    panel.set(lam=1e-3)
    assert panel.text.startswith("No peak")
    panel.close()


# ------------------------------------------------------------------------------------------------ a student's AdamW
def decay_of(rule, **settings):
    """The trainer of a rule, as of a function of the notebook."""
    return your_decay(lambda theta, g, state, lr, lam, adam: rule(theta, g, state, lr, lam, adam), hidden=8,
                      max_steps=60, size=50, **settings)


def test_a_right_adamw_trains_the_same_network_and_follows_the_sliders():
    panel = decay_of(adamw)
    panel.advance(20)
    panel.set(weight_decay=1.0, lr=0.01)
    panel._take()
    panel.advance(20)
    labkits, yours = panel.run.net.theta
    assert np.allclose(labkits, yours, atol=1e-5)
    assert [opt.weight_decay for opt in panel.run.opt.both] == [1.0, 1.0]
    assert [opt.lr for opt in panel.run.opt.both] == [0.01, 0.01]
    panel.close()


def test_an_l2_penalty_in_place_of_the_decay_trains_another_network():
    panel = decay_of(lambda theta, g, state, lr, lam, adam: adam(theta, g + lam * theta, state, lr))
    panel.advance(60)
    labkits, yours = np.linalg.norm(weights_of_two(panel.run), axis=1)
    assert yours < 0.7 * labkits
    panel.close()


def test_what_goes_wrong_in_an_adamw_is_said():
    def stub(theta, g, state, lr, lam, adam):
        ...

    assert isinstance(your_decay(stub), Note)
    panel = decay_of(lambda theta, g, state, lr, lam, adam: theta)
    assert "return theta, state" in panel.message
    panel.close()
