"""An editable installation is found by every Python and in every folder, whatever the encoding of the system."""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = "import sys; from hatchling.build import build_editable; print(build_editable(sys.argv[1]))"
PATHS = "import site, sys; site.addsitedir(sys.argv[1]); import labkit.checks; print(ascii(labkit.checks.__file__))"


@pytest.fixture(scope="module", params=["course", "홍길동 닭 #1 it's"])
def editable(request, tmp_path_factory):
    """A folder of this name with the course in it, and its editable wheel."""
    pytest.importorskip("hatchling", reason="building the wheel needs hatchling, in labkit's extra 'test'")
    folder = tmp_path_factory.mktemp("editable") / request.param
    shutil.copytree(ROOT / "labkit", folder / "labkit", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("data", "pyproject.toml", "README.md", "LICENSE"):
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, folder / name)
    done = subprocess.run([sys.executable, "-c", BUILD, folder.parent], cwd=folder, capture_output=True, text=True,
                          check=True, env=os.environ | {"PYTHONUTF8": "1"})
    return folder, folder.parent / done.stdout.splitlines()[-1]


def test_its_path_is_read_under_every_encoding(editable, tmp_path):
    folder, wheel = editable
    zipfile.ZipFile(wheel).extractall(tmp_path)
    path, = tmp_path.glob("*.pth")
    path.read_bytes().decode("ascii")
    code = f"import sys; sys.path.append({str(Path(np.__file__).parents[1])!r})\n{PATHS}"
    done = subprocess.run([sys.executable, "-S", "-c", code, tmp_path], cwd=tmp_path, capture_output=True, text=True,
                          check=False)
    assert done.stdout.strip() == ascii(str(folder / "labkit" / "checks.py")), done.stderr


def test_where_the_course_is_gone_its_import_says_so(editable, tmp_path):
    """The folder moved away, or was mounted over: the environment still holds the data, and no module."""
    folder, wheel = editable
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    folder.rename(folder.with_name("elsewhere"))
    try:
        for there in (False, True):
            done = subprocess.run([sys.executable, "-S", "-c", PATHS, tmp_path / "site"], cwd=tmp_path, text=True,
                                  capture_output=True, check=False, env=os.environ | {"PYTHONIOENCODING": "utf-8"},
                                  encoding="utf-8")
            assert f"labkit is broken: it follows the folder {folder}" in done.stderr, done.stderr
            assert "mounted over it?" in done.stderr and "python -m pip install ." in done.stderr
            if not there:
                folder.mkdir()
        folder.rmdir()
    finally:
        folder.with_name("elsewhere").rename(folder)


def test_the_list_of_its_files_is_right(editable):
    with zipfile.ZipFile(editable[1]) as wheel:
        record, = (name for name in wheel.namelist() if name.endswith("RECORD"))
        for row in wheel.read(record).decode().splitlines():
            name, digest, size = row.rsplit(",", 2)
            content = wheel.read(name)
            told = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            assert name == record or (digest, int(size)) == (f"sha256={told}", len(content)), name
