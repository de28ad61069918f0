"""Pictures of the kit with data that never change: every still, and the picture of a trainer with all of its parts."""

import numpy as np

from labkit.figures import compare_runs, image_rows, instruments, line_panels, on_a_scale, strip_plot, sweep
from labkit.figures.layerwise import view_of
from labkit.figures.progress import Line, Progress, Seen
from labkit.figures.trainer import Slot, TrainerPicture
from labkit.figures.views import Plane, PlaneView, Predictions, PredictionView
from labkit.probes import Layers

RUNS = np.linspace(2, 1, 20)[:, None] + np.array([0.0, 0.1, 0.3])
GREY = np.linspace(0, 1, 64).reshape(8, 8)
X = np.geomspace(0.01, 1, 20)
STILLS = {
    "compare_runs": lambda: compare_runs({"first": {"SGD": RUNS, "Adam": RUNS / 2}, "second": {"SGD": RUNS[:, 0]}},
                                         ylabel="loss", description="d", window=2),
    "line_panels": lambda: line_panels(np.arange(20), {"a": {"SGD": RUNS}, "b": {"Adam": RUNS[:, :1], "SGD": RUNS}},
                                       xlabel="x", ylabel="y", description="d"),
    "strip_plot": lambda: strip_plot({"a": {"SGD": RUNS[:, 0], "Adam": RUNS[:5, 1]}, "b": {"SGD": 3.0}},
                                     description="d"),
    "sweep": lambda: sweep(X, {"SGD": 1 / X, "Adam": X}, {"theory": (X, 1 / X)}, xlabel="x", ylabel="y",
                           description="d", marks={"low": 0.02, "middle": 0.1, "high": 0.5}),
    "sweep with one mark": lambda: sweep(X, {"SGD": X}, {}, xlabel="x", ylabel="y", description="d", marks={"1": 0.1}),
    "image_rows": lambda: image_rows({"first": [GREY, -GREY], "second": [GREY.T, GREY]}, description="d"),
    "image_rows of light": lambda: image_rows({"first": [GREY, 1 - GREY]}, description="d", signed=False),
    "scale": lambda: on_a_scale("all at once", 3.0, xlabel="passes", xticks={1.0: "1", 3.0: "a few", 10.0: "10"},
                                description="d"),
    "log scale": lambda: on_a_scale("a hundredth", 0.01, xlabel="share", xticks={1e-4: "none", 1.0: "all"}, log=True,
                                    description="d"),
    "32 points": lambda: line_panels(np.arange(32), {"a": {"SGD": np.linspace(0, 1, 32)}}, xlabel="x", ylabel="y",
                                         description="d"),
    "seven lines": lambda: line_panels(X, {"": {f"run {i}": X + i for i in range(7)}}, xlabel="x", ylabel="y",
                                       description="d"),
}
SAID = {"a place": ("compare_runs", 4.0, 1.5), "a place on the right": ("compare_runs", 18.0, 9.0),
        "x": ("sweep", 0.3, None), "y": ("sweep", None, 200.0), "below": ("compare_runs", -5.0, -1.0),
        "far": ("sweep", 30.0, None),
        "left of a scale": ("scale", -4.0, None), "right of a scale": ("scale", 20.0, None)}
"""What the reader said of a still: its name, x, y."""


def progress(steps, *, runs=(), names=(), accuracy=True, marks=(), lost=(), seen=None, before=False, spike=0.0):
    """A run that has come so far: losses that fall, an accuracy that rises; from step 300 on these runs are lost, and
    from 100 to 200 all losses are so much larger.
    """
    at = np.arange(0, steps + 1, 50)
    spread = 1 + np.arange(max(1, *runs, 1)) / 10 if runs else np.array(1.0)
    batch = np.multiply.outer(2 * np.exp(-np.arange(steps) / 300), spread)
    loss = {name: Line(at, np.multiply.outer(2 * np.exp(-at / wait), spread))
            for name, wait in (("train", 300), ("validation", 500))}
    for y, x in ((batch, np.arange(steps)), *((line.y, at) for line in loss.values())):
        y[(x >= 100) & (x < 200)] *= 1 + spike
    for run in lost:
        batch[300:, run] = np.nan
        for line in loss.values():
            line.y[at > 300, run] = np.nan
    right = {name: Line(x, 1 / (1 + y)) for name, (x, y) in loss.items()} if accuracy else {}
    old = {"loss": {"train": Line(at[:8], 1.5 * loss["train"].y[:8])}} if before else {}
    return Progress(steps, 5000, batch, loss, right, marks, names, seen, old)


def layers(activation, depth):
    """Histograms of a signal that becomes smaller from layer to layer."""
    std = 0.8 ** np.arange(depth)
    bins = np.linspace(-3, 3, view_of(activation).bins)
    counts = np.round(1000 * np.exp(-(bins / std[:, None])**2 / 2)).astype(int)
    share = np.linspace(0, 0.6, depth)
    return Layers(std, std, np.nan * std, counts, 0 * std, 0 * std, share, share / 2)


SIDE = np.linspace(-1, 1, 20)
MARGIN = np.add.outer(SIDE, 2 * SIDE)
PLANE = Plane((MARGIN > 0).astype(int), np.abs(MARGIN) / 3, np.array([MARGIN > 0.5, MARGIN > -0.5]).astype(int),
              (-2.0, 2.0, -1.0, 1.0), np.stack([2 * SIDE, SIDE], axis=1), np.arange(20) % 3)
PICTURES = Predictions(np.stack([GREY * i / 9 for i in range(1, 10)]), ["bag"] * 9, ["bag", "shirt", "bag"] * 3,
                       np.linspace(0.2, 1, 9))
CURVES = PICTURES._replace(examples=np.sin(np.multiply.outer(np.arange(1, 10), np.linspace(0, 3, 40))))
PARTS = {
    "activations": (instruments.Histograms, ("tanh", layers("tanh", 4))),
    "activations of GELU": (instruments.Histograms, ("gelu", layers("gelu", 3))),
    "activations of ReLU": (instruments.Histograms, ("relu", layers("relu", 9))),
    "dead": (lambda ax: instruments.Shares(ax, "Dead units"), np.array([0.1, 0.5, 1.0])),
    "updates": (lambda ax: instruments.Track(ax, "Update / weight", usual=1e-3, decades=(-5.0, 0.0)),
                np.array([1e-2, 1e-3, np.nan])),
    "gradients": (lambda ax: instruments.Track(ax, "Gradient norm"), np.array([1e-2, 1e-9, 10.0])),
    "weights": (instruments.WeightHistogram, np.concatenate([np.zeros(30), np.linspace(-2, 1, 70)**3])),
    "rate": (instruments.RateTrack, (np.geomspace(1, 1e-2, 700), 800)),
    "points": (PlaneView, PLANE),
    "clothes": (PredictionView, PICTURES),
    "waves": (PredictionView, CURVES),
}
RUN = {"runs": (3,), "names": ("a", "b", "c")}
TRAINERS = {
    "one run": ({"marks": [(200, "lr 0.1"), (240, "λ 1"), (600, "keep 0.5")], "before": True}, "points",
                ("activations", "dead", "updates", "weights")),
    "three runs, one lost": ({"runs": (3,), "lost": (1,)}, "clothes", ("rate", "gradients")),
    "named runs": (RUN, None, ("activations of ReLU",)),
    "named runs, out and back, lost": (RUN | {"lost": (2,), "spike": 1e4}, None, ()),
    "out and back": ({"spike": 1e4}, None, ("activations of GELU",)),
    "loss alone, examples seen": ({"accuracy": False, "seen": Seen(np.arange(0, 7001, 10), 20.0)}, "waves", ()),
}


def trainer(form, view, parts, steps=700):
    """The picture of a trainer that has come so far."""
    build = {name: Slot(name, PARTS[name][0]) for name in (*parts, *[view] * bool(view))}
    picture = TrainerPicture(progress(0, **form), build.get(view), [build[name] for name in parts])
    for now in (50, steps):
        picture.update({"progress": progress(now, **form)} | {name: PARTS[name][1] for name in build})
    return picture


SCENES = STILLS | {name: lambda given=given: trainer(*given) for name, given in TRAINERS.items()}
"""Name → a function that draws it, a Still or a Picture."""
