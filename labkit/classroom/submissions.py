"""What came back? Files of students, collected by mail or from a learning platform: whole, broken, and of many kinds.

Everything is read before anything of it runs, so nobody's program can change somebody else's file.
"""

import json
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

LARGEST = 30 * 2**20
RECORDS = (".json", ".jsonl")


class Submission(NamedTuple):
    """Whose it is, the Python of its cells or the `problem` that keeps them from being read, and texts of records."""

    name: str
    cells: Sequence[str] = ()
    problem: str = ""
    records: Sequence[str] = ()


def collected(folder: Path, original: Path) -> list[Submission]:
    """The submissions in a folder: one of each notebook in it, or of each folder in it, however deep it lies there.

    Of several notebooks in a student's folder those count that are called like the original, if there are any. Raises
    ValueError if there is no such folder, or nothing in it.
    """
    if not folder.is_dir():
        raise ValueError(f"grade: {folder} is no folder; give the one that holds the submissions.")
    entries = [entry for entry in sorted(folder.iterdir()) if not _hidden(entry)]
    files = [entry for entry in entries if not entry.is_dir()]
    folders = [entry for entry in entries if entry.is_dir() and not entry.is_symlink()]
    found = [one for student in folders for one in _of_folder(student, original)]
    found += [_of_file(file, file.stem, _beside(file, files)) for file in files if file.suffix.lower() == ".ipynb"]
    found += [Submission(file.name, problem=f"{file.name} is no notebook (.ipynb)") for file in files
              if file.suffix.lower() not in (".ipynb", *RECORDS, ".html", ".csv")]
    if not found:
        raise ValueError(f"grade: there is no submission in {folder}.")
    return sorted(found)


def _of_folder(folder: Path, original: Path) -> list[Submission]:
    files = list(_files(folder))
    notebooks = [file for file in files if file.suffix.lower() == ".ipynb"]
    notebooks = [file for file in notebooks if original.stem in file.stem] or notebooks
    if not notebooks:
        return [Submission(folder.name, problem="there is no notebook (.ipynb) in the folder")]
    records = [_text(file) for file in files if file.suffix.lower() in RECORDS and not _unfit(file)]
    if len(notebooks) == 1:
        return [_of_file(notebooks[0], folder.name, records)]
    return [_of_file(file, f"{folder.name}/{file.relative_to(folder).as_posix()}", records) for file in notebooks]


def _files(folder: Path) -> Iterator[Path]:
    """All files below, without those that systems and notebooks leave behind."""
    for entry in sorted(folder.iterdir()):
        if not _hidden(entry):
            yield from _files(entry) if entry.is_dir() and not entry.is_symlink() else [entry]


def _hidden(path: Path) -> bool:
    return path.name.startswith((".", "__MACOSX"))


def _beside(notebook: Path, files: Sequence[Path]) -> list[str]:
    """The records that lie beside a notebook and whose names begin with its name."""
    return [_text(file) for file in files if file.suffix.lower() in RECORDS and file.stem.startswith(notebook.stem)
            and not _unfit(file)]


def _of_file(file: Path, name: str, records: Sequence[str]) -> Submission:
    problem = _unfit(file)
    try:
        cells = [] if problem else sources(json.loads(file.read_bytes()))
    except OSError as error:
        cells, problem = [], f"{file.name} cannot be read ({error.strerror})"
    except (ValueError, RecursionError, MemoryError):  # no JSON, or JSON that is no notebook
        cells, problem = [], f"{file.name} is broken: it is no notebook that can be read"
    return Submission(name, cells, problem, records)


def _unfit(file: Path) -> str:
    """What keeps a file from being read at all; empty if nothing does."""
    try:
        about = file.lstat()
    except OSError as error:
        return f"{file.name} cannot be read ({error.strerror})"
    if not stat.S_ISREG(about.st_mode):
        return f"{file.name} is no ordinary file"
    if about.st_size > LARGEST:
        return f"{file.name} is too large: {about.st_size / 2**20:.0f} MiB, at most {LARGEST // 2**20} are read"
    return ""


def _text(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "replace")


def sources(notebook: Any) -> list[str]:
    """The Python of the code cells. Raises ValueError for what is no notebook of format 4."""
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise ValueError("no list of cells")
    return [_source(cell) for cell in notebook["cells"] if isinstance(cell, dict) and cell.get("cell_type") == "code"]


def _source(cell: dict[str, Any]) -> str:
    lines = cell.get("source", "")
    if isinstance(lines, str):
        return lines
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise ValueError("a cell without a text")
    return "".join(lines)
