"""Finding the data files and making sure that they are the ones the course shipped.

A source checkout keeps them in `data/` beside `labkit/`; a wheel carries them inside, as `labkit/_data`. Either way
the place is found from this file, so the working directory does not matter.
"""

import hashlib
import io
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

PACKAGE = Path(__file__).resolve().parents[1]
INSTALLED = PACKAGE / "_data"
FOLDER = INSTALLED if INSTALLED.is_dir() else PACKAGE.parent / "data"
MANIFEST = "MANIFEST.json"
FACTS = {"sha256", "credit", "licence"}
LFS_POINTER = b"version https://git-lfs"


class DataError(RuntimeError):
    """A data file is missing, unreadable or not the one the course shipped; the message says how to restore it."""


def _problem(name: str, what: str) -> DataError:
    """The error that says which file has which problem, and how to get it back here."""
    if FOLDER.name == INSTALLED.name:
        cure = "Install labkit again: pip install --force-reinstall --no-deps, then what you installed it from."
    else:
        cure = f"Restore it: `git checkout -- data/{name}` in {FOLDER.parent}, or download the course again."
    return DataError(f"datasets: {FOLDER / name} {what}. {cure}")


def _bytes(name: str) -> bytes:
    """What the file holds; a file that cannot be read is a `DataError` that says why."""
    try:
        return (FOLDER / name).read_bytes()
    except FileNotFoundError as error:
        raise _problem(name, "is missing") from error
    except OSError as error:
        raise _problem(name, f"cannot be read: {error.strerror}; look at the permissions of file and folder") from error


@cache
def manifest() -> dict[str, Any]:
    """What is known of every data file: checksum, size, licence, credit."""
    try:
        files = json.loads(_bytes(MANIFEST).decode("utf-8"))["files"]
    except (ValueError, KeyError, TypeError) as error:
        raise _problem(MANIFEST, "is damaged: it is not the list of data files") from error
    if not isinstance(files, dict) or not all(map(_is_known, files.values())):
        raise _problem(MANIFEST, "is damaged: it does not say of every file what is known")
    return files


def _is_known(facts: Any) -> bool:
    return isinstance(facts, dict) and set(facts) >= FACTS


def verified(name: str) -> bytes:
    """What the file holds, once its SHA-256 is the one in the manifest; raises `DataError` otherwise."""
    data = _bytes(name)
    if data.startswith(LFS_POINTER):
        raise _problem(name, "is a Git LFS pointer, not the data: try `git lfs pull` first")
    actual, expected = hashlib.sha256(data).hexdigest(), manifest().get(name, {}).get("sha256", "none listed")
    if actual != expected:
        raise _problem(name, f"is damaged: {len(data)} bytes with SHA-256 {actual[:12]}…, expected {expected[:12]}…")
    return data


def arrays(name: str) -> Mapping[str, np.ndarray]:
    """The arrays of a verified .npz file. Each is unpacked when it is asked for, and nothing is kept: the memory of a
    class on one machine is dearer than the twentieth of a second that all pictures take.
    """
    return np.load(io.BytesIO(verified(name)))
