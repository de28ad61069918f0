"""Exercises of notebook 12: soft targets, a convolution there and back, the gradient of two heads."""

from collections.abc import Callable

import numpy as np

from labkit.exercises.exercise import Exercise, Function
from labkit.losses import softmax

Array = np.ndarray


# ------------------------------------------------------------------------------------------------ soft targets
def smooth_targets(y: Array, eps: float, classes: int) -> Array:
    """(n, classes): 1 − ε + ε/C for the class of each example, ε/C for every other."""
    return (1 - eps) * np.eye(classes)[y] + eps / classes


def _targets(right: Callable[[float, int], float], others: Callable[[float, int], float]) -> Function:
    """The mistake of other numbers."""
    def rule(y: Array, eps: float, classes: int) -> Array:
        mine = np.eye(classes)[y]
        return right(eps, classes) * mine + others(eps, classes) * (1 - mine)
    return rule


SMOOTH = Exercise(
    reference=smooth_targets,
    hints=(
        "Without smoothing a row is 1 for the class of the example and 0 for the others. A share eps of that 1 is "
        "taken away. Where does it go, and who gets a part of it?",
        "All the classes get equal parts of eps, the right one too. So a row is the sharp target made smaller, plus "
        "the same number everywhere; it still adds up to 1.",
        "np.eye(classes)[y] is the sharp target, a row per example. Multiply it by what is left of the 1, and add "
        "eps / classes to … which entries?",
    ),
    cases=[(np.array([0, 2, 1]), 0.3, 3), (np.array([4, 0, 3, 3]), 0.1, 5), (np.array([1, 0]), 0.0, 4)],
    tested="the targets of nine examples with 3, 5 and 4 classes, at ε = 0.3, 0.1 and 0.",
    mistakes={
        "these rows do not add up to 1: every class gets ε/C, the right one too, on top of its 1 − ε.":
            _targets(lambda eps, C: 1 - eps, lambda eps, C: eps / C),
        "ε is shared among ALL classes, the right one included: ε/C each, not ε/(C − 1) for the others.":
            _targets(lambda eps, C: 1 - eps, lambda eps, C: eps / (C - 1)),
        "these are the targets without smoothing.":
            _targets(lambda eps, C: 1, lambda eps, C: 0),
        "ε is what is taken AWAY: the right class keeps 1 − ε (and its share of ε).":
            _targets(lambda eps, C: eps + (1 - eps) / C, lambda eps, C: (1 - eps) / C),
        "these rows do not add up to 1: first multiply by 1 − ε, then add ε/C.":
            _targets(lambda eps, C: 1 + eps / C, lambda eps, C: eps / C),
        "the number of classes is the argument `classes`, not always 10.":
            _targets(lambda eps, C: 1 - eps + eps / 10, lambda eps, C: eps / 10),
        "each of the classes gets ε/C, not ε.":
            _targets(lambda eps, C: 1 - eps, lambda eps, C: eps),
    },
)


# ------------------------------------------------------------------------------------------------ shared weights
Three = tuple[Array, Array, float]


def shared_weights(x: Array, w: Array, b: float, dy: Array) -> Three:
    """y[:, p] = x[:, p:p + k] · w + b; dw = Σ windows · dy and db = Σ dy, over examples and positions."""
    k = len(w)
    positions = x.shape[1] - k + 1
    windows = np.stack([x[:, p:p + k] for p in range(positions)], axis=1)
    return windows @ w + b, np.einsum("npk,np->k", windows, dy), float(dy.sum())


def _wrongly(*, w: Callable[[Array], Array] = np.asarray, y: Callable[[Array, float], Array] = lambda y, b: y,
             dw: Callable[[Array, Array], Array] = lambda dw, dy: dw,
             db: Callable[[Array], float] = lambda dy: dy.sum()) -> Function:
    """The mistake of another w on the way there, or of doing something to one of the three."""
    def rule(x: Array, weights: Array, b: float, dy: Array) -> Three:
        answer = shared_weights(x, w(weights), b, dy)
        return y(answer[0], b), dw(answer[1], dy), db(dy)
    return rule


def _only(where: Callable[[Array], Array]) -> Function:
    """The mistake of a gradient from some windows only."""
    def rule(x: Array, w: Array, b: float, dy: Array) -> Three:
        y, _, db = shared_weights(x, w, b, dy)
        return y, shared_weights(x, w, b, where(dy))[1], db
    return rule


def _first(dy: Array) -> Array:
    kept = np.zeros_like(dy)
    kept[:, 0] = dy[:, 0]
    return kept


def _curves(seed: int, n: int, length: int, k: int) -> tuple:
    rng = np.random.default_rng(seed)
    return (rng.standard_normal((n, length)), rng.standard_normal(k), float(rng.standard_normal()),
            rng.standard_normal((n, length - k + 1)))


SHARED = Exercise(
    reference=shared_weights,
    hints=(
        "Think of every window as an example of its own for one small linear layer with k inputs and one output. What "
        "are y, dw and db of such a layer?",
        "The windows of all positions form an array (n, positions, k). y is windows times w, plus b. On the way back "
        "each window has used the same w: the contributions of all examples and positions add up.",
        "np.lib.stride_tricks.sliding_window_view(x, len(w), axis=1) gives the windows. dw is the sum of windows times "
        "dy[:, :, None] over two axes: which two? And db?",
    ),
    cases=[(np.array([[1.0, 2, 0, 3], [2, 0, 1, 1]]), np.array([1.0, -1.0]), 0.5, np.array([[1.0, 0, 2], [0, 1, 0]])),
           _curves(1, 4, 7, 3), _curves(2, 3, 10, 4), _curves(3, 2, 5, 5)],
    tested="with windows of 2, 3, 4 and 5 on curves of 4, 7, 10 and 5: the outputs, and the gradients of w and b.",
    returns=("y", "dw", "db"),
    mistakes={
        "np.convolve turns w round; here w[0] belongs to the first number of the window.":
            _wrongly(w=lambda w: w[::-1]),
        "y lacks the bias b.":
            _wrongly(y=lambda y, b: y - b),
        "the SAME w was used at every position: dw is the sum over the positions, not the mean.":
            _wrongly(dw=lambda dw, dy: dw / dy.shape[1]),
        "dy already holds the 1/n of the loss: sum over the examples, do not average.":
            _wrongly(dw=lambda dw, dy: dw / len(dy), db=lambda dy: dy.mean(axis=0).sum()),
        "dw and db are sums over examples and positions, not means.":
            _wrongly(dw=lambda dw, dy: dw / dy.size, db=lambda dy: dy.mean()),
        "dw is right; db is a sum, too.":
            _wrongly(db=lambda dy: dy.mean()),
        "that is the gradient from the first window alone; every window has used w.":
            _only(_first),
        "dw is turned round: dw[j] is the sum of dy[:, p] · x[:, p + j].":
            _wrongly(dw=lambda dw, dy: dw[::-1]),
    },
)


# ------------------------------------------------------------------------------------------------ two heads
def two_heads(z: Array, y1: Array, y2: Array, classes: int, weight: float) -> Array:
    """dz of mean cross-entropy of z[:n₁, :classes] on y1 plus weight × that of z[n₁:, classes:] on y2, else 0."""
    n, d = len(y1), np.zeros_like(z)
    d[:n, :classes] = _slope(z[:n, :classes], y1)
    d[n:, classes:] = weight * _slope(z[n:, classes:], y2)
    return d


def _slope(z: Array, y: Array) -> Array:
    return (softmax(z) - np.eye(z.shape[1])[y]) / len(y)


def _heads(first: Callable[[Array, Array], Array], second: Callable[[Array, Array, float], Array]) -> Function:
    """The mistake of doing something to one of the two blocks; each function gets the block, and dz or the weight."""
    def rule(z: Array, y1: Array, y2: Array, classes: int, weight: float) -> Array:
        n, d = len(y1), two_heads(z, y1, y2, classes, 1.0)
        d[:n, :classes] = first(d[:n, :classes], d)
        d[n:, classes:] = second(d[n:, classes:], d, weight)
        return d
    return rule


def _one_softmax(z: Array, y1: Array, y2: Array, classes: int, weight: float) -> Array:
    d = _slope(z, np.concatenate([y1, y2 + classes])) * len(z)
    d[:len(y1)] /= len(y1)
    d[len(y1):] *= weight / len(y2)
    return d


def _everywhere(z: Array, y1: Array, y2: Array, classes: int, weight: float) -> Array:
    d = two_heads(z, y1, y2, classes, weight)
    n = len(y1)
    d[n:, :classes], d[:n, classes:] = softmax(z[n:, :classes]) / n, weight * softmax(z[:n, classes:]) / (len(z) - n)
    return d


def _batch(seed: int, n1: int, n2: int, c1: int, c2: int, weight: float) -> tuple:
    rng = np.random.default_rng(seed)
    return (2 * rng.standard_normal((n1 + n2, c1 + c2)), rng.integers(0, c1, n1), rng.integers(0, c2, n2), c1, weight)


HEADS = Exercise(
    reference=two_heads,
    hints=(
        "Which of the outputs has a row of task 1 anything to say about? Draw the gradient as a table with two groups "
        "of rows and two groups of columns.",
        "Two of the four blocks are 0. The others are the gradients of an ordinary softmax cross-entropy, each over "
        "its own rows and its own columns; that of task 2 is multiplied by the weight.",
        "dz = np.zeros_like(z), then fill dz[:n, :classes] and dz[n:, classes:], where n = len(y1). "
        "lk.softmax_cross_entropy(block, labels) returns the loss and the gradient of one block.",
    ),
    cases=[(np.zeros((2, 4)), np.array([0]), np.array([1]), 2, 0.5), _batch(1, 3, 4, 3, 2, 0.5),
           _batch(2, 5, 2, 4, 6, 3.0)],
    tested="the gradient of three batches of 1 + 1, 3 + 4 and 5 + 2 rows, at weights 0.5 and 3.",
    mistakes={
        "the weight belongs to the second task.":
            lambda z, y1, y2, classes, weight: two_heads(z, y1, y2, classes, 1 / weight) * weight,
        "the second task's gradient needs the factor weight.":
            _heads(lambda a, d: a, lambda b, d, weight: b),
        "each loss is a mean over ITS rows: divide by len(y1) and by len(y2), not by the whole batch.":
            lambda z, y1, y2, classes, weight: np.concatenate([
                two_heads(z, y1, y2, classes, weight)[:len(y1)] * len(y1),
                two_heads(z, y1, y2, classes, weight)[len(y1):] * len(y2)]) / len(z),
        "each head has a softmax of its own, over its own columns.":
            _one_softmax,
        "the rows of one task say nothing about the other head: their gradient there is 0.":
            _everywhere,
        "the mean over the rows is missing: divide by len(y1) and by len(y2).":
            _heads(lambda a, d: a * len(a), lambda b, d, weight: weight * b * len(b)),
        "the sign is turned round: softmax minus one-hot goes uphill, and that is the gradient.":
            lambda *case: -two_heads(*case),
    },
)

EXERCISES = {"12-soft-targets": SMOOTH, "12-shared-weights": SHARED, "12-two-heads": HEADS}
