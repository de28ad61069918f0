"""Watch a network learn, and turn the knobs while it does: play, pause, step, reset.

A `Run` does the training and a `TrainerPicture` draws it; the panel joins them with controls and a `Player`. All work
happens on the kernel's main loop: a callback, on whatever thread, only writes down what is wanted.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

import ipywidgets as W

from labkit.checks import lookup
from labkit.figures import style
from labkit.figures.picture import Still
from labkit.figures.progress import Line, Progress
from labkit.figures.style import number
from labkit.figures.trainer import Slot, TrainerPicture
from labkit.network import Network
from labkit.runs import Run
from labkit.runs.hot import said
from labkit.widgets.explorer import Target
from labkit.widgets.gauges import INSTRUMENTS, Gauge, view_for
from labkit.widgets.knobs import OF_THE_OPTIMIZER, Hot
from labkit.widgets.page import Page
from labkit.widgets.panel import Panel, status
from labkit.widgets.player import Player
from labkit.widgets.transport import Transport

STANDARD = ("activations", "gradients", "updates", "dead units")
READING = 0.05
"""Share of the time, at most, for reading one instrument while it plays."""
SHORTEST = 15.0
"""Seconds that a whole run takes at least: a small network would be done before a hand has found the slider."""
COUNTING = 3
"""Every third picture also the number of steps is written."""


class Trainer(Panel):
    """A panel that trains networks from `make` on `data` by `optimizer`; `settings` are the others of `Run`.

    `controls` act on the very next step: names out of "lr", "momentum", "keep", "weight_decay", "lam", "batch size",
    "optimizer", "schedule", "patience", or `Hot(…)`. The widgets of `cold` set arguments of `make` and `data`: when one
    changes, everything is built anew and starts again. `view` is "plane", "samples", a `Gauge`, None, or "auto".
    `instruments` can be switched on by the reader; those in `on` are from the start. `names` are those of the K
    replicas, each then a line of its own. `target.hit(run)` is judged at every look. It starts paused; a reader
    without a kernel sees the picture after `preview` steps.
    """

    def __init__(self, make: Callable[..., Network], data: Any, *, optimizer: Any,
                 controls: Sequence[str | Hot] = ("lr",), cold: Mapping[str, W.ValueWidget] | None = None,
                 view: str | Gauge | None = "auto", instruments: Sequence[str | Gauge] = STANDARD,
                 on: Sequence[str] = (), names: Sequence[str] = (), preview: int = 200, target: Target | None = None,
                 **settings: Any) -> None:
        if Player.current is not None:
            Player.current.pause("paused, because a new panel was made")
        self.cold = dict(cold or {})
        values = {name: control.value for name, control in self.cold.items()}
        self.run = Run(make, data, optimizer=optimizer, cold=values, **settings)
        hot = [Hot(control) if isinstance(control, str) else control for control in controls]
        self.hot = {control.key: control.connect(self.run) for control in hot}
        self.controls = self.hot | self.cold
        self.view, self.names, self.preview, self.target = view_for(view, self.run), list(names), preview, target
        gauges = [lookup(INSTRUMENTS, g, "Trainer: instrument") if isinstance(g, str) else g for g in instruments]
        self.instruments = {gauge.label: gauge for gauge in gauges}
        self.message, self._note, self.text, self._reached = "", "", "", False
        self._wanted: dict[str, Any] = {}
        self._due: dict[str, float] = {}
        self.player = Player(self._work, self._show, self._ended, self._ready,
                             pace=self.run.max_steps / SHORTEST)
        self._build(on)
        self._follow_optimizer()
        self.lay_out()

    def _build(self, on: Sequence[str]) -> None:
        for label in on:
            lookup(self.instruments, label, "Trainer: instrument")
        self._switches = {label: W.ToggleButton(label in on, description=label, layout=W.Layout(width="auto"),
                                                tooltip=f"show {label}") for label in self.instruments}
        self._transport = Transport(self.run.max_steps, lambda what: self._soon(getattr(self, what)))
        self._line, self._goal = W.HTML(), W.HTML(layout=W.Layout(display=None if self.target else "none"))
        switches = [W.HBox([W.Label("Instruments:"), *self._switches.values()])] if self._switches else []
        super().__init__([self._transport, *self.controls.values(), *switches], 1100,
                         above=[self._goal], below=[self._line])
        self.page = Page(self, lambda: self._soon(lambda: self.player.pause("paused: the panel has left the page")))
        for name, control in self.controls.items():
            control.observe(lambda change, name=name: self._changed(name, change["new"]), "value")
        for switch in self._switches.values():
            switch.observe(lambda change: self._soon(self.lay_out), "value")

    # -------------------------------------------------------------------------------------------- transport
    @property
    def playing(self) -> bool:
        """Whether it trains at this moment."""
        return self.player.playing

    def play(self) -> None:
        """Train in the background from now on; any other panel pauses."""
        self.message = self._note = ""
        self.run.resume()
        self.player.play()
        self._say()

    def pause(self) -> None:
        """Stop training; nothing is lost."""
        self.player.pause()

    def toggle(self) -> None:
        """Play, or pause."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def one_step(self) -> None:
        """Pause, and do one update."""
        self.pause()
        self.advance(1)

    def advance(self, steps: int) -> None:
        """Do `steps` updates now, one after the other, and show the picture: for scripts and for tests."""
        self.message = self._note = ""
        for left in range(steps, 0, -1):
            if not self._work(watched=left == 1):
                break
        self.show()

    def reset(self) -> None:
        """Pause, and go back to step 0: the same first weights, the hot controls where they are."""
        self.pause()
        self.run.reset()
        self.message, self._note = "Back at step 0.", ""
        self.show()

    def _work(self, watched: bool = False) -> bool:
        going = self.run.step(watched=watched or "updates" in self._on)
        if self.run.looks[-1] == self.run.count:
            self._judge()
        return going

    def _judge(self) -> None:
        """The target counts as reached from the first look that says so to the next start."""
        if self.target is not None:
            self._reached = (self._reached and self.run.count > 0) or bool(self.target.hit(self.run))

    def _ended(self, why: str) -> None:
        self.message = f"{why[:1].upper()}{why[1:]}." if why else ""
        self.show()

    def _ready(self) -> bool:
        if self.page.gone():
            self.player.pause("paused: the page does not answer")
        return self.page.ready()

    # -------------------------------------------------------------------------------------------- controls
    @property
    def values(self) -> dict[str, Any]:
        """What the controls say now."""
        return {name: control.value for name, control in self.controls.items()}

    def set(self, **values: Any) -> Self:
        """Turn controls, as a hand would. Raises for an unknown name or a value outside its limits."""
        for name, value in values.items():
            lookup(self.controls, name, "Trainer: control").value = value
        return self

    def _changed(self, name: str, value: Any) -> None:
        if name not in OF_THE_OPTIMIZER or value != getattr(self.run.opt, name, value):
            self._wanted[name] = value
            self._soon(self._take)

    def _take(self) -> None:
        """Do what the controls ask for; of several positions of one control only the last."""
        taken = {}
        while self._wanted:
            name, value = self._wanted.popitem()
            taken[name] = value
        for name in taken.keys() & self.hot.keys():
            self.run.turn(name, taken[name])
        if "optimizer" in taken:
            self._follow_optimizer()
        if cold := {name: value for name, value in taken.items() if name in self.cold}:
            self.run.rebuild(cold)
            self.message = f"Built anew, back at step 0: {', '.join(self._said(name) for name in cold)}."
            self.lay_out()
        elif self.playing:
            self.player.hurry()
        elif taken:
            self._note = f"From the next step: {', '.join(map(said, taken, taken.values()))}."
            self.show()

    def _said(self, name: str) -> str:
        value = self.cold[name].value
        value = self.cold[name].label if isinstance(self.cold[name], W.Dropdown) else value
        return f"{name.replace('_', ' ')} {number(value, 3) if isinstance(value, float) else value}"

    def _follow_optimizer(self) -> None:
        """Each optimizer has its own rate and memory: the sliders show those of the one in use."""
        for name in OF_THE_OPTIMIZER & self.hot.keys():
            value = getattr(self.run.opt, name, None)
            self.hot[name].layout.display = "none" if value is None else None
            if value is not None:
                self.hot[name].value = value

    def _soon(self, action: Callable[[], None]) -> None:
        """Do it on the main loop; what goes wrong is said in the panel, since nobody reads the log of a callback."""
        def guarded() -> None:
            try:
                action()
            except Exception as error:
                self.player.pause(f"{type(error).__name__}: {error}")
                self.message = f"{type(error).__name__}: {error}"
                self._say()
        self.player.soon(guarded)

    # -------------------------------------------------------------------------------------------- what it shows
    def lay_out(self) -> None:
        """Lay out the picture anew, for the instruments that are switched on, and show it."""
        self._on = {label: self.instruments[label] for label, switch in self._switches.items() if switch.value}
        self.picture = self._new_picture(self.run)
        self.show()

    def _new_picture(self, run: Run) -> TrainerPicture:
        gauges = [Slot(label, gauge.build) for label, gauge in self._on.items()]
        return TrainerPicture(self._progress(run), Slot("view", self.view.build) if self.view else None, gauges)

    def show(self) -> None:
        """Show everything as it is now."""
        self._due.clear()
        self._show()

    def _show(self) -> None:
        self.picture.update(self._readings(self.run))
        self._image.value = self.picture.png()
        self.page.sent()
        if not self.playing or self.page.pictures % COUNTING == 0:  # every message takes the page's time
            self._say()

    def _readings(self, run: Run) -> dict[str, Any]:
        """Progress, view and instruments; while it plays, what takes long to read is read more seldom."""
        readings: dict[str, Any] = {"progress": self._progress(run)}
        gauges = self._on | ({"view": self.view} if self.view else {})
        for name, gauge in gauges.items():
            start = time.perf_counter()
            if start >= self._due.get(name, 0.0):
                reading = gauge.read(run)
                readings |= {} if reading is None else {name: reading}
                self._due[name] = start + (time.perf_counter() - start) / READING
        return readings

    def _progress(self, run: Run) -> Progress:
        curves = run.curves()
        accuracy = {name: Line(c.steps, c.accuracy) for name, c in curves.items()} if run.classifies else {}
        return Progress(run.count, run.max_steps, run.losses[:run.count],
                        {name: Line(c.steps, c.loss) for name, c in curves.items()}, accuracy,
                        [(mark.step, mark.text) for mark in run.marks], self.names)

    def _say(self) -> None:
        """The line below the picture; it is read out when it changes, so it does not count."""
        run, ended = self.run, self.run.ended
        self.text = " ".join(filter(None, (self.message, f"{ended[:1].upper()}{ended[1:]}." if ended else "")))
        self.text = self.text or ("Training." if self.playing else f"Step {run.count:,} of {run.max_steps:,}.")
        self.text += f" {self._note}" if self._note and not run.over else ""
        self._line.value = status(self.text, style.WRONG if run.diverged.all() else "inherit")
        if self.target is not None:
            self._judge()
            self._goal.value = self.target.line(run, self._reached)
        self._transport.update(run.count, self.playing)

    # -------------------------------------------------------------------------------------------- without a kernel
    def still(self, steps: int) -> Still:
        """The picture of a run with these settings after `steps` steps; the panel's own run stays where it is."""
        twin = self.run.twin()
        twin.advance(steps)
        self._due.clear()
        picture = self._new_picture(twin).still(self._readings(twin))
        self._due.clear()
        return Still(picture.png, f"Training, {twin.count:,} of {twin.max_steps:,} steps: {twin.net!r}")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """The live view; for everyone without a kernel the picture after `preview` steps, with a sentence."""
        bundle = super()._repr_mimebundle_(include=include, exclude=exclude) or {}
        return bundle | self.still(self.preview)._repr_mimebundle_()

    def close(self) -> None:
        """End the run and let go of everything."""
        if self.comm is not None:  # the garbage collector closes once more, also what was never finished
            self.player.pause()
            self.page.close()
            super().close()
