"""A patient is a recipe and a seed: trained, with what a monitor wrote down on the way."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from labkit.fits import guard
from labkit.lessons.training_clinic.experiments.data import Data, prepared
from labkit.lessons.training_clinic.experiments.network import (
    Backward,
    accuracy,
    batches,
    loss_of,
    network,
    optimizer,
    outputs,
)
from labkit.lessons.training_clinic.experiments.recipe import Recipe
from labkit.losses import softmax_cross_entropy
from labkit.network import Network
from labkit.probes import rms
from labkit.runs.readings import update_ratios
from labkit.schedules import cosine
from labkit.training import EarlyStopping, Step, train

Array = np.ndarray
WATCHED = (0, 2, 10, 150, 290)
EVERY = 10
SEEDS = 5


class Patient(NamedTuple):
    """A trained network with its history: loss (updates,), infinite from where it broke off; the gradient's size and
    the update ratio of the four linear layers at the WATCHED updates, both (5, 4) and infinite once it is lost.
    """

    recipe: Recipe
    seed: int
    data: Data
    net: Network
    loss: Array
    gradients: Array
    ratios: Array


def training(recipe: Recipe, net: Network, data: Data, *, total: int = 0) -> Iterator[Step]:
    """The updates of a recipe, one by one; `total` is the length of its schedule, its own if none is given."""
    total = max(1, round(recipe.cosine_ends * (total or recipe.updates)))
    schedule = cosine(total, end=0.0 if recipe.cosine_ends == 1 else 1e-3)
    return train(net, loss_of(recipe), optimizer(recipe), batches(recipe, data, net), schedule=schedule,
                 regularizer=Backward(recipe, net))


def patient(recipe: Recipe, seed: int) -> Patient:
    """Train one: about 0.2 s."""
    data, net = prepared(recipe, seed), network(recipe, seed=seed)
    loss = np.full(recipe.updates, np.inf)
    gradients, ratios = np.full((2, len(WATCHED), 4), np.inf)
    stopper = EarlyStopping(10**6) if recipe.early_stopping else None
    before = net.theta.copy()
    for t, step in zip(range(recipe.updates), training(recipe, net, data), strict=False):
        if step.diverged:
            break
        loss[t] = step.loss
        if t in WATCHED:
            gradients[WATCHED.index(t)] = [rms(layer.grads["W"]) for layer in net.layers if "W" in layer.shapes]
            ratios[WATCHED.index(t)] = update_ratios(net, before)
        if t + 1 in WATCHED:
            before = net.theta.copy()
        _judge(stopper, net, data, t)
    if stopper:
        stopper.restore(net)
    return Patient(recipe, seed, data, net, loss, gradients, ratios)


def _judge(stopper: EarlyStopping | None, net: Network, data: Data, t: int) -> None:
    """Every ten updates early stopping looks at the validation loss."""
    if stopper and t % EVERY == EVERY - 1:
        with np.errstate(all="ignore"):
            stopper.update(softmax_cross_entropy(net.forward(data.x_val), data.y_val)[0], net)


class Outcome(NamedTuple):
    """Accuracies of several networks of one recipe (K,): as the recipe reports it, on test pictures; and the honest
    one, in evaluation mode, on validation pictures that none has learned from.
    """

    reported: Array
    honest: Array


def outcome(recipe: Recipe, seed: int, *, seeds: int = SEEDS) -> Outcome:
    """Train `seeds` networks of this recipe at once, on the data of `seed`, and evaluate them in both ways."""
    data, net = prepared(recipe, seed), network(recipe, seed=seed, replicas=seeds)
    stopper = EarlyStopping(10**6) if recipe.early_stopping else None
    for t, _ in zip(range(recipe.updates), training(recipe, net, data), strict=False):
        _judge(stopper, net, data, t)
    if stopper:
        stopper.restore(net)
    return Outcome(accuracy(outputs(recipe, net, data.x_test, data.y_test), data.y_test),
                   accuracy(outputs(recipe, net, data.x_val, data.y_val, mode="eval"), data.y_val))


guard(__name__)
