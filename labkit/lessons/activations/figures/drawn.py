"""An activation drawn by hand, and what follows: its slope, what twenty layers leave, and a short training run."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.picture import Picture
from labkit.figures.style import number
from labkit.lessons.activations.experiments.drawn import Drawn

Array = np.ndarray
VALUE, SLOPE, SIGNAL, GRADIENT, RUN = style.BLUE, style.VERMILLION, style.BLUE, style.VERMILLION, style.GREEN
DECADES = (1e-12, 1e6)
"""What is shown of the sizes in the layers; what lies beyond is drawn at the edge."""


# ------------------------------------------------------------------------------------------------ in words
def headline(d: Drawn) -> str:
    """What the short run gives, beside ReLU's, in one sentence."""
    yours, relu = (100 * float(np.median(a)) for a in (d.accuracy, d.relu_accuracy))
    line = "" if d.bends else "A straight line: "
    lost = int(np.isnan(d.losses).any(axis=0).sum())
    if lost:
        return f"{line}{lost} of {d.losses.shape[1]} runs diverge; ReLU has {relu:.0f} % right"
    return f"{line}{yours:.0f} % right after {len(d.losses)} steps, ReLU {relu:.0f} %"


def details(d: Drawn) -> str:
    """Its slope, and what twenty layers leave."""
    share = f"{100 * d.share:.0f} % of inputs N(0, 1) meet a slope below 0.01"
    return (f"{share}   ·   mean slope {number(round(d.mean_slope, 6))}   ·   {len(d.signal)} layers: "
            f"signal × {number(d.signal[-1])}, gradient × {number(d.gradient[0])}")


# ------------------------------------------------------------------------------------------------ the picture
class DrawnPicture(Picture):
    """`update(Drawn)`: left f through its seven points, and f', dark where it is flat; in the middle the sizes of
    signal and gradient in twenty layers; right the losses of the short run, ReLU's below them.
    """

    def __init__(self, knots: Array, depth: int, steps: int) -> None:
        super().__init__(style.figure(11.0, 4.4), "An activation drawn by hand, and what follows from it.",
                         inks=(style.INK, style.GREY, style.LIGHT, style.FAINT, VALUE, SLOPE, RUN))
        self._knots = knots
        with style.styled():
            self._f, self._df = Line2D([], [], color=VALUE, lw=3), Line2D([], [], color=SLOPE, lw=2, ls="--")
            self._points = Line2D([], [], color=VALUE, marker="o", ms=11, ls="", mec=style.PAPER)
            self._flat = LineCollection([], colors=style.INK, lw=7, capstyle="butt")
            self._signal = Line2D([], [], color=SIGNAL, marker="o", ms=6, lw=1.5)
            self._gradient = Line2D([], [], color=GRADIENT, marker="s", ms=6, lw=1.5, ls="--")
            self._runs = [Line2D([], [], color=RUN, lw=1.8, alpha=0.9) for _ in range(3)]
            self._relu = [Line2D([], [], color=style.GREY, lw=1.2, ls=":") for _ in range(3)]
            self._activation(self.figure.add_axes((0.045, 0.235, 0.30, 0.505)))
            self._layers(self.figure.add_axes((0.42, 0.235, 0.23, 0.505)), depth)
            self._losses(self.figure.add_axes((0.735, 0.235, 0.25, 0.505)), steps)
        self.animate(self._flat, self._df, self._f, self._points, self._signal, self._gradient, *self._relu,
                     *self._runs)

    def _activation(self, ax: Axes) -> None:
        ax.set_title("Your activation", loc="left")
        ax.set(xlim=(-4, 4), ylim=(-3.3, 3.3), xticks=self._knots, yticks=(-3, -2, -1, 0, 1, 2, 3),
               xlabel="input x")
        ax.grid()
        for artist in (self._flat, self._df, self._f, self._points):
            ax.add_artist(artist)
        style.key_below(ax, [self._f, self._df, self._flat], ["f(x)", "slope f'(x)", "flat"])

    def _layers(self, ax: Axes, depth: int) -> None:
        ax.set_title(f"{depth} layers, He's weights", loc="left")
        ax.set(xlim=(0.3, depth + 0.7), yscale="log", ylim=DECADES, xticks=(1, 5, 10, 15, 20),
               yticks=(1e-12, 1e-6, 1, 1e6), yticklabels=("10⁻¹²", "10⁻⁶", "1", "10⁶"),
               xlabel="layer")
        ax.minorticks_off()
        ax.grid(axis="y")
        for artist in (self._signal, self._gradient):
            ax.add_artist(artist)
        style.key_below(ax, [self._signal, self._gradient], ["signal →", "← gradient"])

    def _losses(self, ax: Axes, steps: int) -> None:
        ax.set_title("Training loss, 5 layers", loc="left")
        ax.set(xlim=(0, steps), ylim=(0, 3.2), yticks=(0, 1, 2, 3), xlabel="step")
        ax.grid(axis="y")
        for artist in (*self._relu, *self._runs):
            ax.add_artist(artist)
        style.key_below(ax, [self._runs[0], self._relu[0]], ["yours", "ReLU"])

    def update(self, d: Drawn) -> None:
        """Show `d`."""
        self._f.set_data(d.x, d.f)
        self._df.set_data(d.x, d.slope)
        self._points.set_data(self._knots, d.values)
        flat = np.abs(np.diff(d.values)) < 0.01
        self._flat.set_segments([[(left, -3.2), (left + 1, -3.2)] for left in self._knots[:-1][flat]])
        layer = np.arange(1, len(d.signal) + 1)
        for line, sizes in ((self._signal, d.signal), (self._gradient, d.gradient)):
            line.set_data(layer, np.clip(sizes, *DECADES))
        for lines, losses in ((self._runs, d.losses), (self._relu, d.relu_losses)):
            for line, run in zip(lines, losses.T, strict=True):
                line.set_data(np.arange(len(run)), np.minimum(run, 3.15))
        self.set_title(headline(d), details(d))
