"""The panels of notebook 04 and its pictures: both ends of every control, what is said, a target that can be hit."""

import numpy as np
import pytest

from labkit.datasets import mnist1d
from labkit.exercises.walks import adam
from labkit.lessons.optimizers.exercises.momentum import momentum
from labkit.lessons.optimizers.exercises.rmsprop import rmsprop
from labkit.lessons.optimizers.experiments import LANDSCAPES, Clipped, Landscape, standard_optimizers
from labkit.lessons.optimizers.figures import LOOKS, optimizer_curves, outcomes
from labkit.lessons.optimizers.panels import STEPS, clipping_trainer, optimizer_explorer, your_path, your_training
from labkit.optimizers import SGD
from labkit.widgets import Target
from labkit.widgets.yours import Note
from tests.panels import pixels


@pytest.fixture
def panel():
    made = optimizer_explorer()
    yield made
    made.close()


@pytest.mark.parametrize("landscape", LANDSCAPES)
def test_every_corner_has_a_picture_of_its_own(panel, landscape):
    corners = list(panel.frames(landscape=[landscape], lr=[1e-3, 3.0], momentum=[0.0, 0.99], beta2=[0.0, 0.999],
                                noise=[0.0, 2.0], kappa=[1.0, 100.0]))
    assert all(np.ptp(pixels(frame.png)) > 200 for frame in corners)
    assert len({frame.png for frame in corners}) == len(corners)
    assert not any(word in frame.text for frame in corners for word in ("nan", "inf", "?"))


def test_the_picture_follows_every_control(panel):
    first = pixels(panel.frame().png)
    for change in ({"lr": 0.01}, {"momentum": 0.5}, {"beta2": 0.999}, {"noise": 0.5}, {"kappa": 20.0},
                   {"landscape": "bent valley"}):
        assert np.abs(pixels(panel.frame(**change).png) - first).max() > 100, change
    assert (pixels(panel.frame().png) == first).all(), "nothing is left behind"


def test_it_says_which_arrives_and_which_diverges(panel):
    assert panel.text.startswith("ravine: RMSProp arrives first, after ")
    panel.set(lr=0.041)
    assert panel.text.startswith("ravine: Gradient descent diverges; κ 50, learning rate 0.041 = 1")
    panel.set(lr=0.3)
    assert panel.text.startswith("ravine: Gradient descent and momentum diverge;")
    panel.set(lr=0.001)
    assert panel.text.startswith(f"ravine: Nobody arrives within {STEPS} steps;")
    panel.set(noise=0.5)
    assert "gradient noise σ 0.5" in panel.text


def test_the_mark_follows_map_and_condition_number(panel):
    assert panel.controls["lr"].marks == {"2/λmax": 0.04}
    panel.set(kappa=100.0)
    assert panel.controls["lr"].marks["2/λmax"] == pytest.approx(0.02)
    panel.set(landscape="bent valley")
    assert panel.controls["lr"].marks["2/λmax"] == pytest.approx(LANDSCAPES["bent valley"](100).limit())
    hidden = optimizer_explorer(show_marks=False)
    hidden.set(kappa=10.0)
    assert hidden.controls["lr"].marks == {}
    hidden.close()


def test_the_target_can_be_hit_by_hand_and_only_with_momentum_tuned():
    def hit(r):
        return r.arrivals[r.names.index("momentum")] <= 30

    panel = optimizer_explorer(kappa=100.0, target=Target("momentum in 30 steps", hit))
    assert "Target" in panel._goal.value
    panel.set(lr=0.03, momentum=0.67)     # near Polyak's 4/(√κ + 1)² and ((√κ − 1)/(√κ + 1))²
    assert "✓" in panel._goal.value
    for mu in (0.0, 0.9):
        assert not any(hit(panel.compute(**panel.values | {"lr": lr, "momentum": mu}))
                       for lr in np.geomspace(1e-3, 0.2, 40))
    panel.close()


def test_every_optimizer_has_a_look_of_its_own():
    assert set(LOOKS) == {*standard_optimizers(0.1, 0.9, 0.99), "yours"}
    assert all(len({look[i] for look in LOOKS.values()}) == len(LOOKS) for i in (0, 1))


def test_a_map_of_ones_own_joins_the_menu():
    own = Landscape("egg box", lambda p: (1 - np.cos(2 * p)).sum(-1) - 7, lambda p: 2 * np.sin(2 * p), (-1.0, 0.6),
                    (0.0, 0.0))
    panel = optimizer_explorer(own, lr=0.1)
    assert panel.text.startswith("egg box: ") and "arrives first" in panel.text and "κ 1," in panel.text
    assert panel.controls["lr"].marks["2/λmax"] == pytest.approx(0.5)
    assert np.ptp(pixels(panel.frame().png)) > 200
    panel.set(landscape="ravine")
    assert panel.text.startswith("ravine: ") and panel.controls["lr"].marks == {"2/λmax": 0.04}
    panel.close()


def test_a_map_without_curvature_has_no_mark_and_is_drawn():
    flat = Landscape("plain", lambda p: 0.0 * p[..., 0], lambda p: 0.0 * p, (-1.0, 0.6), (0.0, 0.0))
    panel = optimizer_explorer(flat)
    assert panel.controls["lr"].marks == {} and "κ ∞" in panel.text
    panel.close()


@pytest.mark.parametrize(("arguments", "words"), [
    ({"landscape": "vally"}, "landscape: 'vally' is not known; did you mean 'bent valley'"),
    ({"kappa": 0.0}, "condition number κ.*expected a number from 1 to 100"),
    ({"lr": float("nan")}, "learning rate.*expected a number from 0.001 to 3")])
def test_bad_arguments_are_named(arguments, words):
    with pytest.raises(ValueError, match=words):
        optimizer_explorer(**arguments)


def test_still_pictures_show_what_they_are_given():
    rng = np.random.default_rng(0)
    runs = {name: rng.random(5) for name in LOOKS}
    one = outcomes({"a": runs, "b": runs}, ylabel="accuracy", description="dots")
    other = outcomes({"a": runs, "b": {name: -y for name, y in runs.items()}}, ylabel="accuracy", description="dots")
    assert one.description == "dots" and one.png != other.png and np.ptp(pixels(one.png)) > 200
    rates = np.array([0.1, 1.0, 10.0])
    curves = {name: (rates, rng.random((3, 5))) for name in LOOKS}
    hurt = curves | {"Adam": (rates, np.array([[0.1] * 5, [np.nan] * 5, [0.3] * 5]))}
    drawn = [optimizer_curves({"a": c, "b": curves}, xlabel="learning rate", ylabel="loss", description="curves").png
             for c in (curves, hurt)]
    assert drawn[0] != drawn[1] and all(np.ptp(pixels(png)) > 200 for png in drawn)


# ------------------------------------------------------------------------------------------------ a student's rule
RULES = {"momentum": momentum, "RMSProp": rmsprop, "Adam": adam}


def of_a_student(rule):
    return lambda *args: rule(*args)


@pytest.mark.parametrize("like", RULES)
def test_a_right_rule_walks_on_labkits_path_at_every_setting(like):
    panel = your_path(of_a_student(RULES[like]), like=like)
    for change in ({}, {"lr": 0.2}, {"noise": 0.5}, {"landscape": "bent valley"},
                   {name: 0.5 for name in ("momentum", "beta2") if name in panel.controls}):
        panel.set(**change)
        ours, yours = panel.arrays.paths
        assert panel.error == "" and panel.arrays.names == (like, "yours")
        assert yours == pytest.approx(ours, rel=1e-6, abs=1e-9, nan_ok=True)
    panel.close()


def test_a_wrong_rule_walks_too_and_its_path_and_headline_show_it():
    panel = your_path(lambda theta, g, v, lr, mu: (theta - lr * (v + g), v + g), like="momentum")
    ours, yours = panel.arrays.paths
    assert np.abs(yours - ours).max() > 1 and panel.text.startswith("ravine: Momentum arrives first")
    panel.close()


@pytest.mark.parametrize(("like", "color"), [("momentum", (0, 114, 178)), ("Adam", (213, 94, 0))])
def test_labkits_path_keeps_its_colour_below_the_students(like, color):
    panel = your_path(of_a_student(RULES[like]), like=like)
    assert (np.abs(pixels(panel._image.value) - color).sum(axis=2) < 30).sum() > 100
    panel.close()


def test_an_error_of_a_rule_stands_below_labkits_path():
    def broken(theta, g, s, lr, rho, eps):
        if rho > 0.5:
            return theta - lr * g
        return theta - lr * g, s

    panel = your_path(broken, like="RMSProp")
    assert "returned 1 value" in panel.error and "return theta, s" in panel.error
    assert panel.arrays.names == ("RMSProp",)
    panel.set(beta2=0.1)
    assert panel.error == "" and panel.arrays.names == ("RMSProp", "yours")
    panel.set(beta2=0.9)
    assert "returned 1 value" in panel.error
    panel.close()


@pytest.mark.parametrize("like", RULES)
def test_a_right_rule_trains_as_labkits_and_a_wrong_one_does_not(like):
    def wrong(theta, g, state, *knobs):
        return RULES[like](theta, np.sign(g), state, *knobs)

    apart = []
    for rule in (of_a_student(RULES[like]), wrong):
        panel = your_training(rule, like=like, data=mnist1d(200, n_val=100))
        panel.advance(30)
        apart.append(np.abs(np.diff(panel.run.losses[:30], axis=1)).max())
        panel.close()
    assert apart[0] < 1e-3 and apart[1] > 0.05


def test_a_stub_of_a_rule_waits_and_an_unknown_name_is_refused():
    def stub(theta, g, v, lr, mu):
        """Return theta and v after one step."""
        ...

    assert isinstance(your_path(stub, like="momentum"), Note)
    assert isinstance(your_training(stub, like="momentum", data=mnist1d(200, n_val=100)), Note)
    with pytest.raises(ValueError, match="like"):
        your_path(momentum, like="Nesterov")


# ------------------------------------------------------------------------------------------------ clipping
def test_a_gradient_is_cut_to_its_length_and_keeps_its_direction_each_replica_its_own():
    opt, theta = Clipped(1.0, limit=1.0), np.zeros((3, 2))
    opt.step(theta, np.array([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0]]))
    assert theta == pytest.approx(-np.array([[0.6, 0.8], [0.3, 0.4], [0.0, 0.0]]))
    with pytest.raises(ValueError, match=r"limit must be in \(0, ∞\), got 0"):
        opt.limit = 0


def test_a_huge_limit_is_momentum_and_a_live_one_acts_at_once():
    g = np.random.default_rng(0).standard_normal((20, 5))
    cut, plain, one, other = Clipped(0.1, 0.9), SGD(0.1, 0.9), np.ones(5), np.ones(5)
    for row in g:
        cut.step(one, row)
        plain.step(other, row)
    assert one == pytest.approx(other)
    panel = clipping_trainer(mnist1d(200, n_val=100), sizes=(40, 8, 10), seeds=range(2), size=20, max_steps=50)
    panel.advance(2)
    panel.set(limit=0.2)
    panel._take()
    before = panel.run.net.theta.copy()
    panel.run.opt.velocity[...] = 0
    panel.advance(1)
    assert np.linalg.norm(panel.run.net.theta - before, axis=1) == pytest.approx(np.full(2, 0.1 * 0.2), rel=1e-3)
    panel.close()
