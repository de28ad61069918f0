"""A trained network is worth keeping: numbers in one file, and beside them, in JSON, how the layers stood.

The file is NumPy's .npz. It is read without pickle, so a file from a stranger holds numbers and nothing that runs.
A layer is described by its class and the arguments that made it, a function by its name in a table and its parameters:
`["Elementwise", {"activation": ["leaky_relu", 0.2]}]`, `["Linear", {…, "init": ["normal", {"std": 0.05}]}]`.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from os import PathLike
from typing import Any

import numpy as np

from labkit.activations import Activation, named
from labkit.convolution import LAYERS
from labkit.initializers import INITIALIZERS
from labkit.layers import Layer

Array = np.ndarray
FORMAT = "labkit network 1"


# ------------------------------------------------------------------------------------------------ files
def npz(owner: str, path: str | PathLike[str]) -> str:
    """The path with its ending .npz; TypeError for what is no path."""
    if not isinstance(path, str | PathLike) or not os.path.basename(os.fspath(path)):
        raise TypeError(f"{owner}: path must name a file, such as \"net.npz\", got {path!r}.")
    path = os.fspath(path)
    return path if path.endswith(".npz") else path + ".npz"


def write(path: str | PathLike[str], header: Mapping[str, Any], layers: Sequence[Layer], theta: Array,
          buffers: Array) -> str:
    """Write a network to `path`, all or nothing: an earlier file is replaced only by a whole one."""
    import json

    path = npz("save", path)
    if not os.path.isdir(os.path.dirname(path) or "."):
        raise FileNotFoundError(f"save: there is no folder {os.path.dirname(path)}; make it first.")
    text = json.dumps({"format": FORMAT, "layers": [describe(layer) for layer in layers], **header})
    half_done = path + ".part"
    try:
        with open(half_done, "wb") as file:
            np.savez(file, header=np.array(text), theta=theta, buffers=buffers)
        os.replace(half_done, path)
    finally:
        if os.path.exists(half_done):
            os.remove(half_done)
    return path


@contextmanager
def read(path: str | PathLike[str]) -> Iterator[tuple[dict[str, Any], list[Layer], Array, Array]]:
    """Header, layers, θ and buffers of a file that `write` wrote.

    Raises FileNotFoundError, and ValueError for a file that is something else or damaged: also if that shows only while
    the block that makes a network of it runs.
    """
    import json
    import zipfile

    path = npz("load", path)
    if not os.path.isfile(path):
        raise FileNotFoundError(f"load: there is no file {path}.")
    try:
        if not zipfile.is_zipfile(path):
            raise ValueError("it is no .npz file")
        with np.load(path, allow_pickle=False) as data:
            header, theta, buffers = json.loads(str(data["header"])), data["theta"], data["buffers"]
        if header["format"] != FORMAT:
            raise ValueError(f"its format is {header['format']!r}, this version of labkit reads {FORMAT!r}, "
                             "another may read it")
        layers = [build(*entry) for entry in header["layers"]]
        count = sum(math.prod(s) for layer in layers for s in layer.shapes.values())
        if theta.shape[-1:] != (count,):  # before memory for the layers is asked for
            raise ValueError(f"it holds {theta.shape} numbers for layers with {count} parameters")
        yield header, layers, theta, buffers
    except Exception as error:
        raise ValueError(f"load: {path} is no network written by net.save, or it is damaged ({error}).") from None


# ------------------------------------------------------------------------------------------------ layers in JSON
def describe(layer: Layer) -> list[Any]:
    """[class, arguments] of a layer; ValueError for classes and functions that are in no table."""
    if LAYERS.get(type(layer).__name__) is not type(layer):
        raise ValueError(f"save: {layer} is a layer of your own; a file can hold only {', '.join(LAYERS)}.")
    return [type(layer).__name__, {name: _plain(layer, name, getattr(layer, name)) for name in layer.settings()}]


def build(kind: str, arguments: Mapping[str, Any]) -> Layer:
    """The layer that `describe` described."""
    return LAYERS[kind](**{name: _made(name, value) for name, value in arguments.items()})


def _plain(layer: Layer, name: str, value: Any) -> Any:
    """A setting as JSON knows it; ValueError for a function that is in no table."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if not callable(value):
        return value
    if isinstance(value, Activation):
        make, parts = value.__reduce__()
        known = make is named
    else:
        parts = getattr(getattr(value, "func", value), "__name__", ""), dict(getattr(value, "keywords", {}))
        known = INITIALIZERS.get(parts[0]) is getattr(value, "func", value) and not getattr(value, "args", ())
    if not known:
        raise ValueError(f"save: the {name} of {layer} is a function of your own, whose code a file cannot hold. Set "
                         f"layer.{name} to one that has a name in the tables, or keep the script and net.theta.")
    return list(parts)


def _made(name: str, value: Any) -> Any:
    """The setting that `_plain` wrote."""
    if name == "activation":
        return named(*value)
    if name == "init":
        called, parameters = value
        return partial(INITIALIZERS[called], **parameters) if parameters else INITIALIZERS[called]
    return np.array(value) if isinstance(value, list) else value
