"""Activations and their slopes: a gallery, and a picture in which a distribution of inputs is moved across one."""

import math
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.headline import spoken
from labkit.figures.picture import Picture, Still, still
from labkit.figures.style import number
from labkit.figures.words import Words
from labkit.lessons.activations.experiments.saturation import Saturation

Array = np.ndarray
VALUE, SLOPE, INPUT, FLAT_INPUT = style.BLUE, style.VERMILLION, style.SKY, style.INK


# ------------------------------------------------------------------------------------------------ the gallery
def gallery(x: Array, curves: Mapping[str, tuple[Array, Array]], *, description: str) -> Still:
    """A small panel for every name with f(x), solid, and f'(x), dashed, all on one scale."""
    drawn = style.figure(11, 3.4)
    with style.styled():
        axes = drawn.subplots(1, len(curves), sharex=True, sharey=True, squeeze=False)[0]
        for ax, (name, (f, slope)) in zip(axes, curves.items(), strict=True):
            ax.axhline(0, color=style.LIGHT, lw=1)
            ax.axvline(0, color=style.LIGHT, lw=1)
            value, = ax.plot(x, f, color=VALUE, lw=3)
            derivative, = ax.plot(x, slope, color=SLOPE, ls="--", lw=2.5)
            ax.set(title=name, xlim=(x[0], x[-1]), ylim=(-1.2, 2.2), xticks=(-4, 0, 4), yticks=(-1, 0, 1, 2))
            ax.set_xlabel("x")
        drawn.tight_layout(rect=(0, 0.09, 1, 1), w_pad=1.2)
        style.key_below(axes[0], [value, derivative], ["f(x)", "f'(x)"])
    return still(drawn, description)


# ------------------------------------------------------------------------------------------------ saturation
def headline(s: Saturation) -> str:
    """What the inputs meet, in one short sentence."""
    return f"With {spoken(s.activation)}, {percent(s.share)} of the inputs meet a slope below 0.01"


def details(s: Saturation) -> str:
    """The numbers behind the headline."""
    outside = f"   ·   {percent(s.beyond)} of them beyond the picture" if s.beyond >= 0.01 else ""
    return (f"inputs with mean {number(s.mean)} and std {number(s.std, 3)}{outside}   ·   "
            f"mean slope {number(round(s.mean_slope, 6))}")


def percent(share: float) -> str:
    """A share in per cent, with one decimal below 10 %, so that a limit such as 5 % can be told apart.

    >>> percent(0.0496), percent(0.314), percent(0.0)
    ('5.0 %', '31 %', '0 %')
    """
    if math.isnan(share):
        return ""
    return "0 %" if share < 5e-4 else f"{100 * share:.{1 if share < 0.0995 else 0}f} %"


class SaturationPicture(Picture):
    """`update(Saturation)`: on the left f, and below it f' with the distribution of the inputs, dark where f' is flat;
    on the right the saturated share of every activation for the same inputs, with a line at `level`.
    """

    def __init__(self, names: tuple[str, ...], flat: float, level: float = 0.05) -> None:
        super().__init__(style.figure(11.0, 5.6), "An activation, its slope, and the inputs that it meets.",
                         inks=(style.INK, style.BLACK, style.GREY, style.LIGHT, style.FAINT, VALUE, SLOPE, INPUT))
        self._names, self._flat = names, flat
        with style.styled():
            place = self.figure.add_axes
            self._upper = place((0.062, 0.55, 0.52, 0.25))
            self._lower = place((0.062, 0.165, 0.52, 0.29), sharex=self._upper)
            self._value, self._slope = Line2D([], [], color=VALUE, lw=3), Line2D([], [], color=SLOPE, lw=2.5, ls="--")
            self._live = PolyCollection([], fc=INPUT, alpha=0.55, lw=0)
            self._stopped = PolyCollection([], fc=FLAT_INPUT, alpha=0.85, lw=0)
            self._set_axes()
            self._bars, self._chosen, self._percents = self._share_axes(place((0.72, 0.165, 0.21, 0.635)), level)
        self.animate(self._value, self._live, self._stopped, self._slope, self._bars, self._chosen,
                     *self._percents)

    def _set_axes(self) -> None:
        moving = [self._value], [self._live, self._stopped, self._slope]
        titles = "f(x)", "f'(x), and the inputs (scaled)"
        for ax, title, artists in zip((self._upper, self._lower), titles, moving, strict=True):
            ax.set_title(title, loc="left")
            ax.axhline(0, color=style.LIGHT, lw=1, zorder=0)
            for artist in artists:
                ax.add_artist(artist)
        self._upper.tick_params(labelbottom=False)
        self._upper.set(xlim=(-8, 8), ylim=(-1.3, 2.2), yticks=(-1, 0, 1, 2))
        self._lower.set(ylim=(-0.2, 1.2), yticks=(0, 0.5, 1), xlabel="input x of the activation")
        style.key_below(self._lower, [self._slope, self._live, self._stopped],
                        ["slope f'(x)", "inputs", "inputs where |f'| < 0.01"])

    def _share_axes(self, ax: Axes, level: float) -> tuple[LineCollection, LineCollection, list[Words]]:
        ax.set_title("Saturated share", loc="left")
        ax.set(xlim=(0, 1), ylim=(len(self._names) - 0.4, -0.6), yticks=range(len(self._names)))
        ax.set_yticklabels([spoken(name) for name in self._names])
        ax.set_xticks((level, 0.5, 1), [f"{100 * tick:.0f} %" for tick in (level, 0.5, 1)])
        ax.tick_params(axis="y", length=0)
        ax.axvline(level, color=style.GREY, lw=1.5, ls=":", zorder=0)
        bars, chosen = (LineCollection([], colors=color, lw=16, capstyle="butt")
                        for color in (style.LIGHT, FLAT_INPUT))
        for collection in (bars, chosen):
            ax.add_collection(collection, autolim=False)
        beside = [Words(1.04, row, ax.get_yaxis_transform(), size=style.SMALL, level="middle")
                  for row in range(len(self._names))]
        return bars, chosen, beside

    def update(self, s: Saturation) -> None:
        """Show `s`."""
        self._value.set_data(s.x, s.f)
        self._slope.set_data(s.x, s.slope)
        flat = np.abs(s.slope) < self._flat
        self._live.set_verts([_under(s.x, s.density)])
        self._stopped.set_verts([_under(s.x[run], s.density[run]) for run in _runs(flat)])
        row = self._names.index(s.activation)
        bars = [[(0, i), (share, i)] for i, share in enumerate(s.shares)]
        self._bars.set_segments(bars)
        self._chosen.set_segments([bars[row]])
        for words, share in zip(self._percents, s.shares, strict=True):
            words.set_text("" if math.isnan(share) else "100 %" if share > 0.9995 else f"{100 * share:.1f} %")
        self.set_title(headline(s), details(s))


def _under(x: Array, y: Array) -> Array:
    """The outline of the area between a curve and the axis."""
    return np.concatenate([[(x[0], 0)], np.stack([x, y], axis=1), [(x[-1], 0)]])


def _runs(mask: Array) -> list[slice]:
    """Where `mask` is true without a break, as slices.

    >>> _runs(np.array([True, True, False, True]))
    [slice(0, 2, None), slice(3, 4, None)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask, [0]])))
    return [slice(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]
