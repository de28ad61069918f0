"""A student's edited notebook merges with a newer one, as nbgitpuller merges on a hub: commit, fetch, merge -Xours."""

import subprocess

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_output

from labkit.classroom.handout import handout_of
from labkit.notebooks.files import read, write
from tests.classroom.submissions import ORIGINAL, solutions, solved

AS = ("-c", "user.email=class@room.invalid", "-c", "user.name=class", "-c", "commit.gpgsign=false")


def git(folder, *arguments):
    done = subprocess.run(["git", *AS, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def worked_on(notebook):
    """As a student leaves it: answers, outputs, other execution counts, and what JupyterLab writes into metadata."""
    notebook = solved(notebook, solutions())
    notebook.metadata["language_info"]["version"] = "3.12.1"
    for number, cell in enumerate(cell for cell in notebook.cells if cell.cell_type == "code"):
        cell.execution_count = 2 * number + 1
        cell.outputs = [new_output("stream", text=f"mine {number}\n")]
        cell.metadata["scrolled"] = True
    return notebook


def revised(notebook):
    """A newer edition: another text, a stub with other words, another output, a new cell in the middle."""
    for cell in notebook.cells:
        cell.source = cell.source.replace("Normal weights", "Gaussian weights")
        if cell.cell_type == "code" and cell.outputs:
            cell.outputs = [new_output("stream", text="computed anew\n")]
    notebook.cells[8].source += "\n\nOne sentence more."
    notebook.cells.insert(12, new_markdown_cell("A new cell.", id="new-cell", metadata={}))
    return notebook


@pytest.mark.parametrize("edition", [lambda notebook: notebook, handout_of], ids=["with outputs", "handout"])
def test_a_students_notebook_merges_with_an_update(edition, tmp_path):
    course, student = tmp_path / "course", tmp_path / "student"
    course.mkdir()
    git(course, "init", "-q", "-b", "main")
    original = edition(read(ORIGINAL))
    write(original, course / "03.ipynb")
    git(course, "add", ".")
    git(course, "commit", "-qm", "first")
    git(tmp_path, "clone", "-q", str(course), str(student))
    write(worked_on(original), student / "03.ipynb")
    write(revised(edition(read(ORIGINAL))), course / "03.ipynb")
    git(course, "commit", "-qam", "second")
    git(student, "commit", "-qam", "mine")
    git(student, "fetch", "-q")
    git(student, "merge", "-Xours", "origin/main")
    merged = read(student / "03.ipynb")
    nbformat.validate(merged)
    cells = {cell.id: cell for cell in merged.cells}
    assert len(merged.cells) == len(original.cells) + 1 == len(cells) and "new-cell" in cells
    assert any("One sentence more." in cell.source for cell in merged.cells)
    sources = [cell.source for cell in merged.cells]
    assert all(solution in sources for solution in solutions().values()), "the student's work is kept"
