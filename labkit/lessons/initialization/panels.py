"""The flagship panel: drag the standard deviation of the weights through a deep network and see what survives."""

from labkit.activations import ACTIVATIONS
from labkit.checks import check_int
from labkit.figures.layerwise import view_of
from labkit.lessons.initialization.experiments import DEEPEST, WIDEST, Signal, signal
from labkit.lessons.initialization.figures import SignalPicture
from labkit.widgets.controls import choice, int_slider, log_slider
from labkit.widgets.explorer import Explorer, Target

LOW, HIGH = 1e-3, 3.0


def marks(width: int) -> dict[str, float]:
    """The standard deviations with a name, for layers of `width` units."""
    return {"0.01": 0.01, "1/√n": width**-0.5, "√(2/n)": (2 / width) ** 0.5, "1": 1.0}


def init_explorer(width: int = 500, depth: int = 10, batch: int = 64, *, std: float = 0.01, activation: str = "tanh",
                  seed: int = 0, show_marks: bool = True, target: Target | None = None) -> Explorer:
    """Init std (log, with marks), activation, depth and width → signal and gradient in every layer.

    The random numbers are drawn once, so that the picture moves without a jump. `show_marks=False` hides the named
    values, for a search. Ranges: width 50 to 500 (or `width`), depth 2 to 20, std 0.001 to 3.
    """
    width = check_int("init_explorer", "width", width)
    controls = {
        "std": log_slider("init std", std, low=LOW, high=HIGH, marks=marks(width) if show_marks else {},
                          tooltip="standard deviation of one weight"),
        "activation": choice("activation", activation, list(ACTIVATIONS), tooltip="applied after every layer"),
        "depth": int_slider("depth", depth, low=2, high=DEEPEST, tooltip="number of layers"),
        "width": int_slider("width n", width, low=50, high=max(width, WIDEST), step=50, tooltip="units per layer"),
    }
    if show_marks:
        controls["width"].observe(lambda change: setattr(controls["std"], "marks", marks(change["new"])), "value")

    def compute(std: float, activation: str, depth: int, width: int) -> Signal:
        view = view_of(activation)
        return signal(std, activation, depth, width, low=view.low, high=view.high, bins=view.bins, batch=batch,
                      seed=seed)

    return Explorer(controls, compute, SignalPicture(), target=target)
