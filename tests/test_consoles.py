"""What labkit prints reaches every console: in UTF-8 as it is, elsewhere with plain signs for what is missing."""

import os
import subprocess
import sys

import pytest

SCRIPT = """
import numpy as np
import labkit as lk
from labkit.course import check
print(lk.mlp([4, 8, 3]))
check("03-xavier", lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)))
check("03-xavier", lambda n_in, n_out: ...)
try:
    lk.Dropout(0)
except ValueError as error:
    print(error)
print("θ é ½ →")
lk.Linear(0, 3)
"""


def output(encoding):
    setting = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=setting, capture_output=True, check=False)
    assert b"codec can't encode" not in done.stdout + done.stderr
    return done.stdout.decode(encoding), done.stderr.decode(encoding)


@pytest.mark.parametrize(("encoding", "right", "arrow", "greek"), [
    ("utf-8", "✓", "→", "θ é ½ →"),
    ("cp949", "[right]", "→", "θ e ½ →"),
    ("cp1252", "[right]", "->", "theta é ½ ->"),
    ("ascii", "[right]", "->", "theta e 1/2 ->"),
])
def test_verdicts_networks_and_errors_are_printed_everywhere(encoding, right, arrow, greek):
    out, error = output(encoding)
    lines = out.splitlines()
    assert lines[0].startswith(f"Network (4 {arrow} 8)")
    assert lines[1].startswith(f"{right} 03-xavier")
    assert greek in lines and any(line.startswith("Dropout: keep must be in (0, 1]") for line in lines)
    assert "ValueError: Linear" in error
