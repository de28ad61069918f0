"""Targets have one door: what holds whole numbers is taken, one-hot and soft rows are known, the rest is refused."""

from itertools import islice

import numpy as np
import pytest

import labkit as lk
from labkit.targets import classes_of

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((30, 5)).astype(np.float32), RNG.integers(0, 3, 30)
Z = RNG.standard_normal((30, 3))
BINARY = (Y > 0).astype(float)[:, None]


class Tensor:
    """What a PyTorch tensor shows to NumPy."""

    def __init__(self, values):
        self.values, self.dtype, self.shape, self.ndim = values, "torch.int64", values.shape, values.ndim

    def __array__(self, dtype=None, copy=None):
        return self.values if dtype is None else self.values.astype(dtype)

    def __len__(self):
        return len(self.values)


def series(y):
    return pytest.importorskip("pandas").Series(y, index=range(100, 100 + len(y)))


SAME = {
    "int32": lambda y: y.astype(np.int32), "unsigned": lambda y: y.astype(np.uint8), "uint64": lambda y: y.astype("u8"),
    "float": lambda y: y.astype(float), "float32": lambda y: y.astype("f"), "list": lambda y: y.tolist(),
    "tuple": lambda y: tuple(y), "column": lambda y: y[:, None], "column of floats": lambda y: y[:, None].astype(float),
    "list of lists": lambda y: y[:, None].tolist(), "objects": lambda y: y.astype(object), "tensor": Tensor,
    "every second": lambda y: np.repeat(y, 2)[::2], "series": series, "big-endian": lambda y: y.astype(">i8"),
    "one-hot": lambda y: np.eye(3)[y], "one-hot whole": lambda y: np.eye(3, dtype=int)[y],
    "one-hot booleans": lambda y: np.eye(3, dtype=bool)[y], "one-hot list": lambda y: np.eye(3)[y].tolist(),
    "read-only": lambda y: np.broadcast_to(y, y.shape),
}


@pytest.mark.parametrize("form", SAME)
def test_classes_in_every_form_give_the_same_loss_training_and_accuracy(form):
    y = SAME[form](Y)
    value, dz = lk.softmax_cross_entropy(Z, y)
    expected, expected_dz = lk.softmax_cross_entropy(Z, Y)
    assert value == pytest.approx(expected)
    np.testing.assert_allclose(dz, expected_dz, atol=1e-15)
    net, other = lk.mlp([5, 8, 3]), lk.mlp([5, 8, 3])
    for n, labels in ((net, y), (other, Y)):
        batches = lk.Batches(X, labels, size=10, rng=lk.streams(0).data)
        list(islice(lk.train(n, lk.softmax_cross_entropy, lk.SGD(0.1), batches), 20))
    np.testing.assert_allclose(net.theta, other.theta, atol=1e-5)
    np.testing.assert_allclose(lk.evaluate(net, X, y), lk.evaluate(net, X, Y), rtol=1e-6)


def test_replicas_take_columns_and_one_hot_rows():
    stack = np.stack([Z, 2 * Z])
    expected = lk.softmax_cross_entropy(stack, Y)[0]
    for y in (Y[:, None], np.eye(3)[Y], np.stack([Y, Y]), np.stack([Y, Y])[..., None], np.eye(3, dtype=int)[Y]):
        np.testing.assert_allclose(lk.softmax_cross_entropy(stack, y)[0], expected)


@pytest.mark.parametrize(("y", "error", "words"), [
    (Y + 0.5, ValueError, r"labels have a fraction, such as .*; expected whole numbers"),
    (np.where(np.arange(len(Y)) == 3, 1.5, Y), ValueError, r"labels have a fraction, such as 1\.5; expected"),
    (Y + 1, ValueError, "labels run from .* to 3; expected 0 to 2. Number the classes from 0"),
    (-Y, ValueError, "expected 0 to 2"),
    (np.full(30, 1e30), ValueError, "expected 0 to 2"),
    (np.full(30, 2**63, np.uint64), ValueError, "expected 0 to 2"),
    (np.where(Y == 1, np.nan, Y), ValueError, "y has .* NaN or infinite"),
    (Y.astype(str), TypeError, r"no array of real numbers.*np\.unique\(y, return_inverse=True\)"),
    ([None] * 30, TypeError, "no array of real numbers"),
    (Y * 1j, TypeError, "no array of real numbers"),
    ([[0], [1, 2]], TypeError, "no array of real numbers"),
    (np.ma.masked_equal(Y, 1), TypeError, "masked entries"),
    (Y[:-1], ValueError, r"targets have shape \(29,\); expected \(30,\)"),
    (np.eye(4)[Y], ValueError, r"targets have shape \(30, 4\)"),
    (np.ones((30, 3)), ValueError, "sum to 1; .* the first row sums to 3. Divide each row by its sum"),
    (np.ones((30, 3), int), ValueError, "sum to 1"),
    (2 * np.eye(3)[Y] - np.eye(3)[Y[::-1]], ValueError, "must be positive and sum to 1; they run from -1"),
    (np.full((30, 3), np.nan), ValueError, "NaN or infinite"),
    (3, ValueError, r"targets have shape \(\)"),
])
def test_what_are_no_classes(y, error, words):
    with pytest.raises(error, match=f"softmax_cross_entropy: .*{words}"):
        lk.softmax_cross_entropy(Z, y)


@pytest.mark.parametrize("outputs", [Z[:, :1], Z[:0], Z[0], Z[:, :0], 3.0])
def test_outputs_that_are_no_scores_of_classes(outputs):
    with pytest.raises(ValueError, match=r"expected \(batch, classes\).*sigmoid_cross_entropy"):
        lk.softmax_cross_entropy(outputs, Y[:len(np.atleast_1d(outputs))])


@pytest.mark.parametrize("loss", [lk.sigmoid_cross_entropy, lk.mean_squared_error])
@pytest.mark.parametrize("form", ["int32", "list", "tensor", "objects", "float32"])
def test_numbers_in_every_form(loss, form):
    y = SAME[form]((Y > 0).astype(int)[:, None])
    assert loss(Z[:, :1], y)[0] == pytest.approx(loss(Z[:, :1], BINARY)[0])
    value, dz = loss(Z[:, :1].astype(np.float32), y)
    assert value.dtype == dz.dtype == np.float32


@pytest.mark.parametrize("outputs", [np.zeros((0, 3)), np.zeros((3, 0)), np.zeros(3), np.zeros(0)])
@pytest.mark.parametrize("loss", [lk.sigmoid_cross_entropy, lk.mean_squared_error])
def test_outputs_that_are_no_numbers_per_example(loss, outputs):
    with pytest.raises(ValueError, match=rf"{loss.__name__}: outputs have shape .*expected \(batch, n\)"):
        loss(outputs, outputs)


def test_replicas_have_one_mean_each_and_may_share_the_targets():
    y, target = np.arange(24.0).reshape(2, 4, 3), np.zeros((4, 3))
    np.testing.assert_allclose(lk.mean_squared_error(y, target)[0], np.mean(y**2, axis=(1, 2)))


def test_a_target_that_is_not_finite_is_named():
    with pytest.raises(ValueError, match=r"^mean_squared_error: targets has 1 entries that are NaN"):
        lk.mean_squared_error(np.zeros((2, 1)), np.array([[0.0], [np.nan]]))
    assert np.isinf(lk.mean_squared_error(np.array([[np.inf]]), np.zeros((1, 1)))[0])  # that is the network's


@pytest.mark.parametrize(("x", "y"), [
    (np.ones((3, 2)), np.zeros(4)), (np.ones(3), np.zeros(3)), (np.ones((0, 2)), np.zeros(0)), (np.ones((1, 2)), 0)])
def test_every_example_has_its_target(x, y):
    with pytest.raises(ValueError, match=r"expected \(examples, features\) and one target per example"):
        lk.Batches(x, y, rng=np.random.default_rng(0))


@pytest.mark.parametrize(("targets", "words"), [
    (2 * BINARY - 1, r"targets run from -1 to 1; expected \[0, 1\]"), (255 * BINARY, "targets run from 0 to 255"),
    (np.where(BINARY, np.nan, 0), "targets has 18 entries that are NaN|NaN or infinite"),
])
def test_shares_of_yes_lie_between_0_and_1(targets, words):
    with pytest.raises(ValueError, match=f"sigmoid_cross_entropy: {words}"):
        lk.sigmoid_cross_entropy(Z[:, :1], targets)


def test_nan_in_the_targets_is_no_fault_of_the_rate():
    y = BINARY.copy()
    y[3] = np.nan
    with pytest.raises(ValueError, match=r"mean_squared_error: targets has 1 entries that are NaN"):
        lk.mean_squared_error(Z[:, :1], y)
    with pytest.raises(ValueError, match=r"Batches: y has 1 entries that are NaN"):
        lk.Batches(X, y, rng=RNG)
    with pytest.raises(ValueError, match=r"evaluate: y has 1 entries that are NaN"):
        lk.evaluate(lk.mlp([5, 1]), X, y, loss=lk.mean_squared_error)
    bad = X.copy()
    bad[7, 2] = np.inf
    for x in (X, bad):  # batches of one's own; the first is fine
        steps = lk.train(lk.mlp([5, 3]), lk.softmax_cross_entropy, lk.SGD(0.1), [(X, Y), (x, Y)])
        if x is bad:
            with pytest.raises(ValueError, match=r"train: x of step 1 has 1 entries.*the first at index \(7, 2\)"):
                list(steps)
        else:
            assert len(list(steps)) == 2
    for name in ("evaluate", "Network"):
        with pytest.raises(ValueError, match=rf"{name}: x has 1 entries that are NaN"):
            net = lk.mlp([5, 3])
            net.forward(X)
            lk.evaluate(net, bad, Y) if name == "evaluate" else net.forward(bad)


# ---------------------------------------------------------------------------------------------- accuracy
def perfect():
    """A network whose largest output is the class that stands in x."""
    net = lk.Network([lk.Linear(3, 3, init=lambda rng, m, n: np.eye(m))])
    return net, np.eye(3)[Y] * 5


def test_accuracy_is_the_share_of_right_classes_for_every_form_of_them():
    net, x = perfect()
    wrong = Y.copy()
    wrong[:6] = (wrong[:6] + 1) % 3
    shares = np.eye(3)[wrong]
    for y in (wrong, wrong[:, None], shares, wrong.tolist(), wrong.astype(float), shares * 0.7 + 0.1):
        assert lk.evaluate(net, x, y, size=7).accuracy == pytest.approx(0.8)
    assert lk.evaluate(net, x[:3], np.eye(3)[Y[:3]]).accuracy == 1
    assert lk.evaluate(net, x, np.eye(3)[wrong], loss=lk.mean_squared_error).accuracy == pytest.approx(0.8)


def test_accuracy_of_one_output_that_says_yes_or_no():
    net = lk.Network([lk.Linear(1, 1, init=lambda rng, m, n: np.ones((1, 1)))])
    x = np.array([[-2.0], [3.0], [1.0], [-1.0]])
    found = lk.evaluate(net, x, [[0], [1], [0], [0]], loss=lk.sigmoid_cross_entropy)
    assert found.accuracy == 0.75
    assert np.isnan(lk.evaluate(net, x, x, loss=lk.mean_squared_error).accuracy), "numbers are no classes"


def test_a_network_that_is_nan_is_right_about_nothing():
    net = lk.mlp([5, 3], replicas=2)
    net.theta[1] = np.nan
    found = lk.evaluate(net, X, Y)
    assert np.isnan(found.loss).tolist() == np.isnan(found.accuracy).tolist() == [False, True]


@pytest.mark.parametrize(("options", "error", "words"), [
    ({"size": -5}, ValueError, "evaluate: size must be at least 1"), ({"size": 2.5}, TypeError, "whole number"),
    ({"loss": "softmax_cros_entropy"}, ValueError, "did you mean 'softmax_cross_entropy'"),
    ({"loss": 3}, TypeError, "evaluate: loss must be a function"),
])
def test_bad_evaluations(options, error, words):
    with pytest.raises(error, match=words):
        lk.evaluate(lk.mlp([5, 3]), X, Y, **options)


def test_tables_of_pandas():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(X).assign(y=Y)
    net = lk.mlp([5, 3])
    assert lk.evaluate(net, table[list(range(5))], table["y"]) == lk.evaluate(net, X, Y)
    batches = lk.Batches(table[list(range(5))], table["y"], size=10, rng=lk.streams(0).data)
    assert next(lk.train(net, lk.softmax_cross_entropy, lk.SGD(0.1), batches)).loss > 0


def test_tables_with_the_same_rows_in_other_orders_are_refused():
    pandas = pytest.importorskip("pandas")
    x, y = pandas.DataFrame(X), pandas.Series(Y)
    mixed = x.sample(frac=1, random_state=0)
    with pytest.raises(ValueError, match=r"Batches: x and y .* same rows in different orders.*y\.loc\[x\.index\]"):
        lk.Batches(mixed, y, rng=lk.streams(0).data)
    net = lk.mlp([5, 3])
    assert lk.evaluate(net, mixed, y.loc[mixed.index]).accuracy == lk.evaluate(net, x, y).accuracy
    lk.Batches(mixed, y.to_numpy(), rng=lk.streams(0).data)


def test_targets_without_a_column_are_no_classes():
    assert classes_of(np.zeros((3, 0)), 2) is None and classes_of(np.eye(3), 3).tolist() == [0, 1, 2]
