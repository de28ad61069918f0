"""The data are the ones we shipped, the splits keep their promises, and a broken file says how to get it back."""

import hashlib
import importlib.util
import json
import math
import shutil
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from labkit import datasets
from labkit.datasets import files, images

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
MANIFEST = json.loads((DATA / "MANIFEST.json").read_text(encoding="utf-8"))
PHOTOS = {Path(name).stem: facts for name, facts in MANIFEST["files"].items() if name.startswith("photos/")}
SPDX = {"CC-BY-2.0", "CC-BY-4.0", "CC0-1.0", "MIT", "Apache-2.0"}
SEEDS = st.integers(0, 2**32 - 1)
few_examples = settings(max_examples=25)   # for tests that convert a whole data set each time


def rng(seed=0):
    return np.random.default_rng(seed)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def raw(name):
    """The arrays as stored, read without labkit."""
    with np.load(DATA / name) as archive:
        return dict(archive)


@pytest.fixture
def forget():
    """Nothing is remembered from earlier loads, before and after."""
    caches = (files.manifest, images._decoded)
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


@pytest.fixture
def copy(tmp_path, monkeypatch, forget):
    """A copy of the data that a test may damage."""
    shutil.copytree(DATA, tmp_path / "data")
    monkeypatch.setattr(files, "FOLDER", tmp_path / "data")
    return tmp_path / "data"


# ------------------------------------------------------------------------------------------------ what is committed
@pytest.mark.parametrize("name", MANIFEST["files"])
def test_every_file_is_the_one_in_the_manifest(name):
    data, facts = (DATA / name).read_bytes(), MANIFEST["files"][name]
    assert (len(data), sha256(data)) == (facts["bytes"], facts["sha256"])


def test_the_manifest_lists_every_data_file():
    found = {path.relative_to(DATA).as_posix() for pattern in ("*.npz", "photos/*") for path in DATA.glob(pattern)}
    assert found == set(MANIFEST["files"])


@pytest.mark.parametrize("name", ["fashion_mnist.npz", "mnist1d.npz"])
def test_every_array_is_the_one_in_the_manifest(name):
    listed = {key: {"shape": list(a.shape), "dtype": str(a.dtype), "sha256": sha256(a.tobytes())}
              for key, a in raw(name).items()}
    assert listed == MANIFEST["files"][name]["arrays"]


@pytest.mark.parametrize("name", MANIFEST["files"])
def test_every_file_has_a_credit_and_a_licence_whose_text_is_shipped(name):
    facts = MANIFEST["files"][name]
    assert facts["credit"]
    assert facts["licence"] == "public domain" or facts["licence"] in SPDX
    assert facts["licence"] == "public domain" or (DATA / "LICENSES" / f"{facts['licence']}.txt").is_file()
    assert facts["package"] in MANIFEST["packages"]


@pytest.mark.parametrize("name", PHOTOS)
def test_the_readme_gives_every_photo_its_credit_and_licence(name):
    facts, lines = PHOTOS[name], (DATA / "README.md").read_text(encoding="utf-8").splitlines()
    row = next(line for line in lines if f"`{name}.jpg` |" in line)
    assert facts["credit"].split(" (")[0] in row
    assert facts["licence"].replace("-", " ") in row.replace("-", " ")
    assert Path(facts["source"]).name in row


# ------------------------------------------------------------------------------------------------ the build script
@pytest.fixture(scope="module")
def build_data():
    spec = importlib.util.spec_from_file_location("build_data", DATA / "build_data.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_manifest_says_what_the_build_script_says(build_data):
    for name, photo in build_data.PHOTOS.items():
        assert photo._asdict().items() <= PHOTOS[name].items()
    assert set(build_data.PHOTOS) == set(PHOTOS)
    for name, package in build_data.PACKAGES.items():
        listed = MANIFEST["packages"][name]
        assert listed["version"] == package.version
        assert package.sha256 in (None, listed["sha256"])


def test_the_build_script_reads_ar_archives_and_idx_files(build_data):
    def member(name, body):
        header = f"{name + '/':<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(body):<10}`\n"
        return header.encode() + body + b"\n" * (len(body) % 2)

    archive = b"!<arch>\n" + member("odd", b"abc") + member("even", b"defg")
    assert build_data.ar_members(archive) == {"odd": b"abc", "even": b"defg"}
    packed = build_data.gzip.compress(bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, *range(6)]))
    assert build_data.idx(packed).tolist() == [[0, 1, 2], [3, 4, 5]]
    with pytest.raises(SystemExit, match="not a Debian package"):
        build_data.ar_members(b"PK")


def test_the_build_script_refuses_another_package(build_data, tmp_path):
    with pytest.raises(SystemExit, match=r"mnist1d 0\.0\.2\.post1"):
        build_data.find_package(tmp_path, "mnist1d")
    (tmp_path / build_data.PACKAGES["mnist1d"].file).write_bytes(b"something else")
    with pytest.raises(SystemExit, match="not the release"):
        build_data.find_package(tmp_path, "mnist1d")


# ------------------------------------------------------------------------------------------------ the two tables
SHAPES = {"fashion_mnist": (6000, 2000, 4000, 784), "mnist1d": (3000, 1000, 1000, 40)}


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_types_and_labels(name):
    d, (n_train, n_val, n_test, features) = getattr(datasets, name)(), SHAPES[name]
    for x, y, n in ((d.x_train, d.y_train, n_train), (d.x_val, d.y_val, n_val), (d.x_test, d.y_test, n_test)):
        assert (x.shape, x.dtype, y.shape, y.dtype) == ((n, features), np.float32, (n,), np.int64)
        assert np.isfinite(x).all()
        assert set(y.tolist()) == set(range(10))


def test_fashion_mnist_is_the_stored_pictures_between_0_and_1():
    d, stored = datasets.fashion_mnist(), raw("fashion_mnist.npz")
    for part in ("train", "val", "test"):
        x = getattr(d, f"x_{part}")
        assert (x.min(), x.max()) == (0, 1)
        assert np.array_equal(np.rint(255 * x).reshape(-1, 28, 28), stored[f"X_{part}"])
        assert np.array_equal(getattr(d, f"y_{part}"), stored[f"y_{part}"])
    assert len(datasets.FASHION_CLASSES) == 10


def test_fashion_classes_name_what_the_pictures_show():
    """The mean picture of each class: trousers leave a gap between the legs, a boot is higher than a sneaker, …"""
    d = datasets.fashion_mnist()
    mean = {c: d.x_train[d.y_train == i].mean(axis=0).reshape(28, 28) for i, c in enumerate(datasets.FASHION_CLASSES)}
    assert mean["trouser"][20:26, 14].mean() < 0.5 * mean["trouser"][20:26, 10].mean()
    assert mean["ankle boot"][:10, 14:24].mean() > 3 * mean["sneaker"][:10, 14:24].mean()
    assert mean["pullover"][10:24, 3:6].mean() > 2 * mean["T-shirt/top"][16:24, 3:6].mean()


def rows(*tables):
    return [row.tobytes() for table in tables for row in table]


def test_no_picture_occurs_twice_in_any_part():
    d = datasets.fashion_mnist()
    assert len(set(rows(d.x_train, d.x_val, d.x_test))) == 12000
    stored = raw("fashion_mnist.npz")
    assert not set(stored["train_index"].tolist()) & set(stored["val_index"].tolist())


def test_fashion_mnist_takes_the_first_of_each_class_in_file_order():
    stored = raw("fashion_mnist.npz")
    for c in range(10):
        both = np.concatenate([stored[f"{part}_index"][stored[f"y_{part}"] == c] for part in ("train", "val")])
        assert (np.diff(both.astype(int)) > 0).all()
    train, val = stored["train_index"], stored["val_index"]
    assert sorted([*train[train < 5000], *val[val < 5000]]) == list(range(5000))   # nothing is passed over


@few_examples
@given(st.integers(1, 600))
def test_every_beginning_of_fashion_mnist_is_balanced(m):
    whole, d = datasets.fashion_mnist(), datasets.fashion_mnist(10 * m)
    assert np.bincount(d.y_train).tolist() == [m] * 10
    assert np.array_equal(d.x_train, whole.x_train[:10 * m])
    assert np.array_equal(d.y_train, whole.y_train[:10 * m])


@few_examples
@given(st.integers(0, 300))
def test_mnist1d_sets_as_many_of_each_class_aside_and_loses_none(tens):
    d, stored = datasets.mnist1d(n_val=10 * tens), raw("mnist1d.npz")
    assert np.bincount(d.y_val, minlength=10).tolist() == [tens] * 10
    assert sorted(rows(d.x_train, d.x_val)) == sorted(rows(stored["X_train"].astype(np.float32)))
    label = dict(zip(rows(stored["X_train"].astype(np.float32)), stored["y_train"].tolist(), strict=True))
    assert [label[row] for row in rows(d.x_train, d.x_val)] == [*d.y_train.tolist(), *d.y_val.tolist()]


@few_examples
@given(st.integers(0, 300), st.data())
def test_the_beginning_of_mnist1d_is_balanced_and_does_not_depend_on_n_val(tens, data):
    m = data.draw(st.integers(1, min(394 - tens, 400 - tens)))
    d, all_of_it = datasets.mnist1d(10 * m, n_val=10 * tens), datasets.mnist1d(n_val=0)
    assert np.bincount(d.y_train).tolist() == [m] * 10
    assert np.array_equal(d.x_train, all_of_it.x_train[:10 * m])


def test_mnist1d_validation_curves_come_last_in_their_class():
    d, stored = datasets.mnist1d(), raw("mnist1d.npz")
    for c in range(10):
        assert np.array_equal(d.x_val[d.y_val == c], stored["X_train"][stored["y_train"] == c][-100:])
    assert np.array_equal(d.x_test, stored["X_test"])


@pytest.mark.parametrize(("call", "message"), [
    (lambda: datasets.fashion_mnist(0), "fashion_mnist: n_train must be at least 10, got 0"),
    (lambda: datasets.fashion_mnist(-10), "n_train must be at least 10, got -10"),
    (lambda: datasets.fashion_mnist(2005), "multiple of 10 from 10 to 6000, got 2005"),
    (lambda: datasets.fashion_mnist(7000), "multiple of 10 from 10 to 6000, got 7000"),
    (lambda: datasets.mnist1d(4000), "from 10 to 3000, got 4000.*n_val=0 leaves all 4000"),
    (lambda: datasets.mnist1d(n_val=-10), "mnist1d: n_val must be at least 0, got -10"),
    (lambda: datasets.mnist1d(n_val=3010), "n_val must be a multiple of 10 from 0 to 3000"),
    (lambda: datasets.photo_patches(rng(), n_test=15), "n_test must be a multiple of 10"),
    (lambda: datasets.photo_patches(rng(), size=33), "photo_patches: size must be at most 32 pixels, got 33"),
    (lambda: datasets.grey_patches(10, rng(), size=271), "grey_patches: size must be at most 270 pixels, got 271"),
    (lambda: datasets.grey_patches(0, rng()), "grey_patches: n must be at least 1, got 0"),
    (lambda: datasets.spirals(10, rng(), arms=3), "multiple of arms = 3, got 10"),
    (lambda: datasets.spirals(10, rng(), arms=1), "arms must be at least 2"),
    (lambda: datasets.spirals(10, rng(), noise=-1.0), r"spirals: noise must be in \[0, 1000000000.0\], got -1.0"),
    (lambda: datasets.gaussian_cloud(9, rng(), correlation=1.5), r"correlation must be in \[-1, 1\], got 1.5"),
    (lambda: datasets.gaussian_cloud(9, rng(), std=(1.0, 0.0)), r"std must be in \(0, 1000000000.0\], got 0.0"),
    (lambda: datasets.gaussian_cloud(9, rng(), std=2.0), "std must be two numbers, one per feature, got 2.0"),
    (lambda: datasets.gaussian_cloud(9, rng(), mean=(1, 2, 3)), "mean must be two numbers"),
    (lambda: datasets.noisy_sine(9, rng(), noise=math.nan), "noise must be in .*, got nan"),
    (lambda: datasets.label_noise([0, 1], 1.2, rng()), r"label_noise: share must be in \[0, 1\], got 1.2"),
    (lambda: datasets.label_noise([0, 10], 0.1, rng()), "labels run from 0 to 10; expected 0 to 9"),
    (lambda: datasets.label_noise([0.5, 1.0], 0.1, rng()), "label_noise: "),
    (lambda: datasets.label_noise(np.eye(3, dtype=int), 0.1, rng()), r"label_noise: y has shape .*argmax\(axis=1\)"),
    (lambda: datasets.label_noise(np.array(1), 0.1, rng()), r"label_noise: y has shape \(\)"),
])
def test_bad_numbers_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(("call", "message"), [
    (lambda: datasets.fashion_mnist(2000.0), "fashion_mnist: n_train must be a whole number, got 2000.0"),
    (lambda: datasets.mnist1d(n_val="100"), "n_val must be a whole number, got '100'"),
    (lambda: datasets.spirals(10, 0), r"spirals: rng must be .*, got 0; write np.random.default_rng\(seed\)"),
    (lambda: datasets.gaussian_cloud(10, None), "gaussian_cloud: rng must be"),
    (lambda: datasets.noisy_sine(10, np.random), "noisy_sine: rng must be"),
    (lambda: datasets.grey_patches(10, 1), "grey_patches: rng must be"),
    (lambda: datasets.photo_patches(1), "photo_patches: rng must be"),
    (lambda: datasets.label_noise([0], 0.1, 1), "label_noise: rng must be"),
])
def test_wrong_types_are_refused(call, message):
    with pytest.raises(TypeError, match=message):
        call()


# ------------------------------------------------------------------------------------------------ loading
@pytest.mark.parametrize("load", [datasets.fashion_mnist, datasets.mnist1d])
def test_what_a_student_overwrites_is_intact_at_the_next_load(load):
    for array in load():
        array[...] = 0
    assert all(array.any() for array in load())


def test_an_overwritten_photo_is_intact_at_the_next_load():
    for photo in datasets.photos().values():
        photo[...] = 0
    assert all(photo.any() for photo in datasets.photos().values())


def test_a_loaded_set_holds_its_own_arrays_and_nothing_else():
    """A kernel that keeps the 9 MB of stored pictures as well is one of twenty on a hub."""
    files.manifest()
    tracemalloc.start()
    try:
        found = datasets.fashion_mnist(1000)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 1.01 * sum(part.nbytes for part in found)


def test_any_working_directory_will_do(tmp_path, monkeypatch, forget):
    monkeypatch.chdir(tmp_path)
    assert len(datasets.fashion_mnist(10).x_train) == 10
    assert len(datasets.photos()) == 11


def flip_a_bit(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def replace_by_folder(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(("damage", "message"), [
    (flip_a_bit, "is damaged: [0-9]+ bytes with SHA-256 .*, expected [0-9a-f]{12}…"),
    (lambda path: path.write_bytes(path.read_bytes()[:-1]), "is damaged"),
    (lambda path: path.write_bytes(b""), "is damaged: 0 bytes"),
    (Path.unlink, "is missing"),
    (lambda path: path.write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0"), "`git lfs pull`"),
    (replace_by_folder, "cannot be read: .*; look at the permissions"),
])
@pytest.mark.parametrize(("name", "load"), [
    ("fashion_mnist.npz", datasets.fashion_mnist),
    ("mnist1d.npz", datasets.mnist1d),
    ("photos/chelsea.jpg", datasets.photos),
])
def test_a_broken_file_says_how_to_get_it_back(copy, name, load, damage, message):
    damage(copy / name)
    with pytest.raises(datasets.DataError, match=message) as caught:
        load()
    assert str(copy / name) in str(caught.value)
    assert f"`git checkout -- data/{name}` in {copy.parent}" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff\xfe", b'{"files": {}}', b'{"files": []}',
                                     b'{"files": null}', b'{"files": {"mnist1d.npz": null}}',
                                     b'{"files": {"mnist1d.npz": ["sha256"]}}'])
def test_a_broken_manifest_is_told_from_a_broken_file(copy, content):
    (copy / "MANIFEST.json").write_bytes(content)
    with pytest.raises(datasets.DataError, match=r"is damaged.*git checkout"):
        datasets.mnist1d()


def test_an_installed_labkit_is_restored_by_installing_it_again(copy, monkeypatch):
    installed = copy.rename(copy.parent / "_data")
    monkeypatch.setattr(files, "FOLDER", installed)
    (installed / "mnist1d.npz").unlink()
    with pytest.raises(datasets.DataError, match="pip install --force-reinstall"):
        datasets.mnist1d()


IMPORTING = """
import sys
import numpy as np
from labkit import datasets
before = np.random.get_state()[1].tolist()
rng = np.random.default_rng(0)
datasets.fashion_mnist(10), datasets.spirals(10, rng), datasets.label_noise([1], 0.5, rng)
assert before == np.random.get_state()[1].tolist()
print([name for name in ("PIL", "sklearn", "matplotlib", "ipywidgets", "IPython") if name in sys.modules])
"""


def test_importing_needs_numpy_alone_and_leaves_the_global_random_state_alone():
    done = subprocess.run([sys.executable, "-c", IMPORTING], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ------------------------------------------------------------------------------------------------ photos
def test_photos_are_colour_pictures_of_the_listed_size():
    loaded = datasets.photos()
    assert loaded.keys() == PHOTOS.keys() == datasets.photo_credits().keys()
    for name, photo in loaded.items():
        width, height = PHOTOS[name]["size"]
        assert (photo.shape, photo.dtype) == ((height, width, 3), np.uint8)
        assert photo.flags.writeable
        assert photo.std() > 20


def test_flower_is_credited_to_its_photographer():
    assert datasets.photo_credits()["flower"] == "vultilion (Flickr 6056698931), CC-BY-2.0 (resized and recompressed)"


@pytest.fixture
def numbered(monkeypatch):
    """Every photo replaced by one whose pixels hold, in three bytes, the number of the photo and of the pixel."""
    shapes = {name: photo.shape for name, photo in datasets.photos().items()}
    pictures = {}
    for k, (name, (height, width, _)) in enumerate(shapes.items()):
        number = np.arange(height * width).reshape(height, width) + (k << 18)
        pictures[name] = np.stack([number >> 16, number >> 8 & 255, number & 255], axis=-1).astype(np.uint8)
    monkeypatch.setattr(images, "_decoded", lambda: pictures)
    return list(shapes)


def pixel_numbers(x, size):
    r, g, b = np.moveaxis(np.rint(255 * x).astype(int).reshape(-1, size, size, 3), -1, 0)
    return (r << 16) + (g << 8) + b


@pytest.mark.parametrize("size", [1, 16, 32])
def test_no_pixel_serves_two_parts_and_labels_name_the_photo(numbered, size):
    d = datasets.photo_patches(rng(), size=size)
    parts = [set(pixel_numbers(x, size).ravel().tolist()) for x in (d.x_train, d.x_val, d.x_test)]
    assert not (parts[0] & parts[1] or parts[0] & parts[2] or parts[1] & parts[2])
    for x, y in ((d.x_train, d.y_train), (d.x_val, d.y_val), (d.x_test, d.y_test)):
        photo = pixel_numbers(x, size)[:, 0, 0] >> 18
        assert [numbered[i] for i in photo] == [datasets.PATCH_CLASSES[c] for c in y]


def test_patches_are_upright_and_whole(numbered):
    number = pixel_numbers(datasets.photo_patches(rng()).x_train, 16) & (1 << 18) - 1
    assert (np.diff(number, axis=2) == 1).all()
    assert set(np.unique(np.diff(number, axis=1))) <= {320, 451, 480}


@few_examples
@given(st.integers(1, 30), st.integers(1, 30), st.integers(1, 30), st.integers(1, 32), SEEDS)
def test_photo_patches_shapes_balance_and_seed(train, val, test, size, seed):
    def draw():
        return datasets.photo_patches(rng(seed), n_train=10 * train, n_val=10 * val, n_test=10 * test, size=size)

    d = draw()
    for x, y, m in ((d.x_train, d.y_train, train), (d.x_val, d.y_val, val), (d.x_test, d.y_test, test)):
        assert (x.shape, x.dtype, y.dtype) == ((10 * m, 3 * size**2), np.float32, np.int64)
        assert x.min() >= 0 and x.max() <= 1
        assert y.tolist() == [*range(10)] * m
    assert all(np.array_equal(a, b) for a, b in zip(d, draw(), strict=True))


@few_examples
@given(st.integers(1, 200), st.integers(1, 40), SEEDS)
def test_grey_patches_shapes_range_and_seed(n, size, seed):
    x = datasets.grey_patches(n, rng(seed), size=size)
    assert (x.shape, x.dtype) == ((n, size**2), np.float32)
    assert x.min() >= 0 and x.max() <= 1
    assert np.array_equal(x, datasets.grey_patches(n, rng(seed), size=size))


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_grey_is_the_grey_of_pillow(colour):
    image = Image.new("RGB", (20, 20), colour)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(images, "_decoded", lambda: {"one": np.asarray(image)})
        x = datasets.grey_patches(3, rng(), size=5)
    assert np.abs(255 * x - image.convert("L").getpixel((0, 0))).max() <= 0.501


def test_grey_patches_come_from_everywhere_in_all_photos(monkeypatch):
    """Corner number of each patch from a ramp; 11 photos, each with the same share, corners from edge to edge."""
    ramp = np.zeros((40, 50, 3), np.uint8) + np.arange(40, dtype=np.uint8)[:, None, None]
    pictures = {str(k): ramp + np.uint8(40 * k) for k in range(6)}
    monkeypatch.setattr(images, "_decoded", lambda: pictures)
    first = np.rint(255 * datasets.grey_patches(6000, rng(), size=10)[:, 0]).astype(int)
    assert np.abs(np.bincount(first // 40) - 1000).max() < 150
    assert set((first % 40).tolist()) == set(range(31))


# ------------------------------------------------------------------------------------------------ toys
@given(st.integers(1, 60), st.integers(2, 6), st.floats(0, 3), SEEDS)
def test_spirals_follow_their_law(per_arm, arms, turns, seed):
    x, y = datasets.spirals(per_arm * arms, rng(seed), arms=arms, turns=turns, noise=0)
    assert (x.shape, x.dtype, y.dtype) == ((per_arm * arms, 2), np.float32, np.int64)
    assert np.bincount(y).tolist() == [per_arm] * arms
    z = x.astype(np.float64) @ [1, 1j]
    r = np.abs(z)
    assert r.min() >= 0.0999 and r.max() <= 1.0001
    assert np.allclose(z / r, np.exp(2j * np.pi * (turns * r + y / arms)), atol=1e-4)


def test_spirals_add_gaussian_noise_of_the_stated_size():
    clean, _ = datasets.spirals(20_000, rng(), noise=0)
    noisy, _ = datasets.spirals(20_000, rng(), noise=0.2)
    assert np.allclose(np.cov((noisy - clean).T), 0.04 * np.eye(2), atol=0.002)


@given(st.floats(-0.99, 0.99), st.floats(-360, 360), st.floats(0.1, 10), st.floats(0.1, 10))
def test_gaussian_cloud_has_the_stated_moments(correlation, angle, s1, s2):
    n = 4000
    x = datasets.gaussian_cloud(n, rng(), mean=(5, -7), std=(s1, s2), correlation=correlation, angle=angle)
    assert (x.shape, x.dtype) == ((n, 2), np.float32)
    turn = np.exp(1j * np.deg2rad(angle))
    R = np.array([[turn.real, -turn.imag], [turn.imag, turn.real]])
    S = R @ np.array([[s1**2, correlation * s1 * s2], [correlation * s1 * s2, s2**2]]) @ R.T
    assert np.allclose(np.cov(x.astype(float).T), S, atol=0.1 * max(s1, s2) ** 2)
    assert np.allclose(x.mean(axis=0), [5, -7], atol=0.1 * max(s1, s2))


def test_gaussian_cloud_turns_about_its_mean_and_moves_smoothly():
    flat, upright = (datasets.gaussian_cloud(100, rng(), mean=(1, 2), std=(3, 1), correlation=0.5, angle=degrees)
                     for degrees in (0, 90))
    assert np.allclose((upright - [1, 2]) @ [[0, -1], [1, 0]], flat - [1, 2], atol=1e-5)
    line = datasets.gaussian_cloud(100, rng(), mean=(0, 0), std=(1, 2), correlation=-1)
    assert np.allclose(line[:, 1], -2 * line[:, 0], atol=1e-5)


@given(st.integers(1, 200), st.floats(0, 2), SEEDS)
def test_noisy_sine_is_a_sine_and_noise(n, noise, seed):
    x, y = datasets.noisy_sine(n, rng(seed), noise=noise)
    assert (x.shape, x.dtype, y.shape, y.dtype) == ((n, 1), np.float32, (n, 1), np.float32)
    assert np.abs(x).max() <= 1
    _, clean = datasets.noisy_sine(n, rng(seed), noise=0)
    assert np.allclose(clean, np.sin(np.pi * x.astype(float)), atol=1e-6)


def test_noisy_sine_noise_has_the_stated_size():
    x, y = datasets.noisy_sine(20_000, rng(), noise=0.3)
    residual = y - np.sin(np.pi * x)
    assert abs(residual.std() - 0.3) < 0.01 and abs(residual.mean()) < 0.01
    assert abs(x.mean()) < 0.02 and abs(x.std() - 1 / np.sqrt(3)) < 0.01


# ------------------------------------------------------------------------------------------------ label noise
@given(st.lists(st.integers(0, 9), max_size=300), st.floats(0, 1), SEEDS)
def test_label_noise_replaces_exactly_the_share_it_says(labels, share, seed):
    y = np.array(labels, np.uint8)
    noisy, flipped = datasets.label_noise(y, share, rng(seed))
    assert y.tolist() == labels
    assert (noisy.dtype, flipped.dtype) == (y.dtype, bool)
    assert np.array_equal(flipped, noisy != y)
    assert flipped.sum() == round(share * len(y))
    assert noisy.max(initial=0) <= 9


@given(st.floats(0, 1), st.floats(0, 1), SEEDS)
def test_more_label_noise_keeps_the_old_mistakes(one, other, seed):
    y, less, more = np.arange(200) % 10, *sorted((one, other))
    (few, where_few), (many, where_many) = (datasets.label_noise(y, share, rng(seed)) for share in (less, more))
    assert not (where_few & ~where_many).any()
    assert np.array_equal(few[where_few], many[where_few])


def test_label_noise_leaves_the_generator_in_the_same_state_whatever_the_share():
    ends = []
    for share in (0.0, 0.3, 1.0):
        stream = rng()
        datasets.label_noise(np.zeros(50, int), share, stream)
        ends.append(stream.random())
    assert len(set(ends)) == 1


@pytest.mark.parametrize("n_classes", [2, 3, 10])
def test_every_wrong_class_is_as_likely(n_classes):
    y = np.arange(90_000) % n_classes
    noisy, _ = datasets.label_noise(y, 1.0, rng(), n_classes=n_classes)
    table = np.zeros((n_classes, n_classes))
    np.add.at(table, (y, noisy), 1)
    expected = 90_000 / n_classes / (n_classes - 1) * (1 - np.eye(n_classes))
    assert np.abs(table - expected).max() < 6 * np.sqrt(expected.max())
    assert np.trace(table) == 0


def test_label_noise_chooses_its_victims_evenly():
    hits = sum(datasets.label_noise(np.zeros(100, int), 0.3, rng(seed)).flipped.astype(int) for seed in range(500))
    assert np.abs(hits - 150).max() < 60
