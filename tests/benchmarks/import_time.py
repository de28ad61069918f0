"""What `import labkit` costs, as a multiple of `import numpy`: both in fresh processes, in turns.

python -m tests.benchmarks.import_time
"""

import subprocess
import sys
from pathlib import Path

ROUNDS = 15
LIMIT = 1.5
CODE = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"


def seconds(module: str) -> float:
    """The time of the import inside a new process; the start of Python is not part of it."""
    command = [sys.executable, "-c", CODE.format(module)]
    return float(subprocess.run(command, capture_output=True, check=True, cwd=Path(__file__).parents[2]).stdout)


def main() -> None:
    turns = [(seconds("numpy"), seconds("labkit")) for _ in range(ROUNDS + 1)][1:]  # the first one warms the disk
    numpy, labkit = (1000 * min(times) for times in zip(*turns, strict=True))  # what nothing else disturbed
    print(f"import, best of {ROUNDS}: numpy {numpy:.0f} ms, labkit {labkit:.0f} ms")
    print(f"  at most {LIMIT} × numpy: {'yes' if labkit <= LIMIT * numpy else 'NO'} ({labkit / numpy:.2f} ×)\n")


if __name__ == "__main__":
    main()
