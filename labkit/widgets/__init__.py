"""Controls and panels for the notebooks: nothing numerical is computed here, only joined.

`controls` makes single controls, `explorer` a live picture, `predict` a question before the reveal.
"""

from labkit.widgets.controls import choice, int_slider, log_slider, slider, switch
from labkit.widgets.explorer import Explorer, Frame, Target
from labkit.widgets.initialization import init_explorer
from labkit.widgets.predict import Predict

__all__ = [
    "Explorer", "Frame", "Predict", "Target", "choice", "init_explorer", "int_slider", "log_slider", "slider", "switch",
]
