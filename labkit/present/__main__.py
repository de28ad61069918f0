"""`python -m labkit.present store [notebook …]`: execute notebooks and store them in the normal form.
`python -m labkit.present decks [notebook …]`: slides and handouts of the notebooks, for a room without network.
`python -m labkit.present pages [notebook …]`: the course as pages to read and drag without installing anything.
`python -m labkit.present picture`: the moving picture of the README."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from labkit.notebooks.command import INTERRUPTED, progress, tried
from labkit.present.store import store

NO_NOTEBOOKS = "No notebooks here: run this in the folder that holds notebooks/, or name the files."


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code: 0, or 1 when something could not be done."""
    parser = argparse.ArgumentParser(prog="python -m labkit.present")
    commands = parser.add_subparsers(dest="command", required=True)
    storing = commands.add_parser("store", help="execute notebooks and store them in the normal form")
    decking = commands.add_parser("decks", help="write slides (an HTML file per notebook), handouts (PDF) and an index")
    paging = commands.add_parser("pages", help="write a page to read for every notebook, and an index")
    commands.add_parser("picture", help="draw the moving picture of the README anew")
    for command in (storing, decking, paging):
        command.add_argument("notebooks", nargs="*", type=Path, help="default: every notebook of the course")
    decking.add_argument("--out", type=Path, default=Path("decks"), help="the folder to write to, default: decks")
    paging.add_argument("--out", type=Path, default=Path("site"), help="the folder to write to, default: site")
    decking.add_argument("--no-handouts", action="store_true", help="slides only; handouts need a Chromium")
    options = parser.parse_args(arguments)
    if options.command == "picture":
        return tried(_picture)
    paths = options.notebooks or sorted(Path("notebooks").glob("*.ipynb"))
    if not paths:
        print(NO_NOTEBOOKS, file=sys.stderr)
        return 1
    if options.command == "store":
        return _stored(paths)
    if options.command == "pages":
        return tried(_pages, paths, options.out)
    return tried(_decks, paths, options.out, not options.no_handouts)


def _stored(paths: Sequence[Path]) -> int:
    """Store one after the other, also after one that failed, until it is interrupted."""
    worst = 0
    for done, path in enumerate(paths):
        progress(done, len(paths), path.name)
        worst = max(worst, tried(_store, path))
        if worst == INTERRUPTED:
            return worst
    progress(len(paths), len(paths))
    return worst


def _store(path: Path) -> None:
    print(f"{path}: {'stored' if store(path) else 'unchanged'}", flush=True)


def _decks(paths: Sequence[Path], out: Path, handouts: bool) -> None:
    with _extra("decks"):
        from labkit.present.decks import write
    _told(write(paths, out, handouts=handouts), len(paths) * (1 + 2 * handouts) + 1)


def _pages(paths: Sequence[Path], out: Path) -> None:
    with _extra("pages"):
        from labkit.present.pages import write
    _told(write(paths, out), len(paths) + 1)


def _picture() -> None:
    with _extra("pictures"):
        from labkit.present.flagship import write
    _told(write(), 1)


@contextmanager
def _extra(what: str) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise RuntimeError(f"{what} need the package {error.name}: install labkit's extra 'present', or put "
                           "`python -m uv run --extra present` before the command.") from error


def _told(files: Iterator[Path], count: int) -> None:
    """Say of every file that it is there and how large it is, and how many are still to come."""
    progress(0, count)
    for number, file in enumerate(files, start=1):
        print(f"{file}: {file.stat().st_size / 1e6:.2f} MB", flush=True)
        progress(number, count)


if __name__ == "__main__":
    sys.exit(main())
