"""What a training is made of is told from what only looks like it."""

import numpy as np
import pytest

import labkit as lk
from labkit import parts


def test_a_loss_may_be_named():
    assert parts.check_loss("f", "mean_squared_error") is lk.mean_squared_error
    with pytest.raises(ValueError, match="did you mean 'mean_squared_error'"):
        parts.check_loss("f", "mean_square_error")
    with pytest.raises(TypeError, match="f: loss must be a function"):
        parts.check_loss("f", 3)


def test_generators_one_or_one_for_each_replica():
    rng = np.random.default_rng(0)
    assert parts.check_generators("f", "rng", rng) is rng
    assert parts.check_generators("f", "rng", [rng, rng]) == [rng, rng]
    for wrong in (0, None, [rng, 0], []):
        with pytest.raises(TypeError, match="f: rng"):
            parts.check_generators("f", "rng", wrong)


def test_functions_penalties_pairs_and_networks():
    assert parts.check_callable("f", "augment", None) is None and parts.check_callable("f", "augment", abs) is abs
    assert parts.check_pair([1, 2]) == (1, 2)
    parts.check_penalty(lk.L2(0.1))
    net = lk.mlp([2, 3])
    assert parts.check_network("f", net) is net
    for call, says in ((lambda: parts.check_callable("f", "augment", 3), "augment must be a function or None"),
                       (lambda: parts.check_pair(3), "batches must give pairs"),
                       (lambda: parts.check_penalty(lk.L2), "regularizer must be a penalty"),
                       (lambda: parts.check_network("f", lk.Network), "net must be a network")):
        with pytest.raises(TypeError, match=says):
            call()


def test_a_step_of_ones_own_without_the_scale_is_told_what_to_define():
    class Clipped(lk.SGD):
        def step(self, theta, grad):
            super().step(theta, np.clip(grad, -1, 1))

    with pytest.raises(TypeError, match=r"Clipped\.step is called as step\(theta, grad, scale\).*_update\(theta"):
        parts.check_parts(lk.mlp([2, 3]), Clipped(0.1), iter(()))


@pytest.mark.parametrize(("opt", "says"), [("Adam", r"lk\.Adam\(lr=0\.1\)"), (lk.SGD, r"lk\.SGD\(lr=0\.1\)"),
                                           (0.1, "must be an optimizer")])
def test_an_optimizer_is_an_object(opt, says):
    with pytest.raises(TypeError, match=says):
        parts.check_parts(lk.mlp([2, 3]), opt, iter(()))
