"""`python -m labkit.present store [notebook …]`: execute notebooks and store them in the normal form."""

import argparse
import sys
from pathlib import Path

from labkit.present.store import CellFailed, store


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code: 0, or 1 when a notebook could not be stored."""
    parser = argparse.ArgumentParser(prog="python -m labkit.present", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    storing = commands.add_parser("store", help="execute notebooks and store them in the normal form")
    storing.add_argument("notebooks", nargs="*", type=Path, help="default: every notebook of the course")
    paths = parser.parse_args(arguments).notebooks or sorted(Path("notebooks").glob("*.ipynb"))
    if not paths:
        print("No notebooks here: run this in the folder that holds notebooks/, or name the files.", file=sys.stderr)
    return max((_store(path) for path in paths), default=1)


def _store(path: Path) -> int:
    try:
        print(f"{path}: {'stored' if store(path) else 'unchanged'}", flush=True)
    except (CellFailed, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
