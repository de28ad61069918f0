"""Pages to read, without a browser: every cell is there, what asks asks, and nothing comes from outside."""

import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from labkit.course import EXERCISES, QUESTIONS
from labkit.notebooks.files import written
from labkit.present import markup, panel
from labkit.present.__main__ import main
from labkit.present.document import TooLarge, document, plain
from labkit.present.pages import page
from labkit.present.reading import ask, cells_of
from tests.test_notebooks import PATHS


@pytest.fixture
def cells(tmp_path):
    """A function that makes the page's cells of a notebook's cells."""
    def make(*those):
        path = tmp_path / "one.ipynb"
        nbformat.write(new_notebook(cells=list(those)), path)
        return cells_of(path)
    return make


def notes(source):
    return new_markdown_cell(source, metadata={"slideshow": {"slide_type": "notes"}})


# ------------------------------------------------------------------------------------------------ the course
@pytest.fixture(scope="module", params=PATHS, ids=lambda path: path.stem)
def read(request):
    """A notebook and its page, whose panels are not drawn."""
    with pytest.MonkeyPatch.context() as patch:
        for how in ("moving", "playing"):
            patch.setattr(panel, how, lambda *_, **__: '<figure class="panel"></figure>')
        cells = cells_of(request.param)
    return nbformat.read(request.param, as_version=4).cells, page(request.param.stem, cells)


def test_every_question_exercise_and_panel_of_a_notebook_is_on_its_page(read):
    cells, text = read
    asked = [name for name in (markup.asked_name(cell.source) for cell in cells if cell.cell_type == "code") if name]
    assert re.findall('<form class="ask" data-name="([^"]+)"', text) == asked
    tags = [cell.metadata.get("tags", []) for cell in cells]
    checks = [tag[-1] for tag in tags if "check" in tag]
    assert text.count("<summary>Hint ") == sum(len(EXERCISES[name].hints) for name in checks)
    assert text.count("<summary>Solution") == sum("solution" in tag for tag in tags)
    assert text.count('<figure class="panel">') >= sum(bool(panel.frames_wanted(cell)) for cell in cells)
    assert text.count("<table>") >= sum(cell.source.count("|---") > 0 for cell in cells)


def test_a_page_asks_for_nothing_keeps_the_lecturers_notes_to_itself_and_describes_its_pictures(read):
    _, text = read
    markup_only = re.sub(r"<(style|script)>.*?</\1>", "", text, flags=re.DOTALL)
    assert not re.findall(r"""src=["'](?!data:)""", markup_only) and "For the lecturer" not in markup_only
    assert not re.findall(r"url\((?!data:)", text)
    assert all(found for found in re.findall(r'<img [^>]*alt="([^"]*)"', markup_only))
    assert not re.findall(r'href="[^"]*(?<!ipynb)\.ipynb[#"]', markup_only.replace("http://localhost:8888", "", 1)
                          .replace(".ipynb", "", 1)), "links lead to pages"


# ------------------------------------------------------------------------------------------------ cells
def test_code_is_folded_and_what_is_folded_keeps_its_formulas_and_code(cells):
    shown = new_output("stream", name="stdout", text="two\n")
    words, code, solution = cells(new_markdown_cell("# One"), new_code_cell("x = 1 + 1", outputs=[shown]),
                                  new_markdown_cell("<details><summary>Solution</summary>\n\n```python\nx = 2\n```\n\n"
                                                    "$\\frac12$\n\n</details>"))
    assert '<h1 id="at-0">One</h1>' in words
    assert code.index("<details") < code.index("x") < code.index("</details>") < code.index("two")
    inside = solution[solution.index("<details>"):solution.index("</details>")]
    assert "<mfrac>" in inside and "highlight" in inside


def test_formulas_with_bars_do_not_break_a_table():
    assert markup.markdown("| a | b |\n|---|---|\n| $|z|$ | 2 |", Path()).count("<td>") == 2


def test_what_lies_behind_a_question_is_covered_down_to_its_mark(cells):
    asking = new_code_cell('predict("03-zero")')
    found = cells(new_markdown_cell("# One"), asking, new_markdown_cell("hidden"), notes("for the lecturer"),
                  new_markdown_cell('last <div class="lk-until-03-zero"></div>'), new_markdown_cell("open"))
    assert ['data-until="03-zero"' in cell for cell in found] == [False, False, True, True, False]
    assert "lecturer" not in "".join(found)


def test_a_question_knows_its_right_letter_and_folds_its_answer():
    asked, form = QUESTIONS["03-zero"], ask("03-zero")
    letter = "ABCD"[asked.options.index(asked.answer)]
    assert f'data-right="{letter}"' in form and form.count('type="radio"') == len(asked.options)
    before, _, folded = form.partition("<details>")
    assert asked.why not in plain(before) and plain(markup.with_maths(asked.why)) in plain(folded)


# ------------------------------------------------------------------------------------------------ files
def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    file = written(tmp_path / "page.html", "old")

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        written(file, "new")
    assert file.read_text(encoding="utf-8") == "old" and list(tmp_path.iterdir()) == [file]


def test_a_page_that_is_too_large_is_refused():
    with pytest.raises(TooLarge, match=r"One: .* bytes, at most 10 are allowed"):
        document("One", "x" * 20, styles=[], largest=10)


def test_the_command_writes_pages_and_an_index_and_says_how_far_it_is(cells, tmp_path, capsys):
    cells(new_markdown_cell("# 99 · One\n\n**Why?**"), new_markdown_cell("## Two"))
    out = tmp_path / "site"
    assert main(["pages", str(tmp_path / "one.ipynb"), "--out", str(out)]) == 0
    assert sorted(file.name for file in out.iterdir()) == ["index.html", "one.html"]
    said = capsys.readouterr()
    assert "one.html: 0." in said.out and all(f"{done} of 2" in said.err for done in range(3))
    index = (out / "index.html").read_text(encoding="utf-8")
    assert 'href="one.html"' in index and "Why?" in index and "need the notebook" in index
