"""How the cost grows: time and memory of a training step over width, depth, batch and replicas, beside its products.

`train` with SGD and ReLU, float32, one thread, against the matrix products of the step alone; the two take turns.
Memory is what training holds at its highest; beside it θ, g, v, and the batch with one output per layer.

    python -m tests.benchmarks.growth [growth.png]        five minutes; the figure goes into the file
    python -m tests.benchmarks.growth --small             a few points of each, in seconds
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

import labkit as lk
from labkit.figures import figure, still, style, styled

SECONDS, TURNS, LONG = 2.0, 5, 0.05
"""At least so long and so many turns for each point; a turn takes so long or one step."""
WORST, FROM = 2.0, 512
"""× the products, at widths from the second on."""
CLASSES = 10


class Point(NamedTuple):
    """One shape of network and batch."""

    width: int = 512
    depth: int = 4
    batch: int = 128
    replicas: int | None = None

    @property
    def sizes(self) -> list[int]:
        return [self.width] * self.depth + [CLASSES]


SWEEPS = {
    "width": [Point(width=n) for n in (64, 128, 256, 512, 1024, 2048)],
    "depth": [Point(depth=n) for n in (2, 5, 10, 20, 50)],
    "batch": [Point(batch=n) for n in (16, 64, 256, 1024, 4096)],
    "replicas": [Point(width=64, batch=32, replicas=n) for n in (1, 2, 4, 8, 16, 32, 64)],
}


class Cost(NamedTuple):
    """Milliseconds of the step and of its products; MiB at the highest, and of what is needed."""

    step: float
    products: float
    memory: float
    needed: float


# ------------------------------------------------------------------------------------------------ the contestants
def ours(point: Point) -> Callable[[], object]:
    """One step of `train`."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((2 * point.batch, point.width), dtype=np.float32)
    batches = lk.Batches(x, np.arange(len(x)) % CLASSES, size=point.batch, rng=lk.streams(0).data)
    run = lk.train(lk.mlp(point.sizes, replicas=point.replicas), lk.softmax_cross_entropy, lk.SGD(1e-3, 0.9), batches)
    return lambda: next(run)


def products(point: Point) -> Callable[[], object]:
    """The products of the same step: forward, dW, and dx of all layers but the first."""
    rng, lead = np.random.default_rng(0), () if point.replicas is None else (point.replicas,)
    h = [rng.standard_normal((*lead, point.batch, n), dtype=np.float32) for n in point.sizes]
    W = [rng.standard_normal((*lead, m, n), dtype=np.float32) for m, n in pairwise(point.sizes)]
    y, dW = [np.empty_like(a) for a in h], [np.empty_like(w) for w in W]

    def step() -> None:
        for i, w in enumerate(W):
            np.matmul(h[i], w, out=y[i + 1])
            np.matmul(h[i].mT, h[i + 1], out=dW[i])
            if i:
                np.matmul(h[i + 1], w.mT, out=y[i])

    return step


def needed(point: Point) -> float:
    """MiB of θ, its gradient and the velocity, of the batch and of one output per layer."""
    parameters = 3 * sum(m * n + n for m, n in pairwise(point.sizes))
    return 4 * (point.replicas or 1) * (parameters + point.batch * sum(point.sizes)) / 2**20


# ------------------------------------------------------------------------------------------------ the measurement
def cost(point: Point) -> Cost:
    """Medians of turns; memory in steps of their own, since watching it takes time."""
    contestants = ours(point), products(point)
    often = [max(1, round(LONG / max(_seconds(f), _seconds(f)))) for f in contestants]
    times: list[list[float]] = []
    end = time.perf_counter() + SECONDS
    while len(times) < TURNS or time.perf_counter() < end:
        times.append([_seconds(f, n) for f, n in zip(contestants, often, strict=True)])
    step, bare = np.median(times, axis=0) * 1000
    del contestants
    return Cost(step, bare, _highest(point), needed(point))


def _seconds(f: Callable[[], object], often: int = 1) -> float:
    """Of one call, in CPU time: what else the machine does is not in it."""
    start = time.process_time()
    for _ in range(often):
        f()
    return max(1e-9, time.process_time() - start) / often


def _highest(point: Point) -> float:
    tracemalloc.start()
    step = ours(point)
    for _ in range(3):
        step()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def measured(sweeps: dict[str, list[Point]]) -> Iterator[tuple[str, Point, Cost]]:
    """Every point with its cost, printed as it comes."""
    print(f"{'':>24}  step ms  products ms    ×   highest MiB  needed MiB   ({os.cpu_count()} cores)")
    for name, points in sweeps.items():
        for point in points:
            c = cost(point)
            print(f"{name:>14} {getattr(point, name):9} {c.step:8.2f} {c.products:12.2f} {c.step / c.products:4.1f} "
                  f"{c.memory:13.1f} {c.needed:11.1f}", flush=True)
            yield name, point, c


def draw(found: list[tuple[str, Point, Cost]], file: Path) -> None:
    """Time above, memory below, a column for each of the four."""
    drawn = figure(13, 7)
    with styled():
        axes = drawn.subplots(2, len(SWEEPS), squeeze=False, sharey="row")
        for (above, below), name in zip(axes.T, SWEEPS, strict=True):
            x, costs = zip(*((getattr(p, name), c) for n, p, c in found if n == name), strict=True)
            for ax, ours_, bare in ((above, "step", "products"), (below, "memory", "needed")):
                for i, part in enumerate((ours_, bare)):
                    color, marker, dash = style.look(i)
                    ax.plot(x, [getattr(c, part) for c in costs], color=color, marker=marker, ls=dash, label=part)
                ax.set(xscale="log", yscale="log", xlabel=name)
                ax.set_xticks(x[::2], [str(n) for n in x[::2]])
                ax.minorticks_off()
                ax.grid(axis="y")
        axes[0, 0].set_ylabel("ms a step")
        axes[1, 0].set_ylabel("MiB")
        for ax in axes[:, 0]:
            ax.legend()
        drawn.tight_layout()
    file.write_bytes(still(drawn, "How the cost of a training step grows.").png)


def main(arguments: list[str]) -> bool:
    """The table, the figure, and whether the goal is met."""
    small = "--small" in arguments
    sweeps = {name: points[:2] for name, points in SWEEPS.items()} if small else SWEEPS
    found = list(measured(sweeps))
    ratios = {f"{name} {getattr(p, name)}": c.step / c.products for name, p, c in found if p.width >= FROM}
    worst = max(ratios, key=ratios.get)
    print(f"no step worse than {WORST} × its products from width {FROM} on: "
          f"{'yes' if ratios[worst] <= WORST else 'NO'} (worst: {worst}, {ratios[worst]:.2f} ×)")
    for name in (name for name in arguments if not name.startswith("--")):
        draw(found, Path(name))
    return ratios[worst] <= WORST


if __name__ == "__main__":
    sys.exit(not main(sys.argv[1:]))
