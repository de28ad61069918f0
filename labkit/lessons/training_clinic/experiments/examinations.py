"""Examinations of the report and of the data: they look at what is there and train nothing."""

import numpy as np

from labkit.fits import guard
from labkit.lessons.training_clinic.experiments.network import accuracy, outputs
from labkit.lessons.training_clinic.experiments.patients import Patient
from labkit.losses import softmax, softmax_cross_entropy

Array = np.ndarray
Readings = dict[str, float]


def spread_out(n: int, most: int) -> Array:
    """At most `most` of n indices, from the first to the last: examples of all classes, sorted or not."""
    return np.linspace(0, n - 1, min(n, most)).astype(int)


def report_card(p: Patient) -> Readings:
    """Accuracy on the three parts of the data, and two losses, as the recipe evaluates."""
    d, few = p.data, spread_out(len(p.data.x), 1000)
    parts = {"training": (d.x[few], d.y[few]), "validation": (d.x_val, d.y_val), "test": (d.x_test, d.y_test)}
    logits = {name: outputs(p.recipe, p.net, *part) for name, part in parts.items()}
    found = {f"{name} accuracy": float(accuracy(logits[name], y)) for name, (_, y) in parts.items()}
    with np.errstate(all="ignore"):
        return found | {f"{name} loss": float(softmax_cross_entropy(logits[name], parts[name][1])[0])
                        for name in ("training", "validation")}


def predictions(p: Patient) -> Readings:
    """What is answered on the validation pictures, and how surely."""
    z, y = outputs(p.recipe, p.net, p.data.x_val, p.data.y_val), p.data.y_val
    said = z.argmax(axis=1)
    with np.errstate(all="ignore"):
        sure = softmax(z).max(axis=1).mean()
    return {"most frequent answer": float(np.bincount(said, minlength=10).max() / len(y)),
            "least recognised class": float(min((said[y == c] == c).mean() for c in range(10))),
            "right after renumbering": float(max(accuracy(z, (y + shift) % 10) for shift in range(1, 10))),
            "mean confidence": float(sure) if np.isfinite(sure) else 1.0}


def data_sheet(p: Patient) -> Readings:
    """Means, spreads and extremes of the inputs, and whether the test set is like the training set."""
    d = p.data
    std, squares = float(d.x.std()), [np.square(part, dtype=float).mean(axis=0) for part in (d.x, d.x_test)]
    return {"mean of the pixels": abs(float(d.x.mean())) / std, "std of the pixels": std,
            "largest std of a pixel": float(d.x.std(axis=0).max()),
            "largest value, test / training": float(np.abs(d.x_test).max() / np.abs(d.x).max()),
            "mean, test − training": abs(float(d.x_test.mean() - d.x.mean())) / std,
            "pixel by pixel alike": float(np.corrcoef(*squares)[0, 1]), "training pictures": float(len(d.x)),
            "rarest class": float(np.bincount(d.y, minlength=10).min() / len(d.y))}


def duplicates(p: Patient) -> Readings:
    """Share of the test pictures that are among the training pictures, pixel by pixel."""
    known = {picture.tobytes() for picture in p.data.x}
    return {"test pictures in training": float(np.mean([picture.tobytes() in known for picture in p.data.x_test]))}


def batch_sheet(p: Patient) -> Readings:
    """How many pictures, and what share of the ten classes."""
    size = min(p.recipe.batch, len(p.data.x))
    classes = len(np.unique(p.data.y[:size])) if p.recipe.sorted else min(size, len(np.unique(p.data.y)))
    return {"pictures": float(size), "classes of ten": classes / 10}


def neighbours(p: Patient) -> Readings:
    """Share of pictures whose nearest training picture (another one) has their label: of training, of validation."""
    d, rng = p.data, np.random.default_rng(0)
    mine, theirs = (rng.permutation(len(part))[:300] for part in (d.x, d.x_val))
    among = _distances(d.x[mine], d.x)
    among[np.arange(len(mine)), mine] = np.inf
    to_validation = _distances(d.x_val[theirs], d.x)
    return {"training label": float((d.y[among.argmin(axis=1)] == d.y[mine]).mean()),
            "validation label": float((d.y[to_validation.argmin(axis=1)] == d.y_val[theirs]).mean())}


def _distances(a: Array, b: Array) -> Array:
    """Squared distances of all rows of a to all rows of b."""
    return (a * a).sum(axis=1)[:, None] - 2 * a @ b.T + (b * b).sum(axis=1)


guard(__name__)
