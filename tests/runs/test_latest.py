"""The last evaluation in two numbers, for the sentence under a trainer."""

import math

import numpy as np
import pytest

from labkit.runs import Curve

STEPS = np.array([0, 50])


@pytest.mark.parametrize(("last", "loss"), [(0.5, 0.5), ([0.5, 0.7, 9.0], 0.7), (np.nan, math.inf), (np.inf, math.inf),
                                            ([0.5, np.nan, 0.6], 0.6), ([np.nan, np.nan, 0.6], math.inf)])
def test_the_median_of_what_was_found_last(last, loss):
    curve = Curve(STEPS, np.array([np.full_like(last, 2.0), last]), np.zeros((2, *np.shape(last))) + 0.25, STEPS)
    assert curve.latest() == (loss, 0.25)
