"""What does a student's kernel cost? The memory of the hub's kernel, step by step through the set-up of notebook 03.

Private memory (what no other process shares), and PSS (what is shared divided among those who share it), in MiB. Reads
/proc, so Linux only.

    python -m tests.benchmarks.kernel
"""

import json
import os
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from labkit.classroom.jupyterhub_config import ENVIRONMENT, KERNELS
from labkit.notebooks.files import read
from tests.benchmarks.classroom import NOTEBOOK, PANEL, TRAINER
from tests.benchmarks.memory import execute

PROBE = """
import gc, json
gc.collect()
fields = dict(line.split()[:2] for line in open("/proc/self/smaps_rollup") if "kB" in line)
print(json.dumps([sum(int(fields[name]) for name in ("Private_Clean:", "Private_Dirty:")) / 1024,
                  int(fields["Pss:"]) / 1024]))
"""


def steps():
    """What is done → the code."""
    cells = {cell.id: cell.source for cell in read(NOTEBOOK).cells}
    return {
        "the kernel": "pass",
        "NumPy": "import numpy",
        "labkit": "import labkit as lk",
        "Matplotlib, as labkit uses it": "import labkit.figures",
        "ipywidgets, anywidget": "import labkit.widgets",
        "the set-up cell": cells["setup"],
        "its data": cells["data"],
        "the panel": PANEL,
        "20 moves": "for i in range(20): panel.set(std=10 ** (-3 + 3 * i / 20))",
        "a trainer": TRAINER.replace("trainer.play()", "trainer.show()"),
        "1000 steps": "trainer.advance(1000)",
    }


def main():
    """Start the hub's kernel, go through the steps, and print a line for each."""
    manager = KernelManager(kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(KERNELS / "kernels")]))
    manager.start_kernel(cwd=str(NOTEBOOK.parent), env=os.environ | ENVIRONMENT | {"LABKIT_JOURNAL": "off"})
    client = manager.client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=60)
        before = 0.0
        print(f"{'after':32} private, of it new    PSS  (MiB)")
        for what, code in steps().items():
            execute(client, code)
            private, shared = json.loads(execute(client, PROBE)[0])
            print(f"{what:32} {private:7.1f} {private - before:+10.1f} {shared:8.1f}", flush=True)
            before = private
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


if __name__ == "__main__":
    if Path("/proc/self/smaps_rollup").exists():
        main()
    else:
        print("kernel: not measured; this reads /proc, which is Linux's")
