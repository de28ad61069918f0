"""Batches, the training loop, evaluation, early stopping."""

from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import labkit as lk

RNG = np.random.default_rng(0)
X = RNG.standard_normal((50, 5)).astype(np.float32)
Y = RNG.integers(0, 3, 50)


def training(lr=0.1, **options):
    net = lk.mlp([5, 16, 3], **options)
    return net, lk.train(net, lk.softmax_cross_entropy, lk.SGD(lr), lk.Batches(X, Y, size=20, rng=lk.streams(0).data))


# ---------------------------------------------------------------------------------------------- batches
@settings(max_examples=30)
@given(n=st.integers(1, 30), size=st.integers(1, 40))
def test_an_epoch_visits_every_example_once(n, size):
    x = np.arange(n, dtype=np.float32)[:, None]
    batches = lk.Batches(x, np.arange(n), size=size, rng=np.random.default_rng(1))
    for _ in range(2):
        parts = list(islice(iter(batches), batches.per_epoch))
        assert sorted(np.concatenate([y for _, y in parts])) == list(range(n))
        assert all(len(a) <= size and (a[:, 0] == b).all() for a, b in parts)


def test_epochs_shuffle_examples_not_batches():
    stream = iter(lk.Batches(X, np.arange(50), size=10, rng=np.random.default_rng(1)))
    first, second = ([set(next(stream)[1].tolist()) for _ in range(5)] for _ in range(2))
    assert not any(batch in second for batch in first)


def test_replicas_get_their_own_order():
    rngs = [lk.streams(s).data for s in (3, 4)]
    x, y = next(iter(lk.Batches(X, Y, size=10, rng=rngs)))
    assert x.shape == (2, 10, 5)
    alone = next(iter(lk.Batches(X, Y, size=10, rng=lk.streams(4).data)))
    np.testing.assert_array_equal(x[1], alone[0])
    np.testing.assert_array_equal(y[1], alone[1])


def test_batch_size_is_hot():
    batches = lk.Batches(X, Y, size=10, rng=np.random.default_rng(1))
    stream = iter(batches)
    assert len(next(stream)[0]) == 10
    batches.size = 7
    assert len(next(stream)[0]) == 7


def test_augment_sees_every_batch():
    batches = lk.Batches(X, Y, size=10, rng=np.random.default_rng(1), augment=lambda x, y: (x + 100, y))
    assert next(iter(batches))[0].min() > 50


@pytest.mark.parametrize(("x", "y", "size", "message"), [
    (X, Y[:-1], 8, "one target per example"), (X[:0], Y[:0], 8, "at least one example"), (X, Y, 0, "size must be at"),
    (np.full((4, 2), np.nan), np.zeros(4), 2, "NaN or infinite"), (Y, Y, 8, "expected .examples, features."),
])
def test_bad_batches(x, y, size, message):
    with pytest.raises(ValueError, match=message):
        lk.Batches(x, y, size=size, rng=RNG)


# ---------------------------------------------------------------------------------------------- train
def test_one_record_per_update_is_the_loop_by_hand():
    net, run = training()
    records = list(islice(run, 5))
    by_hand = lk.mlp([5, 16, 3])
    for record, (x, y) in zip(records, lk.Batches(X, Y, size=20, rng=lk.streams(0).data), strict=False):
        loss, dy = lk.softmax_cross_entropy(by_hand.forward(x, train=True), y)
        by_hand.backward(dy)
        by_hand.theta -= np.float32(0.1) * by_hand.grad
        assert record.loss == pytest.approx(float(loss), rel=1e-5)
    np.testing.assert_allclose(net.theta, by_hand.theta, rtol=1e-4, atol=1e-6)
    assert [r.index for r in records] == list(range(5))


def test_training_lowers_the_loss():
    net, run = training()
    before = lk.evaluate(net, X, Y)
    list(islice(run, 200))
    after = lk.evaluate(net, X, Y)
    assert after.loss < 0.7 * before.loss
    assert after.accuracy > before.accuracy


def test_a_batch_holds_128_examples_unless_told():
    assert lk.Batches(X, Y, rng=RNG).size == 128


def test_schedule_multiplies_and_is_recorded():
    net = lk.mlp([5, 3])
    opt = lk.SGD(0.4)
    run = lk.train(net, lk.softmax_cross_entropy, opt, lk.Batches(X, Y, rng=RNG), schedule=lambda t: 0.5**t)
    assert [r.lr for r in islice(run, 3)] == [0.4, 0.2, 0.1]
    assert opt.lr == 0.4


def test_regularizer_pulls_on_theta():
    class Pull:
        def add_gradient(self, theta, grad):
            grad += 1000 * theta

    net = lk.mlp([5, 16, 3])
    run = lk.train(net, lk.softmax_cross_entropy, lk.SGD(0.0005), lk.Batches(X, Y, rng=RNG), regularizer=Pull())
    list(islice(run, 30))
    assert np.abs(net.theta).max() < 1e-3


def test_divergence_ends_the_run_with_a_sentence():
    net = lk.mlp([5, 1])
    x, y = X, np.ones((50, 1), np.float32)
    run = lk.train(net, lk.mean_squared_error, lk.SGD(1e6), lk.Batches(x, y, rng=RNG))
    with np.errstate(all="raise"):
        *_, last = run
    assert last.diverged
    assert last.index < 100
    assert str(last) == (f"loss became infinite at step {last.index}, learning rate 1000000.0; "
                         "lower the rate and start again")


def test_a_diverged_replica_rests_while_the_others_go_on():
    net = lk.mlp([5, 1], seed=[0, 0, 0])
    rates = np.array([[0.01], [1e6], [0.02]], np.float32)
    y = np.ones((50, 1), np.float32)
    run = lk.train(net, lk.mean_squared_error, lk.SGD(rates, 0.5), lk.Batches(X, y, rng=lk.streams(0).data))
    records = list(islice(run, 60))
    assert records[-1].diverged.tolist() == [False, True, False]
    assert "in replicas [1]" in str(records[-1])
    alone = lk.mlp([5, 1], seed=0)
    batches = lk.Batches(X, y, rng=lk.streams(0).data)
    list(islice(lk.train(alone, lk.mean_squared_error, lk.SGD(0.02, 0.5), batches), 60))
    np.testing.assert_allclose(net.theta[2], alone.theta, rtol=1e-4, atol=1e-6)
    before = net.theta[1].copy()
    assert list(islice(run, 5))[-1].diverged[1] and np.array_equal(net.theta[1], before, equal_nan=True)
    assert not net.grad[1].any() and net.grad[[0, 2]].any()


def test_labels_out_of_range_are_named():
    net = lk.mlp([5, 3])
    with pytest.raises(ValueError, match="expected 0 to 2"):
        next(lk.train(net, lk.softmax_cross_entropy, lk.SGD(0.1), lk.Batches(X, Y + 1, rng=RNG)))


# ---------------------------------------------------------------------------------------------- evaluate
@pytest.mark.parametrize("replicas", [None, 2])
@pytest.mark.parametrize("size", [7, 50, 1000])
def test_evaluation_does_not_depend_on_the_parts(size, replicas):
    net = lk.mlp([5, 16, 3], replicas=replicas)
    loss = lk.softmax_cross_entropy(net.forward(X), Y)[0]
    accuracy = (net.forward(X).argmax(axis=-1) == Y).mean(axis=-1)
    got = lk.evaluate(net, X, Y, size=size)
    np.testing.assert_allclose(got.loss, loss, rtol=1e-5)
    np.testing.assert_allclose(got.accuracy, accuracy)


def test_bad_evaluation():
    with pytest.raises(ValueError, match=r"evaluate: x has shape \(50, 5\) and y \(49,\); expected"):
        lk.evaluate(lk.mlp([5, 3]), X, Y[:-1])


# ---------------------------------------------------------------------------------------------- early stopping
def follow(stopper, net, scores):
    for look, score in enumerate(scores):
        net.theta[...] = look
        if stopper.update(score, net):
            return look
    return None


def test_patience_counts_evaluations_without_a_better_one():
    net, stopper = lk.mlp([2, 2]), lk.EarlyStopping(3)
    assert follow(stopper, net, [5, 4, 4.5, 3, 3.5, 3.1, 3.2, 9]) == 6
    stopper.restore(net)
    assert (net.theta == 3).all()
    assert stopper.best_score == 3


def test_one_noisy_dip_is_not_the_end():
    assert follow(lk.EarlyStopping(2), lk.mlp([2, 2]), [5, 6, 4, 5, 3, 4, 2]) is None


def test_min_delta_asks_for_more():
    assert follow(lk.EarlyStopping(2, min_delta=0.5), lk.mlp([2, 2]), [5, 4.9, 4.8, 4.7]) == 2


def test_replicas_keep_their_own_best():
    net, stopper = lk.mlp([2, 2], replicas=2), lk.EarlyStopping(1)
    stopped = follow(stopper, net, [np.array(s) for s in ([5, 5], [4, 6], [5, 7])])
    assert stopped == 2
    stopper.restore(net)
    assert net.theta[:, 0].tolist() == [1, 0]


def test_restore_before_update():
    with pytest.raises(RuntimeError, match="call update"):
        lk.EarlyStopping(1).restore(lk.mlp([2, 2]))


@pytest.mark.parametrize(("scores", "stops", "best"), [
    ([np.nan, 1.0, 0.9, 0.8, 0.7], [], 0.7),
    ([np.inf, 1.0, np.nan, 0.9], [], 0.9),
    ([np.nan, np.nan, np.nan, 1.0], [2], 1.0),
    ([1.0, np.nan, np.nan, 0.5], [2], 0.5),
    ([1.0, -np.inf, 0.5], [], 0.5),
])
def test_a_score_that_is_not_finite_is_never_better_than_one_that_is(scores, stops, best):
    net, stopper = lk.mlp([2, 2]), lk.EarlyStopping(2)
    stopped = []
    for look, score in enumerate(scores):
        net.theta[...] = look
        if stopper.update(score, net):
            stopped.append(look)
    assert stopped == stops
    assert stopper.best_score == best
    stopper.restore(net)
    assert (net.theta == scores.index(best)).all()


def test_a_replica_that_begins_with_nan_gets_its_best_later():
    net, stopper = lk.mlp([2, 2], replicas=2), lk.EarlyStopping(2)
    assert follow(stopper, net, [np.array(s) for s in ([np.nan, 5], [3, np.nan], [4, 4], [2, 6])]) is None
    assert stopper.best_score.tolist() == [2, 4]
    stopper.restore(net)
    assert net.theta[:, 0].tolist() == [3, 2]


# ---------------------------------------------------------------------------------------------- memory of the optimizer
def losses(net, opt, steps=10):
    batches = lk.Batches(X, Y, size=20, rng=lk.streams(0).data)
    return [step.loss for step in islice(lk.train(net, lk.softmax_cross_entropy, opt, batches), steps)]


@pytest.mark.parametrize("name", lk.OPTIMIZERS)
def test_an_optimizer_starts_anew_with_a_second_network_and_after_a_restart(name):
    opt = lk.SGD(0.05, 0.9) if name == "SGD" else lk.OPTIMIZERS[name](0.05)
    net, second = lk.mlp([5, 16, 3]), lk.mlp([5, 16, 3])
    first = losses(net, opt)
    assert losses(second, opt) == first
    net.restart()
    assert losses(net, opt) == first
    assert losses(lk.mlp([5, 16, 3]), opt) == first


def test_an_optimizer_goes_on_where_it_was_with_the_same_network():
    whole, opt = lk.mlp([5, 16, 3]), lk.SGD(0.05, 0.9)
    batches = lk.Batches(X, Y, size=20, rng=lk.streams(0).data)
    list(islice(lk.train(whole, lk.softmax_cross_entropy, opt, batches), 6))
    halves, opt = lk.mlp([5, 16, 3]), lk.SGD(0.05, 0.9)
    stream = iter(lk.Batches(X, Y, size=20, rng=lk.streams(0).data))
    for part in (2, 4):
        list(islice(lk.train(halves, lk.softmax_cross_entropy, opt, stream), part))
        halves.restore(halves.snapshot())
    assert opt.steps == 6
    assert np.abs(opt.velocity).max() > 0
    np.testing.assert_allclose(halves.theta, whole.theta)


def test_a_network_whose_averages_are_lost_is_right_about_nothing():
    net = lk.mlp([4, 5, 3], batch_norm=True)
    net.buffers[...] = np.nan
    assert np.isnan(lk.evaluate(net, np.zeros((6, 4)), np.zeros(6, int)).accuracy)


def test_two_trainings_in_turns_cannot_share_an_optimizer():
    """It remembers one network: mixing both memories would spoil both in silence. One after the other is right."""
    def training(seed, opt):
        return lk.train(lk.mlp([3, 4, 2], seed=seed), lk.softmax_cross_entropy, opt, lk.Batches(
            np.eye(3, dtype=np.float32), [0, 1, 1], size=2, rng=np.random.default_rng(0)))

    opt = lk.SGD(0.1, momentum=0.9)
    one, two, alone = training(0, opt), training(1, opt), training(1, lk.SGD(0.1, momentum=0.9))
    next(one)
    assert [next(two).loss for _ in range(4)] == [next(alone).loss for _ in range(4)]
    with pytest.raises(ValueError, match=r"train: this SGD is at work on another network.*copy\.deepcopy\(opt\)"):
        next(one)


def test_a_restart_in_the_middle_starts_the_optimizer_anew():
    net, opt = lk.mlp([3, 4, 2]), lk.Adam(0.1)
    steps = lk.train(net, lk.softmax_cross_entropy, opt, [(np.eye(3, dtype=np.float32), np.array([0, 1, 1]))] * 4)
    first = [next(steps).loss for _ in range(2)]
    net.restart()
    assert [next(steps).loss for _ in range(2)] == first


@pytest.mark.parametrize(("call", "says"), [
    (lambda net, x, y: next(lk.train(net, lambda out, y: 3.0, lk.SGD(0.1), [(x, y)])), "train: loss must return a pai"),
    (lambda net, x, y: lk.evaluate(net, x, y, loss=lambda out, y: 3.0), "evaluate: loss must return a pair"),
    (lambda net, x, y: lk.check_gradient(net, x, y, loss=lambda out, y: None, rng=np.random.default_rng(0)),
     "check_gradient: loss must return a pair"),
    (lambda net, x, y: lk.train(net, lk.softmax_cross_entropy, lk.SGD(0.1), [(x, y)],
                                schedule=lambda step: 1.0 if step else np.inf), r"schedule must .*for step 0 it fails"),
    (lambda net, x, y: lk.train(net, lk.softmax_cross_entropy, lk.SGD(0.1), [(x, y)], schedule=lk.cosine),
     r"train: schedule must be a function of the step, such as lk\.cosine\(1000\)"),
    (lambda net, x, y: lk.mlp([3, 2], init=lambda n_in, n_out: 0), r"init must be a function \(rng, n_in, n_out\)"),
])
def test_a_function_that_does_something_else_is_refused(call, says):
    with pytest.raises(TypeError, match=says):
        call(lk.mlp([3, 4, 2], dtype=float), np.eye(3), [0, 1, 1])


def test_outputs_that_are_not_finite_are_no_right_answers():
    """argmax of NaN is class 0: two thirds would be right by accident."""
    net = lk.mlp([3, 4, 2])
    net.theta[...] = 1e38
    found = lk.evaluate(net, 100 * np.eye(3), [0, 0, 1])
    assert not np.isfinite(found.loss) and found.accuracy == 0
