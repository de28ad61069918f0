"""A greedy tree: ask at every point what tells most apart for its price. It knows no mechanism, only numbers."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np

from labkit.fits import guard
from labkit.lessons.training_clinic.experiments.instruments import INSTRUMENTS, examine, visible
from labkit.lessons.training_clinic.experiments.patients import Patient
from labkit.lessons.training_clinic.experiments.protocol import Verdict
from labkit.lessons.training_clinic.experiments.signs import columns, measured, names_of

Array = np.ndarray
WIDE = (3.0, 1.0, 0.0)
RETRAINS = ("ten examples", "rate test", "shuffled control")


class Node(NamedTuple):
    """Below the cut in a reading of an instrument, or above it; the ends of the tree are names."""

    instrument: str
    reading: str
    cut: float
    below: "Node | str"
    above: "Node | str"


@cache
def tree(ward: str) -> "Node | str":
    """The greedy tree of a ward, grown on what was measured."""
    return grow({name: measured()[name] for name in names_of(ward)})


def grow(rows: Mapping[str, Array], bought: frozenset[str] = frozenset()) -> "Node | str":
    """Split patients, name → (n, readings), until each part has one name, or nothing tells them apart.

    A cut runs through a gap that is as wide as possible: three visible steps, or one, or any.
    """
    names = np.concatenate([[name] * len(values) for name, values in rows.items()])
    values = np.concatenate(list(rows.values()))
    return _grow(values, names, bought)


def _grow(values: Array, names: Array, bought: frozenset[str]) -> "Node | str":
    kinds, counts = np.unique(names, return_counts=True)
    common = str(kinds[counts.argmax()])
    if len(kinds) == 1:
        return common
    for wide in WIDE:
        found = [(*_best_cut(values[:, i], names, wide), i) for i in range(values.shape[1])
                 if columns()[i][0] not in RETRAINS]
        worth = [gain / (1 + _price(columns()[i][0], bought)) for gain, _, i in found]
        gain, cut, i = found[int(np.argmax(worth))]
        if gain > 0.01:
            instrument, reading = columns()[i]
            low, more = values[:, i] < cut, bought | {instrument}
            return Node(instrument, reading, cut, _grow(values[low], names[low], more),
                        _grow(values[~low], names[~low], more))
    return common


def _price(instrument: str, bought: frozenset[str]) -> int:
    return 0 if instrument in bought else INSTRUMENTS[instrument].price


def _best_cut(column: Array, names: Array, wide: float) -> tuple[float, float]:
    """The largest information gain of a cut amid a gap of more than `wide`, and the cut; 0 if there is no such gap."""
    order = np.argsort(column, kind="stable")
    sorted_values, best = column[order], (0.0, 0.0)
    _, number = np.unique(names, return_inverse=True)
    below = np.cumsum(np.eye(number.max() + 1)[number[order]], axis=0)  # (n, kinds)
    for k in np.flatnonzero(np.diff(sorted_values) > wide):
        rest = below[-1] - below[k]
        gain = _entropy(below[-1]) - ((k + 1) * _entropy(below[k]) + rest.sum() * _entropy(rest)) / len(column)
        best = max(best, (gain, float(sorted_values[k] + sorted_values[k + 1]) / 2))
    return best


def _entropy(counts: Array) -> float:
    share = counts[counts > 0] / counts.sum()
    return -float((share * np.log(share)).sum())


def descend(p: Patient, ward: str) -> Verdict:
    """Ask the tree about a patient of a ward."""
    node, used = tree(ward), {name: visible(name, examine(name, p)) for name in ("loss curve", "report card")}
    while isinstance(node, Node):
        if node.instrument not in used:
            used[node.instrument] = visible(node.instrument, examine(node.instrument, p))
        place = [reading for which, reading in columns() if which == node.instrument].index(node.reading)
        node = node.below if used[node.instrument][place] < node.cut else node.above
    return Verdict(node, list(used), sum(INSTRUMENTS[name].price for name in used))


def depth(node: "Node | str") -> int:
    """The most questions that a tree asks.

    >>> depth("one leaf")
    0
    """
    return 1 + max(depth(node.below), depth(node.above)) if isinstance(node, Node) else 0


guard(__name__)
