"""Stills about whitening: clouds of points side by side, and what a kind of preprocessing does to learning."""

from collections.abc import Mapping

import numpy as np

from labkit.figures import style
from labkit.figures.curves import draw_runs
from labkit.figures.picture import Still, still
from labkit.figures.series import all_runs, smoothed
from labkit.fits import Positive

Array = np.ndarray


def point_clouds(panels: Mapping[str, Array], *, description: str, half: Positive) -> Still:
    """Square panels side by side, each with its points (n, 2) from −half to +half, in the colours of the rainbow.

    The colours follow the order of the points, so that each can be found again in the next panel.
    """
    drawn = style.figure(11, 4.2)
    with style.styled():
        for i, (title, points) in enumerate(panels.items(), 1):
            ax = drawn.add_subplot(1, len(panels), i, aspect="equal")
            ax.scatter(*points.T, s=16, c=np.arange(len(points)), cmap=style.DEPTHS, lw=0)
            for line in (ax.axhline, ax.axvline):
                line(0, color=style.LIGHT, lw=1, zorder=0)
            ax.set(title=title, xlim=(-half, half), ylim=(-half, half), xticks=(), yticks=())
        drawn.tight_layout(w_pad=2)
    return still(drawn, description)


def loss_and_accuracy(loss: Mapping[str, Array], accuracy: Mapping[str, Array], *, every: int, description: str,
                      window: int = 10) -> Still:
    """Groups of runs twice: left their training loss (steps, runs), logarithmic, right their accuracy (T, runs).

    The accuracy, on new data, is one evaluation in the middle of `every` so many steps. `window` steps of the loss
    are averaged.
    """
    runs, shares = (all_runs("loss_and_accuracy", groups) for groups in (loss, accuracy))
    drawn = style.figure(11, 5.0)
    with style.styled():
        left, right = drawn.subplots(1, 2)
        seen = [smoothed(y, window) for y in runs.values()]
        low, high = min(map(np.nanmin, seen)), max(map(np.nanmax, seen))
        left.set(yscale="log", ylim=(0.8 * low, 1.25 * high)) if low > 0 else left.set_ylim(0, 1.05 * high)
        draw_runs(left, runs, window=window)
        left.set(title="Training loss", xlabel="step")
        right.set_ylim(_around(shares))
        draw_runs(right, {name: 100 * values for name, values in shares.items()}, every=every, first=every // 2)
        right.set(title="Accuracy on new images, %", xlabel="step")
        drawn.tight_layout(w_pad=2)
    return still(drawn, description)


def _around(accuracy: Mapping[str, Array]) -> tuple[float, float]:
    """From the tens below the final accuracies to the tens above, in per cent."""
    last = 100 * np.concatenate([_last(y) for y in accuracy.values()])
    return 10 * np.floor(last.min() / 10) - 10, 10 * np.ceil(last.max() / 10)


def _last(y: Array) -> Array:
    """The numbers of runs (n, K) in their last step; of runs that broke off, in the last before they did."""
    return y[np.isfinite(y)][-y.shape[1]:]
