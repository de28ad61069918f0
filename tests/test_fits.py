"""A door holds arguments against their annotations: numbers, arrays, functions and names with arrays."""

import inspect
import sys
import types
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any, NamedTuple, Protocol

import numpy as np
import pytest

from labkit.fits import Endless, Place, Signed, door, fitted, guard, plain


class Shown(Protocol):
    png: bytes


def fit(hint, value, *, finite=True):
    return fitted(Place("f", "x", finite), hint, value)


@pytest.mark.parametrize(("hint", "value"), [
    (float, 2), (float, np.float32(2)), (int, np.int64(3)), (bool, np.True_), (int, np.array(3)), (float | None, None),
    (Callable[[float], float], abs), (Sequence[int], [1, 2]), (str, "tanh"), (Mapping[str, float], {"a": 1.0}),
    (Signed, -3), (tuple[int, float], (1, 2.5)), (float | None, 2.5), (int | str, "a"), (str | int, 3), (float, -2.5),
    (int, 10**7), (Signed, -10**7), (Any, 3), (object, None), (Shown, 3), (type, int), (Set[str], {"a"}),
    (tuple[int, ...], (1, 2, 3)), (tuple[int, ...], ()), (Endless, np.inf), (Mapping[str, int] | int, {"a": 1}),
])
def test_it_fits(hint, value):
    assert fit(hint, value) == value


@pytest.mark.parametrize(("hint", "value"), [
    (float, True), (float, "2"), (float, None), (int, 2.5), (int, True), (int, -1), (bool, 1), (str, 3), (Callable, 3),
    (np.ndarray, "abc"), (np.ndarray, None), (Sequence[int], "12"), (float | None, "2"), (Signed, 0.5),
    (np.random.Generator, 0), (tuple[int, float], (1,)), (Mapping[str, np.ndarray], {"a": "b"}), (float, np.inf),
    (int, 10**7 + 1), (Signed, -10**7 - 1), (tuple[int, float], (1, 2, 3)), (tuple[int, ...], (1, "a")), (Endless, "a"),
    (Sequence[int], 3), (Mapping[str, int], [1]), (np.ndarray, {"a": 1}), (np.ndarray, ["a"]), (float, np.nan),
    (Endless, np.nan), (np.random.Generator, np.random.Generator), (Sequence[Sequence[int]], [[1], 2]), (int, 1 + 0j),
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


def test_what_numpy_says_inside_is_said_in_the_name_of_who_was_called():
    with pytest.raises(ValueError, match=r"^mean: cannot use what came \(.*\); it is called as mean\(x: Array\)"):
        door(mean, "mean")([[1.0, 2.0]])


def mean(x: np.ndarray) -> float:
    return np.linalg.norm(x, axis=5)


def test_what_came_by_name_goes_on_by_name():
    def given(a: float, b: float = 1.0, *args: float, c: float = 2.0, **others: float):
        ...

    seen = []

    def f(*args, **named):
        seen.append((args, named))

    f.__signature__ = inspect.signature(given)
    f.__annotations__ = given.__annotations__
    passed = door(f, "f")
    passed(1.0, b=2.0, c=3.0, d=4.0)
    passed(1.0, 2.0, 3.0)
    assert seen == [((1.0,), {"b": 2.0, "c": 3.0, "d": 4.0}), ((1.0, 2.0, 3.0), {})]


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


def test_members_are_held_against_their_own_annotations():
    found = fit(Sequence[np.ndarray], [[1, 2], np.ones(3)])
    assert isinstance(found, list) and isinstance(found[0], np.ndarray)
    assert type(fit(Sequence[np.ndarray], ([1, 2],))) is tuple and type(fit(tuple[float, float], [1, 2])) is list
    live = {"a": np.ones(2)}
    assert fit(Mapping[str, np.ndarray], live) is live  # it may be filled later
    row = np.arange(3)
    assert fit(Sequence[int], row) is row and fit(tuple[int, ...], row) == (0, 1, 2)


def test_the_doors_of_a_module_stand_before_what_is_public_and_its_own():
    class Pair(NamedTuple):
        a: float

    class Thing:
        def __init__(self, x: float) -> None:
            self.x = x

    def double(x: float) -> float:
        return 2 * x

    def late(x: "NotThere") -> int:  # noqa: F821
        return 1

    room = types.ModuleType("labkit.figures.a_room")
    for thing in (double, Thing, Pair):
        thing.__module__ = room.__name__
    vars(room).update(double=double, _double=double, Thing=Thing, Pair=Pair, late=late, imported=plain, number=3)
    sys.modules[room.__name__] = room
    try:
        guard(room.__name__)
    finally:
        del sys.modules[room.__name__]
    assert (room._double, room.late, room.imported, room.number) == (double, late, plain, 3)
    assert room.double(np.inf) == np.inf  # a figure shows what was lost
    for call in (room.double, room.Thing):
        with pytest.raises(TypeError, match=r"^(double|Thing): x must be float, got 'a'"):
            call("a")
    assert room.Pair("a").a == "a" and room.Thing(2).x == 2
