"""Watch a network learn, and turn the knobs while it does: play, pause, step, reset.

A `Run` does the training and a `TrainerPicture` draws it; the panel joins them with controls and a `Player`. All work
happens on the kernel's main loop: a callback, on whatever thread, only writes down what is wanted.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

import ipywidgets as W

from labkit.checks import check_int, lookup
from labkit.figures import style
from labkit.figures.picture import Bundle, Still
from labkit.network import Network
from labkit.runs import Run
from labkit.widgets.display import Display
from labkit.widgets.explorer import Target
from labkit.widgets.gauges import INSTRUMENTS, Gauge, view_for
from labkit.widgets.goal import Goal
from labkit.widgets.live import Live, build_label
from labkit.widgets.monitor import Monitor
from labkit.widgets.page import Page
from labkit.widgets.panel import Panel, status, told
from labkit.widgets.player import Player
from labkit.widgets.transport import Transport

DEFAULT_INSTRUMENTS = ("activations", "gradients", "updates", "dead units")
MIN_RUN_SECONDS = 15.0
"""Seconds that a whole run takes at least: a small network would be done before a hand has found the slider."""
STATUS_EVERY = 3  # pictures: then the number of steps is written as well


class Trainer(Panel):
    """A panel that trains networks from `make` on `data` by `optimizer`; `settings` are the others of `Run`.

    `controls` are live settings, which act on the very next step: hyperparameters ("lr", "momentum", "keep", "lam", …),
    "batch size", "optimizer", "schedule", "patience", or `Live(…)`. The widgets of `build_settings` set arguments of
    `make` and `data`: when one changes, everything is built anew and starts again. `view` is "plane", "samples", a
    `Gauge`, None, or "auto". `instruments` can be switched on by the reader; those in `on` are from the start. `names`
    are those of the K replicas, each then a line of its own. `target.hit(run)` is judged at every evaluation. It starts
    paused; a reader without a kernel sees the picture after `preview` steps.
    """

    def __init__(self, make: Callable[..., Network], data: Any, *, optimizer: Any,
                 controls: Sequence[str | Live] = ("lr",), build_settings: Mapping[str, W.Widget] | None = None,
                 view: str | Gauge | None = "auto", instruments: Sequence[str | Gauge] = DEFAULT_INSTRUMENTS,
                 on: Sequence[str] = (), names: Sequence[str] = (), preview: int = 200, target: Target | None = None,
                 **settings: Any) -> None:
        if Player.current is not None:
            Player.current.pause("paused, because a new panel was made")
        for name in settings:
            lookup(inspect.signature(Run).parameters, name, "Trainer: setting of Run")
        self.build_settings = dict(build_settings or {})
        build = {name: control.value for name, control in self.build_settings.items()}
        self.run = Run(make, data, optimizer=optimizer, build_settings=build, **settings)
        live = (Live(control) if isinstance(control, str) else control for control in controls)
        self.live = {control.key: control.connect(self.run) for control in live}
        self.controls = self.live | self.build_settings
        gauges = [lookup(INSTRUMENTS, g, "Trainer: instrument") if isinstance(g, str) else g for g in instruments]
        self.instruments = {gauge.label: gauge for gauge in gauges}
        self.monitor, self.preview, self.target = Monitor(view_for(view, self.run), names), preview, target
        self.message, self._note, self.text = "", "", ""
        self._wanted: dict[str, Any] = {}
        pace = self.run.max_steps / MIN_RUN_SECONDS
        self.player = Player(self._work, self._show, self._ended, self._ready, pace=pace)
        self._build(on)
        self._follow_optimizer()
        self.lay_out()

    def _build(self, on: Sequence[str]) -> None:
        self.display = Display(self.instruments, on, axis="batch_size" in self.controls,
                               changed=lambda: self._soon(self.lay_out))
        self._transport = Transport(self.run.max_steps, lambda what: self._soon(getattr(self, what)))
        self._line, self._goal = W.HTML(), Goal(self.target)
        super().__init__([self._transport, *self.controls.values(), self.display], 1100,
                         above=[self._goal], below=[self._line])
        self.page = Page(self, lambda: self._soon(lambda: self.player.pause("paused: the panel has left the page")))
        for name, control in self.controls.items():
            control.observe(lambda change, name=name: self._changed(name, change["new"]), "value")

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
        for left in range(check_int("Trainer", "steps", steps, low=0), 0, -1):
            if not self._work(watched=left == 1):
                break
        self.show()

    def reset(self) -> None:
        """Pause, and go back to step 0: the same first weights, the live settings where they are; the curves of the run
        that ends stay as pale lines.
        """
        self.pause()
        self.run.reset()
        self.message, self._note = "Back at step 0.", ""
        self.lay_out()

    def _work(self, watched: bool = False) -> bool:
        going = self.run.step(watched=watched or "updates" in self.monitor.on)
        if self.run.eval_steps[-1] == self.run.steps:
            self._goal.judge(self.run)
        return going

    def _ended(self, why: str) -> None:
        self.message = _sentence(why)
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
        echo = self.run.belongs_to_optimizer(name) and value == getattr(self.run.opt, name, value)
        if not echo or name in self._wanted:
            self._wanted[name] = value
            self._soon(self._take)

    def _take(self) -> None:
        """Do what the controls ask for, in their order; of several positions of one control only the last."""
        taken = {name: self._wanted.pop(name) for name in list(self._wanted)}  # another thread may add meanwhile
        live = {name: value for name, value in taken.items() if name in self.live}
        for name, value in live.items():
            self.run.turn(name, value)
        if "optimizer" in live:
            self._follow_optimizer()
        if build := {name: value for name, value in taken.items() if name in self.build_settings}:
            self.run.rebuild(build)
            labels = (build_label(name, self.build_settings[name]) for name in build)
            self.message = f"Built anew, back at step 0: {', '.join(labels)}."
            self.lay_out()
        elif self.playing:
            self.player.hurry()
        elif live:
            self._note = f"From the next step: {', '.join(map(self.run.setting_label, live, live.values()))}."
            self.show()

    def _follow_optimizer(self) -> None:
        """Each optimizer has its own rate and memory: the sliders show those of the one in use."""
        for name in filter(self.run.belongs_to_optimizer, self.live):
            value = getattr(self.run.opt, name, None)
            self.live[name].layout.display = "none" if value is None else None
            if value is not None:
                self.live[name].value = value

    def _soon(self, action: Callable[[], None]) -> None:
        """Do it on the main loop; what goes wrong is said in the panel, since nobody reads the log of a callback."""
        def guarded() -> None:
            try:
                action()
            except Exception as error:
                self.message = told(error)
                self.player.pause(self.message)
                self._say()
        self.player.soon(guarded)

    # -------------------------------------------------------------------------------------------- what it shows
    def lay_out(self) -> None:
        """Lay out the picture anew, for the instruments that are switched on and the axis chosen, and show it."""
        self.monitor.by_examples = self.display.by_examples
        self.picture = self.monitor.lay_out(self.run, {label: self.instruments[label] for label in self.display.on})
        self.show()

    def show(self) -> None:
        """Show everything as it is now."""
        self.monitor.forget()
        self._show()

    def _show(self) -> None:
        self._image.value = self.monitor.png(self.run)
        self.page.sent()
        if not self.playing or self.page.pictures % STATUS_EVERY == 0:  # every message takes the page's time
            self._say()

    def _say(self) -> None:
        """The line below the picture; it is read out when it changes, so it does not count."""
        run = self.run
        self.text = " ".join(filter(None, (self.message, _sentence(run.status))))
        self.text = self.text or ("Training." if self.playing else f"Step {run.steps:,} of {run.max_steps:,}.")
        self.text += f" {self._note}" if self._note and not run.stop_reason else ""
        self._line.value = status(self.text, style.WRONG if run.diverged.all() else "inherit")
        self.say(self.monitor.sentence(run), aloud=False)
        self._goal.show(run)
        self._transport.update(run.steps, self.playing)

    # -------------------------------------------------------------------------------------------- without a kernel
    def still(self, steps: int) -> Still:
        """The picture of a run with these settings after `steps` steps; the panel's own run stays where it is."""
        (twin := self.run.twin()).advance(steps)
        return self.monitor.still(twin)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        """The live view; for everyone without a kernel the picture after `preview` steps, with a sentence."""
        bundle = super()._repr_mimebundle_(include=include, exclude=exclude) or {}
        return self.still(self.preview).beside(bundle)

    def close(self) -> None:
        """End the run and let go of everything."""
        if self.comm is not None:  # the garbage collector closes once more, also what was never finished
            self.player.pause()
            self.page.close()
            super().close()


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""
