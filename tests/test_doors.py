"""Wrong names, bare errors and floating-point traps: a door says who was called, and what was expected."""

import inspect

import numpy as np
import pytest

import labkit as lk
from labkit.doors import ignoring, nearest
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
