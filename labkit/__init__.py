"""labkit: the laboratory of the course. A network, its training and the theory of both, in readable NumPy.

`import labkit as lk` gives the numerical core. Figures (`labkit.figures`), controls (`labkit.widgets`) and the checks
of the exercises (`labkit.exercises`) are imported by name.
"""

from importlib import import_module
from types import ModuleType

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
from labkit.consoles import degrade_gracefully as _degrade_gracefully
from labkit.convolution import BatchNorm1d, Conv1d, Local1d, MeanPool1d
from labkit.gradcheck import check_gradient
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
from labkit.layers import LAYERS, BatchNorm, Dropout, Elementwise, Layer, Linear
from labkit.losses import LOSSES, mean_squared_error, sigmoid_cross_entropy, softmax, softmax_cross_entropy
from labkit.network import Network, Snapshot, load, mlp
from labkit.optimizers import OPTIMIZERS, SGD, AdaGrad, Adam, AdamW, Optimizer, RMSProp
from labkit.preprocess import PCA, Standardizer, Whitener
from labkit.regularizers import L1, L2, REGULARIZERS, Elastic, soft_threshold
from labkit.schedules import SCHEDULES, cosine, exponential, one_cycle, step_decay, warm_up
from labkit.training import Batches, EarlyStopping, Evaluation, Step, evaluate, train

_degrade_gracefully()

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


def __getattr__(name: str) -> ModuleType:
    """The rooms that are used by their name, `lk.datasets`, are loaded when that happens: most programs need few."""
    if name in _ROOMS:
        return import_module(f"labkit.{name}")
    raise AttributeError(f"module 'labkit' has no attribute {name!r}")
