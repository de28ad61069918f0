"""Committees without models (`committees`), and one of networks that a student's functions make and ask (`yours`)."""

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
from labkit.lessons.ensembles.experiments.yours import MEMBERS, OwnCommittee, own_committee

__all__ = ["MEMBERS", "MOST", "Committee", "OwnCommittee", "Sample", "bootstrap_sample", "committee",
           "correlated_errors", "ensemble_evaluation", "lowest_correlation", "own_committee"]
