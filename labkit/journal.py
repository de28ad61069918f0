"""What a student has done survives the kernel: predictions, exercises and targets, in one small file on this machine.

The file holds one JSON object a line, and is only ever appended to: two notebooks may write at once, and a line that
was cut or damaged costs that line alone. What cannot be written now is kept, and written with the next line that can.
Nothing is sent away. `LABKIT_JOURNAL` names another file or folder (a relative name counts from the user's home, so
that all notebooks mean the same), or is "off"; under CI and in tests it is off.
"""

import json
import os
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

FILE = "journal.jsonl"
OFF = ("off", "no", "none", "0", "false")
AUTOMATIC = ("PYTEST_VERSION", "PYTEST_CURRENT_TEST", "NBGRADER_EXECUTION")
"""Where these are set nobody learns: a test runs the notebook."""

lesson = ""
"""The number of the lesson of this kernel, such as "03": known from the first question, exercise or report."""
_unwritten: list[dict[str, Any]] = []
_reached: set[tuple[str, str]] = set()
_lock = threading.Lock()  # callbacks come from two threads of the kernel


class Work(NamedTuple):
    """Exercise `tries` up to the first right one, whether it was `passed`, and how many `hints` were asked for."""

    tries: int = 0
    passed: bool = False
    hints: int = 0


class Record(NamedTuple):
    """Everything that was done: question → what was decided, exercise → work, lesson → the targets reached, target →
    the fewest steps that a training run needed for it.
    """

    decided: dict[str, str]
    work: dict[str, Work]
    targets: dict[str, list[str]]
    best: dict[str, int]


def path() -> Path | None:
    """Where the file lies; None if nothing is to be written, or there is no place for it."""
    told = os.environ.get("LABKIT_JOURNAL", "").strip()
    if told.lower() in OFF:
        return None
    try:
        if told:
            place = Path.home() / Path(told).expanduser()  # a whole name stays what it is
            return place / FILE if place.is_dir() else place
        automatic = os.environ.get("CI", "").lower() not in ("", "0", "false")
        return None if automatic or any(name in os.environ for name in AUTOMATIC) else _user_folder() / "labkit" / FILE
    except (OSError, RuntimeError, ValueError):  # no home, or a path that this system cannot have
        return None


def _user_folder() -> Path:
    """Where this system keeps the data of programs."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


def decided(name: str, option: str) -> None:
    """Write down what was decided about a question."""
    _write({"what": "predict", "name": name, "option": option})


def tried(name: str, right: bool) -> None:
    """Write down that an exercise was checked, and whether it was right."""
    _write({"what": "check", "name": name, "right": right})


def hinted(name: str) -> None:
    """Write down that a hint was asked for."""
    _write({"what": "hint", "name": name})


def reached(goal: str) -> None:
    """Write down that a target was reached, once."""
    if (lesson, goal) in _reached:  # a panel says so in every picture
        return
    _reached.add((lesson, goal))
    if goal not in record().targets.get(lesson, []):
        _write({"what": "target", "name": lesson, "goal": goal})


def bettered(goal: str, steps: int) -> None:
    """Write down that a training run reached a target in fewer steps than any before."""
    _write({"what": "best", "name": lesson, "goal": goal, "steps": steps})


def belongs_to(name: str) -> None:
    """Note the lesson of this kernel from the name of a question or an exercise: "03-zero" → 03."""
    global lesson
    lesson = name.partition("-")[0]


def record(given: Iterable[dict[str, Any]] | None = None) -> Record:
    """What was done until now, by every notebook; or what the `given` events tell."""
    found = Record({}, {}, {}, {})
    for event in [*_lines(), *_unwritten] if given is None else given:
        name, what = event.get("name"), event.get("what")
        if not isinstance(name, str):
            continue
        if what == "predict" and isinstance(event.get("option"), str):
            found.decided[name] = event["option"]
        elif what == "target" and isinstance(event.get("goal"), str):
            goals = found.targets.setdefault(name, [])
            goals += [event["goal"]] if event["goal"] not in goals else []
        elif what == "best" and isinstance(event.get("goal"), str) and type(event.get("steps")) is int:
            found.best[event["goal"]] = min(event["steps"], found.best.get(event["goal"], event["steps"]))
        elif what in ("check", "hint"):
            found.work[name] = _worked(found.work.get(name, Work()), event)
    return found


def _worked(work: Work, event: dict[str, Any]) -> Work:
    if event["what"] == "hint":
        return work._replace(hints=work.hints + 1)
    return work if work.passed else work._replace(tries=work.tries + 1, passed=event.get("right") is True)


def forget() -> None:
    """Forget what was not written, and the lesson; a file stays as it is."""
    global lesson
    lesson = ""
    _unwritten.clear()
    _reached.clear()


def _lines() -> Iterator[dict[str, Any]]:
    """The objects of the file."""
    place = path()
    try:
        text = place.read_bytes().decode("utf-8", "replace") if place else ""
    except OSError:
        return
    yield from events(text)


def events(text: str) -> Iterator[dict[str, Any]]:
    """The objects in the text of a journal, without the lines that are none."""
    for line in text.split("\n"):
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict):
            yield event


def _write(event: dict[str, Any]) -> None:
    """Append a line, and those that could not be written before, in one piece; begin anew, should the last be cut."""
    with _lock:
        _unwritten.append(event)
        try:
            if (place := path()) is None:
                return
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("ab", buffering=0) as file:
                file.write("".join(f"\n{json.dumps(line, ensure_ascii=False)}\n" for line in _unwritten).encode())
            _unwritten.clear()
        except OSError:
            return
