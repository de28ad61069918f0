"""All decks of the course, their handouts, and the page that leads to them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from labkit.notebooks.files import written
from labkit.present.browser import HOW_TO_GET_ONE, chromium_path
from labkit.present.deck import deck, index, types_for
from labkit.present.handout import printed
from labkit.present.markup import markdown
from labkit.present.pace import note
from labkit.present.slides import Slide, slides_of

PAPERS = {"-questions.pdf": False, "-answers.pdf": True}
"""The two handouts of a notebook: how their files end, and whether they hold the answers of the predictions."""


def write(paths: Sequence[Path], out: Path, *, handouts: bool = True, most: int | None = None) -> Iterator[Path]:
    """Write the decks of the notebooks at `paths` and their handouts into the folder `out`, and then the index.

    Yields every file as soon as it is there, the notebooks one after the other. `most` limits the positions of every
    slider. Raises RuntimeError when handouts are wanted and there is no Chromium to print them.
    """
    out.mkdir(parents=True, exist_ok=True)
    if handouts and chromium_path() is None:
        raise RuntimeError(f"handouts: {HOW_TO_GET_ONE} Or ask for slides only: --no-handouts.")
    titles: list[tuple[list[Slide], str, Sequence[str]]] = []
    for path in paths:
        slides = slides_of(path, most=most)
        slides[0].notes.insert(0, markdown(note([slide.stop() for slide in slides]), path.parent))
        types = types_for([slides])
        papers = PAPERS if handouts else {}
        yield written(out / f"{path.stem}.html", deck(slides, types))
        for ending, answers in papers.items():
            yield written(out / f"{path.stem}{ending}", printed(slides, types, answers=answers))
        titles.append((slides[:1], f"{path.stem}.html", [f"{path.stem}{ending}" for ending in papers]))
    yield written(out / "index.html", index(titles, types_for(slides for slides, _, _ in titles)))
