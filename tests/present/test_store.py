"""Storing: one form, the same bytes twice, and a loud no to what is not fit to be kept."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from labkit.notebooks.files import text_of
from labkit.present import normal_form, problems
from labkit.present.__main__ import main
from labkit.present.store import METADATA, WIDGET_VIEW, CellFailed, execute, store

PICTURE = """
%matplotlib inline
import ipywidgets, sys
import matplotlib.pyplot as plt
print("out", flush=True); print("more", flush=True)
display(ipywidgets.IntSlider(description="a slider"))
plt.figure(figsize=(1, 1)); plt.plot([1, 2]);
"""


def notebook_of(*cells, **metadata):
    return new_notebook(cells=list(cells), metadata=metadata or METADATA)


def code(source, *outputs, count=1, **metadata):
    return new_code_cell(source, outputs=list(outputs), execution_count=count, metadata=metadata)


def printed(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def shown(**data):
    return new_output("display_data", data=data)


CLEAN = notebook_of(
    new_markdown_cell("# Title", metadata={"slideshow": {"slide_type": "slide"}}),
    code("print(1)", printed("1\n"), tags=["check", "03-he"]),
    code("2", new_output("execute_result", data={"text/plain": "2"}, execution_count=2), count=2),
)


# ------------------------------------------------------------------------------------------------ the form
def test_a_clean_notebook_is_its_own_normal_form():
    assert normal_form(CLEAN) == CLEAN
    assert problems(CLEAN) == []


def test_what_a_machine_adds_is_dropped_and_what_a_reader_needs_is_kept():
    cell = code(
        "x",
        printed("a"),
        printed("b"),
        new_output("display_data", data={WIDGET_VIEW: {"model_id": "1"}, "image/png": "cG5n", "text/plain": "a panel"},
                   metadata={"image/png": {"width": 5}, WIDGET_VIEW: {}}),
        shown(**{WIDGET_VIEW: {"model_id": "2"}}),
        count=17,
        execution={"iopub.execute_input": "2030-01-01"},
        scrolled=True,
        tags=["solution"],
        jupyter={"source_hidden": True},
    )
    mine = {"name": "mine", "display_name": "My own"}
    normal = normal_form(notebook_of(cell, widgets={"state": {}}, kernelspec=mine))
    assert normal.metadata == METADATA
    [kept] = normal.cells
    assert (kept.id, kept.execution_count) == (cell.id, 1)
    assert kept.metadata == {"tags": ["solution"], "jupyter": {"source_hidden": True}}
    assert [output.get("text") for output in kept.outputs] == ["ab", None]
    assert kept.outputs[1].data == {"image/png": "cG5n", "text/plain": "a panel"}
    assert kept.outputs[1].metadata == {"image/png": {"width": 5}}
    assert len(cell.outputs) == 4, "the original is left alone"


def test_normal_form_is_idempotent_and_survives_the_file():
    untidy = notebook_of(code("x", printed("a"), printed("b"), count=9), new_markdown_cell("y"), widgets={})
    normal = normal_form(untidy)
    assert normal_form(normal) == normal
    assert nbformat.reads(text_of(normal), as_version=4) == normal


def test_cells_without_an_id_get_one_that_is_the_same_every_time():
    old = notebook_of(new_markdown_cell("a"), new_markdown_cell("a"))
    for cell in old.cells:
        del cell["id"]
    ids = [[cell.id for cell in normal_form(old).cells] for _ in range(2)]
    assert ids[0] == ids[1] and len(set(ids[0])) == 2


# ------------------------------------------------------------------------------------------------ the judge
@pytest.mark.parametrize(
    ("cell", "complaint"),
    [
        (code("x", count=3), "cell 0: execution_count is not in the normal form"),
        (code("x", count=None), "cell 0: execution_count is not in the normal form"),
        (code("x", execution={"a": "b"}), "cell 0: metadata is not in the normal form"),
        (code("x", printed("a"), printed("b")), "cell 0: outputs is not in the normal form"),
        (code("x", shown(**{WIDGET_VIEW: {}, "text/plain": "a"})), "cell 0: outputs is not in the normal form"),
        (code("x", shown(**{"text/plain": "<object at 0x7f5a1b2c3d4e>"})), "cell 0: memory address 0x7f5a1b2c3d4e"),
        (code("x", printed("<f at 0x7f5a1b2c3d4e>")), "cell 0: memory address 0x7f5a1b2c3d4e"),
        (code("x", printed("RuntimeWarning: log", name="stderr")), "cell 0: stored warning: RuntimeWarning: log"),
        (code("x", new_output("error", ename="NameError", evalue="y")), "cell 0: stored error NameError: y"),
    ],
)
def test_what_is_not_fit_to_be_kept_is_named(cell, complaint):
    [found] = problems(notebook_of(cell))
    assert found.startswith(complaint)


def test_foreign_metadata_is_named():
    [found] = problems(notebook_of(code("x"), widgets={"state": {}}))
    assert found.startswith("metadata has more or less than ['kernelspec', 'language_info']") and "widgets" in found


# ------------------------------------------------------------------------------------------------ the command
@pytest.fixture
def file(tmp_path):
    def write(*sources):
        path = tmp_path / "notebook.ipynb"
        nbformat.write(notebook_of(*map(new_code_cell, sources)), path)
        return path

    return write


def test_storing_twice_gives_the_same_bytes(file, capsys):
    path = file(PICTURE, "1 + 1")
    assert main(["store", str(path)]) == 0
    first = path.read_bytes()
    assert store(path) is False
    assert path.read_bytes() == first
    notebook = nbformat.read(path, as_version=4)
    assert problems(notebook) == []
    assert [output.output_type for output in notebook.cells[0].outputs] == ["stream", "display_data", "display_data"]
    assert notebook.cells[0].outputs[0].text == "out\nmore\n"
    assert capsys.readouterr().out == f"{path}: stored\n"


def test_a_failing_cell_is_reported_and_nothing_is_written(file, capsys):
    path = file("a = 1", "def f():\n    return b", "f()")
    before = path.read_bytes()
    assert main(["store", str(path)]) == 1
    assert path.read_bytes() == before
    said = capsys.readouterr().err
    assert str(path) in said and "cell 2" in said and "name 'b' is not defined" in said


def test_an_interrupted_command_stops_and_leaves_the_notebooks_as_they_are(file, capsys, monkeypatch):
    path, asked = file("a = 1"), []
    before = path.read_bytes()

    def interrupted(path):
        asked.append(path)
        raise KeyboardInterrupt

    monkeypatch.setattr("labkit.present.__main__.store", interrupted)
    assert main(["store", str(path), str(path)]) == 130 and len(asked) == 1
    assert path.read_bytes() == before and "0 of 2, now notebook.ipynb" in capsys.readouterr().err


def test_outputs_that_change_from_run_to_run_are_refused(file):
    path = file("object()")
    before = path.read_bytes()
    with pytest.raises(CellFailed, match=r"not fit to be stored:\ncell 0: memory address 0x"):
        store(path)
    assert path.read_bytes() == before


def test_a_dead_kernel_is_an_error(tmp_path):
    with pytest.raises(CellFailed, match="cell 1: Kernel died"):
        execute(notebook_of(new_code_cell("1"), new_code_cell("import os; os._exit(1)")), tmp_path)


def test_without_notebooks_the_command_says_where_to_run_it(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["store"]) == 1
    assert "run this in the folder that holds notebooks/" in capsys.readouterr().err


def test_a_notebook_becomes_a_script_that_is_called_py():
    from nbconvert.exporters import ScriptExporter

    notebook = nbformat.read(Path(__file__).parents[2] / "notebooks" / "00_start_here.ipynb", as_version=4)
    source, resources = ScriptExporter().from_notebook_node(notebook)
    assert resources["output_extension"] == ".py" and "import labkit" in source


def test_what_lies_between_a_prediction_and_its_reveal_is_folded_until_the_notebook_runs():
    shown = new_output("display_data", {"text/plain": "the answer"})
    cells = [new_code_cell("x = 1", outputs=[shown]), new_code_cell('predict("03-zero")', outputs=[shown]),
             new_code_cell("answer", outputs=[shown]), new_code_cell("silent"),
             new_markdown_cell('<div class="lk-until-03-zero"></div>'), new_code_cell("later", outputs=[shown])]
    stored = normal_form(notebook_of(*cells)).cells
    folded = [cell.metadata.get("jupyter", {}).get("outputs_hidden", False) for cell in stored]
    assert folded == [False, False, True, False, False, False]
