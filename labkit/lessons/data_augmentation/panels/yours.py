"""The student's own crop, cutout and mixup: a contact sheet that they make, and a network that they train."""

from collections.abc import Callable
from typing import Any

from labkit.checks import streams
from labkit.datasets import Dataset, photo_credits
from labkit.fits import guard
from labkit.lessons.data_augmentation.exercises.crop import random_crop
from labkit.lessons.data_augmentation.exercises.cutout import cutout
from labkit.lessons.data_augmentation.exercises.mixup import mixup
from labkit.lessons.data_augmentation.experiments import (
    AugmentedBatch,
    augmenter,
    own_mixtures,
    own_versions,
    shown_photos,
    two_ways,
)
from labkit.lessons.data_augmentation.figures import ContactSheet
from labkit.lessons.data_augmentation.panels.photos import Sheet
from labkit.network import mlp
from labkit.optimizers import Adam
from labkit.runs import Run
from labkit.widgets.controls import choice, int_slider, slider
from labkit.widgets.live import Live
from labkit.widgets.trainer import Trainer
from labkit.widgets.yours import PAIR, DrivenTrainer, driven

Make = Callable[..., AugmentedBatch]


@driven
def your_crop(f: Callable[..., Any], photo: str = "coffee", padding: int = 40) -> Sheet:
    """Padding 0 to 80, and the draw → a photograph and seven versions by the student's x′ = f(x, padding, rng)."""
    return _sheet(_whole(f, "shift"), _whole(random_crop, "shift"), photo,
                  int_slider("padding", padding, low=0, high=80, tooltip="pixels on every side"))


@driven
def your_cutout(f: Callable[..., Any], photo: str = "coffee", size: int = 61) -> Sheet:
    """Size 1 to 121, odd, and the draw → a photograph and seven versions by the student's x′ = f(x, size, rng)."""
    return _sheet(_whole(f, "cutout"), _whole(cutout, "cutout"), photo,
                  slider("size", size, low=1, high=121, steps=60, unit="px", tooltip="side of the square"))


@driven
def your_mixup(f: Callable[..., Any], photo: str = "coffee", mix: float = 0.5) -> Sheet:
    """Largest share of the partner, and the draw → seven mixtures by the student's x̃, ỹ = f(x, y, m, partner)."""
    def by(rule: Callable[..., Any]) -> Make:
        return lambda photo, strength, draw: own_mixtures(rule, photo, strength, draw=draw)

    return _sheet(by(f), by(mixup), photo, slider("mix, up to", mix, low=0, high=1, tooltip="share of the partner"))


def _whole(f: Callable[..., Any], called: str) -> Make:
    return lambda photo, strength, draw: own_versions(f, photo, round(strength), called, draw=draw)


def _sheet(yours: Make, labkits: Make, photo: str, strength: Any) -> Sheet:
    """The student's versions; what an error leaves on the screen are those of labkit's function."""
    controls = {"photo": choice("photo", photo, list(shown_photos())), "strength": strength,
                "draw": int_slider("draw", 1, low=1, high=20, tooltip="other random numbers")}
    start = labkits(photo, strength.value, 1)
    return Sheet(controls, yours, ContactSheet(start, photo_credits()), start=start)


@driven
def your_training(f: Callable[..., Any], *, data: Dataset, padding: int = 3, hidden: tuple[int, ...] = (64,),
                  shape: tuple[int, int] = (28, 28), max_steps: int = 600, **settings: Any) -> Trainer:
    """Two equal networks whose pictures are cropped anew at every use: by labkit's function, and by the student's.

    They are watched on validation pictures that are shifted by up to three pixels. Padding 0 to 6.
    """
    now = [padding]

    def turn(run: Run, value: int) -> None:
        now[0] = value

    def augment(rng: Any) -> Callable[..., Any]:
        return two_ways(random_crop, f, lambda: now[0], shape, rng)

    shifted = augmenter({"shift": 3}, shape)(streams(0).noise, data.x_val), data.y_val
    knob = Live("padding", apply=turn, widget=int_slider("padding", padding, low=0, high=6))
    return DrivenTrainer(lambda: mlp([data.x_train.shape[1], *hidden, 10], seed=[0, 0]), optimizer=Adam(2e-3),
                         data={"train": (data.x_train, data.y_train), "shifted": shifted}, controls=[knob], view=None,
                         instruments=(), augment=augment, size=100, max_steps=max_steps, eval_size=1000, names=PAIR,
                         preview=max_steps, **settings)


guard(__name__)
