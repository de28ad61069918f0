"""What a run is given: data under several forms, and functions that take some of the cold settings."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from labkit.checks import lookup, streams
from labkit.datasets import Dataset
from labkit.network import Network


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
    return {name: pair for name, pair in data.items() if not isinstance(pair, tuple) or len(pair[0])}


def check_cold(cold: Mapping[str, Any], *users: Any) -> None:
    """Raise ValueError if there is a setting that none of the functions takes."""
    used = {name: name for user in users if callable(user) for name in inspect.signature(user).parameters}
    for name in cold:
        lookup(used, name, "Run: a cold setting that neither make nor data takes")


def call(f: Callable[..., Any], cold: Mapping[str, Any]) -> Any:
    """f with those of the settings that it takes."""
    wanted = inspect.signature(f).parameters
    return f(**{name: value for name, value in cold.items() if name in wanted})


def data_streams(net: Network) -> Any:
    """The generator that shuffles the data: of the network's seed, or one for each of its replicas."""
    generators = [streams(seed).data for seed in net.seeds]
    return generators if net.replicas else generators[0]
