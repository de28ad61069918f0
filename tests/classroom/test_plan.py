"""The instructor's page says of the notebooks what they say themselves."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from labkit.course import EXERCISES, LESSONS
from labkit.notebooks.files import read
from tests.cells import NOTEBOOKS

ROOT = Path(__file__).parents[2]
PAGE = (NOTEBOOKS / "README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d\d) ([^|]+) \| (\d+) \| ([^|]*) \| ([^|]*) \|$", PAGE, re.MULTILINE)
PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))


def test_every_notebook_has_its_row():
    assert [number for number, *_ in ROWS] == [path.name[:2] for path in PATHS]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_says_what_the_notebook_says(row):
    number, title, minutes, graded, before = row
    [path] = NOTEBOOKS.glob(f"{number}_*.ipynb")
    opening = read(path).cells[0].source
    assert f"{minutes} minutes" in opening and title.split(",")[0].split()[-1].lower() in opening.lower()
    names = re.findall(r"`([\w-]+)`", graded)
    assert all(name in EXERCISES and name.startswith(number) for name in names)
    assert all(earlier < number for earlier in re.findall(r"\d\d", before))


def test_the_longer_path_has_every_notebook_and_the_shorter_one_six_weeks():
    twelve, six = (re.search(rf"\*\*{weeks} weeks\*\*[^:]*: (.*?)\.[ \n]", PAGE, re.DOTALL)[1]
                   for weeks in ("Twelve", "Six"))
    numbers = [f"{number:02d}" for number in range(len(LESSONS))]
    assert re.findall(r"\b\d\d\b", twelve) == numbers and len(twelve.split("·")) == 12
    assert set(re.findall(r"\b\d\d\b", six)) == set(numbers) - {"12", "13"} and len(six.split("·")) == 6


def test_its_links_lead_somewhere():
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)]+)\)", PAGE)]
    assert links and not [link for link in links if not (NOTEBOOKS / link).exists()]


def test_the_citation_is_of_this_version_and_licence():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert citation["version"] == project["version"] and citation["license"] == project["license"].split(" AND ")[0]
