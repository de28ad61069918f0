"""A notebook and its file: one way to write it, so that the same notebook gives the same bytes."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode


def read(path: Path) -> NotebookNode:
    """The notebook in a file. Raises ValueError, with the file's name, for what is none; OSError if it cannot be read.
    """
    try:
        return nbformat.read(path, as_version=4)
    except OSError:
        raise
    except Exception as error:  # nbformat has many kinds of them
        said = f"{type(error).__name__}: {str(error)[:200]}"
        raise ValueError(f"{path}: no notebook that can be read ({said}).") from None


def text_of(notebook: NotebookNode) -> str:
    """The characters of the stored file."""
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT).rstrip("\n") + "\n"


def write(notebook: NotebookNode, path: Path) -> Path:
    """Write the file, and the folder if there is none; returns the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return written(path, text_of(notebook))


def written(file: Path, content: str | bytes) -> Path:
    """Write a file whole or not at all: interrupted, the one that was there stays."""
    part = file.with_name(f".{file.name}.part")
    try:
        part.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        os.replace(part, file)
    finally:
        part.unlink(missing_ok=True)
    return file


def converted(paths: Sequence[Path], out: Path, change: Callable[[NotebookNode], NotebookNode]) -> list[Path]:
    """Write what `change` makes of every notebook into the folder `out`, under the same name; returns the new paths.

    Raises ValueError, before anything is written, for a file that is no notebook, and where a new file would take the
    place of another one.
    """
    new: dict[Path, NotebookNode] = {}
    for path in paths:
        if out / path.name in new or (out / path.name).resolve() == path.resolve():
            raise ValueError(f"{path} would be written over another notebook: give another folder than {out} to --out.")
        try:
            new[out / path.name] = change(read(path))
        except ValueError as error:
            raise ValueError(f"{path}: {str(error).removeprefix(f'{path}: ')}") from None
    return [write(notebook, path) for path, notebook in new.items()]
