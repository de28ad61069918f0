"""What has happened so far? The history of a training run: losses, rates, evaluations, and marks of what was changed.

Symbols: K replicas, each with its own losses; a network without the replica axis has one number per step.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from labkit.checks import entry
from labkit.training import Evaluation, Step

Array = np.ndarray


class Mark(NamedTuple):
    """Something happened after `step` updates: mostly that the live setting `name` was changed."""

    step: int
    text: str
    name: str = ""


class Curve(NamedTuple):
    """What the evaluations on one data set found: steps (n,); loss and accuracy (n,), or (n, K).

    examples (n,) is how many the network had seen by then.
    """

    steps: Array
    loss: Array
    accuracy: Array
    examples: Array

    def latest(self) -> tuple[float, float]:
        """Loss and accuracy of the last evaluation, of replicas the median; a loss that is no number counts as ∞."""
        loss = np.where(np.isnan(self.loss[-1]), np.inf, self.loss[-1])
        return float(np.median(loss)), float(np.median(self.accuracy[-1]))


class History:
    """`steps` updates so far; their `losses` and `rates` (max_steps,), or (max_steps, K), NaN for those to come.

    `examples` (max_steps + 1,) counts those seen after each number of updates; `eval_steps` are the numbers of updates
    before each evaluation, `marks` what was changed, `diverged` () or (K,) which replicas have diverged, `stop_reason`
    why it is over; empty while it goes on. `before` are the curves of the run before this one.
    """

    before: Mapping[str, Curve] = MappingProxyType({})
    eval_steps: Sequence[int] = ()

    def clear(self, max_steps: int, lead: tuple[int, ...], names: list[str]) -> None:
        """Begin anew, for networks with the leading axes `lead` and data sets of these names; keep the last curves."""
        if len(self.eval_steps) > 1:
            self.before = self.curves()
        self.steps, self.stop_reason = 0, ""
        self.losses, self.rates = np.full((2, max_steps, *lead), np.nan)  # each (max_steps,) or (max_steps, K)
        self.examples = np.zeros(max_steps + 1, int)
        self.diverged = np.zeros(lead, bool)
        self.marks: list[Mark] = []
        self.eval_steps = []
        self._evaluations: dict[str, list[Evaluation]] = {name: [] for name in names}

    def record(self, step: Step, size: int) -> None:
        """One more update, on a batch of `size` examples."""
        self.losses[self.steps] = step.loss
        self.rates[self.steps] = step.lr if np.ndim(step.lr) == 0 else step.lr[:, 0]  # (K, 1) → (K,)
        self.examples[self.steps + 1] = self.examples[self.steps] + size
        self.steps += 1

    def mark(self, text: str, name: str) -> None:
        """Note that the setting `name` was changed just now; of several changes in a row only the last is kept."""
        again = self.marks and (self.marks[-1].step, self.marks[-1].name) == (self.steps, name)
        self.marks[len(self.marks) - bool(again):] = [Mark(self.steps, text, name)]

    @property
    def status(self) -> str:
        """Why the run is over, or how many of its replicas have diverged; empty while all goes well."""
        lost = int(self.diverged.sum())
        return self.stop_reason or (f"{lost} of {self.diverged.size} runs have diverged" if lost else "")

    def curve(self, name: str) -> Curve:
        """What the evaluations on the data set of this name found; NaN where a replica has diverged."""
        found = entry(self._evaluations, name, "Run: data set")
        loss, accuracy = (np.array(column, float) for column in zip(*found, strict=True))
        lost = ~np.isfinite(loss)
        loss[lost] = accuracy[lost] = np.nan
        steps = np.array(self.eval_steps)
        return Curve(steps, loss, accuracy, self.examples[steps])

    def curves(self) -> dict[str, Curve]:
        """The curve of every data set."""
        return {name: self.curve(name) for name in self._evaluations}
