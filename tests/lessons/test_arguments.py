"""Every explorer refuses what its sliders cannot show: it names quantity, value and what is expected."""

import inspect
import math

import numpy as np
import pytest

from labkit.lessons.activations.panels import saturation_explorer, zigzag_explorer
from labkit.lessons.batch_normalization.panels import norm_explorer
from labkit.lessons.dropout.panels import averages_explorer, dropout_explorer, expectation_explorer
from labkit.lessons.early_stopping.panels import bowl_explorer, patience_explorer
from labkit.lessons.ensembles.panels import bootstrap_explorer, committee_explorer
from labkit.lessons.initialization.panels import init_explorer
from labkit.lessons.learning_rate.panels import rate_explorer
from labkit.lessons.optimizers.panels import optimizer_explorer
from labkit.lessons.preprocessing.panels import cloud_explorer
from labkit.lessons.weight_decay.panels import (
    confidence_explorer,
    decay_explorer,
    polynomial_explorer,
    tangency_explorer,
)

EXPLORERS = [saturation_explorer, zigzag_explorer, norm_explorer, averages_explorer, dropout_explorer,
             expectation_explorer, bowl_explorer, patience_explorer, bootstrap_explorer, committee_explorer,
             init_explorer, rate_explorer, optimizer_explorer, cloud_explorer, confidence_explorer, decay_explorer,
             polynomial_explorer, tangency_explorer]
TURNED = [(explorer, name)
          for explorer in EXPLORERS for name, parameter in inspect.signature(explorer).parameters.items()
          if isinstance(parameter.default, int | float | str) and not isinstance(parameter.default, bool)]


@pytest.mark.parametrize(("explorer", "name"), TURNED, ids=[f"{e.__name__}-{n}" for e, n in TURNED])
@pytest.mark.parametrize("bad", [math.nan, None, "neither a name nor a number", -1000.5, np.array([])], ids=repr)
def test_what_no_slider_shows_is_an_error_in_words(explorer, name, bad):
    with pytest.raises((ValueError, TypeError), match=r"expected|must be|is not known"):
        explorer(**{name: bad})


@pytest.mark.parametrize(("explorer", "arguments", "words"), [
    (cloud_explorer, {"route": "normalize first"}, "route: .* is not known; did you mean 'normalise first'"),
    (init_explorer, {"width": 0}, "init_explorer: width must be at least 1, got 0"),
    (init_explorer, {"depth": 2.5}, "init_explorer: depth must be int, got 2.5 .a whole number is wanted")])
def test_the_message_says_how_to_mend_it(explorer, arguments, words):
    with pytest.raises((ValueError, TypeError), match=words):
        explorer(**arguments)
