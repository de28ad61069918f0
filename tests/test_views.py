"""The arrays of a network are views and stay views: re-binding, copying and sharing layers do it right or say no."""

import copy
import multiprocessing
import operator
import pickle
from itertools import islice

import numpy as np
import pytest

import labkit as lk

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((60, 4)).astype(np.float32), RNG.integers(0, 3, 60)
KINDS = {
    "plain": {},
    "batch norm and dropout": {"batch_norm": True, "keep": 0.7},
    "replicas": {"replicas": 3, "batch_norm": True, "keep": 0.7},
    "float64": {"dtype": np.float64, "activation": lk.leaky(0.2)},
}


def network(kind="plain"):
    return lk.mlp([4, 8, 3], **KINDS[kind])


def trained(net, steps=20, opt=None):
    batches = lk.Batches(X, Y, size=20, rng=lk.streams(3).data)
    run = lk.train(net, lk.softmax_cross_entropy, opt or lk.Adam(0.05), batches)
    return [step.loss for step in islice(run, steps)]


def by_joblib(thing):
    """What joblib does to hand something to a worker, and to a file."""
    joblib = pytest.importorskip("joblib")
    import io

    file = io.BytesIO()
    joblib.dump(thing, file)
    file.seek(0)
    return joblib.load(file)


COPIES = {
    "deepcopy": copy.deepcopy,
    "copy": copy.copy,
    "pickle": lambda thing: pickle.loads(pickle.dumps(thing)),
    "old pickle": lambda thing: pickle.loads(pickle.dumps(thing, protocol=2)),
    "joblib": by_joblib,
}


# ---------------------------------------------------------------------------------------------- copies
@pytest.mark.parametrize("how", COPIES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_trains_like_the_original_and_is_another_network(kind, how):
    net = network(kind)
    trained(net, 7)  # dropout has drawn, the running averages have moved
    twin = COPIES[how](net)
    assert repr(twin) == repr(net)
    before = net.theta.copy()
    losses = trained(twin)
    np.testing.assert_array_equal(net.theta, before)
    np.testing.assert_array_equal(trained(net), losses)
    np.testing.assert_array_equal(twin.theta, net.theta)
    np.testing.assert_array_equal(twin.forward(X), net.forward(X))
    twin.restore(net.snapshot())
    twin.weights()[0][...] = 0
    assert (twin.theta == 0).sum() >= 32
    twin.restart(), net.restart()
    np.testing.assert_array_equal(twin.theta, net.theta)


def test_a_worker_gets_a_network_and_hands_it_back():
    net = network("batch norm and dropout")
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        back = pool.apply(copy.deepcopy, (net,))
    np.testing.assert_array_equal(trained(back), trained(net))


@pytest.mark.parametrize("how", COPIES)
@pytest.mark.parametrize("name", lk.OPTIMIZERS)
def test_an_optimizer_is_copied_with_its_memory(name, how):
    net, opt = network(), lk.OPTIMIZERS[name](0.05)
    trained(net, 5, opt)
    twin, other = COPIES["deepcopy"]((net, opt)) if how == "copy" else COPIES[how]((net, opt))
    assert repr(other) == repr(opt)
    np.testing.assert_array_equal(trained(twin, 5, other), trained(net, 5, opt))
    alone = lk.OPTIMIZERS[name](0.05)
    assert COPIES[how](alone).lr == 0.05


@pytest.mark.parametrize("how", ["deepcopy", "pickle", "joblib"])
def test_batches_and_early_stopping_are_copied_where_they_stand(how):
    batches = lk.Batches(X, Y, size=20, rng=[lk.streams(s).data for s in range(2)])
    next(iter(batches))
    twin = COPIES[how](batches)
    np.testing.assert_array_equal(next(iter(twin))[0], next(iter(batches))[0])
    stopping, net = lk.EarlyStopping(2), network()
    stopping.update(1.0, net)
    twin = COPIES[how](stopping)
    assert [twin.update(s, net) for s in (2.0, 3.0)] == [False, True]


@pytest.mark.parametrize("how", COPIES)
@pytest.mark.parametrize("activation", [*lk.ACTIVATIONS.values(), lk.leaky(0.3), lk.exponential_linear(2.0)])
def test_activations_are_copied(activation, how):
    twin, x = COPIES[how](activation), np.linspace(-3, 3, 7)
    np.testing.assert_array_equal(twin(x), activation(x))
    np.testing.assert_array_equal(twin.slope(x), activation.slope(x))
    assert repr(twin) == repr(activation)


@pytest.mark.parametrize("how", COPIES)
def test_a_copied_layer_is_free_and_has_the_settings(how):
    net = network("batch norm and dropout")
    net.forward(X, train=True)
    layers = [COPIES[how](layer) for layer in net.layers]
    assert [str(layer) for layer in layers] == [str(layer) for layer in net.layers]
    with pytest.raises(AttributeError, match="put it into one"):
        _ = layers[0].params
    again = lk.Network(layers)
    np.testing.assert_array_equal(again.theta, network("batch norm and dropout").theta)


# ---------------------------------------------------------------------------------------------- re-binding
def loss_of(net):
    return lk.evaluate(net, X, Y).loss


def test_theta_may_be_assigned():
    one, other = network(), network()
    for net in (one, other):
        net.backward(lk.softmax_cross_entropy(net.forward(X, train=True), Y)[1])
    one.theta = one.theta - 0.5 * one.grad
    other.theta -= np.float32(0.5) * other.grad
    assert loss_of(one) == pytest.approx(loss_of(other), rel=1e-6)
    assert loss_of(one) < loss_of(network())
    assert one.layers[0].params["W"].base is not None
    one.grad = one.grad * 0
    assert not one.layers[0].grads["W"].any()
    net = network("replicas")
    net.buffers = net.buffers + 1
    np.testing.assert_array_equal(net.layers[1].buffers["mean"], 1)


WRITES = {
    "params": lambda net, W: net.layers[0].params.__setitem__("W", W),
    "params, all": lambda net, W: setattr(net.layers[0], "params", {"W": W}),
    "update": lambda net, W: net.layers[0].params.update({"W": W}),
    "weights": lambda net, W: net.weights().__setitem__(0, W),
    "weights, a part": lambda net, W: net.weights().__setitem__(slice(0, 1), [W]),
    "a list": lambda net, W: net.layers[0].params.__setitem__("W", W.tolist()),
}


@pytest.mark.parametrize("way", WRITES)
def test_weights_may_be_assigned(way):
    net, W = network(), RNG.standard_normal((4, 8)).astype(np.float32)
    WRITES[way](net, W)
    np.testing.assert_array_equal(net.theta[:32].reshape(4, 8), W)
    W[...] = 0
    assert net.theta[:32].any(), "the numbers are copied, not the array"
    before = net.theta.copy()
    trained(net, 3)
    assert not np.array_equal(net.theta[:32], before[:32])


def test_arithmetic_in_place_works_on_views():
    net = network()
    net.theta += 1
    net.layers[0].params["b"] += 2
    net.weights()[1][...] *= 0
    np.testing.assert_array_equal(net.layers[0].params["b"], 3)
    np.testing.assert_array_equal(net.theta[40:64], 0)


@pytest.mark.parametrize(("call", "error", "words"), [
    (lambda net: setattr(net, "theta", np.zeros(3)), ValueError, r"net\.theta has shape .*, got \(3,\)"),
    (lambda net: setattr(net, "theta", 0.0), ValueError, r"write net\.theta\[...\] = value"),
    (lambda net: setattr(net, "grad", None), TypeError, r"net\.grad is no array of real numbers"),
    (lambda net: setattr(net, "theta", 1j * net.theta), TypeError, "no array of real numbers"),
    (lambda net: net.layers[0].params.__setitem__("W", np.zeros((8, 4))), ValueError, "params.* has shape"),
    (lambda net: net.layers[0].params.__setitem__("V", 1), KeyError, "it has W, b"),
    (lambda net: net.layers[0].params.pop("W"), TypeError, "views into net.theta"),
    (lambda net: net.layers[0].params.clear(), TypeError, "views into net.theta"),
    (lambda net: net.weights().__setitem__(0, np.zeros(8)), ValueError, r"net\.weights\(\)\[0\] has shape"),
    (lambda net: operator.setitem(net.layers, 0, lk.Linear(4, 8)), TypeError, "its layers are fixed"),
    (lambda net: setattr(net, "layers", []), AttributeError, "layers is fixed once the Network is made"),
    (lambda net: setattr(net, "dtype", float), AttributeError, "dtype is fixed"),
    (lambda net: setattr(net.layers[0], "n_in", 7), AttributeError, "n_in is fixed once the Linear is made"),
    (lambda net: net.restore(network("replicas").snapshot()), ValueError, "net.theta has shape"),
])
def test_what_cannot_be_written_is_refused_with_the_right_line(call, error, words):
    with pytest.raises(error, match=words):
        call(network())


# ---------------------------------------------------------------------------------------------- aliasing
def test_a_layer_stands_at_one_place():
    act, linear = lk.Elementwise("tanh"), lk.Linear(4, 4)
    with pytest.raises(ValueError, match=r"layer 3, tanh, stands at an earlier place already.*copy.deepcopy"):
        lk.Network([lk.Linear(4, 8), act, lk.Linear(8, 8), act])
    with pytest.raises(ValueError, match=r"layer 2, .*earlier place"):
        lk.Network([linear, lk.Elementwise("relu")] * 3)
    net = lk.Network([linear, act])
    with pytest.raises(ValueError, match=r"layer 0, .* belongs to another network already"):
        lk.Network([linear])
    del net
    assert lk.Network([linear, act]).theta.size == 20, "the other network is gone"


def test_a_network_that_could_not_be_made_leaves_the_layers_free():
    linear = lk.Linear(4, 8, init=lambda rng, m, n: np.zeros(3))
    with pytest.raises(ValueError, match=r"init returned an array of shape \(3,\); expected \(4, 8\)"):
        lk.Network([linear])
    linear.init = "zeros"
    assert not lk.Network([linear]).theta.any()


def test_repeated_copies_of_a_pattern_have_right_gradients():
    pattern = [lk.Linear(4, 4), lk.Elementwise("tanh")]
    layers = [layer for _ in range(3) for layer in copy.deepcopy(pattern)]
    net = lk.Network(layers, dtype=float)
    y = RNG.integers(0, 4, 60)
    assert lk.check_gradient(net, X, y, rng=np.random.default_rng(0)) < 1e-6


def test_copied_layers_bring_what_they_have_learned():
    """A trained trunk under a new head; a restart goes back to where the new network began."""
    old = lk.mlp([3, 4, 2], batch_norm=True)
    old.theta += 1
    old.forward(np.arange(12.0).reshape(4, 3), train=True)
    new = lk.Network([*copy.deepcopy(old.layers[:-1]), lk.Linear(4, 5)], seed=1)
    new.theta += 1
    new.restart()
    for mine, theirs in zip(new.layers[:-1], old.layers[:-1], strict=True):
        for name in (*theirs.shapes, *theirs.buffer_shapes):
            np.testing.assert_array_equal((mine.params | mine.buffers)[name], (theirs.params | theirs.buffers)[name])
    assert (lk.Network(copy.deepcopy(old.layers), replicas=3).theta == old.theta).all()


def test_a_copied_network_starts_again_as_the_original_does():
    old = lk.mlp([3, 4, 2])
    old.theta += 1
    for twin in (copy.deepcopy(old), pickle.loads(pickle.dumps(old))):
        np.testing.assert_array_equal(twin.theta, old.theta)
        twin.restart()
        np.testing.assert_array_equal(twin.theta, lk.mlp([3, 4, 2]).theta)


def test_copied_layers_of_replicas_go_into_as_many_again():
    layers = lk.mlp([3, 4, 2], replicas=2).layers
    assert lk.Network(copy.deepcopy(layers), replicas=2).lead == (2,)
    with pytest.raises(ValueError, match=r"copy of a layer whose W has shape \(2, 3, 4\); here it is \(3, 4\)"):
        lk.Network(copy.deepcopy(layers))


@pytest.mark.parametrize("change", [
    lambda net: net.layers.append(3), lambda net: net.layers.pop(), lambda net: net.weights().append(3),
    lambda net: net.weights().clear(),
])
def test_layers_and_weights_are_not_added_or_taken_away(change):
    with pytest.raises(TypeError, match=r"^Network: its (layers|weights) .*lk\.Network\(\["):
        change(lk.mlp([3, 4, 2]))


def test_parameters_may_be_updated_by_name():
    net = lk.mlp([3, 4, 2])
    net.layers[0].params.update(W=np.ones((3, 4)), b=np.ones((1, 4)))
    assert (net.theta[:16] == 1).all()
