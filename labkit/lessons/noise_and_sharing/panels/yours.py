"""A student's soft targets tell a network its labels, a window is moved over a curve, two heads get their gradient."""

from collections.abc import Callable
from typing import Any

from labkit.fits import guard
from labkit.lessons.noise_and_sharing.exercises import shared_weights, two_heads
from labkit.lessons.noise_and_sharing.experiments.noise import Wardrobe, noisy_mlp
from labkit.lessons.noise_and_sharing.experiments.shifts import MOST
from labkit.lessons.noise_and_sharing.experiments.yours import ROWS, WINDOWS, own_heads, own_window, told_two
from labkit.lessons.noise_and_sharing.figures import OwnHeadsPicture, OwnWindowPicture
from labkit.optimizers import SGD
from labkit.runs import Run
from labkit.widgets.controls import choice, int_slider, log_slider, slider
from labkit.widgets.explorer import Explorer, Target
from labkit.widgets.live import Live
from labkit.widgets.trainer import Trainer
from labkit.widgets.yours import PAIR, DrivenTrainer, driven


@driven
def your_smoothing(f: Callable[..., Any], eps: float = 0.5, wrong: float = 0.3, *, seed: int = 0, max_steps: int = 500,
                   **settings: Any) -> Trainer:
    """Two equal networks, 30 % of their labels wrong: one is told labkit's soft targets, one those of f(y, ε, classes).

    ε 0 to 0.9, at once; wrong labels 0 to 40 %, built anew. `settings` are those of `Trainer`.
    """
    wardrobe = Wardrobe(seed=seed)
    wardrobe.eps = eps

    def turn(run: Run, value: float) -> None:
        wardrobe.eps = value

    knob = Live("eps", slider("label smoothing ε", eps, low=0.0, high=0.9, steps=18), turn)
    return DrivenTrainer(lambda: noisy_mlp([196, 64, 10], seeds=[seed, seed]),
                         lambda wrong: wardrobe.data(wrong, False),
                         optimizer=SGD(0.2), controls=[knob], names=PAIR, view=None, instruments=(), size=100,
                         build_settings={"wrong": slider("wrong labels", wrong, low=0.0, high=0.4, steps=8)},
                         augment=lambda rng: told_two(f, lambda: wardrobe.eps), eval_size=1000, max_steps=max_steps,
                         preview=max_steps, **settings)


@driven
def your_window(f: Callable[..., Any], shift: int = 0, window: str = "rise", *,
                target: Target | None = None) -> Explorer:
    """Shift of the curve, the window's weights → y and dw of the student's y, dw, db = f(x, w, b, dy), beside labkit's.

    Ranges: shift 0 to 16. What an error leaves on the screen are labkit's own numbers.
    """
    controls = {
        "shift": int_slider("shift", shift, low=0, high=MOST, tooltip="how far the curve is moved to the right"),
        "window": choice("window", window, list(WINDOWS)),
    }
    labkits = own_window(shared_weights, shift, window)
    return Explorer(controls, lambda shift, window: own_window(f, shift, window), OwnWindowPicture(), target=target,
                    start=labkits)


@driven
def your_heads(f: Callable[..., Any], n1: int = 6, weight: float = 1.0, *, target: Target | None = None) -> Explorer:
    """Rows of task 1, weight of task 2 → dz of 12 rows by the student's f(z, y1, y2, classes, weight), and labkit's.

    Ranges: n1 1 to 11; weight 0.1 to 10. What an error leaves on the screen is labkit's own gradient.
    """
    controls = {
        "n1": int_slider("rows of task 1", n1, low=1, high=ROWS - 1),
        "weight": log_slider("weight of task 2", weight, low=0.1, high=10.0, marks={"1": 1.0}),
    }
    return Explorer(controls, lambda n1, weight: own_heads(f, n1, weight), OwnHeadsPicture(), target=target,
                    start=own_heads(two_heads, n1, weight))


guard(__name__)
