"""Is memory given back? The cell of every panel of every notebook is run twenty times in its notebook's kernel.

`python -m tests.benchmarks.memory [notebook …]` prints, for each panel, the kernel's memory after the second and after
the last run, and how many comms, threads, tasks and figures there were: all as many, memory within 5 %.
"""

import json
import sys
from pathlib import Path

import nbformat
from jupyter_client.manager import start_new_kernel

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
RUNS, ROOM = 20, 1.05
PROBE = """
import asyncio, gc, json, threading
from comm import get_comm_manager
from matplotlib import pyplot
gc.collect()
pages = int(open("/proc/self/statm").read().split()[1])
print(json.dumps([pages * 4096 / 2**20, len(get_comm_manager().comms), threading.active_count(),
                  len(asyncio.all_tasks()), len(pyplot.get_fignums())]))
"""


def execute(client, code, cell=""):
    """What the kernel prints when it runs a cell; `cell` is the id by which a front end would name it."""
    message = client.session.msg("execute_request", {"code": code, "silent": False, "store_history": False,
                                                     "user_expressions": {}, "allow_stdin": False})
    message["metadata"]["cellId"] = cell
    client.shell_channel.send(message)
    told, panel = "", False
    while True:
        heard = client.get_iopub_msg(timeout=300)
        if heard["parent_header"].get("msg_id") != message["header"]["msg_id"]:
            continue
        kind, content = heard["msg_type"], heard["content"]
        told += content["text"] if kind == "stream" else ""
        panel |= "application/vnd.jupyter.widget-view+json" in content.get("data", {})
        if kind == "error":
            raise RuntimeError(f"{content['ename']}: {content['evalue']}")
        if kind == "status" and content["execution_state"] == "idle":
            return told, panel


def table(path):
    """A line for every panel of a notebook; the number of panels that keep something."""
    manager, client = start_new_kernel(cwd=str(path.parent))
    kept = 0
    try:
        cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
        panels = [cell for cell in cells if execute(client, cell.source, cell.id)[1]]
        for cell in panels:
            readings = []
            for _ in range(RUNS):
                execute(client, cell.source, cell.id)
                readings.append(json.loads(execute(client, PROBE)[0]))
            (second, *counts), (last, *others) = readings[1], readings[-1]
            good = last <= ROOM * second and counts == others
            kept += not good
            print(f"{path.stem:24} {cell.id:24} {second:6.0f} {last:6.0f} MiB {counts} {others}",
                  "" if good else "KEPT", flush=True)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return kept


if __name__ == "__main__":
    names = sys.argv[1:] or sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
    sys.exit(bool(sum(table(NOTEBOOKS / name) for name in names)))
