"""Exercises of notebook 13: an instrument for labels, the leak, a sanity check that every run should pass."""

import math

import numpy as np

from labkit.exercises.exercise import Exercise, Function

Array = np.ndarray


# ------------------------------------------------------------------------------------------------ an instrument
def agreement(x: Array, y: Array) -> float:
    """Share of the examples whose nearest OTHER example has the same label."""
    return _agreeing(x, y, 1)


def _agreeing(x: Array, y: Array, which: int, power: int = 2) -> float:
    """Share whose neighbour number `which` agrees; number 0 is the example itself."""
    d = (np.abs(x[:, None, :] - x[None, :, :]) ** power).sum(axis=-1)
    np.fill_diagonal(d, -1)
    return float((y[d.argsort(axis=1)[:, which]] == y).mean())


def _farthest(x: Array, y: Array) -> float:
    return _agreeing(x, y, len(x) - 1)


def _clouds(seed: int, n: int, wrong: float) -> tuple:
    """Two clouds that are told apart, and labels of which some are wrong."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 2
    x = rng.standard_normal((n, 3)) + 2.5 * y[:, None]
    return x, np.where(rng.random(n) < wrong, 1 - y, y)


INSTRUMENT = Exercise(
    reference=agreement,
    hints=(
        "For each example you need the distances to all the others, the smallest of them, and the label there. Whose "
        "distance to an example is always the smallest, and useless?",
        "An (n, n) table of distances: entry (i, j) from example i to example j. The diagonal is 0, so every example "
        "would be its own neighbour: put infinity there before you look for the smallest entry of each row.",
        "d = ((x[:, None] - x[None]) ** 2).sum(axis=-1); np.fill_diagonal(d, np.inf); d.argmin(axis=1) is the number "
        "of the nearest other example of each. What is left is to compare two labels, and to take a mean.",
    ),
    cases=[(np.array([[0.0], [1.0], [5.0], [6.0], [20.0]]), np.array([0, 0, 1, 0, 0])), _clouds(1, 12, 0.0),
           _clouds(2, 21, 0.3), _clouds(3, 30, 0.5)],
    tested="on four data sets of 5, 12, 21 and 30 examples, with no, with some and with many wrong labels.",
    mistakes={
        "every example agrees with itself: leave it out, with np.fill_diagonal(d, np.inf).":
            lambda x, y: 1.0,
        "this is the share of those that DISagree.":
            lambda x, y: 1 - agreement(x, y),
        "this is a number of examples; a share is wanted: take the mean.":
            lambda x, y: agreement(x, y) * len(y),
        "this is the farthest example, not the nearest: argmin, not argmax.":
            _farthest,
        "this is the second nearest of the others: the diagonal is out already, or argsort begins one too late.":
            lambda x, y: _agreeing(x, y, 2),
        "a share from 0 to 1 is wanted, not per cent.":
            lambda x, y: 100 * agreement(x, y),
    },
)


# ------------------------------------------------------------------------------------------------ the leak
def leaked(x_train: Array, x_test: Array) -> Array:
    """Which of the test examples are among the training examples, as booleans (n_test,)."""
    return (x_test[:, None, :] == x_train[None, :, :]).all(axis=-1).any(axis=-1)


def _one_feature(x_train: Array, x_test: Array) -> Array:
    return (x_test[:, None, :] == x_train[None, :, :]).any(axis=-1).any(axis=-1)


def _same_place(x_train: Array, x_test: Array) -> Array:
    same, n = np.zeros(len(x_test), bool), min(len(x_train), len(x_test))
    same[:n] = (x_train[:n] == x_test[:n]).all(axis=1)
    return same


def _sets(seed: int, n_train: int, n_test: int, shared: int) -> tuple[Array, Array]:
    """Pictures of a few grey levels, of which some occur in both; many share a pixel, and one has the same place."""
    rng = np.random.default_rng(seed)
    x_train, x_test = (rng.integers(0, 3, (n, 9)) / 2 for n in (n_train, n_test))
    x_test[rng.permutation(n_test)[:shared]] = x_train[rng.permutation(n_train)[:shared]]
    x_test[0] = x_train[0]
    return x_train, x_test


LEAK = Exercise(
    reference=leaked,
    hints=(
        "Two pictures are the same if ALL their pixels are. A test picture is leaked if it is the same as ANY of the "
        "training pictures, wherever that stands.",
        "Compare all pairs at once: an array (n_test, n_train, pixels) of booleans, then one axis after the other. Or "
        "make a set of the training pictures, each as its bytes, and ask for each test picture whether it is in there.",
        "(x_test[:, None] == x_train[None]) is the comparison of all pairs, pixel by pixel. First .all over the "
        "pixels, then .any over … which axis?",
    ),
    cases=[(np.array([[0, 0], [1, 2]]), np.array([[1, 2], [1, 0], [0, 0]])), _sets(1, 8, 6, 2),
           _sets(2, 10, 12, 4), _sets(3, 7, 5, 0)],
    tested="on four pairs of sets; in each some test pictures occur in training, at other places too.",
    mistakes={
        "one equal pixel is no leak: ALL pixels must agree.":
            _one_feature,
        "only pictures at the same place were compared; a leak may stand anywhere in the training set.":
            _same_place,
        "these are the pictures that are NOT leaked.":
            lambda x_train, x_test: ~leaked(x_train, x_test),
        "one answer for each TEST picture is wanted; this is one for each training picture.":
            lambda x_train, x_test: leaked(x_test, x_train),
        "this is their share; say of each picture whether it is leaked.":
            lambda x_train, x_test: leaked(x_train, x_test).mean(),
        "these are their numbers; say of each picture whether it is leaked, as True or False.":
            lambda x_train, x_test: np.flatnonzero(leaked(x_train, x_test)),
    },
)


# ------------------------------------------------------------------------------------------------ the sanity check
Two = tuple[bool, bool]


def sane(losses: Array, classes: int) -> Two:
    """Does a run on ten examples begin within a tenth of ln C, and end below a hundredth of ln C?"""
    return _judged(losses, math.log(classes))


def _judged(losses: Array, chance: float, *, start: int = 0, part: float = 0.01) -> Two:
    return bool(abs(losses[start] - chance) <= 0.1 * chance), bool(losses[-1] < part * chance)


def _odd(*, chance: Function = math.log, start: int = 0, part: float = 0.01) -> Function:
    """The mistake of another level of chance, or of looking elsewhere."""
    return lambda losses, classes: _judged(losses, chance(classes), start=start, part=part)


def _one_sided(losses: Array, classes: int) -> Two:
    return bool(losses[0] <= 1.1 * math.log(classes)), sane(losses, classes)[1]


def _smallest(losses: Array, classes: int) -> Two:
    return sane(losses, classes)[0], bool(np.nanmin(losses) < 0.01 * math.log(classes))


SANITY = Exercise(
    reference=sane,
    hints=(
        "A network that knows nothing gives each of C classes the same probability. What is the cross-entropy then?",
        "It is ln C: 2.303 for ten classes. The first answer: is the first loss within a tenth of that, up or down? "
        "The second: is the last one below a hundredth of it? A comparison with NaN is False, as it should be.",
        "chance = np.log(classes). One answer is abs(losses[0] - chance) <= 0.1 * chance; the other compares "
        "losses[-1] with 0.01 * chance. Return both, in this order.",
    ),
    cases=[(np.array([2.31, 1.2, 0.3, 0.004]), 10), (np.array([3.05, 1.0, 0.2, 0.01]), 10),
           (np.array([2.30, 2.29, 2.30, 2.30]), 10), (np.array([0.70, 0.2, 0.004, 0.5]), 2),
           (np.array([1.5, 0.9, 0.3, 0.1]), 10), (np.array([2.3, 40.0, math.inf, math.nan]), 10),
           (np.array([4.6, 2.0, 0.4, 0.03]), 100), (np.array([2.5, 1.0, 0.1, 0.01]), 10),
           (np.array([2.3, 0.4, 0.004, math.nan]), 10)],
    tested="on nine runs with 2, 10 and 100 classes: healthy ones, one that starts too high, one too low, one that "
           "does not move, one that forgets again, two that are lost.",
    returns=("starts_well", "learns"),
    mistakes={
        "the logarithm to base 10 is another number: cross-entropy is measured with the natural one, np.log.":
            _odd(chance=math.log10),
        "chance is ln C, not 1/C.":
            _odd(chance=lambda classes: 1 / classes),
        "chance depends on the number of classes: ln C, not always ln 10.":
            _odd(chance=lambda classes: math.log(10)),
        "the first loss is losses[0].":
            _odd(start=1),
        "too LOW a first loss is suspicious, too: abs(losses[0] - chance).":
            _one_sided,
        "a run may forget again: look at the LAST loss, not at the smallest.":
            _smallest,
        "within a tenth OF ln C is wanted: 0.1 · chance, not 0.1.":
            lambda losses, classes: (bool(abs(losses[0] - math.log(classes)) <= 0.1), sane(losses, classes)[1]),
        "below a hundredth OF ln C is wanted: 0.01 · chance, not 0.01.":
            lambda losses, classes: (sane(losses, classes)[0], bool(losses[-1] < 0.01)),
        "a loss that is smaller than the first is not yet learned by heart: below a hundredth of ln C is wanted.":
            lambda losses, classes: (sane(losses, classes)[0], bool(losses[-1] < losses[0])),
        "a run that ends in NaN is lost, however low it was before: look at the LAST loss, finite or not.":
            lambda losses, classes: sane(losses[np.isfinite(losses)], classes),
        "below a hundredth of ln C is wanted, not below a tenth.":
            _odd(part=0.1),
    },
)

EXERCISES = {"13-instrument": INSTRUMENT, "13-leak": LEAK, "13-sanity": SANITY}
