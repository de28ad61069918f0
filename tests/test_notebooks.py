"""Every notebook keeps the shape of the course, is stored in its normal form, and its exercises can be solved.

That the stored outputs come out again is nbval's test; that the controls answer is tested in tests/browser.
"""

import builtins
import re
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from nbconvert.filters import get_metadata
from nbval.plugin import get_sanitize_patterns

from labkit.course import EXERCISES
from labkit.figures import spread
from labkit.notebooks.cells import names_of
from labkit.notebooks.files import text_of
from labkit.present.store import problems

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
MEASURED = Path(__file__).with_name("measured.txt")
PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
HANGUL = re.compile("[가-힣]")
SLIDE_TYPES = {"slide", "subslide", "fragment", "skip", "notes", "-"}
ROLES = {"exercise", "check", "solution"}
LONGEST_CELL, LONGEST_SETUP = 15, 8

every_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=4)


def cells_of(path, kind):
    return [(number, cell) for number, cell in enumerate(read(path).cells) if cell.cell_type == kind]


def lines(cell):
    return [line for line in cell.source.splitlines() if line.strip()]


def slide_type(cell):
    return cell.metadata.get("slideshow", {}).get("slide_type")


def text_outputs(cell):
    return "".join(output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in cell.outputs)


# ------------------------------------------------------------------------------------------------ the stored form
def test_there_are_notebooks():
    assert PATHS


@every_notebook
def test_stored_in_the_normal_form(path):
    notebook = read(path)
    assert problems(notebook) == []
    assert path.read_bytes() == text_of(notebook).encode("utf-8"), f"run: python -m labkit.present store {path.name}"
    assert path.stat().st_size < 1_500_000


@every_notebook
def test_every_output_is_compared_by_nbval(path):
    for number, cell in cells_of(path, "code"):
        assert "NBVAL_" not in cell.source, f"cell {number}: exceptions from the comparison are tags, not comments"
        nbval = {tag for tag in cell.metadata.get("tags", []) if tag.startswith(("nbval-", "raises-"))}
        assert nbval <= {"nbval-ignore-output"}, f"cell {number}: {nbval}"


def test_the_digits_of_measured_numbers_are_all_that_may_differ():
    (pattern, measured), = get_sanitize_patterns(MEASURED.read_text(encoding="ascii"))
    ours, theirs = (f"keep 0.7: {spread([gain, gain + 1], sign=True)} points" for gain in (-2.0, 9.7))
    assert ours != theirs and re.sub(pattern, measured, ours) == re.sub(pattern, measured, theirs)
    assert re.sub(pattern, measured, "2.5 points in 5 of 5 runs") == "2.5 points in 5 of 5 runs"


@every_notebook
def test_every_picture_has_its_sentence_as_alternative_text(path):
    """Where nbconvert's templates look for it."""
    for number, cell in cells_of(path, "code"):
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                assert get_metadata(output, "alt", "image/png") == output.data["text/plain"], f"cell {number}"


# ------------------------------------------------------------------------------------------------ the shape
@every_notebook
def test_opens_with_a_title_a_question_and_what_it_takes(path):
    _, first = cells_of(path, "markdown")[0]
    assert first.source.startswith("# ")
    assert HANGUL.search(first.source), "the title cell has no Korean"
    opening = "\n".join(cell.source for _, cell in cells_of(path, "markdown")[:4])
    assert "?" in opening
    assert all(word in opening.lower() for word in ("after this you can", "minutes", "key terms"))


@every_notebook
def test_key_terms_are_given_in_korean_and_figures_need_no_korean_font(path):
    terms = [cell.source.lower().partition("key terms")[2] for _, cell in cells_of(path, "markdown")]
    assert sum(bool(HANGUL.search(line)) for line in "\n".join(terms).splitlines()) >= 5
    assert not [number for number, cell in cells_of(path, "code") if HANGUL.search(cell.source)]


@every_notebook
def test_closes_with_the_misconceptions_a_summary_and_references(path):
    text = "\n".join(cell.source for _, cell in cells_of(path, "markdown"))
    places = [text.find(heading) for heading in ("Watch out", "Summary", "References")]
    assert -1 not in places


@every_notebook
def test_code_cells_are_short(path):
    (_, setup), *others = cells_of(path, "code")
    assert "import" in setup.source
    assert len(lines(setup)) <= LONGEST_SETUP
    assert not {number: len(lines(cell)) for number, cell in others if len(lines(cell)) > LONGEST_CELL}


@every_notebook
def test_slides(path):
    types = Counter(slide_type(cell) for cell in read(path).cells)
    assert set(types) <= SLIDE_TYPES, "every cell has a slide type"
    assert 15 <= types["slide"] + types["subslide"] <= 25
    assert types["notes"] >= 5
    assert slide_type(read(path).cells[0]) == "slide"


# ------------------------------------------------------------------------------------------------ the exercises
def exercises(notebook):
    """Name → the cells with the tags exercise, check and solution and that name."""
    found = {}
    for cell in notebook.cells:
        tags = set(cell.metadata.get("tags", []))
        roles, names = tags & ROLES, {tag for tag in tags if re.fullmatch(r"\d\d-[a-z0-9-]+", tag)}
        if roles or names:
            assert len(roles) == len(names) == 1, f"a role and a name are wanted, the cell has the tags {sorted(tags)}"
            found.setdefault(names.pop(), []).append((roles.pop(), cell))
    return found


def code_of(solution):
    """The Python of a solution cell: a code cell's source, or the fenced block of a folded Markdown cell."""
    if solution.cell_type == "code":
        return solution.source
    return "\n".join(re.findall(r"```python\n(.*?)```", solution.source, re.DOTALL))


@every_notebook
def test_every_exercise_has_a_check_and_a_folded_solution(path):
    found = exercises(read(path))
    assert 2 <= len(found) <= 4
    for name, parts in found.items():
        assert [role for role, _ in parts] == ["exercise", "check", "solution"], name
        stub, check, solution = (cell for _, cell in parts)
        assert name.startswith(path.name[:2]) and name in EXERCISES
        assert "..." in stub.source and f'check("{name}"' in check.source
        assert "not attempted yet" in text_outputs(check), f"{name}: the stored check is of an untouched stub"
        folded = solution.metadata.get("jupyter", {}).get("source_hidden") or "<details>" in solution.source
        assert folded and code_of(solution), f"{name}: the solution is folded, and is Python"


@every_notebook
def test_the_solutions_pass_their_checks_with_nothing_but_the_set_up_before_them(path, capsys):
    notebook, names = read(path), {}
    exec(next(cell.source for cell in notebook.cells if cell.cell_type == "code"), names)
    for name, ((_, _), (_, check), (_, solution)) in exercises(notebook).items():
        exec(code_of(solution), names)
        exec(check.source, names)
        said = capsys.readouterr().out
        assert f"✓ {name}" in said, said


# ------------------------------------------------------------------------------------------------ nothing breaks it
def unsafe(sources):
    """Names that a cell reads and not exactly one other, earlier one has bound: what it finds depends on the order."""
    binders, found = {}, []
    every = [names_of(source) for source in sources]
    for number, (bound, _) in enumerate(every):
        for name in bound:
            binders.setdefault(name, []).append(number)
    for number, (_, read) in enumerate(every):
        for name in read - set(vars(builtins)):
            makers = binders.get(name, [])
            if len(makers) != 1 or makers[0] > number:
                found.append(f"cell {number}: {name} is bound in cells {makers}")
    return found


@every_notebook
def test_cells_may_be_run_again_in_any_order(path):
    """After one run from the top every name that is read elsewhere has one meaning, whatever runs again."""
    assert unsafe([cell.source for _, cell in cells_of(path, "code")]) == []


@pytest.mark.parametrize(("cells", "name"), [
    (["x = 1", "def f(): return x", "x = 2"], "x"),
    (["for x in 'ab': pass", "x = 1", "y = [x for _ in range(3)]"], "x"),
    (["print(late)", "late = 1"], "late"),
    (["f = lambda: nowhere"], "nowhere"),
])
def test_a_name_with_two_meanings_is_noticed(cells, name):
    assert any(f" {name} is bound" in line for line in unsafe(cells))


def test_names_that_a_cell_keeps_to_itself_may_be_used_again():
    assert unsafe(["for name in 'ab': print(name)", "name = 1\ndef f(): return name\nf()"]) == []
