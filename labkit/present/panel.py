"""A live panel without a kernel: its pictures are drawn beforehand, one for every position of its controls.

A cell is marked by `"labkit": {"frames": {"std": 33, "activation": ["tanh", "relu"]}}` in its metadata: for a slider
how many positions, for a menu which of its options. Controls that are not named stay where they are.
"""

import ast
import html
import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from nbformat import NotebookNode

from labkit.figures.style import number
from labkit.notebooks.cells import parsed
from labkit.present.film import Film, shots
from labkit.present.markup import smaller, trimmed
from labkit.widgets import Explorer, Trainer
from labkit.widgets.explorer import Frame

ARTICLES = {Explorer: "an Explorer", Trainer: "a Trainer"}
Kind = TypeVar("Kind", Explorer, Trainer)


def frames_wanted(cell: NotebookNode) -> dict[str, Any]:
    """Control → number of positions, or options, as the cell's metadata has them; empty when it is not marked."""
    return dict(cell.metadata.get("labkit", {}).get("frames", {}))


def rebuild(names: dict[str, Any], source: str, kind: type[Kind] = Explorer) -> Kind:
    """The panel that is the value of the last line of `source`, run where the cells before it have bound `names`."""
    *before, last = parsed(source).body or [None]
    if not isinstance(last, ast.Expr):
        said = ast.unparse(last) if last else source
        raise ValueError(f"rebuild: a marked cell ends with its panel, this one with: {said}")
    exec(compile(ast.Module(before, []), "the marked cell", "exec"), names)
    panel = eval(compile(ast.Expression(last.value), "the marked cell", "eval"), names)
    if not isinstance(panel, kind):
        raise ValueError(f"rebuild: expected {ARTICLES[kind]}, got {type(panel).__name__} from: {ast.unparse(last)}")
    return panel


def positions(panel: Explorer, wanted: Mapping[str, int | Sequence[str]], *,
              most: int | None = None) -> dict[str, dict[str, Any]]:
    """For every wanted control its positions, text → value. `most` limits those of each slider.

    A panel's `recipe`, a menu that sets several controls at once, comes first: text → the values of all controls.
    """
    known = [*panel.controls, *["recipe"] * hasattr(panel, "recipe")]
    for name in wanted:
        if name not in known:
            raise ValueError(f"positions: there is no control {name!r}; the controls are {', '.join(known)}.")
    found = {"recipe": dict(_recipes(panel, wanted["recipe"]))} if "recipe" in wanted else {}
    for name, control in panel.controls.items():
        wish = wanted.get(name, [])
        if isinstance(wish, int):
            found[name] = {number(value, 3): value for value in control.positions(min(wish, most or wish))}
        elif wish:
            found[name] = dict(_option(name, control.options, option) for option in wish)
    return found


def _recipes(panel: Any, names: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every recipe with the values that it sets; the panel's own comes back at the end."""
    own = panel.recipe.value
    for name in names:
        panel.recipe.value = name
        yield name, dict(panel.values)
    panel.recipe.value = own


def _option(name: str, options: Sequence[tuple[str, Any]], wish: Any) -> tuple[str, Any]:
    """An option of a menu, found by what it says or by the value behind it: ReLU, or relu."""
    found = next((option for option in options if wish in option), None)
    if found is None:
        raise ValueError(f"positions: {name} has no option {wish!r}; the options are {', '.join(dict(options))}.")
    return found


def moving(names: dict[str, Any], source: str, wanted: Mapping[str, int | Sequence[str]], *,
           most: int | None = None) -> str:
    """The panel of a marked cell as HTML: sliders and menus, the picture and its sentence, and every frame."""
    panel = rebuild(names, source)
    try:
        places = positions(panel, wanted, most=most)
        sizes = [len(place) for place in places.values()]
        settings = [_settings(places, values) for values in itertools.product(*(p.values() for p in places.values()))]
        frames = [panel.frame(**values) for values in settings]
        now = _nearest(frames, panel.values)
        steady = _steady(panel, places)
        controls = [_control(panel.controls.get(name), name, list(place), at, steady.get(name, {}))
                    for (name, place), at in zip(places.items(), _unravelled(now, sizes), strict=True)]
        live = [_label(control) for name, control in panel.controls.items() if name not in places]
        return _figure(controls, sizes, frames, now, live)
    finally:
        panel.close()


def _unravelled(index: int, sizes: Sequence[int]) -> tuple[int, ...]:
    """The position of every control at one frame of all."""
    return next(itertools.islice(itertools.product(*map(range, sizes)), index, None))


def _settings(places: Mapping[str, Any], values: Sequence[Any]) -> dict[str, Any]:
    """The values of the controls, with those of a recipe in its place."""
    found: dict[str, Any] = {}
    for name, value in zip(places, values, strict=True):
        found |= value if isinstance(value, Mapping) else {name: value}
    return found


def _steady(panel: Explorer, places: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """The marks of every slider that stay where they are whatever the other controls are."""
    marked = {name: dict(getattr(panel.controls.get(name), "marks", {})) for name in places}
    for name, place in places.items():
        for value in list(place.values())[::max(1, len(place) - 1)]:
            if len(places) > 1 and name in panel.controls:
                panel.controls[name].value = value
                marked = {other: {mark: at for mark, at in marks.items() if panel.controls[other].marks.get(mark) == at}
                          if marks else {} for other, marks in marked.items()}
    return marked


def playing(names: dict[str, Any], source: str, film: Film, *, most: int | None = None) -> str:
    """The trainer of a cell as HTML: a menu of its takes, a slider over the steps with a button that plays them.

    It stands at the end of the first take: on paper that is the outcome.
    """
    live: list[str] = []
    film = film.short() if most else film

    def make() -> Trainer:
        trainer = rebuild(names, source, Trainer)
        live[:] = [*map(_label, trainer.controls.values()), *trainer.instruments]
        return trainer

    takes = list(shots(make, film, most=most))
    steps = [f"{frame.values['step']:,}" for frame in takes[0]]
    now, button = len(steps) - 1, '<button type="button" data-plays="step">▶ play</button>'
    controls = [_menu("run", "run", [take.name for take in film.takes], 0)] if len(takes) > 1 else []
    sizes = [len(takes)] * bool(controls) + [len(steps)]
    return _figure([*controls, _slider("step", "step", steps, now), button], sizes, list(itertools.chain(*takes)), now,
                   live)


def _figure(controls: Sequence[str], sizes: Sequence[int], frames: Sequence[Frame], now: int,
            live: Sequence[str]) -> str:
    """Controls, the picture of the frame `now`, its sentence, and all frames, the last control's positions side by
    side; a picture that comes again is kept once. `live` are the controls that only the notebook has.
    """
    with ThreadPoolExecutor() as pool:  # Pillow compresses outside Python's lock
        shown = list(pool.map(smaller, trimmed([frame.png for frame in frames])))
    pictures = list(dict.fromkeys(shown))
    places = {picture: place for place, picture in enumerate(pictures)}
    data = json.dumps({"sizes": sizes, "pictures": pictures, "shown": [places[picture] for picture in shown],
                       "texts": [frame.text for frame in frames]}, ensure_ascii=False).replace("</", r"<\/")
    missing = html.escape(", ".join(live))
    return (f'<figure class="panel" data-live="{missing}"><div class="knobs">{"".join(controls)}</div>'
            f'<img src="{shown[now]}" alt="{html.escape(frames[now].text)}">'
            f'<div class="heard" role="status" aria-live="polite">{html.escape(frames[now].text)}</div>'
            f'<script type="application/json">{data}</script></figure>')


def _nearest(frames: Sequence[Frame], values: Mapping[str, Any]) -> int:
    """The frame at which the panel stands."""
    return next((i for i, frame in enumerate(frames) if frame.values == values), 0)


def _control(control: Any, name: str, texts: Sequence[str], at: int, marks: Mapping[str, float]) -> str:
    if not hasattr(control, "positions"):
        return _menu(control.description if control else name, name, texts, at)
    unit = getattr(control, "unit", "")
    said = [f"{text}{unit}" if unit == "°" else f"{text} {unit}".strip() for text in texts]
    return _slider(_label(control), name, said, at) + "".join(_marks(marks, texts))


def _label(control: Any) -> str:
    """What stands beside a control; the `label` of a menu is its present option."""
    return getattr(control, "description", "") or control.label


def live_only(figures: str) -> str:
    """What the notes say of the panels in this HTML: which controls they do not have here."""
    said = (html.unescape(found) for found in re.findall('<figure class="panel" data-live="([^"]+)"', figures))
    return "".join(f"<p>Live only, not in this deck: {html.escape(names)}.</p>" for names in said)


def _menu(label: str, name: str, texts: Sequence[str], at: int) -> str:
    options = "".join(f"<option{' selected' * (i == at)}>{html.escape(text)}" for i, text in enumerate(texts))
    return f'<label>{html.escape(label)} <select data-control="{name}">{options}</select></label>'


def _slider(label: str, name: str, said: Sequence[str], at: int) -> str:
    return (f'<label class="slider">{html.escape(label)} <input type="range" data-control="{name}" min="0" '
            f'max="{len(said) - 1}" value="{at}" aria-valuetext="{html.escape(said[at])}" '
            f'data-texts="{html.escape(json.dumps(said))}"><output>{html.escape(said[at])}</output></label>')


def _marks(marks: Mapping[str, float], texts: Sequence[str]) -> Iterator[str]:
    """A button for every named value of a slider."""
    for mark, value in marks.items():
        text = number(value, 3)
        said = mark if mark == text else f"{mark} = {text}"
        yield f'<button type="button" data-at="{list(texts).index(text)}">{html.escape(said)}</button>'
