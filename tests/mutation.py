"""Would the tests notice? One operator, number or comparison of labkit is changed at a time, and the tests must fail.

`python -m tests.mutation core --sample 300` mutates the core and `augment`, `kits` the rooms of `KITS`. A sample of the
places where cosmic-ray knows a change is drawn from a seed, one change for each; annotations are left out, since
nothing computes with them. First all tests of the room run once, and coverage.py writes down which of them run which
line. A mutant then meets the tests that run its line, quickest first; what survives is printed as a difference. Works
on a copy of the repository; each mutant lives in a fork of a process that has imported what is slow.
"""

import argparse
import ast
import difflib
import importlib
import importlib.util
import json
import os
import random
import resource
import shutil
import sys
import tempfile
import threading
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
KITS = "runs", "exercises", "figures", "widgets", "notebooks"
ROOMS = {"core": ("*.py", "augment/*.py"), "kits": tuple(f"{room}/*.py" for room in KITS)}
TESTS = {"core": ("labkit/*.py", "labkit/augment", "tests/test_*.py", "tests/runs", "tests/strangers/test_core.py",
                  "tests/exercises"),
         "kits": (*(f"{place}/{room}" for place in ("labkit", "tests") for room in KITS), "tests/test_course.py",
                  "tests/test_journal.py", "tests/strangers/test_kits.py")}
APART = {"test_wheel.py", "test_environment.py", "test_repository.py", "test_notebooks.py", "test_architecture.py",
         "test_spelling.py", "test_coverage.py"}
SLOW = ("hypothesis", "numpy", "pandas", "matplotlib.pyplot", "ipywidgets", "sklearn.datasets", "coverage")
STAGES = 2.0, 40.0
"""Seconds that the tests of a mutant may have taken when they were recorded: a first choice, and all."""


# ------------------------------------------------------------------------------------------------ what can be changed
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


def mutant(site: Site, rng: random.Random) -> tuple[str, str]:
    """The text of a file with one of a site's changes, and the change's name."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    name, occurrence = rng.choice(site.changes)
    return mutate_code(site.file.read_text("utf-8"), get_operator(name)(), occurrence), name


# ------------------------------------------------------------------------------------------------ tests in a fork
def passes(copy: Path, tests: list[str], plugin: object, seconds: float, *options: str) -> bool:
    """Do these tests pass in the copy? Without an end they do not."""
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
        threading.Timer(20 * seconds, os._exit, [1]).start()
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        os.chdir(copy)
        sys.path.insert(0, str(copy))
        for name in [name for name in sys.modules if name.split(".")[0] == "tests"]:
            del sys.modules[name]
        os._exit(pytest.main([*options, "-q", "-p", "no:nbval", "-p", "no:xdist", "-p", "no:cacheprovider", *tests,
                              "-o", "addopts=--doctest-modules --strict-markers", "-m", "not browser"], [plugin]))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) in (0, 5)


class Recorder:
    """Which lines of labkit each test runs, and how long it takes."""

    def __init__(self, copy: Path, file: Path) -> None:
        self.copy, self.file, self.seconds = copy, file, {}
        self.failed: set[str] = set()

    def pytest_configure(self) -> None:
        import coverage

        self.coverage = coverage.Coverage(data_file=None, source=[str(self.copy / "labkit")], config_file=False)
        self.coverage.start()
        ours, settrace = sys.gettrace(), sys.settrace  # an exercise counts a student's lines, but not in a debugger
        sys.gettrace, sys.settrace = lambda: None, lambda f: settrace(f or ours)

    def pytest_runtest_protocol(self, item: object) -> None:
        self.coverage.switch_context(item.nodeid)
        self.started = sum(os.times()[:4])

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self.seconds[nodeid] = sum(os.times()[:4]) - self.started
        self.coverage.switch_context("")

    def pytest_runtest_logreport(self, report: object) -> None:
        if report.failed:  # under coverage.py, or at all: it can tell nothing about a mutant
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        data = self.coverage.get_data()
        lines = {os.path.relpath(file, self.copy): data.contexts_by_lineno(file) for file in data.measured_files()}
        record = {"seconds": self.seconds, "failed": sorted(self.failed), "lines": lines}
        self.file.write_text(json.dumps(record), "utf-8")


class Chosen:
    """Only these tests, in this order, and those that the record does not know."""

    def __init__(self, tests: list[str], known: dict[str, float]) -> None:
        self.rank, self.known = {test: i for i, test in enumerate(tests)}, known

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list) -> None:
        items[:] = sorted((item for item in items if item.nodeid in self.rank or item.nodeid not in self.known),
                          key=lambda item: self.rank.get(item.nodeid, 0))


# ------------------------------------------------------------------------------------------------ which tests
def statement(source: str, line: int) -> range:
    """The lines of the innermost statement that a line belongs to; of a compound one, those of its head."""
    inside = [node for node in ast.walk(ast.parse(source))
              if isinstance(node, ast.stmt | ast.excepthandler) and node.lineno <= line <= node.end_lineno]
    if not inside:  # a decorator of the module's own
        return range(line, line + 1)
    node = max(inside, key=lambda node: (node.lineno, -node.end_lineno))
    return range(node.lineno, (line if hasattr(node, "body") else node.end_lineno) + 1)


def order(record: dict, copy: Path, site: Site) -> list[str]:
    """Tests that run the mutated line, then others that run the file or bear its name; those of its name come first."""
    lines = record["lines"].get(str(site.file.relative_to(copy)), {})
    mutated = {str(line) for line in statement(site.file.read_text("utf-8"), site.start[0])}
    direct = {test for line in mutated & set(lines) for test in lines[line]} - {""}
    near = {f"test_{site.file.stem}.py", f"test_{site.file.parent.name}.py"}

    def named(test: str) -> bool:
        return Path(test.split("::")[0]).name in near

    def rank(test: str) -> tuple[bool, bool, float]:
        return test not in direct, not named(test), record["seconds"][test]

    others = {test for tests in lines.values() for test in tests} | set(filter(named, record["seconds"]))
    return sorted(others - {"", *record["failed"]}, key=rank)


def survives(copy: Path, tests: list[str], record: dict) -> bool:
    """Do the first tests pass, and then all?"""
    for budget in STAGES:
        chosen, spent = [], 0.0
        for test in tests:
            if chosen and spent + record["seconds"][test] > budget:
                break
            chosen.append(test)
            spent += record["seconds"][test]
        files = sorted({test.split("::")[0] for test in chosen})
        if chosen and not passes(copy, files, Chosen(chosen, record["seconds"]), 20 + 2 * spent, "-x"):
            return False
        if len(chosen) == len(tests):
            break
    return True


# ------------------------------------------------------------------------------------------------ all of it
def recorded(copy: Path, room: str, file: Path) -> dict:
    """What a run of all tests of a room tells, from a file if it is there."""
    if not file.exists():
        tests = [path for pattern in TESTS[room] for path in sorted(copy.glob(pattern)) if path.name not in APART]
        passes(copy, [str(path.relative_to(copy)) for path in tests], Recorder(copy, file), 3000)
    record = json.loads(file.read_text("utf-8"))
    print(f"{room}: {len(record['seconds'])} tests take {sum(record['seconds'].values()):.0f} s; left out, since they "
          f"fail without a change: {', '.join(record['failed']) or 'none'}", flush=True)
    return record


def write(file: Path, text: str) -> None:
    """A new text for a module, and nothing compiled of the old one."""
    file.write_text(text, "utf-8")
    Path(importlib.util.cache_from_source(str(file))).unlink(missing_ok=True)


def run(room: str, sample: range, seed: int, record: Path | None) -> int:
    """Mutate, test, print; the number of survivors."""
    scratch = Path(tempfile.mkdtemp(prefix="labkit-mutation-"))
    copy = scratch / "course"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "__pycache__", ".hypothesis", "decks"))
    table = recorded(copy, room, record or scratch / "record.json")
    rng = random.Random(seed)
    files = [file for pattern in ROOMS[room] for file in sorted((copy / "labkit").glob(pattern))]
    places = [site for file in files for site in sites(file)]
    rng.shuffle(places)
    chosen = [(site, *mutant(site, rng)) for site in places[:sample.stop]][sample.start:]
    print(f"{room}: {len(chosen)} of {len(places)} places, seed {seed}", flush=True)
    alive = 0
    for number, (site, text, name) in enumerate(chosen, sample.start + 1):
        before = site.file.read_text("utf-8")
        tests = order(table, copy, site)
        write(site.file, text)
        lives = survives(copy, tests, table)
        write(site.file, before)
        alive += lives
        print(f"\r{number}: {alive} survive", end="", file=sys.stderr, flush=True)
        if lives:
            change = list(difflib.unified_diff(before.split("\n"), text.split("\n"), lineterm="", n=0))[2:]
            where = f"{site.file.relative_to(copy)}:{site.start[0]}"
            print(f"\nsurvives {number}: {where} {name}, {len(tests)} tests", *change, sep="\n", flush=True)
    print(f"\n{len(chosen) - alive} of {len(chosen)} noticed ({1 - alive / max(1, len(chosen)):.1%})", flush=True)
    shutil.rmtree(scratch)
    return alive


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("room", choices=ROOMS)
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--skip", type=int, default=0, help="so many of the sample were tried before")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--record", type=Path, help="where the record of the tests is kept for the next time")
    options = parser.parse_args()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for module in SLOW:
        importlib.import_module(module)
    run(options.room, range(options.skip, options.sample), options.seed, options.record)
