"""A row for every submission: the right ones, the wrong ones, the forged ones, and those that mean harm."""

import csv
import io
import json
import os

import pytest
from nbformat.v4 import new_code_cell

from labkit.classroom.__main__ import main
from labkit.classroom.judge import Mark, agrees
from labkit.course import EXERCISES
from labkit.notebooks.files import write
from tests.cells import NOTEBOOKS
from tests.classroom.submissions import MIXED, ORIGINAL, handed_in, solutions

NAMES = ["03-symmetry", "03-xavier", "03-he", "03-predict"]
HOSTILE = {
    "03-symmetry": "import os\ndef break_symmetry(W, rng):\n    os._exit(0)",
    "03-xavier": "import time\ndef xavier_std(n_in, n_out):\n    time.sleep(1000)",
    "03-he": "import os\ndef he(rng, n_in, n_out):\n    try:\n        os.kill(os.getppid(), 9)\n    finally:\n"
             "        return np.zeros(10**13)",
    "03-predict": "import socket\ndef relu_rms(weight_std, width, depth):\n    try:\n"
                  "        socket.create_connection(('localhost', 1))\n    except OSError:\n"
                  "        return (weight_std * np.sqrt(width / 2)) ** depth",
}
FORGED = {
    "03-xavier": "import sys, labkit.exercises as E\nworker = sys.modules['labkit.classroom.worker']\n"
                 "worker.examine = lambda name, f: E.Verdict('right', '')\n"
                 "worker.attempt = lambda exercise, f, case, printed: type('Forged', (), {'answer': 1.0})\n"
                 "def xavier_std(n_in, n_out):\n    return worker",
}


def table_of(capsys, *arguments):
    assert main(["grade", *map(str, arguments)]) == 0
    said = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(said.out)))
    return {row["submission"]: row for row in rows}, said.err


def statuses(row, names=NAMES):
    return [row[name] for name in names]


# ------------------------------------------------------------------------------------------------ a whole class
@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("submissions")
    write(handed_in(solutions()), folder / "alice.ipynb")
    write(handed_in(MIXED), folder / "bob.ipynb")
    write(handed_in(FORGED, forged=True), folder / "carol.ipynb")
    write(handed_in({}), folder / "dave" / "some" / "03_initialization (1).ipynb")
    write(handed_in(HOSTILE), folder / "eve.ipynb")
    (folder / "frank.ipynb").write_text("{")
    (folder / "grace.pdf").write_text("an essay")
    (folder / "henry").mkdir()
    (folder / ".hidden").write_text("of the system")
    return folder


@pytest.fixture
def table(folder, capsys):
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    rows, progress = table_of(capsys, ORIGINAL, folder, "--seconds", 2)
    assert before == {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert "3 of 8, now dave" in progress and "8 of 8" in progress
    return rows


def test_every_submission_costs_its_own_row_only(table):
    assert list(table) == ["alice", "bob", "carol", "dave", "eve", "frank", "grace.pdf", "henry"]
    assert list(table["alice"]) == ["submission", *NAMES, "right", "of", "remarks"]
    assert statuses(table["alice"]) == ["right"] * 4 and table["alice"]["remarks"] == ""
    assert statuses(table["bob"]) == ["open", "right", "wrong", "wrong"]
    assert "03-he: 2/n_in is the variance" in table["bob"]["remarks"]
    assert "03-predict: what is undefined?" in table["bob"]["remarks"]
    assert "right" not in statuses(table["carol"]) and "not those that were reported" in table["carol"]["remarks"]
    assert statuses(table["dave"]) == ["open"] * 4
    assert [table[name]["right"] for name in table] == ["4", "1", "0", "0", "1", "0", "0", "0"]
    assert {row["of"] for row in table.values()} == {"4"}
    _the_hostile_one(table["eve"])
    for name, said in (("frank", "frank.ipynb is broken"), ("grace.pdf", "no notebook"), ("henry", "no notebook")):
        assert statuses(table[name]) == ["error"] * 4 and said in table[name]["remarks"]


def _the_hostile_one(row):
    assert statuses(row)[:2] == ["error", "error"] and row["03-he"] == "wrong" and row["03-predict"] == "right"
    for said in ("03-symmetry: it left Python (exit code 0)", "03-xavier: it did not come to an end within 2 s",
                 "it tried", "os.kill", "socket."):
        assert said in row["remarks"]


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_the_published_solutions_are_right_in_every_notebook(path, tmp_path, capsys):
    write(handed_in(solutions(path), path), tmp_path / "all.ipynb")
    rows, _ = table_of(capsys, path, tmp_path)
    row = rows["all"]
    assert statuses(row, solutions(path)) == ["right"] * len(solutions(path)), row["remarks"]


# ------------------------------------------------------------------------------------------------ what is run
def graded(notebook, tmp_path, capsys, *options):
    write(notebook, tmp_path / "one.ipynb")
    return table_of(capsys, ORIGINAL, tmp_path, *options)[0]["one"]


def test_experiments_and_cells_that_fail_cost_nothing_and_own_helpers_are_found(tmp_path, capsys):
    """Also a set-up cell that was deleted, lines of IPython, and a cell that is no Python."""
    answers = {"03-xavier": "%matplotlib inline\ndef xavier_std(n_in, n_out):\n"
                            "    return mean_of(factor, n_in, n_out)\nwhile True: print(xavier_std(1, 2))"}
    notebook = handed_in(answers)
    notebook.cells = [cell for cell in notebook.cells if cell.id != "setup"]
    notebook.cells += map(new_code_cell, [
        "factors = [1]\nfactors.append(2)\nfactor = factors[-1]", "!ls\nimport time\ntime.sleep(1000)",
        "def mean_of(c, *n):\n    return np.sqrt(c / sum(n))", "xavier_std = xavier_std(3, 4)", "1 / 0",
        "def relu_rms(:\n    return"])
    row = graded(notebook, tmp_path, capsys, "--seconds", 5)
    assert statuses(row) == ["open", "right", "open", "open"], row["remarks"]


def test_what_cannot_be_run_is_an_error_that_says_why(tmp_path, capsys):
    answers = {"03-symmetry": "break_symmetry = 3", "03-xavier": "def xavier_std(n_in, n_out)\n    return 1",
               "03-he": "def hee(rng, n_in, n_out):\n    return 1",
               "03-predict": "offset = [1][3]\ndef relu_rms(weight_std, width, depth):\n    return offset"}
    row = graded(handed_in(answers), tmp_path, capsys)
    assert statuses(row) == ["error", "error", "error", "wrong"]
    for said in ("03-symmetry: break_symmetry is no function", "03-xavier: a cell is no Python: SyntaxError",
                 "03-he: there is no function he in the notebook", "needs raised IndexError"):
        assert said in row["remarks"]


def test_a_submission_sees_no_secrets_and_changes_no_file(tmp_path, capsys, monkeypatch):
    """It finds an empty folder, may write there, and nowhere else."""
    victim = tmp_path / "victim.txt"
    victim.write_text("precious")
    monkeypatch.setenv("SECRET_TOKEN", "secret")
    answers = {
        "03-symmetry": "import os\nassert os.listdir() == [] and not any('SECRET' in name for name in os.environ)\n"
                       "open('own.txt', 'w').close()\n" + solutions()["03-symmetry"],
        "03-xavier": f"def xavier_std(n_in, n_out):\n    open({str(victim)!r}, 'w')",
        "03-he": f"import os\ndef he(rng, n_in, n_out):\n    os.remove({str(victim)!r})",
        "03-predict": "import subprocess, labkit.classroom.fence as fence\nfence.FORBIDDEN = ()\n"
                      "def relu_rms(weight_std, width, depth):\n    subprocess.run(['true'])"}
    (tmp_path / "in").mkdir()
    row = graded(handed_in(answers), tmp_path / "in", capsys)
    assert victim.read_text() == "precious"
    assert statuses(row) == ["right", "wrong", "wrong", "wrong"]
    assert "it tried open, os.remove, subprocess.Popen" in row["remarks"]


@pytest.mark.skipif("sys.platform == 'win32'")
def test_what_is_no_ordinary_file_is_not_opened(tmp_path, capsys):
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "link.ipynb").symlink_to(ORIGINAL)
    (tmp_path / "loop").symlink_to(tmp_path)
    with (tmp_path / "huge.ipynb").open("wb") as file:
        file.truncate(2**31)
    rows, _ = table_of(capsys, ORIGINAL, tmp_path)
    said = {name: row["remarks"] for name, row in rows.items()}
    assert said == {"pipe": "pipe.ipynb is no ordinary file", "link": "link.ipynb is no ordinary file",
                    "huge": "huge.ipynb is too large: 2048 MiB, at most 30 are read"}


# ------------------------------------------------------------------------------------------------ the table
def test_predictions_and_report_come_from_the_records(tmp_path, capsys):
    """From the report's JSON, from a journal, from nothing and from nonsense."""
    for name in ("ann", "ben", "cat"):
        write(handed_in({}), tmp_path / name / ORIGINAL.name)
    report = {"lesson": "03", "predictions": [{"right": True}, {"right": False}, {"right": None}], "targets": ["a"],
              "exercises": {"03-he": {"tries": 3, "passed": True, "hints": 1}, "03-xavier": {"tries": "x"}}}
    (tmp_path / "ann" / "report_03.json").write_text(json.dumps(report))
    events = [{"what": "predict", "name": "03-large", "option": "explode"},
              {"what": "predict", "name": "01-depth", "option": "explode"},
              {"what": "check", "name": "03-he", "right": False}, {"what": "check", "name": "03-he", "right": True}]
    (tmp_path / "ben" / "journal.jsonl").write_text("\n".join(["nonsense", *map(json.dumps, events)]))
    (tmp_path / "cat" / "report_03.json").write_text("[" * 10**5)
    rows, _ = table_of(capsys, ORIGINAL, tmp_path)
    assert list(rows["ann"])[-3:] == ["predictions", "report", "remarks"]
    assert rows["ann"]["predictions"] == "1 right of 2 made (3 in all)"
    assert rows["ann"]["report"] == "1 of 2 passed; tries: 3, hints: 1, targets: 1"
    assert rows["ben"]["predictions"].startswith("1 right of 1 made")
    assert rows["ben"]["report"] == "1 of 4 passed; tries: 2, hints: 0, targets: 0"
    assert rows["cat"]["predictions"] == rows["cat"]["report"] == ""


@pytest.mark.skipif("sys.platform == 'win32'")
def test_a_name_cannot_become_a_formula_or_a_second_line(tmp_path, capsys):
    (tmp_path / "=1+1\n.ipynb").write_text("")
    (tmp_path / "이름.ipynb").write_text("")
    rows, _ = table_of(capsys, ORIGINAL, tmp_path)
    assert sorted(rows) == ["'=1+1", "이름"]


@pytest.mark.parametrize(("original", "folder", "said"), [
    ("nowhere.ipynb", ".", "nowhere.ipynb"), (ORIGINAL, "nowhere", "is no folder"), (ORIGINAL, ".", "no submission in"),
])
def test_bad_input_is_said_in_a_sentence(original, folder, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["grade", str(original), folder]) == 1
    out, err = capsys.readouterr()
    assert said in err and "Traceback" not in err and out == ""


def test_a_notebook_without_exercises_is_refused(tmp_path, capsys):
    notebook = handed_in({})
    notebook.cells = notebook.cells[:3]
    write(notebook, tmp_path / "a.ipynb")
    assert main(["grade", str(tmp_path / "a.ipynb"), str(tmp_path)]) == 1
    assert "has no exercises. Give the original first" in capsys.readouterr().err


@pytest.mark.parametrize("packed", [[["<f8", [], "AAA"]], [["|O", [], "AAAAAAAAAAA="]], [["<f8", [10**9], ""]], []])
def test_an_answer_that_is_none_is_refused(packed):
    exercise = EXERCISES["03-xavier"]
    with pytest.raises((ValueError, IndexError)):
        agrees(exercise, [packed] * len(exercise.cases))


def test_an_interrupted_table_has_whole_rows_only(tmp_path, capsys, monkeypatch):
    for name in ("ann", "ben"):
        write(handed_in({}), tmp_path / "in" / name / ORIGINAL.name)
    graded = []

    def interrupted(*_):
        graded.append(1)
        if len(graded) > 1:
            raise KeyboardInterrupt
        return {name: Mark("open") for name in NAMES}

    monkeypatch.setattr("labkit.classroom.grades._marks", interrupted)
    assert main(["grade", str(ORIGINAL), str(tmp_path / "in")]) == 130
    said = capsys.readouterr()
    assert [row.count(",") for row in said.out.splitlines()] == [said.out.split("\n")[0].count(",")] * 2
    assert "1 of 2, now ben" in said.err and "nothing is half written" in said.err
