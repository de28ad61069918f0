"""Numbers, arrays, functions and names with arrays are told from strangers by an annotation."""

import inspect
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest

from labkit.fits import Argument, fitted, plain

MISSING = inspect.Parameter.empty


def fit(hint, value, *, name="x", finite=True):
    return fitted("f", Argument(name, hint, MISSING, finite), value)


@pytest.mark.parametrize(("hint", "value"), [
    (float, 2), (float, np.float32(2)), (int, np.int64(3)), (bool, np.True_), (int, np.array(3)), (float | None, None),
    (Callable[[float], float], abs), (Sequence[int], [1, 2]), (str, "tanh"), (Mapping[str, float], {"a": 1.0}),
])
def test_it_fits(hint, value):
    assert fit(hint, value) == value


@pytest.mark.parametrize(("hint", "value"), [
    (float, True), (float, "2"), (float, None), (int, 2.5), (int, True), (bool, 1), (str, 3), (Callable, 3),
    (np.ndarray, "abc"), (np.ndarray, None), (Sequence[int], "12"), (float | None, "2"),
    (np.random.Generator, 0),
])
def test_it_does_not_fit(hint, value):
    with pytest.raises((TypeError, ValueError), match=r"^f: x "):
        fit(hint, value)


def test_arrays_are_made_of_lists_and_must_be_finite_where_that_is_asked():
    assert isinstance(fit(np.ndarray, [[1, 2]]), np.ndarray)
    with pytest.raises(ValueError, match="NaN"):
        fit(np.ndarray, [np.nan])
    assert np.isnan(fit(np.ndarray, [np.nan], finite=False)).all()


def test_annotations_are_written_without_modules():
    assert plain(np.ndarray) == "Array" and "collections" not in plain(Sequence[int])
