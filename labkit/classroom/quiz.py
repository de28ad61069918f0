"""The predictions as questions for an exam or a quiz, with their reasons: Moodle's GIFT, which many platforms read.

A question is one block: a name, the text, and one line for each option, `=` before the right one and `~` before the
others; behind `#` stands what the student reads after that choice, behind `####` what everybody reads in the end.
https://docs.moodle.org/en/GIFT_format
"""

import re
from collections.abc import Mapping
from pathlib import Path

from labkit.course import LESSONS, QUESTIONS
from labkit.exercises import Question
from labkit.notebooks.files import written

SPECIAL = re.compile(r"([\\~=#{}:])")
FORMULA = re.compile(r"(?<!\\)\$([^$\n]+)\$")
BLANK = re.compile(r"\s*\n\s*")


def escaped(text: str) -> str:
    r"""HTML as GIFT: formulas between \( and \), one line, and a backslash before each character that means something.

    >>> print(escaped(r"the factor $\sqrt{n}$ = 2"))
    the factor \\(\\sqrt\{n\}\\) \= 2
    """
    return SPECIAL.sub(r"\\\1", BLANK.sub(" ", FORMULA.sub(r"\\(\1\\)", text)))


def gift(name: str, asked: Question) -> str:
    """One question. Which option is right is said after each choice, and why at the end."""
    lines = [f"::{escaped(name)}::[html]{escaped(asked.question)}{{"]
    for option in asked.options:
        right = option == asked.answer
        said = "Right." if right else f"The answer is: {asked.answer}."
        lines.append(f"\t{'=' if right else '~'}{escaped(option)}#{escaped(said)}")
    return "\n".join([*lines, f"\t####{escaped(asked.why)}", "}"])


def quiz(topic: str, questions: Mapping[str, Question]) -> str:
    """The questions of a lesson as a file: its category, and one block for every question."""
    category = f"$CATEGORY: $course$/top/Training neural networks/{topic}"
    return "\n\n".join([category, *(gift(name, asked) for name, asked in questions.items())]) + "\n"


def export(out: Path) -> list[Path]:
    """Write a file for every lesson that has questions into the folder `out`; returns their paths."""
    out.mkdir(parents=True, exist_ok=True)
    files = []
    for number, topic in enumerate(LESSONS):
        if questions := {name: asked for name, asked in QUESTIONS.items() if name.startswith(f"{number:02d}-")}:
            path = out / f"{number:02d}_{topic}.gift"
            files.append(written(path, quiz(f"{number:02d} {topic.replace('_', ' ')}", questions)))
    return files
