"""Under strangers' hands: every public name is called with one strange argument at a time; it is right or says no.

The names are found by looking, so a new one is tried unasked; it needs nothing here unless a required parameter has a
name that none had before. Right: finite results for finite arguments. No: ValueError or TypeError in the name of a
public function or class. A bare error of NumPy or Python, a warning, a hang or a silent NaN is neither.
"""

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import labkit as lk
from tests.strangers.harness import Case, generator, parameters, strangers

ROOMS = ["labkit", *(f"labkit.{room}" for room in
                     ("augment", "datasets", "ensemble", "probes", "schedules", "theory", "regularizers", "optimizers",
                      "layers", "convolution", "preprocess", "training", "network"))]

# ------------------------------------------------------------------------------------------------ what is public
ABSTRACT = {lk.layers.Layer, lk.optimizers.Optimizer, lk.preprocess.Preprocessor, lk.training.Regularizer,
            lk.regularizers.Regularizer}


def public(room: str) -> dict[str, Callable]:
    """The functions and classes of a room: those it lists, or those it defines without an underscore."""
    module = import_module(room)
    names = getattr(module, "__all__", None) or [n for n, v in vars(module).items() if not n.startswith("_")
                                                 and getattr(v, "__module__", "") == room]
    found = {name: getattr(module, name) for name in names}
    return {name: f for name, f in found.items() if callable(f) and not isinstance(f, ModuleType)
            and not (isinstance(f, type) and (issubclass(f, tuple | Exception) or f in ABSTRACT))}


FUNCTIONS = {f"{room.removeprefix('labkit.')}.{name}".removeprefix("labkit."): f for room in ROOMS
             for name, f in public(room).items()}
FUNCTIONS = {min(n for n, g in FUNCTIONS.items() if g is f): f for f in FUNCTIONS.values()}
CLASSES = {name: c for name, c in FUNCTIONS.items() if isinstance(c, type)}
METHODS = {f"{name}.{method}": (name, method) for name, c in CLASSES.items()
           for method, f in inspect.getmembers(c, callable) if not method.startswith(("_", "plain_"))}

# ------------------------------------------------------------------------------------------------ a valid call of each
X = generator().random((6, 4)).astype(np.float32)
Y = np.arange(6) % 3
PHOTOS = generator().random((6, 7, 8, 3)).astype(np.float32)


def net(**settings: Any) -> lk.Network:
    return lk.mlp([4, 5, 3], **settings)


EXAMPLES: dict[str, Callable[[], Any]] = {
    "rng": generator, "x": X.copy, "y": Y.copy, "labels": Y.copy, "net": net, "loss": lambda: lk.softmax_cross_entropy,
    "logits": generator().random((6, 3)).copy, "opt": lambda: lk.SGD(0.1), "sizes": lambda: [4, 5, 3],
    "batches": lambda: lk.Batches(X, Y, size=4, rng=generator()), "layers": lambda: [lk.Linear(4, 3)],
    "n": lambda: 10, "n_in": lambda: 4, "n_out": lambda: 3, "seed": lambda: 0, "shape": lambda: (4, 3),
    "lr": lambda: 0.1,
    "std": lambda: 0.5, "keep": lambda: 0.5, "patience": lambda: 2, "total": lambda: 10, "lam": lambda: 0.1,
    "theta": np.linspace(-1, 1, 5).copy, "grad": np.linspace(0, 1, 5).copy, "t": lambda: 0.5,
    "step": lambda: 0.1,
    "indices": np.array([0, 0, 3, 1]).copy, "predictions": generator().random((3, 6)).copy, "k": lambda: 2,
    "left_out": lambda: np.ones((3, 6), bool), "errors": generator().random((3, 6)).copy, "v": lambda: 1.0,
    "c": lambda: 0.5, "probabilities": lambda: np.full((3, 6, 2), 0.5), "activation": lambda: "relu", "q": lambda: 1.0,
    "weight_std": lambda: 0.5, "width": lambda: 4, "depth": lambda: 2, "gradient": lambda: lambda theta: 2 * theta,
    "curvature": lambda: 2.0, "a": X.copy, "h": X.copy, "slope": X.copy, "before": X.copy, "after": X.copy,
    "low": lambda: -1.0, "high": lambda: 1.0, "bins": lambda: 4, "batch": lambda: 6, "upstream": X.copy,
    "Z": generator().random((2, 4, 4)).astype(np.float32).copy, "value": lambda: 1.0, "f": lambda: np.square,
    "flow": lambda: lk.probes.propagate(X, np.ones((2, 4, 4), np.float32), 0.5, "tanh", upstream=X),
    "steps": lambda: [0, 5], "values": lambda: [1.0, 0.0], "then": lambda: lk.cosine(10), "share": lambda: 0.3,
    "n_classes": lambda: 3, "size": lambda: 5, "transform": lambda: lk.augment.compose(("rotate", 15)),
    "kernel": np.eye(3).copy, "rgb": PHOTOS.copy, "hsl": PHOTOS.copy, "sign": lambda: 1,
    "targets": generator().random((6, 3)).copy, "target": generator().random((6, 3)).copy, "n_test": lambda: 10,
    "z": X.copy, "dy": generator().random((6, 3)).copy, "snapshot": lambda: net().snapshot(), "path": lambda: "net",
    "life": object,
    "rows": lambda: np.full((6, 2, 2), 1.5), "columns": lambda: np.full((6, 2, 2), 2.5), "train": lambda: False,
    "init": lambda: [generator()], "dropout": lambda: [generator()], "W": lambda: np.zeros((4, 3)),
    "d": X.copy, "score": lambda: 0.5,
    "eps": lambda: 0.01, "alpha": lambda: 0.5, "p": lambda: 0.5, "limit": lambda: 0.5,
}
SPECIAL: dict[str, dict[str, Callable[[], Any]]] = {
    "lasso": {"y": X[:, 0].copy}, "ridge": {"y": X[:, 0].copy}, "smooth": {"width": lambda: 1.0},
    "hard_vote": {"labels": np.array([[0, 2], [1, 2], [1, 0]]).copy}, "warm_up": {"steps": lambda: 3},
    "check_gradient": {"net": partial(net, dtype=float)}, "roll": {"x": X.copy}, "mixup": {"y": lambda: np.eye(3)[Y]},
    "multi_scale": {"size": lambda: 5, "shortest": lambda: (7, 9)}, "mean_squared_error": {"y": X[:, :3].copy},
    "scale_crop": {"shortest": lambda: (7, 9), "size": lambda: 5}, "fashion_mnist": {"n_train": lambda: 10},
    "photo_patches": {"n_train": lambda: 10, "n_val": lambda: 10, "n_test": lambda: 10},
    "batch_hook": {"shape": lambda: (7, 8, 3)}, "BatchNorm1d": {"length": lambda: 3, "c": lambda: 2},
    "MeanPool1d": {"length": lambda: 3, "c": lambda: 2}, "load": {"path": lambda: net().save("net")},
    "Conv1d": {"length": lambda: 6, "c_in": lambda: 1, "c_out": lambda: 2, "k": lambda: 3},
    "check_network": {"owner": lambda: "check_network"}, "reliability": {"p": lambda: np.full((6, 3), 1 / 3)},
    "Local1d": {"length": lambda: 6, "c_in": lambda: 1, "c_out": lambda: 2, "k": lambda: 3},
}
IMAGES = {"blur", "sharpen", "cutout", "apply_filter", "resize", "smooth", "sample", "warp", "random_warp", "rotate",
          "shear", "stretch", "translate", "lens_distortion", "horizontal_flip", "vertical_flip", "random_crop",
          "scale_crop",
          "zoom_crop", "ten_crop", "multi_scale", "colour_jitter", "pca_colour", "principal_colours"}


def example(name: str, f: Callable) -> dict[str, Any]:
    """The required arguments of a valid call, and those that make it short."""
    own = dict(SPECIAL.get(name.rpartition(".")[2], {}))
    if name.rpartition(".")[2] in IMAGES:
        own["x"] = PHOTOS.copy
    wanted = [p.name for p in parameters(f) if p.default is p.empty or p.name in own]
    return {p: own.get(p, EXAMPLES.get(p))() for p in wanted}


MAY_BE_NAN = {"ensemble.out_of_bag_average", "ensemble.reliability", "probes.update_ratio", "probes.rms",
              "probes.spread", "probes.std"}
"""Their docstrings say when."""


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    """Whoever writes a file writes it there."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_does_it_right_or_says_no(name):
    found = Case(name, FUNCTIONS[name], partial(example, name, FUNCTIONS[name]), nan=name in MAY_BE_NAN).complaints()
    assert not found, "\n".join(found)


def made(name: str) -> Any:
    """An object of a public class, fitted if it can be, and in a network if it belongs there."""
    thing = CLASSES[name](**example(name, CLASSES[name]))
    if isinstance(thing, lk.layers.Layer):
        n_in = getattr(thing, "n_in", getattr(thing, "n", 4))
        made.network = lk.Network([lk.Linear(4, n_in), thing])
        made.network.forward(X, train=True)
    if isinstance(thing, lk.Network):
        thing.forward(X, train=True)
    if isinstance(thing, lk.EarlyStopping):
        thing.update(1.0, net())
    return thing.fit(X) if hasattr(thing, "fit") else thing


def of_an_object(name: str) -> dict[str, Any]:
    """The example of a method; a layer takes arrays of its own size."""
    owner, method = METHODS[name]
    thing = made(owner)
    found = example(name, getattr(thing, method))
    if name == "Network.restore":
        found = {"snapshot": thing.snapshot()}
    if isinstance(thing, lk.layers.Layer):
        x = np.zeros((6, getattr(thing, "n_in", getattr(thing, "n", 4))), np.float32)
        sizes = {"x": x, "dy": thing.forward(x), "d": None, "W": None}
        if hasattr(thing, "windows"):
            sizes["d"] = np.array(thing.windows(x))
            sizes["W"] = np.zeros(thing.shapes["W"][-2:])
        elif "W" in thing.shapes:
            sizes["W"] = np.zeros(thing.shapes["W"])
        found |= {p: sizes[p] for p in found if sizes.get(p) is not None}
    return found


@pytest.mark.parametrize("name", METHODS)
def test_a_method_does_it_right_or_says_no(name):
    owner, method = METHODS[name]
    found = Case(name, lambda **arguments: getattr(made(owner), method)(**arguments), partial(of_an_object, name),
                 signed=getattr(made(owner), method), also=ancestors(owner), nan=name in MAY_BE_NAN).complaints()
    assert not found, "\n".join(found)


def ancestors(owner: str) -> set[str]:
    """Whose name a refusal may bear: that of the class, of its bases, of its network, and what it calls itself."""
    return {c.__name__ for c in CLASSES[owner].__mro__} | {"Network", "Linear", str(made(owner))}


def test_the_zoo_is_large_and_new_names_are_found():
    assert len(FUNCTIONS) > 80 and len(list(strangers(X))) >= 50
    assert isinstance(FUNCTIONS, Mapping) and {"softmax", "augment.rotate", "theory.variance_profile"} <= set(FUNCTIONS)
    assert {"Linear.forward", "Adam.step", "BatchNorm.backward"} <= set(METHODS)
