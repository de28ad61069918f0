"""What a run is given: data in several forms, and parts of the wrong kind refused before anything starts."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from labkit.checks import check_type, lookup, streams
from labkit.datasets import Dataset
from labkit.doors import misfit
from labkit.network import Network
from labkit.optimizers import Optimizer
from labkit.targets import check_pairs
from labkit.training import Regularizer


# ------------------------------------------------------------------------------------------------ data
def named_sets(data: Any) -> dict[str, Any]:
    """A `Dataset`, a pair (x, y) or a mapping as name → pair, or function of the network; the first is a pair.

    >>> import numpy as np
    >>> list(named_sets((np.zeros((3, 2)), np.zeros(3, int))))
    ['train']
    """
    if isinstance(data, Dataset):
        data = {"train": (data.x_train, data.y_train), "validation": (data.x_val, data.y_val)}
    elif isinstance(data, tuple) and len(data) == 2:
        data = {"train": data}
    if not isinstance(data, Mapping) or not isinstance(next(iter(data.values()), None), tuple):
        raise TypeError(f"Run: data is {type(data).__name__}; expected a Dataset, a pair (x, y), or names with pairs, "
                        "of which the first is trained on.")
    for name, pair in data.items():
        if not (callable(pair) or (isinstance(pair, tuple) and len(pair) == 2)):
            raise TypeError(f"Run: the data set {name!r} is {type(pair).__name__}; expected a pair (x, y), or a "
                            "function network → Evaluation.")
    return {name: check_pairs(f"Run: the data set {name!r}", *pair) if isinstance(pair, tuple) else pair
            for name, pair in data.items() if not isinstance(pair, tuple) or np.size(pair[0])}


def data_streams(net: Network) -> Any:
    """The generator that shuffles the data: of the network's seed, or one for each of its replicas."""
    generators = [streams(seed).data for seed in net.seeds]
    return generators if net.replicas else generators[0]


# ------------------------------------------------------------------------------------------------ build settings
def check_build_settings(settings: Mapping[str, Any], users: Mapping[str, Any]) -> None:
    """Raise ValueError for a setting that none of the functions in `users` takes, or an argument that nobody gives."""
    takes = {who: inspect.signature(f).parameters for who, f in users.items() if callable(f)}
    used = {name: name for parameters in takes.values() for name in parameters}
    for name in settings:
        lookup(used, name, "Run: a build setting that neither make nor data takes")
    for who, parameters in takes.items():
        for name, parameter in parameters.items():
            open_end = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
            if name not in settings and parameter.default is parameter.empty and not open_end:
                raise ValueError(f"Run: {who} needs {name}; give it in build_settings, {{{name!r}: …}}.")


def call(f: Callable[..., Any], settings: Mapping[str, Any]) -> Any:
    """f with those of the settings that it takes."""
    wanted = inspect.signature(f).parameters
    return f(**{name: value for name, value in settings.items() if name in wanted})


# ------------------------------------------------------------------------------------------------ parts
def check_function(name: str, f: Any, arguments: str) -> Callable[..., Any]:
    """Return f; raise TypeError unless it can be called with these arguments."""
    expected = f"a function of ({arguments})"
    check_type("Run", name, f, Callable, expected)
    if why := misfit(f, *arguments.split(", ")):
        raise TypeError(f"Run: {name} must be {expected}; this one has other arguments ({why}).")
    return f


def named_optimizers(optimizer: Any) -> dict[str, Optimizer]:
    """One optimizer under the name of its class, or a mapping from names to several, as it is."""
    named = dict(optimizer) if isinstance(optimizer, Mapping) else {type(optimizer).__name__: optimizer}
    if not named:
        raise ValueError("Run: optimizer is an empty mapping; expected at least one optimizer, such as lk.SGD(0.1).")
    for opt in named.values():
        check_type("Run", "optimizer", opt, Optimizer, "an optimizer, such as lk.SGD(0.1), or names with optimizers")
    return named


def penalty_for(net: Network, regularizer: Any) -> Regularizer | None:
    """The penalty itself, or what the function makes of the network; raise TypeError if that is none."""
    made = regularizer(net) if callable(regularizer) and not isinstance(regularizer, type) else regularizer
    if made is not None and (isinstance(made, type) or not hasattr(made, "add_gradient")):
        check_type("Run", "regularizer", made, (), "a penalty, such as lk.L2(1e-4), or a function of the network")
    return made
