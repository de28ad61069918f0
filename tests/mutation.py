"""Would the tests notice? One operator, number or comparison of labkit is changed at a time, and the tests must fail.

`python -m tests.mutation core --sample 300` mutates the core and `augment`, `kits` the rooms runs, exercises, figures
and widgets. A sample of the places where cosmic-ray knows a change is drawn from a seed, one change for each;
annotations are left out, since nothing computes with them. A mutant meets the tests of its own file first and, when it
survives these, the tests of its room; what survives all is printed as a difference. Works on a copy of the repository.
"""

import argparse
import ast
import difflib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).parents[1]
ROOMS = {"core": ("*.py", "augment/*.py"),
         "kits": tuple(f"{room}/*.py" for room in ("runs", "exercises", "figures", "widgets"))}
TESTS = {"core": ("tests/test_*.py", "tests/runs", "tests/strangers", "tests/exercises"),
         "kits": ("tests/runs", "tests/figures", "tests/exercises", "tests/test_course.py", "tests/widgets",
                  "tests/lessons/*/test_panels.py", "tests/lessons/*/test_figures.py")}
APART = {"test_wheel.py", "test_environment.py", "test_repository.py", "test_notebooks.py", "test_architecture.py"}


class Site(NamedTuple):
    """A place in a file and the changes that cosmic-ray knows for it: pairs (operator, occurrence)."""

    file: Path
    start: tuple[int, int]
    changes: list[tuple[str, int]]


def annotations(source: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where the annotations stand, as pairs of (line, column)."""
    nodes = [getattr(node, name, None) for node in ast.walk(ast.parse(source)) for name in ("annotation", "returns")]
    return [((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)) for node in nodes if node]


def sites(file: Path) -> list[Site]:
    """Every place in a file that can be mutated, without those in annotations."""
    from cosmic_ray.ast import ast_nodes, get_ast_from_path
    from cosmic_ray.plugins import get_operator, operator_names

    tree, skip = get_ast_from_path(file), annotations(file.read_text("utf-8"))
    found: dict[tuple[int, int], list[tuple[str, int]]] = {}
    for name in operator_names():
        if get_operator(name).arguments():
            continue
        operator = get_operator(name)()
        positions = [start for node in ast_nodes(tree) for start, _ in operator.mutation_positions(node)]
        for occurrence, start in enumerate(positions):
            if not any(first <= start <= last for first, last in skip):
                found.setdefault(start, []).append((name, occurrence))
    return [Site(file, start, changes) for start, changes in sorted(found.items())]


def mutant(site: Site, rng: np.random.Generator) -> tuple[str, str]:
    """The text of a file with one of a site's changes, and the change's name."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    name, occurrence = site.changes[rng.integers(len(site.changes))]
    return mutate_code(site.file.read_text("utf-8"), get_operator(name)(), occurrence), name


def survives(copy: Path, tests: list[str]) -> bool:
    """Do these tests pass in the copy? A quarter of an hour without an end is a failure, too."""
    if not tests:
        return True
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:nbval", "-p", "no:cacheprovider", *tests,
               "-o", "addopts=--doctest-modules --strict-markers", "-m", "not browser"]
    try:
        return subprocess.run(command, cwd=copy, capture_output=True, timeout=900).returncode in (0, 5)
    except subprocess.TimeoutExpired:
        return False


def tests_of(copy: Path, file: Path, room: str) -> tuple[list[str], list[str]]:
    """The tests that bear the name of a file or of its folder (and the file's own examples), and all of its room."""
    names = {f"test_{file.stem}.py", f"test_{file.parent.name}.py"}
    near = [file, *sorted(path for path in (copy / "tests").rglob("test_*.py") if path.name in names)]
    wide = [path for pattern in TESTS[room] for path in sorted(copy.glob(pattern)) if path.name not in APART]
    return [str(path.relative_to(copy)) for path in near], [str(path.relative_to(copy)) for path in wide]


def run(room: str, sample: int, seed: int, quick: bool = False) -> int:
    """Mutate, test, print; the number of survivors."""
    scratch = Path(tempfile.mkdtemp(prefix="labkit-mutation-"))
    copy = scratch / "course"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "__pycache__", ".hypothesis", "decks"))
    rng = np.random.default_rng(seed)
    files = [file for pattern in ROOMS[room] for file in sorted((copy / "labkit").glob(pattern))]
    places = [site for file in files for site in sites(file)]
    chosen = [places[i] for i in rng.permutation(len(places))[:sample]]
    print(f"{room}: {len(chosen)} of {len(places)} places, seed {seed}", flush=True)
    alive = 0
    for number, site in enumerate(chosen, 1):
        text, name = mutant(site, rng)
        before = site.file.read_text("utf-8")
        near, wide = tests_of(copy, site.file, room)
        site.file.write_text(text, "utf-8")
        try:
            lives = survives(copy, near) and (quick or survives(copy, wide))
        finally:
            site.file.write_text(before, "utf-8")
        alive += lives
        print(f"\r{number} of {len(chosen)}, {alive} survive", end="", file=sys.stderr, flush=True)
        if lives:
            change = list(difflib.unified_diff(before.split("\n"), text.split("\n"), lineterm="", n=0))[2:]
            where = f"{site.file.relative_to(copy)}:{site.start[0]}"
            print(f"\nsurvives {number}: {where} {name}", *change, sep="\n", flush=True)
    print(f"\n{len(chosen) - alive} of {len(chosen)} noticed ({1 - alive / max(1, len(chosen)):.1%})")
    shutil.rmtree(scratch)
    return alive


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("room", choices=ROOMS)
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quick", action="store_true", help="only the tests of the same name: finds more survivors")
    options = parser.parse_args()
    run(options.room, options.sample, options.seed, options.quick)
