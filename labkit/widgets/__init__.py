"""Controls and panels for the notebooks: nothing numerical is computed here, only joined.

`controls` makes single controls, `explorer` a live picture, `trainer` a run that is steered while it trains, `predict`
a question before the reveal. The panels of one lesson stand in its room, `labkit.lessons`.
"""

from labkit.fits import guard
from labkit.widgets.controls import choice, int_slider, log_slider, slider, switch
from labkit.widgets.explorer import Explorer, Frame, Target
from labkit.widgets.live import Live
from labkit.widgets.predict import Predict
from labkit.widgets.reveal import Reveal
from labkit.widgets.trainer import Trainer

__all__ = [
    "Explorer",
    "Frame",
    "Live",
    "Predict",
    "Reveal",
    "Target",
    "Trainer",
    "choice",
    "int_slider",
    "log_slider",
    "slider",
    "switch",
]

for name in ("explorer", "live", "predict", "reveal", "trainer"):
    guard(f"{__name__}.{name}")
