"""Why is an editable installation not a line of text? Where `labkit` lies must be found in every language of the world.

An installation that follows the edits of a contributor is a file `.pth` in the environment, with the course's folder in
it, in UTF-8. Before version 3.13 Python reads such a file in the encoding of the system: under Korean Windows (cp949) a
folder or a user name in Korean letters ends every start of Python with a UnicodeDecodeError. A line that begins with
`import` is run instead, and says the same folder in ASCII. Hatchling calls this file when it builds.
"""

import base64
import hashlib
import os
import zipfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

GONE = "_labkit_gone"
"""A folder in the environment that is looked into last: what it says is heard only when the course is not there."""


class EditableHook(BuildHookInterface):
    """Writes an editable wheel anew: its path in ASCII, and a `labkit` for the day when the course is gone."""

    PLUGIN_NAME = "custom"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """What hatchling calls at the end: `artifact_path` is the wheel, `version` "editable" or "standard"."""
        if version == "editable":
            mend(Path(artifact_path), self.root)


def path_line(folder: str) -> str:
    """A line of a `.pth` file, in ASCII, that puts a folder on the path: the bytes by which the system knows it.

    Editors understand the plain one, which a folder in ASCII gets.
    """
    return f"import os, sys; sys.path.append(os.fsdecode({os.fsencode(folder)!r}))" if not folder.isascii() else folder


def gone(folder: str) -> str:
    """The module `labkit` of an environment whose course is no longer where it was, in ASCII."""
    said = (f"The installation of labkit is broken: it follows the folder {folder}, and labkit is not there any more. "
            "Was the folder moved, or is another disk mounted over it? Install the course again, from a folder that "
            "stays or as a copy: python -m pip install .")
    return f"raise ImportError({said!a})\n"


def mend(wheel: Path, folder: str) -> None:
    """Replace the path file in a wheel, add the module for the day when the folder is gone, and list both."""
    with zipfile.ZipFile(wheel) as old:
        files = {info.filename: old.read(info) for info in old.infolist()}
    path = next(name for name in files if name.endswith(".pth"))
    new = {path: f"{path_line(folder)}\n{GONE}\n", f"{GONE}/labkit.py": gone(folder)}
    record = next(name for name in files if name.endswith(".dist-info/RECORD"))
    rows = [row for row in files.pop(record).decode().splitlines() if not row.startswith(f"{path},")]
    for name, text in new.items():
        files[name] = text.encode("ascii")
        digest = base64.urlsafe_b64encode(hashlib.sha256(files[name]).digest()).rstrip(b"=").decode()
        rows.insert(0, f"{name},sha256={digest},{len(files[name])}")
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in {**files, record: "\n".join([*rows, ""]).encode()}.items():
            written.writestr(name, content)
