"""The parts of a notebook as HTML: Markdown with formulas, pictures, questions."""

import ast
import base64
import html
import io
from pathlib import Path

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from PIL import Image

from labkit.checks import lookup
from labkit.course import QUESTIONS
from labkit.exercises.question import Question
from labkit.notebooks.cells import FOLD, parsed
from labkit.present.maths import mathml, with_maths

LETTERS = "ABCDEFGH"
SHORT = 36
"""Options of so many characters stand side by side."""


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
    return MarkdownWithMath(renderer=_Renderer(folder)).render(source)


def address(picture: bytes, kind: str = "png") -> str:
    """An address that holds the picture itself."""
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode('ascii')}"


def smaller(png: bytes) -> str:
    """The address of the same picture in about half of the bytes; of a photograph in far fewer, with little loss."""
    out, picture = io.BytesIO(), Image.open(io.BytesIO(png))
    drawn = picture.mode == "P"
    picture.convert("RGB").save(out, "webp", lossless=drawn, quality=50 if drawn else 85, method=2)
    return address(out.getvalue(), "webp")


def picture(png: bytes, description: str) -> str:
    """A picture that takes the room which is left on its slide."""
    return f'<figure><img src="{address(png)}" alt="{html.escape(description)}"></figure>'


def shown(output: str) -> str:
    """HTML that a cell shows; what is folded in it comes as a fragment."""
    opened = FOLD.sub(r'<div class="fragment">\1</div>', output)
    return f'<div class="shown">{with_maths(opened)}</div>'


# ------------------------------------------------------------------------------------------------ questions
def asked(source: str) -> Question | None:
    """The question of a cell `predict("03-zero")`; None if the cell asks nothing, or what is known at run time only.

    Raises ValueError for a name that is not known, with the nearest one.
    """
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "predict":
            name = node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "name"), None)
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                return lookup(QUESTIONS, name.value, "predict")
    return None


def question(asking: Question) -> str:
    """The question and its options; the answer is a fragment of its own, so the audience can vote first."""
    rows = "".join(f'<li{" class=right" if option == asking.answer else ""}>{with_maths(option)}</li>'
                   for option in asking.options)
    short = " class=short" if max(map(len, asking.options)) <= SHORT else ""
    return (f'<div class="predict"><p><b>Predict.</b> {with_maths(asking.question)}</p><ol{short}>{rows}</ol>'
            f'<p class="fragment why"><b>{_letter(asking)}.</b> {with_maths(asking.why)}</p></div>')


def answer(asking: Question) -> str:
    """What the lecturer knows before: the answer, and where it is to be seen."""
    return (f"<p><b>Answer: {_letter(asking)}.</b> {with_maths(asking.answer)}</p>"
            f"<p>Where to see it: {with_maths(asking.look)}.</p>")


def _letter(asking: Question) -> str:
    return LETTERS[list(asking.options).index(asking.answer)]
