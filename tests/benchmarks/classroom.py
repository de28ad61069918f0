"""A class on one hub: N students log in at once, run the set-up of notebook 03, drag its slider, and train.

A real JupyterHub with the configuration that labkit recommends, on this machine only (127.0.0.1), with accounts that
exist for the benchmark. What is timed is the way of a slider's message through proxy, server and kernel and back, to
the end of its callback; painting in the browser is not in it. Needs labkit's extra `classroom` and, from npm,
`configurable-http-proxy` on the PATH, or its place in CONFIGURABLE_HTTP_PROXY.

    python -m uv run --extra test --extra classroom python -m tests.benchmarks.classroom 20
"""

import contextlib
import importlib.util
import json
import os
import secrets
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from labkit.classroom import jupyterhub_config
from labkit.classroom.handout import hand_out
from labkit.notebooks.files import read

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks" / "03_initialization.ipynb"
MOVES, TRAINED, PATIENCE = 20, 30, 300
GOAL_P95, GOAL_MEMORY = 500, 220  # milliseconds, MiB for a student
CONFIG = """
c = get_config()
load_subconfig({config!r})
c.JupyterHub.bind_url = "http://127.0.0.1:{ports[0]}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{ports[1]}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{ports[2]}"
c.ConfigurableHTTPProxy.command = {proxy!r}
c.JupyterHub.db_url = "sqlite:///{folder}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{folder}/secret"
c.ConfigurableHTTPProxy.pid_file = "{folder}/proxy.pid"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/homes/{{username}}"
c.Spawner.cmd = [{python!r}, "-m", "jupyterhub.singleuser"]
c.Spawner.args = [*c.Spawner.args, "--allow-root"]
c.Spawner.environment = {{**c.Spawner.environment, "LABKIT_JOURNAL": "off", "PATH": {path!r}}}
c.JupyterHub.services = [{{"name": "class", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [{{"name": "class", "services": ["class"],
                            "scopes": ["admin:users", "admin:servers", "access:servers"]}}]
def home(spawner):
    import pathlib, shutil
    shutil.copytree("{folder}/handout", pathlib.Path("{folder}/homes", spawner.user.name), dirs_exist_ok=True)
c.Spawner.pre_spawn_hook = home
"""
PANEL = """
panel = init_explorer()
display(panel)
def below(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from below(child)
import ipywidgets
print(next(w.model_id for w in below(panel) if isinstance(w, ipywidgets.FloatLogSlider)))
"""
TRAINER = """
from labkit.widgets.trainer import Trainer
trainer = Trainer(lambda: lk.mlp([784, 100, 50, 10]), (x, y), optimizer=lk.SGD(0.05), max_steps=50_000)
trainer.play()
"""


class Student(NamedTuple):
    """What one met: seconds to log in, to get a kernel, to see the panel; milliseconds of the moves; steps a second."""

    spawn: float
    kernel: float
    panel: float
    moves: list[float]
    steps: float


class Kernel:
    """A kernel of one student, reached as a page reaches it: through the proxy, by a web socket."""

    def __init__(self, hub, user):
        import websocket

        self.id = hub.call("POST", f"/user/{user}/api/kernels", {"name": "python3"})["id"]
        self.session = uuid.uuid4().hex
        address = f"ws{hub.address.removeprefix('http')}/user/{user}/api/kernels/{self.id}/channels"
        header = [f"Authorization: token {hub.token}"]
        self.socket = websocket.create_connection(address, header=header, timeout=PATIENCE)

    def send(self, kind, content):
        """Send a message and wait until the kernel has done what it wants; returns seconds and what was printed."""
        header = {"msg_id": uuid.uuid4().hex, "username": "", "session": self.session, "msg_type": kind,
                  "version": "5.3"}
        start, printed = time.perf_counter(), []
        self.socket.send(json.dumps({"header": header, "parent_header": {}, "metadata": {}, "channel": "shell",
                                     "content": content}))
        while True:
            message = self.socket.recv()
            message = json.loads(message) if isinstance(message, str) else {"parent_header": {}}
            if message["parent_header"].get("msg_id") != header["msg_id"]:
                continue
            content = message["content"]
            if message["msg_type"] == "error":
                raise RuntimeError("\n".join(content["traceback"]))
            printed.append(content.get("text", ""))
            if message["msg_type"] == "status" and content["execution_state"] == "idle":
                return time.perf_counter() - start, "".join(printed).strip()

    def run(self, code):
        """Run a cell."""
        wanted = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        return self.send("execute_request", wanted)

    def move(self, model, value):
        """Turn a slider, as its view does."""
        data = {"method": "update", "state": {"value": value}, "buffer_paths": []}
        return self.send("comm_msg", {"comm_id": model, "data": data})[0]


class Hub:
    """A hub that listens, with a token that may do what a class does."""

    def __init__(self, address, token):
        self.address, self.token = address, token

    def call(self, method, path, data=None):
        """One request; returns what its JSON holds, if any."""
        import requests

        answer = requests.request(method, self.address + path, json=data, timeout=PATIENCE,
                                  headers={"Authorization": f"token {self.token}"})
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def log_in(self, user):
        """Start the student's server and wait until it answers; returns the seconds."""
        start = time.perf_counter()
        self.call("POST", f"/hub/api/users/{user}")
        self.call("POST", f"/hub/api/users/{user}/server")
        while not self.call("GET", f"/hub/api/users/{user}")["servers"].get("", {}).get("ready"):
            if time.perf_counter() - start > PATIENCE:
                raise TimeoutError(f"the server of {user} did not start")
            time.sleep(0.3)
        return time.perf_counter() - start


@contextlib.contextmanager
def hub_of(folder):
    """Start a hub in a folder; end it, and all servers, afterwards."""
    proxy = os.environ.get("CONFIGURABLE_HTTP_PROXY") or shutil.which("configurable-http-proxy")
    if not proxy or importlib.util.find_spec("jupyterhub") is None:
        print("classroom: not measured; this needs labkit's extra 'classroom' and configurable-http-proxy, from npm")
        sys.exit(0)
    with contextlib.ExitStack() as stack:
        taken = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(3)]
        ports = [one.getsockname()[1] for one in taken]
    token = secrets.token_hex(16)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    config = CONFIG.format(config=jupyterhub_config.__file__, ports=ports, proxy=[proxy], folder=folder, token=token,
                           python=sys.executable, path=path)
    (folder / "hub.py").write_text(config, encoding="utf-8")
    hand_out([NOTEBOOK], folder / "handout")
    with (folder / "hub.log").open("w") as log:
        command = [sys.executable, "-m", "jupyterhub", "-f", folder / "hub.py"]
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            yield listening(Hub(f"http://127.0.0.1:{ports[0]}", token), process, folder)
        finally:
            process.terminate()
            process.wait(timeout=60)


def listening(hub, process, folder):
    """The hub, once it listens."""
    start = time.perf_counter()
    while process.poll() is None and time.perf_counter() - start < PATIENCE:
        with contextlib.suppress(Exception):
            hub.call("GET", "/hub/api/")
            return hub
        time.sleep(0.5)
    sys.exit(f"classroom: the hub did not start:\n{(folder / 'hub.log').read_text()[-3000:]}")


def lesson(hub, user, together):
    """One student's hour; the students wait for each other before they drag, and before they train."""
    try:
        cells = {cell.id: cell.source for cell in read(NOTEBOOK).cells}
        spawn = hub.log_in(user)
        start = time.perf_counter()
        kernel = Kernel(hub, user)
        kernel.run("pass")
        opened = time.perf_counter() - start
        shown = sum(kernel.run(code)[0] for code in (cells["setup"], cells["data"]))
        seconds, model = kernel.run(PANEL)
        together.wait(PATIENCE)
        moves = [1000 * kernel.move(model, -3 + 3 * number / MOVES) for number in range(MOVES)]
        together.wait(PATIENCE)
        kernel.run(TRAINER)
        time.sleep(TRAINED)
        steps = int(kernel.run("trainer.pause(); print(trainer.run.steps)")[1]) / TRAINED
        return Student(spawn, opened, shown + seconds, moves, steps)
    except threading.BrokenBarrierError as error:
        raise RuntimeError("another student's hour ended; the reason stands above") from error
    except BaseException:
        traceback.print_exc()
        together.abort()
        raise


def memory(users):
    """MiB of every student's server and kernel; what is shared is divided among those who share it (PSS)."""
    import psutil

    found = {user: {"server": 0.0, "kernel": 0.0} for user in users}
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            user = process.environ().get("JUPYTERHUB_USER")
            if user in found:
                kind = "kernel" if "ipykernel" in " ".join(process.cmdline()) else "server"
                found[user][kind] += process.memory_full_info().pss / 2**20
    return found


def p95(values):
    """The value that 95 of 100 do not exceed."""
    return sorted(values)[int(0.95 * (len(values) - 1))]


def report(students, used):
    """Print the table; tells whether the goals are met."""
    mid = statistics.median
    each = [one["server"] + one["kernel"] for one in used.values()]
    worst = max(p95(one.moves) for one in students)
    parts = [mid(one[kind] for one in used.values()) for kind in ("server", "kernel")]
    rows = {
        "log in, median and slowest (s)": [mid(s.spawn for s in students), max(s.spawn for s in students)],
        "kernel, median and slowest (s)": [mid(s.kernel for s in students), max(s.kernel for s in students)],
        "set-up, data and panel (s)": [mid(s.panel for s in students), max(s.panel for s in students)],
        "slider, median of medians and worst p95 (ms)": [mid(mid(s.moves) for s in students), worst],
        "training steps/s, median and slowest": [mid(s.steps for s in students), min(s.steps for s in students)],
        "memory of a student: server, kernel (MiB, PSS)": parts,
        "memory of a student, median and largest (MiB)": [mid(each), max(each)],
    }
    for name, (first, second) in rows.items():
        print(f"{name:48} {first:9.1f} {second:9.1f}")
    return worst <= GOAL_P95 and mid(each) <= GOAL_MEMORY


def row(students, used):
    """The line of this run in the table of notebooks/README.md."""
    mid = statistics.median
    server, kernel = (mid(one[kind] for one in used.values()) for kind in ("server", "kernel"))
    cells = [f"{len(students)}", f"{max(s.spawn for s in students):.0f} s", f"{max(s.kernel for s in students):.0f} s",
             f"{mid(s.panel for s in students):.0f} s",
             f"{mid(mid(s.moves) for s in students):.0f} ms, {max(p95(s.moves) for s in students):.0f} ms",
             f"{mid(s.steps for s in students):.0f} steps/s", f"{server:.0f} MiB, {kernel:.0f} MiB"]
    return f"| {' | '.join(cells)} |"


def main(number):
    """A class of so many students."""
    users = [f"student{i:02d}" for i in range(number)]
    together = threading.Barrier(number)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, hub_of(Path(folder)) as hub:
        try:
            with ThreadPoolExecutor(number) as pool:
                students = list(pool.map(lambda user: lesson(hub, user, together), users))
            used = memory(users)
        finally:
            for user in users:
                with contextlib.suppress(Exception):
                    hub.call("DELETE", f"/hub/api/users/{user}/server")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"{number} students on {cores} cores, load {os.getloadavg()[0]:.1f} at the end")
    met = report(students, used)
    print(row(students, used))
    return met


if __name__ == "__main__":
    sys.exit(not main(int(sys.argv[1]) if len(sys.argv) > 1 else 6))
