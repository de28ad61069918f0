"""Rebuild every data file of the course from the packages it came from.

    python data/build_data.py PACKAGES OUT

PACKAGES is a folder that holds the two Debian packages and the three wheels named in `PACKAGES` below; OUT is a new
folder. Debian packages and wheels are read directly, so this runs anywhere that has NumPy, SciPy, Pillow and
matplotlib (MNIST-1D's generator imports the last, for a plot that is not drawn here).

Nobody needs to run this: the committed files are the truth and this script is the record of how they were made. It
writes the files and a MANIFEST.json into OUT, and prints for every array and photo whether it agrees with the
committed manifest. zlib and Pillow may pack the same numbers differently from version to version, hence two
checksums: one of each file, one of each array.
"""

import gzip
import hashlib
import importlib
import io
import json
import sys
import tarfile
import types
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent
MANIFEST = "MANIFEST.json"


# ------------------------------------------------------------------------------------------------ where it comes from
class Package(NamedTuple):
    """A package by name and version. A wheel that differs per platform has no fixed `sha256`; its photos do."""

    kind: str
    version: str
    file: str
    sha256: str | None


PACKAGES = {
    "dataset-fashion-mnist": Package(
        "Debian", "0.0~git20200523.55506a9-1", "dataset-fashion-mnist_0.0~git20200523.55506a9-1_all.deb",
        "39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0"),
    "lomiri-wallpapers-16.04": Package(
        "Debian", "20.04.0-2", "lomiri-wallpapers-16.04_20.04.0-2_all.deb",
        "a99ff6a3bfe451e4cc0682ecb3cc82e71740626d59e4845ae34a0a0e45421eab"),
    "mnist1d": Package(
        "Python wheel", "0.0.2.post1", "mnist1d-0.0.2.post1-py3-none-any.whl",
        "e780fadc12ab6e45994dcb02bbe728b347243e0a5d13790f2a86992500eceb86"),
    "scikit-image": Package("Python wheel", "0.26.0", "scikit_image-0.26.0-*.whl", None),
    "scikit-learn": Package("Python wheel", "1.9.1", "scikit_learn-1.9.1-*.whl", None),
}

FASHION = "usr/share/datasets/fashion-mnist/"
WALLPAPERS = "usr/share/backgrounds/"


class Photo(NamedTuple):
    """Where a photo lies in its package, the sha256 of that original, who took it, under which licence."""

    package: str
    source: str
    source_sha256: str
    credit: str
    licence: str


BERASATEGI = "Aitzol Berasategi, 2018"
FREESPACE = 'Trevor "Freespace", 2018'
PHOTOS = {
    "china": Photo(
        "scikit-learn", "sklearn/datasets/images/china.jpg",
        "8378025ad2519d649d02e32bd98990db4ab572357d9f09841c2fbfbb4fefad29",
        "danielbuechele (Flickr 6061409035)", "CC-BY-2.0"),
    "flower": Photo(
        "scikit-learn", "sklearn/datasets/images/flower.jpg",
        "a77f6ec41e353afdf8bdff2ea981b2955535d8d83294f8cfa49cf4e423dd5638",
        "vultilion (Flickr 6056698931)", "CC-BY-2.0"),
    "astronaut": Photo(
        "scikit-image", "skimage/data/astronaut.png",
        "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
        "NASA; the astronaut is Eileen Collins", "public domain"),
    "chelsea": Photo(
        "scikit-image", "skimage/data/chelsea.png",
        "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb",
        "Stefan van der Walt", "CC0-1.0"),
    "coffee": Photo(
        "scikit-image", "skimage/data/coffee.png",
        "cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7",
        "Rachel Michetti, courtesy of Pikolo Espresso Bar", "CC0-1.0"),
    "fig": Photo(
        "lomiri-wallpapers-16.04", WALLPAPERS + "Picture_0B_by_freespace.jpg",
        "c8c0ab18e48d9e0419fe42881112137f3afafc27dfddc29ec3a6d54c56d225ad", FREESPACE, "CC-BY-4.0"),
    "brushes": Photo(
        "lomiri-wallpapers-16.04", WALLPAPERS + "Picture_1A_by_freespace.jpg",
        "89e86af38d04daaef975665dc2127e9fa76f0fd68f4eea105a2d0ae3390b010b", FREESPACE, "CC-BY-4.0"),
    "stream": Photo(
        "lomiri-wallpapers-16.04", WALLPAPERS + "life_by_Aitzol_Berasategi.jpg",
        "4c119350ead80201fe256850c3d316309ddfb4bdf10b235ce982dcde0c667c05", BERASATEGI, "CC-BY-4.0"),
    "peaks": Photo(
        "lomiri-wallpapers-16.04", WALLPAPERS + "picosdeeuropa_by_Aitzol_Berasategi.jpg",
        "414d0072b2f6f2c555deafeaef6e45c4fed6fa9ad26eba6560ca8803959cf97a", BERASATEGI, "CC-BY-4.0"),
    "dandelion": Photo(
        "lomiri-wallpapers-16.04", WALLPAPERS + "seeding_by_Clements_Engelhardt.jpg",
        "a5634d1ab5e41a3568e92d4a894a500c92b891f9ff734e50bd224d6e185a605f", "Clemens Engelhardt, 2018", "CC0-1.0"),
    "dogs": Photo(
        "lomiri-wallpapers-16.04", WALLPAPERS + "friends_by_Aitzol_Berasategi.jpg",
        "cc40e313c74e421edffe3403def413c16878ce14661cce7ec5915baeab35538d", BERASATEGI, "CC-BY-4.0"),
}
LONGEST_SIDE, JPEG_QUALITY = 480, 88


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# ------------------------------------------------------------------------------------------------ reading packages
def find_package(folder: Path, name: str) -> Path:
    """The package's file in `folder`, its checksum verified where one is pinned."""
    package = PACKAGES[name]
    found = sorted(folder.glob(package.file))
    if not found:
        raise SystemExit(f"{folder} holds no {package.file} ({package.kind} {name} {package.version}): put it there.")
    if package.sha256 not in (None, actual := sha256(found[0].read_bytes())):
        raise SystemExit(f"{found[0]} has sha256 {actual}; expected {package.sha256}. It is not the release we used.")
    return found[0]


def ar_members(data: bytes) -> dict[str, bytes]:
    """The members of an ar archive: 60-byte headers, each member padded to an even length."""
    if not data.startswith(b"!<arch>\n"):
        raise SystemExit("not a Debian package: it does not begin like an ar archive.")
    members, at = {}, 8
    while at < len(data):
        name, size = data[at : at + 16].decode().strip().rstrip("/"), int(data[at + 48 : at + 58])
        members[name] = data[at + 60 : at + 60 + size]
        at += 60 + size + size % 2
    return members


def reader(path: Path) -> Callable[[str], bytes]:
    """A function from the name of a file inside a package to its bytes."""
    if path.suffix == ".whl":
        return zipfile.ZipFile(path).read
    with tarfile.open(fileobj=io.BytesIO(ar_members(path.read_bytes())["data.tar.xz"]), mode="r:xz") as archive:
        files = {member.name.removeprefix("./"): archive.extractfile(member).read() for member in archive
                 if member.isfile()}
    return files.__getitem__


# ------------------------------------------------------------------------------------------------ the three sets
def idx(data: bytes) -> np.ndarray:
    """The array in a gzipped IDX file: two zero bytes, the type (8 is uint8), the number of axes, their lengths."""
    data = gzip.decompress(data)
    if data[:3] != b"\0\0\x08":
        raise SystemExit("not an IDX file of bytes.")
    shape = np.frombuffer(data, ">u4", count=data[3], offset=4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(shape)


def interleaved(y: np.ndarray, first: int, last: int) -> np.ndarray:
    """Rows of the examples number `first` to `last` of each class in file order, as classes 0, 1, …, 9, 0, 1, …"""
    return np.stack([np.flatnonzero(y == c)[first:last] for c in range(10)], axis=1).ravel()


def fashion_mnist(read: Callable[[str], bytes]) -> dict[str, np.ndarray]:
    """600 + 200 images a class of the official training file, 400 a class of the official test file."""
    arrays, rows = {}, {}
    for part, source, first, last in (("train", "train", 0, 600), ("val", "train", 600, 800), ("test", "t10k", 0, 400)):
        x = idx(read(f"{FASHION}{source}-images-idx3-ubyte.gz"))
        y = idx(read(f"{FASHION}{source}-labels-idx1-ubyte.gz"))
        index = interleaved(y, first, last)
        arrays |= {f"X_{part}": x[index], f"y_{part}": y[index]}
        rows[f"{part}_index"] = index.astype(np.uint16)
    return arrays | rows


def mnist1d(wheel: Path) -> dict[str, np.ndarray]:
    """What the package's own generator makes with its own seed, 42, in half precision (largest error 0.002)."""
    sys.modules.setdefault("requests", types.ModuleType("requests"))   # its downloader wants it; nothing is fetched
    sys.path.insert(0, str(wheel))
    made = importlib.import_module("mnist1d.data").make_dataset()
    half, byte = np.float16, np.uint8
    return {"X_train": made["x"].astype(half), "y_train": made["y"].astype(byte),
            "X_test": made["x_test"].astype(half), "y_test": made["y_test"].astype(byte),
            "templates": made["templates"]["x"].astype(np.float32)}


def photo(name: str, original: bytes) -> bytes:
    """The photo as RGB, shrunk to `LONGEST_SIDE` pixels (never enlarged), as a JPEG without metadata."""
    if (actual := sha256(original)) != PHOTOS[name].source_sha256:
        raise SystemExit(f"{PHOTOS[name].source} has sha256 {actual}; expected {PHOTOS[name].source_sha256}.")
    image, out = Image.open(io.BytesIO(original)).convert("RGB"), io.BytesIO()
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    image.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return out.getvalue()


# ------------------------------------------------------------------------------------------------ writing, comparing
def npz_entry(path: Path, arrays: dict[str, np.ndarray], **facts: str) -> dict[str, Any]:
    """Write `arrays` to `path`; return its lines of the manifest."""
    np.savez_compressed(path, **arrays)
    listed = {name: {"shape": list(a.shape), "dtype": str(a.dtype), "sha256": sha256(np.ascontiguousarray(a).tobytes())}
              for name, a in arrays.items()}
    return {"sha256": sha256(path.read_bytes()), "bytes": path.stat().st_size, **facts, "arrays": listed}


def photo_entry(path: Path, name: str, data: bytes) -> dict[str, Any]:
    """Write the photo to `path`; return its lines of the manifest."""
    path.write_bytes(data)
    with Image.open(path) as image:
        size = list(image.size)
    return {"sha256": sha256(data), "bytes": len(data), "size": size, **PHOTOS[name]._asdict(),
            "changes": "resized and recompressed"}


def build(packages: Path, out: Path) -> dict[str, Any]:
    """Write all data files into `out`; return the manifest."""
    (out / "photos").mkdir(parents=True, exist_ok=True)
    paths = {name: find_package(packages, name) for name in PACKAGES}
    files = {
        "fashion_mnist.npz": npz_entry(
            out / "fashion_mnist.npz", fashion_mnist(reader(paths["dataset-fashion-mnist"])),
            package="dataset-fashion-mnist", credit="Zalando SE, 2017", licence="MIT"),
        "mnist1d.npz": npz_entry(
            out / "mnist1d.npz", mnist1d(paths["mnist1d"]),
            package="mnist1d", credit="Sam Greydanus and contributors, 2020-2024", licence="Apache-2.0"),
    }
    readers = {name: reader(path) for name, path in paths.items()}
    for name, origin in PHOTOS.items():
        made = photo(name, readers[origin.package](origin.source))
        files[f"photos/{name}.jpg"] = photo_entry(out / "photos" / f"{name}.jpg", name, made)
    used = {name: PACKAGES[name]._asdict() | {"file": path.name, "sha256": sha256(path.read_bytes())}
            for name, path in paths.items()}
    return {"packages": used, "files": files}


def compare(made: dict[str, Any], committed: dict[str, Any]) -> bool:
    """Print whether every file is the committed one and name the arrays that are not; True if all numbers agree."""
    agree = True
    for file, entry in made["files"].items():
        known = committed["files"].get(file, {})
        same_file = entry["sha256"] == known.get("sha256")
        print(f"{file}: {'same bytes' if same_file else 'OTHER BYTES'}")
        arrays = entry.get("arrays", {})
        other = [name for name in arrays if arrays[name] != known.get("arrays", {}).get(name)]
        if arrays:
            print(f"    {len(arrays) - len(other)} of {len(arrays)} arrays hold the same numbers", *other)
        agree &= not other if arrays else same_file
    return agree


def main() -> None:
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    packages, out = map(Path, sys.argv[1:])
    if out.resolve() == HERE:
        raise SystemExit("OUT must be another folder than the committed data.")
    manifest = build(packages, out)
    (out / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    committed = json.loads((HERE / MANIFEST).read_text(encoding="utf-8"))
    if not compare(manifest, committed):
        raise SystemExit("Some numbers differ from the committed ones. Keep the committed files.")


if __name__ == "__main__":
    main()
