"""Pictures of notebook 12: weights that walk onto ridge's, features that move along, runs side by side."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from labkit.figures import style
from labkit.figures.picture import Picture, Still, still
from labkit.figures.series import check_any
from labkit.figures.style import number, reading
from labkit.figures.words import Words
from labkit.lessons.noise_and_sharing.experiments.shifts import Shifted
from labkit.lessons.noise_and_sharing.experiments.slopes import Copies, Sines
from labkit.lessons.noise_and_sharing.experiments.tasks import Tasks
from labkit.lessons.noise_and_sharing.experiments.transfer import Transfer

Array = np.ndarray
INKS = (style.INK, style.BLACK, style.GREY, style.LIGHT, style.FAINT, style.BLUE, style.VERMILLION, style.GREEN)
HERE, THERE, FIXED = style.BLUE, style.VERMILLION, style.GREY


# ------------------------------------------------------------------------------------------------ noisy copies
class CopiesPicture(Picture):
    """`update(Copies)`: on the left a bar per weight for noisy copies, ridge's weights as dashes, those without noise
    as crosses; on the right how far the bars are from ridge, over the number of copies.
    """

    REACH = 2.6

    def __init__(self, weights: int = 8) -> None:
        super().__init__(style.figure(11.0, 5.2), "Least squares on noisy copies, and ridge.", inks=INKS)
        with style.styled():
            left, right = (self.figure.add_axes((x, 0.2, width, 0.56)) for x, width in ((0.06, 0.5), (0.65, 0.33)))
            self._bars = PatchCollection([Rectangle((0, 0), 0, 0)], fc=HERE, alpha=0.75)
            self._ridge = LineCollection([], colors=THERE, linewidths=4)
            self._plain = Line2D([], [], color=FIXED, marker="x", ms=9, mew=2, ls="")
            self._path = Line2D([], [], color=HERE, lw=2)
            self._now = Line2D([], [], color=HERE, marker="o", ms=13, mec=style.INK, mew=2, ls="")
            self._left(left, weights)
            self._right(right)
        self.animate(self._bars, self._ridge, self._plain, self._path, self._now)

    def _left(self, ax: Axes, weights: int) -> None:
        ax.set(xlim=(0.4, weights + 0.6), ylim=(-self.REACH, self.REACH), xticks=range(1, weights + 1))
        ax.set_title("The weights of a linear model", loc="left")
        ax.axhline(0, color=style.GREY, lw=1)
        for artist in (self._bars, self._ridge, self._plain):
            ax.add_artist(artist)
        names = Rectangle((0, 0), 1, 1, fc=HERE, alpha=0.75), Line2D([], [], color=THERE, lw=4), self._plain
        style.key_below(ax, names, ["noisy copies", "ridge, λ = 2σ²", "without noise"])

    def _right(self, ax: Axes) -> None:
        ax.set_title("Distance to ridge, as a share of it", loc="left")
        ax.set(xscale="log", yscale="log", xlim=(0.8, 4000), ylim=(0.001, 3), xlabel="noisy copies of every example",
               xticks=(1, 10, 100, 1000), xticklabels=("1", "10", "100", "1000"))
        ax.set(yticks=(0.001, 0.01, 0.1, 1), yticklabels=("0.001", "0.01", "0.1", "1"))
        ax.minorticks_off()
        ax.grid(axis="y")
        ax.add_artist(self._path)
        ax.add_artist(self._now)

    def update(self, c: Copies) -> None:
        """Show `c`; bars end at the frame."""
        places = np.arange(1, len(c.noisy) + 1)
        heights = np.clip(c.noisy, -self.REACH, self.REACH)
        self._bars.set_paths([Rectangle((x - 0.32, 0), 0.64, h) for x, h in zip(places, heights, strict=True)])
        self._ridge.set_segments([[(x - 0.42, w), (x + 0.42, w)] for x, w in zip(places, c.ridge, strict=True)])
        self._plain.set_data(places, c.plain)
        self._path.set_data(c.counts, c.apart)
        self._now.set_data([c.copies], [c.now])
        near = "are ridge's, nearly" if c.now < 0.05 else "come near ridge's" if c.now < 0.2 else "are still their own"
        self.set_title(f"{c.copies:,} noisy cop{'y' if c.copies == 1 else 'ies'} of every example: the weights {near}",
                       f"σ = {number(c.sigma)}   ·   ridge's λ = 2σ² = {number(2 * c.sigma**2)}   ·   apart by "
                       f"{100 * c.now:.1f} %   ·   |w| without noise {np.linalg.norm(c.plain):.2f}, ridge "
                       f"{np.linalg.norm(c.ridge):.2f}")


# ------------------------------------------------------------------------------------------------ noisy sines
def sine_panels(panels: Mapping[str, Sines], *, description: str) -> Still:
    """A panel per title: the answers of all networks, thin, the first one thick with its points, and the true sine."""
    check_any("sine_panels", "panels", panels)
    drawn = style.figure(11, 4.4)
    x = np.linspace(-1, 1, next(iter(panels.values())).curve.shape[1])
    with style.styled():
        axes = drawn.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for ax, (title, found) in zip(axes, panels.items(), strict=True):
            true = ax.plot(x, np.sin(np.pi * x), color=style.GREY, lw=4, alpha=0.5)
            others = ax.plot(x, found.curve[1:].T, color=style.SKY, lw=1)
            one = ax.plot(x, found.curve[0], color=HERE, lw=2.5)
            points = ax.plot(found.x[0], found.y[0], color=style.INK, marker="o", ms=4, ls="")
            ax.set(title=title, xlabel="x", ylim=(-2, 2))
        drawn.tight_layout(rect=(0, 0.07, 1, 1), w_pad=2)
        style.key_below(axes[0], [*true, *one, *others[:1], *points], ["true", "one network", "others", "its points"])
    return still(drawn, description)


# ------------------------------------------------------------------------------------------------ shifts
class ShiftPicture(Picture):
    """`update(Shifted)`: the curve, below it the channels of the second convolution; a broad grey line is the answer to
    the unmoved curve, moved along. On the right each channel's mean over the positions, now and before.
    """

    def __init__(self, channels: int = 4) -> None:
        super().__init__(style.figure(11.0, 5.6), "A shifted curve and what two convolutions find in it.", inks=INKS)
        with style.styled():
            self._curve = Line2D([], [], color=style.INK, lw=2)
            self._before = [Line2D([], [], color=style.LIGHT, lw=7, solid_capstyle="round") for _ in range(channels)]
            self._lines = [Line2D([], [], color=HERE, lw=2, marker="o", ms=4) for _ in range(channels)]
            self._bars = PatchCollection([Rectangle((0, 0), 0, 0)], fc=HERE, alpha=0.75)
            self._means = LineCollection([], colors=style.INK, linewidths=3)
            self._left(channels)
            self._right(channels)
        self.animate(self._curve, *self._before, *self._lines, self._bars, self._means)

    def _left(self, channels: int) -> None:
        top, below = self.figure.add_axes((0.06, 0.62, 0.58, 0.17)), self.figure.add_axes((0.06, 0.2, 0.58, 0.34))
        top.set(xlim=(-0.5, 39.5), ylim=(-4, 4), yticks=(), xticklabels=())
        top.set_title("The curve", loc="left")
        below.set(xlim=(-0.5, 39.5), ylim=(-0.2, channels + 0.1), yticks=(), xlabel="position")
        below.set_title("What two convolutions find in it, four channels", loc="left")
        top.add_artist(self._curve)
        for line in (*self._before, *self._lines):
            below.add_artist(line)
        style.key_below(below, [self._lines[0], self._before[0]], ["found in the shifted curve",
                                                                   "found before, moved along"])

    def _right(self, channels: int) -> None:
        ax = self.figure.add_axes((0.72, 0.2, 0.26, 0.59))
        ax.set(xlim=(-0.6, channels - 0.4), ylim=(0, 0.5), xticks=range(channels),
               xticklabels=[str(c + 1) for c in range(channels)], xlabel="channel")
        ax.set_title("Mean over positions", loc="left")
        ax.add_artist(self._bars)
        ax.add_artist(self._means)
        style.key_below(ax, [Line2D([], [], color=style.INK, lw=3)], ["before the shift"], side="right")

    def update(self, s: Shifted) -> None:
        """Show `s`."""
        self._curve.set_data(np.arange(len(s.curve)), s.curve)
        places, top = np.arange(len(s.features)) * s.stride, np.abs(s.expected).max() / 0.9
        for c, (before, now) in enumerate(zip(self._before, self._lines, strict=True)):
            level = len(self._lines) - 1 - c
            before.set_data(places, level + s.expected[:, c] / top)
            now.set_data(places, level + np.minimum(s.features[:, c] / top, 1.2))
        self._bars.set_paths([Rectangle((c - 0.3, 0), 0.6, m) for c, m in enumerate(s.means)])
        self._means.set_segments([[(c - 0.4, m), (c + 0.4, m)] for c, m in enumerate(s.means_before)])
        exact = s.apart < 1e-9
        headline = "the features move along with the curve" if exact else "the features do not simply move along"
        self.set_title(headline if s.shift else "nothing is shifted yet: the features lie where they were",
                       f"shift {s.shift}   ·   stride {s.stride}   ·   features off by {100 * s.apart:.0f} % of the "
                       f"largest   ·   means changed by {100 * s.changed:.0f} %")


# ------------------------------------------------------------------------------------------------ runs side by side
class Columns(Picture):
    """A column of dots per way of training, a dot per repetition, thin lines between those that belong together."""

    def __init__(self, names: tuple[str, ...], *, ylabel: str, ylim: tuple[float, float], log: bool = False,
                 description: str) -> None:
        super().__init__(style.figure(11.0, 5.2), description, inks=INKS)
        self._ylim = ylim
        with style.styled():
            self.ax = ax = self.figure.add_axes((0.09, 0.1, 0.88, 0.7))
            ax.set(xlim=(-0.5, len(names) - 0.4), ylim=ylim, yscale="log" if log else "linear", ylabel=ylabel)
            ax.set_xticks(range(len(names)), names)
            if log:
                ax.set_yticks((0.01, 0.1, 1.0), ("0.01", "0.1", "1"))
            ax.grid(axis="y")
            self._threads = LineCollection([], colors=style.LIGHT, linewidths=1)
            self._dots = [Line2D([], [], color=color, marker=marker, ls="")
                          for color, marker, _ in zip(style.PALETTE, style.MARKERS, names, strict=False)]
            self._medians = LineCollection([], colors=style.PALETTE[:len(names)], linewidths=5)
            self._numbers = [Words(0, 0, ax.transData, size=style.TEXT, level="middle", backed=True) for _ in names]
            for artist in (self._threads, *self._dots, self._medians):
                ax.add_artist(artist)
        self.animate(self._threads, *self._dots, self._medians, *self._numbers)

    def show(self, values: Mapping[str, Array], headline: str, details: str) -> None:
        """Draw a column of values (K,) per name, in the order of the names."""
        middles, rows = [], []
        for i, (dots, words, found) in enumerate(zip(self._dots, self._numbers, values.values(), strict=True)):
            y = np.clip(found, *self._ylim)
            dots.set_data(np.full(len(y), i), y)
            rows.append(y)
            middles.append(float(np.median(found)))
            words.x, words.y = i + 0.23, float(np.median(y))
            words.set_text(reading(middles[-1], 2 if middles[-1] < 10 else 3))
        lines = np.stack([np.tile(np.arange(len(rows)), (len(rows[0]), 1)), np.stack(rows, axis=1)], axis=-1)
        self._threads.set_segments(lines)
        self._medians.set_segments([[(i - 0.2, y), (i + 0.2, y)] for i, y in
                                    enumerate(np.clip(middles, *self._ylim))])
        self.set_title(headline, details)


class TasksPicture(Columns):
    """`update(Tasks)`: the error of task 1 alone and together with the others, a dot per repetition."""

    def __init__(self) -> None:
        super().__init__(("task 1 alone", "with the others"), ylabel="error of task 1 (answering 0: 1)",
                         ylim=(0.005, 5.0), log=True, description="A task alone, and together with others.")

    def update(self, t: Tasks) -> None:
        """Show `t`."""
        alone, together = np.median(t.alone), np.median(t.together)
        word = "help" if together < 0.8 * alone else "hurt" if together > 1.25 * alone else "make no difference"
        headline = f"{t.tasks - 1} other task{'s' * (t.tasks != 2)} {word}"
        if not t.weight:
            headline = "weight 0: the others are switched off, only the start differs"
        if t.tasks == 1:
            headline = "one task alone: weight and relatedness need a second one"
        details = [f"{t.tasks} task{'s' * (t.tasks > 1)} of {t.n} examples", f"relatedness {t.related:.2f}",
                   f"weight {number(t.weight)}", f"body of {t.width} unit{'s' * (t.width > 1)}",
                   f"median error {reading(alone)} → {reading(together)}"]
        self.show({"alone": t.alone, "together": t.together}, headline, "   ·   ".join(details))


class TransferPicture(Columns):
    """`update(Transfer)`: test accuracy on the new classes from scratch, with a frozen and with a fine-tuned body."""

    def __init__(self) -> None:
        super().__init__(("from scratch", "frozen body", "fine-tuned"), ylabel="new classes: test curves right, %",
                         ylim=(15, 100), description="Five new classes, learned in three ways.")

    def update(self, t: Transfer) -> None:
        """Show `t`."""
        ways = {"from scratch": t.scratch, "the frozen body": t.frozen, "fine-tuning": t.tuned}
        means = {name: float(values.mean()) for name, values in ways.items()}
        best = max(means, key=means.get)
        second = max(means.keys() - {best}, key=means.get)
        lead = ways[best] - ways[second]
        clear = lead.mean() >= max(1, lead.std())
        headline = f"{best} is ahead" if clear else f"{best} and {second}: no clear difference"
        self.show(ways, headline, f"{t.n} labels of the new classes   ·   learned before: {t.source}   ·   means "
                                  + ", ".join(f"{value:.0f} %" for value in means.values()))
