"""Coefficients of ridge and lasso on their way to zero while λ grows, and what it does to new examples."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.picture import Picture
from labkit.figures.style import number
from labkit.lessons.weight_decay.experiments.shrinkage import Paths
from labkit.lessons.weight_decay.figures.overfitting import TEST, TRAIN
from labkit.lessons.weight_decay.figures.shrinkage import WAY, fixed

Array = np.ndarray


def paths_headline(p: Paths, i: int) -> str:
    """How many features each of them uses."""
    left = int(np.count_nonzero(p.lasso[i]))
    return f"λ = {number(p.lams[i])}: ridge uses all {p.ridge.shape[1]} features, lasso {left}"


def paths_details(p: Paths, i: int) -> str:
    """R² on the others."""
    return (f"R² on new examples: ridge {fixed(p.ridge_r2[i, 1])}, lasso {fixed(p.lasso_r2[i, 1])}, "
            f"least squares {fixed(p.least_squares_r2[1])}")


class PathPicture(Picture):
    """`update(index of λ)`: the coefficients of ridge and lasso over λ above their R², with a line where λ is."""

    LARGEST, LOWEST = 75.0, -0.6

    def __init__(self, p: Paths) -> None:
        super().__init__(style.figure(11.0, 5.8), "Coefficients of ridge and lasso against λ.",
                         inks=(style.INK, style.GREY, style.LIGHT, style.FAINT, WAY, TRAIN, TEST))
        self.paths = p
        with style.styled():
            self._lines = []
            for x, name, w, r2 in ((0.075, "Ridge", p.ridge, p.ridge_r2), (0.56, "Lasso", p.lasso, p.lasso_r2)):
                self._coefficients(self.figure.add_axes((x, 0.455, 0.42, 0.335)), f"{name}: coefficients", w)
                ends = self._r2(self.figure.add_axes((x, 0.165, 0.42, 0.215)), r2)
            style.key_below(self.figure.axes[1], ends, ["R², training", "R², new examples"])
        self.animate(*self._lines)

    def _axis(self, ax: Axes) -> None:
        ax.set(xscale="log", xlim=(self.paths.lams[0], self.paths.lams[-1]))
        ax.set_xticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
        ax.minorticks_off()
        self._lines.append(Line2D([], [], color=style.INK, lw=2, transform=ax.get_xaxis_transform()))
        ax.add_artist(self._lines[-1])

    def _coefficients(self, ax: Axes, title: str, w: Array) -> None:
        self._axis(ax)
        ax.set_title(title, loc="left")
        ax.set(ylim=(-self.LARGEST, self.LARGEST), yticks=(-50, 0, 50), xticklabels=())
        ax.add_collection(LineCollection([np.column_stack([self.paths.lams, one]) for one in w.T], colors=WAY, lw=1.2,
                                         alpha=0.7))

    def _r2(self, ax: Axes, r2: Array) -> list[Line2D]:
        self._axis(ax)
        ax.set(ylim=(self.LOWEST, 1), yticks=(-0.5, 0, 0.5, 1), xlabel="penalty λ")
        ax.grid(axis="y")
        return [*ax.plot(self.paths.lams, r2[:, 0], color=TRAIN, ls="--"), *ax.plot(self.paths.lams, r2[:, 1],
                                                                                  color=TEST, lw=3)]

    def update(self, i: int) -> None:
        """Show λ number `i`."""
        for line in self._lines:
            line.set_data([self.paths.lams[i]] * 2, [0, 1])
        self.set_title(paths_headline(self.paths, i), paths_details(self.paths, i))
