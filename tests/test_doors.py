"""Wrong names, bare errors and floating-point traps: a door says who was called, and what was expected."""

import inspect

import numpy as np
import pytest

import labkit as lk
from labkit.doors import ignoring, in_the_name_of, nearest
from labkit.settings import Tunable

X, Y = np.ones((4, 3), np.float32), np.arange(4) % 2


@pytest.mark.parametrize(("call", "says"), [
    (lambda: lk.SGD(rate=0.1), "SGD: there is no argument 'rate'; did you mean 'lr'? It takes lr, momentum, nesterov."),
    (lambda: lk.Dropout(p=0.5), "Dropout: there is no argument 'p'; did you mean 'keep'?"),
    (lambda: lk.Batches(X, Y, batch_size=2), "Batches: there is no argument 'batch_size'; did you mean 'size'?"),
    (lambda: lk.PCA(n_components=2), "PCA: there is no argument 'n_components'; did you mean 'k'?"),
    (lambda: lk.Standardizer(with_mean=True), "Standardizer: there is no argument 'with_mean'. It takes no arguments."),
    (lambda: lk.evaluate(lk.mlp([3, 2]), X, Y, batch_size=2), "evaluate: there is no argument 'batch_size'; did you"),
    (lambda: lk.mlp([3, 2], kepp=0.5), "mlp: there is no argument 'kepp'; did you mean 'keep'?"),
    (lambda: lk.EarlyStopping(3, tol=1), "did you mean 'min_delta'?"),
    (lambda: lk.Adam(betas=(0.9, 0.99)), "did you mean 'beta1'?"),
])
def test_an_argument_of_another_framework_is_answered_with_ours(call, says):
    with pytest.raises(TypeError) as raised:
        call()
    assert says in str(raised.value)


def classes(base):
    for cls in base.__subclasses__():
        yield cls
        yield from classes(cls)


@pytest.mark.parametrize("cls", sorted({c for c in classes(Tunable) if c.__module__.startswith("labkit.")
                                        and not c.__module__.startswith("labkit.lessons.")},  # those have a door
                                       key=lambda c: c.__name__))
def test_every_class_with_settings_names_those_it_has(cls):
    with pytest.raises(TypeError, match=f"^{cls.__name__}: there is no argument 'nonsense'.*It takes"):
        cls(nonsense=1)
    assert list(inspect.signature(cls).parameters) == cls.settings()  # what Shift + Tab shows


def test_the_nearest_name_is_that_of_others_or_the_best_spelt():
    assert nearest("rate", ["keep", "lr"]) == ["keep"] and nearest("momentun", ["lr", "momentum"]) == ["momentum"]
    assert nearest("zzz", ["lr"]) == []


def test_inside_a_function_that_ignores_everything_the_others_need_not_say_so_again():
    traps = []

    @ignoring(under="ignore")
    def inner():
        traps.append(np.geterr())

    @ignoring(all="ignore")
    def outer():
        inner()

    with np.errstate(all="raise"):
        inner()
        outer()
        inner()
    assert [t["under"] for t in traps] == ["ignore"] * 3
    assert [t["over"] for t in traps] == ["raise", "ignore", "raise"]


def test_a_layer_that_is_called_by_hand_answers_for_itself_and_the_network_needs_no_door():
    layer = lk.mlp([3, 2]).layers[0]
    np.testing.assert_allclose(layer.forward(X.tolist()), layer.plain_forward(X), rtol=1e-6)
    with pytest.raises(ValueError, match=r"^Linear\(3 → 2\): cannot use what came.*forward\(x, train\) got x of shape"):
        layer.forward(np.ones((2, 5), np.float32))


# ------------------------------------------------------------------------------------------------ one's own methods
def gradient_of(net):
    net.backward(lk.softmax_cross_entropy(net.forward(X, train=True), Y)[1])
    return net.grad.copy()


def test_a_method_that_is_put_into_a_class_of_layers_reaches_every_network(monkeypatch):
    net, calls = lk.mlp([3, 5, 2], activation="tanh"), []
    right = gradient_of(net)

    def mine(self, dy):
        calls.append(self)
        self.grads["W"] = 2 * self.kept.x.mT @ dy
        self.grads["b"] = dy.sum(axis=-2, keepdims=True)
        return dy @ self.params["W"].mT

    with monkeypatch.context() as patch:
        patch.setattr(lk.Linear, "backward", mine)
        twice = gradient_of(net)
        assert calls == [net.layers[2], net.layers[0]]  # the first layer, too, though it passes nothing on
        assert net.layers[0].backward(np.ones((4, 5)).tolist()).shape == (4, 3)  # it has the door of the first one
    W, rest = (slice(0, 15), slice(20, 30)), (slice(15, 20), slice(30, 32))
    for part in W:
        np.testing.assert_allclose(twice[part], 2 * right[part], rtol=1e-5)
    for part in rest:
        np.testing.assert_allclose(twice[part], right[part], rtol=1e-5)
    np.testing.assert_array_equal(gradient_of(net), right)  # and it is gone again


def test_the_first_layer_of_a_class_of_ones_own_uses_its_own_backward():
    class Loud(lk.Linear):
        def backward(self, dy):
            heard.append(dy.shape)
            return super().backward(dy)

    heard = []
    layer = Loud(3, 2)
    gradient_of(lk.Network([layer]))
    assert heard == [(4, 2)]
    with pytest.raises(AttributeError, match=r"^Loud: backward is a method of all its layers.*Loud\.backward = f"):
        layer.backward = lambda dy: dy


@pytest.mark.parametrize("name", lk.ACTIVATIONS)
def test_the_plain_functions_of_an_activation_take_whole_numbers_and_numbers_that_get_tiny(name):
    f, df = lk.ACTIVATIONS[name].f, lk.ACTIVATIONS[name].df
    for x in (np.array([-100, 0, 100], np.int8), np.array([0, 200], np.uint8), [-1000, 1000], np.array([True, False]),
              np.array([-1e4, 1e-320]), np.array([-90, 1e-40], np.float32)):
        wanted = f(np.array(x, float))
        with np.errstate(all="raise"):
            y, slope = f(x), df(x, f(x))
        np.testing.assert_allclose(y, wanted, rtol=1e-5, atol=1e-30)
        np.testing.assert_allclose(slope, df(np.array(x, float), wanted), rtol=1e-5, atol=1e-30)


def test_a_layer_called_by_hand_with_nothing_or_with_what_is_no_number():
    layer = lk.mlp([3, 2]).layers[0]
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
        layer.forward()
    np.testing.assert_array_equal(layer.forward(x=X.tolist()), layer.forward(X.astype(float)))
    with pytest.raises(ValueError, match=r"^Linear\(3 → 2\): x has 1 entries that are NaN"):
        layer.forward([[0.0, np.nan, 0.0]])
    with pytest.raises(ValueError, match="expected at least one entry"):
        layer.forward([[]])


@pytest.mark.parametrize(("bare", "kind"), [
    (lambda: int("x"), ValueError), (lambda: len(3), TypeError), (lambda: {}["a"], ValueError),
    (lambda: (1).a, TypeError), (lambda: np.ones(2) @ np.ones(3), ValueError), (lambda: 1 // 0, ValueError)])
def test_a_bare_error_is_said_again_as_one_of_two_kinds(bare, kind):
    with pytest.raises(Exception) as raised:
        bare()
    own = lambda error: in_the_name_of("f", error, "numbers are wanted")  # noqa: E731
    with pytest.raises(Exception) as passed:
        own(raised.value)
    assert passed.value is raised.value  # somebody's own code speaks for itself


@pytest.mark.parametrize(("call", "kind"), [
    (lambda: np.linalg.norm([[1], [2, 3]]), ValueError), (lambda: np.linalg.norm(object()), TypeError),
    (lambda: np.take([1], 5), ValueError)])
def test_what_numpy_says_is_said_in_the_name_of_who_was_called(call, kind):
    with pytest.raises(Exception) as raised:
        call()
    with pytest.raises(kind, match=r"^f: cannot use what came \((?s:.*)\); numbers are wanted\.$"):
        in_the_name_of("f", raised.value, "numbers are wanted")
