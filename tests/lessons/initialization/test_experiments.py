"""Skip connections: the layer is a gradient's and a factor's test; the picture shows the numbers that it is given."""

import numpy as np
import pytest

import labkit as lk
from labkit.lessons.initialization.experiments import Skip, deep_network
from labkit.lessons.initialization.figures import life_and_death
from tests.panels import pixels


@pytest.mark.parametrize("c", [0.0, 0.3, 1.0])
def test_the_gradient_of_a_skip_connection_is_that_of_differences(c):
    net = lk.Network([lk.Linear(5, 6), Skip(6, c), Skip(6, 0.5), lk.Elementwise("relu"), lk.Linear(6, 3)], seed=[0, 1],
                     dtype=np.float64)
    rng = np.random.default_rng(0)
    assert lk.check_gradient(net, rng.standard_normal((7, 5)), rng.integers(0, 3, 7), rng=rng) < 1e-6


def test_a_branch_of_scale_0_hands_the_input_on():
    net = lk.Network([Skip(4, 0.0), lk.Linear(4, 2)])
    x = np.random.default_rng(0).standard_normal((3, 4)).astype(np.float32)
    layer, out = next(net.activations(x))
    assert (out == x).all() and repr(layer) == "Skip(4, c=0)"


def test_the_depth_counts_the_hidden_layers_with_skips_and_without():
    plain, skips = (deep_network((40, 8, 10), 5, branch) for branch in ("no skip", "c = 1/L"))
    assert len(plain.weights()) == 6 and sum(isinstance(layer, Skip) for layer in skips.layers) == 4
    assert skips.layers[1].c == pytest.approx(1 / 5)
    with pytest.raises(ValueError, match="c = 1/√L"):
        deep_network((40, 8, 10), 5, "c = 1/sqrt(L)")
    with pytest.raises(ValueError, match="depth must be at least 2"):
        deep_network((40, 8, 10), 1, "c = 1")


def test_the_answers_picture_shows_both_rows():
    gains, rng = np.geomspace(0.1, 10, 5), np.random.default_rng(0)
    gradient, loss = 10 ** rng.uniform(-9, 1, (5, 3)), rng.uniform(0.4, 8, (5, 3))
    one, other, third = (life_and_death(gains, g, after, 2.3, description="answer")
                         for g, after in ((gradient, loss), (gradient[::-1], loss), (gradient, loss[::-1])))
    left, right = one.figure.axes
    assert left.lines[0].get_ydata() == pytest.approx(np.median(gradient, axis=1))
    assert right.lines[0].get_ydata() == pytest.approx(np.median(loss, axis=1))
    assert len({one.png, other.png, third.png}) == 3 and np.ptp(pixels(one.png)) > 200
