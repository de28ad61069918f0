"""The whole course to read and to drag without installing anything: one offline page for a notebook, and an index."""

import html
from collections.abc import Iterator, Sequence
from pathlib import Path

from labkit.notebooks.files import written
from labkit.present import assets
from labkit.present.document import document, own, plain, style
from labkit.present.reading import cells_of, sections

LARGEST = 10_000_000
"""Bytes of a page."""
COURSE = "Training neural networks"
LAB = "http://localhost:8888/lab/tree/notebooks"
"""Where JupyterLab shows the notebooks when it is started as the README says."""
INDEX = f"""<header><h1>{COURSE}</h1>
<p>Every page is one notebook of the course, with all its texts, pictures and questions. Nothing has to be installed and
nothing is fetched. Sliders answer to the mouse, a finger and the arrow keys: their pictures were drawn beforehand.</p>
<p><b>Training live and writing code need the notebook</b>, in JupyterLab. Every page links to its own.</p></header>"""


def write(paths: Sequence[Path], out: Path, *, most: int | None = None) -> Iterator[Path]:
    """Write a page for each notebook of `paths` into the folder `out`, and then the index.

    Yields every file as soon as it is there. `most` limits the positions of every slider. Raises TooLarge.
    """
    out.mkdir(parents=True, exist_ok=True)
    rows = []
    for path in paths:
        cells = cells_of(path, most=most)
        rows.append(f'<li><a href="{html.escape(path.stem)}.html">{_words(cells[0], "h1")}</a>'
                    f'<div class="text">{cells[0].partition("</h1>")[2].removesuffix("</div></div>")}</div></li>')
        yield written(out / f"{path.stem}.html", page(path.stem, cells))
    body = f'<main class="index">{INDEX}<ol>{"".join(rows)}</ol></main>'
    styles = [assets.faces(plain(body)), style("page.css", "index.css")]
    yield written(out / "index.html", document(COURSE, body, styles=styles))


def page(name: str, cells: Sequence[str]) -> str:
    """The page of the notebook of this name, such as "03_initialization". Raises TooLarge."""
    inside = "\n".join(cells)
    links = "".join(f'<li><a href="#{at}">{words}</a></li>' for at, words in sections(cells))
    body = (f'<a class="skip" href="#start">Skip to the text</a><header class="bar"><a href="index.html">{COURSE}</a>'
            f'<span><button type="button" class="forget">Predict anew</button> '
            f'<button type="button" class="unfold" aria-pressed="false">Show all code</button></span></header>'
            f'<main class="page" id="start">{cells[0]}{_lab(name)}<nav aria-label="Sections"><details><summary>Sections'
            f"</summary><ol>{links}</ol></details></nav>{inside.removeprefix(cells[0])}</main>"
            '<dialog class="large" aria-label="The picture, larger"><button type="button">Close</button></dialog>')
    return document(plain(_words(cells[0], "h1")), body, styles=[assets.faces(plain(inside)), style("page.css")],
                    scripts=[own("panels.js"), own("page.js")], largest=LARGEST)


def _lab(name: str) -> str:
    """The way to the notebook itself."""
    return (f'<div class="lab"><a href="{LAB}/{name}.ipynb">Open this in JupyterLab</a> <details><summary>JupyterLab '
            "does not answer?</summary><p>Start it in the folder of the course, and keep it running:</p><pre>python -m "
            "pip install uv &amp;&amp; python -m uv run jupyter lab --ServerApp.root_dir=. "
            f"notebooks/{name}.ipynb</pre></details></div>")


def _words(cell: str, tag: str) -> str:
    return cell.partition(f"<{tag}")[2].partition(">")[2].partition(f"</{tag}>")[0]
