"""Every item of the two lectures is taught somewhere: a table says in which cell, and no later edit loses one.

`coverage_of_the_lectures.csv` has a row for each of the 167 items: its number, the item in a few words, the notebook,
the cell and a word of it that stands for the item. `covered`: as in the lecture. `different`: put right, and said so.
"""

import csv
from functools import cache
from pathlib import Path

import pytest

from tests.cells import cells_of

TABLE = Path(__file__).with_name("coverage_of_the_lectures.csv")
VERDICTS = {"covered", "different"}
NUMBERS = {f"{n:02d}" for n in range(13)}
notebook = cache(cells_of)


def rows():
    with TABLE.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def test_every_item_has_one_row_in_order():
    assert [int(row["number"]) for row in rows()] == list(range(1, 168))
    assert {row["verdict"] for row in rows()} <= VERDICTS, "nothing is missing"
    assert {row["notebook"] for row in rows()} <= NUMBERS
    assert all(row["item"] for row in rows())


@pytest.mark.parametrize("number", sorted(NUMBERS))
def test_the_cells_that_are_named_exist_and_hold_their_word(number):
    lost = []
    for row in rows():
        if row["notebook"] == number:
            cell = notebook(number).get(row["cell"])
            if cell is None or not row["keyword"] or row["keyword"].casefold() not in cell.source.casefold():
                lost.append(f"{row['number']} {row['item']}: {row['cell']} has no {row['keyword']!r}")
    assert lost == []
