"""Training runs that can be watched, steered and started again: `Run`, without a screen."""

from labkit.runs.hot import KNOBS
from labkit.runs.run import Curve, Mark, Run

__all__ = ["KNOBS", "Curve", "Mark", "Run"]
