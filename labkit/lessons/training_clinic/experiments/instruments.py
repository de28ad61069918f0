"""Instruments: what can be examined in a patient, what it costs, and what it reads off as named numbers."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from labkit.checks import lookup
from labkit.fits import guard
from labkit.lessons.training_clinic.experiments.examinations import (
    batch_sheet,
    data_sheet,
    duplicates,
    neighbours,
    predictions,
    report_card,
)
from labkit.lessons.training_clinic.experiments.patients import Patient, patient
from labkit.lessons.training_clinic.experiments.probing import (
    gradient_check,
    inside_at_the_end,
    inside_at_the_start,
    modes,
    rate_test,
    shuffled_control,
    ten_examples,
    weight_norms,
)
from labkit.lessons.training_clinic.experiments.recipe import WARDS

Array = np.ndarray
Readings = dict[str, float]
LOG, SHARE = 0.15, 0.05
"""A difference that one sees: a factor of 10^0.15 = 1.4, or five points of a hundred."""


class Instrument(NamedTuple):
    """`read(patient)` gives the named `readings`; those in `logs` are compared on a log scale. `price` is the cost."""

    price: int
    tells: str
    read: Callable[[Patient], Readings]
    readings: tuple[str, ...]
    logs: tuple[str, ...] = ()


def loss_curve(p: Patient) -> Readings:
    """The loss of the batches at five places."""
    at = {"at the start": p.loss[0], "after 10": p.loss[6:15].mean(), "after 50": p.loss[40:60].mean(),
          "at the end": p.loss[-40:].mean(), "largest": p.loss.max()}
    return {name: float(value) for name, value in at.items()}


def gradients(p: Patient) -> Readings:
    """Size of the gradient of W, as it was handed to the optimizer."""
    g = p.gradients
    return {"layer 1, first update": g[0, 0], "last layer, first update": g[0, 3],
            "layer 1 / layer 3, first update": _ratio(g[0]), "layer 1 / layer 3, update 10": _ratio(g[2]),
            "layer 1, update 150": g[3, 0]}


def _ratio(g: Array) -> float:
    return float(g[0] / g[2]) if np.isfinite(g[2]) and g[2] > 0 else 1.0


def update_ratio(p: Patient) -> Readings:
    """‖change‖ / ‖weights‖ of an update."""
    r = p.ratios
    return {"layer 1, first update": r[0, 0], "layer 3, first update": r[0, 2], "layer 1, update 2": r[1, 0],
            "layer 1, update 10": r[2, 0], "layer 1, update 150": r[3, 0], "layer 3, update 290": r[4, 2]}


LOSSES = ("at the start", "after 10", "after 50", "at the end", "largest")
WEIGHTS = tuple(f"layer {i}, end / start" for i in (1, 2, 3, 4))
SPREAD = ("spread, layer 1", "spread, layer 3", "between pictures, layer 3")
INSIDE = (*SPREAD, "off or saturated, layer 1", "off or saturated, layer 3", "distance of the units")
SLOPES = ("layer 1, first update", "last layer, first update", "layer 1 / layer 3, first update",
          "layer 1 / layer 3, update 10", "layer 1, update 150")
STEPS = ("layer 1, first update", "layer 3, first update", "layer 1, update 2", "layer 1, update 10",
         "layer 1, update 150", "layer 3, update 290")
MODES = ("two evaluations differ by", "training mode differs by", "the report differs by",
         "size of outputs, train / eval")
INSTRUMENTS: Mapping[str, Instrument] = {
    "loss curve": Instrument(0, "how training went", loss_curve, LOSSES, LOSSES),
    "report card": Instrument(
        0, "what came of it", report_card, ("training accuracy", "validation accuracy", "test accuracy",
                                            "training loss", "validation loss"), ("training loss", "validation loss")),
    "predictions": Instrument(
        1, "what the network answers", predictions, ("most frequent answer", "least recognised class",
                                                     "right after renumbering", "mean confidence")),
    "data sheet": Instrument(
        1, "the pictures in numbers", data_sheet, (
            "mean of the pixels", "std of the pixels", "largest std of a pixel", "largest value, test / training",
            "mean, test − training", "pixel by pixel alike", "training pictures", "rarest class"),
        ("std of the pixels", "largest std of a pixel", "largest value, test / training", "training pictures")),
    "duplicates": Instrument(1, "is a test picture among the training pictures?", duplicates,
                             ("test pictures in training",)),
    "a batch": Instrument(1, "what one update sees", batch_sheet, ("pictures", "classes of ten"), ("pictures",)),
    "weights": Instrument(1, "how far the weights have come", weight_norms, WEIGHTS, WEIGHTS),
    "train against evaluation": Instrument(1, "is the judged network the trained one?", modes, MODES, MODES),
    "neighbours": Instrument(2, "do similar pictures have the same label?", neighbours,
                             ("training label", "validation label")),
    "inside, at the start": Instrument(2, "the signal in the fresh network", inside_at_the_start, INSIDE, SPREAD),
    "inside, at the end": Instrument(2, "the signal in the trained network", inside_at_the_end, INSIDE, SPREAD),
    "gradients": Instrument(2, "what the optimizer is given", gradients, SLOPES, SLOPES),
    "update ratio": Instrument(2, "how far a step goes", update_ratio, STEPS, STEPS),
    "gradient check": Instrument(
        3, "does backward say what the loss does?", gradient_check, ("smallest ratio", "largest ratio",
                                                                    "at the second call"),
        ("largest ratio", "at the second call")),
    "ten examples": Instrument(3, "can it learn ten pictures by heart?", ten_examples,
                               ("loss after 100 updates", "accuracy"), ("loss after 100 updates",)),
    "rate test": Instrument(3, "would another rate be better?", rate_test, ("best multiple", "loss at the best"),
                            ("best multiple", "loss at the best")),
    "shuffled control": Instrument(3, "the same training on shuffled labels", shuffled_control,
                                   ("training accuracy", "loss at the end"), ("loss at the end",)),
}
HISTORY = ("loss curve", "report card")
"""What comes with the patient and costs nothing."""


def examine(name: str, p: Patient) -> Readings:
    """The readings of one instrument; what is not finite is given as ±1e9."""
    with np.errstate(all="ignore"):
        found = lookup(INSTRUMENTS, name, "examine: instrument").read(p)
    return {reading: float(np.clip(np.nan_to_num(value, nan=1e9, posinf=1e9, neginf=-1e9), -1e9, 1e9))
            for reading, value in found.items()}


def visible(name: str, readings: Readings) -> Array:
    """Readings in steps that one sees: (readings,); logarithms of those that want it, from 1e-9 to 1e9."""
    logs = INSTRUMENTS[name].logs
    return np.array([math.log10(max(abs(value), 1e-9)) / LOG if reading in logs else min(max(value, -9), 9) / SHARE
                     for reading, value in readings.items()])


def in_units(name: str, readings: Sequence[str], steps: Array) -> Array:
    """Visible steps (…, readings) as the readings that they stand for: the inverse of `visible`."""
    logs = [reading in INSTRUMENTS[name].logs for reading in readings]
    return np.where(logs, 10 ** np.where(logs, steps * LOG, 0.0), steps * SHARE)


def healthy_patient(ward: str, seed: int) -> Patient:
    """A patient without any disease."""
    return patient(lookup(WARDS, ward, "healthy_patient: ward"), seed)


guard(__name__)
