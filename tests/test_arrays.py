"""Arrays of numbers: whole numbers never truncate, floats keep their type, harmless underflow stops nothing."""

import numpy as np
import pytest

import labkit as lk
from labkit.arrays import as_float, check_array, check_float_type

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((40, 5)).astype(np.float32), RNG.integers(0, 3, 40)


def test_whole_numbers_become_float64_and_floats_stay():
    for given, kept in ((np.arange(3), "d"), ([1, 2], "d"), (True, "d"), (np.ones(2, "f"), "f"), (np.ones(2), "d"),
                        (np.ones(2, np.float16), "f"), (np.arange(3, dtype=np.uint8), "d"), (np.longdouble(1), "d")):
        assert as_float("f", given).dtype.char == kept
    assert np.isnan(as_float("f", [np.nan])).all()
    x = np.ones(3, np.float32)
    assert as_float("f", x) is x


@pytest.mark.parametrize("x", ["text", None, 1j, [1, "a"], [[1], [1, 2]], {}, np.array(["2020-01-01"], "M8[D]")])
def test_what_holds_no_numbers(x):
    for f in (as_float, check_array):
        with pytest.raises(TypeError, match="loss: logits is no array of real numbers"):
            f("loss", x, name="logits")


@pytest.mark.parametrize(("dtype", "char"), [(float, "d"), ("float32", "f"), (np.float64, "d"), (np.dtype("f4"), "f")])
def test_float_types(dtype, char):
    assert check_float_type("f", "dtype", dtype).char == char


@pytest.mark.parametrize("dtype", ["no such type", None, np.float16, int, (1, 2)])
def test_other_types_are_refused_in_words(dtype):
    with pytest.raises(TypeError, match=r"^f: dtype must be float32 or float64, got "):
        check_float_type("f", "dtype", dtype)


# ---------------------------------------------------------------------------------------------- whole numbers
def test_softmax_of_whole_numbers():
    np.testing.assert_allclose(lk.softmax(np.array([[1, 2, 3]])), [[0.09003057, 0.24472847, 0.66524096]])
    np.testing.assert_allclose(lk.softmax([1, 2, 3]), lk.softmax(np.array([1.0, 2.0, 3.0])))


@pytest.mark.parametrize("act", [*lk.ACTIVATIONS.values(), lk.leaky(0.3), lk.exponential_linear(0.5)])
@pytest.mark.parametrize("x", [[-2, 0, 3], np.array([-2, 0, 3]), np.array([-2, 0, 3], np.int8), (-2.0, 0.0, 3.0)])
def test_activations_of_whole_numbers(act, x):
    exact = np.array([-2.0, 0.0, 3.0])
    np.testing.assert_array_equal(act(x), act(exact))
    np.testing.assert_array_equal(act.slope(x), act.slope(exact))
    assert act.slope(-2) == act.slope(-2.0) == act.slope(exact)[0]


def test_leaky_slope_of_whole_numbers():
    np.testing.assert_allclose(lk.leaky_relu.slope(np.array([-2, 0, 3])), [0.01, 0.01, 1])


@pytest.mark.parametrize("loss", lk.LOSSES.values())
def test_losses_of_whole_outputs(loss):
    z, y = np.array([[2, -1], [0, 3]]), np.array([[1, 0], [0, 1]])
    for whole, exact in zip(loss(z, y), loss(z.astype(float), y.astype(float)), strict=True):
        np.testing.assert_allclose(whole, exact)
        assert whole.dtype == float


def test_batches_keep_whole_numbers_apart():
    times = 1_700_000_000 + 60 * np.arange(100)[:, None]
    assert len(np.unique(lk.Batches(times, np.arange(100), rng=RNG).x)) == 100
    assert lk.Batches(np.arange(100)[:, None], np.arange(100), rng=RNG).x.dtype == np.float32
    assert lk.Batches(X.astype(np.float16), Y, rng=RNG).x.dtype == np.float32


# ---------------------------------------------------------------------------------------------- underflow
@pytest.mark.parametrize("activation", lk.ACTIVATIONS)
@pytest.mark.parametrize("optimizer", lk.OPTIMIZERS)
def test_underflow_stops_no_training(activation, optimizer):
    with np.errstate(all="raise"):
        net = lk.mlp([5, 8, 3], activation, batch_norm=True, keep=0.9)
        batches = lk.Batches(X * np.float32(1e-20), Y, size=10, rng=lk.streams(0).data)
        steps = lk.train(net, lk.softmax_cross_entropy, lk.OPTIMIZERS[optimizer](0.01), batches)
        assert all(not next(steps).diverged for _ in range(5))
        lk.evaluate(net, X * np.float32(1e-30), Y)
        net.theta *= np.float32(1e-20)
        y = net.forward(X * np.float32(1e-20), train=True)
        net.backward(np.full_like(y, 1e-30))
        lk.OPTIMIZERS[optimizer](0.01).step(net.theta, net.grad)


@pytest.mark.parametrize("act", lk.ACTIVATIONS.values())
def test_underflow_stops_no_activation(act):
    x = np.array([-1e30, -800, -90, -1e-30, 0, 1e-30, 90, 800, 1e30], np.float32)
    with np.errstate(all="raise"):
        assert np.isfinite(act(x)).all()
        assert np.isfinite(act.slope(x)).all()


def test_underflow_stops_no_loss():
    z = np.array([[0.0, -800.0], [1e-30, 700.0]], np.float32)
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(lk.softmax(z), [[1, 0], [0, 1]])
        for y in (np.array([0, 1]), np.array([[1, 0], [0.5, 0.5]])):
            assert np.isfinite(lk.softmax_cross_entropy(z, y)[0])
        assert np.isfinite(lk.sigmoid_cross_entropy(z, [[1, 0], [0, 1]])[0])
        assert lk.mean_squared_error(np.full((2, 2), np.float32(1e-30)), np.zeros((2, 2)))[0] < 1
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        np.float32(1e-30) * np.float32(1e-30)
