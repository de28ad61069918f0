"""What watching costs: the live trainer against the bare training loop, in a real JupyterLab in headless Chromium.

The 784-256-128-10 net on Fashion-MNIST, batch 128, in the same kernel: turns of the bare loop in a cell and of the
playing panel, whose pictures are counted where they are painted. Then keys are pressed on the learning-rate slider
while it plays; every picture carries in its PNG the rate of the last step it shows, and the clock stops in the first
frame after a picture with another rate is decoded.

    python -m tests.benchmarks.live_training
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

ROUNDS, PLAYED, PRESSES = 6, 3.0, 40  # rounds, seconds per round, key presses
SHARE, PICTURES, P95 = 0.7, 8, 250  # of the bare loop's steps, pictures per second, milliseconds

SETUP = """
import itertools, struct, time, zlib
import labkit as lk
from labkit.figures.trainer import TrainerPicture
from labkit.widgets.trainer import Trainer

data = lk.datasets.fashion_mnist()

def make():
    return lk.mlp([784, 256, 128, 10])

def bare(seconds):
    batches = lk.Batches(data.x_train, data.y_train, size=128, rng=lk.streams(0).data)
    run = lk.train(make(), lk.softmax_cross_entropy, lk.SGD(0.05, 0.9), batches)
    next(run)
    start = time.perf_counter()
    for steps in itertools.count():
        next(run)
        if time.perf_counter() - start > seconds:
            return steps / (time.perf_counter() - start)

def stamp(png, text):
    chunk = b"tEXt" + b"Comment\\0" + text.encode()
    return png[:-12] + struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) + png[-12:]

panels, png = [], TrainerPicture.png

def stamped_png(picture):
    rates = [panel.run.rates[panel.run.steps - 1] for panel in panels if panel.picture is picture and panel.run.steps]
    return stamp(png(picture), f"rate={rates[0] if rates else 0:.9g};")

TrainerPicture.png = stamped_png  # of the class: a reset builds the picture anew

def stamped(panel):
    panels.append(panel)
    return panel
"""

PANELS = {
    "plain": "plain = stamped(Trainer(make, data, optimizer=lk.SGD(0.05, 0.9), size=128, max_steps=500_000))\nplain",
    "4 instruments": """
full = stamped(Trainer(make, data, optimizer=lk.SGD(0.05, 0.9), size=128, max_steps=500_000,
                       on=["activations", "gradients", "updates", "dead units"]))
full""",
}
VARIABLES = {"plain": "plain", "4 instruments": "full"}

WATCH = """cell => {
    const record = window.labkitWatch = {pressed: null, painted: []};
    document.addEventListener('keydown', event => { record.pressed = event.timeStamp; }, true);
    const rateOf = async source => {
        const bytes = new Uint8Array(await (await fetch(source)).arrayBuffer());
        return new TextDecoder('latin1').decode(bytes.slice(-80)).match(/rate=(.*?);/)[1];
    };
    const seen = async image => {
        const rate = record.rates ? rateOf(image.src) : null;
        try { await image.decode(); } catch { return; }      // replaced meanwhile
        requestAnimationFrame(() => setTimeout(async () => {
            const time = performance.now();
            try { record.painted.push([time, await rate]); } catch { }
        }));
    };
    new MutationObserver(changes => changes.forEach(change => change.target.tagName === 'IMG' && seen(change.target)))
        .observe(cell, {subtree: true, attributeFilter: ['src']});
}"""

NEW_RATE = "labkitWatch.painted.find(([time, rate]) => rate !== labkitWatch.before)"


class Turn(NamedTuple):
    bare: float  # steps per second
    played: float
    pictures: float  # per second


def count(notebook: Notebook, name: str) -> tuple[float, int]:
    seconds, steps = notebook.kernel(f"print(time.perf_counter(), {name}.run.steps)").split()
    return float(seconds), int(steps)


def turn(notebook: Notebook, name: str) -> Turn:
    """The bare loop from its start for a while, then the panel from its start."""
    page = notebook.page
    bare = float(notebook.kernel(f"print(bare({PLAYED}))"))
    notebook.kernel(f"{name}.reset(); {name}.play()")  # the same steps: later ones may cost more or less
    page.wait_for_timeout(0.5 * SECONDS)
    page.evaluate("labkitWatch.painted = []")
    start, first = count(notebook, name)
    page.wait_for_timeout(PLAYED * SECONDS)
    end, last = count(notebook, name)
    pictures = page.evaluate("labkitWatch.painted.length")
    notebook.kernel(f"{name}.pause()")
    notebook.idle()
    return Turn(bare, (last - first) / (end - start), pictures / (end - start))


def presses(notebook: Notebook, name: str, index: int) -> list[float]:
    """Milliseconds from key press to a picture that shows a step at another rate, while it plays."""
    page, cell = notebook.page, notebook.cell(index)
    page.evaluate("labkitWatch.rates = true")
    notebook.kernel(f"{name}.play()")
    cell.locator(".noUi-handle").first.focus()
    found = []
    for number in range(PRESSES):
        page.wait_for_timeout(300 + 37 * (number % 8))
        page.evaluate("labkitWatch.before = labkitWatch.painted.at(-1)[1]; labkitWatch.painted = []")
        page.keyboard.press("ArrowLeft" if number % 4 < 2 else "ArrowRight")
        page.wait_for_function(f"Boolean({NEW_RATE})", timeout=20 * SECONDS)
        found.append(page.evaluate(f"{NEW_RATE}[0] - labkitWatch.pressed"))
    notebook.kernel(f"{name}.pause()")
    notebook.idle()
    return found


def percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def report(name: str, turns: list[Turn], latency: list[float]) -> None:
    bare, played, pictures = (statistics.median(column) for column in zip(*turns, strict=True))
    share = statistics.median(turn.played / turn.bare for turn in turns)
    p95 = percentile(latency, 95)
    print(f"{name}: bare loop {bare:.0f} steps/s, played {played:.0f}, medians of {len(turns)} turns")
    print(f"  at least {SHARE:.0%} of the bare loop: {'yes' if share >= SHARE else 'NO'} ({share:.0%})")
    print(f"  at least {PICTURES} pictures/s: {'yes' if pictures >= PICTURES else 'NO'} ({pictures:.1f})")
    print(f"  slider move in the picture, p95 of {len(latency)} at most {P95} ms: {'yes' if p95 <= P95 else 'NO'} "
          f"({p95:.0f} ms, median {statistics.median(latency):.0f})\n")


def main() -> None:
    if chromium_path() is None:
        sys.exit(f"live training: {HOW_TO_GET_ONE}")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        root = Path(scratch) / "root"
        root.mkdir()
        cells = [nbformat.v4.new_code_cell(source.strip()) for source in (SETUP, *PANELS.values())]
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=METADATA), root / "panels.ipynb")
        with chromium() as browser, jupyterlab(root, Path(scratch) / "jupyter") as address:
            notebook = Notebook(browser, address, "panels.ipynb")
            notebook.run_all()
            if failed := notebook.errors():
                sys.exit(f"live training: {failed}")
            for index, (name, variable) in enumerate(VARIABLES.items(), start=1):
                notebook.cell(index).evaluate(WATCH)
                turns = [turn(notebook, variable) for _ in range(ROUNDS)]
                report(name, turns, presses(notebook, variable, index))
            notebook.close()


if __name__ == "__main__":
    main()
