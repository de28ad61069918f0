"""One training step: ours against scikit-learn's MLPClassifier, PyTorch eager on the CPU, and the bare matrix products.

Same sizes, batch, float32 data, ReLU, Adam at 1e-3, shuffled batches of the same data. Each library is used as its
users do: `train` over `Batches`, `MLPClassifier.fit`, and the usual loop of PyTorch. The contestants take turns, so a
busy machine slows all of them; the figures are medians per step. Each thread count runs in a process of its own.

    python -m tests.benchmarks.training_step
"""

import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from itertools import pairwise

import numpy as np

STEPS = 50  # steps per turn
SIZES = [([2, 16, 16, 2], 32), ([40, 100, 100, 10], 64), ([784, 256, 128, 10], 128)]


def data(sizes: list[int], batch: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    n = batch * STEPS
    return rng.standard_normal((n, sizes[0]), dtype=np.float32), rng.permutation(np.arange(n) % sizes[-1])


def ours(sizes: list[int], batch: int, replicas: int | None = None) -> Callable[[], object]:
    import labkit as lk

    x, y = data(sizes, batch)
    batches = lk.Batches(x, y, size=batch, rng=lk.streams(0).data)
    run = lk.train(lk.mlp(sizes, replicas=replicas), lk.softmax_cross_entropy, lk.Adam(1e-3), batches)
    return lambda: [next(run) for _ in range(STEPS)]


def scikit_learn(sizes: list[int], batch: int) -> Callable[[], object]:
    from sklearn.neural_network import MLPClassifier

    x, y = data(sizes, batch)
    model = MLPClassifier(sizes[1:-1], batch_size=batch, max_iter=1, warm_start=True, alpha=0, random_state=0)
    warnings.simplefilter("ignore")  # max_iter=1 is meant
    return lambda: model.fit(x, y)


def pytorch(sizes: list[int], batch: int) -> Callable[[], object] | None:
    try:
        import torch
    except ImportError:
        return None
    x, y = (torch.from_numpy(a) for a in data(sizes, batch))
    layers = [part for m, n in pairwise(sizes) for part in (torch.nn.Linear(m, n), torch.nn.ReLU())]
    net = torch.nn.Sequential(*layers[:-1])
    opt, loss = torch.optim.Adam(net.parameters(), 1e-3), torch.nn.CrossEntropyLoss()

    def epoch() -> None:
        for take in torch.randperm(len(x)).split(batch):
            opt.zero_grad()
            loss(net(x[take]), y[take]).backward()
            opt.step()

    return epoch


def products(sizes: list[int], batch: int) -> Callable[[], object]:
    """Only the matrix products of the step: forward, dW, and dx of all layers but the first."""
    rng = np.random.default_rng(0)
    h = [rng.standard_normal((batch, n), dtype=np.float32) for n in sizes]
    W = [rng.standard_normal((m, n), dtype=np.float32) for m, n in pairwise(sizes)]

    def step() -> None:
        for i, w in enumerate(W):
            h[i] @ w
            h[i].T @ h[i + 1]
            if i:
                h[i + 1] @ w.T

    return lambda: [step() for _ in range(STEPS)]


def medians(contestants: dict[str, Callable[[], object] | None], seconds: float = 4.0) -> dict[str, float]:
    """Microseconds per step, the contestants taking turns of `STEPS` steps."""
    times: dict[str, list[float]] = {name: [] for name, f in contestants.items() if f}
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times["ours"]) < 6:
        for name in times:
            start = time.perf_counter()
            contestants[name]()
            times[name].append((time.perf_counter() - start) / STEPS)
    return {name: 1e6 * float(np.median(t[1:])) for name, t in times.items()}


def table() -> None:
    threads = os.environ["OPENBLAS_NUM_THREADS"]
    try:
        import torch

        torch.set_num_threads(int(threads))
    except ImportError:
        print("PyTorch is not installed: pip install '.[bench]' adds its column")
    print(f"{threads} BLAS thread(s): µs per step, and how many times ours each of the others takes")
    for sizes, batch in SIZES:
        t = medians({"ours": ours(sizes, batch), "scikit-learn": scikit_learn(sizes, batch),
                     "PyTorch": pytorch(sizes, batch), "products alone": products(sizes, batch)})
        row = "   ".join(f"{name} {us:7.0f} ({us / t['ours']:.2f} ×)" for name, us in t.items())
        print(f"  {'-'.join(map(str, sizes)):>15}, batch {batch:3}:  {row}")
    t = medians({"ours": ours(*SIZES[0]), "ten": ours(*SIZES[0], replicas=10)})
    print(f"  ten replicas of the smallest cost {t['ten'] / t['ours']:.2f} × one (limit 3)\n")


if __name__ == "__main__":
    if "OPENBLAS_NUM_THREADS" in os.environ:
        table()
    else:
        for threads in "12":
            env = os.environ | {"OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads}
            subprocess.run([sys.executable, "-m", "tests.benchmarks.training_step"], env=env, check=True)
