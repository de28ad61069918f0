"""A run against the bare loop it wraps; what its settings do, and how it ends."""

import copy

import numpy as np
import pytest

import labkit as lk
from labkit.runs import Run
from labkit.settings import Hyperparameter

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


def test_evaluating_and_watching_change_nothing():
    plain, nosy = run(eval_every=60), run(eval_every=1)
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


# ------------------------------------------------------------------------------------------------ evaluations
def test_every_data_set_is_evaluated():
    watched = run(eval_every=20)
    watched.advance(60)
    assert watched.eval_steps == [0, 2, 5, 10, 20, 40, 60]
    for name, (x, y) in SETS.items():
        curve = watched.curve(name)
        assert (curve.loss[-1], curve.accuracy[-1]) == lk.evaluate(watched.net, x, y)
        assert curve.steps.tolist() == watched.eval_steps and curve.loss.shape == (7,)


def test_evaluations_are_as_rare_as_they_are_dear():
    def data(n):
        return {"train": (X[:120], Y[:120]), "validation": (np.tile(X, (n, 1)), np.tile(Y, n))}

    seldom, often = run(data=data(5), max_steps=5000), run(data=data(1), max_steps=5000)
    assert seldom.eval_every == -(-(120 + 500) // (3 * 16 * 0.04)) > often.eval_every


def test_only_the_first_examples_are_evaluated():
    watched = run(eval_size=10)
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


# ------------------------------------------------------------------------------------------------ live settings
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


def test_batch_size_keep_penalty_and_momentum_are_live():
    watched = run(make=lambda: make(keep=0.5), regularizer=lambda net: lk.L2(0.1, mask=net.weight_mask()))
    watched.advance(3)
    for name, value in {"batch_size": 40, "keep": 0.9, "lam": 0.01, "momentum": 0.5}.items():
        watched.turn(name, value)
    for _ in range(2):
        assert (watched.batches.size, watched.net.layers[2].keep, watched.regularizer.lam, watched.opt.momentum) == (
            40, 0.9, 0.01, 0.5)
        watched.reset()
    assert [mark.text for mark in watched.marks] == []


def test_all_live_settings_of_one_step_are_marked_once():
    watched = run()
    watched.advance(1)
    for name, value in (("lr", 0.2), ("lr", 0.3), ("momentum", 0.0), ("batch_size", 8), ("schedule", None)):
        watched.turn(name, value)
    assert [mark.text for mark in watched.marks] == ["lr 0.3", "momentum 0", "batch 8", "schedule"]


def test_a_setting_of_ones_own():
    watched = run()
    watched.setters["shift"] = lambda run, value: setattr(run, "shifted", value)
    watched.turn("shift", 2)
    assert watched.shifted == 2 and watched.twin().shifted == 2 and "shift" not in run().setters


class SignDescent(lk.optimizers.Optimizer):
    """A throw-away optimizer: a hyperparameter is declared, and nobody else is told of it."""

    beta = Hyperparameter(0, 1, open_high=True, symbol="β")

    def __init__(self, lr, beta):
        super().__init__(lr)
        self.beta = beta

    def _update(self, theta, grad, lr):
        theta -= lr * (1 - self.beta) * np.sign(grad)


class Leak(lk.layers.Layer):
    """A throw-away layer that lets a share of its input through."""

    share = Hyperparameter(0, 1)

    def __init__(self, share=1.0):
        self.share = share

    def forward(self, x, train=False):
        return self.share * x

    def backward(self, dy):
        return self.share * dy


def test_what_an_optimizer_declares_is_a_live_setting():
    watched = run(optimizer=SignDescent(0.1, 0.5))
    watched.advance(1)
    watched.turn("beta", 0.9)
    before = watched.net.theta.copy()
    watched.advance(1)
    assert np.abs(before - watched.net.theta).max() == pytest.approx(0.01, rel=1e-4)
    assert [tuple(mark) for mark in watched.marks] == [(1, "β 0.9", "beta")]
    watched.reset()
    assert watched.opt.beta == watched.twin().opt.beta == 0.9
    with pytest.raises(ValueError, match=r"SignDescent: beta must be in \[0, 1\), got 1.0"):
        watched.turn("beta", 1.0)


def test_what_layers_declare_is_a_live_setting_of_all_of_them():
    watched = run(make=lambda: lk.Network([Leak(), lk.Linear(2, 8), Leak(), lk.Linear(8, 2)]))
    watched.advance(1)
    watched.turn("share", 0.5)
    assert [watched.net.layers[i].share for i in (0, 2)] == [0.5, 0.5]
    assert watched.marks[-1].text == "share 0.5"
    for again in (watched.reset, lambda: watched.advance(3)):
        again()
        assert watched.net.layers[0].share == watched.twin().net.layers[2].share == 0.5


def test_a_name_of_two_owners_is_the_optimizers():
    watched = run(make=lambda: lk.mlp([2, 8, 2], batch_norm=True), optimizer={"SGD": lk.SGD(0.1), "Adam": lk.Adam()})
    with pytest.raises(ValueError, match="SGD has no eps"):
        watched.turn("eps", 1e-3)
    watched.turn("optimizer", "Adam")
    watched.turn("eps", 1e-3)
    assert (watched.opt.eps, watched.net.layers[1].eps) == (1e-3, 1e-5)
    watched.turn("decay", 0.99)
    assert watched.net.layers[1].decay == 0.99


@pytest.mark.parametrize("name, value, words", [
    ("keep", 0.5, "a setting of Dropout, and this run has no such part"), ("lam", 0.1, "of L1 or L2 or Elastic"),
    ("beta1", 0.5, "of Adam or AdamW.*can be set here: lr, momentum, optimizer, batch_size"),
    ("momentun", 0.1, "did you mean .momentum"), ("optimizer", "Adam", "not known"),
    ("lr", -1.0, r"must be in \[0, ∞\)"),
])
def test_what_cannot_be_turned_is_said(name, value, words):
    with pytest.raises(ValueError, match=words):
        run().turn(name, value)


# ------------------------------------------------------------------------------------------------ build settings
def test_a_build_setting_builds_anew():
    watched = run(build_settings={"activation": "tanh"})
    watched.advance(20)
    watched.turn("lr", 0.2)
    watched.rebuild({"activation": "relu"})
    assert (watched.steps, watched.eval_steps, watched.marks, watched.opt.steps, watched.opt.lr) == (0, [0], [], 0, 0.2)
    assert "relu" in repr(watched.net)


def test_data_may_depend_on_a_build_setting():
    def data(noise):
        return X, lk.datasets.label_noise(Y, noise, np.random.default_rng(0), n_classes=2).y

    watched = run(data=data, build_settings={"noise": 0.0})
    assert np.array_equal(watched.y, Y)
    watched.rebuild({"noise": 0.5})
    assert np.mean(watched.y != Y) == 0.5


def test_a_failed_rebuild_leaves_the_run_as_it_was():
    watched = run(build_settings={"activation": "tanh"})
    watched.advance(20)
    with pytest.raises(ValueError, match="did you mean 'relu'"):
        watched.rebuild({"activation": "rleu"})
    assert watched.steps == 20 and watched.build_settings == {"activation": "tanh"}
    assert watched.advance(5) == 5


@pytest.mark.parametrize("seed", [3, [3, 5]])
def test_examples_are_counted_as_they_are_taken(seed):
    watched = run(size=50, make=lambda: make(seed=seed), eval_every=2)
    watched.advance(4)
    assert watched.examples[:5].tolist() == [0, 50, 100, 120, 170] and watched.step_size == 40
    watched.turn("batch_size", 70)
    watched.advance(2)
    assert watched.examples[5:7].tolist() == [240, 310] and watched.step_size == 60
    curve = watched.curve("train")
    assert curve.examples.tolist() == watched.examples[curve.steps].tolist()
    watched.reset()
    assert watched.examples.max() == 0


def test_the_curves_of_the_run_before_stay():
    watched = run(build_settings={"activation": "tanh"}, eval_every=5)
    assert watched.before == {}
    watched.advance(20)
    first = watched.curves()
    watched.reset()
    for _ in range(2):  # a run that has not begun is none
        for name, curve in watched.before.items():
            assert np.array_equal(curve.steps, first[name].steps) and np.array_equal(curve.loss, first[name].loss)
        watched.reset()
    watched.advance(10)
    with pytest.raises(ValueError, match="activation"):
        watched.rebuild({"activation": "none"})
    assert watched.before["train"].steps[-1] == 20
    watched.rebuild({"activation": "relu"})
    assert watched.before["train"].steps[-1] == 10 and watched.twin().before == {}
    assert watched.before["train"].steps[-1] == 10


@pytest.mark.parametrize("form", ["plain", "replicas", "batch norm and dropout"])
def test_a_trial_is_one_update_and_leaves_the_run_alone(form):
    def network():
        noisy = {"batch_norm": True, "keep": 0.5} if form == "batch norm and dropout" else {}
        return lk.mlp([2, 8, 2], "tanh", seed=[3, 5] if form == "replicas" else 3, **noisy)

    settings = {"make": network, "optimizer": lk.Adam(0.01), "regularizer": lk.L2(0.1), "schedule": lk.cosine(60)}
    tried, plain = run(**settings), run(**settings)
    net = tried.trial()
    assert np.abs(net.theta - tried.net.theta).max() == pytest.approx(0.01, rel=1e-3)  # Adam's first step
    assert np.array_equal(tried.trial().theta, net.theta) and np.array_equal(tried.net.theta, plain.net.theta)
    for one in (tried, plain):
        one.advance(10)
    assert np.array_equal(tried.net.theta, plain.net.theta) and np.array_equal(tried.net.buffers, plain.net.buffers)


def test_unknown_build_settings_are_errors():
    with pytest.raises(ValueError, match="neither make nor data"):
        run(build_settings={"width": 3})
    with pytest.raises(ValueError, match="build setting"):
        run(build_settings={"activation": "tanh"}).rebuild({"width": 3})


# ------------------------------------------------------------------------------------------------ start, end, again
def test_reset_gives_the_same_run_again():
    watched = run(make=lambda: make(keep=0.5))
    watched.advance(30)
    first = watched.losses[:30].copy()
    watched.reset()
    assert watched.steps == 0
    watched.advance(30)
    assert np.array_equal(watched.losses[:30], first)


def test_a_twin_starts_at_zero_and_leaves_the_run_alone():
    watched = run()
    watched.turn("lr", 0.2)
    watched.advance(10)
    theta = watched.net.theta.copy()
    twin = watched.twin()
    twin.advance(60)
    assert (watched.steps, twin.steps, twin.opt.lr) == (10, 60, 0.2)
    assert np.array_equal(watched.net.theta, theta)
    assert np.array_equal(watched.losses[:10], twin.losses[:10])


def test_it_ends_at_max_steps():
    watched = run(max_steps=25)
    assert watched.advance(100) == 25
    assert watched.stop_reason == "all 25 steps are done" and not watched.step() and watched.eval_steps[-1] == 25


def test_divergence_ends_it_with_a_sentence_and_without_nan():
    x, y = lk.datasets.noisy_sine(40, np.random.default_rng(0))
    watched = Run(lambda: lk.mlp([1, 8, 1]), (x, y), optimizer=lk.SGD(10.0), loss=lk.mean_squared_error, eval_every=1)
    watched.advance(1000)
    why = f"loss became infinite at step {watched.steps}, learning rate 10; lower it and press reset"
    assert watched.stop_reason == why
    assert np.isfinite(watched.losses[:watched.steps]).all() and 0 < watched.steps < 1000
    assert watched.eval_steps[-1] == watched.steps and np.isnan(watched.curve("train").loss[-1])
    assert np.isfinite(watched.curve("train").loss[:-2]).all()
    watched.turn("lr", 0.01)
    assert not watched.step() and watched.marks == []
    watched.reset()
    assert watched.advance(50) == 50


def test_replicas_diverge_one_by_one():
    x, y = lk.datasets.noisy_sine(40, np.random.default_rng(0))
    rates = np.array([[0.01], [10.0]], np.float32)
    watched = Run(lambda: lk.mlp([1, 8, 1], seed=[0, 0]), (x, y), optimizer=lk.SGD(rates), eval_every=5,
                  loss=lk.mean_squared_error, max_steps=200)
    assert watched.advance(200) == 200
    assert watched.diverged.tolist() == [False, True] and watched.status == "all 200 steps are done"
    curve = watched.curve("train")
    first = int(np.flatnonzero(~np.isfinite(watched.losses[:200, 1]))[0])
    assert np.isfinite(curve.loss[:, 0]).all() and np.isfinite(curve.loss[curve.steps < first, 1]).all()
    assert first + 1 in curve.steps and np.isnan(curve.loss[curve.steps > first, 1]).all()
    watched.reset()
    watched.advance(100)
    assert watched.status == "1 of 2 runs have diverged"


def test_a_lost_replica_is_lost_on_every_data_set_though_its_answers_are_numbers():
    watched = run(make=lambda: make(seed=[0, 1]), eval_every=10)
    watched.advance(15)
    watched.diverged = np.array([False, True])
    watched.evaluate()
    for name in SETS:
        assert np.isnan(watched.curve(name).loss[-1]).tolist() == [False, True]
        assert np.isnan(watched.curve(name).accuracy[-1]).tolist() == [False, True]


def test_a_lost_run_is_no_early_stop():
    x, y = lk.datasets.noisy_sine(40, np.random.default_rng(0))
    watched = Run(lambda: lk.mlp([1, 8, 1]), {"train": (x, y), "validation": (x, y)}, optimizer=lk.SGD(10.0),
                  loss=lk.mean_squared_error, early_stopping=lk.EarlyStopping(1000))
    watched.advance(1000)
    assert watched.stop_reason.startswith("loss became infinite") and watched.marks == []


def test_early_stopping_marks_the_best_and_the_stop_and_may_be_overruled():
    watched = run(early_stopping=lk.EarlyStopping(3), eval_every=2, optimizer=lk.SGD(0.0), max_steps=30)
    assert watched.advance(30) == 6
    assert watched.stop_reason == "no better validation loss in 3 evaluations; the best was at step 0"
    assert [(mark.step, mark.text) for mark in watched.marks] == [(0, "best"), (6, "stop")]
    watched.resume()
    assert watched.advance(30) == 24 and watched.stop_reason == "all 30 steps are done"
    watched.reset()
    watched.turn("patience", 5)
    assert watched.advance(30) == 10


def test_early_stopping_needs_a_validation_set():
    with pytest.raises(ValueError, match="called 'validation'"):
        run(data=(X, Y), early_stopping=lk.EarlyStopping(3))


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


def test_previous_theta_is_that_before_the_watched_step():
    watched = run(optimizer=lk.SGD(0.1))
    watched.advance(5)
    np.testing.assert_allclose(watched.previous_theta - watched.net.theta, 0.1 * watched.net.grad, rtol=1e-3, atol=1e-7)


@pytest.mark.parametrize("data", [[1, 2], {}, {"train": 3}, "spirals"])
def test_data_in_another_form_are_an_error(data):
    with pytest.raises(TypeError, match="expected a Dataset, a pair"):
        run(data=data)


# ------------------------------------------------------------------------------------------------ the wrong kind
@pytest.mark.parametrize("settings, words", [
    ({"optimizer": lk.SGD}, "optimizer must be an optimizer, such as .*, got the class SGD"),
    ({"optimizer": {"SGD": lk.SGD(0.1), "Adam": lk.Adam}}, "got the class Adam"),
    ({"optimizer": 0.1}, "optimizer must be .* got 0.1"), ({"optimizer": "Adam"}, "got 'Adam'"),
    ({"make": lk.mlp([2, 2])}, "make must be a function that returns a network, got Network"),
    ({"make": lambda: "net"}, "what make returns must be a network, .* got 'net'"),
    ({"loss": "cross entropy"}, r"loss must be a function of \(outputs, targets\), got 'cross"),
    ({"loss": lambda outputs: 0.0}, "loss must be .* other arguments"),
    ({"schedule": "cosine"}, "schedule must be a function of the step"),
    ({"schedule": lk.cosine}, "for step 0 it fails"),
    ({"schedule": lambda t: lk.cosine}, "for step 0 it fails"),
    ({"augment": 3}, r"augment must be a function of \(rng\)"), ({"augment": lambda x, y: (x, y)}, "augment must be"),
    ({"after": lambda run: None}, r"after must be a function of \(run, step\)"),
    ({"regularizer": lk.L2}, "regularizer must be a penalty, .* got the class L2"),
    ({"regularizer": 1e-4}, "regularizer must be"), ({"regularizer": lambda net: 0.1}, "regularizer must be"),
    ({"early_stopping": 5}, "early_stopping must be such as"),
    ({"early_stopping": lk.EarlyStopping}, "got the class EarlyStopping"),
    ({"size": 16.0}, "size must be a whole number"), ({"data": SETS | {"test": X}}, "data set 'test' is ndarray"),
])
def test_a_part_of_the_wrong_kind_is_refused_before_anything_starts(settings, words):
    with pytest.raises(TypeError, match=words):
        run(**settings)


def test_an_argument_that_nobody_gives_is_named():
    with pytest.raises(ValueError, match=r"make needs width; give it in build_settings, \{'width': …\}"):
        run(make=lambda width: lk.mlp([2, width, 2]))
    with pytest.raises(ValueError, match="empty mapping"):
        run(optimizer={})


@pytest.mark.parametrize("name, value", [("batch_size", 2.5), ("patience", "5"), ("schedule", 0.5), ("lr", "0.1"),
                                         ("lr", None), ("momentum", True)])
def test_a_live_setting_of_the_wrong_kind_is_refused_and_changes_nothing(name, value):
    watched = run(early_stopping=lk.EarlyStopping(3))
    watched.advance(1)
    with pytest.raises(TypeError, match=name.replace("lr", "SGD: lr")):
        watched.turn(name, value)
    watched.reset()
    assert (watched.batches.size, watched.opt.lr, watched.schedule, watched.stopping.patience) == (16, 0.1, None, 3)


@pytest.mark.parametrize("name", ["lr", "momentum", "keep", "lam", "batch_size", "patience"])
def test_an_attribute_that_would_do_nothing_is_refused(name):
    with pytest.raises(AttributeError, match=rf"turn it: run\.turn\('{name}', 0.5\)"):
        setattr(run(), name, 0.5)


def test_lists_are_data_too():
    x, y = lk.datasets.spirals(60, rng=np.random.default_rng(0))
    runs = [Run(lambda: lk.mlp([2, 4, 3]), data, optimizer=lk.SGD(0.1), max_steps=5)
            for data in ((x, y), (x.tolist(), y.tolist()))]
    for run in runs:
        run.advance(5)
    np.testing.assert_allclose(runs[0].losses, runs[1].losses, rtol=1e-6)


@pytest.mark.parametrize(("change", "says"), [
    (lambda run: setattr(run, "learning_rate", 0.1), r"no attribute learning_rate; turn it: run\.turn\('lr', 0\.1\)"),
    (lambda run: setattr(run, "rate", 0.1), r"run\.turn\('lr', 0\.1\)"),
    (lambda run: setattr(run, "qqqqqqq", 0.1), "Run has no attribute qqqqqqq"),
    (lambda run: setattr(run, "max_steps", "x"), "max_steps is fixed"),
    (lambda run: setattr(run, "size", "many"), "Run: size must be a whole number"),
    (lambda run: setattr(run, "schedule", 0.5), "Run: schedule must be a function"),
    (lambda run: run.turn("rate", 0.1), "'rate' is not known; did you mean 'lr'"),
    (lambda run: run.turn("patience", 3), r"has none; build it with early_stopping=lk\.EarlyStopping"),
    (lambda run: run.rebuild(3), "Run: settings must be names of build settings"),
    (copy.deepcopy, r"run\.twin\(\)"),
])
def test_what_would_do_nothing_is_refused_with_what_would(change, says):
    watched = run()
    watched.advance(2)
    with pytest.raises((AttributeError, TypeError, ValueError), match=says):
        change(watched)
    watched.advance(2)
    assert watched.steps == 4


def test_the_size_of_batches_acts_on_the_next_step():
    watched = run()
    watched.size = 3
    watched.advance(1)
    assert watched.batches.size == watched.size == 3 and watched.examples[1] == 3


def test_lists_and_shares_are_classes_for_a_run_as_for_evaluate():
    X, Y = np.eye(4, 3).tolist(), [0, 1, 0, 1]
    for targets in (Y, np.eye(2)[Y], [[y] for y in Y]):
        watched = Run(lambda: lk.mlp([3, 2]), (X, targets), optimizer=lk.SGD(0.1), max_steps=2)
        assert watched.classifies and np.isfinite(watched.curve("train").accuracy).all()
