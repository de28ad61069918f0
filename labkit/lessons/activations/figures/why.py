"""Why networks stopped using the sigmoid, in one picture: what arrives of a gradient, and what deep networks learn."""

from collections.abc import Mapping, Sequence

import numpy as np

from labkit.figures import style
from labkit.figures.lines import draw_lines
from labkit.figures.picture import Still, still
from labkit.figures.series import check_any

Array = np.ndarray
GUESSING = 0.1


def why_not_the_sigmoid(gradients: Mapping[str, Array], depths: Sequence[int], right: Mapping[str, Array]) -> Still:
    """Left: the size of the gradient in a layer over that in the last, (layers,) or (layers, runs), the last layer
    first, for every activation. Right: the best share of right answers of networks with `depths` hidden layers.
    """
    check_any("why_not_the_sigmoid", "gradients", gradients)
    drawn = style.figure(11, 4.9)
    with style.styled():
        left, other = drawn.subplots(1, 2)
        layers = len(next(iter(gradients.values())))
        handles = draw_lines(left, np.arange(layers), gradients)
        left.set(title="Gradient before training", xlabel="layers below the last", yscale="log",
                 ylabel="size, the last layer's = 1", xticks=range(0, layers, 3))
        draw_lines(other, np.asarray(depths), right)
        other.set(title="Right on new images, each at its best rate", xlabel="hidden layers", ylim=(0, 0.9),
                  xticks=depths, yticks=(0, 0.2, 0.4, 0.6, 0.8))
        other.set_yticklabels([style.percent(tick) for tick in (0, 0.2, 0.4, 0.6, 0.8)])
        other.axhline(GUESSING, color=style.GREY, ls=":", lw=1.5, zorder=0)
        other.annotate("guessing", (depths[0], GUESSING), xytext=(0, -4), textcoords="offset points", va="top",
                       color=style.GREY, size=style.SMALL)
        drawn.tight_layout(rect=(0, 0.07, 1, 1), w_pad=3)
        style.key_below(left, handles, list(gradients))
    return still(drawn, _sentence(gradients, depths, right))


def _sentence(gradients: Mapping[str, Array], depths: Sequence[int], right: Mapping[str, Array]) -> str:
    ends = {name: style.number(float(np.median(g[-1])), 1) for name, g in gradients.items()}
    deepest = {name: style.percent(float(np.median(r[-1]))) for name, r in right.items()}
    return (f"Gradient {len(next(iter(gradients.values()))) - 1} layers below the last: "
            + ", ".join(f"{name} × {end}" for name, end in ends.items())
            + f". Right answers with {depths[-1]} hidden layers: "
            + ", ".join(f"{name} {share}" for name, share in deepest.items()) + ".")
