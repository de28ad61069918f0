"""Patience on made-up runs, and two ways down a bowl (`stopping`); a real run, written down as it goes (`recorded`)."""

from labkit.lessons.early_stopping.experiments.recorded import noisy_fashion, own_end, what_is_kept, wrong_labels
from labkit.lessons.early_stopping.experiments.stopping import (
    bowl,
    own_patience,
    ridge_share,
    stopped_share,
    stops,
    try_patience,
)

__all__ = ["bowl", "noisy_fashion", "own_end", "own_patience", "ridge_share", "stopped_share", "stops", "try_patience",
           "what_is_kept", "wrong_labels"]
