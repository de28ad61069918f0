"""The table of a class: a row for every submission, a column for every exercise, and what to tell the student."""

import csv
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from labkit.checks import lookup
from labkit.classroom.judge import Limits, Mark, marks
from labkit.classroom.records import Told, told
from labkit.classroom.submissions import Submission, collected
from labkit.course import EXERCISES
from labkit.notebooks.cells import exercises_of, role_of
from labkit.notebooks.command import progress
from labkit.notebooks.files import read

LONGEST = 2000


def grade(original: Path, folder: Path, table: TextIO, limits: Limits) -> None:
    """Write the table of all submissions of the notebook `original` in `folder`, row by row; progress to stderr.

    Raises ValueError if the notebook has no exercises of the course, or the folder no submission.
    """
    cells = read(original).cells
    functions = {exercise.name: exercise.function for exercise in exercises_of(cells)}
    if not functions:
        raise ValueError(f"grade: {original} has no exercises. Give the original first, then the folder.")
    for name in functions:
        lookup(EXERCISES, name, "exercise")
    setup = next(cell.source for cell in cells if cell.cell_type == "code" and not role_of(cell)[0])
    found = collected(folder, original)
    notes = [told(one.records, next(iter(functions))[:2]) for one in found]
    extra = list(Told._fields) if any(any(note) for note in notes) else []
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["submission", *functions, "right", "of", *extra, "remarks"])
    for one, note in zip(_watched(found), notes, strict=True):
        given = _marks(one, setup, functions, limits)
        right = sum(mark.status == "right" for mark in given.values())
        row = [one.name, *(mark.status for mark in given.values()), right, len(given), *note[:len(extra)],
               _remarks(one, given)]
        writer.writerow([_cell(value) for value in row])
        table.flush()


def _marks(one: Submission, setup: str, functions: dict[str, str], limits: Limits) -> dict[str, Mark]:
    if one.problem:
        return dict.fromkeys(functions, Mark("error"))
    return marks([setup, *one.cells], functions, limits)


def _remarks(one: Submission, given: dict[str, Mark]) -> str:
    """What is wrong, exercise by exercise; before it what is wrong with the file, and what was attempted."""
    refused = sorted({name for mark in given.values() for name in mark.refused})
    said = [one.problem, *(f"{name}: {mark.remark}" for name, mark in given.items() if mark.remark),
            f"look at this one yourself: it tried {', '.join(refused)}" if refused else ""]
    return "; ".join(filter(None, said))


def _cell(value: object) -> object:
    """A text as a table can hold it: one line, nothing invisible, not too long, and nothing that Excel would run."""
    if not isinstance(value, str):
        return value
    line = " ".join(value.split())
    line = "".join(c if unicodedata.category(c)[0] != "C" else "\N{REPLACEMENT CHARACTER}" for c in line)[:LONGEST]
    return f"'{line}" if line.startswith(("=", "+", "-", "@")) else line


def _watched(found: Sequence[Submission]) -> Iterator[Submission]:
    """One submission after the other, and how far it is."""
    for done, one in enumerate(found):
        progress(done, len(found), str(_cell(one.name)))
        yield one
    progress(len(found), len(found))
