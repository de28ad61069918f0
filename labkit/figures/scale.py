"""A number on a scale: where an answer is printed, this is the picture into which a prediction is drawn beside it."""

from collections.abc import Mapping

from labkit.figures import style
from labkit.figures.picture import Still, still
from labkit.figures.series import check_any
from labkit.fits import guard


def on_a_scale(name: str, answer: float, *, xlabel: str, xticks: Mapping[float, str], description: str,
               log: bool = False) -> Still:
    """A dot at (answer, 1) with its name, over an axis that is as long as its ticks; the height 0 is left free.

    Raises ValueError for no ticks, for an answer that lies outside them or is no number, and for a tick at or below 0
    on a log scale.
    """
    check_any("on_a_scale", "xticks", xticks)
    low, high = min(xticks), max(xticks)
    if not low <= answer <= high:
        raise ValueError(f"on_a_scale: {name!r} is {answer}; expected a number on the scale, from {low} to {high}.")
    if log and low <= 0:
        raise ValueError(f"on_a_scale: xticks begin at {low}; expected numbers above 0 on a log scale.")
    drawn = style.figure(11, 2.1)
    with style.styled():
        ax = drawn.add_axes((0.06, 0.4, 0.88, 0.56))
        ax.set(xscale="log" if log else "linear", xlim=(low, high), ylim=(-0.6, 1.6), yticks=(), xlabel=xlabel)
        ax.set_xticks(list(xticks), list(xticks.values()))
        ax.set_xticks((), minor=True)
        ax.spines.left.set_visible(False)
        ax.plot([answer], [1], color=style.BLUE, marker="o", ms=13, ls="", clip_on=False)
        left = ax.transAxes.inverted().transform(ax.transData.transform((answer, 1)))[0] > 0.5
        ax.annotate(name, (answer, 1), xytext=(-12 if left else 12, 0), textcoords="offset points", va="center",
                    ha="right" if left else "left", color=style.text_colour(style.BLUE), weight="bold")
    return still(drawn, description)


guard(__name__)
