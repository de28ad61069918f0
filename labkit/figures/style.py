"""One look for every figure: a palette that colour-blind readers can tell apart, and type for the back row.

The eight colours are those of Okabe & Ito (2008), "Color Universal Design". Colour never speaks alone: a second series
also has another marker or line style, and a label.
"""

import math
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.legend_handler import HandlerTuple

from labkit.fits import Signed, guard

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILLION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
PALETTE = (BLUE, VERMILLION, GREEN, ORANGE, SKY, PURPLE, BLACK)
"""The order in which series are drawn: neighbours differ in lightness too."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)), (0, (8, 2)))

INK, GREY, LIGHT, FAINT, PAPER = "#222222", "#767676", "#bdbdbd", "#e4e4e4", "#ffffff"
"""Text; what stands back but must be read (4.5 : 1 on white); broad lines behind the data; grid lines; background."""
DEPTHS = "viridis"
"""For ordered things, such as layers: rises evenly in lightness, so it survives a grey print."""
RIGHT, WRONG = (f"color-mix(in srgb, {colour} 70%, var(--jp-content-font-color0, currentcolor))"
                for colour in (GREEN, VERMILLION))
"""Words on the page, in CSS: right or reached; wrong, diverged or an error. Mixed with the colour that the page gives
to its text, they are dark on a light page and light on a dark one. A sign or a word says the same."""
LEGIBLE = 4.5
"""Contrast of text with its background, at least (WCAG 2.1, 1.4.3)."""

DPI = 100
HEADLINE, TITLE, TEXT, SMALL = 18, 14, 13, 12
"""Points; at 100 dpi one point is 1.4 pixels, so the smallest type on a picture of 1100 pixels is 17 pixels high."""

STYLE = {
    "font.family": "DejaVu Sans", "font.size": TEXT, "text.color": INK,
    "axes.titlesize": TITLE, "axes.labelsize": TEXT, "axes.titlecolor": INK, "axes.labelcolor": INK,
    "axes.edgecolor": GREY, "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True,
    "axes.prop_cycle": matplotlib.cycler(color=PALETTE), "axes.unicode_minus": True,
    "xtick.labelsize": SMALL, "ytick.labelsize": SMALL, "xtick.color": GREY, "ytick.color": GREY,
    "xtick.labelcolor": INK, "ytick.labelcolor": INK, "grid.color": FAINT, "grid.linewidth": 1.0,
    "lines.linewidth": 2.5, "lines.markersize": 8, "legend.frameon": False, "legend.fontsize": SMALL,
    "figure.facecolor": PAPER, "axes.facecolor": PAPER, "figure.dpi": DPI, "savefig.dpi": DPI,
}


_ONE_AT_A_TIME = threading.RLock()
"""Two threads that put a style on and off in turns would leave one of them behind."""


@contextmanager
def styled() -> Iterator[None]:
    """The house style, for building and painting a figure: `with styled(): …`, or `@styled()` above a function.

    Everything else is as in Matplotlib's defaults, whatever style the reader has chosen; that is put back afterwards.
    Matplotlib reads some settings when an artist is made, others when it is painted.
    """
    with _ONE_AT_A_TIME:
        theirs = {name: dict.__getitem__(matplotlib.rcParams, name) for name in _settings()}
        dict.update(matplotlib.rcParams, _settings())  # known to be valid: to check all 300 takes as long as a picture
        try:
            yield
        finally:
            dict.update(matplotlib.rcParams, theirs)


@cache
def _settings() -> dict[str, Any]:
    """Matplotlib's defaults with the house style on top, but for the back end."""
    settings = matplotlib.rcParamsDefault.copy()
    settings.update(STYLE)
    return {name: value for name, value in dict.items(settings) if not name.startswith("backend")}


def figure(width: float = 11.0, height: float = 5.4) -> Figure:
    """An empty figure of `width` × `height` inches on an Agg canvas that pyplot does not know, so nothing leaks.

    >>> figure(8, 4).bbox.size.tolist()
    [800.0, 400.0]
    """
    with styled():
        drawn = Figure(figsize=(width, height), dpi=DPI)
        FigureCanvasAgg(drawn)
    return drawn


# ------------------------------------------------------------------------------------------------ series
class Look(NamedTuple):
    """How one series is told from the others."""

    color: str
    marker: str
    dash: Any


def look(i: int) -> Look:
    """The look of series number `i`; the eighth has the first colour again, but another marker and dash.

    >>> look(0), look(7).color == look(0).color, look(7).marker
    (Look(color='#0072B2', marker='o', dash='-'), True, 's')
    """
    again, place = divmod(i, len(PALETTE))
    other = (place + again) % len(PALETTE)
    return Look(PALETTE[place], MARKERS[other], DASHES[other])


def contrast(one: str, other: str = PAPER) -> float:
    """Contrast of two colours, from 1 to 21 (WCAG 2.1).

    >>> contrast("white"), round(contrast("black"))
    (1.0, 21)
    """
    dark, light = sorted(_luminance(color) for color in (one, other))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
    return sum(share * c for share, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@cache
def text_colour(color: str) -> str:
    """The colour, darkened until words in it can be read on white paper: for the name or the number of a series.

    >>> text_colour(BLUE) == BLUE.lower(), text_colour(ORANGE)
    (True, '#9c6c00')
    """
    shades = (to_hex([share / 100 * c for c in to_rgb(color)]) for share in range(100, -1, -1))
    return next(shade for shade in shades if contrast(shade) >= LEGIBLE)


def key_below(ax: Axes, handles: Sequence[Any], labels: Sequence[str], *, side: str = "left") -> Legend:
    """A legend of `ax` in one row along the bottom of the figure, where no data can be, flush with that side of `ax`.

    A tuple of handles is one entry.
    """
    place = ax.get_position()
    x = place.x0 if side == "left" else place.x1
    return ax.legend(handles, labels, loc=f"lower {side}", bbox_to_anchor=(x, 0.012),
                     bbox_transform=ax.figure.transFigure, ncols=len(labels), borderaxespad=0, borderpad=0,
                     columnspacing=1.3, handletextpad=0.5, handlelength=1.4,
                     handler_map={tuple: HandlerTuple(ndivide=None, pad=0.3)})


# ------------------------------------------------------------------------------------------------ numbers in words
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power(exponent: Signed, base: int = 10) -> str:
    """A whole power, as it is written.

    >>> power(-3), power(0), power(12, 2)
    ('10⁻³', '1', '2¹²')
    """
    return "1" if exponent == 0 else f"{base}{str(exponent).translate(_RAISED)}"


def percent(share: float, digits: int = 0) -> str:
    """A share in per cent with so many decimals, and a space before the sign, as the axes write it.

    >>> percent(0.126), percent(1.0), percent(0.126, 1)
    ('13 %', '100 %', '12.6 %')
    """
    return f"{100 * share:.{digits}f} %"


def number(x: float, digits: int = 2) -> str:
    """`x` with at most `digits` significant digits, as a person would write it.

    >>> number(0.04472, 3), number(0.98), number(1.0), number(2.9e-7), number(81234.0), number(float("inf"))
    ('0.0447', '0.98', '1', '2.9·10⁻⁷', '8.1·10⁴', '∞')
    """
    return _written(x, digits, zeros=False)


def reading(x: float, digits: int = 2) -> str:
    """A measured number with `digits` significant digits: a zero at the end counts, so that numbers beside each other
    look alike; only 0 itself, and what is larger than its digits, has no decimals.

    >>> reading(1.0), reading(0.1), reading(0.126), reading(13.7), reading(6e-6), reading(0.0)
    ('1.0', '0.10', '0.13', '14', '6.0·10⁻⁶', '0')
    """
    return _written(x, digits, zeros=True)


def _written(x: float, digits: int, *, zeros: bool) -> str:
    if not math.isfinite(x):
        return "?" if math.isnan(x) else "∞" if x > 0 else "−∞"
    mantissa, _, exponent = f"{abs(x):.{digits - 1}e}".partition("e")
    sign, exponent = "−" if x < 0 else "", int(exponent)
    if -4 < exponent < 4:
        mantissa, raised = f"{float(f'{mantissa}e{exponent}'):.{max(0, digits - 1 - exponent)}f}", ""
    else:
        raised = f"·{power(exponent)}"
    bare = "." in mantissa and (x == 0 or not zeros)
    return f"{sign}{mantissa.rstrip('0').rstrip('.') if bare else mantissa}{raised}"


def spread(values: Sequence[float] | np.ndarray, digits: int = 1, *, sign: bool = False) -> str:
    """Mean ± standard deviation of a number per run, (K,) with K ≥ 2; with `sign` a gain says that it is one.

    >>> spread([2.2, 2.5, 2.8]), spread([-1.2, -0.8], sign=True)
    ('2.5 ± 0.3', '−1.0 ± 0.3')
    """
    runs = np.asarray(values, float)
    if runs.ndim != 1 or len(runs) < 2:
        raise ValueError(f"spread: values have shape {runs.shape}; expected (K,), a number for each of K ≥ 2 runs.")
    mean = f"{runs.mean():{'+' if sign else ''}.{digits}f}".replace("-", "−")
    return f"{mean} ± {runs.std(ddof=1):.{digits}f}"


guard(__name__)
