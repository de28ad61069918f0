"""Python on a slide: the essential lines, as large as they can be."""

import ast
import io
import tokenize
from collections.abc import Iterator, Sequence
from contextlib import suppress

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from labkit.notebooks.cells import parsed

WIDE, HIGH, LARGEST, SMALLEST = 1160, 572, 26, 15
"""Room for code below a heading, and how large its type may be, in pixels of a slide of 1280 × 720."""
ADVANCE, LEADING, AROUND = 0.6021, 1.42, 40
"""Width of a letter and distance of lines, in units of the type's size (DejaVu Sans Mono); the space around a block."""
LONG = 64
"""A call of print on a longer line is cut."""


def size(texts: Sequence[str], taken: float = 0.0) -> float:
    """The type's size in pixels at which these texts in typewriter letters stand on one slide, one below the other.

    `taken` is the height that other parts of the slide need. Never below SMALLEST: then the slide is too full.
    """
    lines = [line for text in texts for line in text.rstrip("\n").split("\n")]
    longest = max(map(len, lines), default=1) or 1
    high = (HIGH - taken - AROUND * len(texts)) / (LEADING * max(1, len(lines)))
    return round(max(SMALLEST, min(LARGEST, high, WIDE / (ADVANCE * longest))), 1)


def essential(source: str) -> str:
    """Python in which long calls of print have become `print(…)`: what they print stands below.

    >>> essential("x = 1\\nprint(f'the value of x, to three digits and with its name before it, is {x:.3f}')")
    'x = 1\\nprint(…)'
    """
    lines = source.encode("utf-8").split(b"\n")  # ast counts bytes
    calls = [node for node in ast.walk(parsed(source))
             if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"]
    for call in sorted(calls, key=lambda call: -call.lineno):
        first, last = call.lineno - 1, call.end_lineno - 1
        if last > first or len(lines[first].decode("utf-8")) > LONG:
            before, after = lines[first][:call.col_offset], lines[last][call.end_col_offset:]
            lines[first:last + 1] = [before + "print(…)".encode() + after]
    return b"\n".join(lines).decode("utf-8")


def wrapped(source: str, columns: int) -> str:
    """Python whose long lines are broken after a comma, before a comment that stands behind code, and between two words
    of a comment or a docstring.

    >>> print(wrapped("f(first_argument, second_argument, third)", 30))
    f(first_argument,
        second_argument, third)
    >>> print(wrapped("# a comment that is too long", 20))
    # a comment that is
    # too long
    """
    while at := _break(lines := source.split("\n"), columns):
        number, column = at
        line = lines[number]
        indent = " " * (len(line) - len(line.lstrip()))
        head, tail = line[:column].rstrip(), line[column:].strip()
        if _prose(line):
            lines[number:number + 1] = [head, indent + "# " * line.lstrip().startswith("#") + tail]
        else:
            lines[number:number + 1] = [indent + tail, head] if tail.startswith("#") else [head, f"{indent}    {tail}"]
        source = "\n".join(lines)
    return source


def _prose(line: str) -> bool:
    """Whether a line is a comment or a docstring and nothing else."""
    return line.lstrip().startswith(("#", '"""'))


def _break(lines: Sequence[str], columns: int) -> tuple[int, int] | None:
    """The first line that is too long and can be broken, and where: before its comment, behind a comma, at a space.

    Of the commas in the second half of the line the one that fewest brackets enclose is taken, and of these the last.
    """
    places: dict[int, list[tuple[int, int]]] = {
        number: [(0, -space)] for number, line in enumerate(lines)
        if _prose(line) and (space := line.rfind(" ", columns // 2, columns)) > 0}
    depth = 0
    for token in _tokens("\n".join(lines)):
        number, at = token.end[0] - 1, token.end[1]
        depth += (token.string in "([{") - (token.string in ")]}") if token.type == tokenize.OP else 0
        if token.type == tokenize.COMMENT and lines[number][:token.start[1]].strip():
            places.setdefault(number, []).append((-1, -token.start[1]))
        elif token.string == "," and columns / 2 < at <= columns and lines[number][at:].strip():
            places.setdefault(number, []).append((depth, -at))
    long = (number for number in sorted(places) if len(lines[number]) > columns)
    return next(((number, -min(places[number])[1]) for number in long), None)


def _tokens(source: str) -> Iterator[tokenize.TokenInfo]:
    """The tokens of a cell as far as it is Python."""
    with suppress(tokenize.TokenError, SyntaxError):
        yield from tokenize.generate_tokens(io.StringIO(source).readline)


def roomiest(sources: Sequence[str], printed: Sequence[str], taken: float = 0.0) -> tuple[int, float]:
    """At how many columns the sources are best broken so that all texts are largest, and how large that is."""
    def at(columns: int) -> float:
        return size([*(wrapped(source, columns) for source in sources), *printed], taken)

    best = max(range(120, 59, -4), key=at)
    return best, at(best)


def code(source: str) -> str:
    """Python in colours; with the keyboard one comes to it, since a line may be longer than a phone is wide."""
    coloured = highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip("\n")
    return f'<pre class="code" tabindex="0"><code>{coloured}</code></pre>'
