"""Controls and panels for the notebooks: nothing numerical is computed here, only joined.

`controls` makes single controls, `explorer` a live picture, `trainer` a run that is steered while it trains, `predict`
a question before the reveal. The other modules hold the panels of one notebook each.
"""

from labkit.widgets.activations import Measure, saturation_explorer, zigzag_explorer
from labkit.widgets.controls import choice, int_slider, log_slider, slider, switch
from labkit.widgets.explorer import Explorer, Frame, Target
from labkit.widgets.initialization import init_explorer
from labkit.widgets.knobs import Hot
from labkit.widgets.normalization import norm_explorer
from labkit.widgets.optimizers import optimizer_explorer
from labkit.widgets.predict import Predict, predict
from labkit.widgets.trainer import Trainer

__all__ = [
    "Explorer",
    "Frame",
    "Hot",
    "Measure",
    "Predict",
    "Target",
    "Trainer",
    "choice",
    "init_explorer",
    "int_slider",
    "log_slider",
    "norm_explorer",
    "optimizer_explorer",
    "predict",
    "saturation_explorer",
    "slider",
    "switch",
    "zigzag_explorer",
]
