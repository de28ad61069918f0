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


class EditableHook(BuildHookInterface):
    """Writes the path file of an editable wheel anew if its folder is not in ASCII; else editors read the plain one."""

    PLUGIN_NAME = "custom"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """What hatchling calls at the end: `artifact_path` is the wheel, `version` "editable" or "standard"."""
        if version == "editable" and not self.root.isascii():
            in_ascii(Path(artifact_path), self.root)


def path_line(folder: str) -> str:
    """A line of a `.pth` file, in ASCII, that puts a folder on the path: the bytes by which the system knows it."""
    return f"import os, sys; sys.path.append(os.fsdecode({os.fsencode(folder)!r}))\n"


def in_ascii(wheel: Path, folder: str) -> None:
    """Replace the path file in a wheel, and its line in the list of the files."""
    with zipfile.ZipFile(wheel) as old:
        files = {info: old.read(info) for info in old.infolist()}
    name = next(info.filename for info in files if info.filename.endswith(".pth"))
    line = path_line(folder).encode("ascii")
    digest = base64.urlsafe_b64encode(hashlib.sha256(line).digest()).rstrip(b"=").decode()
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as new:
        for info, content in files.items():
            if info.filename == name:
                content = line
            elif info.filename.endswith(".dist-info/RECORD"):
                rows = content.decode().splitlines()
                rows = [f"{name},sha256={digest},{len(line)}" if row.startswith(f"{name},") else row for row in rows]
                content = "\n".join([*rows, ""]).encode()
            new.writestr(info, content)
