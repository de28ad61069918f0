"""Four masks of two inputs: every answer, how likely it is, and whether one scaled pass gives their mean."""

import math

from matplotlib.collections import PatchCollection
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle

from labkit.figures import style
from labkit.figures.picture import Picture
from labkit.figures.style import reading
from labkit.figures.words import Words
from labkit.lessons.dropout.experiments import Table
from labkit.lessons.dropout.figures.network import INKS, UNIT, UP

MEMBERS, RULE = style.BLUE, style.VERMILLION
UNITS = {"identity": "linear", "relu": "ReLU"}


def headline(t: Table) -> str:
    """Whether the rule is exact here (=), off by less than two digits show (≈), or by more (≠)."""
    mean, scaled = _two(t.mean), _two(t.scaled)
    sign = "=" if math.isclose(t.mean, t.scaled, abs_tol=1e-9) else "≈" if mean == scaled else "≠"
    return f"mean over the four masks {mean} {sign} one scaled pass {scaled}"


def details(t: Table) -> str:
    """What was put in."""
    a, b = t.inputs
    return f"keep {t.keep:.2f}   ·   w₁x₁ = {_two(a)}, w₂x₂ = {_two(b)}   ·   {UNITS.get(t.unit, t.unit)} unit"


def _two(x: float) -> str:
    return f"{x + 0.0:.2f}".replace("-", "−")


class TablePicture(Picture):
    """`update(Table)`: a row per mask with the little network, how likely it is, its answer, and the product; below the
    mean over the masks and the answer of one pass in which every input counts `keep` times.
    """

    HEADS = ((0.02, "mask"), (0.17, "how likely"), (0.405, "answer"), (0.705, "likely × answer"))
    Y = (4.55, 3.55, 2.55, 1.55)
    ENDS = (0.5, -0.35)
    ANSWER, PRODUCT, SCALE, LEFT = 0.583, 0.883, 0.0212, 0.178
    """Where the bars of both columns begin, their length per unit, and how far left of them the numbers stand: answers
    reach from −5 to 5, and a bar must neither cover a number nor leave the picture."""

    def __init__(self) -> None:
        super().__init__(style.figure(11.0, 5.6), "Four masks of a unit with two inputs.", inks=INKS)
        with style.styled():
            self.ax = ax = self.figure.add_axes((0.01, 0.01, 0.98, 0.83))
            ax.set(xlim=(0, 1), ylim=(-0.9, 5.5))
            ax.set_axis_off()
            for x, title in self.HEADS:
                ax.text(x, 5.15, title, size=style.TITLE)
            ax.plot((0.02, 0.98), (1.0, 1.0), color=style.GREY, lw=1)
            for y, name in zip(self.ENDS, ("mean over the masks", "one pass, every input × keep"), strict=True):
                ax.text(0.02, y, name, va="center", weight="bold")
            for x in (self.ANSWER, self.PRODUCT):
                ax.plot((x, x), (1.15, 4.95), color=style.LIGHT, lw=1)
            ax.plot((self.PRODUCT,) * 2, (-0.75, 0.9), color=style.LIGHT, lw=1)
            self._bars = PatchCollection([Rectangle((0, 0), 0, 0)])
            ax.add_artist(self._bars)
            self._numbers = [Words(0, 0, ax.transData, size=style.TEXT, level="middle") for _ in range(14)]
            self._icons()
        self.animate(self._bars, *self._numbers)

    def _icons(self) -> None:
        """The little networks of the four masks stand still."""
        for y, mask in zip(self.Y, ((1, 1), (1, 0), (0, 1), (0, 0)), strict=True):
            for up, stays in zip((0.24, -0.24), mask, strict=True):
                if stays:
                    self.ax.plot((0.035, 0.095), (y + up, y), color=UP, lw=2.5, zorder=1)
                self.ax.plot(0.035, y + up, marker="o", ms=12, mfc=style.INK if stays else style.PAPER,
                             mec=style.INK if stays else style.LIGHT, zorder=2)
            self.ax.plot(0.095, y, marker="o", ms=15, mfc=UNIT, mec=style.PAPER, zorder=2)

    def update(self, t: Table) -> None:
        """Show `t`."""
        agree = math.isclose(t.mean, t.scaled, abs_tol=1e-9)
        product = t.probability * t.output
        bars = [(0.17, y, 0.16 * p, style.LIGHT) for y, p in zip(self.Y, t.probability, strict=True)]
        said = [(0.18 + 0.16 * p, y, f"{p:.2f}" if p in (0, round(p, 2)) or p > 0.01 else reading(p))
                for y, p in zip(self.Y, t.probability, strict=True)]
        columns = ((self.ANSWER, self.Y, t.output, [UNIT] * 4), (self.PRODUCT, self.Y, product, [MEMBERS] * 4),
                   (self.PRODUCT, self.ENDS, (t.mean, t.scaled), (MEMBERS, UNIT if agree else RULE)))
        for x, rows, values, colors in columns:
            bars += [(x, y, self.SCALE * v, color) for y, v, color in zip(rows, values, colors, strict=True)]
            said += [(x - self.LEFT, y, _two(v)) for y, v in zip(rows, values, strict=True)]
        self._bars.set_paths([Rectangle((x, y - 0.25), width, 0.5) for x, y, width, _ in bars])
        self._bars.set_facecolor([to_rgba(color) for *_, color in bars])
        for words, (x, y, text) in zip(self._numbers, said, strict=True):
            words.x, words.y = x, y
            words.set_text(text)
        self.set_title(headline(t), details(t))
