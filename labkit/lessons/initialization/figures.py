"""One glance tells whether signal and gradient survive a deep network: the flagship picture.

Left, the outputs h of every layer as a ridgeline; right, on log scales, the spread of h on its way forward and of ∂L/∂z
on its way back, with the mean-field theory as a line behind the dots; on top, a sentence that says it in words.
"""

import math

import numpy as np

from labkit.figures import style
from labkit.figures.headline import spoken
from labkit.figures.layerwise import MOST_LAYERS, LayerTrack, Ridgeline, layer_colours, view_of
from labkit.figures.picture import Picture, Still, still
from labkit.figures.style import number, percent
from labkit.fits import guard
from labkit.lessons.initialization.experiments import Signal

Array = np.ndarray
FORTH, BACK = style.BLUE, style.VERMILLION
DECADES = (-4.0, 4.0)
"""What the log axes show at least; they stretch when the data go beyond."""


# ------------------------------------------------------------------------------------------------ in words
def headline(signal: Signal) -> str:
    """What happens to signal and gradient, in one short sentence."""
    std, gradient = signal.layers.std, signal.layers.gradient
    for name, values in (("signal", std), ("gradient", gradient)):
        if not np.isfinite(values).all():
            return f"The {name} overflows: its numbers no longer fit into float32"
    forth = _trouble(signal) or f"The signal {_fate(std[-1], std[0], 'dies out', 'explodes')}"
    back = _fate(gradient[0], gradient[-1], "vanishes", "explodes")
    if forth == f"The signal {back}":
        return f"Signal and gradient {back.removesuffix('s')}" if " " not in back else f"Signal and gradient {back}"
    return f"{forth}, {'yet ' if 'saturated' in forth and back in ('grows', 'explodes') else ''}the gradient {back}"


def details(signal: Signal) -> str:
    """The numbers behind the headline."""
    std, gradient, n = signal.layers.std, signal.layers.gradient, len(signal.layers.std)
    return (f"{_setting(signal)}   ·   signal {_change(std[-1], std[0])} from layer 1 to {n}"
            f"   ·   gradient {_change(gradient[0], gradient[-1])} from layer {n} to 1")


def alt_text(signal: Signal) -> str:
    """Headline and numbers in one line, for readers who do not see the picture."""
    std, gradient = signal.layers.std, signal.layers.gradient
    what = headline(signal)
    return (f"{spoken(signal.activation)}, {len(std)} layers of {signal.width} units, {_setting(signal)}: "
            f"{what[0].lower()}{what[1:]}; "
            f"signal {_change(std[-1], std[0])}, gradient {_change(gradient[0], gradient[-1])}.")


def _setting(signal: Signal) -> str:
    return f"init std {number(signal.std, 3)} = {number(signal.std * math.sqrt(signal.width), 3)}/√n"


def _trouble(signal: Signal) -> str:
    """What the size of the signal alone does not tell."""
    layers, last = signal.layers, len(signal.layers.std)
    if view_of(signal.activation).bounded and layers.saturated[-1] > 0.5:
        return f"Layer {last} is saturated ({percent(layers.saturated[-1])})"
    if layers.between[-1] < layers.std[-1] / 20:
        return f"Layer {last} hardly depends on the input"
    return ""


def _fate(end: float, start: float, lost: str, excess: str) -> str:
    if end == 0:
        return "underflows"
    limits = ((0.01, lost), (0.1, "fades"), (0.5, "shrinks"), (2.0, "survives"), (100.0, "grows"), (math.inf, excess))
    return next(word for limit, word in limits if _ratio(end, start) <= limit)


def _change(end: float, start: float) -> str:
    ratio = _ratio(end, start)
    return f"× {number(ratio)}" if math.isfinite(ratio) else "lost"


def _ratio(end: float, start: float) -> float:
    """end / start, or NaN when that says nothing."""
    return float(end / start) if 0 < start < math.inf else math.nan


# ------------------------------------------------------------------------------------------------ the picture
class SignalPicture(Picture):
    """`update(Signal)` redraws ridges, dots, theory and words; a new activation also the axes.

    In the forward panel the dots are the std of h over all units and inputs, the diamonds the part of it that differs
    between inputs: a layer whose units differ, but in the same way for every input, passes nothing on.
    """

    def __init__(self) -> None:
        super().__init__(style.figure(11.0, 5.8), "The outputs of every layer, and the size of signal and gradient.",
                         inks=(style.INK, style.BLACK, style.GREY, style.LIGHT, style.FAINT, FORTH, BACK,
                               *layer_colours(MOST_LAYERS)))
        with style.styled():
            place = self.figure.add_axes
            self._ridges = Ridgeline(place((0.062, 0.165, 0.462, 0.625)), "What each layer passes on", "std of h")
            self._forward = LayerTrack(place((0.675, 0.525, 0.315, 0.265)), "→  Signal forward: std of h", FORTH, "o",
                                       names=False)
            self._backward = LayerTrack(place((0.675, 0.165, 0.315, 0.265)), "←  Gradient backward: std of ∂L/∂z",
                                        BACK, "s")
            self._backward.ax.set_xlabel("layer", labelpad=26)
            entries = [self._forward.theory, (self._forward.dots, self._backward.dots), self._forward.part]
            style.key_below(self._backward.ax, entries, ["theory", "network", "between inputs"], side="right")
        self.animate(*self._ridges.artists, *self._forward.artists, *self._backward.artists)

    def update(self, signal: Signal) -> None:
        """Show `signal`."""
        layers = signal.layers
        decades = _stretched(layers.std, layers.between, layers.gradient, signal.theory_std, signal.theory_gradient)
        self._forward.update(layers.std, signal.theory_std, decades, layers.between)
        self._backward.update(layers.gradient, signal.theory_gradient, decades)
        if self._ridges.update(signal.activation, layers):
            self.invalidate()
        self.set_title(headline(signal), details(signal), alt_text(signal))


def _stretched(*series: Array) -> tuple[float, float]:
    """Limits in decades: DECADES, or as much more as the numbers need."""
    values = np.concatenate(series)
    decades = np.log10(values[np.isfinite(values) & (values > 0)])
    return min(DECADES[0], decades.min(initial=0) - 0.5), max(DECADES[1], decades.max(initial=0) + 0.5)


# ------------------------------------------------------------------------------------------------ the answer
def life_and_death(gains: Array, gradient: Array, loss: Array, guessing: float, *, description: str) -> Still:
    """Against σ√n: left the gradient that reaches the first layer before training, right the loss after it; log axes.

    gains (n,); gradient and loss (n, K), a value per run: the median, and a band from lowest to highest.
    """
    drawn = style.figure(11, 4.8)
    with style.styled():
        left, right = drawn.subplots(1, 2)
        for ax, values, color, title in ((left, gradient, BACK, "before training: gradient of the first layer's W"),
                                         (right, loss, FORTH, "after training: the loss")):
            ax.fill_between(gains, values.min(axis=1), values.max(axis=1), color=color, alpha=0.15, lw=0)
            ax.plot(gains, np.median(values, axis=1), color=color, marker="o")
            ax.axvline(1, color=style.GREY, ls=":", lw=1.5, zorder=0)
            ax.set(xscale="log", yscale="log", title=title, xlabel="σ√n at the start", xticks=(0.1, 0.3, 1, 3, 10),
                   xticklabels=("0.1", "0.3", "1", "3", "10"))
            ax.set_xticks((), minor=True)
            ax.grid(axis="y")
        right.axhline(guessing, color=style.GREY, ls="--", lw=1.5)
        right.annotate("guessing", (gains[0], guessing), xytext=(0, -9), textcoords="offset points", color=style.INK,
                       va="top")
        right.set_yticks((0.3, 1, 3, 10), ("0.3", "1", "3", "10"))
        right.set_yticks((), minor=True)
        drawn.tight_layout(w_pad=3)
    return still(drawn, description)


guard(__name__)
