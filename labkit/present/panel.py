"""A live panel without a kernel: its pictures are drawn beforehand, one for every position of its controls.

A cell is marked by `"labkit": {"frames": {"std": 33, "activation": ["tanh", "relu"]}}` in its metadata: for a slider
how many positions, for a menu which of its options. Controls that are not named stay where they are. The panel is made
from two cells, the set-up cell and its own, so such a cell needs nothing else.
"""

import ast
import html
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from nbformat import NotebookNode

from labkit.figures.style import number
from labkit.notebooks.cells import parsed, plain_python
from labkit.present.markup import smaller
from labkit.widgets import Explorer
from labkit.widgets.explorer import Frame


def frames_wanted(cell: NotebookNode) -> dict[str, Any]:
    """Control → number of positions, or options, as the cell's metadata has them; empty when it is not marked."""
    return dict(cell.metadata.get("labkit", {}).get("frames", {}))


def rebuild(setup: str, source: str) -> Explorer:
    """The panel that is the value of the last line of `source`, run after `setup` and nothing else."""
    *before, last = parsed(source).body or [None]
    if not isinstance(last, ast.Expr):
        said = ast.unparse(last) if last else source
        raise ValueError(f"rebuild: a marked cell ends with its panel, this one with: {said}")
    namespace: dict[str, Any] = {}
    exec(compile(plain_python(setup), "the set-up cell", "exec"), namespace)
    exec(compile(ast.Module(before, []), "the marked cell", "exec"), namespace)
    panel = eval(compile(ast.Expression(last.value), "the marked cell", "eval"), namespace)
    if not isinstance(panel, Explorer):
        raise ValueError(f"rebuild: expected an Explorer, got {type(panel).__name__} from: {ast.unparse(last)}")
    return panel


def positions(panel: Explorer, wanted: Mapping[str, int | Sequence[str]], *,
              most: int | None = None) -> dict[str, dict[str, Any]]:
    """For every wanted control its positions, text → value. `most` limits those of each slider."""
    for name in wanted:
        if name not in panel.controls:
            raise ValueError(f"positions: there is no control {name!r}; the controls are {', '.join(panel.controls)}.")
    found = {}
    for name, control in panel.controls.items():
        wish = wanted.get(name, [])
        if isinstance(wish, int):
            found[name] = {number(value, 3): value for value in control.positions(min(wish, most or wish))}
        elif wish:
            found[name] = {option: dict(control.options)[option] for option in wish}
    return found


def moving(setup: str, source: str, wanted: Mapping[str, int | Sequence[str]], *, most: int | None = None) -> str:
    """The panel of a marked cell as HTML: sliders and menus, the picture and its sentence, and every frame."""
    panel = rebuild(setup, source)
    try:
        return _html(panel, positions(panel, wanted, most=most))
    finally:
        panel.close()


def _html(panel: Explorer, places: Mapping[str, Mapping[str, Any]]) -> str:
    frames = [panel.frame(**dict(zip(places, values, strict=True)))
              for values in itertools.product(*(place.values() for place in places.values()))]
    with ThreadPoolExecutor() as pool:  # Pillow compresses outside Python's lock
        pictures = list(pool.map(smaller, (frame.png for frame in frames)))
    now = _nearest(frames, panel.values)
    start = {name: list(place.values()).index(frames[now].values[name]) for name, place in places.items()}
    controls = "".join(_control(panel.controls[name], name, list(place), start[name]) for name, place in places.items())
    data = json.dumps({"sizes": [len(place) for place in places.values()], "pictures": pictures,
                       "texts": [frame.text for frame in frames]}, ensure_ascii=False).replace("</", r"<\/")
    return (f'<figure class="panel"><div class="knobs">{controls}</div>'
            f'<img src="{pictures[now]}" alt="{html.escape(frames[now].text)}">'
            f'<figcaption class="heard" role="status" aria-live="polite">{html.escape(frames[now].text)}</figcaption>'
            f'<script type="application/json">{data}</script></figure>')


def _nearest(frames: Sequence[Frame], values: Mapping[str, Any]) -> int:
    """The frame at which the panel stands."""
    return next((i for i, frame in enumerate(frames) if frame.values == values), 0)


def _control(control: Any, name: str, texts: Sequence[str], at: int) -> str:
    if not hasattr(control, "positions"):
        options = "".join(f"<option{' selected' * (i == at)}>{html.escape(text)}" for i, text in enumerate(texts))
        return f'<label>{html.escape(control.description)} <select data-control="{name}">{options}</select></label>'
    label = html.escape(control.label if hasattr(control, "label") else control.description)
    unit = getattr(control, "unit", "")
    said = [f"{text}{unit}" if unit == "°" else f"{text} {unit}".strip() for text in texts]
    return (f'<label class="slider">{label} <input type="range" data-control="{name}" min="0" max="{len(texts) - 1}" '
            f'value="{at}" aria-valuetext="{html.escape(said[at])}" data-texts="{html.escape(json.dumps(said))}">'
            f"<output>{html.escape(said[at])}</output></label>{''.join(_marks(control, texts))}")


def _marks(control: Any, texts: Sequence[str]) -> Iterator[str]:
    """A button for every named value of a slider."""
    for mark, value in getattr(control, "marks", {}).items():
        text = number(value, 3)
        said = mark if mark == text else f"{mark} = {text}"
        yield f'<button type="button" data-at="{list(texts).index(text)}">{html.escape(said)}</button>'
