"""`python -m labkit.classroom handout NOTEBOOK… --out FOLDER`: copies for students, without solutions and answers.
"""

import argparse
import sys
from pathlib import Path

from labkit.classroom.handout import hand_out
from labkit.notebooks.command import tried


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code: 0, or 1 when something could not be done."""
    options = _parser().parse_args(arguments)
    return tried(options.work, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m labkit.classroom")
    commands = parser.add_subparsers(dest="command", required=True)
    handout = commands.add_parser("handout", help="write copies for students, without solutions, notes and answers")
    handout.add_argument("notebooks", nargs="+", type=Path)
    handout.add_argument("--out", type=Path, required=True, help="the folder to write to")
    handout.set_defaults(work=_handout)
    return parser


def _handout(options: argparse.Namespace) -> None:
    for file in hand_out(options.notebooks, options.out):
        print(file)


if __name__ == "__main__":
    sys.exit(main())
