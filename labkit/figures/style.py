"""One look for every figure: a palette that colour-blind readers can tell apart, and type for the back row.

The eight colours are those of Okabe & Ito (2008), "Color Universal Design". Colour never speaks alone: a second series
also has another marker or line style, and a label.
"""

import math
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.legend_handler import HandlerTuple

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


def styled() -> AbstractContextManager[None]:
    """The house style, for building a figure: `with styled(): …`, or `@styled()` above a function that draws.

    Matplotlib's own settings are put back afterwards. Matplotlib reads them when an artist is made, so whatever is made
    outside has Matplotlib's look.
    """
    return matplotlib.rc_context(STYLE)


def figure(width: float = 11.0, height: float = 5.4) -> Figure:
    """An empty figure of `width` × `height` inches on an Agg canvas that pyplot does not know, so nothing leaks.

    >>> figure(8, 4).bbox.size.tolist()
    [800.0, 400.0]
    """
    with styled():
        drawn = Figure(figsize=(width, height), dpi=DPI)
    FigureCanvasAgg(drawn)
    return drawn


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


def power(exponent: int) -> str:
    """10 to a whole power, as it is written.

    >>> power(-3), power(0)
    ('10⁻³', '1')
    """
    return "1" if exponent == 0 else f"10{str(exponent).translate(_RAISED)}"


def number(x: float, digits: int = 2) -> str:
    """`x` with at most `digits` significant digits, as a person would write it.

    >>> number(0.04472, 3), number(0.98), number(1.0), number(2.9e-7), number(81234.0), number(float("inf"))
    ('0.0447', '0.98', '1', '2.9·10⁻⁷', '8.1·10⁴', '∞')
    """
    if not math.isfinite(x):
        return "?" if math.isnan(x) else "∞" if x > 0 else "−∞"
    mantissa, _, exponent = f"{abs(x):.{digits - 1}e}".partition("e")
    sign, exponent = "−" if x < 0 else "", int(exponent)
    if -4 < exponent < 4:
        text = f"{float(f'{mantissa}e{exponent}'):.{max(0, digits - 1 - exponent)}f}"
        return sign + (text.rstrip("0").rstrip(".") if "." in text else text)
    return f"{sign}{mantissa.rstrip('0').rstrip('.')}·{power(exponent)}"
