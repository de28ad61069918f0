"""The panels of notebook 07: a polynomial, coefficient paths, a circle and a diamond, a trainer, penalty or decay."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from labkit.fits import guard
from labkit.lessons.weight_decay.experiments.descent import RATIOS, SMALLEST, Descent, double_descent
from labkit.lessons.weight_decay.experiments.overfitting import (
    Polynomial,
    Scaled,
    fit_polynomial,
    noisy_fashion,
    scale_classifier,
)
from labkit.lessons.weight_decay.experiments.priors import Prior, prior
from labkit.lessons.weight_decay.experiments.shrinkage import (
    Decays,
    ProximalL1,
    Tangency,
    decays,
    paths,
    penalised_minima,
    quadratic_features,
)
from labkit.lessons.weight_decay.experiments.yours import TwoDecays, proximal_pair, weights_of_two
from labkit.lessons.weight_decay.figures.descent import DescentPicture
from labkit.lessons.weight_decay.figures.overfitting import PolynomialPicture, ScaledPicture
from labkit.lessons.weight_decay.figures.paths import PathPicture
from labkit.lessons.weight_decay.figures.priors import PriorPicture
from labkit.lessons.weight_decay.figures.shrinkage import DecayPicture, TangencyPicture
from labkit.lessons.weight_decay.figures.yours import TwoHistograms
from labkit.network import mlp
from labkit.optimizers import SGD
from labkit.regularizers import L1, L2, Elastic
from labkit.runs import Run
from labkit.training import Step
from labkit.widgets.controls import choice, int_slider, log_slider, slider
from labkit.widgets.explorer import Explorer, Target
from labkit.widgets.gauges import Gauge
from labkit.widgets.live import Live
from labkit.widgets.trainer import Trainer
from labkit.widgets.yours import PAIR, DrivenTrainer, driven

Array = np.ndarray
SIZES = {"100": 100, "300": 300}
PENALTIES = {"L2": L2, "L1, by its gradient": L1, "L1, by proximal steps": ProximalL1}


def polynomial_explorer(degree: int = 12, lam: float = 1e-9, noise: float = 0.3, n: int = 15, *, seed: int = 0,
                        target: Target | None = None) -> Explorer:
    """Degree, λ, noise, number of points → a polynomial, and its errors on these points and on new ones.

    Ranges: degree 1 to 15, λ 1e-9 to 10, noise 0 to 1, n 5 to 200.
    """
    controls = {
        "lam": log_slider("penalty λ", lam, low=1e-9, high=10.0, within=L2.lam),
        "noise": slider("noise σ", noise, low=0.0, high=1.0, tooltip="standard deviation of what is added to y"),
        "degree": int_slider("degree", degree, low=1, high=15),
        "n": int_slider("points n", n, low=5, high=200),
    }

    def compute(lam: float, noise: float, degree: int, n: int) -> Polynomial:
        return fit_polynomial(degree, lam, noise=noise, n=n, seed=seed)

    return Explorer(controls, compute, PolynomialPicture(), target=target)


def confidence_explorer(c: float = 1.0, distance: float = 4.0, *, n: int = 30, seed: int = 2,
                        target: Target | None = None) -> Explorer:
    """A factor on w and b, the distance of two classes → the same boundary, another confidence, another loss.

    Ranges: c 0.1 to 30, distance 1 to 6 standard deviations.
    """
    controls = {
        "c": log_slider("c, times (w, b)", c, low=0.1, high=30.0, marks={"1": 1.0}),
        "distance": slider("distance of the classes", distance, low=1.0, high=6.0,
                           tooltip="between the centres of the two clouds, in standard deviations"),
    }

    def compute(c: float, distance: float) -> Scaled:
        return scale_classifier(c, distance=distance, n=n, seed=seed)

    return Explorer(controls, compute, ScaledPicture(), target=target)


def path_explorer(x: Array, y: Array, lam: float = 1.0, *, n_train: int = 150, seed: int = 0,
                  target: Target | None = None) -> Explorer:
    """λ → what ridge and lasso make of the features x (n, d), their squares and products, in a table y (n,).

    λ 0.1 to 100, in 61 steps; the paths are computed once.
    """
    found = paths(quadratic_features(x), y, n_train=n_train, seed=seed)
    controls = {"lam": log_slider("penalty λ", lam, low=0.1, high=100.0, within=L2.lam, steps=60)}
    return Explorer(controls, found.nearest, PathPicture(found), target=target)


def tangency_explorer(lam: float = 0.1, angle: float = 30.0, kappa: float = 4.0, *,
                   target: Target | None = None) -> Explorer:
    """λ, angle and steepness of a valley → where L2 and L1 pull two weights, and the balls that touch the contours.

    Ranges: λ 0 to 3, angle ±90 degrees, κ 1 to 16.
    """
    controls = {
        "lam": slider("penalty λ", lam, low=0.0, high=3.0, steps=300, within=L2.lam),
        "angle": slider("angle of the valley", angle, low=-90.0, high=90.0, steps=180, unit="°"),
        "kappa": log_slider("condition number κ", kappa, low=1.0, high=16.0,
                            tooltip="how many times as steep across the valley as along it"),
    }

    def compute(lam: float, angle: float, kappa: float) -> Tangency:
        return penalised_minima(lam, angle, kappa)

    return Explorer(controls, compute, TangencyPicture(), target=target)


def prior_explorer(lam: float = 0.3, p: float = 2.0, share: float = 0.0, *, target: Target | None = None) -> Explorer:
    """λ, power p, share of L1 → the ball of a penalty, where the loss touches it, and the belief it stands for.

    Ranges: λ 0 to 1.5, p 0.4 to 8, share 0 to 1.
    """
    controls = {
        "lam": slider("penalty λ", lam, low=0.0, high=1.5, steps=150, within=L2.lam),
        "p": log_slider("power p", p, low=0.4, high=8.0, marks={"1": 1.0, "2": 2.0}),
        "share": slider("share of L1, ρ", share, low=0.0, high=1.0, within=Elastic.share),
    }

    def compute(lam: float, p: float, share: float) -> Prior:
        return prior(lam, p, share)

    return Explorer(controls, compute, PriorPicture(), target=target)


def descent_explorer(lam: float = SMALLEST, noise: float = 0.2, n: str = "300", *,
                     target: Target | None = None) -> Explorer:
    """λ, label noise, number of training pictures → errors of random features, few and many, and their weights.

    Ranges: λ 1e-8 (as good as none) to 1, noise 0 to 40 %, n 100 or 300.
    """
    controls = {
        "lam": log_slider("penalty λ", lam, low=SMALLEST, high=1.0, within=L2.lam, marks={"none": SMALLEST}),
        "noise": slider("label noise", noise, low=0.0, high=0.4, steps=40),
        "n": choice("training pictures", n, list(SIZES)),
    }

    def compute(lam: float, noise: float, n: str) -> Descent:
        return double_descent(lam, noise, n=SIZES[n])

    return Explorer(controls, compute, DescentPicture(RATIOS.min(), RATIOS.max()), target=target)


def decay_explorer(lam: float = 0.3, ratio: float = 100.0, lr: float = 0.01, *, steps: int = 300,
                   target: Target | None = None) -> Explorer:
    """λ, ratio of the gradient noises, learning rate → two weights under SGD with L2, Adam with L2, and AdamW.

    Ranges: λ 0.01 to 1, ratio 1 to 1000, lr 0.001 to 0.03.
    """
    controls = {
        "lam": log_slider("λ", lam, low=0.01, high=1.0, within=L2.lam),
        "ratio": log_slider("large : small", ratio, low=1.0, high=1000.0,
                            tooltip="how many times as large the noise of the one gradient is as that of the other"),
        "lr": log_slider("learning rate", lr, low=1e-3, high=0.03, within=SGD.lr),
    }

    def compute(lam: float, ratio: float, lr: float) -> Decays:
        return decays(lam, ratio, lr=lr, steps=steps)

    picture = DecayPicture(steps, compute(lam, ratio, lr).names)
    return Explorer(controls, compute, picture, target=target)


# ------------------------------------------------------------------------------------------------ the trainer
def penalty_trainer(lam: float = 1e-6, noise: float = 0.3, *, hidden: int = 64, seed: int = 0, lr: float = 0.2,
                    size: int = 100, max_steps: int = 1000, **settings: Any) -> Trainer:
    """A network on 2000 small pictures of clothes: λ and the kind of penalty act at once, the label noise anew.

    λ 1e-6 (as good as none) to 1; noise 0 to 40 % of the training labels. `settings` are those of `Trainer`.
    """
    menu = Live("penalty", widget=choice("penalty", "L2", list(PENALTIES)), apply=exchange)
    return Trainer(lambda: mlp([196, hidden, 10], seed=seed), noisy_fashion, optimizer=SGD(lr),
                   regularizer=lambda net: L2(lam, mask=net.weight_mask()), after=proximal_step, size=size,
                   controls=[Live("lam", low=1e-6, high=1.0), menu], view=None, max_steps=max_steps,
                   build_settings={"noise": slider("label noise", noise, low=0.0, high=0.4, steps=40)},
                   instruments=["weights", "updates", "dead units"], on=["weights"], eval_size=1000, **settings)


def exchange(run: Run, name: str) -> None:
    """From now on the penalty of this name, as strong as the one before."""
    if type(run.regularizer) is not PENALTIES[name]:
        run.regularizer = PENALTIES[name](run.regularizer.lam, mask=run.regularizer.mask)


def proximal_step(run: Run, step: Step) -> None:
    """After the update: a proximal penalty acts now."""
    if isinstance(run.regularizer, ProximalL1):
        run.regularizer.prox(run.net.theta, step.lr)


@driven
def your_threshold(f: Callable[[Array, float], Array], lam: float = 0.005, noise: float = 0.3, *, hidden: int = 64,
                   lr: float = 0.1, size: int = 100, max_steps: int = 500, **settings: Any) -> Trainer:
    """Two equal networks with an L1 penalty: after each update one goes through the soft threshold, one through yours.

    λ 1e-4 to 0.1; noise as in `penalty_trainer`. `settings` are those of `Trainer`.
    """
    weights = Gauge("weights", weights_of_two, partial(TwoHistograms, names=PAIR))
    return DrivenTrainer(lambda: mlp([196, hidden, 10], seed=[0, 0]), noisy_fashion, optimizer=SGD(lr), names=PAIR,
                         regularizer=lambda net: ProximalL1(lam, mask=net.weight_mask()), after=proximal_pair(f),
                         controls=[Live("lam", low=1e-4, high=0.1)], view=None, size=size, max_steps=max_steps,
                         build_settings={"noise": slider("label noise", noise, low=0.0, high=0.4, steps=40)},
                         instruments=[weights], on=["weights"], preview=max_steps, eval_size=1000, **settings)


@driven
def your_decay(rule: Callable[..., Any], lam: float = 0.3, noise: float = 0.3, *, hidden: int = 64, lr: float = 3e-3,
               size: int = 100, max_steps: int = 500, **settings: Any) -> Trainer:
    """Two equal networks, one trained by labkit's AdamW, one by yours, at one rate and one decay λ.

    λ 1e-3 to 3; noise as in `penalty_trainer`. `settings` are those of `Trainer`.
    """
    weights = Gauge("weights", weights_of_two, partial(TwoHistograms, names=PAIR))
    return DrivenTrainer(lambda: mlp([196, hidden, 10], seed=[0, 0]), noisy_fashion,
                         optimizer=TwoDecays(rule, lr, lam), names=PAIR, view=None, size=size, max_steps=max_steps,
                         controls=[Live("lr", low=1e-4, high=0.1), Live("weight_decay", low=1e-3, high=3.0)],
                         build_settings={"noise": slider("label noise", noise, low=0.0, high=0.4, steps=40)},
                         instruments=[weights], on=["weights"], preview=max_steps, eval_size=1000, **settings)


guard(__name__)
