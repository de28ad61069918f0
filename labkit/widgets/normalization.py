"""The panel of notebook 06: a batch on its way through one unit."""

from typing import Any

from labkit.activations import ACTIVATIONS
from labkit.figures.normalization import UnitPicture, describe
from labkit.normalization import HOME, MODES, Unit, unit
from labkit.widgets.controls import choice, slider
from labkit.widgets.explorer import Explorer, Target

FARTHEST = 6.0


def norm_explorer(point: float = HOME, gamma: float = 1.0, beta: float = 0.0, activation: str = "sigmoid",
                  mode: str = "training", *, m: int = 12, seed: int = 10, target: Target | None = None) -> Explorer:
    """One point of a batch of `m`, γ, β, activation, training or evaluation → the whole batch through one unit.

    Ranges: point −6 to 6, γ −2 to 3, β −4 to 4.
    """
    controls = {
        "point": slider("the red input", point, low=-FARTHEST, high=FARTHEST, marks={"as drawn": HOME},
                        tooltip="one of the inputs of the batch"),
        "gamma": slider("scale γ", gamma, low=-2.0, high=3.0, marks={"1": 1.0}),
        "beta": slider("shift β", beta, low=-4.0, high=4.0, marks={"0": 0.0}),
        "activation": choice("activation", activation, list(ACTIVATIONS), tooltip="what comes after the layer"),
        "mode": choice("mode", mode, list(MODES), tooltip="whose mean and std are used"),
    }

    def compute(**values: Any) -> Unit:
        return unit(m=m, seed=seed, **values)

    return Explorer(controls, compute, UnitPicture(), describe, target=target)
