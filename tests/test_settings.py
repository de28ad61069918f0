"""A setting is checked at every assignment, and a name that means nothing is told the right one, on every class."""

from functools import partial

import numpy as np
import pytest

import labkit as lk
from labkit.settings import Fixed, Hyperparameter, Setting, Tunable, declared

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((30, 5)).astype(np.float32), RNG.integers(0, 3, 30)

OBJECTS = {
    **{name: partial(kind, 0.1) for name, kind in lk.OPTIMIZERS.items()},
    "Linear": lambda: lk.Linear(4, 3), "Elementwise": lambda: lk.Elementwise("relu"),
    "Dropout": lambda: lk.Dropout(0.5),
    "BatchNorm": lambda: lk.BatchNorm(3), "Conv1d": lambda: lk.Conv1d(5, 1, 2, 3),
    "Local1d": lambda: lk.Local1d(5, 1, 2, 3),
    "MeanPool1d": lambda: lk.MeanPool1d(5, 1), "BatchNorm1d": lambda: lk.BatchNorm1d(5, 1),
    "Network": lambda: lk.mlp([5, 3]), "Batches": lambda: lk.Batches(X, Y, rng=RNG),
    "EarlyStopping": lambda: lk.EarlyStopping(3), "L1": lambda: lk.L1(0.1), "L2": lambda: lk.L2(0.1),
}


def test_every_layer_of_the_table_is_tried():
    assert set(lk.LAYERS) | set(lk.OPTIMIZERS) <= set(OBJECTS)


@pytest.mark.parametrize("name", OBJECTS)
def test_a_name_that_means_nothing_is_refused_and_the_settings_are_listed(name):
    thing = OBJECTS[name]()
    for wrong in ("colour", "lr_", "Keep", "n_estimators"):
        with pytest.raises(AttributeError, match=f"{name} has no '{wrong}'.*settings: {', '.join(thing.settings())}"):
            setattr(thing, wrong, 1)
        with pytest.raises(AttributeError, match=f"{name}.*has no.*'{wrong}'"):
            getattr(thing, wrong)
    assert not hasattr(thing, "_repr_html_")


@pytest.mark.parametrize(("name", "wrong", "right"), [
    ("Batches", "batch_size", "size"),
    ("Batches", "sise", "size"),
    ("Dropout", "rate", "keep"),
    ("Dropout", "p", "keep"),
    ("BatchNorm", "momentum", "decay"), ("BatchNorm", "epsilon", "eps"), ("BatchNorm1d", "momentum", "decay"),
    ("SGD", "learning_rate", "lr"),
    ("SGD", "momentun", "momentum"),
    ("Adam", "beta_1", "beta1"),
    ("Adam", "epsilon", "eps"),
    ("AdamW", "wd", "weight_decay"), ("EarlyStopping", "patients", "patience"), ("EarlyStopping", "tol", "min_delta"),
    ("Linear", "units", "n_out"), ("Network", "random_state", "seed"), ("Elementwise", "activations", "activation"),
    ("RMSProp", "alpha", "lr"), ("L2", "lamda", "lam"),
])
def test_the_right_name_is_told(name, wrong, right):
    with pytest.raises(AttributeError, match=f"{name} has no '{wrong}'; did you mean '{right}'"):
        setattr(OBJECTS[name](), wrong, 0.1)


def test_the_fix_is_told_with_the_name():
    with pytest.raises(AttributeError, match=r"'keep'\? It is the fraction KEPT; frameworks' rate is 1 - keep"):
        lk.Dropout(0.5).rate = 0.1
    with pytest.raises(AttributeError, match="frameworks' momentum is 1 - decay"):
        lk.BatchNorm(3).momentum = 0.99


@pytest.mark.parametrize(("name", "setting", "value", "error"), [
    ("Batches", "size", 0, ValueError), ("Batches", "size", 2.0, TypeError), ("Batches", "rng", 0, TypeError),
    ("Batches", "rng", [0, 1], TypeError), ("Batches", "augment", "flip", TypeError),
    ("EarlyStopping", "patience", 0, ValueError), ("EarlyStopping", "min_delta", -1, ValueError),
    ("EarlyStopping", "min_delta", "0.1", TypeError),
    ("SGD", "nesterov", 1, TypeError),
    ("SGD", "nesterov", "no", TypeError),
    ("Adam", "correct_bias", None, TypeError), ("Elementwise", "activation", "rleu", ValueError),
    ("Elementwise", "activation", np.tanh, TypeError),
    ("Linear", "init", 0.01, TypeError),
    ("Linear", "init", "he", ValueError),
    ("Dropout", "frozen", 1, TypeError),
])
def test_every_assignment_is_checked(name, setting, value, error):
    thing = OBJECTS[name]()
    before = getattr(thing, setting)
    with pytest.raises(error, match=name):
        setattr(thing, setting, value)
    assert getattr(thing, setting) is before


def test_an_activation_may_be_exchanged_by_its_name():
    net = lk.mlp([5, 8, 3])
    net.layers[1].activation = "tanh"
    assert "tanh" in repr(net)
    np.testing.assert_array_equal(net.forward(X), lk.mlp([5, 8, 3], "tanh").forward(X))


@pytest.mark.parametrize(("call", "error", "words"), [
    (lambda: lk.mlp([5, 3], np.tanh), TypeError, "activation must be a name"),
    (lambda: lk.mlp([5, 4, 3], np.tanh), TypeError, r"lk\.Activation\('mine', f, df\)"),
    (lambda: lk.mlp([5, 4, 3], lk.Activation("a", np.tanh, 3)), TypeError, "activation"),
    (lambda: lk.mlp([5, 3], init=0.01), TypeError, r"functools\.partial\(lk\.normal, std=0\.01\)"),
    (lambda: lk.mlp([5, 3], seed=None), TypeError, "seed must be a whole number"),
    (lambda: lk.mlp([5, 3], seed=1.5), TypeError, "seed"), (lambda: lk.mlp([5, 3], seed=[1.5]), TypeError, "seed"),
    (lambda: lk.mlp([5, 3], seed="12"), TypeError, "seed"), (lambda: lk.mlp([5, 3], seed=[]), TypeError, "seed"),
    (lambda: lk.mlp([5, 3], seed=-1), ValueError, "seed must be at least 0"),
    (lambda: lk.mlp([5, 3], replicas=0), ValueError, "replicas must be at least 1"),
    (lambda: lk.mlp(5), ValueError, "sizes"), (lambda: lk.mlp("53"), ValueError, "sizes"),
    (lambda: lk.mlp([5, 3], batch_norm="yes"), TypeError, "batch_norm must be True or False"),
    (lambda: lk.mlp([5, 3], dtype=np.float16), TypeError, "dtype must be float32 or float64"),
    (lambda: lk.mlp([5, 3], dtype=int), TypeError, "float32 or float64"),
    (lambda: lk.mlp([5, 3], dtype=None), TypeError, "float32"),
    (lambda: lk.mlp([5, 3], dtype=complex), TypeError, "float32 or float64"),
    (lambda: lk.mlp([5, 3], dtype="x"), TypeError, "float32"),
    (lambda: lk.Network(lk.Linear(5, 3)), TypeError, "list of layers"),
    (lambda: lk.Network([lk.Linear]), TypeError, "must be a layer"),
    (lambda: lk.Network(["relu"]), TypeError, "must be a layer, such as"),
    (lambda: lk.Network(5), TypeError, "list of layers"),
    (lambda: lk.Batches(X, Y, rng=0), TypeError, r"np\.random\.default_rng"),
    (lambda: lk.Batches("abc", Y, rng=RNG), TypeError, "x is no array of real numbers"),
    (lambda: lk.EarlyStopping(2).update([1.0, 2.0], lk.mlp([5, 3])), ValueError,
     r"score has shape \(2,\); expected \(\)"),
    (lambda: lk.EarlyStopping(2).update("good", lk.mlp([5, 3])), TypeError, "score is no array"),
    (lambda: lk.he_normal(RNG, 0, 3), ValueError, "n_in must be at least 1"),
    (lambda: lk.he_normal(0, 3, 3), TypeError, "rng"),
    (lambda: lk.mlp([5, 3]).forward("abc"), TypeError, "x is no array"),
    (lambda: lk.mlp([5, 3]).forward(X * 1j), TypeError, "x is no"),
    (lambda: lk.softmax("abc"), TypeError, "logits is no array"), (lambda: lk.softmax(3.0), ValueError, "expected"),
    (lambda: lk.relu("abc"), TypeError, "relu: x is no array"),
    (lambda: lk.SGD(0.1).step([1.0], [1.0]), TypeError, "theta must be an array"),
    (lambda: lk.SGD(0.1).step(np.ones(2, int), np.ones(2)), TypeError, "float32 or float64"),
    (lambda: lk.Adam(0.1).step(np.ones(2, np.float16), np.ones(2, np.float16)), TypeError, "float32 or float64"),
    (lambda: lk.SGD(np.array([0.1, 0.2])).step(np.ones((2, 2)), np.ones((2, 2))), ValueError,
     r"rates\[:, None\] of shape \(2, 1\)"),
    (lambda: lk.AdamW(0.1, mask=[True]).step(np.ones(2), np.ones(2)), ValueError, r"net\.weight_mask\(\)"),
])
def test_an_argument_of_a_wrong_kind_is_refused_where_it_is_given(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize(("change", "words"), [
    ({"opt": "Adam"}, r"opt must be an optimizer, lk\.Adam\(lr=0\.1\), got 'Adam'"),
    ({"opt": lk.Adam}, r"lk\.Adam\(lr=0\.1\)"),
    ({"opt": 0.1}, "opt must be an optimizer"),
    ({"batches": (X, Y)}, r"lk\.Batches\(x, y"),
    ({"batches": [X, Y]}, "lk.Batches"),
    ({"batches": X}, "lk.Batches"), ({"batches": 3}, "lk.Batches"), ({"net": lk.Network}, "net must be a network"),
    ({"net": [5, 3]}, "net must be a network"),
    ({"loss": 3}, "loss must be a function"),
    ({"schedule": 0.5}, "schedule must be"),
])
def test_train_refuses_at_the_call_not_at_the_first_step(change, words):
    right = {"net": lk.mlp([5, 3]), "loss": lk.softmax_cross_entropy, "opt": lk.SGD(0.1),
             "batches": lk.Batches(X, Y, rng=RNG)} | change
    schedule = right.pop("schedule", None)
    with pytest.raises(TypeError, match=f"train: .*{words}"):
        lk.train(*right.values(), schedule=schedule)


def test_train_takes_the_name_of_a_loss_and_pairs_of_ones_own():
    step = next(lk.train(lk.mlp([5, 3]), "softmax_cross_entropy", lk.SGD(0.1), ((X, Y), (X, Y))))
    assert step.loss == pytest.approx(lk.evaluate(lk.mlp([5, 3]), X, Y).loss, rel=1e-5)
    with pytest.raises(ValueError, match="did you mean 'mean_squared_error'"):
        lk.train(lk.mlp([5, 3]), "mean_square_error", lk.SGD(0.1), [])


class Thing(Tunable):
    __slots__ = ("_height", "_kind", "_share")
    share, kind, height = Hyperparameter(0, 1, fix="It is a share."), Setting(), Fixed()

    def __init__(self, share, kind="a", *, height=1):
        self.share, self.kind, self.height = share, kind, height


class Free(Thing):
    """A class of one's own without __slots__."""


def test_declarations():
    thing = Thing(0.5)
    assert thing.settings() == ["share", "kind", "height"]
    assert (thing.hyperparameters(), repr(thing)) == (["share"], "Thing(share=0.5)")
    thing.kind = "b"
    with pytest.raises(AttributeError, match="height is fixed once the Thing is made; make a new one"):
        thing.height = 2
    with pytest.raises(AttributeError, match=r"Thing has no 'shair'; did you mean 'share'\? It is a share\."):
        thing.shair = 0.1
    free = Free(0.5)
    free.note = "mine"
    assert free.note == "mine"
    assert isinstance(Thing.kind, Setting)


def classes(base):
    return {base}.union(*map(classes, base.__subclasses__()))


@pytest.mark.parametrize("name", sorted({c.__name__ for c in classes(Tunable) if c.__module__.startswith("labkit.")}))
def test_a_slider_begins_and_ends_inside_the_range_of_its_number(name):
    for kind in (c for c in classes(Tunable) if c.__name__ == name and c.__module__.startswith("labkit.")):
        for number, setting in declared(kind).items():
            low, high = setting.slider_limits(0.5)
            assert low < high and low in setting.range and high in setting.range, number
            assert low > 0 or not setting.log, number
