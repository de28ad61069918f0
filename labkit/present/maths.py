"""Formulas as MathML, made when the deck is built: no script has to run, and screen readers can read them.

latex2mathml translates; what it leaves to the browser, and browsers do poorly, is mended here.
"""

import re
from itertools import pairwise
from xml.etree import ElementTree as Tree

from latex2mathml.converter import convert

FORMULA = re.compile(r"\$\$(?P<block>.+?)\$\$|\$(?P<inline>[^$]+?)\$", re.DOTALL)
PERCENT = re.compile(r"(?<=\d) (?=%)")
SPACE = "http://www.w3.org/1998/Math/MathML"
CAPITALS = "ΓΔΘΛΞΠΣΥΦΨΩ"
ACCENTS = {"^": "\u02c6", "~": "\u02dc"}
THIN, THICK = "0.1667em", "0.2778em"


def mathml(latex: str, *, block: bool = False) -> str:
    """A formula in LaTeX as a `<math>` element. Raises ValueError for what cannot be translated.

    >>> mathml("x")
    '<math display="inline" xmlns="http://www.w3.org/1998/Math/MathML"><mrow><mi>x</mi></mrow></math>'
    """
    try:
        formula = Tree.fromstring(convert(latex.strip(), display="block" if block else "inline"))
    except Exception as error:  # the errors of latex2mathml have no class in common
        raise ValueError(f"mathml: {latex!r} cannot be translated: {type(error).__name__} {error}") from error
    for element in formula.iter():
        element.tag = element.tag.removeprefix(f"{{{SPACE}}}")
    for element in list(formula.iter()):
        _mend(element)
        for one, following in pairwise([*element, None]):
            _space(one, following)
    formula.set("xmlns", SPACE)
    return Tree.tostring(formula, encoding="unicode")


def with_maths(markup: str) -> str:
    """HTML in which every $formula$ has become MathML, and no line ends between a number and its per cent."""
    markup = PERCENT.sub("\u00a0", markup)
    return FORMULA.sub(lambda m: mathml(m["block"] or m["inline"], block=bool(m["block"])), markup)


def _mend(element: Tree.Element) -> None:
    """Upright capitals, hats above their letters, and primes where the font has raised them already."""
    children = list(element)
    if element.tag == "mi" and (element.text or "-") in CAPITALS:
        element.set("mathvariant", "normal")
    elif element.tag == "mover" and len(children) == 2 and children[1].text in ACCENTS:
        element.set("accent", "true")
        children[1].text = ACCENTS[children[1].text]
    elif element.tag == "msup" and len(children) == 2 and children[1].text == "′":
        element.tag = "mrow"
        children[1].tag = "mo"
        children[1].attrib |= {"lspace": "0", "rspace": "0"}


def _space(element: Tree.Element, following: Tree.Element | None) -> None:
    """Var(x) without a gap, tanh x with one, z ∼ N(0, 1) with two."""
    text = element.text or ""
    if element.tag in ("mi", "mo") and len(text) > 1 and text.isalpha():
        element.tag = "mo"
        closed = following is None or following.text in ("(", "[") or following.tag == "mrow"
        element.attrib |= {"lspace": THIN, "rspace": "0" if closed else THIN}
    elif element.tag == "mi" and text in ("~", "∼"):
        element.tag, element.text = "mo", "∼"
        element.attrib |= {"lspace": THICK, "rspace": THICK}
