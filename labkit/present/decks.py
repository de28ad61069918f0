"""All decks of the course, their handouts, and the page that leads to them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from labkit.present.browser import HOW_TO_GET_ONE, chromium, chromium_path
from labkit.present.deck import deck, index, types_for
from labkit.present.document import written
from labkit.present.handout import printed
from labkit.present.slides import Slide, slides_of


def write(paths: Sequence[Path], out: Path, *, handouts: bool = True, most: int | None = None) -> Iterator[Path]:
    """Write the decks of the notebooks at `paths` into the folder `out`, then the handouts and the index.

    Yields every file as soon as it is there. `most` limits the positions of every slider. Raises RuntimeError when
    handouts are wanted and there is no Chromium to print them.
    """
    out.mkdir(parents=True, exist_ok=True)
    slides = {path.stem: slides_of(path, most=most) for path in paths}
    types = types_for(slides.values())
    for name, those in slides.items():
        yield written(out / f"{name}.html", deck(those, types))
    if handouts and chromium_path() is None:
        raise RuntimeError(f"handouts: {HOW_TO_GET_ONE} Or ask for slides only: --no-handouts.")
    if handouts:
        yield from _handouts(slides, types, out)
    rows = [(those, f"{name}.html", f"{name}.pdf" if handouts else "") for name, those in slides.items()]
    yield written(out / "index.html", index(rows, types))


def _handouts(slides: dict[str, list[Slide]], types: str, out: Path) -> Iterator[Path]:
    with chromium() as browser:
        for name, those in slides.items():
            yield printed(browser, those, types, out / f"{name}.pdf")
