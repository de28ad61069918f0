"""`python -m tests.benchmarks` runs every benchmark of this folder, one after the other, and prints their tables."""

import subprocess
import sys
from pathlib import Path

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))

failed = [name for name in NAMES if subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}"]).returncode]
sys.exit(f"failed: {', '.join(failed)}" if failed else 0)
