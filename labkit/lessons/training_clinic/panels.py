"""The panels of notebook 13: a consultation, from the history to the cure; and the student's own instrument."""

from collections.abc import Callable
from typing import Any, Self

import ipywidgets as W

from labkit import journal
from labkit.checks import check_int
from labkit.figures import style
from labkit.figures.picture import Bundle, Still
from labkit.fits import guard
from labkit.lessons.training_clinic.exercises import agreement
from labkit.lessons.training_clinic.experiments.consultation import LEVELS, Consultation
from labkit.lessons.training_clinic.experiments.diseases import DISEASES
from labkit.lessons.training_clinic.experiments.instruments import INSTRUMENTS
from labkit.lessons.training_clinic.experiments.treatments import TREATMENTS
from labkit.lessons.training_clinic.experiments.yours import own_instrument
from labkit.lessons.training_clinic.figures import ChartPicture, InstrumentPicture
from labkit.widgets.controls import WIDE, choice, slider
from labkit.widgets.explorer import Explorer
from labkit.widgets.panel import Panel, rows, status, told
from labkit.widgets.yours import driven

MOST, NONE = 9999, "…"
CHEAP = 5
GOAL = f"a patient of level 2 or 3: the right diagnosis, and its cause treated, for a bill of {CHEAP} or less"


class Clinic(Panel):
    """Patient and level; a button for each examination; a diagnosis to commit to, and a treatment.

    `consultation` is the case at hand. Another number or level is another patient.
    """

    def __init__(self, number: int = 1, level: int = 1, *, start: Callable[..., Consultation] = Consultation) -> None:
        self.start, self.picture, self._held = start, ChartPicture(), False
        self.number = W.BoundedIntText(number, min=0, max=MOST, description="patient", style=WIDE,
                                       layout=W.Layout(width="9em"), tooltip="the same number is the same patient")
        self.level = choice("level", level, {"1": 1, "2": 2, "3: two diseases": 3})
        self.examinations = {name: _button(f"{name} · {tool.price}", tool.tells) for name, tool in INSTRUMENTS.items()}
        self.diagnoses = [_menu("diagnosis", {f"{d.group[4:]}: {name}": name for name, d in DISEASES.items()})
                          for _ in range(2)]
        self.treatments = [_menu("treatment", {name: name for name in TREATMENTS}) for _ in range(2)]
        self.commit, self.treat = _button("Commit", "commit to a diagnosis"), _button("Treat", "treat and train anew")
        self.tell = _button("tell me", "give up, and see what it is")
        self._says = W.HTML()
        decisions = rows([*self.diagnoses, self.commit, *self.treatments, self.treat, self.tell])
        buttons = rows(self.examinations.values())
        buttons.layout.grid_gap = "0 0.2em"
        super().__init__([self.number, self.level], self.picture.figure.bbox.width, above=[buttons],
                         below=[decisions, self._says])
        self._listen()
        self._open()

    def _listen(self) -> None:
        for control in (self.number, self.level):
            control.observe(self._turned, "value")
        for name, button in self.examinations.items():
            button.on_click(lambda _, name=name: self.examine(name))
        self.commit.on_click(lambda _: self._try(self._commit))
        self.treat.on_click(lambda _: self._try(self._treat))
        self.tell.on_click(lambda _: self._finish(self.consultation.truth()))

    # -------------------------------------------------------------------------------------------- the case
    @property
    def values(self) -> dict[str, Any]:
        """Which patient it is."""
        return {"number": self.number.value, "level": self.level.value}

    def set(self, **values: Any) -> Self:
        """Call another patient."""
        for name in values:
            if name not in self.values:
                raise ValueError(f"Clinic: there is no control {name!r}; the controls are {', '.join(self.values)}.")
        if not 0 <= values.get("number", 0) <= MOST or values.get("level", 1) not in LEVELS:
            raise ValueError(f"Clinic: got {values}; expected a number from 0 to {MOST} and a level from 1 to 3.")
        self._held = True
        for name, value in values.items():
            getattr(self, name).value = value
        self._held = False
        self._open()
        return self

    def _turned(self, change: Any) -> None:
        if not self._held:
            self._open()

    def _open(self) -> None:
        """Call the patient in."""
        self.consultation = self.start(**self.values)
        two = len(self.consultation.case.diseases) == 2
        for menu in (*self.diagnoses, *self.treatments):
            menu.value = NONE
        for menu in (self.diagnoses[1], self.treatments[1]):
            menu.layout.display = None if two else "none"
        self.commit.disabled = self.tell.disabled = False
        self.treat.disabled = True
        self._say(f"What does patient {self.number.value} have?{' There are two diseases.' * two} Examine, commit to a "
                  f"diagnosis, then treat. Target: {GOAL}.")
        self._draw()

    # -------------------------------------------------------------------------------------------- what one does
    def examine(self, name: str) -> None:
        """Use an instrument, as its button does."""
        self.consultation.examine(name)
        self._draw()

    def _commit(self) -> None:
        names = _chosen(self.diagnoses)
        self.consultation.diagnose(*names)
        self.treat.disabled = False
        self._say(f"Your diagnosis: {' and '.join(names)}. Now treat it: one control.")

    def _treat(self) -> None:
        names = _chosen(self.treatments)
        if not names:
            raise ValueError("choose a treatment first.")
        self._say("Five networks train …")
        self.consultation.treat(*names)
        if self.consultation.cured:
            right = "Your diagnosis is right." if self.consultation.right else "Your diagnosis was another."
            self._finish(f"{self.consultation.outcome()} {right} {self.consultation.truth()}")
        else:
            self._say(f"✗ {self.consultation.outcome()} Look again, change the diagnosis or the treatment.",
                      style.WRONG)

    def _finish(self, text: str) -> None:
        solved = self.consultation.solved
        if solved and self.consultation.level > 1 and self.consultation.bill <= CHEAP:
            journal.reached(GOAL)
            text += " Target reached."
        self.commit.disabled = self.treat.disabled = self.tell.disabled = True
        self._say(("✓ " if solved else "") + text, style.RIGHT if solved else "inherit")

    def _try(self, act: Callable[[], None]) -> None:
        """Do it, or say why not."""
        try:
            act()
        except ValueError as error:
            self._say(told(error).removeprefix("ValueError: "), style.WRONG)

    def _say(self, text: str, color: str = "inherit") -> None:
        self.text = text
        self._says.value = status(text, color)

    def _draw(self) -> None:
        for name, button in self.examinations.items():
            button.button_style = "primary" if name == self.consultation.latest else ""
            button.icon = "check" if name in self.consultation.seen else ""
        self.picture.update(self.consultation.chart())
        self._image.value = self.picture.png()
        self.say(self.picture.description)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        """The live view; for readers without a kernel the chart, and whose it is."""
        bundle = super()._repr_mimebundle_(include=include, exclude=exclude) or {}
        words = (f"The chart of patient {self.number.value}, level {self.level.value}, ward "
                 f"{self.consultation.case.ward}: the loss of its batches beside healthy ones, and the readings of an "
                 "examination.")
        return Still(bytes(self._image.value), words).beside(bundle)


def _button(description: str, tooltip: str) -> W.Button:
    return W.Button(description=description, tooltip=tooltip,
                    layout=W.Layout(width="auto", height="28px", padding="0 6px"))


def _menu(label: str, options: dict[str, str]) -> W.Dropdown:
    return W.Dropdown(options=[(NONE, NONE), *options.items()], value=NONE, description=label, style=WIDE,
                      layout=W.Layout(width="20em"))


def _chosen(menus: list[W.Dropdown]) -> list[str]:
    return [menu.value for menu in menus if menu.value != NONE]


def clinic(number: int = 1, level: int = 1) -> Clinic:
    """Patient 0 to 9999 of level 1 (seen in one look), 2 (behind a common symptom) or 3 (two diseases)."""
    if check_int("clinic", "number", number, low=0) > MOST:
        raise ValueError(f"clinic: number must be at most {MOST}, got {number}.")
    return Clinic(number, check_int("clinic", "level", level, low=1, high=len(LEVELS)))


@driven
def your_instrument(f: Callable[..., Any], wrong: float = 0.3) -> Explorer:
    """Share of wrong labels, 0 to 0.9 → what the student's f(x, y) reads in 150 pictures, beside labkit's."""
    controls = {"wrong": slider("wrong labels", wrong, low=0.0, high=0.9, steps=18)}
    return Explorer(controls, lambda wrong: own_instrument(f, wrong), InstrumentPicture(),
                    start=own_instrument(agreement, wrong))


guard(__name__)
