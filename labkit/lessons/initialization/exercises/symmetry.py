"""Exercise: symmetry."""

from collections.abc import Callable

import numpy as np

from labkit.exercises.exercise import Exercise, Function


def break_symmetry(W: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Change one weight of every unit but the first, each by another amount: n_out − 1 entries, no fewer will do."""
    V = W.copy()
    V[0, 1:] += np.arange(1, W.shape[1])
    return V


def likeness(V: np.ndarray, W: np.ndarray, rng: np.random.Generator) -> dict[str, int]:
    """How alike the units (columns) of V are, and how many entries it took."""
    alike = (V[:, :, None] == V[:, None, :]).all(axis=0)
    return {"pairs of identical units": int(np.triu(alike, 1).sum()), "changed weights": int((V != W).sum())}


def changed(change: Callable[[int, int], np.ndarray]) -> Function:
    """The mistake of adding change(n_in, n_out) to W."""
    return lambda W, rng: W + np.broadcast_to(change(*W.shape), W.shape)


TOO_MUCH = "it works, but not with the least change: "
SYMMETRY = Exercise(
    reference=break_symmetry,
    cases=[(np.full(shape, value, np.float32), np.random.default_rng(5))
           for shape, value in (((4, 3), 0.5), ((3, 6), 0.0), ((2, 2), -0.25), ((9, 5), 0.5))],
    tested="no two units are alike and only n_out − 1 weights changed, in four matrices, wide and tall; "
           "fewer cannot do, since two untouched columns would be equal.",
    view=likeness,
    hints=(
        "A unit is a column of W. When are two columns equal, and how many entries must differ so that they are "
        "not?",
        "One entry changed in a column sets it apart from the untouched ones, but two columns changed in the same "
        "way are still equal. And must really every column be changed?",
        "Work on a copy. Choose one row, leave its first entry alone, and add a different number to each of the "
        "others: np.arange gives different numbers.",
    ),
    mistakes={
        "nothing changed: the units (columns) are still copies of each other.":
            lambda W, rng: W.copy(),
        "you added the same number in every column, so the units moved together; each needs a number of its own.":
            changed(lambda n_in, n_out: np.arange(n_in)[:, None] == 0),
        "you changed every weight, but all columns in the same way, so the units moved together; a unit is a column, "
        "and each needs a number of its own.":
            changed(lambda n_in, n_out: np.arange(1, n_in + 1)[:, None]),
        "only one unit got away; the others are still copies of each other. Every column but one needs a change.":
            changed(lambda n_in, n_out: np.outer(np.arange(n_in) == 0, np.arange(n_out) == 0)),
        "only one unit got away, and a single weight of it would have done; the others are still copies of each other.":
            changed(lambda n_in, n_out: np.arange(n_out) == 0),
        "all columns but one moved by the same number, so they are copies of each other again; take different numbers.":
            changed(lambda n_in, n_out: np.outer(np.arange(n_in) == 0, np.arange(n_out) > 0)),
        "scaling a column changes all its weights, and those that are 0 stay 0; add to a single weight instead.":
            lambda W, rng: W * np.arange(2, W.shape[1] + 2),
        "the diagonal ends too early when there are more units than inputs, and one unit may stay as it was; "
        "a single row has a weight of every unit.":
            lambda W, rng: W + np.eye(*W.shape),
        TOO_MUCH + "you changed every weight; one weight per unit is enough to tell it from the others.":
            changed(lambda n_in, n_out: np.arange(1, n_out + 1)),
        TOO_MUCH + "one weight per unit is a good idea, and one of the units may even stay as it was.":
            changed(lambda n_in, n_out: np.outer(np.arange(n_in) == 0, np.arange(1, n_out + 1))),
        TOO_MUCH + "leaving one unit as it was is a good idea; in the others, a single weight each is enough.":
            changed(lambda n_in, n_out: np.arange(n_out)),
    },
)
