"""A notebook as a page to read and to drag, without a kernel: what every cell becomes.

Code is folded, predictions ask before they answer, and what lies behind one is covered until then, as in the notebook.
"""

import base64
import html
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from nbformat import NotebookNode

from labkit.course import EXERCISES
from labkit.notebooks.cells import role_of, slide_type
from labkit.notebooks.files import read
from labkit.present import listing, markup
from labkit.present.maths import with_maths
from labkit.present.prepared import Prepared
from labkit.widgets.curtain import until

HEADING = re.compile(r"<h([1-4])>(.*?)</h\1>", re.DOTALL)
LINKED = re.compile(r'href="([\w.]+)\.ipynb(#[^"]*)?"')
LIVE = '<p class="live">Its controls, and training while you watch, need the notebook: open it in JupyterLab.</p>'
OPEN = '<pre class="printed" tabindex="0">○'
"""So begins the output of a cell that waits for the student's function."""
TASK = '<p class="live">To write it yourself and have it checked, open the notebook in JupyterLab.</p>'


def cells_of(path: Path, *, most: int | None = None) -> list[str]:
    """The cells of the notebook at `path` as HTML, in order, without the lecturer's notes.

    `most` limits the positions of every slider that is drawn beforehand.
    """
    cells = read(path).cells
    prepared = Prepared(path, cells, most=most)
    found = []
    for cell, covers in zip(cells, covered(cells), strict=True):
        if inside := _cell(cell, prepared, path.parent):
            until = f' data-until="{" ".join(covers)}"' if covers else ""
            found.append(f'<div class="cell"{until}>{inside}</div>')
    return _numbered(found)


def covered(cells: Sequence[NotebookNode]) -> list[list[str]]:
    """For every cell the questions that have to be answered before it is shown."""
    found: list[list[str]] = [[] for _ in cells]
    for start, cell in enumerate(cells):
        name = markup.asked_name(cell.source) if cell.cell_type == "code" else ""
        end = next((i for i, below in enumerate(cells) if name and until(name) in below.source), start)
        for below in found[start + 1:end + 1]:
            below.append(name)
    return found


def _cell(cell: NotebookNode, prepared: Prepared, folder: Path) -> str:
    if slide_type(cell) == "notes":
        return ""
    if cell.cell_type == "markdown":
        text = LINKED.sub(r'href="\1.html\2"', markup.folding(cell.source, folder))
        return f'<div class="text">{text}</div>'
    return _code(cell, prepared)


def _code(cell: NotebookNode, prepared: Prepared) -> str:
    role, exercise = role_of(cell)
    if name := markup.asked_name(cell.source):
        return ask(name)
    if role == "check":
        return TASK + "".join(hints(exercise))
    if role == "exercise":
        return listing.code(cell.source)
    if cell.source.startswith("report("):
        return ""
    if moving := prepared.html(cell):
        return _folded(cell.source) + moving
    outputs = "".join(map(_output, cell.outputs))
    if OPEN in outputs:
        return ""
    return _folded(cell.source) + (LIVE if "live" in cell.metadata.get("tags", []) else "") + outputs


def _folded(source: str) -> str:
    return f'<details class="source"><summary>Code</summary>{listing.code(source)}</details>'


def _output(output: NotebookNode) -> str:
    data = output.get("data", {})
    if "image/png" in data:
        said = html.escape(data.get("text/plain", ""))
        [picture] = markup.trimmed([base64.b64decode(data["image/png"])])
        return f'<figure><img src="{markup.smaller(picture)}" alt="{said}" loading="lazy"></figure>'
    if "text/html" in data:
        return f'<div class="wide shown">{with_maths(data["text/html"])}</div>'
    printed = output.get("text", "") or data.get("text/plain", "")
    return f'<pre class="printed" tabindex="0">{html.escape(printed)}</pre>'


def _numbered(cells: list[str]) -> list[str]:
    """Headings with a name of their own, so that a link finds them."""
    numbers = iter(range(10_000))
    return [HEADING.sub(lambda m: f'<h{m[1]} id="at-{next(numbers)}">{m[2]}</h{m[1]}>', cell) for cell in cells]


def sections(cells: Sequence[str]) -> list[tuple[str, str]]:
    """The names and the words of the headings of the second order."""
    return re.findall(r'<h2 id="([^"]+)">(.*?)</h2>', "".join(cells), re.DOTALL)


# ------------------------------------------------------------------------------------------------ what wants an answer
def ask(name: str) -> str:
    """The question of this name: options, a button to commit, and the answer folded until then."""
    asking = markup.known(name)
    options = zip(markup.LETTERS, asking.options, strict=False)
    rows = "".join(f'<label><input type="radio" name="{name}" value="{letter}"> <span><b>{letter}.</b> '
                   f"{with_maths(option)}</span></label>" for letter, option in options)
    letter = markup.letter(asking)
    return (f'<form class="ask" data-name="{name}" data-right="{letter}"><fieldset><legend><b>Predict.</b> '
            f'{with_maths(asking.question)}</legend>{rows}<p><button>Commit</button> '
            f'<button type="button" class="show">show me</button></p></fieldset><p role="status"></p>'
            f"<details><summary>The answer</summary><p><b>{letter}. {with_maths(asking.answer)}</b></p>"
            f"<p>{with_maths(asking.why)}</p><p><b>Where to see it:</b> {with_maths(asking.look)}</p></details></form>")


def hints(name: str) -> Iterator[str]:
    """The hints of the exercise of this name, each folded."""
    for number, text in enumerate(EXERCISES[name].hints, start=1):
        yield f"<details><summary>Hint {number}</summary><p>{html.escape(text)}</p></details>"
