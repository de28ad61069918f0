"""Committees without models (`committees`), one that a student makes (`yours`), what is measured (`measured`)."""

from labkit.lessons.ensembles.experiments.committees import (
    MOST,
    Committee,
    Sample,
    bootstrap_sample,
    committee,
    correlated_errors,
    ensemble_evaluation,
    lowest_correlation,
)
from labkit.lessons.ensembles.experiments.measured import (
    SAMPLES,
    STATISTICS,
    Foretold,
    Intervals,
    Sureness,
    foretold,
    intervals,
    sureness,
)
from labkit.lessons.ensembles.experiments.yours import MEMBERS, OwnCommittee, own_committee

__all__ = ["MEMBERS", "MOST", "SAMPLES", "STATISTICS", "Committee", "Foretold", "Intervals", "OwnCommittee", "Sample",
           "Sureness", "bootstrap_sample", "committee", "correlated_errors", "ensemble_evaluation", "foretold",
           "intervals", "lowest_correlation", "own_committee", "sureness"]
