"""What a cell is for, what is folded away, and one way to write a file."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from labkit.notebooks.cells import exercises_of, role_of, slide_type, unfolded, without_folds
from labkit.notebooks.files import converted, read

STUB = "def double(x):\n    ..."
SOLUTION = "<details><summary>Solution</summary>\n\n```python\ndef double(x):\n    return 2 * x\n```\n\n</details>"


def tagged(kind, source, *tags):
    return kind(source, metadata={"tags": list(tags)})


def exercise(name="03-double", **left_out):
    cells = {"exercise": tagged(new_code_cell, STUB, "exercise", name),
             "check": tagged(new_code_cell, f'check("{name}", double)   # stuck?', "check", name),
             "solution": tagged(new_markdown_cell, SOLUTION, "solution", name)}
    return [cell for role, cell in cells.items() if role not in left_out]


@pytest.mark.parametrize(("tags", "role"), [
    (["exercise", "03-he"], ("exercise", "03-he")), (["03-he", "live", "check"], ("check", "03-he")),
    (["live"], ("", "")), (["03-he"], ("", "")), ([], ("", "")), (["solution", 3], ("solution", "")),
])
def test_the_tags_say_what_a_cell_is_for(tags, role):
    assert role_of({"metadata": {"tags": tags}}) == role


def test_a_cell_without_a_slide_type_goes_on():
    assert slide_type({"metadata": {}}) == "-"
    assert slide_type({"metadata": {"slideshow": {"slide_type": "notes"}}}) == "notes"


def test_exercises_are_found_with_stub_function_and_solution():
    [found] = exercises_of(exercise())
    assert found == ("03-double", "double", STUB, "def double(x):\n    return 2 * x")
    assert [e.name for e in exercises_of([*exercise("03-b"), *exercise("03-a")])] == ["03-b", "03-a"]
    assert exercises_of(exercise(solution=True))[0].solution == ""


@pytest.mark.parametrize(("role", "said"), [("exercise", "no cell with the tags exercise, 03-double"),
                                            ("check", "no cell with the tags check, 03-double")])
def test_an_exercise_that_lacks_a_part_is_named(role, said):
    with pytest.raises(ValueError, match=said):
        exercises_of(exercise(**{role: True}))
    with pytest.raises(ValueError, match="no cell with the tags exercise, 03-double"):
        exercises_of(exercise(exercise=True, check=True))


def test_only_a_fold_that_is_everything_is_opened_and_every_fold_can_be_left_out():
    two = "a\n<details><summary>1</summary>one</details>\nb\n<details>\n<summary>2</summary>two</details>"
    assert unfolded(two) == two
    assert unfolded(SOLUTION).strip().startswith("```python")
    assert without_folds(two) == "a\n\nb"


# ------------------------------------------------------------------------------------------------ files
def test_a_file_that_is_no_notebook_is_named(tmp_path):
    for name, text in {"text.ipynb": "hello", "list.ipynb": "[]", "empty.ipynb": ""}.items():
        (tmp_path / name).write_text(text)
        with pytest.raises(ValueError, match=rf"{name}: no notebook that can be read"):
            read(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "nowhere.ipynb")


def test_nothing_is_written_over_another_notebook_nor_before_all_are_read(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        nbformat.write(new_notebook(), tmp_path / folder / "n.ipynb")
    twins = [tmp_path / "a" / "n.ipynb", tmp_path / "b" / "n.ipynb"]
    around = tmp_path / "b" / ".." / "a"
    for paths, out in ((twins, tmp_path / "new"), (twins[:1], tmp_path / "a"), (twins[:1], around)):
        with pytest.raises(ValueError, match="would be written over another notebook"):
            converted(paths, out, lambda notebook: notebook)
    (tmp_path / "b" / "m.ipynb").write_text("x")
    with pytest.raises(ValueError, match=r"m\.ipynb"):
        converted([twins[0], tmp_path / "b" / "m.ipynb"], tmp_path / "new", lambda notebook: notebook)
    assert not (tmp_path / "new").exists()
    assert converted(twins[:1], tmp_path / "new", lambda notebook: notebook) == [tmp_path / "new" / "n.ipynb"]
