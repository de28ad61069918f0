"""A student's patience at work: where it stops a run and what it keeps, beside labkit's."""

from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.style import number
from labkit.lessons.early_stopping.experiments.stopping import OwnPatience
from labkit.lessons.early_stopping.figures.stopping import YOURS, PatiencePicture


def headline(p: OwnPatience) -> str:
    """Where the student's function stops and what it keeps."""
    last = p.best == len(p.labkits.truth) - 1 > p.stop
    kept = "the network of the end: no copy" if last else f"evaluation {p.best}"
    if (p.best, p.stop) == (p.labkits.best, p.labkits.stop):
        return f"yours stops after {p.stop}, keeps {kept}, as labkit's does"
    return f"yours stops after {p.stop}, keeps {kept}"


def details(p: OwnPatience) -> str:
    """The setting, labkit's choice, and how far both are above the minimum on average."""
    return (f"patience {p.labkits.patience}   ·   noise {number(p.labkits.noise)}   ·   labkit's stops after "
            f"{p.labkits.stop}, keeps {p.labkits.best}   ·   patience {p.patiences[-1]}: {number(p.excess[-1])} above "
            f"the minimum on average")


class OwnPatiencePicture(PatiencePicture):
    """`update(OwnPatience)`: labkit's stop as before, and on top of it, in blue, the student's."""

    def __init__(self, evaluations: int, most: int) -> None:
        super().__init__(evaluations, most)
        with style.styled():
            ax = self._truth.axes
            self._stop = Line2D([], [], color=YOURS, lw=2.5, ls="--")
            self._kept = Line2D([], [], color=YOURS, marker="D", ms=13, mfc="none", mew=2.5, ls="")
            self._own = [Line2D([], [], color=YOURS, marker="s", ms=8, mfc="none", mew=2, ls="") for _ in range(2)]
            for artist in (self._stop, self._kept):
                ax.add_artist(artist)
            for line, curve in zip(self._own, self._curves, strict=True):
                curve.axes.add_artist(line)
            style.key_below(ax, [self._ends[2], self._ends[1], self._kept, self._stop],
                            ["labkit keeps", "labkit's stop", "you keep", "your stop"])
        self.animate(self._stop, self._kept, *self._own)

    def update(self, p: OwnPatience) -> None:
        """Show `p`."""
        super().update(p.labkits)
        self._stop.set_data([p.stop, p.stop], [0, 3])
        self._kept.set_data([p.best], [p.labkits.truth[p.best]])
        for line, y in zip(self._own, (p.excess, p.evaluations), strict=True):
            line.set_data(p.patiences, [min(value, line.axes.get_ylim()[1]) for value in y])
        self.set_title(headline(p), details(p))
