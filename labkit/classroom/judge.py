"""Was it right? Each submission runs in a process of its own; its answers are compared here, where none of it runs.

A program that hangs, crashes or takes too much costs the exercise at which that happens. The next ones get a new
process.
"""

import base64
import json
import os
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import labkit
from labkit.course import EXERCISES
from labkit.exercises import Exercise

LARGEST_ANSWER = 32 * 2**20
START_SECONDS = 120
START = "import sys; sys.path[:] = sys.argv[1:]; from labkit.classroom.worker import main; main()"
KEPT = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
"""What a submission learns of the environment; the rest may hold secrets."""


class Limits(NamedTuple):
    """How many `seconds` an exercise may take, and how many MiB of `memory` a submission."""

    seconds: int = 20
    memory: int = 2048


class Mark(NamedTuple):
    """What came of one exercise: right, wrong, open or error; a remark; what was attempted and refused."""

    status: str
    remark: str = ""
    refused: tuple[str, ...] = ()


def marks(cells: Sequence[str], functions: Mapping[str, str], limits: Limits) -> dict[str, Mark]:
    """A mark for every exercise of `functions`, {name: function}, from the Python of a notebook's cells."""
    found: dict[str, Mark] = {}
    while left := {name: function for name, function in functions.items() if name not in found}:
        first = next(iter(left))
        for name, result in zip(left, _results(cells, left, limits), strict=False):
            found[name] = _mark(name, result)
            if "ended" in result:
                break
        found.setdefault(first, Mark("error", "it gave no answer"))
    return found


def _mark(name: str, result: Mapping[str, Any]) -> Mark:
    if "ended" in result:
        return Mark("error", result["ended"])
    try:
        status, refused = result["status"], tuple(map(str, result["refused"]))
        said = " ".join(str(part) for part in (result["hint"] or _body(result["text"]), result["said"]) if part)
        if status == "right" and not agrees(EXERCISES[name], result["answers"]):
            return Mark("wrong", "its answers are not those that were reported", refused)
        known = status if status in ("right", "wrong", "open") else "error"
        return Mark(known, said if known in ("wrong", "error") else "", refused)
    except Exception as error:  # a message that the worker did not write
        return Mark("error", f"an answer that cannot be read ({type(error).__name__})")


def _body(text: str) -> str:
    """What a check says below its first line."""
    return " ".join(" ".join(text.split("\n")[1:]).split())


# ------------------------------------------------------------------------------------------------ the answers
def agrees(exercise: Exercise, answers: Sequence[Sequence[Any]]) -> bool:
    """Whether the packed answers to all cases are the expected ones. Raises ValueError for what is no answer."""
    for case, packed in zip(exercise.cases, answers, strict=True):
        expected, _ = exercise.call(exercise.reference, case)
        values = tuple(map(_unpacked, packed))
        pair = exercise.compared(values if exercise.returns else values[0], expected, case)
        if exercise.first_wrong(*pair) is not None:
            return False
    return True


def _unpacked(packed: Sequence[Any]) -> np.ndarray:
    kind, shape, data = packed
    if not re.fullmatch(r"[<>|][fiub]\d+", kind):
        raise ValueError(f"{kind} is no type of real numbers")
    return np.frombuffer(base64.b64decode(data), np.dtype(kind)).reshape(shape)


# ------------------------------------------------------------------------------------------------ the process
def _results(cells: Sequence[str], functions: Mapping[str, str], limits: Limits) -> Iterator[dict[str, Any]]:
    """What the worker says of one exercise after the other; the last one may be {"ended": why}."""
    job = {"cells": list(cells), "functions": dict(functions), "memory": limits.memory * 2**20,
           "seconds": limits.seconds * len(functions) + 10}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        process = _started(folder)
        lines: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=_talk, args=(process, json.dumps(job).encode(), lines), daemon=True).start()
        try:
            ready = _next(process, lines, START_SECONDS)
            if "ended" in ready:
                raise RuntimeError(f"grade: no process for the submissions could be started: {ready['ended']}.")
            for _ in functions:
                yield _next(process, lines, limits.seconds)
        finally:
            _killed(process)


def _started(folder: str) -> subprocess.Popen:
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {"HOME": folder, "USERPROFILE": folder, "TMPDIR": folder, "TEMP": folder, "TMP": folder,
                    "MPLCONFIGDIR": folder, "MPLBACKEND": "agg", "LABKIT_JOURNAL": "off", "OPENBLAS_NUM_THREADS": "1",
                    "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-I", "-c", START, str(Path(labkit.__file__).parents[1]), *filter(None, sys.path)]
    return subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, start_new_session=True)


def _talk(process: subprocess.Popen, job: bytes, lines: queue.Queue) -> None:
    """Hand the job over and pass on what comes back, line by line; an empty line at the end."""
    with suppress(OSError, ValueError):
        process.stdin.write(job)
        process.stdin.close()
        while line := process.stdout.readline(LARGEST_ANSWER):
            lines.put(line)
    lines.put(b"")


def _next(process: subprocess.Popen, lines: queue.Queue, seconds: float) -> dict[str, Any]:
    try:
        line = lines.get(timeout=seconds)
    except queue.Empty:
        return {"ended": f"it did not come to an end within {seconds} s"}
    if not line:
        return {"ended": _why(process)}
    try:
        result = json.loads(line)
        return result if isinstance(result, dict) else {}
    except (ValueError, RecursionError):
        return {}


def _why(process: subprocess.Popen) -> str:
    """Why a process is no more."""
    try:
        code = process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        return "it closed the way on which its answers come"
    if code < 0:
        name = next((s.name for s in signal.Signals if s == -code), str(-code))
        return f"it crashed or was ended ({name}); was there not enough memory?"
    return f"it left Python (exit code {code})"


def _killed(process: subprocess.Popen) -> None:
    """End the process and whatever it has started."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
