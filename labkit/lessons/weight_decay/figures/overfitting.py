"""A polynomial that fits too well, and a classifier whose weights grow: both redrawn while a slider is dragged."""

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.headline import as_sentence
from labkit.figures.picture import Picture
from labkit.figures.style import number, percent, reading
from labkit.lessons.weight_decay.experiments.overfitting import Polynomial, Scaled

Array = np.ndarray
TRAIN, TEST, TRUTH = style.BLUE, style.VERMILLION, style.GREY
LOWEST, HIGHEST = 0.02, 30.0
FIRST, LAST = 1e-9, 10.0
"""Ends of the λ axis."""
REACH = 4.0
"""The plane is drawn from −4 to 4."""
GOOD, POOR = 1.15, 1.5
"""An error this near to the best λ's is as good as it gets; a best that is so many times the noise is poor."""
TICKS = {0.03: "0.03", 0.1: "0.1", 0.3: "0.3", 1.0: "1", 3.0: "3", 10.0: "10"}
SURE, UNSURE = 0.9, 0.5


# ------------------------------------------------------------------------------------------------ in words
def polynomial_headline(p: Polynomial) -> str:
    """Whether the polynomial over- or underfits, in one short sentence."""
    best = p.tests.min()
    if p.test <= GOOD * best:
        poor = best > max(POOR * p.noise, 0.1)
        return f"underfits for every λ: degree {p.degree} is too stiff" if poor and p.degree < 3 else \
            f"near the best λ for degree {p.degree}"
    small = p.lam < p.lams[p.tests.argmin()]
    return "overfits: λ is too small" if small else "underfits: λ is too large"


def polynomial_details(p: Polynomial) -> str:
    """The errors, and what the noise alone amounts to."""
    return (f"training error {reading(p.train)}   ·   error on new points {reading(p.test)}   ·   "
            f"noise alone {reading(p.noise)}   ·   largest coefficient {number(p.largest)}")


def polynomial_alt_text(p: Polynomial) -> str:
    """The picture in one line, for readers who do not see it."""
    setting = f"degree {p.degree}, {len(p.x)} points, λ {number(p.lam)}"
    return as_sentence(f"{setting}: {polynomial_headline(p)}", polynomial_details(p))


def scaled_headline(s: Scaled) -> str:
    """What the factor does to the confidence."""
    sure = np.mean(np.maximum(s.p, 1 - s.p) > SURE)
    return f"c = {number(s.c)}: the same boundary, surer than {percent(SURE)} on {percent(sure)} of the plane"


def scaled_details(s: Scaled) -> str:
    """The losses, and where that on new points is smallest."""
    return (f"accuracy on new points {percent(s.accuracy)}, whatever c   ·   loss: training {reading(s.train)}, "
            f"new points {reading(s.validation)} (least at c = {number(s.scales[s.validations.argmin()])})")


# ------------------------------------------------------------------------------------------------ the polynomial
class PolynomialPicture(Picture):
    """`update(Polynomial)`: left the points, the truth and the fit; right both errors for every λ, and where λ is."""

    def __init__(self) -> None:
        super().__init__(style.figure(11.0, 5.4), "A polynomial through noisy points.",
                         inks=(style.INK, style.BLACK, style.GREY, style.LIGHT, style.FAINT, TRAIN, TEST))
        with style.styled():
            self._points = Line2D([], [], color=style.INK, marker="o", ms=6, ls="")
            self._truth = Line2D([], [], color=TRUTH, ls="--", lw=2)
            self._fit = Line2D([], [], color=TRAIN, lw=3)
            self._curves = [Line2D([], [], color=TRAIN, lw=2.5, ls="--"), Line2D([], [], color=TEST, lw=3)]
            self._here = [Line2D([], [], color=TRAIN, marker="o", ms=10, ls=""),
                          Line2D([], [], color=TEST, marker="s", ms=10, ls="")]
            self._lam = Line2D([], [], color=style.INK, lw=1)
            self._floor = Line2D([], [], color=TRUTH, lw=1.5, ls=":")
            self._plane()
            self._errors()
        self.animate(self._truth, self._fit, self._points, self._floor, self._lam, *self._curves,
                     *self._here)

    def _plane(self) -> None:
        ax = self.figure.add_axes((0.05, 0.175, 0.44, 0.60))
        ax.set(xlim=(-1.03, 1.03), ylim=(-2.1, 2.1), xlabel="x", xticks=(-1, 0, 1), yticks=(-2, -1, 0, 1, 2))
        ax.set_title("The fit", loc="left")
        for artist in (self._truth, self._fit, self._points):
            ax.add_artist(artist)
        style.key_below(ax, [self._points, self._fit, self._truth], ["examples", "polynomial", "truth"])

    def _errors(self) -> None:
        ax = self.figure.add_axes((0.58, 0.175, 0.405, 0.60))
        ax.set(xlim=(FIRST, LAST), ylim=(LOWEST, HIGHEST), xscale="log", yscale="log", xlabel="penalty λ")
        ax.set_yticks(list(TICKS), list(TICKS.values()))
        ax.set_xticks([1e-9, 1e-6, 1e-3, 1], ["10⁻⁹", "10⁻⁶", "10⁻³", "1"])
        ax.minorticks_off()
        ax.set_title("Error (root mean square)", loc="left")
        ax.grid(axis="y")
        for artist in (self._floor, self._lam, *self._curves, *self._here):
            ax.add_artist(artist)
        style.key_below(ax, [tuple(pair) for pair in zip(self._curves, self._here, strict=True)] + [self._floor],
                        ["training", "new points", "noise"], side="right")

    def update(self, p: Polynomial) -> None:
        """Show `p`."""
        grid = np.linspace(-1, 1, len(p.fit))
        self._points.set_data(p.x, p.y)
        self._points.set_markersize(6 if len(p.x) < 100 else 4)
        self._truth.set_data(grid, p.truth)
        self._fit.set_data(grid, np.clip(p.fit, -9, 9))
        for curve, dot, path, error in zip(self._curves, self._here, (p.trains, p.tests), (p.train, p.test),
                                           strict=True):
            curve.set_data(p.lams, np.clip(path, LOWEST / 9, 9 * HIGHEST))
            dot.set_data([p.lam], [np.clip(error, LOWEST, HIGHEST)])
        self._lam.set_data([p.lam, p.lam], [LOWEST, HIGHEST])
        self._floor.set_data([FIRST, LAST], np.full(2, max(p.noise, LOWEST / 9)))
        self.set_title(polynomial_headline(p), polynomial_details(p), polynomial_alt_text(p))


# ------------------------------------------------------------------------------------------------ confidence
class ScaledPicture(Picture):
    """`update(Scaled)`: left the two classes and how sure the classifier is where; right its losses for every c."""

    def __init__(self) -> None:
        super().__init__(style.figure(11.0, 5.4), "A classifier whose weights are multiplied by c.",
                         inks=(style.INK, style.GREY, style.LIGHT, style.BLUE, style.ORANGE, TEST))
        with style.styled():
            self._plane()
            self._losses()
        self.animate(self._shade, self._border, *self._points, self._lam, *self._curves, *self._here)

    def _plane(self) -> None:
        ax = self.figure.add_axes((0.03, 0.10, 0.36, 0.69))
        ax.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), xticks=(), yticks=(), aspect="equal", anchor="W")
        self._shade = AxesImage(ax, origin="lower", extent=(-REACH, REACH, -REACH, REACH), interpolation="bilinear")
        ax.add_image(self._shade)
        self._border = Line2D([], [], color=style.INK, lw=2)
        self._points = [Line2D([], [], color=color, marker=marker, ms=8, mec=style.PAPER, ls="")
                        for color, marker in ((style.BLUE, "o"), (style.ORANGE, "s"))]
        for artist in (self._border, *self._points):
            ax.add_artist(artist)

    def _losses(self) -> None:
        ax = self.figure.add_axes((0.50, 0.175, 0.485, 0.60))
        ax.set(xlim=(0.1, 30), ylim=(0.001, 10), xscale="log", yscale="log", xlabel="c")
        ax.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
        ax.set_yticks([0.001, 0.01, 0.1, 1, 10], ["0.001", "0.01", "0.1", "1", "10"])
        ax.minorticks_off()
        ax.grid(axis="y")
        ax.set_title("Loss", loc="left")
        self._curves = [Line2D([], [], color=TRAIN, lw=2.5, ls="--"), Line2D([], [], color=TEST, lw=3)]
        self._here = [Line2D([], [], color=TRAIN, marker="o", ms=10, ls=""),
                      Line2D([], [], color=TEST, marker="s", ms=10, ls="")]
        self._lam = Line2D([], [], color=style.INK, lw=1)
        for artist in (self._lam, *self._curves, *self._here):
            ax.add_artist(artist)
        style.key_below(ax, [tuple(pair) for pair in zip(self._curves, self._here, strict=True)],
                        ["the training points", "2000 new points"], side="right")

    def update(self, s: Scaled) -> None:
        """Show `s`."""
        inks = np.array([to_rgb(style.BLUE), to_rgb(style.ORANGE)], np.float32)[(s.p > UNSURE).astype(int)]
        depth = 0.5 * np.round(10 * np.abs(2 * s.p - 1)) / 10
        self._shade.set_data(np.uint8(255 * (1 - depth[..., None] * (1 - inks)) + 0.5))
        across = 9 * s.w / np.linalg.norm(s.w)
        self._border.set_data([-across[1], across[1]], [across[0], -across[0]])
        for line, which in zip(self._points, (0, 1), strict=True):
            line.set_data(*s.x[s.y == which].T)
        for curve, dot, path, loss in zip(self._curves, self._here, (s.trains, s.validations),
                                          (s.train, s.validation), strict=True):
            curve.set_data(s.scales, np.clip(path, 1e-4, 100))
            dot.set_data([s.c], [np.clip(loss, 0.001, 10)])
        self._lam.set_data([s.c, s.c], [0.001, 10])
        self.set_title(scaled_headline(s), scaled_details(s))
