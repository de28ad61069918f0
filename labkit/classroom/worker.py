"""The process in which one submission runs. It answers; whether the answers are right is decided outside.

It reads one JSON object, the job, and writes a JSON line when it is ready, and one for every exercise as soon as that
is done: the verdict of the check, which is kind and gives hints, and the answers themselves, which are compared once
more by a process that has run none of the student's code.
"""

import base64
import json
import os
import sys
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any, TextIO

import numpy as np

from labkit.classroom import fence
from labkit.classroom.needed import Piece, needed, pieces_of
from labkit.course import EXERCISES, examine
from labkit.exercises import AttemptError, Exercise
from labkit.exercises.attempt import attempt


def main() -> None:
    """Do the job that stands on the standard input."""
    job = json.load(sys.stdin.buffer)
    channel = _private_channel()
    exercises = {name: EXERCISES[name] for name in job["functions"]}  # loaded before anything of the student's
    _say(channel, {})
    refused = fence.close(os.getcwd(), memory=job["memory"], seconds=job["seconds"])
    pieces = pieces_of(job["cells"])
    for name, function in job["functions"].items():
        result = tried(name, exercises[name], pieces, function)
        _say(channel, {**result, "refused": refused})


def _private_channel() -> TextIO:
    """What was the standard output; whatever prints from now on prints into nothing."""
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    return channel


def _say(channel: TextIO, result: Mapping[str, Any]) -> None:
    channel.write(json.dumps(result) + "\n")
    channel.flush()


def tried(name: str, exercise: Exercise, pieces: Sequence[Piece], function: str) -> dict[str, Any]:
    """Status, text and hint of one exercise, and the answers to its cases if the check found them right."""
    wanted = needed(pieces, function)
    if not wanted:
        return _error(f"there is no function {function} in the notebook")
    f, said = _run(wanted, function)
    if not callable(f):
        return _error(said or f"{function} is no function")
    try:
        verdict = examine(name, f)
        answers = [_packed(exercise, attempt(exercise, f, case, StringIO()).answer) for case in exercise.cases
                   if verdict.status == "right"]
    except AttemptError as error:
        return _error(f"asked the same once more, it answers differently: it {error.args[0]}")
    except BaseException as error:  # whatever a stranger's program may raise
        return _error(f"{type(error).__name__}: {str(error)[:200]}")
    return {"status": verdict.status, "text": verdict.text, "hint": verdict.hint, "answers": answers,
            "said": said if verdict.status != "right" else ""}


def _error(said: str) -> dict[str, Any]:
    return {"status": "error", "text": "", "hint": said, "answers": [], "said": ""}


def _run(pieces: Sequence[Piece], function: str) -> tuple[Any, str]:
    """What the pieces leave under the name `function`, and the last error on the way."""
    scope: dict[str, Any] = {"__name__": "__main__", "display": print, "get_ipython": lambda: None}
    said = ""
    for piece in pieces:
        if piece.code is None:
            said = f"a cell is no Python: {piece.error}"
            continue
        try:
            exec(piece.code, scope)
        except BaseException as error:
            said = f"a cell that it needs raised {type(error).__name__}: {str(error)[:200]}"
    return scope.get(function), said


def _packed(exercise: Exercise, answer: Any) -> list[list[Any]]:
    """The values of one answer, each as [type, shape, bytes]."""
    values = (np.asarray(value) for value in exercise.parts(answer).values())
    return [[value.dtype.str, value.shape, base64.b64encode(value.tobytes()).decode("ascii")] for value in values]
