"""What did a student predict, and how did the exercises go? From the report or the journal that came with a notebook.

Both are the student's own word: a text file that anyone can edit. They tell of the learning and are no proof.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from labkit import journal
from labkit.course import EXERCISES, QUESTIONS


class Told(NamedTuple):
    """Two sentences of a table: about the predictions, and about exercises and targets."""

    predictions: str = ""
    report: str = ""


def told(records: Sequence[str], lesson: str) -> Told:
    """What the records say about the lesson of this number; the report, where there is one, before the journal."""
    for text in records:
        facts = _facts(text)
        if facts.get("lesson") == lesson:
            return _of_report(facts)
    done = journal.record([event for text in records for event in journal.events(text)])
    of_lesson = [name for name in [*done.decided, *done.work] if name.startswith(f"{lesson}-")]
    return _of_journal(done, lesson) if of_lesson or lesson in done.targets else Told()


def _facts(text: str) -> dict[str, Any]:
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _of_report(facts: Mapping[str, Any]) -> Told:
    rights = [entry.get("right") for entry in _list(facts, "predictions") if isinstance(entry, dict)]
    works = facts.get("exercises")
    works = [work for work in works.values() if isinstance(work, dict)] if isinstance(works, dict) else []
    return _told(rights, [journal.Work(_whole(work, "tries"), work.get("passed") is True, _whole(work, "hints"))
                          for work in works], len(_list(facts, "targets")))


def _of_journal(done: journal.Record, lesson: str) -> Told:
    questions = {name: question for name, question in QUESTIONS.items() if name.startswith(f"{lesson}-")}
    rights = [done.decided[name] == question.answer if name in done.decided else None
              for name, question in questions.items()]
    works = [done.work.get(name, journal.Work()) for name in EXERCISES if name.startswith(f"{lesson}-")]
    return _told(rights, works, len(done.targets.get(lesson, [])))


def _told(rights: Sequence[Any], works: Sequence[journal.Work], targets: int) -> Told:
    made = [right for right in rights if isinstance(right, bool)]
    passed, tries, hints = (sum(getattr(work, what) for work in works) for what in ("passed", "tries", "hints"))
    return Told(f"{sum(made)} right of {len(made)} made ({len(rights)} in all)",
                f"{passed} of {len(works)} passed; tries: {tries}, hints: {hints}, targets: {targets}")


def _list(facts: Mapping[str, Any], name: str) -> list[Any]:
    value = facts.get(name)
    return value if isinstance(value, list) else []


def _whole(facts: Mapping[str, Any], name: str) -> int:
    value = facts.get(name)
    return value if type(value) is int and 0 <= value < 10**6 else 0
