"""What have I done, and where was I wrong? A table of this lesson and of the course, and a page to hand in."""

import html
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import ipywidgets as W

from labkit import journal
from labkit.widgets.panel import rows
from labkit.widgets.predict import RIGHT, SHOWN, WRONG, badge, plain
from labkit.widgets.shown import Shown

STORED = "Your report: run this cell to see which predictions held, and which exercises and targets are done."
PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>{title}</title>
<style>body {{ font: 16px/1.4 sans-serif; max-width: 50em; margin: 2em auto; padding: 0 1em; }}
table {{ border-collapse: collapse; }}
td, th {{ border-bottom: 1px solid #ccc; padding: 0.2em 0.8em; text-align: left; }}
</style>
<h1>{title}</h1>
<p>{student}</p>
{body}
</html>
"""


class Prediction(NamedTuple):
    """A question, what the student `said` ("" if nothing), the `answer`, where to `look`."""

    name: str
    question: str
    said: str
    answer: str
    look: str

    @property
    def missed(self) -> bool:
        """Whether the student said something else."""
        return bool(self.said) and self.said != self.answer


class Lesson(NamedTuple):
    """One lesson: its number and topic, its predictions, name → work for its exercises, and the targets reached."""

    number: str
    topic: str
    predictions: Sequence[Prediction]
    exercises: Mapping[str, journal.Work]
    targets: Sequence[str]

    def counts(self) -> tuple[str, str, str]:
        """Predictions right of those made and of all, exercises passed, targets reached, in words."""
        made = [p for p in self.predictions if p.said]
        right = sum(not p.missed for p in made)
        passed = sum(work.passed for work in self.exercises.values())
        said = f"{right} right of {len(made)} made" if made else "none made"
        return (f"{said} ({len(self.predictions)} in all)", f"{passed} of {len(self.exercises)} passed",
                f"{len(self.targets)} reached")

    @property
    def notebook(self) -> str:
        """The name of its file."""
        return f"{self.number}_{self.topic}.ipynb"


class Report(Shown, W.VBox):
    """Shows the lesson with the number `this` in full and every other one in a line.

    `read()` gives all lessons as they are now; *Refresh* asks it again, and so does the button that writes the page
    into the working folder.
    """

    def __init__(self, read: Callable[[], Sequence[Lesson]], this: int) -> None:
        self._read, self.this = read, this
        self._table = W.HTML()
        self._refresh = W.Button(description="Refresh", icon="refresh", layout=W.Layout(width="auto"))
        self._refresh.on_click(lambda _: self.refresh())
        self._name = W.Text(placeholder="your name, if you hand it in", layout=W.Layout(width="18em"))
        self._write = W.Button(description="Write a page to hand in", icon="file", layout=W.Layout(width="auto"))
        self._said = W.HTML()
        self._write.on_click(lambda _: self.write())
        super().__init__([self._table, rows([self._refresh, self._name, self._write]), self._said])
        self.refresh()

    def refresh(self) -> None:
        """Show what was done until now."""
        self.lessons = list(self._read())
        details, course = _details(self.lessons[self.this], links=True), _overview(self.lessons, links=True)
        self._table.value = f'<div style="line-height:1.4">{details}{course}</div>'

    def write(self, folder: Path = Path()) -> list[Path]:
        """Write the report as HTML and as JSON; a folder that cannot be written is said, and nothing raised."""
        self.refresh()
        lesson = self.lessons[self.this]
        files = {f"report_{lesson.number}.html": page(self.lessons, self.this, self._name.value),
                 f"report_{lesson.number}.json": facts(self.lessons, self.this, self._name.value)}
        try:
            for name, text in files.items():
                (folder / name).write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            self._said.value = f'<div role="status">Not written: {html.escape(str(error))}</div>'
            return []
        where = html.escape(str(folder.resolve()))
        self._said.value = f'<div role="status">Written: {" and ".join(files)} in {where}</div>'
        return [folder / name for name in files]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """The live view; what is stored is the same for everyone."""
        bundle = super()._repr_mimebundle_(include=include, exclude=exclude) or {}
        return bundle | {"text/plain": STORED}


def page(lessons: Sequence[Lesson], this: int, student: str = "") -> str:
    """A page on its own: the same work gives the same characters."""
    lesson = lessons[this]
    title = f"{lesson.number} · {_words(lesson.topic)}: report"
    return PAGE.format(title=title, student=html.escape(student),
                       body=_details(lesson, links=False) + _overview(lessons, links=False))


def facts(lessons: Sequence[Lesson], this: int, student: str = "") -> str:
    """The same for a program, as JSON: this lesson in full, the counts of all."""
    lesson = lessons[this]
    found = {"student": student, "lesson": lesson.number, "topic": lesson.topic,
             "predictions": [{"name": p.name, "said": plain(p.said), "answer": plain(p.answer),
                              "right": p.said == p.answer if p.said else None} for p in lesson.predictions],
             "exercises": {name: work._asdict() for name, work in lesson.exercises.items()},
             "targets": list(lesson.targets),
             "course": {other.number: dict(zip(("predictions", "exercises", "targets"), other.counts(), strict=True))
                        for other in lessons}}
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _details(lesson: Lesson, *, links: bool) -> str:
    rows = [_row(name, _mark(work.passed, "passed" if work.passed else "open" if not work.tries else "not yet"),
                 f"{work.tries} {'try' if work.tries == 1 else 'tries'}, {work.hints} hints")
            for name, work in lesson.exercises.items()]
    rows += [_row("target", _mark(True, "reached"), html.escape(goal)) for goal in lesson.targets]
    missed = [f"<li>{_link(f'#lk-{p.name}', p.name, links)} · You said: {p.said}. The answer is: <b>{p.answer}</b>. "
              f"Look again at: {p.look}.</li>" for p in lesson.predictions if p.missed]
    again = f"<p>Predictions that did not hold:</p><ul>{''.join(missed)}</ul>" if missed else ""
    return f"<p><b>This lesson.</b> Predictions: {lesson.counts()[0]}.</p>{again}<table>{''.join(rows)}</table>"


def _overview(lessons: Sequence[Lesson], *, links: bool) -> str:
    rows = [_row(f"{lesson.number} {_link(lesson.notebook, _words(lesson.topic), links)}", *lesson.counts())
            for lesson in lessons]
    head = "<tr><th>lesson</th><th>predictions</th><th>exercises</th><th>targets</th></tr>"
    return f"<details open><summary><b>The course</b></summary><table>{head}{''.join(rows)}</table></details>"


def _row(*cells: str) -> str:
    style = 'style="padding:0.1em 1em 0.1em 0;line-height:1.4"'
    return f"<tr>{''.join(f'<td {style}>{cell}</td>' for cell in cells)}</tr>"


def _mark(good: bool, word: str) -> str:
    color = RIGHT if good else WRONG if word == "not yet" else SHOWN
    return badge(f"✓ {word}" if good else word, color)


def _link(address: str, words: str, wanted: bool) -> str:
    if not wanted:
        return words
    target = "" if address.startswith("#") else " target=_blank"
    return f'<a href="{address}"{target} style="text-decoration:underline">{words}</a>'


def _words(topic: str) -> str:
    return topic.replace("_", " ").capitalize()
