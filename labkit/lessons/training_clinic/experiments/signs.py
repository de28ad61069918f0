"""Which instrument shows which disease? Measured on many patients, kept in a file, compared in steps that one sees.

`python -m labkit.lessons.training_clinic.experiments.signs` measures them again and writes the file: some ten minutes.
A sign is a reading in which ALL patients with the disease lie beyond ALL healthy patients by a visible step at least.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np

from labkit.fits import guard
from labkit.lessons.training_clinic.experiments.diseases import DISEASES, spoiled
from labkit.lessons.training_clinic.experiments.instruments import INSTRUMENTS, examine, healthy_patient, visible
from labkit.lessons.training_clinic.experiments.patients import patient
from labkit.lessons.training_clinic.experiments.recipe import WARDS

Array = np.ndarray
FILE = Path(__file__).with_name("measured.npz")
SEEDS, REFERENCE, HEALTHY = range(12), 3, "healthy"
Measured = Mapping[str, Array]


def names_of(ward: str) -> list[str]:
    """The diseases of a ward, and its health, by name.

    >>> names_of("dropout")
    ['healthy: dropout', 'keep and drop exchanged', 'dropout never rescaled', 'dropout in evaluation']
    """
    return [f"{HEALTHY}: {ward}", *(name for name, disease in DISEASES.items() if disease.ward == ward)]


def ward_of(name: str) -> str:
    """The ward of a disease, or of "healthy: ward"."""
    return name.removeprefix(f"{HEALTHY}: ") if name.startswith(HEALTHY) else DISEASES[name].ward


def measure_one(name: str, seed: int, instruments: Sequence[str] = tuple(INSTRUMENTS)) -> Array:
    """All readings of one patient, in visible steps (readings,)."""
    p = healthy_patient(ward_of(name), seed) if name.startswith(HEALTHY) else patient(spoiled(name, seed), seed)
    return np.concatenate([visible(which, examine(which, p)) for which in instruments])


def write_measured(seeds: Sequence[int] = SEEDS) -> None:
    """Examine patients of all diseases, and healthy ones, with everything, and write the file."""
    names = [name for ward in WARDS for name in names_of(ward)]
    values = np.array([[measure_one(name, seed) for seed in seeds] for name in names])
    losses = np.array([[healthy_patient(ward, seed).loss for seed in seeds[:REFERENCE]] for ward in WARDS])
    np.savez_compressed(FILE, names=np.array(names), values=values.round(2).astype(np.float32),
                        losses=losses.round(3).astype(np.float32))


@cache
def measured() -> Measured:
    """What the file holds: disease, or "healthy: ward" → readings in visible steps (patients, readings)."""
    with np.load(FILE) as file:
        return dict(zip(file["names"].tolist(), file["values"].astype(float), strict=True))


@cache
def healthy_losses(ward: str) -> Array:
    """The losses of some healthy networks of a ward (3, updates), from the file."""
    with np.load(FILE) as file:
        return file["losses"][list(WARDS).index(ward)].astype(float)


def healthy(ward: str, instrument: str) -> Array:
    """Lowest, middle and highest of every reading of an instrument in healthy networks, in visible steps (3,
    readings), from the file.
    """
    found = measured()[f"{HEALTHY}: {ward}"][:, columns_of(instrument)]
    return np.array([found.min(axis=0), np.median(found, axis=0), found.max(axis=0)])


@cache
def columns() -> tuple[tuple[str, str], ...]:
    """(instrument, reading) of every column of `measured`."""
    return tuple((name, reading) for name, tool in INSTRUMENTS.items() for reading in tool.readings)


def gaps(one: Array, other: Array) -> Array:
    """By how much all rows of `one` lie beyond all rows of `other`, column by column; positive if above, negative if
    below, 0 if they overlap. (n, readings), (m, readings) → (readings,).

    >>> gaps(np.array([[5.0, 1.0], [6.0, 3.0]]), np.array([[1.0, 2.0], [2.0, 2.5]])).tolist()
    [3.0, 0.0]
    """
    above, below = one.min(axis=0) - other.max(axis=0), other.min(axis=0) - one.max(axis=0)
    return np.where(above > 0, above, np.where(below > 0, -below, 0.0))


class SignTable(NamedTuple):
    """Rows are diseases, columns instruments: the largest gap to health in visible steps, signed; 0 where none is one.

    reading (diseases, instruments) says in which reading.
    """

    diseases: list[str]
    instruments: list[str]
    strength: Array
    reading: list[list[str]]


def sign_table(found: Measured | None = None) -> SignTable:
    """The largest gap of every disease to the healthy patients of its ward, by every instrument."""
    found = measured() if found is None else found
    instruments, rows, readings = list(INSTRUMENTS), [], []
    for name in (names := [name for name in DISEASES if name in found]):
        gap = gaps(found[name], found[f"{HEALTHY}: {ward_of(name)}"])
        best = [max(columns_of(which), key=lambda i: abs(gap[i])) for which in instruments]
        rows.append([gap[i] if abs(gap[i]) >= 1 else 0.0 for i in best])
        readings.append([columns()[i][1] for i in best])
    return SignTable(names, instruments, np.array(rows), readings)


def columns_of(instrument: str) -> list[int]:
    """The columns of an instrument."""
    return [i for i, (which, _) in enumerate(columns()) if which == instrument]


def separating(found: Measured | None = None) -> dict[tuple[str, str], list[str]]:
    """For every pair of one ward, diseases and health, the instruments that tell all patients of the two apart."""
    found = measured() if found is None else found
    pairs = {}
    for ward in WARDS:
        for one, other in combinations([name for name in names_of(ward) if name in found], 2):
            told = np.abs(gaps(found[one], found[other])) >= 1
            pairs[one, other] = [which for which in INSTRUMENTS if told[columns_of(which)].any()]
    return pairs


if __name__ == "__main__":
    write_measured()


guard(__name__)
