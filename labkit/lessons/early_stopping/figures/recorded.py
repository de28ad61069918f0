"""A real run: twelve wrong labels that the network comes to believe, and where a student's patience ends it."""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D

from labkit.figures import style
from labkit.figures.headline import as_sentence
from labkit.figures.picture import Picture
from labkit.figures.style import percent
from labkit.figures.words import Words
from labkit.lessons.early_stopping.experiments.recorded import OwnEnd, WrongLabels
from labkit.lessons.early_stopping.figures.stopping import END, KEPT, SEEN, YOURS

Array = np.ndarray
BELIEVED, KNOWN, OTHER = style.VERMILLION, style.GREEN, style.GREY
ACROSS, ROWS = 4, 3
"""Pictures in a row, and rows."""
STEPS = 800
"""The run has so many."""


# ------------------------------------------------------------------------------------------------ wrong labels
def learned(w: WrongLabels) -> list[bool]:
    """Which of the twelve wrong labels the network gives back."""
    return [says == told for says, told in zip(w.says, w.told, strict=True)]


def lies_headline(w: WrongLabels) -> str:
    """How many of the twelve the network gives back."""
    return f"Step {w.steps[w.now]}: it gives back {sum(learned(w))} of {len(w.told)} wrong labels"


def lies_details(w: WrongLabels) -> str:
    """The same for all wrong labels, and what it costs."""
    return (f"of all wrong labels {percent(w.believed[w.now])}   ·   validation pictures right "
            f"{percent(w.accuracy[w.now])}   ·   lowest validation loss at step {w.steps[w.best]}")


def lies_alt_text(w: WrongLabels) -> str:
    """The picture in words: every picture with its label and the answer."""
    album = "; ".join(f"{truth} called {told}: {says}"
                      for truth, told, says in zip(w.truth, w.told, w.says, strict=True))
    return as_sentence(f"{lies_headline(w)}: {album}", lies_details(w))


def verdict(told: str, truth: str, says: str) -> tuple[str, str]:
    """What stands under a picture, and its colour."""
    if says == told:
        return f"✗ says {says}", BELIEVED
    return (f"✓ says {says}", KNOWN) if says == truth else (f"says {says}", OTHER)


class WrongLabelsPicture(Picture):
    """`update(WrongLabels)`: left twelve pictures with their wrong labels and the network's answers, in a red frame
    when it gives the wrong label back; right how many of all wrong labels it has learned, and its accuracy.
    """

    def __init__(self) -> None:
        super().__init__(style.figure(11.0, 5.6), "Twelve wrongly labelled pictures.",
                         inks=(style.INK, style.BLACK, style.GREY, style.LIGHT, style.FAINT, BELIEVED, KNOWN,
                               style.BLUE))
        with style.styled():
            self._album()
            self._curves()
        self.animate(*self._images, self._frames, *self._told, *self._says, self._now, *self._dots)
        self._shown = None

    def _album(self) -> None:
        ax = self.figure.add_axes((0.012, 0.02, 0.60, 0.80))
        ax.set(xlim=(0, ACROSS), ylim=(0, ROWS), xticks=(), yticks=())
        ax.spines[:].set_visible(False)
        self._images, self._told, self._says, boxes = [], [], [], []
        for i in range(ACROSS * ROWS):
            left, bottom = i % ACROSS + 0.02, ROWS - 1 - i // ACROSS + 0.33
            box = left, left + 0.56, bottom, bottom + 0.62
            self._images.append(AxesImage(ax, cmap="gray_r", extent=box, interpolation="nearest"))
            ax.add_image(self._images[-1])
            boxes.append([(box[0], box[2]), (box[1], box[2]), (box[1], box[3]), (box[0], box[3]), (box[0], box[2])])
            for line, words in enumerate((self._told, self._says)):
                words.append(Words(left, bottom - 0.14 - 0.125 * line, ax.transData, size=style.SMALL, bold=line == 1,
                                   room=0.93 * ax.bbox.width / np.diff(ax.get_xlim()).item()))
        self._frames = LineCollection(boxes, lw=4)
        for artist in (self._frames, *self._told, *self._says):
            ax.add_artist(artist)

    def _curves(self) -> None:
        ax = self.figure.add_axes((0.68, 0.175, 0.295, 0.60))
        ax.set(xlim=(0, STEPS), ylim=(0, 1), xlabel="step")
        ax.set_yticks([0, 0.5, 1], ["0", "50 %", "100 %"])
        ax.grid(axis="y")
        self._lines = [Line2D([], [], color=BELIEVED, lw=3), Line2D([], [], color=style.BLUE, lw=3, ls="--")]
        self._dots = [Line2D([], [], color=BELIEVED, marker="o", ms=10, ls=""),
                      Line2D([], [], color=style.BLUE, marker="s", ms=10, ls="")]
        self._now = Line2D([], [], color=style.INK, lw=1)
        self._best = Line2D([], [], color=KEPT, lw=2, ls=":")
        for artist in (self._best, *self._lines, self._now, *self._dots):
            ax.add_artist(artist)
        for dot in self._dots:
            dot.set_clip_on(False)
        names = (1.10, "wrong labels given back", BELIEVED), (1.02, "validation pictures right", style.BLUE)
        for y, text, color in names:
            ax.text(0, y, text, transform=ax.transAxes, color=style.text_colour(color), weight="bold", size=style.SMALL)
        style.key_below(ax, [self._best], ["lowest validation loss"], side="right")

    def update(self, w: WrongLabels) -> None:
        """Show `w`."""
        verdicts = [verdict(*names) for names in zip(w.told, w.truth, w.says, strict=True)]
        for image, picture, told, says, name, (answer, _) in zip(
                self._images, w.pictures, self._told, self._says, w.told, verdicts, strict=True):
            image.set_data(picture)
            image.set_clim(0, 1)
            told.set_text(f"label: {name}")
            says.set_text(answer)
        self._frames.set_colors([color for _, color in verdicts])
        for line, dot, y in zip(self._lines, self._dots, (w.believed, w.accuracy), strict=True):
            dot.set_data([w.steps[w.now]], [y[w.now]])
            line.set_data(w.steps, y)
        self._now.set_data([w.steps[w.now]] * 2, [0, 1])
        self._best.set_data([w.steps[w.best]] * 2, [0, 1])
        if self._shown is None:
            self._shown = True
            self.invalidate()
        self.set_title(lies_headline(w), lies_details(w), lies_alt_text(w))


# ------------------------------------------------------------------------------------------------ a student's patience
def end_headline(e: OwnEnd) -> str:
    """What the student's function takes home."""
    as_rule = (e.best, e.stop, e.taken) == (e.rule_best, e.rule_stop, e.rule_stop)
    late = e.taken > e.stop
    last = e.best == len(e.run.steps) - 2 and e.stop < e.best
    what = "the network of the end, no copy" if last else f"step {e.run.steps[1 + e.best]}"
    trained = f"; it trained on to step {e.run.steps[1 + e.taken]}" if late else ""
    return f"Yours takes home {what}: {percent(e.kept)}{', as labkit does' if as_rule else ''}{trained}"


def end_details(e: OwnEnd) -> str:
    """The same for labkit's rule, and for a run without an end."""
    run = e.run
    return (f"patience {e.patience}   ·   yours stops at step {run.steps[1 + e.stop]}, labkit at "
            f"{run.steps[1 + e.rule_stop]}   ·   test accuracy: labkit {percent(e.rule_kept)}, last step "
            f"{percent(run.test[-1])}")


class OwnEndPicture(Picture):
    """`update(OwnEnd)`: the validation loss and the test accuracy of the run, with both stops and what is kept."""

    def __init__(self) -> None:
        super().__init__(style.figure(11.0, 5.2), "A real run, stopped by your function.",
                         inks=(style.INK, style.GREY, style.LIGHT, style.FAINT, SEEN, KEPT, YOURS))
        with style.styled():
            self._parts = [self._panel(x, title) for x, title in ((0.06, "Validation loss"),
                                                                  (0.56, "Test accuracy, %"))]
            first = self._parts[0]
            style.key_below(self.figure.axes[0], [first[4], first[2], first[3], first[1]],
                            ["labkit keeps", "labkit's stop", "you keep", "your stop"])
        self.animate(*(artist for part in self._parts for artist in part))

    def _panel(self, x: float, title: str) -> list[Line2D]:
        ax = self.figure.add_axes((x, 0.19, 0.425, 0.58))
        ax.set(xlim=(0, STEPS + 20), xlabel="step", ylim=(0.4, 1.4) if "loss" in title else (60, 90))
        ax.set_title(title, loc="left")
        ax.grid(axis="y")
        lines = [Line2D([], [], color=SEEN, lw=2), Line2D([], [], color=YOURS, lw=2.5, ls="--"),
                 Line2D([], [], color=END, lw=2, ls=":"),
                 Line2D([], [], color=YOURS, marker="D", ms=13, mfc="none", mew=2.5, ls=""),
                 Line2D([], [], color=KEPT, marker="*", ms=16, ls="", mec=style.PAPER)]
        for line in lines:
            ax.add_artist(line)
        return lines

    def update(self, e: OwnEnd) -> None:
        """Show `e`."""
        steps = e.run.steps[1:]
        for part, y in zip(self._parts, (e.run.loss[1:], 100 * e.run.test[1:]), strict=True):
            curve, stop, rule_stop, kept, rule_kept = part
            low, high = curve.axes.get_ylim()
            y = np.clip(y, low, high)
            curve.set_data(steps, y)
            stop.set_data([steps[e.stop]] * 2, [low, high])
            rule_stop.set_data([steps[e.rule_stop]] * 2, [low, high])
            kept.set_data([steps[e.best]], [y[e.best]])
            rule_kept.set_data([steps[e.rule_best]], [y[e.rule_best]])
        self.set_title(end_headline(e), end_details(e))
