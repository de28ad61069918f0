"""Watch a network learn, and turn the knobs while it does: play, pause, step, reset.

A `Run` does the training and a `TrainerPicture` draws it; the panel joins them with controls and a `Player`. All work
happens on the kernel's main loop: a callback, on whatever thread, only writes down what is wanted.
"""

import html
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as W

from labkit.checks import lookup
from labkit.figures.picture import Still
from labkit.figures.progress import Line, Progress
from labkit.figures.style import number
from labkit.figures.trainer import Slot, TrainerPicture
from labkit.network import Network
from labkit.runs import Run
from labkit.widgets.explorer import TYPE, Target, _close, _rows
from labkit.widgets.gauges import INSTRUMENTS, VIEWS, Gauge, fitting_view
from labkit.widgets.knobs import Hot
from labkit.widgets.player import Player

STANDARD = ("activations", "gradients", "updates", "dead units")
READING = 0.05
"""Share of the time, at most, for reading one instrument while it plays."""
PATIENCE, GONE = 1.0, 20.0
"""Seconds to wait for the page to take a picture: before sending the next one all the same, before pausing."""
RED = "#D55E00"


class Trainer(W.VBox):
    """A panel that trains networks from `make` on `data` (see `Run`, which also explains the settings not named here).

    `controls` act on the very next step: names out of "lr", "momentum", "keep", "weight_decay", "lam", "batch size",
    "optimizer", "schedule", "patience", or `Hot(…)`. The widgets of `cold` set arguments of `make` and `data`: when one
    changes, everything is built anew and starts again. `view`: "plane", "samples", a `Gauge`, "auto" or None.
    `instruments` can be switched on by the reader; those in `on` are at the start. It starts paused; a reader without
    a kernel sees the picture after `preview` steps. `target` is judged on the run.
    """

    def __init__(self, make: Callable[..., Network], data: Any, *, optimizer: Any,
                 controls: Sequence[str | Hot] = ("lr",), cold: Mapping[str, Any] | None = None,
                 view: str | Gauge | None = "auto", instruments: Sequence[str | Gauge] = STANDARD,
                 on: Sequence[str] = (), names: Sequence[str] = (), preview: int = 200, target: Target | None = None,
                 **settings: Any) -> None:
        if Player.current is not None:
            Player.current.pause("paused, because a new panel was made")
        cold = dict(cold or {})
        self.run = Run(make, data, optimizer=optimizer, cold={n: w.value for n, w in cold.items()}, **settings)
        hot = [Hot(control) if isinstance(control, str) else control for control in controls]
        self.hot = {control.key: control.connect(self.run) for control in hot}
        self.cold, self.controls = cold, self.hot | cold
        self.names, self.preview, self.target = list(names), preview, target
        self.view = _view(view, self.run)
        gauges = [lookup(INSTRUMENTS, g, "Trainer: instrument") if isinstance(g, str) else g for g in instruments]
        self.instruments = {gauge.label: gauge for gauge in gauges}
        self.message, self.text = "", ""
        self._wanted: dict[str, Any] = {}
        self._due: dict[str, float] = {}
        self._quiet = False
        self.player = Player(self._work, self._show_now, self._ended, self._ready)
        self._build(on)
        self.refit()

    # -------------------------------------------------------------------------------------------- what it is made of
    def _build(self, on: Sequence[str]) -> None:
        self._play = W.Button(description="Play", icon="play", button_style="primary", tooltip="train, or pause")
        self._step = W.Button(description="Step", icon="step-forward", tooltip="one update")
        self._reset = W.Button(description="Reset", icon="refresh", tooltip="back to step 0, same seed")
        for button, action in ((self._play, self.toggle), (self._step, self.one_step), (self._reset, self.reset)):
            button.layout.width = "7em"
            button.on_click(lambda _, action=action: self.player.soon(lambda: self._guard(action)))
        self._bar = W.IntProgress(max=self.run.max_steps, layout=W.Layout(flex="1 1 auto", width="auto"))
        self._count = W.Label(layout=W.Layout(min_width="9em"))
        self._switches = {label: W.ToggleButton(label in on, description=label, layout=W.Layout(width="auto"),
                                                tooltip=f"show {label}") for label in self.instruments}
        self._image = W.Image(format="png", layout=W.Layout(width="100%"))
        self._line, self._goal = W.HTML(), W.HTML()
        self._sent, self._seen = W.IntText(), W.IntText()
        self._answer = W.jslink((self._sent, "value"), (self._seen, "value"))  # the page says what it has received
        self._asked = 0.0
        transport = W.HBox([self._play, self._step, self._reset, self._bar, self._count])
        switches = [W.HBox([W.Label("Instruments:"), *self._switches.values()])] if self._switches else []
        parts = [transport, *_rows([*self.controls.values(), *switches]), self._image, self._line]
        super().__init__([*parts, *([self._goal] if self.target else [])], layout=W.Layout(max_width="1100px"))
        self._view_count = 0  # not None: the page counts its views of the panel
        self.observe(self._views_changed, "_view_count")
        for name, control in self.controls.items():
            control.observe(lambda change, name=name: self._changed(name, change["new"]), "value")
        for switch in self._switches.values():
            switch.observe(lambda change: self.player.soon(lambda: self._guard(self.refit)), "value")

    def refit(self) -> None:
        """Lay out the picture anew, for the instruments that are switched on, and show it."""
        self._on = {label: self.instruments[label] for label, switch in self._switches.items() if switch.value}
        self.picture = self._new_picture(self.run)
        self.show()

    def _new_picture(self, run: Run) -> TrainerPicture:
        gauges = [Slot(label, gauge.build) for label, gauge in self._on.items()]
        view = Slot("view", self.view.build) if self.view else None
        return TrainerPicture(self._progress(run), view, gauges)

    # -------------------------------------------------------------------------------------------- transport
    @property
    def playing(self) -> bool:
        """Whether it trains at this moment."""
        return self.player.playing

    def play(self) -> None:
        """Train in the background from now on; any other panel pauses."""
        self.message = ""
        self.player.play()
        self._dress()

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
        """Do `steps` updates now, one after the other, and show the picture: for scripts and for notebooks' tests."""
        self.run.advance(steps)
        self.show()

    def reset(self) -> None:
        """Pause, and go back to step 0: the same first weights, the hot controls where they are."""
        self.pause()
        self.run.reset()
        self.message = "Back at step 0."
        self.show()

    def _work(self) -> bool:
        return self.run.step(watched="updates" in self._on)

    def _ended(self, why: str) -> None:
        self.message = why[:1].upper() + why[1:] + "." if why else ""
        self.show()

    # -------------------------------------------------------------------------------------------- controls
    @property
    def values(self) -> dict[str, Any]:
        """What the controls say now."""
        return {name: control.value for name, control in self.controls.items()}

    def set(self, **values: Any) -> None:
        """Turn controls, as a hand would. Raises for an unknown name or a value outside its limits."""
        for name, value in values.items():
            lookup(self.controls, name, "Trainer: control").value = value

    def _changed(self, name: str, value: Any) -> None:
        if not self._quiet:
            self._wanted[name] = value
            self.player.soon(lambda: self._guard(self._take))

    def _take(self) -> None:
        """Do what the controls ask for; of several positions of one control only the last."""
        taken = {}
        while self._wanted:
            name, value = self._wanted.popitem()
            taken[name] = value
        for name, value in taken.items():
            if name in self.hot:
                self.run.turn(name, value)
        if cold := {name: value for name, value in taken.items() if name in self.cold}:
            self.run.rebuild(cold)
            self.message = f"Built anew, back at step 0: {', '.join(self._said(name) for name in cold)}."
        if "optimizer" in taken:
            self._follow_optimizer()
        if cold:
            self.refit()
        elif taken and not self.playing:
            self.show()

    def _said(self, name: str) -> str:
        control = self.cold[name]
        value = getattr(control, "label", None) if isinstance(control, W.Dropdown) else control.value
        return f"{name.replace('_', ' ')} {number(value, 3) if isinstance(value, float) else value}"

    def _follow_optimizer(self) -> None:
        """Each optimizer has its own rate: the sliders show those of the one in use."""
        self._quiet = True
        for name, control in self.hot.items():
            if name in ("lr", "momentum", "rho", "beta1", "beta2", "weight_decay"):
                has = hasattr(type(self.run.opt), name)
                control.layout.visibility = "visible" if has else "hidden"
                if has:
                    control.value = getattr(self.run.opt, name)
        self._quiet = False

    def _guard(self, action: Callable[[], None]) -> None:
        """Do it; what goes wrong is said in the panel, since nobody reads the log of a callback."""
        try:
            action()
        except Exception as error:
            self.player.pause()
            self.message = f"{type(error).__name__}: {error}"
            self._say()
            self._dress()

    # -------------------------------------------------------------------------------------------- what it shows
    def show(self) -> None:
        """Show everything as it is now."""
        self._due.clear()
        self._show_now()

    def _show_now(self) -> None:
        self.picture.update(self._readings(self.run))
        self._image.value = self.picture.png()
        self._asked = time.monotonic()
        self._sent.value += 1
        self._say()
        self._dress()

    def _readings(self, run: Run) -> dict[str, Any]:
        """Progress, view and instruments; one that takes long to read is read more seldom."""
        readings: dict[str, Any] = {"progress": self._progress(run)}
        for name, gauge in {"view": self.view, **self._on}.items():
            start = time.perf_counter()
            if gauge is not None and start >= self._due.get(name, 0.0):
                if (reading := gauge.read(run)) is not None:
                    readings[name] = reading
                end = time.perf_counter()
                self._due[name] = end + (end - start) / READING
        return readings

    def _progress(self, run: Run) -> Progress:
        curves = run.curves()
        accuracy = {n: Line(c.steps, c.accuracy) for n, c in curves.items()} if run.classifies else {}
        return Progress(run.count, run.max_steps, run.losses[:run.count],
                        {n: Line(c.steps, c.loss) for n, c in curves.items()}, accuracy,
                        [mark[:2] for mark in run.marks], self.names)

    def _say(self) -> None:
        """The line below the picture; it is read out when it changes, but not ten times a second."""
        run = self.run
        self.text = " ".join(filter(None, (self.message, run.ended and f"{run.ended[:1].upper()}{run.ended[1:]}.")))
        self.text = self.text or f"Step {run.count:,} of {run.max_steps:,}."
        self._line.value = (f'<div role="status" aria-live="{"off" if self.playing else "polite"}" style="{TYPE};'
                            f'color:{RED if run.diverged.all() else "inherit"}">{html.escape(self.text)}</div>')
        self._count.value = f"{run.count:,} / {run.max_steps:,}"
        self._bar.value = run.count

    def _dress(self) -> None:
        """The play button says what it does next."""
        self._play.description, self._play.icon = ("Pause", "pause") if self.playing else ("Play", "play")

    # -------------------------------------------------------------------------------------------- who is looking
    def _ready(self) -> bool:
        """Whether the page has taken the last picture; pauses when it has not for a long time."""
        waiting = time.monotonic() - self._asked
        if self._seen.value == 0 or self._seen.value >= self._sent.value:
            return True
        if waiting > GONE:
            self.player.pause("paused, because no page takes the pictures any more")
        return waiting > PATIENCE

    def _views_changed(self, change: Any) -> None:
        if not change["new"]:
            self.player.soon(lambda: self.player.pause("paused, because the panel is not on the page any more"))

    def close(self) -> None:
        """End the run and let go of everything."""
        self.player.pause()
        if self.comm is not None:
            for widget in (self._answer, self._sent, self._seen):
                widget.close()
            _close(self.children)
            super().close()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """The live view; for everyone without a kernel the picture after `preview` steps, with a sentence."""
        bundle = super()._repr_mimebundle_(include=include, exclude=exclude) or {}
        return bundle | self.still(self.preview)._repr_mimebundle_()

    def still(self, steps: int) -> Still:
        """The picture of a run with these settings after `steps` steps; the panel's own run stays where it is."""
        twin = self.run.twin()
        twin.advance(steps)
        picture = self._new_picture(twin)
        gauges = {"view": self.view, **self._on}
        readings = {name: gauge.read(twin) for name, gauge in gauges.items() if gauge is not None}
        picture.update({"progress": self._progress(twin), **{n: r for n, r in readings.items() if r is not None}})
        shown = picture.still({})
        return Still(shown.png, f"Training panel, {twin.count:,} of {twin.max_steps:,} steps: {twin.net!r}")


def _view(view: str | Gauge | None, run: Run) -> Gauge | None:
    if view == "auto":
        return fitting_view(run)
    return lookup(VIEWS, view, "Trainer: view")() if isinstance(view, str) else view

