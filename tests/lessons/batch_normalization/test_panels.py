"""The panel and the pictures of notebook 06: both ends of every control, what is said, a target that can be hit."""

import itertools

import numpy as np
import pytest

from labkit.activations import ACTIVATIONS
from labkit.datasets import fashion_mnist
from labkit.lessons.batch_normalization.experiments import batch_noise
from labkit.lessons.batch_normalization.figures.stills import (
    ioffe_szegedy_figure_1,
    noise_strips,
    scatter_vs_identity,
    sweeps,
)
from labkit.lessons.batch_normalization.panels import STARTS, norm_explorer, norm_trainer
from labkit.widgets import Target
from tests.panels import pixels


@pytest.fixture
def panel():
    panel = norm_explorer()
    yield panel
    panel.close()


# ------------------------------------------------------------------------------------------------ the panel
def test_every_corner_of_the_panel_has_a_picture_of_its_own(panel):
    ends = {"point": [-6.0, 6.0], "gamma": [-2.0, 3.0], "beta": [-4.0, 4.0]}
    corners = list(panel.frames(**ends, mode=["training", "evaluation"]))
    corners += list(panel.frames(activation=list(ACTIVATIONS)))
    assert len({pixels(frame.png).tobytes() for frame in corners}) == len(corners)
    assert all(np.ptp(pixels(frame.png)) > 200 for frame in corners)
    assert not any(word in frame.text for frame in corners for word in ("nan", "inf", "?"))


def test_one_step_of_every_slider_changes_the_picture(panel):
    for name in ("point", "gamma", "beta"):
        slider = panel.controls[name]
        before = panel.picture.png()
        panel.set(**{name: slider.value + slider._bar.step})
        assert panel.picture.png() != before, name


def test_the_panel_says_who_moved(panel):
    assert panel.text.startswith("Training: move the orange point")
    panel.set(point=5.0)
    assert panel.text.startswith("Training: one input moved, and all 12 outputs; this batch: mean")
    panel.set(mode="evaluation")
    assert panel.text.startswith("Evaluation: one input moved, and only its own output; running averages: mean 1, std")


def test_the_panel_counts_what_the_activation_meets(panel):
    panel.set(activation="relu", beta=-4.0)
    assert panel.text.endswith("relu: 12 of 12 silent.")
    panel.set(activation="sigmoid", beta=0.0, gamma=0.5)
    assert panel.text.endswith("sigmoid: 12 of 12 where it is steep.")


@pytest.mark.parametrize("activation", ["sigmoid", "relu", "tanh"])
def test_the_points_lie_on_the_activation_that_is_chosen(panel, activation):
    panel.set(activation=activation, point=3.0, gamma=1.5)
    *_, curve, points, point = panel.picture.moving
    u = panel.arrays
    assert np.allclose(curve.get_ydata(), ACTIVATIONS[activation](curve.get_xdata()))
    assert np.allclose([*points.get_xdata(), *point.get_xdata()], u.y)
    assert np.allclose([*points.get_ydata(), *point.get_ydata()], ACTIVATIONS[activation](u.y))


def test_the_target_of_the_notebook_can_be_hit_by_hand_and_only_near_std_and_mean():
    target = Target("undo", lambda u: u.mode == "training" and abs(u.y - u.x).max() < 0.15)
    panel = norm_explorer(activation="tanh", target=target)
    gamma, beta = panel.controls["gamma"], panel.controls["beta"]
    grid = [np.arange(c._ends[0], c._ends[1] + 1e-9, c._bar.step) for c in (gamma, beta)]
    grid = [values[np.abs(values - 1.2) < 0.8] for values in grid]
    hits = [(g, b) for g, b in itertools.product(*grid)
            if target.hit(panel.compute(point=2.0, gamma=g, beta=b, activation="tanh", mode="training"))]
    assert len(hits) >= 3
    u = panel.arrays
    assert all(abs(g - u.std) < 0.15 and abs(b - u.mean) < 0.15 for g, b in hits)
    assert not target.hit(u)
    panel.close()


# ------------------------------------------------------------------------------------------------ the trainer
@pytest.fixture
def trainer():
    fashion = fashion_mnist(1000)
    mean, scale = fashion.x_train.mean(axis=0), fashion.x_train.std()
    data = {"train": ((fashion.x_train - mean) / scale, fashion.y_train),
            "validation": ((fashion.x_val - mean) / scale, fashion.y_val)}
    trainer = norm_trainer([784] + [100] * 6 + [10], data, max_steps=60, lr=0.5)
    yield trainer
    trainer.close()


def accuracy(trainer):
    return trainer.run.curve("validation").accuracy[-1]


def test_at_a_large_rate_only_the_network_with_batch_norm_learns(trainer):
    trainer.advance(60)
    assert accuracy(trainer) < 0.2
    trainer.set(batch_norm=True)
    trainer._take()
    assert trainer.run.steps == 0 and "batch norm True" in trainer.text
    trainer.advance(60)
    assert accuracy(trainer) > 0.5 and trainer.run.rates[:60].min() == 0.5


def test_the_first_weights_are_those_that_are_chosen(trainer):
    seen = set()
    for start in STARTS:
        trainer.set(start=start)
        trainer._take()
        seen.add(round(float(trainer.run.net.weights()[1].std()), 4))
        assert np.ptp(pixels(trainer.picture.png())) > 200
    assert len(seen) == len(STARTS)
    assert any(abs(std - 0.01) < 1e-3 for std in seen)


# ------------------------------------------------------------------------------------------------ still pictures
def test_still_pictures_show_what_they_are_given():
    rng = np.random.default_rng(0)
    runs, tracks = rng.random((20, 5)), np.sort(rng.standard_normal((60, 3)), axis=1)
    sizes, x_hat = [2, 8, 32], rng.standard_normal((3, 50))
    x, y = rng.random((2, 30))
    pairs = [
        (ioffe_szegedy_figure_1({"a": r}, {"b": tracks}, every=3, description="runs") for r in (runs, runs[::-1])),
        (ioffe_szegedy_figure_1({"a": runs}, {"b": t}, every=3, description="tracks") for t in (tracks, tracks + 1)),
        (noise_strips(sizes, a, 1.0, batch_noise(1.0, sizes), description="noise") for a in (x_hat, 2 * x_hat)),
        (sweeps([("knob", [0.1, 1, 10, 100], {"a": a[:4], "b": a[4:8]})], ylabel="%", description="sweep")
         for a in (runs, runs[::-1])),
        (scatter_vs_identity({"t": (x, a)}, xlabels=["x"], ylabels=["y"], line="same", description="dots")
         for a in (y, y[::-1])),
    ]
    for one, other in pairs:
        assert one.png != other.png and np.ptp(pixels(one.png)) > 200 and one.description == other.description
