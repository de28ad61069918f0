"""The panels of notebook 12: noise of every kind in one trainer, noisy copies, shifts, several tasks, transfer."""

from typing import Any

from labkit.fits import guard
from labkit.lessons.noise_and_sharing.experiments.noise import Wardrobe, noisy_mlp
from labkit.lessons.noise_and_sharing.experiments.shifts import MOST, shifted
from labkit.lessons.noise_and_sharing.experiments.slopes import MOST_COPIES, noisy_copies
from labkit.lessons.noise_and_sharing.experiments.tasks import MOST_TASKS, toy
from labkit.lessons.noise_and_sharing.experiments.transfer import SOURCES, three_ways
from labkit.lessons.noise_and_sharing.figures import CopiesPicture, ShiftPicture, TasksPicture, TransferPicture
from labkit.optimizers import SGD
from labkit.regularizers import L2
from labkit.runs import Run
from labkit.widgets.controls import choice, int_slider, log_slider, slider
from labkit.widgets.explorer import Explorer, Target
from labkit.widgets.live import Live
from labkit.widgets.trainer import Trainer

LABELS = {"the same for ever": False, "drawn anew in every step": True}


def copies_explorer(copies: float = 1.0, sigma: float = 1.0, *, target: Target | None = None) -> Explorer:
    """Noisy copies M of every example (log), σ of the noise → least squares on them, beside ridge.

    Ranges: M 1 to 3000, σ 0.1 to 2.
    """
    controls = {
        "copies": log_slider("noisy copies", copies, low=1.0, high=float(MOST_COPIES), steps=12),
        "sigma": slider("noise σ", sigma, low=0.1, high=2.0, steps=38, tooltip="standard deviation, on every input"),
    }
    return Explorer(controls, lambda copies, sigma: noisy_copies(round(copies), sigma), CopiesPicture(), target=target)


def shift_explorer(shift: int = 0, stride: int = 1, *, target: Target | None = None) -> Explorer:
    """Shift of the curve, stride of the first convolution → what two convolutions find, and whether it moved along.

    Ranges: shift 0 to 16 positions, stride 1, 2 or 4.
    """
    controls = {
        "shift": int_slider("shift", shift, low=0, high=MOST, tooltip="how far the curve is moved to the right"),
        "stride": choice("stride", stride, {str(s): s for s in (1, 2, 4)}),
    }
    return Explorer(controls, shifted, ShiftPicture(), target=target)


def tasks_explorer(tasks: int = 1, weight: float = 1.0, related: float = 1.0, width: int = 2, n: int = 15, *,
                   target: Target | None = None) -> Explorer:
    """Number of tasks, their weight, relatedness, width of the body, examples → the error of task 1, eight times.

    Ranges: tasks 1 to 16, weight 0 to 3, relatedness 0 to 1, width 1 to 20, examples 5 to 40.
    """
    controls = {
        "tasks": int_slider("tasks", tasks, low=1, high=MOST_TASKS),
        "weight": slider("weight of the others", weight, low=0.0, high=3.0, steps=60),
        "related": slider("relatedness", related, low=0.0, high=1.0, steps=20,
                          tooltip="1: all look at the same plane of the inputs; 0: each at its own"),
        "width": int_slider("width of the body", width, low=1, high=20),
        "n": int_slider("examples of each task", n, low=5, high=40),
    }
    return Explorer(controls, toy, TasksPicture(), target=target)


def transfer_explorer(n: int = 10, source: str = SOURCES[0], *, target: Target | None = None) -> Explorer:
    """Labels of the new classes, what was learned before → from scratch, frozen, fine-tuned; a second for a new n.

    Options: n 10, 25, 50, 100, 250, 500; source five other classes, random labels, nothing.
    """
    controls = {
        "n": choice("labels of the new classes", n, {str(k): k for k in (10, 25, 50, 100, 250, 500)}),
        "source": choice("learned before", source, list(SOURCES)),
    }
    return Explorer(controls, three_ways, TransferPicture(), target=target)


# ------------------------------------------------------------------------------------------------ the trainer
def noise_trainer(wrong: float = 0.3, *, seed: int = 0, max_steps: int = 1000, **settings: Any) -> Trainer:
    """2000 pictures of clothes, a share of the labels wrong; noise on inputs, weights and labels, dropout, L2, at once.

    Built anew: the share (0 to 40 %), and whether the wrong labels are always the same. `settings` are those of
    `Trainer`.
    """
    wardrobe = Wardrobe(seed=seed)

    def smoothing(run: Run, value: float) -> None:
        wardrobe.eps = value

    controls = ["sigma", "weight_sigma", "keep", Live("lam", low=1e-6, high=0.1),
                Live("eps", slider("label smoothing ε", 0.0, low=0.0, high=0.9, steps=18), smoothing)]
    build = {"wrong": slider("wrong labels", wrong, low=0.0, high=0.4, steps=8),
             "fresh": choice("wrong labels are", False, LABELS)}
    return Trainer(lambda: noisy_mlp([196, 64, 10], seeds=seed), wardrobe.data, optimizer=SGD(0.2), controls=controls,
                   build_settings=build, augment=wardrobe.augment, view=None, size=100, eval_size=1000,
                   regularizer=lambda net: L2(1e-6, mask=net.weight_mask()), max_steps=max_steps, **settings)


guard(__name__)
