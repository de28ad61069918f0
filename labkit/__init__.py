"""labkit: the laboratory of the course. A network, its training and the theory of both, in readable NumPy.

`import labkit as lk` gives the numerical core. Figures (`labkit.figures`), controls (`labkit.widgets`) and the checks
of the exercises (`labkit.exercises`) are imported by name.
"""

import sys
from importlib import import_module
from typing import Any

from labkit.activations import (
    ACTIVATIONS,
    Activation,
    elu,
    exponential_linear,
    gelu,
    identity,
    leaky,
    leaky_relu,
    relu,
    sigmoid,
    silu,
    tanh,
)
from labkit.checks import Streams, streams
from labkit.initializers import (
    INITIALIZERS,
    constant,
    he_normal,
    he_uniform,
    lecun_normal,
    normal,
    orthogonal,
    uniform,
    xavier_normal,
    xavier_uniform,
    zeros,
)
from labkit.layers import BatchNorm, Dropout, Elementwise, Layer, Linear
from labkit.losses import LOSSES, mean_squared_error, sigmoid_cross_entropy, softmax, softmax_cross_entropy
from labkit.network import Network, Snapshot, load, mlp
from labkit.optimizers import OPTIMIZERS, SGD, AdaGrad, Adam, AdamW, Optimizer, RMSProp
from labkit.training import Batches, EarlyStopping, Evaluation, Step, evaluate, train

if not all("utf" in (getattr(stream, "encoding", None) or "utf-8").lower() for stream in (sys.stdout, sys.stderr)):
    import_module("labkit.consoles").degrade_gracefully()

__all__ = [
    "ACTIVATIONS",
    "INITIALIZERS",
    "L1",
    "L2",
    "LAYERS",
    "LOSSES",
    "OPTIMIZERS",
    "PCA",
    "REGULARIZERS",
    "SCHEDULES",
    "SGD",
    "Activation",
    "AdaGrad",
    "Adam",
    "AdamW",
    "BatchNorm",
    "BatchNorm1d",
    "Batches",
    "Conv1d",
    "Dropout",
    "EarlyStopping",
    "Elastic",
    "Elementwise",
    "Evaluation",
    "Layer",
    "Linear",
    "Local1d",
    "MeanPool1d",
    "Network",
    "Optimizer",
    "RMSProp",
    "Snapshot",
    "Standardizer",
    "Step",
    "Streams",
    "Whitener",
    "augment",
    "check_gradient",
    "constant",
    "cosine",
    "datasets",
    "elu",
    "ensemble",
    "evaluate",
    "exponential",
    "exponential_linear",
    "gelu",
    "he_normal",
    "he_uniform",
    "identity",
    "leaky",
    "leaky_relu",
    "lecun_normal",
    "load",
    "mean_squared_error",
    "mlp",
    "normal",
    "one_cycle",
    "orthogonal",
    "probes",
    "relu",
    "schedules",
    "sigmoid",
    "sigmoid_cross_entropy",
    "silu",
    "soft_threshold",
    "softmax",
    "softmax_cross_entropy",
    "step_decay",
    "streams",
    "tanh",
    "theory",
    "train",
    "uniform",
    "warm_up",
    "xavier_normal",
    "xavier_uniform",
    "zeros",
]

_ROOMS = ("augment", "datasets", "ensemble", "probes", "schedules", "theory")
_FROM_ROOMS = {
    "BatchNorm1d": "convolution", "Conv1d": "convolution", "LAYERS": "convolution", "Local1d": "convolution",
    "MeanPool1d": "convolution", "check_gradient": "gradcheck", "PCA": "preprocess", "Standardizer": "preprocess",
    "Whitener": "preprocess", "Elastic": "regularizers", "L1": "regularizers", "L2": "regularizers",
    "REGULARIZERS": "regularizers", "soft_threshold": "regularizers", "SCHEDULES": "schedules", "cosine": "schedules",
    "exponential": "schedules", "one_cycle": "schedules", "step_decay": "schedules", "warm_up": "schedules",
}


def __getattr__(name: str) -> Any:
    """The core is loaded at once; the other rooms, and what comes from them, when they are used: programs need few."""
    if name in _ROOMS or name in _FROM_ROOMS.values():
        return import_module(f"labkit.{name}")
    if name in _FROM_ROOMS:
        globals()[name] = getattr(import_module(f"labkit.{_FROM_ROOMS[name]}"), name)
        return globals()[name]
    raise AttributeError(f"module 'labkit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
