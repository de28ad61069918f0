"""The buttons of a player and the progress of what it plays."""

from collections.abc import Callable

import ipywidgets as W


class Transport(W.HBox):
    """Play or pause, step, reset, a bar and a number. The buttons call `do` with what was asked for."""

    def __init__(self, max_steps: int, do: Callable[[str], None]) -> None:
        self._max_steps = max_steps
        self.play = W.Button(description="Play", icon="play", button_style="primary", tooltip="train, or pause")
        self.one = W.Button(description="Step", icon="step-forward", tooltip="one update")
        self.again = W.Button(description="Reset", icon="refresh", tooltip="back to step 0 with the same first weights")
        for button, what in ((self.play, "toggle"), (self.one, "one_step"), (self.again, "reset")):
            button.layout.width = button.layout.min_width = "6.5em"
            button.on_click(lambda _, what=what: do(what))
        self.bar = W.IntProgress(max=max_steps, layout=W.Layout(flex="1 1 6em", width="auto", min_width="5em"))
        self.number = W.Label(layout=W.Layout(min_width="7em"))
        super().__init__([self.play, self.one, self.again, self.bar, self.number],
                         layout=W.Layout(flex="1 0 auto"))

    def update(self, steps: int, playing: bool) -> None:
        """Show how far it is; the play button says what it does next."""
        self.play.description, self.play.icon = ("Pause", "pause") if playing else ("Play", "play")
        self.bar.value = steps
        self.number.value = f"{steps:,} / {self._max_steps:,}"
