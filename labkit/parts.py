"""What a training is made of: a network, a loss, an optimizer, batches. What is none of them is refused at the door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from labkit.checks import FINITE, check_generator, check_type, in_range, lookup
from labkit.doors import misfit
from labkit.losses import LOSSES, Loss

Array = np.ndarray


def check_generators(owner: str, name: str, rng: Any) -> Any:
    """One generator, or a list with one for each replica."""
    if isinstance(rng, list | tuple) and rng:
        return [check_generator(owner, one) for one in rng]
    return check_generator(owner, rng)


def check_schedule(owner: str, schedule: Any) -> Callable[[int], float] | None:
    """The schedule; TypeError unless it turns a step into a multiplier of the rate."""
    if schedule is None:
        return None
    expected = "a function of the step, such as lk.cosine(1000)"
    check_type(owner, "schedule", schedule, Callable, expected)
    try:
        in_range(owner, "schedule(0)", schedule(0), FINITE, arrays=True)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{owner}: schedule must be {expected}; for step 0 it fails: {error}") from error
    except Exception:  # one of your own, which speaks for itself at its step
        return schedule
    return schedule


def check_callable(owner: str, name: str, value: Any) -> Any:
    """Return `value`; raise TypeError unless it is a function or None."""
    if not (value is None or callable(value)):
        raise TypeError(f"{owner}: {name} must be a function or None, got {value!r}.")
    return value


def check_loss(owner: str, loss: Any) -> Loss:
    """The loss that `loss` is or names; TypeError for what is no function."""
    loss = lookup(LOSSES, loss, f"{owner}: loss")
    return check_type(owner, "loss", loss, Callable, "a function, such as lk.softmax_cross_entropy, or its name")


def loss_pair(owner: str, found: Any) -> tuple[Any, Array]:
    """What a loss returns, its value and its gradient; TypeError for anything but such a pair."""
    if not isinstance(found, tuple) or len(found) != 2 or not isinstance(found[0], np.ndarray | np.generic | float):
        raise TypeError(f"{owner}: loss must return a pair (value, gradient), a number (or one per replica) and an "
                        f"array of the shape of the outputs; got {str(found)[:60]}.")
    return found


def check_penalty(regularizer: Any) -> None:
    """Raise TypeError unless it is a penalty or None."""
    if regularizer is not None and (isinstance(regularizer, type) or not hasattr(regularizer, "add_gradient")):
        raise TypeError(f"train: regularizer must be a penalty, such as lk.L2(1e-4), got {regularizer!r}.")


def check_pair(pair: Any) -> tuple[Any, Any]:
    """What a batch consists of, x and y; TypeError for anything but a pair."""
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise TypeError(f"train: batches must give pairs (x, y), got {str(pair)[:60]}.")
    return pair[0], pair[1]


def check_network(owner: str, net: Any) -> Any:
    """Return `net`; raise TypeError unless it can run forward and back."""
    if isinstance(net, type) or not hasattr(net, "backward"):
        raise TypeError(f"{owner}: net must be a network, such as lk.mlp([784, 64, 10]), got {net!r}.")
    return net


def check_parts(net: Any, opt: Any, batches: Any) -> None:
    """Raise TypeError for what is no network, no optimizer, or no batches."""
    check_network("train", net)
    if isinstance(opt, type) or not hasattr(opt, "step"):
        name = opt.__name__ if isinstance(opt, type) else opt if isinstance(opt, str) else "SGD"
        raise TypeError(f"train: opt must be an optimizer, lk.{name}(lr=0.1), got {opt!r}.")
    if why := misfit(opt.step, "theta", "grad", "scale"):
        raise TypeError(f"train: {type(opt).__name__}.step is called as step(theta, grad, scale), with the schedule's "
                        f"multiplier of the rate ({why}). A rule of your own defines _update(theta, grad, lr) instead.")
    pair = isinstance(batches, tuple | list) and len(batches) == 2 and not isinstance(batches[0], tuple | list)
    if pair or isinstance(batches, np.ndarray | str) or not np.iterable(batches):
        raise TypeError(f"train: batches must give pairs (x, y), got a {type(batches).__name__}; write "
                        "lk.Batches(x, y, size=50, rng=lk.streams(0).data).")
