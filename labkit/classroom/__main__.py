"""`python -m labkit.classroom handout NOTEBOOK… --out FOLDER`: copies for students, without solutions and answers.
`python -m labkit.classroom assignment NOTEBOOK… --out FOLDER`: sources for nbgrader.
`python -m labkit.classroom grade NOTEBOOK SUBMISSIONS > grades.csv`: a table of what came back.
`python -m labkit.classroom quiz --out FOLDER`: the predictions as questions for a quiz, in Moodle's format GIFT."""

import argparse
import sys
from pathlib import Path

from labkit.classroom.assignment import CONFIG, assign
from labkit.classroom.grades import grade
from labkit.classroom.handout import hand_out
from labkit.classroom.judge import Limits
from labkit.classroom.quiz import export
from labkit.notebooks.command import tried


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code: 0, or 1 when something could not be done."""
    options = _parser().parse_args(arguments)
    return tried(options.work, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m labkit.classroom")
    commands = parser.add_subparsers(dest="command", required=True)
    handout = commands.add_parser("handout", help="write copies for students, without solutions, notes and answers")
    handout.set_defaults(work=_handout)
    assignment = commands.add_parser("assignment", help="write sources for nbgrader")
    assignment.add_argument("--points", type=_positive, default=1, help="for each exercise, default: 1")
    assignment.set_defaults(work=_assignment)
    asking = commands.add_parser("quiz", help="write the predictions as questions for Moodle (GIFT)")
    asking.set_defaults(work=_quiz)
    for command in (handout, assignment):
        command.add_argument("notebooks", nargs="+", type=Path)
    for command in (handout, assignment, asking):
        command.add_argument("--out", type=Path, required=True, help="the folder to write to")
    grading = commands.add_parser("grade", help="check submissions: a table, as CSV, on the standard output")
    grading.add_argument("notebook", type=Path, help="the original, with its exercises")
    grading.add_argument("submissions", type=Path, help="a folder with a notebook, or a folder, of every student")
    grading.add_argument("--seconds", type=_positive, default=Limits().seconds, help="the longest time for an exercise")
    grading.add_argument("--memory", type=_positive, default=Limits().memory, help="MiB for a submission")
    grading.set_defaults(work=_grade)
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"a whole number above 0 is wanted, not {text}")
    return int(text)


def _handout(options: argparse.Namespace) -> None:
    print(*hand_out(options.notebooks, options.out), sep="\n")


def _assignment(options: argparse.Namespace) -> None:
    print(*assign(options.notebooks, options.out, options.points), sep="\n")
    print(f"The course's nbgrader_config.py should say: {CONFIG}", file=sys.stderr)


def _grade(options: argparse.Namespace) -> None:
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # names of students, on every system
    grade(options.notebook, options.submissions, sys.stdout, Limits(options.seconds, options.memory))


def _quiz(options: argparse.Namespace) -> None:
    print(*export(options.out), sep="\n")


if __name__ == "__main__":
    sys.exit(main())
