"""Pictures of the clinic: a patient's chart, and which instrument shows which disease."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.headline import capital
from labkit.figures.picture import Picture, Still, still
from labkit.figures.series import check_any
from labkit.figures.style import number, reading
from labkit.figures.words import Words
from labkit.fits import guard
from labkit.lessons.training_clinic.experiments.consultation import Chart
from labkit.lessons.training_clinic.experiments.signs import SignTable
from labkit.lessons.training_clinic.experiments.yours import OwnInstrument

Array = np.ndarray
MOST, FAR = 8, 10.0
SICK, WELL = style.VERMILLION, style.GREY
INKS = (style.INK, SICK, WELL, style.LIGHT, style.BLUE)
TOP = 1e3
HEAD, ROW = 2.2, 0.29
"""Inches of the names of the instruments, and of a row of the picture of signs."""


class ChartPicture(Picture):
    """`update(Chart)`: on the left the loss beside that of three healthy networks; on the right the readings of one
    examination: a dot in visible steps from the healthy median, the bar is what healthy networks have.
    """

    def __init__(self) -> None:
        super().__init__(style.figure(11.0, 4.5), "A patient's chart.", inks=INKS)
        with style.styled():
            self._left()
            self._right()
        self.animate(*self._healthy, self._loss, self._lost, self._bars, self._dots, self._outside, *self._names,
                     *self._values, self._tells)

    def _left(self) -> None:
        ax = self.figure.add_axes((0.055, 0.13, 0.25, 0.64))
        ax.set(xlim=(0, 300), ylim=(0.05, TOP), yscale="log", xlabel="update")
        ax.set_title("Loss of the batches", loc="left")
        ax.set_yticks((0.1, 1, 10, 100, 1000), ("0.1", "1", "10", "100", "1000"))
        ax.minorticks_off()
        ax.grid(axis="y")
        self._healthy = [Line2D([], [], color=style.LIGHT, lw=1.5, ls="--") for _ in range(3)]
        self._loss = Line2D([], [], color=SICK, lw=2)
        self._lost = Words(0.97, 0.9, ax.transAxes, size=style.SMALL, align="right")
        for line in (*self._healthy, self._loss):
            ax.add_artist(line)

    def _right(self) -> None:
        ax = self.figure.add_axes((0.595, 0.13, 0.205, 0.6))
        ax.set(xlim=(-FAR - 1.5, FAR + 1.5), ylim=(-0.5, MOST - 0.5), yticks=(), xticks=(-10, -5, 0, 5, 10),
               xlabel="visible steps from healthy; ◆ beyond")
        ax.axvline(0, color=style.FAINT, lw=1)
        for side in ("left",):
            ax.spines[side].set_visible(False)
        self._bars = LineCollection([], colors=style.LIGHT, linewidths=10)
        self._dots = Line2D([], [], color=SICK, marker="o", ls="", ms=9)
        self._outside = Line2D([], [], color=SICK, marker="D", ls="", ms=9)
        for artist in (self._bars, self._dots, self._outside):
            ax.add_artist(artist)
        self._names = [Words(-FAR - 2, 0, ax.transData, size=style.SMALL, align="right", level="middle")
                       for _ in range(MOST)]
        self._values = [Words(FAR + 2, 0, ax.transData, size=style.SMALL, level="middle") for _ in range(MOST)]
        self._tells = Words(0.34, 0.775, self.figure.transFigure, size=style.TITLE)

    def update(self, c: Chart) -> None:
        """Show `c`."""
        for line, loss in zip(self._healthy, c.healthy_loss, strict=True):
            line.set_data(*_in_blocks(loss))
        self._loss.set_data(*_in_blocks(c.loss))
        lost = int(np.argmax(~np.isfinite(c.loss))) if not np.isfinite(c.loss).all() else -1
        self._lost.set_text(f"lost at update {lost}" if lost >= 0 else "")
        self._show_readings(c)
        self._tells.set_text(f"{c.instrument}: {c.tells}")
        card, well = (" · ".join(f"{value:.2f}" for value in values) for values in (c.card, c.healthy_card))
        self.set_title(f"Patient {c.number}, ward {c.ward}: accuracy {card}", f"in training · validation · test; "
                       f"healthy {well}   ·   grey, and in brackets: healthy networks   ·   bill: {c.bill}", _told(c))

    def _show_readings(self, c: Chart) -> None:
        heights = MOST - 1 - np.arange(len(c.readings), dtype=float)
        places = np.clip(c.places, -FAR, FAR)
        self._bars.set_segments([[(low - 0.3, y), (high + 0.3, y)]
                                 for (_, low, high), y in zip(places, heights, strict=True)])
        beyond = np.abs(c.places[:, 0]) > FAR
        self._dots.set_data(places[~beyond, 0], heights[~beyond])
        self._outside.set_data(places[beyond, 0], heights[beyond])
        for i, (name, value) in enumerate(zip(self._names, self._values, strict=True)):
            shown = i < len(c.readings)
            name.y = value.y = MOST - 1 - i
            name.set_text(c.readings[i] if shown else "")
            value.set_text(f"{_short(c.values[i])}  ({_short(c.healthy[i])})" if shown else "")


def _in_blocks(loss: Array, size: int = 5) -> tuple[Array, Array]:
    """Means of neighbouring losses, as far as they are finite."""
    kept = loss[:int(np.argmin(np.isfinite(loss)))] if not np.isfinite(loss).all() else loss
    blocks = len(kept) // size
    if not blocks:
        return np.arange(len(kept)), np.minimum(kept, TOP)
    return np.arange(blocks) * size + size / 2, np.minimum(kept[:blocks * size].reshape(blocks, size).mean(axis=1), TOP)


def _short(value: float) -> str:
    """A reading, and a count as the whole number that it is."""
    return "∞" if abs(value) >= 1e8 else number(value, 3) if float(value).is_integer() else reading(value)


def _told(c: Chart) -> str:
    """The chart in words."""
    card = ", ".join(f"{name} {mine:.2f} (healthy {well:.2f})" for name, mine, well
                     in zip(("training", "validation", "test"), c.card, c.healthy_card, strict=True))
    rows = "; ".join(f"{name} {_short(value)} (healthy {_short(well)})" for name, value, well
                     in zip(c.readings, c.values, c.healthy, strict=True))
    return f"Patient {c.number}, ward {c.ward}. Accuracy: {card}. {c.instrument}: {rows}. The bill is {c.bill}."


class InstrumentPicture(Picture):
    """`update(OwnInstrument)`: the readings against the share of wrong labels, the student's in blue, labkit's grey."""

    def __init__(self) -> None:
        super().__init__(style.figure(11.0, 4.6), "An instrument and the share of wrong labels.", inks=INKS)
        with style.styled():
            ax = self.figure.add_axes((0.08, 0.17, 0.88, 0.62))
            ax.set(xlim=(-0.02, 0.92), ylim=(0, 1), xlabel="share of wrong labels", ylabel="reading")
            ax.grid(axis="y")
            self._labkits = Line2D([], [], color=style.LIGHT, lw=8, solid_capstyle="round")
            self._yours = Line2D([], [], color=style.BLUE, lw=2, marker="o", ms=6)
            self._here = Line2D([], [], color=SICK, marker="D", ms=11, mfc="none", mew=2.5, ls="")
            for line in (self._labkits, self._yours, self._here):
                ax.add_artist(line)
            style.key_below(ax, [self._yours, self._labkits, self._here], ["yours", "labkit's", "at this share"],
                            side="right")
        self.animate(self._labkits, self._yours, self._here)

    def update(self, o: OwnInstrument) -> None:
        """Show `o`."""
        self._labkits.set_data(o.shares, o.expected)
        self._yours.set_data(o.shares, np.clip(o.readings, 0, 1))
        self._here.set_data([o.wrong], np.clip([o.reading], 0, 1))
        same = np.allclose(o.readings, o.expected)
        self.set_title(f"your instrument reads {reading(o.reading)}"
                       + (", as labkit's does" if same else f", labkit's {reading(o.labkits)}"),
                       f"{100 * o.wrong:.0f} % of the labels wrong   ·   150 pictures   ·   by chance 0.10 would agree")


def picture_of_signs(table: SignTable, group: str, rows: list[str], prices: list[int]) -> Still:
    """Rows are the diseases of a group; columns instruments with their prices. ▲ all patients lie above all healthy
    ones, ▼ below; large signs are as large as six visible steps or more, small ones one step at least.
    """
    check_any("picture_of_signs", "rows", rows)
    height = HEAD + ROW * len(rows)
    drawn = style.figure(11.0, height)
    with style.styled():
        ax = drawn.add_axes((0.255, 0.012, 0.735, ROW * len(rows) / height))
        _frame(ax, table.instruments, rows, prices)
        drawn.text(0.012, 1 - 0.25 / height, capital(group), size=style.HEADLINE, weight="bold", va="top")
        _triangles(ax, table, rows)
    told = (f"{name} {int((np.abs(table.strength[table.diseases.index(name)]) >= 1).sum())}" for name in rows)
    tools = len(table.instruments)
    return still(drawn, f"Signs of the diseases in {group}, of {tools} examinations: {', '.join(told)}.")


def _frame(ax: Axes, instruments: list[str], rows: list[str], prices: list[int]) -> None:
    ax.set(xlim=(-0.5, len(instruments) + 2.0), ylim=(len(rows) - 0.5, -0.5))
    labels = [f"{name} · {price}" for name, price in zip(instruments, prices, strict=True)]
    ax.set_xticks(range(len(instruments)), labels, rotation=55, ha="left", rotation_mode="anchor")
    ax.set_yticks(range(len(rows)), rows)
    ax.xaxis.tick_top()
    ax.tick_params(length=0, labelsize=style.SMALL)
    ax.grid(True)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _triangles(ax: Axes, table: SignTable, rows: list[str]) -> None:
    for marker, direction, color in (("^", 1, style.VERMILLION), ("v", -1, style.BLUE)):
        for least, size in ((1, 20), (6, 90)):
            places = [(x, y) for y, name in enumerate(rows)
                      for x, value in enumerate(table.strength[table.diseases.index(name)])
                      if least <= direction * value and (least == 6 or direction * value < 6)]
            ax.scatter(*(zip(*places, strict=True) if places else ((), ())), s=size, marker=marker, color=color)


guard(__name__)
