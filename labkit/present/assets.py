"""What a deck takes from other projects: reveal.js and three type families, out of installed packages.

Nothing of theirs is kept in this repository, and nothing is fetched when a deck is opened: the deck holds it all. The
types are cut down to the letters of the course and those of one deck, so every screen shows the same widths, whatever
it has installed.
"""

import base64
import importlib.util
import io
from functools import cache
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HOW_TO_GET_IT = ("it comes with labkit's extra 'present': "
                 "python -m uv run --extra present python -m labkit.present decks")
REVEAL = "sphinx_revealjs", "_static/revealjs"
SANS = f"{REVEAL[1]}/dist/theme/fonts/source-sans-pro/source-sans-pro-"
MONO = "mpl-data/fonts/ttf/DejaVuSansMono"
FACES = (
    ("Sans", 400, "normal", REVEAL[0], f"{SANS}regular.ttf"),
    ("Sans", 400, "italic", REVEAL[0], f"{SANS}italic.ttf"),
    ("Sans", 600, "normal", REVEAL[0], f"{SANS}semibold.ttf"),
    ("Mono", 400, "normal", "matplotlib", f"{MONO}.ttf"),
    ("Mono", 600, "normal", "matplotlib", f"{MONO}-Bold.ttf"),
    ("Maths", 400, "normal", "ziamath", "fonts/STIXTwoMath-Regular.ttf"),
)
"""Family, weight, style, and where the file is: Source Sans Pro, DejaVu Sans Mono, STIX Two Math."""
LETTERS = ("".join(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x391, 0x3CA), *range(0x2010, 0x2027))))
           + "ŵŷˆ˜ˣ̂̃̄ϕᵀᵗᵢỹ‖′‾⁰⁴⁵⁶⁷⁸⁹⁺⁻ⁿ₁₂ℝ←↑→↓∂∇∈−∓√∝∞∼≈≠≤≥≫⎛⎞■▲▶▼○✓✗ⱼ")
"""What the course writes with: most decks need no other letter, so a typeface is cut once for all of them."""
FORMULAS = "".join(map(chr, (*range(0x1D434, 0x1D468), 0x210E, *range(0x1D6E2, 0x1D71C)))) + "√{}|‖ˆ˜‾′⎛⎞"
"""What a browser draws in formulas although no text says so: slanted letters, Latin and Greek, and roots."""


class Missing(RuntimeError):
    """A package that a deck needs is not installed; the message says how to get it."""


def file(package: str, name: str) -> Path:
    """A file of an installed package, which is not imported. Raises Missing."""
    found = importlib.util.find_spec(package)
    path = Path(found.origin).parent / name if found and found.origin else None
    if path is None or not path.is_file():
        raise Missing(f"labkit.present: {name} of the package {package} is not installed; {HOW_TO_GET_IT}")
    return path


def reveal(name: str) -> str:
    """A file of reveal.js as text, such as `dist/reveal.js`."""
    return file(REVEAL[0], f"{REVEAL[1]}/{name}").read_text(encoding="utf-8")


def script(name: str) -> str:
    """A script of reveal.js, fit to stand inside a page."""
    return reveal(name).replace("</script", r"<\/script").replace("<!--", r"\x3c!--")


def faces(text: str) -> str:
    """`@font-face` rules with the characters of `text` inside."""
    return "\n".join(_face(*face, frozenset(text)) for face in FACES)


def _face(family: str, weight: int, style: str, package: str, name: str, text: frozenset[str]) -> str:
    letters = text.union(LETTERS, FORMULAS if family == "Maths" else "")
    data = base64.b64encode(_cut(file(package, name), letters)).decode("ascii")
    return (f"@font-face {{ font-family: '{family}'; font-weight: {weight}; font-style: {style}; "
            f"src: url(data:font/woff;base64,{data}) format('woff'); }}")


def _cut(path: Path, letters: frozenset[str]) -> bytes:
    """The typeface with these characters only, of those that it has, compressed."""
    return _woff(path, letters & _known(path))


@cache
def _known(path: Path) -> frozenset[str]:
    return frozenset(map(chr, TTFont(path).getBestCmap()))


@cache
def _woff(path: Path, letters: frozenset[str]) -> bytes:
    font = TTFont(path)
    options = subset.Options(hinting=False, notdef_outline=True, name_IDs=[0, 1, 2, 13, 14])  # the licence stays
    options.drop_tables += ["FFTM", "webf"]  # notes of the programs that made it
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=set(map(ord, letters)))
    cutter.subset(font)
    font.flavor = "woff"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
