"""Examinations of the network: inside the layers, forwards and backwards, in both modes, and on probation."""

from collections.abc import Callable

import numpy as np

from labkit.fits import guard
from labkit.layers import Elementwise, Linear
from labkit.lessons.training_clinic.experiments.data import Data
from labkit.lessons.training_clinic.experiments.examinations import spread_out
from labkit.lessons.training_clinic.experiments.network import Backward, accuracy, loss_of, network, outputs
from labkit.lessons.training_clinic.experiments.patients import Patient, training
from labkit.lessons.training_clinic.experiments.recipe import Recipe
from labkit.network import Network
from labkit.probes import between_example_std, dead_units, rms, saturated, std

Array = np.ndarray
Readings = dict[str, float]
RATES = (1 / 30, 1 / 6, 1, 6, 30)
SHAKE = 0.01


# ------------------------------------------------------------------------------------------------ inside
def inside_at_the_start(p: Patient) -> Readings:
    """The hidden layers of the fresh network on 500 pictures."""
    return _inside(network(p.recipe, seed=p.seed), _some(p))


def inside_at_the_end(p: Patient) -> Readings:
    """The hidden layers of the trained network on 500 pictures."""
    return _inside(p.net, _some(p))


def _some(p: Patient, most: int = 500) -> Array:
    return p.data.x[spread_out(len(p.data.x), most)]


def _inside(net: Network, x: Array) -> Readings:
    hidden, lost, z = [], [], x
    with np.errstate(all="ignore"):
        for layer, h in net.activations(x):
            if isinstance(layer, Elementwise):
                hidden.append(h)
                lost.append(_lost(layer, z, h))
            z = h
    W = [layer for layer in net.layers if isinstance(layer, Linear)][1].params["W"]
    apart = np.linalg.norm(W - W[:, :1]) / max(float(np.linalg.norm(W)), 1e-30)
    return {"spread, layer 1": std(hidden[0]), "spread, layer 3": std(hidden[2]),
            "between pictures, layer 3": between_example_std(hidden[2]), "off or saturated, layer 1": lost[0],
            "off or saturated, layer 3": lost[2], "distance of the units": float(np.nan_to_num(apart))}


def _lost(layer: Elementwise, z: Array, h: Array) -> float:
    """Share of units that are off for every picture (ReLU), or of outputs at the ends of the range."""
    if layer.activation.name == "relu":
        return float(dead_units(layer.activation.df(z, h)).mean())
    return saturated(h, -1.0 if layer.activation.name == "tanh" else 0.0, 1.0)


def weight_norms(p: Patient) -> Readings:
    """‖W‖ of each layer now, as a multiple of what it was at the start."""
    start = network(p.recipe, seed=p.seed).weights()
    return {f"layer {i}, end / start": float(np.linalg.norm(now)) / max(float(np.linalg.norm(before)), 1e-12)
            for i, (before, now) in enumerate(zip(start, p.net.weights(), strict=True), start=1)}


# ------------------------------------------------------------------------------------------------ backwards
def gradient_check(p: Patient) -> Readings:
    """What backward says along a direction, divided by what the loss does there (float64, dropout off), layer by layer;
    and the same when backward is called a second time.
    """
    recipe = p.recipe._replace(keep=1.0)
    net, rng = network(recipe, seed=p.seed, dtype=np.float64), np.random.default_rng(p.seed)
    few = spread_out(len(p.data.x), 16)
    x, y, loss, backward = p.data.x[few].astype(float), p.data.y[few], loss_of(recipe), Backward(recipe, net)
    theta = net.theta + SHAKE * rng.standard_normal(net.theta.shape)
    net.theta[...] = theta
    calls = []
    for _ in range(2):
        net.backward(loss(net.forward(x, train=True), y)[1])
        backward.spoil(net.grad)
        calls.append(net.grad.copy())

    def value(at: Array) -> float:
        net.theta[...] = at
        return float(loss(net.forward(x, train=True), y)[0])

    first = [_agreement(value, theta, calls[0], part, rng) for part in backward.parts]
    second = _agreement(value, theta, calls[1], backward.parts[-1], rng)
    return {"smallest ratio": min(max(min(first), -2.0), 2.0), "largest ratio": max(first),
            "at the second call": second / first[-1] if first[-1] else 1.0}


def _agreement(value: Callable[[Array], float], theta: Array, grad: Array, part: slice,
               rng: np.random.Generator) -> float:
    """Backward's slope divided by the true one, in one layer; 1 where both are 0."""
    v, noise = np.zeros_like(theta), rng.standard_normal(theta[part].shape)
    length = np.linalg.norm(grad[part])
    v[part] = noise / np.linalg.norm(noise) + (3 * grad[part] / length if length else 0)
    eps = 1e-6 * max(1.0, float(np.linalg.norm(theta[part])) * 0.01)
    true, said = (value(theta + eps * v) - value(theta - eps * v)) / (2 * eps), float(grad @ v)
    if max(abs(true), abs(said)) < 1e-7:
        return 1.0
    return said / true if true else 1e9


# ------------------------------------------------------------------------------------------------ two modes
def modes(p: Patient) -> Readings:
    """Relative differences of the outputs: evaluation twice, training mode, the report; and how large they are."""
    d, few = p.data, spread_out(len(p.data.x), 256)
    x, y = d.x[few], d.y[few]
    once, again = (outputs(p.recipe, p.net, x, y, mode="eval") for _ in range(2))
    trained = outputs(p.recipe._replace(eval_batch=64, eval_sorted=False), p.net, x, y, mode="train")
    reported, honest = (outputs(p.recipe, p.net, d.x_val, d.y_val, mode=mode) for mode in ("", "eval"))
    with np.errstate(all="ignore"):
        return {"two evaluations differ by": _relative(once, again),
                "training mode differs by": _relative(trained, once),
                "the report differs by": _relative(reported, honest),
                "size of outputs, train / eval": max(float(trained.std()), 1e-3) / max(float(once.std()), 1e-3)}


def _relative(a: Array, b: Array) -> float:
    return max(rms(a - b) / max(rms(b), 1e-30), 1e-3)


# ------------------------------------------------------------------------------------------------ on probation
def ten_examples(p: Patient) -> Readings:
    """The same training on ten pictures, one of each class as far as there are, all in one batch."""
    d = p.data
    ten = np.array([np.flatnonzero(d.y == c)[0] for c in np.unique(d.y)])
    data = d._replace(x=d.x[ten], y=d.y[ten])
    loss, net = _trial(p.recipe._replace(batch=min(p.recipe.batch, len(ten))), p.seed, data, 100)
    z = outputs(p.recipe._replace(eval_batch=len(ten)), net, data.x, data.y)
    return {"loss after 100 updates": max(float(loss[-10:].mean()), 1e-4), "accuracy": float(accuracy(z, data.y))}


def rate_test(p: Patient) -> Readings:
    """60 updates at other rates: which is best, and how well it does."""
    ends = [_trial(p.recipe._replace(lr=p.recipe.lr * factor), p.seed, p.data, 60)[0][-15:].mean() for factor in RATES]
    ends = np.nan_to_num(ends, nan=1e9, posinf=1e9)
    return {"best multiple": RATES[int(np.argmin(ends))], "loss at the best": float(min(ends))}


def shuffled_control(p: Patient) -> Readings:
    """The same training, but labels dealt out anew: what can be learned by heart alone?"""
    y = np.random.default_rng(p.seed).permutation(p.data.y)
    data, few = p.data._replace(y=y), spread_out(len(y), 500)
    loss, net = _trial(p.recipe, p.seed, data, p.recipe.updates)
    z = outputs(p.recipe, net, data.x[few], y[few])
    return {"training accuracy": float(accuracy(z, y[few])), "loss at the end": float(loss[-40:].mean())}


def _trial(recipe: Recipe, seed: int, data: Data, updates: int) -> tuple[Array, Network]:
    """The loss of some updates from the same start, infinite once it is lost, and the network."""
    net, loss = network(recipe, seed=seed), np.full(updates, np.inf)
    for t, step in zip(range(updates), training(recipe, net, data), strict=False):
        if step.diverged:
            break
        loss[t] = step.loss
    return loss, net


guard(__name__)
