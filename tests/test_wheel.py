"""The wheel carries its data: built, unpacked and imported elsewhere, labkit loads every set."""

import importlib.util
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BUILD = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
LOAD = """
import json, sys
import numpy as np
import labkit
from labkit import datasets
rng = np.random.default_rng(0)
sizes = [len(datasets.fashion_mnist().x_test), len(datasets.mnist1d().x_test), len(datasets.photos()),
         len(datasets.photo_patches(rng).x_test), len(datasets.grey_patches(50, rng))]
print(json.dumps([labkit.__file__, str(datasets.files.FOLDER), sizes, datasets.photo_credits()["fig"]]))
"""


def run(code, *arguments, cwd, **environment):
    done = subprocess.run([sys.executable, "-c", code, *map(str, arguments)], cwd=cwd, env=os.environ | environment,
                          capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel that the build backend makes of this checkout; no network, no installation."""
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("building the wheel needs hatchling: pip install 'hatchling>=1.26', or labkit's extra 'test'")
    folder = tmp_path_factory.mktemp("wheel")
    return folder / run(BUILD, folder, cwd=ROOT).splitlines()[-1]


def test_the_wheel_holds_all_data_files_and_licences(wheel):
    packed = set(zipfile.ZipFile(wheel).namelist())
    listed = json.loads((ROOT / "data" / "MANIFEST.json").read_text(encoding="utf-8"))["files"]
    texts = [path.relative_to(ROOT / "data").as_posix() for path in (ROOT / "data" / "LICENSES").iterdir()]
    missing = {f"labkit/_data/{name}" for name in (*listed, *texts, "MANIFEST.json", "README.md")} - packed
    assert not missing
    assert "labkit/classroom/jupyter/kernels/python3/kernel.json" in packed


def test_an_unpacked_wheel_loads_every_set_from_elsewhere(wheel, tmp_path):
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    zipfile.ZipFile(wheel).extractall(site)
    elsewhere.mkdir()
    where, folder, sizes, credit = json.loads(run(LOAD, cwd=elsewhere, PYTHONPATH=str(site), PYTHONUTF8="1"))
    assert Path(where).is_relative_to(site.resolve()) or Path(where).is_relative_to(site)
    assert Path(folder) == (site / "labkit" / "_data").resolve()
    assert sizes == [4000, 1000, 11, 2000, 50]
    assert credit == 'Trevor "Freespace", 2018, CC-BY-4.0 (resized and recompressed)'
