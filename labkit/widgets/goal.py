"""Is the target of a training run reached? It stays so from the first evaluation that says yes to the next start."""

import ipywidgets as W

from labkit.runs import Run
from labkit.widgets.explorer import Target


class Goal(W.HTML):
    """The line that says what to reach, and whether it is reached; empty without a target."""

    def __init__(self, target: Target | None) -> None:
        super().__init__(layout=W.Layout(display=None if target else "none"))
        self.target, self.reached = target, False

    def judge(self, run: Run) -> None:
        """Ask the target, at an evaluation or at the start."""
        if self.target is not None:
            self.reached = (self.reached and run.steps > 0) or bool(self.target.hit(run))

    def show(self, run: Run) -> None:
        """Judge, and write the line."""
        self.judge(run)
        if self.target is not None:
            self.value = self.target.line(run, self.reached)
