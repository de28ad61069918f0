"""Stills: how far two ways have come along every curvature; when runs should have ended."""

from collections.abc import Mapping

import numpy as np

from labkit.figures import style
from labkit.figures.curves import draw_runs
from labkit.figures.picture import Still, still
from labkit.lessons.early_stopping.figures.stopping import END, KEPT, RIDGE, WALK

Array = np.ndarray


def shares_of_the_way(h: Array, stopped: Array, ridge: Array, *, description: str) -> Still:
    """The share of the way to the minimum against the curvature h (n,): gradient descent that is stopped, and ridge."""
    drawn = style.figure(11, 4.6)
    with style.styled():
        ax = drawn.subplots()
        ax.plot(h, 100 * stopped, color=WALK, lw=3, label="stopped after τ steps")
        ax.plot(h, 100 * ridge, color=RIDGE, lw=3, ls="--", label="ridge with λ = 1/(τα)")
        ax.set(xscale="log", xlabel="curvature h", ylabel="share of the way, %", ylim=(0, 103))
        ticks = [tick for tick in (0.001, 0.01, 0.1, 1, 10) if h.min() <= tick <= h.max()]
        ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        ax.minorticks_off()
        ax.grid(axis="y")
        ax.legend(loc="upper left")
        drawn.tight_layout()
    return still(drawn, description)


def accuracy_with_ends(panels: Mapping[str, tuple[Array, Array, Array]], *, every: int, description: str,
                       ylim: tuple[float, float]) -> Still:
    """One panel per title, on one scale: the test accuracy (T, K), in per cent, of K runs that are evaluated every
    `every` steps; a star at the evaluation that each run keeps, (K,), and a cross at the one after which its patience
    ends it, (K,).
    """
    drawn = style.figure(11, 4.9)
    with style.styled():
        axes = drawn.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for ax, (title, (accuracy, kept, stop)) in zip(axes, panels.items(), strict=True):
            draw_runs(ax, {"": accuracy}, every=every)
            marks = []
            for at, color, marker, size in ((stop, END, "X", 11), (kept, KEPT, "*", 17)):
                y = accuracy[at, np.arange(len(at))]
                marks += ax.plot(every * (at + 1), y, color=color, marker=marker, ms=size, mec=style.PAPER, ls="",
                                 zorder=5)
            ax.set(title=title, xlabel="step", ylim=ylim)
        axes[0].set_ylabel("test accuracy, %")
        drawn.tight_layout(rect=(0, 0.07, 1, 1), w_pad=3)
        style.key_below(axes[0], marks[::-1], ["kept: the lowest validation loss", "here the patience ends the run"])
    return still(drawn, description)
