"""A consultation: the history is free, examinations cost, then a diagnosis and a treatment; at last what there was.

Cases have numbers, and the same number is the same patient everywhere. Level 1 are diseases that show themselves in one
look, level 2 those behind a symptom that others share, level 3 patients with two diseases at once.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from labkit.checks import check_int, lookup
from labkit.fits import guard
from labkit.lessons.training_clinic.experiments.diseases import DISEASES, PAIRS, causes, spoiled
from labkit.lessons.training_clinic.experiments.instruments import (
    HISTORY,
    INSTRUMENTS,
    Readings,
    examine,
    in_units,
    visible,
)
from labkit.lessons.training_clinic.experiments.patients import patient
from labkit.lessons.training_clinic.experiments.recipe import WARDS, Recipe
from labkit.lessons.training_clinic.experiments.signs import healthy, healthy_losses
from labkit.lessons.training_clinic.experiments.treatments import CAUSE, TREATMENTS, Treated, treat

Array = np.ndarray
LEVELS = (1, 2, 3)


class Case(NamedTuple):
    """What a patient has, and in which ward it lies."""

    diseases: tuple[str, ...]
    ward: str
    recipe: Recipe


def case(number: int, level: int) -> Case:
    """The patient of this number and level: drawn from both alone, so the same everywhere.

    >>> case(7, 1).diseases == case(7, 1).diseases
    True
    """
    number = check_int("case", "number", number, low=0)
    if level not in LEVELS:
        raise ValueError(f"case: level must be 1, 2 or 3, got {level!r}.")
    single = [(name,) for name, disease in DISEASES.items() if disease.level == level]
    kinds = PAIRS if level == 3 else single
    names = kinds[np.random.default_rng([level, number]).integers(len(kinds))]
    return with_diseases(names, number)


def with_diseases(names: Sequence[str], number: int) -> Case:
    """The patient of this number with these diseases."""
    ward = lookup(DISEASES, names[0], "case: disease").ward
    recipe = WARDS[ward]
    for name in names:
        recipe = spoiled(name, number, recipe)
    return Case(tuple(names), ward, recipe)


class Chart(NamedTuple):
    """What lies on the table: losses (updates,) of the patient and (3, updates) of healthy ones; and the readings of
    the `instrument` last used, with the healthy median of each. `places` (readings, 3) are the patient's and the lowest
    and the highest healthy one, in visible steps from that median. `card` and `healthy_card` are the accuracies in
    training, validation and test.
    """

    number: int
    ward: str
    loss: Array
    healthy_loss: Array
    card: tuple[float, ...]
    healthy_card: tuple[float, ...]
    instrument: str
    tells: str
    readings: list[str]
    values: Array
    healthy: Array
    places: Array
    bill: int


class Consultation:
    """One case from the history to the cure; it remembers what was examined, said and tried."""

    def __init__(self, number: int, level: int = 1, *, of: Case | None = None) -> None:
        self.number, self.level, self.case = number, level, case(number, level) if of is None else of
        self.patient = patient(self.case.recipe, number)
        self.seen: dict[str, Readings] = {name: examine(name, self.patient) for name in HISTORY}
        self.latest, self.diagnosis, self.treated = HISTORY[1], (), []

    # -------------------------------------------------------------------------------------------- what one does
    def examine(self, name: str) -> Readings:
        """Use an instrument; a second look at the same readings is free."""
        lookup(INSTRUMENTS, name, "examine: instrument")
        if name not in self.seen:
            self.seen[name] = examine(name, self.patient)
        self.latest = name
        return self.seen[name]

    def diagnose(self, *names: str) -> None:
        """Commit to a diagnosis, one name for each disease."""
        for name in names:
            lookup(DISEASES, name, "diagnose")
        if len(set(names)) != len(self.case.diseases):
            raise ValueError(f"diagnose: this patient has {len(self.case.diseases)} disease(s), got {len(set(names))}.")
        self.diagnosis = names

    def treat(self, *names: str) -> Treated:
        """Set these controls, train five networks with them, and judge. A diagnosis comes first."""
        if not self.diagnosis:
            raise ValueError("treat: first commit to a diagnosis.")
        for name in names:
            lookup(TREATMENTS, name, "treat: treatment")
        found = treat(self.case.recipe, self.case.ward, self.number, names,
                      [causes(name, WARDS[self.case.ward]) for name in self.case.diseases])
        self.treated.append((names, found))
        return found

    # -------------------------------------------------------------------------------------------- what came of it
    @property
    def bill(self) -> int:
        """What the examinations have cost."""
        return sum(INSTRUMENTS[name].price for name in self.seen)

    @property
    def right(self) -> bool:
        """Whether the diagnosis is what the patient has."""
        return set(self.diagnosis) == set(self.case.diseases)

    @property
    def cured(self) -> bool:
        """Whether the latest treatment was a success."""
        return bool(self.treated) and self.treated[-1][1].success

    @property
    def solved(self) -> bool:
        """The right diagnosis, and its cause treated."""
        return self.right and self.cured and self.treated[-1][1].of == CAUSE

    def outcome(self) -> str:
        """What the latest treatment did, in one sentence."""
        names, found = self.treated[-1]
        numbers = (f"five networks report {found.reported:.2f}, honestly {found.honest:.2f}; healthy is "
                   f"{found.healthy:.2f}")
        if not found.success:
            return f"Still sick after “{'”, “'.join(names)}”: {numbers}."
        if found.of != CAUSE:
            return f"Well again, {numbers}. But that treated a symptom: the cause is still there."
        return f"Cured: {numbers}."

    def truth(self) -> str:
        """What the patient had, which sign tells, and what the shortest way to it costs."""
        told = []
        for name in self.case.diseases:
            disease = DISEASES[name]
            instrument, sign = disease.sign
            price = INSTRUMENTS[instrument].price
            cost = f"{price} point{'s' * (price != 1)}" if price else "nothing"
            told.append(f"{name} ({disease.group}): {disease.what}. The sign: {instrument}, {cost}: {sign}. The cause "
                        f"is treated by “{disease.cure}”.")
        return " And ".join(told) + f" You spent {self.bill}."

    def chart(self) -> Chart:
        """The history and the examination of last."""
        name, ward, readings = self.latest, self.case.ward, self.seen[self.latest]
        steps, (low, middle, high) = visible(name, readings), healthy(ward, name)
        parts = INSTRUMENTS["report card"].readings[:3]
        card = in_units("report card", parts, healthy(ward, "report card")[1][:3])
        return Chart(
            self.number, ward, self.patient.loss, healthy_losses(ward), tuple(self.seen["report card"].values())[:3],
            tuple(card), name, INSTRUMENTS[name].tells, list(readings),
            np.array(list(readings.values())), in_units(name, list(readings), middle),
            np.array([steps, low, high]).T - middle[:, None], self.bill)


guard(__name__)
