"""What a trainer shows of its run: the progress, a view of the answers, and the instruments that are switched on.

While it plays, an instrument that takes long to read is read more seldom; the others never wait for it.
"""

import math
import time
from collections.abc import Mapping, Sequence
from typing import Any

from labkit.figures import style
from labkit.figures.picture import Still
from labkit.figures.progress import Line, Progress, Seen
from labkit.figures.trainer import Slot, TrainerPicture
from labkit.runs import Curve, Run
from labkit.widgets.gauges import Gauge

MAX_READ_SHARE = 0.05
"""Share of the time, at most, for reading one instrument while it plays."""


class Monitor:
    """The picture of a run with `view`, if there is one, and the instruments in `on`; `names` are those of replicas.

    `by_examples`: the x axis counts the examples seen, not the steps.
    """

    def __init__(self, view: Gauge | None, names: Sequence[str] = ()) -> None:
        self.view, self.names, self.by_examples = view, list(names), False
        self.on: dict[str, Gauge] = {}
        self._due: dict[str, float] = {}  # when an instrument may be read again

    def lay_out(self, run: Run, on: Mapping[str, Gauge]) -> TrainerPicture:
        """A new picture, with room for these instruments."""
        self.on = dict(on)
        self.picture = self._new_picture(run)
        return self.picture

    def _new_picture(self, run: Run) -> TrainerPicture:
        slots = [Slot(label, gauge.build) for label, gauge in self.on.items()]
        return TrainerPicture(self.progress(run), Slot("view", self.view.build) if self.view else None, slots)

    def forget(self) -> None:
        """Read every instrument at the next picture, whatever it takes."""
        self._due.clear()

    def png(self, run: Run) -> bytes:
        """The picture of the run as it is now."""
        self.picture.update(self.readings(run))
        return self.picture.png()

    def still(self, run: Run) -> Still:
        """A picture of another run, for those without a kernel; one's own stays as it is."""
        self.forget()
        picture = self._new_picture(run).still(self.readings(run))
        self.forget()
        shown = f"Training, {run.steps:,} of {run.max_steps:,} steps: the curves of {', '.join(run.curves())}"
        return Still(picture.png, f"{shown}; the network has {run.net.theta.shape[-1]:,} parameters.")

    def sentence(self, run: Run) -> str:
        """What the curves say at this step, for readers who do not see them; of replicas the median."""
        latest = {name: curve.latest() for name, curve in run.curves().items()}
        parts = [f"{name} loss {style.reading(loss)}"
                 + ("" if math.isnan(accuracy) else f", {style.percent(accuracy)} right")
                 for name, (loss, accuracy) in latest.items()]
        return f"Step {run.steps:,} of {run.max_steps:,}: {'; '.join(parts)}."

    def readings(self, run: Run) -> dict[str, Any]:
        """Progress, view and those instruments whose turn it is."""
        readings: dict[str, Any] = {"progress": self.progress(run)}
        gauges = self.on | ({"view": self.view} if self.view else {})
        for name, gauge in gauges.items():
            start = time.perf_counter()
            if start >= self._due.get(name, 0.0):
                reading = gauge.read(run)
                readings |= {} if reading is None else {name: reading}
                self._due[name] = start + (time.perf_counter() - start) / MAX_READ_SHARE
        return readings

    def progress(self, run: Run) -> Progress:
        """The history of the run: its losses, the curves of the data sets, the marks, and the run before."""
        seen = Seen(run.examples[:run.steps + 1], run.step_size) if self.by_examples else None
        now, before = self._lines(run.curves(), run.classifies), self._lines(run.before, run.classifies)
        found = Progress(run.steps, run.max_steps, run.losses[:run.steps], now["loss"], now["accuracy"],
                         names=self.names, seen=seen, before=before)
        return found._replace(marks=[(float(found.at(mark.step)), mark.text) for mark in run.marks])

    def _lines(self, curves: Mapping[str, Curve], classifies: bool) -> dict[str, dict[str, Line]]:
        """For each quantity a line per data set; no accuracy if there are no classes."""
        x = {name: curve.examples if self.by_examples else curve.steps for name, curve in curves.items()}
        return {"loss": {name: Line(x[name], curve.loss) for name, curve in curves.items()},
                "accuracy": {name: Line(x[name], curve.accuracy) for name, curve in curves.items() if classifies}}
