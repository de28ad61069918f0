"""A run against the bare loop it wraps; what its settings do, and how it ends."""

import numpy as np
import pytest

import labkit as lk
from labkit.runs import KNOBS, Run

X, Y = lk.datasets.spirals(200, np.random.default_rng(0))
SETS = {"train": (X[:120], Y[:120]), "validation": (X[120:], Y[120:])}


def make(activation="tanh", seed=3, keep=1.0):
    return lk.mlp([2, 8, 2], activation, seed=seed, keep=keep)


def run(**settings):
    settings = {"optimizer": lk.SGD(0.1, 0.9), "size": 16, "max_steps": 60} | settings
    return Run(settings.pop("make", make), settings.pop("data", SETS), **settings)


def bare(steps, opt, seed=3, **settings):
    net = make(seed=seed)
    batches = lk.Batches(*SETS["train"], size=16, rng=lk.streams(seed).data)
    loop = lk.train(net, lk.softmax_cross_entropy, opt, batches, **settings)
    return net, [next(loop).loss for _ in range(steps)]


# ------------------------------------------------------------------------------------------------ the same as train
def test_a_run_is_the_bare_loop():
    net, losses = bare(40, lk.SGD(0.1, 0.9))
    watched = run()
    assert watched.advance(40) == 40
    assert np.array_equal(watched.net.theta, net.theta)
    assert np.array_equal(watched.losses[:40], np.array(losses, float))
    assert np.all(watched.rates[:40] == 0.1) and np.isnan(watched.losses[40:]).all()


def test_looking_and_watching_change_nothing():
    plain, nosy = run(look_every=60), run(look_every=1)
    plain.advance(50)
    for _ in range(50):
        nosy.step(watched=True)
    assert np.array_equal(plain.net.theta, nosy.net.theta)


def test_replicas_are_the_single_runs():
    together = run(make=lambda: make(seed=[3, 5]))
    together.advance(30)
    for i, seed in enumerate([3, 5]):
        _, losses = bare(30, lk.SGD(0.1, 0.9), seed=seed)
        np.testing.assert_allclose(together.losses[:30, i], losses, rtol=1e-4)


def test_one_rate_per_replica():
    several = run(make=lambda: make(seed=[3, 3]), optimizer=lk.SGD(np.array([[0.1], [0.2]], np.float32)))
    several.advance(5)
    assert several.rates[:5].tolist() == [[np.float32(0.1), np.float32(0.2)]] * 5


def test_schedule_and_penalty_are_those_of_train():
    schedule, penalty = lk.cosine(30), lk.L2(0.1)
    _, losses = bare(20, lk.SGD(0.1), schedule=schedule, regularizer=penalty)
    watched = run(optimizer=lk.SGD(0.1), schedule=schedule, regularizer=penalty)
    watched.advance(20)
    assert np.array_equal(watched.losses[:20], np.array(losses, float))
    np.testing.assert_allclose(watched.rates[:20], [0.1 * schedule(t) for t in range(20)])


def test_the_given_optimizer_stays_as_it_was():
    opt = lk.SGD(0.1)
    watched = run(optimizer=opt)
    watched.turn("lr", 0.5)
    watched.advance(3)
    assert (opt.lr, opt.steps) == (0.1, 0)


# ------------------------------------------------------------------------------------------------ looks
def test_looks_are_evaluations_of_every_data_set():
    watched = run(look_every=20)
    watched.advance(60)
    assert watched.looks == [0, 2, 5, 10, 20, 40, 60]
    for name, (x, y) in SETS.items():
        curve = watched.curve(name)
        assert (curve.loss[-1], curve.accuracy[-1]) == lk.evaluate(watched.net, x, y)
        assert curve.steps.tolist() == watched.looks and curve.loss.shape == (7,)


def test_looks_are_as_rare_as_they_are_dear():
    def data(n):
        return {"train": (X[:120], Y[:120]), "validation": (np.tile(X, (n, 1)), np.tile(Y, n))}

    seldom, often = run(data=data(5), max_steps=5000), run(data=data(1), max_steps=5000)
    assert seldom.look_every == -(-(120 + 500) // (3 * 16 * 0.04)) > often.look_every


def test_only_the_first_examples_are_looked_at():
    watched = run(look_at=10)
    loss, accuracy = lk.evaluate(watched.net, X[120:130], Y[120:130])
    assert (watched.curve("validation").loss[0], watched.curve("validation").accuracy[0]) == (loss, accuracy)


def test_a_data_set_may_be_a_function_of_the_network():
    seen = []
    watched = run(data=SETS | {"vote": lambda net: seen.append(net) or lk.Evaluation(0.5, 0.75)})
    assert watched.curve("vote").accuracy.tolist() == [0.75] and seen == [watched.net]


def test_regression_has_no_accuracy():
    x, y = lk.datasets.noisy_sine(40, np.random.default_rng(0))
    watched = Run(lambda: lk.mlp([1, 8, 1]), (x, y), optimizer=lk.Adam(), loss=lk.mean_squared_error, max_steps=20)
    watched.advance(20)
    assert not watched.classifies and np.isnan(watched.curve("train").accuracy).all()
    assert np.isfinite(watched.curve("train").loss).all()


@pytest.mark.parametrize("data", [lk.datasets.mnist1d(100, n_val=100), (np.zeros((20, 40)), np.arange(20) % 10)])
def test_data_come_as_data_set_or_pair(data):
    watched = Run(lambda: lk.mlp([40, 10]), data, optimizer=lk.SGD(0.1), max_steps=10)
    assert list(watched.sets) == (["train", "validation"] if isinstance(data, lk.datasets.Dataset) else ["train"])


# ------------------------------------------------------------------------------------------------ hot settings
def test_a_rate_acts_on_the_next_step_and_leaves_a_mark():
    watched = run()
    watched.advance(10)
    watched.turn("lr", 0.5)
    watched.turn("lr", 0.25)
    watched.advance(1)
    assert watched.rates[9:11].tolist() == [0.1, 0.25]
    assert [tuple(mark) for mark in watched.marks] == [(10, "lr 0.25", "lr")]


def test_two_rates_are_two_bare_loops_glued_together():
    opt = lk.SGD(0.1, 0.9)
    net, batches = make(), lk.Batches(*SETS["train"], size=16, rng=lk.streams(3).data)
    loop = lk.train(net, lk.softmax_cross_entropy, opt, batches)
    watched = run()
    for rate in (0.1, 0.5):
        opt.lr = rate
        watched.turn("lr", rate)
        watched.advance(15)
        for _ in range(15):
            next(loop)
    assert np.array_equal(watched.net.theta, net.theta)


def test_the_optimizer_is_switched_between_two_steps_and_starts_afresh():
    watched = run(optimizer={"plain": lk.SGD(0.1, 0.9), "Adam": lk.Adam(0.01)})
    watched.advance(10)
    watched.turn("optimizer", "Adam")
    watched.advance(5)
    assert watched.optimizer == "Adam" and watched.opt.steps == 5 and watched.rates[10] == 0.01
    watched.turn("optimizer", "plain")
    watched.advance(2)
    assert watched.opt.steps == 2 and watched.rates[15] == 0.1
    watched.turn("lr", 0.3)
    watched.reset()
    watched.advance(1)
    assert watched.rates[0] == 0.3 and watched.optimizers["Adam"].lr == 0.01


def test_batch_size_keep_penalty_and_momentum_are_hot():
    watched = run(make=lambda: make(keep=0.5), regularizer=lambda net: lk.L2(0.1, mask=net.weight_mask()))
    watched.advance(3)
    for name, value in {"batch_size": 40, "keep": 0.9, "lam": 0.01, "momentum": 0.5}.items():
        watched.turn(name, value)
    for _ in range(2):
        assert (watched.batches.size, watched.net.layers[2].keep, watched.regularizer.lam, watched.opt.momentum) == (
            40, 0.9, 0.01, 0.5)
        watched.reset()
    assert [mark.text for mark in watched.marks] == []


def test_all_hot_settings_of_one_step_are_marked_once():
    watched = run()
    watched.advance(1)
    for name, value in (("lr", 0.2), ("lr", 0.3), ("momentum", 0.0), ("batch_size", 8), ("schedule", None)):
        watched.turn(name, value)
    assert [mark.text for mark in watched.marks] == ["lr 0.3", "momentum 0", "batch 8", "schedule"]


def test_a_knob_of_ones_own():
    watched = run()
    watched.knobs["shift"] = lambda run, value: setattr(run, "shifted", value)
    watched.turn("shift", 2)
    assert watched.shifted == 2 and watched.twin().shifted == 2 and "shift" not in KNOBS


@pytest.mark.parametrize("name, value, words", [
    ("keep", 0.5, "no Dropout layer"), ("lam", 0.1, "no penalty"), ("beta1", 0.5, "SGD has no beta1"),
    ("momentun", 0.1, "did you mean .momentum"), ("optimizer", "Adam", "not known"),
    ("lr", -1.0, r"must be in \[0, ∞\)"),
])
def test_what_cannot_be_turned_is_said(name, value, words):
    with pytest.raises(ValueError, match=words):
        run().turn(name, value)


# ------------------------------------------------------------------------------------------------ cold settings
def test_a_cold_setting_builds_anew():
    watched = run(cold={"activation": "tanh"})
    watched.advance(20)
    watched.turn("lr", 0.2)
    watched.rebuild({"activation": "relu"})
    assert (watched.count, watched.looks, watched.marks, watched.opt.steps, watched.opt.lr) == (0, [0], [], 0, 0.2)
    assert "relu" in repr(watched.net)


def test_data_may_depend_on_a_cold_setting():
    def data(noise):
        return X, lk.datasets.label_noise(Y, noise, np.random.default_rng(0), n_classes=2).y

    watched = run(data=data, cold={"noise": 0.0})
    assert np.array_equal(watched.y, Y)
    watched.rebuild({"noise": 0.5})
    assert np.mean(watched.y != Y) == 0.5


def test_a_failed_rebuild_leaves_the_run_as_it_was():
    watched = run(cold={"activation": "tanh"})
    watched.advance(20)
    with pytest.raises(ValueError, match="did you mean 'relu'"):
        watched.rebuild({"activation": "rleu"})
    assert watched.count == 20 and watched.cold == {"activation": "tanh"}
    assert watched.advance(5) == 5


def test_unknown_cold_settings_are_errors():
    with pytest.raises(ValueError, match="neither make nor data"):
        run(cold={"width": 3})
    with pytest.raises(ValueError, match="cold setting"):
        run(cold={"activation": "tanh"}).rebuild({"width": 3})


# ------------------------------------------------------------------------------------------------ start, end, again
def test_reset_gives_the_same_run_again():
    watched = run(make=lambda: make(keep=0.5))
    watched.advance(30)
    first = watched.losses[:30].copy()
    watched.reset()
    assert watched.count == 0
    watched.advance(30)
    assert np.array_equal(watched.losses[:30], first)


def test_a_twin_starts_at_zero_and_leaves_the_run_alone():
    watched = run()
    watched.turn("lr", 0.2)
    watched.advance(10)
    theta = watched.net.theta.copy()
    twin = watched.twin()
    twin.advance(60)
    assert (watched.count, twin.count, twin.opt.lr) == (10, 60, 0.2)
    assert np.array_equal(watched.net.theta, theta)
    assert np.array_equal(watched.losses[:10], twin.losses[:10])


def test_it_ends_at_max_steps():
    watched = run(max_steps=25)
    assert watched.advance(100) == 25
    assert watched.over == "all 25 steps are done" and not watched.step() and watched.looks[-1] == 25


def test_divergence_ends_it_with_a_sentence_and_without_nan():
    x, y = lk.datasets.noisy_sine(40, np.random.default_rng(0))
    watched = Run(lambda: lk.mlp([1, 8, 1]), (x, y), optimizer=lk.SGD(10.0), loss=lk.mean_squared_error, look_every=1)
    watched.advance(1000)
    assert watched.over == f"loss became infinite at step {watched.count}, learning rate 10; lower it and press reset"
    assert np.isfinite(watched.losses[:watched.count]).all() and 0 < watched.count < 1000
    watched.turn("lr", 0.01)
    assert not watched.step() and watched.marks == []
    watched.reset()
    assert watched.advance(50) == 50


def test_replicas_diverge_one_by_one():
    x, y = lk.datasets.noisy_sine(40, np.random.default_rng(0))
    rates = np.array([[0.01], [10.0]], np.float32)
    watched = Run(lambda: lk.mlp([1, 8, 1], seed=[0, 0]), (x, y), optimizer=lk.SGD(rates), look_every=5,
                  loss=lk.mean_squared_error, max_steps=200)
    assert watched.advance(200) == 200
    assert watched.diverged.tolist() == [False, True] and watched.ended == "all 200 steps are done"
    curve = watched.curve("train")
    assert np.isfinite(curve.loss[:, 0]).all() and np.isnan(curve.loss[-1, 1])
    watched.reset()
    watched.advance(100)
    assert watched.ended == "1 of 2 runs have diverged"


def test_early_stopping_marks_the_best_and_the_stop_and_may_be_overruled():
    watched = run(stopping=lk.EarlyStopping(3), look_every=2, optimizer=lk.SGD(0.0), max_steps=30)
    assert watched.advance(30) == 6
    assert watched.over == "no better validation loss for 3 looks; the best was at step 0"
    assert [(mark.step, mark.text) for mark in watched.marks] == [(0, "best"), (6, "stop")]
    watched.resume()
    assert watched.advance(30) == 24 and watched.over == "all 30 steps are done"
    watched.reset()
    watched.turn("patience", 5)
    assert watched.advance(30) == 10


def test_early_stopping_needs_something_to_look_at():
    with pytest.raises(ValueError, match="called 'validation'"):
        run(data=(X, Y), stopping=lk.EarlyStopping(3))


def test_after_is_called_after_every_update():
    penalty, called = lk.L1(0.5), []

    def shrink(run, step):
        called.append(step.index)
        penalty.prox(run.net.theta, step.lr)

    watched = run(after=shrink)
    watched.advance(30)
    assert called == list(range(30)) and np.mean(watched.net.theta == 0) > 0.5


def test_augmentation_is_drawn_anew_after_a_reset():
    def noisy(rng):
        return lambda x, y: (x + rng.standard_normal(x.shape, dtype=np.float32), y)

    watched = run(augment=noisy)
    watched.advance(20)
    twin = watched.twin()
    twin.advance(20)
    assert np.array_equal(twin.net.theta, watched.net.theta)
    assert np.array_equal(watched.twin().losses, run(augment=noisy).losses, equal_nan=True)
    plain = run()
    plain.advance(20)
    assert not np.array_equal(plain.net.theta, watched.net.theta)


def test_batches_of_ones_own():
    class Halved(lk.Batches):
        def __iter__(self):
            return ((x[::2], y[::2]) for x, y in super().__iter__())

    watched, plain = run(batches=Halved), run()
    watched.advance(3)
    plain.advance(3)
    assert isinstance(watched.batches, Halved) and watched.losses[0] != plain.losses[0]


def test_before_is_the_theta_before_the_watched_step():
    watched = run(optimizer=lk.SGD(0.1))
    watched.advance(5)
    np.testing.assert_allclose(watched.before - watched.net.theta, 0.1 * watched.net.grad, rtol=1e-3, atol=1e-7)


@pytest.mark.parametrize("data", [[1, 2], {}, {"train": 3}, "spirals"])
def test_data_in_another_form_are_an_error(data):
    with pytest.raises(TypeError, match="expected a Dataset, a pair"):
        run(data=data)
