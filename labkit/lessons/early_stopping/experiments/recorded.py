"""A real run, written down at every evaluation: wrong labels on their way into the network, and a student's stop.

Symbols: θ (P,) the parameters at an evaluation; L evaluations, the first of them before the first step.
"""

from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np

from labkit.checks import PROPER_SHARE, check_int, in_range, streams
from labkit.datasets import FASHION_CLASSES, Dataset, fashion_mnist, label_noise
from labkit.exercises.answers import array_of, values_of
from labkit.exercises.guard import AttemptError
from labkit.fits import guard
from labkit.lessons.early_stopping.experiments.stopping import stops
from labkit.losses import softmax_cross_entropy
from labkit.network import Network, mlp
from labkit.optimizers import Adam
from labkit.runs import Run
from labkit.training import Batches, evaluate, train

Array = np.ndarray
STEPS, EVERY, SEEN = 800, 20, 1000
"""So many steps, an evaluation after so many of them, on so many pictures."""
FORMS = {"trousers": (1,), "tops": (0, 2, 3, 4, 6), "shoes": (5, 7, 9), "bags": (8,)}
"""Classes that nobody confuses by eye: a wrong label from another form can be seen to be wrong."""
SHOWN = 12


def noisy_fashion(noise: float) -> Dataset:
    """2000 pictures of clothes, a share `noise` of their labels wrong; validation and test labels are clean."""
    data = fashion_mnist(2000)
    return data._replace(y_train=label_noise(data.y_train, noise, streams(0).noise).y)


def what_is_kept(run: Run) -> tuple[float, float, int, int, int]:
    """Validation accuracy now and of the best evaluation, its step, the evaluations since then, and the patience."""
    curve = run.curve("validation")
    best = int(np.argmin(np.where(np.isfinite(curve.loss), curve.loss, np.inf)))
    return (float(curve.accuracy[-1]), float(curve.accuracy[best]), int(curve.steps[best]),
            len(curve.loss) - 1 - best, run.early_stopping.patience)


# ------------------------------------------------------------------------------------------------ the run
class Recording(NamedTuple):
    """steps (L,); loss and accuracy (L,) on the validation pictures, test (L,) accuracy on others; thetas (L, P)."""

    steps: Array
    loss: Array
    accuracy: Array
    test: Array
    thetas: Array


@lru_cache(maxsize=4)
def recorded(noise: float) -> Recording:
    """The network of this lesson, trained by Adam on `noisy_fashion(noise)`; a copy of θ at every evaluation."""
    data, net, looks = noisy_fashion(noise), _net(), []

    def look(step: int) -> None:
        seen = evaluate(net, data.x_val[:SEEN], data.y_val[:SEEN])
        looks.append((step, seen.loss, seen.accuracy, accuracy_with(net.theta), net.theta.copy()))

    look(0)
    batches = Batches(data.x_train, data.y_train, size=100, rng=streams(0).data)
    for step in train(net, softmax_cross_entropy, Adam(3e-3), batches):
        if (step.index + 1) % EVERY == 0:
            look(step.index + 1)
        if step.index + 1 == STEPS:
            return Recording(*map(np.array, zip(*looks, strict=True)))


def _net() -> Network:
    return mlp([784, 64, 10], seed=0)


def accuracy_with(theta: Array) -> float:
    """The accuracy of the network with these parameters on test pictures."""
    (net := _net()).theta[...] = theta
    data = fashion_mnist(2000)
    return float(evaluate(net, data.x_test[:SEEN], data.y_test[:SEEN]).accuracy)


# ------------------------------------------------------------------------------------------------ wrong labels
class WrongLabels(NamedTuple):
    """Twelve training pictures (12, 28, 28) with wrong labels, and what the network says to them at an evaluation.

    told, truth and says (12,) are names of classes; steps (L,), believed (L,) the share of ALL wrong labels that the
    network reproduces, accuracy (L,) that on validation pictures; now and best are evaluations, by their number.
    """

    pictures: Array
    told: tuple[str, ...]
    truth: tuple[str, ...]
    says: tuple[str, ...]
    steps: Array
    believed: Array
    accuracy: Array
    now: int
    best: int


def wrong_labels(step: int, draw: int = 0, *, noise: float = 0.3) -> WrongLabels:
    """Twelve wrongly labelled pictures, others for every `draw`, after so many steps of the run (the evaluation
    nearest to it). Only labels that the eye can see to be wrong are drawn: a shoe that is called a bag.
    """
    step, draw = check_int("wrong_labels", "step", step, low=0), check_int("wrong_labels", "draw", draw, low=0)
    noise = in_range("wrong_labels", "noise", noise, PROPER_SHARE)
    data, run = noisy_fashion(noise), recorded(noise)
    truth, (wrong, says) = fashion_mnist(2000).y_train, _said_to_wrong(noise)
    form = np.array([next(i for i, classes in enumerate(FORMS.values()) if c in classes) for c in range(10)])
    seen = np.flatnonzero(form[truth[wrong]] != form[data.y_train[wrong]])
    twelve = seen[streams(draw).noise.permutation(len(seen))[:SHOWN]]
    now, i = int(np.abs(run.steps - step).argmin()), wrong[twelve]
    names = (tuple(FASHION_CLASSES[c].split("/")[0] for c in classes)
             for classes in (data.y_train[i], truth[i], says[now, twelve]))
    return WrongLabels(data.x_train[i].reshape(-1, 28, 28), *names, run.steps,
                       np.mean(says == data.y_train[wrong], axis=1), run.accuracy, now, int(run.loss.argmin()))


@cache
def _said_to_wrong(noise: float) -> tuple[Array, Array]:
    """Which training pictures are wrongly labelled, (n,), and the answers to them at every evaluation, (L, n)."""
    data, net = noisy_fashion(noise), _net()
    wrong, says = np.flatnonzero(data.y_train != fashion_mnist(2000).y_train), []
    for theta in recorded(noise).thetas:
        net.theta[...] = theta
        says.append(net.forward(data.x_train[wrong]).argmax(axis=-1))
    return wrong, np.array(says)


# ------------------------------------------------------------------------------------------------ a student's patience
class OwnEnd(NamedTuple):
    """A student's stop of the recorded run. Evaluations by their number: best and stop theirs, taken the last one that
    they asked for; rule_best and rule_stop those of labkit. kept and rule_kept: test accuracy of what is taken home.
    """

    patience: int
    noise: float
    run: Recording
    best: int
    stop: int
    taken: int
    kept: float
    rule_best: int
    rule_stop: int
    rule_kept: float


def own_end(f: Callable[..., Any], patience: int, noise: float = 0.3) -> OwnEnd:
    """Let θ, count = f(evaluations, patience) watch the run: pairs (validation loss, θ), θ changed in place.

    Training goes on to the end, so that what is kept without a copy is the network of the end. Raises AttemptError for
    an answer that is no θ of the run and no number of evaluations.
    """
    patience, run = check_int("own_end", "patience", patience), recorded(noise)
    losses, thetas, taken = run.loss[1:], run.thetas[1:], []
    theta = thetas[0].copy()

    def evaluations() -> Iterator[tuple[float, Array]]:
        for number, loss in enumerate(losses):
            taken.append(number)
            theta[...] = thetas[number]
            yield float(loss), theta

    kept, count = values_of(f(evaluations(), patience), ("theta", "count"))
    theta[...] = thetas[-1]
    kept, stop = array_of(kept, theta.shape, "theta"), int(array_of(count, (), "the number of evaluations"))
    if not 1 <= stop <= len(losses):
        raise AttemptError(f"counted {stop} of {len(losses)} evaluations", "count those that were taken.")
    (rule_best,), (rule_stop,) = stops(losses[None], patience)
    return OwnEnd(patience, noise, run, _number_of(kept, thetas), stop - 1, max(taken, default=0), accuracy_with(kept),
                  int(rule_best), int(rule_stop), float(run.test[1 + rule_best]))


def _number_of(kept: Array, thetas: Array) -> int:
    """Which evaluation this θ is of."""
    there = np.flatnonzero((thetas == kept.astype(thetas.dtype)).all(axis=1))
    if not len(there):
        raise AttemptError("returned a θ that the run never had", "keep a copy of the θ of the best evaluation.")
    return int(there[-1])


guard(__name__)
