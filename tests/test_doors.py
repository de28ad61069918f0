"""A door holds arguments against their annotations, and says bare errors in the name of who was called."""

import numpy as np
import pytest

from labkit.doors import door


def area(width: float, sides: np.ndarray, *, n: int = 2) -> float:
    return width * float(sides.mean()) * n


GUARDED = door(area, "area")


def test_what_fits_passes_and_lists_become_arrays():
    assert GUARDED(2.0, [1, 3], n=3) == area(2.0, np.array([1.0, 3.0]), n=3)


@pytest.mark.parametrize(("args", "named", "says"), [
    (("wide", [1.0]), {}, "area: width must be float, got 'wide'"),
    ((2.0, "high"), {}, "area: sides must be Array"),
    ((2.0, [np.nan]), {}, "area: sides has 1 entries that are NaN"),
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
