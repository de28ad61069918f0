"""The parts of a notebook as HTML: Markdown with formulas, pictures, questions."""

import ast
import base64
import html
import io
import re
from collections.abc import Sequence
from pathlib import Path

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from PIL import Image, ImageChops

from labkit.checks import lookup
from labkit.course import QUESTIONS
from labkit.exercises.question import Question
from labkit.notebooks.cells import FOLD, parsed
from labkit.present.maths import FORMULA, PERCENT, mathml, with_maths

ROW = re.compile(r"^\|.*\|$", re.MULTILINE)
LETTERS = "ABCDEFGH"
SHORT = 36
"""Options of so many characters stand side by side."""
MARGIN = 6
"""Pixels of white that stay around a picture."""


class _Renderer(IPythonRenderer):
    """Formulas as MathML, headings without links, pictures inside."""

    def __init__(self, folder: Path) -> None:
        super().__init__(escape=False, embed_images=True, exclude_anchor_links=True, path=str(folder))

    def block_math(self, body: str) -> str:
        return mathml(body, block=True)

    def inline_math(self, body: str) -> str:
        return mathml(body)


def markdown(source: str, folder: Path) -> str:
    """Markdown as HTML; pictures are looked for in `folder`."""
    return MarkdownWithMath(renderer=_Renderer(folder)).render(PERCENT.sub("\u00a0", ROW.sub(_bars, source)))


def _bars(row: re.Match[str]) -> str:
    """A row of a table whose formulas have no bars: mistune would take $|z|$ for three cells."""
    return FORMULA.sub(lambda formula: formula[0].replace("|", r"\vert "), row[0])


def folding(source: str, folder: Path) -> str:
    """Markdown as HTML in which what is folded stays folded, with its formulas and its code."""
    page, at = "", 0
    for fold in FOLD.finditer(source):
        summary = fold[0].partition("<summary>")[2].partition("</summary>")[0]
        page += markdown(source[at:fold.start()], folder)
        page += f"<details><summary>{summary}</summary>{markdown(fold[1], folder)}</details>"
        at = fold.end()
    return page + markdown(source[at:], folder)


def address(picture: bytes, kind: str = "png") -> str:
    """An address that holds the picture itself."""
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode('ascii')}"


def smaller(picture: Image.Image) -> str:
    """The address of the same picture in about half of the bytes; of a photograph in far fewer, with little loss."""
    out, drawn = io.BytesIO(), picture.mode == "P"
    picture.convert("RGB").save(out, "webp", lossless=drawn, quality=50 if drawn else 85, method=2)
    return address(out.getvalue(), "webp")


def trimmed(pngs: Sequence[bytes]) -> list[Image.Image]:
    """Pictures of one size without the white margin that they have in common: so what is on them is larger."""
    pictures = [Image.open(io.BytesIO(png)) for png in pngs]
    boxes = list(filter(None, map(_inked, pictures)))
    if not boxes or len({picture.size for picture in pictures}) > 1:
        return pictures
    left, top, right, bottom = (choose(sides) for choose, sides in
                                zip((min, min, max, max), zip(*boxes, strict=True), strict=True))
    width, height = pictures[0].size
    box = max(0, left - MARGIN), max(0, top - MARGIN), min(width, right + MARGIN), min(height, bottom + MARGIN)
    return [picture.crop(box) for picture in pictures]


def _inked(picture: Image.Image) -> tuple[int, int, int, int] | None:
    """The box around all that is not white."""
    return ImageChops.invert(picture.convert("RGB")).getbbox()


def picture(png: bytes, description: str) -> str:
    """A picture that takes the room which is left on its slide."""
    [inside] = trimmed([png])
    return f'<figure><img src="{smaller(inside)}" alt="{html.escape(description)}"></figure>'


def shown(output: str) -> str:
    """HTML that a cell shows; what is folded in it comes as a fragment."""
    opened = FOLD.sub(r'<div class="fragment">\1</div>', output)
    return f'<div class="shown">{with_maths(opened)}</div>'


# ------------------------------------------------------------------------------------------------ questions
def asked(source: str) -> Question | None:
    """The question of a cell `predict("03-zero")`; None if the cell asks nothing, or what is known at run time only.

    Raises ValueError for a name that is not known, with the nearest one.
    """
    name = asked_name(source)
    return known(name) if name else None


def known(name: str) -> Question:
    """The question of this name. Raises ValueError, with the nearest one, if there is none."""
    return lookup(QUESTIONS, name, "predict")


def asked_name(source: str) -> str:
    """The name of the question that a cell asks, "" if there is none."""
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "predict":
            name = node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "name"), None)
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                return name.value
    return ""


def question(asking: Question) -> str:
    """The question and its options; the answer is a fragment of its own, so the audience can vote first."""
    kinds = (' class="right"' if option == asking.answer else "" for option in asking.options)
    rows = "".join(f"<li{kind}>{with_maths(option)}</li>" for kind, option in zip(kinds, asking.options, strict=True))
    short = " class=short" if max(map(len, asking.options)) <= SHORT else ""
    return (f'<div class="predict"><p><b>Predict.</b> {with_maths(asking.question)}</p><ol{short}>{rows}</ol>'
            f'<p class="fragment why"><b>{letter(asking)}.</b> {with_maths(asking.why)}</p></div>')


def answer(asking: Question) -> str:
    """What the lecturer knows before: the answer, and where it is to be seen."""
    return (f"<p><b>Answer: {letter(asking)}.</b> {with_maths(asking.answer)}</p>"
            f"<p>Where to see it: {with_maths(asking.look)}.</p>")


def letter(asking: Question) -> str:
    """The letter of the option that is true."""
    return LETTERS[list(asking.options).index(asking.answer)]
