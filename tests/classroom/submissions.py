"""Students who hand in notebook 03, and what they wrote: for the tests of both ways to grade."""

import copy

from labkit.classroom.handout import handout_of
from labkit.notebooks.cells import exercises_of, role_of
from labkit.notebooks.files import read
from tests.cells import NOTEBOOKS

ORIGINAL = NOTEBOOKS / "03_initialization.ipynb"
MIXED = {
    "03-xavier": "def xavier_std(n_in, n_out):\n    return np.sqrt(2 / (n_in + n_out))",
    "03-he": "def he(rng, n_in, n_out):\n    return 2 / n_in * rng.standard_normal((n_in, n_out))",
    "03-predict": "def relu_rms(weight_std, width, depth):\n    return weight_std * undefined",
}
"""One is open, one right, one takes the variance for the standard deviation, one raises NameError."""


def solutions(path=ORIGINAL):
    """Name → the published solution."""
    return {exercise.name: exercise.solution for exercise in exercises_of(read(path).cells)}


def solved(notebook, answers, forged=False):
    """A copy of the notebook with these answers in its exercise cells, and with its checks replaced by `pass`."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        role, name = role_of(cell)
        if role == "exercise":
            cell.source = answers.get(name, cell.source)
        elif role == "check" and forged:
            cell.source = "pass"
    return notebook


def handed_in(answers, path=ORIGINAL, **options):
    """The students' copy, with these answers."""
    return solved(handout_of(read(path)), answers, **options)
