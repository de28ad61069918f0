"""The two fences around a submission, tried from inside; each in a process that ends with the test."""

import json
import socket
import subprocess
import sys

import pytest

CLOSED = """
import json, sys
from labkit.classroom import fence
refused = fence.close(sys.argv[1], memory=2 * 2**30, seconds=30)
try:
    exec(sys.argv[2])
    said = "done"
except BaseException as error:
    said = type(error).__name__
print(json.dumps([said, refused]))
"""
NETWORK = """
import socket, sys
from labkit.classroom.fence import without_network
closed = without_network()
with socket.socket() as s:
    print(closed, s.connect_ex(("127.0.0.1", int(sys.argv[1]))) == 0)
"""


def inside(code, *arguments, folder):
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder).stdout.strip()


@pytest.mark.parametrize(("code", "event"), [
    ("import socket; socket.socket()", "socket.__new__"),
    ("import subprocess, sys; subprocess.run([sys.executable, '-V'])", "subprocess.Popen"),
    ("import os; os.system('true')", "os.system"),
    ("import os; os.rename('a', 'b')", "os.rename"),
    ("import shutil; shutil.rmtree('..')", "shutil.rmtree"),
    ("open('../outside', 'a')", "open"),
    ("import os; os.open('../outside', os.O_CREAT | os.O_WRONLY)", "open"),
    ("import ctypes; ctypes.CDLL(None)", "ctypes.dlopen"),
    ("import labkit.classroom.fence as f, os; f.FORBIDDEN = (); f.WRITES = 0; os.path.realpath = str\n"
     "open('../outside', 'w')", "open"),
    ("import gc\nfor f in gc.get_objects():\n    if getattr(f, '__name__', '') == 'guard':\n"
     "        f.__code__ = (lambda event, arguments: None).__code__", "object.__setattr__"),
])
def test_what_is_not_allowed_is_refused_and_named(code, event, tmp_path):
    (tmp_path / "home").mkdir()
    said, refused = json.loads(inside(CLOSED, tmp_path / "home", code, folder=tmp_path / "home"))
    assert (said, refused) == ("PermissionError", [event])
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


@pytest.mark.parametrize("code", [
    "open('mine', 'w').write('x'); assert open('mine').read() == 'x'",
    "import numpy as np; np.linalg.svd(np.ones((50, 50)))",
    "import json, statistics, random, itertools, functools, decimal",
    "import sklearn.linear_model",
])
def test_calculating_reading_and_the_own_folder_are_free(code, tmp_path):
    assert json.loads(inside(CLOSED, tmp_path, code, folder=tmp_path)) == ["done", []]


def test_memory_is_limited_where_the_system_limits_it(tmp_path):
    said, _ = json.loads(inside(CLOSED, tmp_path, "bytearray(4 * 2**30)", folder=tmp_path))
    assert said == "MemoryError" or sys.platform != "linux"


def test_where_linux_allows_it_there_is_no_network(tmp_path):
    """Not even to this machine itself; elsewhere the function says that it could not."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed, connected = inside(NETWORK, server.getsockname()[1], folder=tmp_path).split()
    assert (closed == "True") != (connected == "True")
