"""Is the target of a training run reached, after how many steps, and was it ever reached sooner?

It stays reached from the first evaluation that says yes to the next start; the best is kept in the journal.
"""

import ipywidgets as W

from labkit import journal
from labkit.runs import Run
from labkit.widgets.explorer import Target


class Goal(W.HTML):
    """The line that says what to reach, and whether it is reached; empty without a target.

    `best` is the fewest steps that any run of this reader needed, None before the first success.
    """

    def __init__(self, target: Target | None) -> None:
        super().__init__(layout=W.Layout(display=None if target else "none"))
        self.target = target
        self.after: int | None = None  # steps, in this run
        self.best = journal.record().best.get(target.goal) if target else None

    @property
    def reached(self) -> bool:
        """Whether this run has reached it."""
        return self.after is not None

    def judge(self, run: Run) -> None:
        """Ask the target, at an evaluation or at the start."""
        if self.target is None:
            return
        if not run.steps:
            self.after = None
        if self.after is None and self.target.hit(run):
            self.after = run.steps
            if self.best is None or self.after < self.best:
                self.best = self.after
                journal.bettered(self.target.goal, self.best)

    def show(self, run: Run) -> None:
        """Judge, and write the line."""
        self.judge(run)
        if self.target is not None:
            self.value = self.target.line(run, self.reached, self._steps())

    def _steps(self) -> str:
        best = "" if self.best is None else f"your best: {self.best:,}"
        if self.after is None:
            return best and f"({best} steps)"
        return f"(after {self.after:,} steps{', ' + best if self.best != self.after else ''})"
