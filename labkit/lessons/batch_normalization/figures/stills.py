"""Networks with and without batch norm: over training, against a knob; the noise of batches; what γ and β learn."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from labkit.figures import style
from labkit.figures.curves import draw_runs
from labkit.figures.lines import draw_lines
from labkit.figures.picture import Still, still
from labkit.figures.series import all_runs, smoothed
from labkit.figures.style import number
from labkit.fits import Positive

Array = np.ndarray
DOTS, EXACT = style.BLUE, style.VERMILLION


# ------------------------------------------------------------------------------------------------ over training
def ioffe_szegedy_figure_1(accuracy: Mapping[str, Array], tracks: Mapping[str, Array], *, every: int, description: str,
               window: int = 3) -> Still:
    """The picture of Ioffe & Szegedy 2015: left accuracy (T, runs) recorded every `every` steps, one group a name;
    then a panel a name with the percentiles (steps, 3) of the input of one unit, means of `window` steps.
    """
    drawn = style.figure(11, 4.7)
    with style.styled():
        runs = drawn.add_axes((0.06, 0.14, 0.315, 0.77))
        draw_runs(runs, {name: 100 * np.asarray(values) for name, values in accuracy.items()}, every=every)
        runs.set(xlabel="step", ylim=(0, 100))
        runs.set_title("Test accuracy, %", loc="left")
        width = 0.41 / len(tracks)
        axes = [drawn.add_axes((0.55 + i * (width + 0.025), 0.14, width, 0.77)) for i in range(len(tracks))]
        low, high = (limit(t.min() if limit is min else t.max() for t in tracks.values()) for limit in (min, max))
        for ax, (title, percentiles) in zip(axes, tracks.items(), strict=True):
            _track(ax, percentiles, window)
            ax.set(xlabel="step", ylim=(low, high), xlim=(0, len(percentiles)))
            ax.set_xticks((0, len(percentiles) // 2))
            ax.set_title(title, loc="left")
            ax.tick_params(labelleft=ax is axes[0])
        axes[0].set_ylabel("input of one unit")
    return still(drawn, description)


def _track(ax: Axes, percentiles: Array, window: int) -> None:
    """The middle of a distribution as a line, its 15th to 85th percentile as a band, over the steps."""
    low, middle, high = smoothed(percentiles, window).T
    steps = (np.arange(len(middle)) + 0.5) * window
    ax.fill_between(steps, low, high, color=style.SKY, alpha=0.4, lw=0)
    for edge in (low, high):
        ax.plot(steps, edge, color=DOTS, lw=1.2)
    ax.plot(steps, middle, color=style.INK, lw=1.8)
    ax.grid(axis="y")


# ------------------------------------------------------------------------------------------------ against a knob
def sweeps(panels: Sequence[tuple[str, Sequence[float], Mapping[str, Array]]], *, ylabel: str,
           description: str, top: Positive = 100) -> Still:
    """One panel per (name of the knob, its values, lines (values, runs) of shares), side by side on one scale: in per
    cent up to `top`, the median and a band from lowest to highest, over a logarithmic knob with a tick for each value.
    """
    drawn = style.figure(11, 4.9)
    with style.styled():
        axes = drawn.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for ax, (xlabel, values, lines) in zip(axes, panels, strict=True):
            ax.set_xscale("log")
            shares = {name: 100 * np.asarray(line) for name, line in lines.items()}
            handles = draw_lines(ax, np.array(values, float), shares)
            ax.set(xlabel=xlabel, ylim=(0, top))
            ax.set_xticks(values, [f"{value:g}" for value in values])
            ax.set_xticks((), minor=True)
        axes[0].set_ylabel(ylabel)
        drawn.tight_layout(rect=(0, 0.07, 1, 1), w_pad=3)
        style.key_below(axes[0], handles, list(panels[0][2]))
    return still(drawn, description)


# ------------------------------------------------------------------------------------------------ the noise of batches
def noise_strips(sizes: Sequence[int], answers: Array, value: float, law: Array, *, description: str) -> Still:
    """Left x̂ (sizes, draws) of one example with x = `value` in many batches of each size, a dot a batch; right the std
    of each row against the size, with a `law` (sizes,) as a line; log axes.
    """
    drawn, rng = style.figure(11, 4.8), np.random.default_rng(0)
    with style.styled():
        dots, std = drawn.subplots(1, 2, width_ratios=[1.7, 1])
        for i, row in enumerate(answers):
            dots.plot(i + rng.uniform(-0.32, 0.32, len(row)), row, color=DOTS, marker="o", ms=4, ls="", alpha=0.35)
        dots.axhline(value, color=EXACT, lw=2, ls="--")
        dots.set_xticks(range(len(sizes)), [str(size) for size in sizes])
        dots.set(title=f"x̂ of one example, x = {number(value)}, among others", xlabel="batch size")
        dots.grid(axis="y")
        std.plot(sizes, law, color=style.LIGHT, lw=5, label="√((1 + x²/2)/m)")
        std.plot(sizes, answers.std(axis=1), color=DOTS, marker="o", ls="", label="measured")
        std.set(xscale="log", yscale="log", title="std of x̂", xlabel="batch size m")
        std.set_xticks(sizes, [str(size) for size in sizes], size=style.SMALL)
        std.set_yticks([0.1, 0.2, 0.5, 1, 2], ["0.1", "0.2", "0.5", "1", "2"])
        std.minorticks_off()
        std.grid(axis="y")
        std.legend(loc="upper right")
        drawn.tight_layout(w_pad=3)
    return still(drawn, description)


# ------------------------------------------------------------------------------------------------ what is learned
def scatter_vs_identity(panels: Mapping[str, tuple[Array, Array]], *, xlabels: Sequence[str], ylabels: Sequence[str],
            line: str, description: str) -> Still:
    """One panel per title: dots y over x, and the dashed line y = x with its name."""
    drawn = style.figure(11, 4.8)
    with style.styled():
        axes = drawn.subplots(1, len(panels), squeeze=False)[0]
        for ax, (title, (x, y)), xlabel, ylabel in zip(axes, panels.items(), xlabels, ylabels, strict=True):
            low, high = min(x.min(), y.min()), max(x.max(), y.max())
            ax.plot([low, high], [low, high], color=style.GREY, lw=2, ls="--", label=line)
            ax.plot(x, y, color=DOTS, marker="o", ms=5, ls="", alpha=0.5)
            ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
            ax.legend(loc="upper left")
        drawn.tight_layout(w_pad=3)
    return still(drawn, description)


# ------------------------------------------------------------------------------------------------ what it buys
def gains(rows: Mapping[str, Array], *, xlabel: str, description: str) -> Still:
    """A row per name, in this order: a dot per run (K,), right of 0 for a gain, left of it for a loss; a bar from
    0 to the median, blue for a gain, red and hatched for a loss.
    """
    all_runs("gains", rows)
    drawn = style.figure(11, 0.9 + 0.33 * len(rows))
    with style.styled():
        ax = drawn.subplots()
        for i, values in enumerate(rows.values()):
            median = float(np.median(values))
            ax.barh(i, median, height=0.62, color=DOTS if median > 0 else EXACT, alpha=0.35,
                    hatch="" if median > 0 else "//")
            ax.plot(values, np.full(len(values), i), color=DOTS if median > 0 else EXACT, marker="o", ms=5, ls="")
        ax.axvline(0, color=style.INK, lw=1.5)
        ax.set(ylim=(len(rows) - 0.4, -0.6), xlabel=xlabel)
        ax.set_yticks(range(len(rows)), list(rows))
        ax.tick_params(axis="y", length=0)
        ax.grid(axis="x")
        drawn.tight_layout()
    return still(drawn, description)
