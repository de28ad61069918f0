"""The trainer panel, driven as a hand would, with a real event loop and without a front end."""

import asyncio
import base64
import threading
import warnings

import ipywidgets as W
import matplotlib.pyplot
import numpy as np
import pytest

import labkit as lk
from labkit.figures import style
from labkit.runs.readings import update_ratios
from labkit.widgets.controls import choice, slider
from labkit.widgets.explorer import Target
from labkit.widgets.gauges import INSTRUMENTS, Gauge, samples
from labkit.widgets.live import Live
from labkit.widgets.page import ACK_EVERY, GONE_TIMEOUT, SEND_TIMEOUT, Page
from labkit.widgets.player import Player
from labkit.widgets.sliders import Slider
from labkit.widgets.trainer import DEFAULT_INSTRUMENTS, Trainer
from tests.panels import pixels
from tests.runs.test_run import Leak, SignDescent
from tests.widgets.test_player import on_loop, tasks

X, Y = lk.datasets.spirals(200, np.random.default_rng(0))
SETS = {"train": (X[:120], Y[:120]), "validation": (X[120:], Y[120:])}
EVERYTHING = ["lr", "momentum", "keep", "lam", "batch size", "schedule", "patience"]


def make(activation="tanh", keep=1.0, seed=0):
    return lk.mlp([2, 8, 2], activation, keep=keep, seed=seed)


def panel(**settings):
    settings = {"optimizer": lk.SGD(0.1, 0.9), "size": 16, "max_steps": 400, "preview": 20} | settings
    return Trainer(settings.pop("make", make), settings.pop("data", SETS), **settings)


def press(trainer, name):
    transport = trainer._transport
    next(b for b in (transport.play, transport.one, transport.again) if b.description == name).click()


def is_sound(trainer):
    """The picture is a picture, nothing failed, and the sentence is there."""
    assert trainer.message == "" and trainer.text
    assert pixels(trainer._image.value).std() > 10
    return True


@pytest.fixture(autouse=True)
def nothing_is_left(monkeypatch):
    monkeypatch.setattr("labkit.widgets.trainer.MIN_RUN_SECONDS", 1e-9)
    yield
    assert Player.current is None and matplotlib.pyplot.get_fignums() == []
    W.Widget.close_all()


# ------------------------------------------------------------------------------------------------ without a loop
def test_it_starts_paused_at_step_0_with_a_picture():
    trainer = panel()
    assert (trainer.run.steps, trainer.playing, trainer.text) == (0, False, "Step 0 of 400.")
    assert is_sound(trainer) and trainer._transport.number.value == "0 / 400"


def test_advance_step_and_reset_are_deterministic():
    trainer = panel()
    first = trainer._image.value
    trainer.advance(30)
    press(trainer, "Step")
    assert (trainer.run.steps, trainer.text, trainer._transport.bar.value) == (31, "Step 31 of 400.", 31)
    later = trainer._image.value
    assert later != first
    press(trainer, "Reset")
    assert (trainer.run.steps, trainer.text) == (0, "Back at step 0.")
    trainer.run.before = {}
    trainer.advance(31)
    assert np.array_equal(pixels(trainer._image.value), pixels(later))


def test_play_without_a_loop_says_what_to_do():
    trainer = panel()
    press(trainer, "Play")
    assert "advance(steps)" in trainer.text and not trainer.playing


def test_the_bundle_has_a_picture_of_trained_steps_and_leaves_the_panel_alone():
    trainer = panel()
    bundle, _ = trainer._repr_mimebundle_()
    assert bundle["text/plain"] == ("Training, 20 of 400 steps: the curves of train, validation; "
                                    f"the network has {trainer.run.net.theta.size} parameters.")
    shown = base64.b64decode(bundle["image/png"])
    assert trainer.run.steps == 0 and trainer._repr_mimebundle_()[0]["image/png"] == bundle["image/png"]
    assert not np.array_equal(pixels(trainer._image.value), pixels(shown))
    trainer.advance(20)
    trainer.lay_out()
    assert np.array_equal(pixels(trainer._image.value), pixels(shown))
    assert "application/vnd.jupyter.widget-view+json" in bundle


@pytest.mark.parametrize("end", ["low", "high"])
@pytest.mark.parametrize("name", EVERYTHING)
def test_every_live_control_acts_at_both_its_ends(name, end):
    trainer = panel(make=lambda: make(keep=0.9), controls=EVERYTHING, regularizer=lk.L2(1e-3),
                    early_stopping=lk.EarlyStopping(4), eval_every=5)
    key = name.replace(" ", "_")
    control = trainer.controls[key]
    if isinstance(control, W.Dropdown):
        value = control.options[0 if end == "low" else -1][1]
    else:
        low, high = control._ends if isinstance(control, Slider) else (control.min, control.max)
        value = low if end == "low" else high
    trainer.advance(5)
    trainer.set(**{key: value})
    assert trainer.values[key] == value
    trainer.advance(3)
    assert is_sound(trainer)
    found = {"lr": trainer.run.opt.lr, "momentum": trainer.run.opt.momentum, "keep": trainer.run.net.layers[2].keep,
             "lam": trainer.run.regularizer.lam, "batch_size": trainer.run.batches.size,
             "patience": trainer.run.stopping.patience}
    assert name == "schedule" or found[key] == value


def test_limits_come_from_the_declared_ranges():
    with pytest.raises(ValueError, match=r"momentum μ: the slider would run from 0 to 1, but \[0, 1\) is allowed"):
        panel(controls=[Live("momentum", high=1.0)])
    with pytest.raises(ValueError, match="initial value"):
        panel(controls=[Live("lr", low=0.2, high=1.0)])
    assert panel(controls=[Live("lr", low=0.01, high=30.0, marks={"2/λmax": 0.2})]).live["lr"].marks == {"2/λmax": 0.2}


def test_the_optimizer_may_be_switched_and_brings_its_own_rate():
    optimizers = {"SGD": lk.SGD(0.1, 0.9), "Adam": lk.Adam(0.01)}
    trainer = panel(optimizer=optimizers, controls=["optimizer", "lr", "momentum"])
    trainer.advance(10)
    trainer.set(optimizer="Adam")
    assert (trainer.run.optimizer, trainer.values["lr"]) == ("Adam", 0.01)
    assert trainer.live["momentum"].layout.display == "none"
    trainer.advance(10)
    trainer.set(lr=0.02)
    trainer.set(optimizer="SGD")
    assert (trainer.values["lr"], trainer.run.opt.lr) == (0.1, 0.1) and trainer.live["momentum"].layout.display is None
    assert [(mark.step, mark.text) for mark in trainer.run.marks] == [(10, "Adam"), (20, "lr 0.02"), (20, "SGD")]
    trainer.set(optimizer="Adam")
    assert trainer.values["lr"] == 0.02
    assert is_sound(trainer)


def test_a_schedule_may_be_chosen_or_ones_own():
    trainer = panel(controls=["schedule"])
    trainer.set(schedule="cosine")
    trainer.advance(400)
    assert trainer.run.rates[0] == 0.1 and trainer.run.rates[-1] < 1e-3
    own = panel(controls=[Live("schedule", options={"half": lk.schedules.constant(0.5)})])
    own.advance(1)
    assert own.run.rates[0] == 0.05


def test_a_live_control_of_ones_own():
    shifts = []
    trainer = panel(controls=[Live("shift", slider("shift", 1.0, low=0, high=3), lambda run, v: shifts.append(v))])
    trainer.set(shift=2.5)
    assert shifts == [1.0, 2.5] and is_sound(trainer)


def test_what_is_declared_gets_its_slider_its_live_setting_and_its_mark():
    trainer = panel(make=lambda: lk.Network([Leak(0.8), lk.Linear(2, 8), lk.Linear(8, 2)]), controls=["beta", "share"],
                    optimizer={"sign": SignDescent(0.1, 0.5), "SGD": lk.SGD(0.1)})
    beta, share = trainer.live.values()
    assert (beta.label, beta.value, beta._ends) == ("β", 0.5, (0.0, 0.999))
    assert (share.label, share.value, share._ends) == ("share", 0.8, (0.0, 1.0))
    trainer.advance(2)
    trainer.set(beta=0.999, share=0.0)
    assert (trainer.run.opt.beta, trainer.run.net.layers[0].share) == (0.999, 0.0)
    assert [mark.text for mark in trainer.run.marks] == ["β 0.999", "share 0"] and "From the next step" in trainer.text
    trainer.run.turn("optimizer", "SGD")
    trainer._follow_optimizer()
    assert beta.layout.display == "none" and share.layout.display is None


def test_a_slider_of_one_number_is_not_made_for_one_number_per_replica():
    with pytest.raises(ValueError, match="one value per replica"):
        panel(make=lambda: make(seed=[0, 0]), optimizer=lk.SGD(np.array([[0.1], [0.2]], np.float32)))


def test_a_control_with_apply_needs_its_widget():
    with pytest.raises(ValueError, match="shift has apply, but no widget"):
        panel(controls=[Live("shift", apply=lambda run, value: None)])


@pytest.mark.parametrize("settings, error, words", [
    ({"eval_sise": 3}, ValueError, "setting of Run: 'eval_sise' is not known; did you mean 'eval_size'"),
    ({"batch_size": 16}, ValueError, "did you mean 'size'.*size, max_steps"),
    ({"optimizer": lk.SGD}, TypeError, "got the class SGD"),
    ({"controls": ["momentun"]}, ValueError, "did you mean 'momentum'"),
])
def test_what_means_nothing_is_refused_with_the_nearest_name(settings, error, words):
    with pytest.raises(error, match=words):
        panel(**settings)
    with pytest.raises(TypeError, match="Trainer: steps must be a whole number"):
        panel().advance(2.5)


def test_a_hand_that_comes_back_before_its_first_move_was_taken_wins():
    trainer = panel()
    trainer._wanted["lr"] = 0.5
    trainer._changed("lr", trainer.run.opt.lr)
    assert trainer.run.opt.lr == 0.1


@pytest.mark.parametrize("controls, words", [
    (["keep"], "setting of Dropout"), (["lam"], "setting of L1"), (["beta1"], "setting of Adam"),
    (["patience"], "no early stopping"), (["learning rate"], "Run: live setting"),
])
def test_a_control_for_nothing_is_an_error(controls, words):
    with pytest.raises(ValueError, match=words):
        panel(controls=controls)


def test_a_build_control_builds_anew_and_says_so():
    trainer = panel(build_settings={"activation": choice("activation", "tanh", list(lk.ACTIVATIONS))})
    trainer.advance(20)
    trainer.set(activation="relu", lr=0.2)
    assert trainer.text == "Built anew, back at step 0: activation ReLU. From the next step: lr 0.2."
    assert (trainer.run.steps, trainer.run.opt.lr) == (0, 0.2) and "relu" in repr(trainer.run.net)
    trainer.advance(5)
    assert trainer.text == "Step 5 of 400."
    assert is_sound(trainer)


def test_a_build_control_that_fails_says_so_and_leaves_the_run():
    def fragile(width):
        return lk.mlp([2, int(width), 2])

    trainer = panel(make=fragile, build_settings={"width": slider("width", 8.0, low=0, high=16)})
    trainer.advance(10)
    trainer.set(width=0.0)
    assert trainer.text.startswith("ValueError: mlp: an entry of sizes must be at least 1")
    trainer.advance(1)
    assert trainer.run.steps == 11


def test_divergence_is_said_in_red_and_reset_starts_again():
    x, y = lk.datasets.noisy_sine(40, np.random.default_rng(0))
    trainer = Trainer(lambda: lk.mlp([1, 8, 1]), (x, y), optimizer=lk.SGD(10.0), loss=lk.mean_squared_error)
    trainer.advance(1000)
    count = trainer.run.steps
    assert trainer.text == f"Loss became infinite at step {count}, learning rate 10; lower it and press reset."
    assert f"color:{style.WRONG}" in trainer._line.value and pixels(trainer._image.value).std() > 10
    trainer.set(lr=0.01)
    press(trainer, "Reset")
    trainer.advance(50)
    assert trainer.text == "Step 50 of 5,000." and "color:inherit" in trainer._line.value


def test_what_other_threads_and_quick_hands_ask_for_is_done_once():
    trainer = panel(controls=["lr", "momentum"])
    trainer.advance(1)
    trainer._wanted.update(lr=0.2, momentum=0.5)
    trainer.set(lr=0.3)
    assert (trainer.run.opt.lr, trainer.run.opt.momentum) == (0.3, 0.5)


def test_a_target_is_judged_at_every_evaluation_and_stays_reached_until_the_next_start():
    early = Target("an evaluation between step 10 and 20", lambda run: 10 < run.eval_steps[-1] < 20, "Yes!")
    trainer = panel(target=early, eval_every=15)
    assert "Target: an evaluation between step 10 and 20" in trainer._goal.value
    trainer.advance(40)
    assert trainer.run.eval_steps[-1] == 30 and "✓ Yes!" in trainer._goal.value
    press(trainer, "Reset")
    assert "Target:" in trainer._goal.value


def test_the_best_survives_reset_and_rebuild_and_the_next_panel_knows_it():
    goal = Target("accuracy", lambda run: run.steps >= run.build_settings["steps"], "Yes!")
    trainer = panel(target=goal, eval_every=10, make=lambda steps: make(), build_settings={
        "steps": choice("steps", 30, {str(n): n for n in (10, 30, 20, 400)})})
    assert "Target: accuracy</div>" in trainer._goal.value
    trainer.advance(50)
    assert "✓ Yes! (after 30 steps)" in trainer._goal.value
    press(trainer, "Reset")
    assert "Target: accuracy (your best: 30 steps)" in trainer._goal.value
    for steps, line in ((10, "✓ Yes! (after 10 steps)"), (20, "✓ Yes! (after 20 steps, your best: 10)"),
                        (400, "Target: accuracy (your best: 10 steps)")):
        trainer.set(steps=steps)
        trainer.advance(50)
        assert line in trainer._goal.value
    never = goal._replace(hit=lambda run: False)
    assert "(your best: 10 steps)" in panel(target=never)._goal.value
    assert "your best" not in panel(target=never._replace(goal="something else"))._goal.value


def test_a_run_that_is_lost_reaches_nothing_with_its_last_good_numbers():
    x, y = lk.datasets.noisy_sine(40, np.random.default_rng(0))
    low = Target("a low loss, and long", lambda run: run.stop_reason != "" and run.curve("train").loss[-1] < 1e300)
    trainer = Trainer(lambda: lk.mlp([1, 8, 1]), (x, y), optimizer=lk.SGD(10.0), loss=lk.mean_squared_error, target=low)
    trainer.advance(1000)
    assert trainer.run.diverged and "Target: a low loss" in trainer._goal.value
    loss = trainer.picture.parts["progress"].parts[0]
    assert loss._values[0].text == "train ∞" and loss._exits.heads.get_visible()


def test_reset_keeps_the_last_run_as_a_pale_curve():
    trainer = panel(build_settings={"activation": choice("activation", "tanh", list(lk.ACTIVATIONS))})
    trainer.advance(100)
    kept = trainer.run.curve("validation")

    def ghosts():
        return [part._ghost.line.get_data() for part in trainer.picture.parts["progress"].parts]

    assert all(len(x) == 0 for x, _ in ghosts())
    for again in (lambda: press(trainer, "Reset"), lambda: trainer.set(activation="relu")):
        again()
        for (x, y), values in zip(ghosts(), (kept.loss, kept.accuracy), strict=True):
            assert np.array_equal(x, kept.steps) and np.array_equal(y, values)
    trainer.advance(100)
    press(trainer, "Reset")
    assert not np.array_equal(ghosts()[0][1], kept.loss)


def test_the_axis_counts_steps_or_examples():
    trainer = panel(controls=["lr", "batch size"])
    trainer.advance(20)
    curve = trainer.picture.parts["progress"].parts[-1]
    assert curve.ax.get_xlabel() == "step" and curve.ax.get_xlim()[1] == 100
    trainer.display.axis.value = "examples seen"
    trainer.set(batch_size=64)
    trainer.advance(60)
    curve, run = trainer.picture.parts["progress"].parts[-1], trainer.run
    assert curve.ax.get_xlabel() == "examples seen" and is_sound(trainer)
    assert np.array_equal(curve._bundles[0]._thick.get_xdata(), run.curve("train").examples)
    assert curve._marks.get_segments()[0][0][0] == run.examples[20] and curve.ax.get_xlim()[1] > run.examples[80]
    press(trainer, "Reset")
    curve = trainer.picture.parts["progress"].parts[-1]
    assert np.array_equal(curve._ghost.line.get_xdata(), run.before["validation"].examples)
    trainer.display.axis.value = "step"
    curve = trainer.picture.parts["progress"].parts[-1]
    assert np.array_equal(curve._ghost.line.get_xdata(), run.before["validation"].steps)


def test_the_axis_is_offered_where_the_batch_size_may_change():
    for controls, offered in ((["batch size"], True), (["lr"], False)):
        display = panel(controls=controls).display
        assert (display.axis is not None and display.axis in display.children) == offered


# ------------------------------------------------------------------------------------------------ views, instruments
def test_all_instruments_can_be_switched_on_and_off():
    trainer = panel(instruments=list(INSTRUMENTS))
    plain = pixels(trainer._image.value)
    trainer.advance(10)
    for count, switch in enumerate(trainer.display.switches.values(), start=1):
        switch.value = True
        assert len(trainer.picture.parts) == count + 2
        assert set(trainer.monitor.readings(trainer.run)) >= {"progress"}
        trainer.advance(1)
        assert is_sound(trainer)
    for switch in trainer.display.switches.values():
        switch.value = False
    trainer.reset()
    trainer.run.before = {}
    trainer.show()
    assert np.array_equal(pixels(trainer._image.value), plain)


@pytest.mark.parametrize("seed", [0, [0, 1, 2]])
def test_before_the_first_step_the_instruments_show_the_step_that_is_coming(seed):
    trainer = panel(make=lambda: make(seed=seed), instruments=list(INSTRUMENTS), on=list(INSTRUMENTS))
    parts = trainer.picture.parts
    at = {name: parts[name].track.dots.get_ydata() for name in ("gradients", "updates")}
    assert all(len(y) == 2 and np.isfinite(y).all() for y in at.values())
    assert parts["rate"].line.get_ydata().tolist() == [0.1] and parts["dead units"].bars.get_paths()
    assert parts["updates"].decades == (-5.0, 0.0), "what is usual, 1e-3, lies in the middle"
    before = at["updates"].copy()
    trainer.set(lr=0.2)
    assert np.allclose(trainer.picture.parts["updates"].track.dots.get_ydata(), before + np.log10(2))


def test_an_instrument_switched_on_later_shows_the_step_that_is_coming():
    trainer = panel(instruments=list(INSTRUMENTS), on=["updates"])
    trainer.advance(3)
    trainer.display.switches["updates"].value = False
    trainer.advance(5)
    assert trainer.run.previous_theta is None or not trainer.monitor.on
    trainer.run.step()
    trainer.display.switches["updates"].value = True
    shown = trainer.picture.parts["updates"].track.dots.get_ydata()
    expected = np.log10(update_ratios(trainer.run.trial(), trainer.run.net.theta))
    np.testing.assert_allclose(shown, expected, rtol=1e-5)


def test_a_first_step_that_would_fail_is_no_reason_not_to_show_the_panel():
    def fail(outputs, labels):
        if len(labels) == 16:
            raise RuntimeError("of a batch")
        return lk.softmax_cross_entropy(outputs, labels)

    trainer = panel(loss=fail, on=["updates"])
    assert len(trainer.picture.parts["updates"].track.dots.get_xdata()) == 0
    with pytest.raises(RuntimeError, match="of a batch"):
        trainer.advance(1)


def test_instruments_are_offered_and_on_as_wanted():
    trainer = panel(on=["updates"])
    assert list(trainer.display.switches) == list(DEFAULT_INSTRUMENTS) and list(trainer.monitor.on) == ["updates"]
    assert panel(instruments=()).display.switches == {}
    with pytest.raises(ValueError, match="did you mean 'updates'"):
        panel(on=["update"])
    with pytest.raises(ValueError, match="did you mean 'weights'"):
        panel(instruments=["weight"])


def test_a_gauge_of_ones_own():
    seen = []

    class Part:
        artists = ()

        def update(self, reading):
            seen.append(reading)
            return False

    trainer = panel(view=None, instruments=[Gauge("steps", lambda run: run.steps, lambda ax: Part())], on=["steps"])
    trainer.advance(3)
    assert seen == [0, 3]


@pytest.mark.parametrize("settings", [
    {"make": lambda: make(seed=range(3))},
    {"make": lambda: make(seed=range(3)), "names": ["a", "b", "c"]},
    {"view": None},
    {"view": "samples"},
    {"data": (X, Y)},
    {"make": lambda: lk.mlp([2, 2])},
    {"optimizer": lk.SGD(np.array([[0.1], [20.0]], np.float32)), "make": lambda: make(seed=[0, 0]), "controls": []},
], ids=["replicas", "named", "no view", "samples", "one set", "linear", "rates"])
def test_every_kind_of_panel_draws_itself_before_and_after_training(settings):
    trainer = panel(on=list(DEFAULT_INSTRUMENTS), **settings)
    trainer.advance(40)
    assert is_sound(trainer) and trainer._repr_mimebundle_()[0]["image/png"]


def test_pictures_and_curves_as_samples():
    pictures, curves = lk.datasets.fashion_mnist(100), lk.datasets.mnist1d(100)
    for data, size, view in ((pictures, 784, samples(lk.datasets.FASHION_CLASSES)), (curves, 40, "auto")):
        trainer = Trainer(lambda size=size: lk.mlp([size, 10]), data, optimizer=lk.SGD(0.1), view=view, max_steps=50)
        before = pixels(trainer._image.value)
        trainer.advance(20)
        assert is_sound(trainer) and not np.array_equal(pixels(trainer._image.value), before)


@pytest.mark.parametrize(("features", "shape"), [(49, (49,)), (64, (8, 8)), (72, (72,)), (81, (9, 9))])
def test_square_numbers_of_features_from_64_on_are_pictures(features, shape):
    x, y = np.zeros((20, features)), np.arange(20) % 2
    trainer = Trainer(lambda: lk.mlp([features, 2]), (x, y), optimizer=lk.SGD(0.1), max_steps=5)
    assert samples().read(trainer.run).examples.shape == (9, *shape)


def test_an_example_of_equal_numbers_is_a_level_line():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trainer = Trainer(lambda: lk.mlp([3, 2]), (np.ones((20, 3)), np.arange(20) % 2), optimizer=lk.SGD(0.1),
                          max_steps=5, view=samples())
    curve = trainer.picture.parts["view"].ax.lines[-1].get_ydata()
    assert np.isfinite(curve).all() and np.ptp(curve) == 0


def test_dear_instruments_are_read_seldom_while_it_plays(monkeypatch):
    clock, reads = [0.0], []
    monkeypatch.setattr("labkit.widgets.monitor.time.perf_counter", lambda: clock[0])

    def read(run):
        reads.append(clock[0])
        clock[0] += 0.1

    trainer = panel(instruments=[Gauge("dear", read, lambda ax: None)])
    trainer.monitor.on = trainer.instruments
    for _ in range(100):
        clock[0] += 0.1
        trainer.monitor.readings(trainer.run)
    assert 4 <= len(reads) <= 6


# ------------------------------------------------------------------------------------------------ on a loop
async def played(trainer, more=1):
    goal = trainer.run.steps + more
    while trainer.run.steps < goal and trainer.playing:
        await asyncio.sleep(0)


async def ended(trainer):
    await trainer.player.task


@on_loop
async def test_play_pause_and_the_end():
    trainer = panel()
    press(trainer, "Play")
    await played(trainer, 30)
    press(trainer, "Pause")
    await ended(trainer)
    count = trainer.run.steps
    assert 30 <= count < 400 and trainer.text == f"Step {count} of 400." and is_sound(trainer)
    press(trainer, "Play")
    await ended(trainer)
    assert trainer.text == "All 400 steps are done." and not trainer.playing


@on_loop
async def test_the_same_steps_as_without_a_loop():
    trainer, other = panel(), panel()
    trainer.play()
    await ended(trainer)
    other.advance(400)
    assert np.array_equal(trainer.run.net.theta, other.run.net.theta)


@on_loop
async def test_live_and_build_settings_and_instruments_while_it_plays_from_another_thread():
    trainer = panel(max_steps=10**6, build_settings={"activation": choice("activation", "tanh", list(lk.ACTIVATIONS))})
    trainer.play()
    await played(trainer, 5)
    steps, turned = trainer.run.steps, lambda: trainer.run.opt.lr == 0.25

    def turn(**values):
        thread = threading.Thread(target=trainer.set, kwargs=values)
        thread.start()
        thread.join()

    turn(lr=0.25)
    while not turned():
        await asyncio.sleep(0)
    mark = trainer.run.marks[-1]
    assert mark.step >= steps and mark.text == "lr 0.25"
    await played(trainer, 5)
    assert trainer.run.rates[mark.step - 1] == 0.1 and trainer.run.rates[mark.step] == 0.25

    turn(activation="relu")
    while "relu" not in repr(trainer.run.net):
        await asyncio.sleep(0)
    assert trainer.playing and trainer.text == "Built anew, back at step 0: activation ReLU."
    trainer.display.switches["updates"].value = True
    await played(trainer, 50)
    trainer.pause()
    await ended(trainer)
    assert trainer.run.previous_theta is not None


@on_loop
async def test_reset_and_step_pause_first():
    trainer = panel(max_steps=10**6)
    for name, count in (("Reset", 0), ("Step", 1)):
        trainer.play()
        await played(trainer, 5)
        before = trainer.run.steps
        press(trainer, name)
        await ended(trainer)
        assert trainer.run.steps == (count if name == "Reset" else before + 1) and not trainer.playing


@on_loop
async def test_running_the_cell_again_leaves_exactly_one_task():
    panels = []
    for _ in range(3):
        panels.append(trainer := panel(max_steps=10**6))
        assert Player.current is None
        trainer.play()
        await played(trainer, 5)
    for old in panels[:-1]:
        await ended(old)
        assert old.text == "Paused, because a new panel was made."
    assert tasks() == {trainer.player.task}
    trainer.pause()
    await ended(trainer)
    assert tasks() == set()


@on_loop
async def test_of_two_panels_one_plays():
    first, second = panel(max_steps=10**6), panel(max_steps=10**6)
    first.play()
    await played(first)
    second.play()
    await ended(first)
    assert first.text == "Paused, because another panel plays." and second.playing
    assert first._transport.play.description == "Play" and second._transport.play.description == "Pause"
    second.pause()
    await ended(second)


@on_loop
async def test_an_exception_in_the_run_is_shown():
    def fail(run, step):
        if step.index == 7:
            raise RuntimeError("no more numbers <left>")

    trainer = panel(after=fail)
    trainer.play()
    await ended(trainer)
    assert trainer.text == "RuntimeError: no more numbers <left>." and "&lt;left&gt;" in trainer._line.value
    trainer.advance(1)


@on_loop
async def test_divergence_while_it_plays():
    x, y = lk.datasets.noisy_sine(40, np.random.default_rng(0))
    trainer = Trainer(lambda: lk.mlp([1, 8, 1]), (x, y), optimizer=lk.SGD(10.0), loss=lk.mean_squared_error)
    trainer.play()
    await ended(trainer)
    assert trainer.text.startswith("Loss became infinite at step")
    trainer.play()
    await ended(trainer)
    assert trainer.text.startswith("Loss became infinite at step")


@on_loop
async def test_patience_stops_it_and_play_goes_on():
    trainer = panel(early_stopping=lk.EarlyStopping(2), eval_every=5, optimizer=lk.SGD(0.0), max_steps=50, controls=())
    trainer.play()
    await ended(trainer)
    assert trainer.text == "No better validation loss in 2 evaluations; the best was at step 0."
    assert trainer.run.steps == 10
    trainer.play()
    await ended(trainer)
    assert trainer.text == "All 50 steps are done."


@on_loop
async def test_closing_it_ends_it():
    trainer = panel(max_steps=10**6)
    trainer.play()
    await played(trainer)
    page = trainer.page
    models = {*trainer.controls.values(), *trainer.children, page._asked, page._answer, page._link}
    trainer.close()
    await ended(trainer)
    assert tasks() == set() and not any(model.comm for model in [*models, trainer])
    trainer.close()


# ------------------------------------------------------------------------------------------------ who is looking
@on_loop
async def test_a_panel_that_leaves_the_page_pauses():
    trainer = panel(max_steps=10**6)
    trainer.set_state({"_view_count": 1})
    trainer.play()
    await played(trainer)
    trainer.set_state({"_view_count": 2})
    trainer.set_state({"_view_count": 1})
    await played(trainer)
    assert trainer.playing
    trainer.set_state({"_view_count": 0})
    await ended(trainer)
    assert trainer.text == "Paused: the panel has left the page."


@on_loop
async def test_a_page_that_stops_answering_is_gone():
    clock = [0.0]
    trainer = panel(max_steps=10**6)
    trainer.page._clock = lambda: clock[0]
    trainer.play()
    await played(trainer, 5)
    pictures = trainer.page.pictures
    while trainer.page.pictures < pictures + 3:  # it never answered: it is believed to be looking
        await asyncio.sleep(0)
    trainer.page._answer.set_state({"value": trainer.page.pictures})
    while trainer.page.ready():
        await asyncio.sleep(0)
    pictures = trainer.page.pictures
    await played(trainer, 100)
    assert trainer.page.pictures == pictures and trainer.playing
    clock[0] += SEND_TIMEOUT + 0.1
    while trainer.page.pictures == pictures:
        await asyncio.sleep(0)
    clock[0] += GONE_TIMEOUT
    await ended(trainer)
    assert trainer.text == "Paused: the page does not answer."


def test_an_answer_settles_the_account():
    clock = [0.0]
    page = Page(W.HBox(), lambda: None, clock=lambda: clock[0])
    assert page.ready() and not page.gone()
    page.sent()
    assert page._asked.value == 1 and page.ready()
    page._answer.value = 1
    for asked in (5, 9):
        for _ in range(ACK_EVERY):
            assert page.ready()
            page.sent()
        assert page._asked.value == asked and not page.ready() and not page.gone()
        clock[0] += 100
        assert page.ready() and page.gone()
        page._answer.value = asked
        assert page.ready() and not page.gone()


def test_a_whole_run_takes_as_long_as_a_hand_needs(monkeypatch):
    monkeypatch.setattr("labkit.widgets.trainer.MIN_RUN_SECONDS", 15.0)
    trainer = Trainer(lambda: lk.mlp([2, 4, 2]), (X, Y), optimizer=lk.SGD(0.1), max_steps=3000)
    assert trainer.player.pace == 200
    trainer.close()


def test_readers_who_do_not_see_the_picture_hear_its_numbers_when_they_ask():
    x, y = lk.datasets.spirals(60, rng=np.random.default_rng(0))
    panel = Trainer(lambda: lk.mlp([2, 8, 3]), {"train": (x, y)}, optimizer=lk.SGD(0.1), max_steps=40)
    panel.advance(40)
    loss, accuracy = panel.run.curve("train").latest()
    said = panel._sentence.value
    assert said == f"Step 40 of 40: train loss {style.reading(loss)}, {100 * accuracy:.0f} % right."
    assert "status" not in said, "it changes with every picture: nobody wants all of them read out"
    panel.close()
