"""Pictures as sums of eigen-images: how few are enough, and what the poorest ones become when all are made equal."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.picture import Picture
from labkit.lessons.preprocessing.experiments import Reconstruction, Sweep, SweptImages, WhitenedImages

Array = np.ndarray
GAP = 0.08
"""Of a tile's width, between two tiles."""
LOOK = {"inks": (style.BLACK, style.BLUE, style.VERMILLION), "greys": True}


# ------------------------------------------------------------------------------------------------ in words
def reconstruction_headline(r: Reconstruction) -> str:
    """How much is kept, in one line."""
    kept = 100 * r.explained[r.k - 1]
    share = "all" if kept > 99.95 else f"{kept:.1f} %" if kept > 99 else f"{kept:.0f} %"
    return f"{r.k} of {len(r.explained)} numbers {'keeps' if r.k == 1 else 'keep'} {share} of the variance"


def whitened_headline(w: WhitenedImages) -> str:
    """How much of the pictures is noise, in one line."""
    after, before = (style.reading(100 * share) for share in w.share)
    return f"ε = {style.number(w.eps)}: noise is {after} % of the whitened pictures, it was {before} %"


def swept_headline(s: SweptImages) -> str:
    """What a classifier learns at this ε, beside what centring alone gives."""
    centred = style.percent(float(s.sweep.centred_accuracy.mean()))
    return f"ε = {style.number(s.eps)}: {style.percent(s.accuracy)} of new pictures right; centred only: {centred}"


def swept_details(s: SweptImages) -> str:
    """The losses behind the headline."""
    centred = float(s.sweep.centred_loss.mean())
    return f"training loss {s.loss:.2f}, centred only {centred:.2f}   ·   mean of {s.sweep.loss.shape[1]} runs"


# ------------------------------------------------------------------------------------------------ parts
class Row:
    """A named row of equally large grey pictures, one image in all: many would be drawn many times as slowly."""

    def __init__(self, ax: Axes, name: str, count: int, size: tuple[int, int]) -> None:
        ax.axis("off")
        ax.set_title(name, loc="left", size=style.TEXT)
        height, width = size
        self._step, self._width = width + max(1, round(GAP * width)), width
        self._pixels = np.full((height, count * self._step - (self._step - width), 3), 255, np.uint8)
        self.image = ax.imshow(self._pixels, interpolation="nearest")
        ax.set_anchor("W")

    def update(self, pictures: Array, low: float, high: float) -> None:
        """Show the pictures (m, h, w), black at `low` and white at `high`."""
        grey = np.uint8(np.clip(255 * (pictures - low) / (high - low), 0, 255) + 0.5)
        for i, picture in enumerate(grey):
            self._pixels[:, i * self._step:i * self._step + self._width] = picture[..., None]
        self.image.set_data(self._pixels)


def _rows(figure: Figure, names: Sequence[str], count: int, size: tuple[int, int]) -> list[Row]:
    """Rows of pictures in the left half of a figure, the first on top."""
    return [Row(figure.add_axes((0.015, y, 0.60, 0.185)), name, count, size)
            for y, name in zip((0.61, 0.325, 0.04), names, strict=True)]


def _own_scale(pictures: Array) -> Array:
    """Every picture divided by its largest entry; one that is the same everywhere shows nothing, and becomes 0."""
    largest = np.abs(pictures).max(axis=(1, 2), keepdims=True)
    level = np.ptp(pictures, axis=(1, 2), keepdims=True) <= 1e-3 * largest
    return np.where(level, 0, pictures / np.where(level, 1, largest))


def _limit(pictures: Array) -> float:
    """Three times the rms: few entries of a row of pictures are beyond."""
    return 3 * float(np.sqrt(np.mean(pictures**2))) or 1.0


# ------------------------------------------------------------------------------------------------ the live pictures
class ReconstructionPicture(Picture):
    """`update(Reconstruction)`: originals, what k components make of them, eigen-images, and the variance kept."""

    def __init__(self, first: Reconstruction) -> None:
        super().__init__(style.figure(11.0, 5.6), "Pictures rebuilt from their first principal components.", **LOOK)
        m, size = len(first.originals), first.originals.shape[1:]
        with style.styled():
            names = "originals", "rebuilt from k components", f"components 1 to {m - 1}, and the last one kept"
            self._rows = _rows(self.figure, names, m, size)
            ax = self.figure.add_axes((0.70, 0.14, 0.28, 0.63))
            ax.set_title("variance kept by k components", loc="left", size=style.TEXT)
            d = len(first.explained)
            ax.plot(np.arange(1, d + 1), 100 * first.explained, color=style.BLUE)
            ax.set(xscale="log", xlim=(0.9, 1.1 * d), ylim=(0, 104), xlabel="k", yticks=(0, 25, 50, 75, 100))
            ticks = [k for k in (1, 3, 10, 30, 100, 300) if k < d]
            ax.set_xticks(ticks, [str(k) for k in ticks])
            ax.set_xticks((), minor=True)
            ax.set_yticks((0, 25, 50, 75, 100), ["0", "25", "50", "75", "100 %"])
            ax.grid(axis="y")
            self._here = Line2D([], [], color=style.VERMILLION, marker="o", ms=12)
            self._drop = Line2D([], [], color=style.VERMILLION, lw=1.5, ls=":")
            for artist in (self._drop, self._here):
                ax.add_artist(artist)
        self._rows[0].update(first.originals, *first.ends)
        self.animate(self._rows[1].image, self._rows[2].image, self._drop, self._here)

    def update(self, r: Reconstruction) -> None:
        """Show `r`, whose originals are those the picture was made with."""
        self._rows[1].update(r.rebuilt, *r.ends)
        self._rows[2].update(_own_scale(r.components), -1.0, 1.0)
        kept = 100 * r.explained[r.k - 1]
        self._here.set_data([r.k], [kept])
        self._drop.set_data([r.k, r.k], [0, kept])
        self.set_title(reconstruction_headline(r))


class WhitenedImagesPicture(Picture):
    """`update(WhitenedImages)`: noisy pictures, both whitenings of them, and signal and noise in every direction."""

    def __init__(self, first: WhitenedImages) -> None:
        super().__init__(style.figure(11.0, 5.6), "Pictures before and after whitening.", **LOOK)
        m, size, d = len(first.pictures), first.pictures.shape[1:], len(first.variances)
        with style.styled():
            names = "pictures, with noise", "whitened by PCA", "whitened by ZCA"
            self._rows = _rows(self.figure, names, m, size)
            ax = self.figure.add_axes((0.70, 0.14, 0.28, 0.63))
            ax.set_title("variance along each component", loc="left", size=style.TEXT)
            index = np.arange(1, d + 1)
            self._before, = ax.plot(index, first.variances, color=style.GREY, ls=":")
            self._signal = Line2D(index, first.signal, color=style.BLUE)
            self._noise = Line2D(index, np.ones(d), color=style.VERMILLION, ls="--")
            for line in (self._signal, self._noise):
                ax.add_artist(line)
            ax.set(yscale="log", ylim=(1e-5, 1e5), xlim=(0, d), xlabel="component", yticks=(1e-4, 1e-2, 1, 100))
            ax.set_yticklabels([style.power(e) if e else "1" for e in (-4, -2, 0, 2)])
            ax.set_yticks((), minor=True)
            ax.grid(axis="y")
            ax.axhline(0.5, color=style.GREY, lw=1, ls=(0, (2, 2)), zorder=0)
            ax.annotate("½", (1, 0.5), xycoords=ax.get_yaxis_transform(), xytext=(-12, 4), textcoords="offset points",
                        color=style.GREY, size=style.SMALL)
            ax.legend([self._before, self._signal, self._noise], ["before", "picture, whitened", "noise, whitened"],
                      loc="upper right", borderaxespad=0)
        self.animate(*(row.image for row in self._rows), self._signal, self._noise)

    def update(self, w: WhitenedImages) -> None:
        """Show `w`, whose `variances` are those the picture was made with."""
        self._rows[0].update(w.pictures, *w.ends)
        for row, pictures in zip(self._rows[1:], (w.pca, w.zca), strict=True):
            row.update(pictures, -_limit(pictures), _limit(pictures))
        self._signal.set_ydata(w.signal)
        self._noise.set_ydata(w.noise)
        self.set_title(whitened_headline(w))


class EpsilonPicture(Picture):
    """`update(SweptImages)`: left the pictures, as they are and whitened; right what a classifier learns from such
    pictures against ε, accuracy on new ones above and training loss below, with centred pictures as a dashed line.
    """

    def __init__(self, first: SweptImages) -> None:
        super().__init__(style.figure(11.0, 5.4), "Pictures whitened with ε, and what a classifier learns from them.",
                         **LOOK)
        m, size, sweep = len(first.pictures), first.pictures.shape[1:], first.sweep
        with style.styled():
            self._rows = [Row(self.figure.add_axes((0.015, y, 0.52, 0.22)), name, m, size)
                          for y, name in ((0.50, "pictures"), (0.14, "whitened with this ε (ZCA)"))]
            above, below = (self.figure.add_axes((0.655, y, 0.325, 0.27)) for y in (0.53, 0.145))
            self._here = [self._curve(above, sweep, 100 * sweep.accuracy, 100 * sweep.centred_accuracy),
                          self._curve(below, sweep, sweep.loss, sweep.centred_loss)]
            above.set_title("right on new pictures, %", loc="left", size=style.TEXT)
            above.tick_params(labelbottom=False)
            below.set_title("training loss", loc="left", size=style.TEXT)
            below.set_xlabel("ε")
        self._rows[0].update(first.pictures, *first.ends)
        self.animate(self._rows[1].image, *self._here)

    def _curve(self, ax: Axes, sweep: Sweep, runs: Array, centred: Array) -> Line2D:
        """One quantity against ε, the band from the lowest to the highest run, and a mark that will be moved."""
        ax.fill_between(sweep.epsilons, runs.min(axis=1), runs.max(axis=1), color=style.BLUE, alpha=0.15, lw=0)
        ax.plot(sweep.epsilons, runs.mean(axis=1), color=style.BLUE, marker="o", ms=5)
        ax.axhline(centred.mean(), color=style.GREY, ls="--", lw=2)
        ax.annotate("centred only", (0.02, centred.mean()), xycoords=ax.get_yaxis_transform(), xytext=(0, 4),
                    textcoords="offset points", color=style.GREY, size=style.SMALL)
        ax.set_xscale("log")
        ax.set_xticks((), minor=True)
        ax.set_ymargin(0.12)
        ax.grid(axis="y")
        here = Line2D([], [], color=style.VERMILLION, marker="D", ms=11, ls="")
        ax.add_artist(here)
        return here

    def update(self, s: SweptImages) -> None:
        """Show `s`, whose pictures and sweep are those the picture was made with."""
        self._rows[1].update(s.zca, -_limit(s.zca), _limit(s.zca))
        for here, y in zip(self._here, (100 * s.accuracy, s.loss), strict=True):
            here.set_data([s.eps], [y])
        self.set_title(swept_headline(s), swept_details(s))
