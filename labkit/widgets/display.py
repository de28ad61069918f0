"""What a reader may choose to see of a training run: the instruments, and what the x axis counts."""

from collections.abc import Callable, Iterable, Sequence

import ipywidgets as W

from labkit.checks import lookup

COUNTS = ("step", "examples seen")


class Display(W.HBox):
    """A button for each instrument, those in `on` pressed, and, if `axis`, one more choice: what the x axis counts.

    `changed()` is called when any of them changes.
    """

    def __init__(self, instruments: Iterable[str], on: Sequence[str], *, axis: bool,
                 changed: Callable[[], None]) -> None:
        self.switches = {label: W.ToggleButton(label in on, description=label, layout=W.Layout(width="auto"),
                                               tooltip=f"show {label}") for label in instruments}
        for label in on:
            lookup(self.switches, label, "Trainer: instrument")
        self.axis = W.ToggleButtons(
            options=COUNTS, style={"button_width": "auto"}, layout=W.Layout(width="auto"),
            tooltips=["the x axis counts updates", "the x axis counts training examples"]) if axis else None
        counts = [W.Label("x axis:"), self.axis] if axis else []
        for control in (*self.switches.values(), *counts[1:]):
            control.observe(lambda change: changed(), "value")
        shown = [W.Label("Instruments:"), *self.switches.values()] if self.switches else []
        super().__init__([*shown, *counts], layout=W.Layout(flex_flow="row wrap"))

    @property
    def on(self) -> list[str]:
        """The instruments that are switched on."""
        return [label for label, switch in self.switches.items() if switch.value]

    @property
    def by_examples(self) -> bool:
        """Whether the x axis counts the examples seen."""
        return self.axis is not None and self.axis.value == COUNTS[1]
