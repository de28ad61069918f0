"""Every notebook in one kernel: from the top, once more, and in three random orders of the cells after the set-up.

The suite proves the same without running anything (tests/test_notebooks.py: a name that cells share is bound in one
cell only); this is the proof by doing, a quarter of an hour long. `python -m tests.benchmarks.any_order [notebook …]`
"""

import random
import sys
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def orders(cells: list[str], seed: int = 0) -> list[list[str]]:
    """The code cells as they stand, twice, and three times shuffled behind the set-up."""
    shuffle = random.Random(seed)
    return [cells, cells, *([cells[0], *shuffle.sample(cells[1:], len(cells) - 1)] for _ in range(3))]


def errors(path: Path) -> list[str]:
    """What went wrong, one line for each cell and run."""
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    manager = KernelManager(kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))
    manager.start_kernel(cwd=str(path.parent))
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    try:
        return [f"run {number}: {reply['ename']}: {reply['evalue']} in {source[:60]!r}"
                for number, order in enumerate(orders(cells)) for source in order
                if (reply := client.execute_interactive(source, output_hook=lambda message: None, timeout=120,
                                                        allow_stdin=False)["content"])["status"] == "error"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


if __name__ == "__main__":
    paths = [Path(name) for name in sys.argv[1:]] or sorted(NOTEBOOKS.glob("*.ipynb"))
    for path in paths:
        print(path.name, *(errors(path) or ["no error in five runs"]), sep="\n  ", flush=True)
