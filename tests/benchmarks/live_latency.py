"""From the key press on the init-std slider to the painted picture, in a real JupyterLab in headless Chromium.

The flagship panel of notebook 03 against the usual `ipywidgets.interact` whose function draws a new pyplot figure with
a histogram per layer: same page, same kernel, the same 10 layers × 500 units and 64 inputs, in turns. The clock starts
with the browser's key event; it stops in the first frame after the new picture is decoded.

    python -m tests.benchmarks.live_latency
"""

import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import nbformat

from labkit.present.browser import HOW_TO_GET_ONE, chromium, chromium_path
from labkit.present.store import METADATA
from tests.browser.lab import SECONDS, Notebook, jupyterlab

ROUNDS, PRESSES, NAIVE_PRESSES = 6, 10, 3
FASTER, P95 = 10, 120  # × naive, and milliseconds

CELLS = {
    "labkit": """
from labkit.lessons.initialization.panels import init_explorer
init_explorer(width=500, depth=10, batch=64)
""",
    "naive": """
%matplotlib inline
import ipywidgets, numpy as np
import matplotlib.pyplot as plt

def histograms(std):
    rng = np.random.default_rng(0)
    h = rng.standard_normal((64, 500))
    fig, axes = plt.subplots(2, 5, figsize=(12, 5), sharex=True)
    for layer, ax in enumerate(axes.flat, start=1):
        h = np.tanh(h @ (std * rng.standard_normal((500, 500))))
        ax.hist(h.ravel(), bins=80)
        ax.set_title(f"layer {layer}: std {h.std():.2g}")
    plt.show()

ipywidgets.interact(histograms, std=ipywidgets.FloatLogSlider(value=0.05, min=-3, max=0.5, step=0.02));
""",
}

WATCH = """cell => {
    const seen = new Set([...cell.querySelectorAll('img')].map(image => image.src));
    const record = window.labkitWatch = {pressed: null, painted: []};
    document.addEventListener('keydown', event => { record.pressed = event.timeStamp; }, true);
    const afterPaint = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    const look = async () => {
        const fresh = [...cell.querySelectorAll('img')].filter(image => !seen.has(image.src));
        for (const image of fresh) {
            seen.add(image.src);
            try { await image.decode(); } catch { continue; }      // replaced meanwhile
            await afterPaint();
            record.painted.push(performance.now());
        }
        requestAnimationFrame(look);
    };
    look();
}"""


class Measured(NamedTuple):
    latency: list[float]  # ms from key press to painted picture
    cpu: float  # kernel CPU seconds
    pictures: int


def kernel_cpu(notebook: Notebook) -> float:
    return float(notebook.kernel("import time; print(time.process_time())"))


def turn(notebook: Notebook, index: int, presses: int, key: str) -> Measured:
    """Press `key` on the first slider of a cell, `presses` times, each after the picture of the one before."""
    page, cell = notebook.page, notebook.cell(index)
    handle = cell.locator(".noUi-handle").first
    handle.focus()
    cell.evaluate(WATCH)
    notebook.idle()
    latency, pictures, cpu = [], 0, kernel_cpu(notebook)
    for _ in range(presses):
        page.evaluate("labkitWatch.painted = []")
        page.keyboard.press(key)
        page.wait_for_function("labkitWatch.painted.length", timeout=20 * SECONDS)
        notebook.idle()
        painted = page.evaluate("labkitWatch.painted")
        latency.append(painted[0] - page.evaluate("labkitWatch.pressed"))
        pictures += len(painted)
    return Measured(latency, kernel_cpu(notebook) - cpu, pictures)


def measure(notebook: Notebook) -> dict[str, list[Measured]]:
    """Turns of both panels; the first turn of each warms caches and is left out."""
    turns = {name: [] for name in CELLS}
    for number in range(ROUNDS + 1):
        key = "ArrowLeft" if number % 2 else "ArrowRight"
        for index, name in enumerate(CELLS):
            measured = turn(notebook, index, PRESSES if name == "labkit" else NAIVE_PRESSES, key)
            turns[name] += [measured] if number else []
    return turns


def percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def report(turns: dict[str, list[Measured]]) -> None:
    load = f", load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"key press to painted picture, 10 layers × 500 units ({os.cpu_count()} cores{load})")
    print(f"{'':>10}  presses  median ms   p95 ms  kernel CPU ms/picture")
    median, p95 = {}, {}
    for name, measured in turns.items():
        latency = [ms for turn in measured for ms in turn.latency]
        cpu = 1000 * sum(turn.cpu for turn in measured) / sum(turn.pictures for turn in measured)
        median[name], p95[name] = statistics.median(latency), percentile(latency, 95)
        print(f"{name:>10}  {len(latency):7}  {median[name]:9.0f}  {p95[name]:7.0f}  {cpu:21.0f}")
    ratio = median["naive"] / median["labkit"]
    print(f"  median at least {FASTER} × faster than naive: {'yes' if ratio >= FASTER else 'NO'} ({ratio:.1f} ×)")
    print(f"  p95 at most {P95} ms: {'yes' if p95['labkit'] <= P95 else 'NO'} ({p95['labkit']:.0f} ms)\n")


def main() -> None:
    if chromium_path() is None:
        sys.exit(f"live latency: {HOW_TO_GET_ONE}")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        root = Path(scratch) / "root"
        root.mkdir()
        cells = [nbformat.v4.new_code_cell(source.strip()) for source in CELLS.values()]
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=METADATA), root / "panels.ipynb")
        with chromium() as browser, jupyterlab(root, Path(scratch) / "jupyter") as address:
            notebook = Notebook(browser, address, "panels.ipynb")
            notebook.run_all()
            if failed := notebook.errors():
                sys.exit(f"live latency: {failed}")
            report(measure(notebook))
            notebook.close()


if __name__ == "__main__":
    main()
