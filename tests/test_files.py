"""A trained network is saved and loaded: nothing is lost, nothing is executed, no other file gets through."""

import json
import pickle
import zipfile
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

import labkit as lk

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((60, 4)).astype(np.float32), RNG.integers(0, 3, 60)
NETWORKS = {
    "plain": lambda: lk.mlp([4, 8, 3]),
    "all of it": lambda: lk.mlp([4, 8, 3], "gelu", init="xavier_uniform", batch_norm=True, keep=0.7, seed=5),
    "replicas": lambda: lk.mlp([4, 8, 3], lk.leaky(0.2), batch_norm=True, keep=0.5, seed=[4, 4, 9]),
    "one replica": lambda: lk.mlp([4, 8, 3], lk.exponential_linear(0.5), replicas=1),
    "float64": lambda: lk.mlp([4, 8, 3], init=partial(lk.normal, std=0.05), dtype=float),
    "keep each": lambda: lk.mlp([4, 8, 3], keep=np.array([0.5, 0.9])[:, None, None], replicas=2),
    "convolution": lambda: lk.Network([lk.Conv1d(4, 1, 3, 3, pad=1), lk.BatchNorm1d(4, 3), lk.Elementwise("relu"),
                                       lk.MeanPool1d(4, 3), lk.Linear(3, 3)]),
    "local": lambda: lk.Network([lk.Local1d(4, 1, 2, 2, stride=2), lk.Linear(4, 3)]),
}


def trained(net, steps=10):
    batches = lk.Batches(X, Y, size=20, rng=lk.streams(3).data)
    return [step.loss for step in islice(lk.train(net, lk.softmax_cross_entropy, lk.SGD(0.05, 0.9), batches), steps)]


@pytest.mark.parametrize("kind", NETWORKS)
def test_a_loaded_network_is_the_one_that_was_saved_and_trains_on_like_it(kind, tmp_path):
    net = NETWORKS[kind]()
    trained(net)
    back = lk.load(net.save(tmp_path / "net.npz"))
    assert repr(back) == repr(net)
    assert (back.seeds, back.replicas, back.dtype) == (net.seeds, net.replicas, net.dtype)
    np.testing.assert_array_equal(back.forward(X), net.forward(X))
    np.testing.assert_array_equal(trained(back), trained(net))
    back.restart(), net.restart()
    np.testing.assert_array_equal(back.theta, net.theta)


def test_settings_of_layers_come_back(tmp_path):
    net = lk.Network([lk.Linear(4, 3), lk.BatchNorm(3, decay=0.5, eps=0.1), lk.Dropout(0.3)])
    _, norm, dropout = lk.load(net.save(tmp_path / "a")).layers
    assert (norm.decay, norm.eps, dropout.keep) == (0.5, 0.1, 0.3)


@pytest.mark.parametrize("name", ["net", "net.npz", "netz #1 %20 é 한글.v2", "über.npz"])
def test_the_name_of_the_file(name, tmp_path):
    path = NETWORKS["plain"]().save(str(tmp_path / name))
    assert path.endswith(".npz")
    assert [str(p) for p in tmp_path.iterdir()] == [path]
    assert lk.load(tmp_path / name).n_out == lk.load(path).n_out == 3


def test_the_file_holds_numbers_and_text(tmp_path):
    path = NETWORKS["all of it"]().save(tmp_path / "net")
    assert {name: array.dtype.kind for name, array in np.load(path, allow_pickle=False).items()} == {
        "header": "U", "theta": "f", "buffers": "f"}


# ---------------------------------------------------------------------------------------------- what cannot be saved
class Twice(lk.Layer):
    def forward(self, x, train=False):
        return 2 * x


def square(x):
    return x * x


@pytest.mark.parametrize(("layer", "words"), [
    (lambda: lk.Elementwise(lk.Activation("mine", square, lambda x, y: 2 * x)), "activation of mine is a function"),
    (lambda: lk.Elementwise(lk.Activation("relu", square, lambda x, y: 2 * x)), "activation of relu is a function"),
    (lambda: Twice(), "a layer of your own"),
    (lambda: lk.Linear(3, 3, init=lambda rng, m, n: np.eye(m)), "the init of Linear.* is a function of your own"),
    (lambda: lk.Linear(3, 3, init=partial(lambda rng, m, n, a: np.eye(m), a=1)), "init of Linear.* a function of your"),
])
def test_code_is_not_saved(layer, words, tmp_path):
    net = lk.Network([lk.Linear(3, 3), layer()])
    with pytest.raises(ValueError, match=f"save: .*{words}"):
        net.save(tmp_path / "net")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_save_leaves_the_earlier_file_alone(tmp_path):
    path = NETWORKS["plain"]().save(tmp_path / "net")
    before = Path(path).read_bytes()
    with pytest.raises(ValueError, match="a layer of your own"):
        lk.Network([lk.Linear(3, 3), Twice()]).save(path)
    assert Path(path).read_bytes() == before


# ---------------------------------------------------------------------------------------------- wrong files
def rewritten(path, **changes):
    """The file with parts of it or of its header exchanged."""
    parts = dict(np.load(path))
    header = json.loads(str(parts["header"])) | {k: v for k, v in changes.items() if k not in parts}
    parts |= {"header": np.array(json.dumps(header))} | {k: v for k, v in changes.items() if k in parts}
    np.savez(path, **parts)


DAMAGE = {
    "text": lambda p: p.write_text("hello"),
    "empty": lambda p: p.write_bytes(b""),
    "cut off": lambda p: p.write_bytes(p.read_bytes()[:-300]),
    "a byte": lambda p: p.write_bytes(p.read_bytes().replace(b"NUMPY", b"NUMPI", 1)),
    "another npz": lambda p: np.savez(p, x=X),
    "an npy": lambda p: p.write_bytes(b"\x93NUMPY\x01\x00v\x00"),
    "a zip": lambda p: zipfile.ZipFile(p, "w").close(),
    "a pickle": lambda p: p.write_bytes(pickle.dumps({"theta": X})),
    "objects": lambda p: np.savez(p, header=np.array([{}], object), theta=X, buffers=X),
    "format": lambda p: rewritten(p, format="other 1"),
    "no layers": lambda p: rewritten(p, layers=[]),
    "a foreign layer": lambda p: rewritten(p, layers=[["os.system", {"n": 1}]]),
    "a foreign argument": lambda p: rewritten(p, layers=[["Linear", {"n_in": 4, "n_out": 3, "run": "ls"}]]),
    "huge": lambda p: rewritten(p, layers=[["Linear", {"n_in": 10**9, "n_out": 10**9, "init": ["zeros", {}]}]]),
    "misfit": lambda p: rewritten(p, theta=np.zeros(5)),
    "replicas": lambda p: rewritten(p, replicas=2),
    "a type": lambda p: rewritten(p, dtype="complex128"),
    "generators": lambda p: rewritten(p, dropout=[{"bit_generator": "MT19937"}]),
    "seeds": lambda p: rewritten(p, seeds="abc"),
    "a text for θ": lambda p: rewritten(p, theta=np.array(["a"] * 67)),
}


@pytest.mark.parametrize("count", [66, 68])
def test_too_many_or_too_few_numbers_are_counted(count, tmp_path):
    path = lk.mlp([4, 8, 3]).save(tmp_path / "net")
    rewritten(path, theta=np.zeros(count))
    with pytest.raises(ValueError, match=rf"it holds \({count},\) numbers for layers with 67 parameters"):
        lk.load(path)


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_or_foreign_file_is_refused_with_a_sentence(damage, tmp_path):
    path = Path(NETWORKS["plain"]().save(tmp_path / "net"))
    DAMAGE[damage](path)
    with pytest.raises(ValueError, match=r"load: .*net\.npz is no network written by net\.save, or it is damaged"):
        lk.load(path)


def test_no_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"load: there is no file .*nothing\.npz"):
        lk.load(tmp_path / "nothing")


def test_a_folder_that_is_not_there_and_a_file_of_another_kind_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"save: there is no folder .*nowhere; make it first"):
        lk.mlp([3, 2]).save(tmp_path / "nowhere" / "net")
    (tmp_path / "junk.npz").write_bytes(b"something else")
    with pytest.raises(ValueError, match=r"it is no \.npz file"):
        lk.load(tmp_path / "junk")
