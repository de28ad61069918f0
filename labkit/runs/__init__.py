"""Training runs that can be watched, steered and started again: `Run`, without a screen."""

from labkit.runs.history import Curve, Mark
from labkit.runs.run import Run

__all__ = ["Curve", "Mark", "Run"]
