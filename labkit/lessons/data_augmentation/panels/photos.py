"""The panels of notebook 09: the darkroom, and a network that is trained on pictures changed at random."""

from collections.abc import Callable
from typing import Any

import ipywidgets as W
import numpy as np

from labkit.checks import lookup, streams
from labkit.datasets import PATCH_CLASSES, Dataset, photo_credits, photos
from labkit.fits import guard
from labkit.lessons.data_augmentation.experiments import KNOBS, STRENGTHS, AugmentedBatch, Augmenter, augmenter
from labkit.lessons.data_augmentation.figures import ContactSheet, Seen
from labkit.network import mlp
from labkit.optimizers import Adam
from labkit.runs import Run
from labkit.widgets.controls import choice, int_slider, slider
from labkit.widgets.explorer import Explorer, Target
from labkit.widgets.gauges import Gauge
from labkit.widgets.live import Live
from labkit.widgets.panel import TYPE
from labkit.widgets.sliders import Slider
from labkit.widgets.trainer import Trainer

Array = np.ndarray
GROUPS = {
    "Place": ("mirror", "upside_down", "crop", "shift", "rotate"),
    "Colour": ("hue", "saturation", "lightness", "pca_colour"),
    "Cover and mix": ("cutout", "mix"),
    "Shape": ("stretch", "shear", "lens"),
    "Sharpness": ("blur", "sharpen", "noise"),
}
COLUMNS = (("Place",), ("Colour",), ("Shape", "Cover and mix"), ("Sharpness",))
LABELS = {"upside_down": "upside down", "pca_colour": "PCA colour σ", "mirror": "mirror p", "noise": "noise σ",
          "lens": "lens bend", "mix": "mix, up to"}
RECIPES: dict[str, dict[str, float]] = {
    "as taken": {},
    "mirror and crop": {"mirror": 0.5, "crop": 0.6},
    "AlexNet 2012": {"mirror": 0.5, "crop": 0.14, "pca_colour": 0.1},
    "a careless photographer": {"mirror": 0.5, "crop": 0.3, "rotate": 20, "shear": 10, "lens": 0.15, "hue": 20,
                                "saturation": 0.4, "lightness": 0.15},
    "bad weather": {"lightness": 0.3, "pca_colour": 0.8, "blur": 2.5, "noise": 0.1},
    "cutout": {"mirror": 0.5, "cutout": 80},
    "mixup": {"mirror": 0.5, "mix": 0.5},
    "too much": {"upside_down": 0.5, "crop": 2, "rotate": 180, "hue": 180, "pca_colour": 2.5, "cutout": 100},
}
"""Strengths that go together, by name."""
OWN = "your own"


# ------------------------------------------------------------------------------------------------ the darkroom
class Sheet(Explorer):
    """An explorer whose picture is a contact sheet of photographs."""

    def _encoded(self) -> bytes:
        self._image.format = "jpeg"
        return self.picture.jpeg()


class PhotoExplorer(Sheet):
    """The controls of a darkroom in four columns above the contact sheet, and a menu of `RECIPES` above them."""

    _applying = False

    def arrange(self, recipe: str) -> None:
        """Put the menus in the first row and the strengths, by what they change, in four columns below."""
        self.recipe = choice("recipe", recipe, [*RECIPES, OWN], tooltip="sets all strengths at once")
        self.recipe.observe(lambda change: self.apply_preset(change["new"]), "value")
        for name in STRENGTHS:
            self.controls[name].observe(self._by_hand, "value")
        columns = [W.VBox([part for group in column
                           for part in (_heading(group), *(self.controls[name] for name in GROUPS[group]))])
                   for column in COLUMNS]
        top = [self.controls["photo"], self.recipe, self.controls["draw"], self.controls["border"]]
        grid = W.GridBox(columns, layout=W.Layout(grid_template_columns="repeat(4, 1fr)", grid_gap="0 1em",
                                                  flex="0 0 auto"))
        self._row.children = top
        self.children = (self._row, grid, *self.children[1:])

    def apply_preset(self, recipe: str) -> None:
        """Set every strength as the recipe says, those that it leaves out to 0."""
        if recipe == OWN:
            return
        wanted, self._applying = lookup(RECIPES, recipe, "recipe"), True
        try:
            self.set(**{name: wanted.get(name, 0) for name in STRENGTHS})
        finally:
            self._applying = False

    def _by_hand(self, change: Any) -> None:
        """Once a strength has been turned by hand, the menu no longer names the recipe."""
        if not self._applying:
            used = {name: self.controls[name].value for name in STRENGTHS if self.controls[name].value}
            self.recipe.value = next((name for name, recipe in RECIPES.items() if recipe == used), OWN)


def _heading(text: str) -> W.HTML:
    return W.HTML(f'<div style="{TYPE}"><b>{text}</b></div>')


def _strength(name: str, value: float) -> W.ValueWidget | Slider:
    low, high = STRENGTHS[name].range.low, STRENGTHS[name].range.high
    return slider(LABELS.get(name, name), value, low=low, high=high, unit=STRENGTHS[name].unit,
                  tooltip=f"{LABELS.get(name, name)}: 0 switches it off").narrow()


def photo_explorer(photo: str = "coffee", recipe: str = "a careless photographer", *, n: int = 7,
                   target: Target | None = None) -> PhotoExplorer:
    """A photograph and a strength for every transform → the photograph and n random versions of it.

    The random numbers stay the same while a strength is turned, until `draw` asks for others.
    """
    shown = {name: picture for name, picture in photos().items() if name in PATCH_CLASSES}
    rooms = {border: Augmenter(shown, n=n, border=border) for border in ("reflect", "zero", "edge")}
    start = lookup(RECIPES, recipe, "recipe")
    controls = {
        "photo": choice("photo", photo, list(shown)),
        "draw": int_slider("draw", 1, low=1, high=20, tooltip="other random numbers at the same strengths"),
        "border": choice("beyond the border", "reflect", {"mirror image": "reflect", "black": "zero",
                                                         "last pixel": "edge"}),
        **{name: _strength(name, start.get(name, 0)) for name in STRENGTHS},
    }

    def compute(photo: str, draw: int, border: str, **strengths: float) -> AugmentedBatch:
        return rooms[border].apply(photo, strengths, draw=draw)

    sheet = ContactSheet(rooms["reflect"].apply(photo, start), photo_credits())
    panel = PhotoExplorer(controls, compute, sheet, target=target)
    panel.arrange(recipe)
    return panel


# ------------------------------------------------------------------------------------------------ training
def augmentation_trainer(data: Dataset, *, hidden: tuple[int, ...] = (128, 64), shape: tuple[int, int] = (28, 28),
                         pixels: int = 3, seed: int = 0, max_steps: int = 3000, **settings: Any) -> Trainer:
    """A network trained on pictures that are changed anew at every use; the strengths act on the very next batch.

    It is watched on the validation pictures as they are ("clean"), and mirrored with probability ½ and shifted by up to
    `pixels` ("shifted"). All strengths start at 0; `settings` are those of `Trainer`.
    """
    strengths = dict.fromkeys(KNOBS, 0.0)
    change = augmenter(strengths, shape)

    def live(name: str) -> Live:
        def turn(run: Run, value: float) -> None:
            strengths[name] = value

        _, label, end, unit = KNOBS[name]
        steps = int(end) if unit == "pixels" else 100
        return Live(name, apply=turn, widget=slider(label, 0.0, low=0.0, high=float(end), unit=unit, steps=steps))

    def augment(rng: np.random.Generator) -> Callable[[Array, Array], tuple[Array, Array]]:
        return lambda x, y: (change(rng, x), y)

    def seen(run: Run) -> Array:
        return change(streams(seed).augment, run.x[:9]).reshape(-1, *shape)

    shifted = augmenter({"shift": pixels, "mirror": 0.5}, shape)(streams(seed).noise, data.x_val), data.y_val
    sets = {"train": (data.x_train, data.y_train), "clean": (data.x_val, data.y_val), "shifted": shifted}
    return Trainer(lambda: mlp([data.x_train.shape[1], *hidden, 10], seed=seed), sets, optimizer=Adam(2e-3),
                   controls=[live(name) for name in KNOBS], view=Gauge("seen", seen, Seen), instruments=(),
                   augment=augment, size=100, max_steps=max_steps, eval_size=1000, **settings)


guard(__name__)
