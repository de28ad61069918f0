"""The panel and the pictures of notebook 06: both ends of every control, what is said, a target that can be hit."""

import itertools

import numpy as np
import pytest

from labkit.activations import ACTIVATIONS
from labkit.datasets import fashion_mnist, mnist1d
from labkit.lessons.batch_normalization.experiments import batch_noise, spans_of_two
from labkit.lessons.batch_normalization.figures.stills import (
    gains,
    ioffe_szegedy_figure_1,
    noise_strips,
    scatter_vs_identity,
    sweeps,
)
from labkit.lessons.batch_normalization.panels import STARTS, norm_explorer, norm_trainer, your_norm
from labkit.widgets import Target
from labkit.widgets.yours import Note
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
    assert panel.text.startswith("Evaluation: one input moved, and only its own output; running averages: mean 1.00")


def test_the_panel_counts_what_the_activation_meets(panel):
    panel.set(activation="relu", beta=-4.0)
    assert panel.text.endswith("ReLU: 12 of 12 silent.")
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
    assert trainer.run.diverged or accuracy(trainer) < 0.2
    trainer.set(batch_norm=True)
    trainer._take()
    assert trainer.run.steps == 0 and "batch norm on" in trainer.text
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
    pairs.append([gains({"a": a[:5], "b": a[5:10]}, xlabel="points", description="gains") for a in (y, -y)])
    for one, other in pairs:
        assert one.png != other.png and np.ptp(pixels(one.png)) > 200 and one.description == other.description


# ------------------------------------------------------------------------------------------------ a student's layer
def forward(x, gamma, beta, eps):
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta


def backward(dy, x, gamma, eps):
    std = np.sqrt(x.var(axis=0) + eps)
    x_hat, g = (x - x.mean(axis=0)) / std, gamma * dy
    return (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0)) / std, (dy * x_hat).sum(axis=0), dy.sum(axis=0)


def evaluation(x, batches, gamma, beta, decay, eps):
    mean, var = 0.0, 1.0
    for batch in batches:
        mean = decay * mean + (1 - decay) * batch.mean(axis=0)
        var = decay * var + (1 - decay) * batch.var(axis=0, ddof=1)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


def trained(*functions, steps=40):
    panel = your_norm(*functions, data=mnist1d(300, n_val=100), sizes=(40, 16, 16, 10), max_steps=40)
    panel.advance(steps)
    panel.close()
    return panel.run.losses[:steps].T, panel.run.curve("validation").loss.T, panel


def test_a_right_batch_norm_trains_and_is_evaluated_as_labkits():
    (ours, yours), (our_validation, your_validation), panel = trained(forward, backward, evaluation)
    assert yours == pytest.approx(ours, rel=1e-4) and your_validation == pytest.approx(our_validation, rel=1e-3)
    assert len(ours) == 40 and panel.monitor.names == ["labkit's", "yours"]


def test_both_layers_are_shown_unit_by_unit():
    apart = []
    for rule in (forward, lambda x, gamma, beta, eps: gamma * (x - x.mean()) / x.std() + beta):
        panel = your_norm(rule, backward, evaluation, data=mnist1d(300, n_val=100), sizes=(40, 16, 16, 10),
                          max_steps=40)
        panel.advance(4)
        means, stds = spans_of_two(panel.run)
        part = panel.picture.parts["units"]
        labkits, yours = (lines.get_segments() for lines in (part._labkits, part._yours))
        assert np.allclose([bar[:, 1] for bar in yours], np.stack([means[1] - stds[1], means[1] + stds[1]], axis=1))
        apart.append(np.abs(np.array(labkits)[:, :, 1] - np.array(yours)[:, :, 1]).max())
        panel.close()
    assert apart[0] < 1e-4 and apart[1] > 0.1


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_wrong_part_drives_too_and_leaves_labkits_curve(part):
    def no_scale(x, gamma, beta, eps):
        return gamma * (x - x.mean(axis=0)) + beta

    def constants(dy, x, gamma, eps):
        return (gamma * dy / np.sqrt(x.var(axis=0) + eps), *backward(dy, x, gamma, eps)[1:])

    def last_batch_first(x, batches, gamma, beta, decay, eps):
        return evaluation(x, batches, gamma, beta, 1 - decay, eps)

    functions = [forward, backward, evaluation]
    functions[part] = (no_scale, constants, last_batch_first)[part]
    (ours, yours), (our_validation, your_validation), _ = trained(*functions)
    assert np.abs(your_validation - our_validation).max() > 1e-3
    assert (np.abs(yours - ours).max() > 1e-3) == (part < 2), "evaluation does not train"


def test_stubs_wait_whichever_is_missing_and_errors_stand_in_the_trainer():
    def stub(*args):
        ...

    data = mnist1d(300, n_val=100)
    for functions in ((stub, backward, evaluation), (forward, stub, evaluation), (forward, backward, stub)):
        assert isinstance(your_norm(*functions, data=data), Note)
    panel = your_norm(forward, lambda dy, x, gamma, eps: backward(dy, x, gamma, eps)[:2], evaluation, data=data)
    assert "returned 2 values" in panel.text and "dx, dgamma, dbeta" in panel.text
    panel.advance(5)
    assert panel.run.steps == 0 and panel._image.value
    panel.close()
    panel = your_norm(forward, backward, lambda x, *rest: x[0], data=data)
    assert "an array of shape (64,) for y" in panel.text
    panel.close()
