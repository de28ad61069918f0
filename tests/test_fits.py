"""A door holds arguments against their annotations: numbers, arrays, functions and names with arrays."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest

from labkit.fits import Place, Signed, door, fitted, plain


def fit(hint, value, *, finite=True):
    return fitted(Place("f", "x", finite), hint, value)


@pytest.mark.parametrize(("hint", "value"), [
    (float, 2), (float, np.float32(2)), (int, np.int64(3)), (bool, np.True_), (int, np.array(3)), (float | None, None),
    (Callable[[float], float], abs), (Sequence[int], [1, 2]), (str, "tanh"), (Mapping[str, float], {"a": 1.0}),
    (Signed, -3), (tuple[int, float], (1, 2.5)),
])
def test_it_fits(hint, value):
    assert fit(hint, value) == value


@pytest.mark.parametrize(("hint", "value"), [
    (float, True), (float, "2"), (float, None), (int, 2.5), (int, True), (int, -1), (bool, 1), (str, 3), (Callable, 3),
    (np.ndarray, "abc"), (np.ndarray, None), (Sequence[int], "12"), (float | None, "2"), (Signed, 0.5),
    (np.random.Generator, 0), (tuple[int, float], (1,)), (Mapping[str, np.ndarray], {"a": "b"}), (float, np.inf),
])
def test_it_does_not_fit(hint, value):
    with pytest.raises((TypeError, ValueError), match=r"^f: x "):
        fit(hint, value)


def test_lists_become_arrays_where_arrays_are_asked_for():
    assert isinstance(fit(np.ndarray, [[1, 2]]), np.ndarray)
    assert isinstance(fit(Mapping[str, np.ndarray], {"a": [1, 2]})["a"], np.ndarray)
    assert fit(float, np.inf, finite=False) == np.inf


def test_annotations_are_written_without_modules():
    assert plain(np.ndarray) == "Array" and "collections" not in plain(Sequence[int])


# ------------------------------------------------------------------------------------------------ the door
def area(width: float, sides: np.ndarray, *, n: int = 2) -> float:
    return width * float(sides.mean()) * n


GUARDED = door(area, "area")


def test_what_fits_passes_and_lists_become_arrays():
    assert GUARDED(2.0, [1, 3], n=3) == area(2.0, np.array([1.0, 3.0]), n=3)


@pytest.mark.parametrize(("args", "named", "says"), [
    (("wide", [1.0]), {}, "area: width must be float, got 'wide'"),
    ((2.0, "high"), {}, "area: sides must be Array"),
    ((np.inf, [1.0]), {}, "area: width must be in"),
    ((2.0, [1.0]), {"n": 1.5}, "a whole number is wanted"),
    ((2.0, [1.0]), {"n": -1}, "area: n must be from 0 to"),
    ((2.0,), {}, "area: missing a required argument: 'sides'; it is called as area(width: float"),
    ((2.0, [1.0]), {"m": 1}, "area: got an unexpected keyword argument 'm'"),
])
def test_what_does_not_fit_is_refused_in_the_name_of_who_was_called(args, named, says):
    with pytest.raises((TypeError, ValueError)) as raised:
        GUARDED(*args, **named)
    assert says in str(raised.value)
