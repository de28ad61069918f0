"""Dropout as an ensemble of thinned networks (`ensemble`), and a student's layer looked at from outside (`yours`)."""

from labkit.lessons.dropout.experiments.ensemble import (
    MASKS,
    SHAPES,
    Averages,
    Table,
    Thinned,
    averages,
    crossovers,
    every_mask,
    he_weights,
    probability,
    thin,
    thinned_outputs,
    two_inputs,
    weight_scaling,
)
from labkit.lessons.dropout.experiments.yours import OwnDropout, PairedDropout, own_dropout, pair

__all__ = ["MASKS", "SHAPES", "Averages", "OwnDropout", "PairedDropout", "Table", "Thinned", "averages", "crossovers",
           "every_mask", "he_weights", "own_dropout", "pair", "probability", "thin", "thinned_outputs", "two_inputs",
           "weight_scaling"]
