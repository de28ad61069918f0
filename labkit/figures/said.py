"""What the reader said before, drawn into the picture that tells: the distance between the two is the lesson."""

from matplotlib.artist import Artist
from matplotlib.axes import Axes

from labkit.figures import style
from labkit.figures.picture import Still, still

WORDS = "you said"
LOOKS = {"color": style.INK, "ls": (0, (6, 3)), "lw": 1.8, "zorder": 5}


def you_said(picture: Still, x: float | None, y: float | None, *, panel: int = 0) -> Still:
    """The picture with a mark in one of its panels: at (x, y), or a line across when only one of the two is given.

    `picture` stays as it is. Axes that do not reach the mark are stretched in the copy. Raises ValueError for a picture
    whose figure is gone, and when neither x nor y is given.
    """
    if picture.figure is None:
        raise ValueError("you_said: the picture has no figure to draw into; expected one of the stills of labkit.")
    if x is None and y is None:
        raise ValueError("you_said: neither x nor y is given; expected a place or a level.")
    ax = picture.figure.axes[panel]
    limits = ax.get_xlim(), ax.get_ylim()
    with style.styled():
        artists = _mark(ax, x, y)
        _stretch(ax, x, y)
        marked = still(picture.figure, f"{picture.description} Marked: what you said.")
    for artist in artists:
        artist.remove()
    ax.set(xlim=limits[0], ylim=limits[1])
    return marked


def _mark(ax: Axes, x: float | None, y: float | None) -> list[Artist]:
    box = {"boxstyle": "round,pad=0.2", "fc": style.PAPER, "ec": style.INK, "lw": 1}
    if y is None:
        return [ax.axvline(x, **LOOKS), ax.annotate(WORDS, (x, 0.5), xycoords=ax.get_xaxis_transform(), ha="center",
                                                     va="center", rotation=90, bbox=box, zorder=6)]
    if x is None:
        return [ax.axhline(y, **LOOKS), ax.annotate(WORDS, (0.16, y), xycoords=ax.get_yaxis_transform(), ha="center",
                                                     va="center", bbox=box, zorder=6)]
    along = ax.transAxes.inverted().transform(ax.transData.transform((x, y)))[0]
    side = 1 if along < 0.5 else -1                    # the words stand where there is room
    return [*ax.plot([x], [y], marker="X", ms=15, mfc=style.PAPER, mec=style.INK, mew=1.8, ls="", zorder=6),
            ax.annotate(WORDS, (x, y), xytext=(14 * side, 0), textcoords="offset points",
                        ha="left" if side > 0 else "right", va="center", bbox=box, zorder=6)]


def _stretch(ax: Axes, x: float | None, y: float | None) -> None:
    """Move the limits so far that the mark lies inside."""
    for value, axis, limits in ((x, "x", ax.get_xlim()), (y, "y", ax.get_ylim())):
        if value is not None and not limits[0] < value < limits[1]:
            low, high = min(limits[0], value), max(limits[1], value)
            margin = 0 if getattr(ax, f"get_{axis}scale")() == "log" else 0.06 * (high - low)
            factor = 1.5 if not margin else 1
            ax.set(**{f"{axis}lim": (low / factor - margin * (value <= low), high * factor + margin * (value >= high))})
