"""Exercise: inverted dropout."""

from collections.abc import Callable

import numpy as np

from labkit.exercises.exercise import Exercise, Function

Array = np.ndarray
Pair = tuple[Array, Array]


def inverted_dropout(x: Array, dy: Array, keep: float, rng: np.random.Generator) -> Pair:
    """y = x · m/keep and dx = dy · m/keep with one mask m, whose entries are 1 with probability keep, else 0."""
    factor = (rng.random(x.shape) < keep) / keep
    return x * factor, dy * factor


def factors(answer: Pair, x: Array, dy: Array, keep: float, rng: np.random.Generator) -> dict[str, float]:
    """What y and dx were multiplied with, in figures that do not depend on which units stay."""
    forth, back = answer[0] / x, answer[1] / dy
    there, here = forth != 0, back != 0
    same = [np.array_equal(row, there[0]) for row in there]
    return {
        "share of the entries of y that stay": there.mean(),
        "mean of y/x where it stays": forth[there].mean() if there.any() else 0.0,
        "spread of y/x where it stays": forth[there].std() if there.any() else 0.0,
        "share of the examples with the first one's mask": np.mean(same[1:]),
        "share of the entries of dx that stay": here.mean(),
        "share of the entries where y and dx disagree on who stays": np.mean(there != here),
        "mean of dx/dy where it stays": back[here].mean() if here.any() else 0.0,
    }


def wrong_dropout(*, forward: Callable[[Array, float], Array] = lambda mask, keep: mask / keep,
                  backward: Callable[[Array, float], Array] = lambda mask, keep: mask / keep, one: int | None = None,
                  swap: bool = False, again: bool = False) -> Function:
    """Inverted dropout with a mistake: other factors, one mask for all examples, keep taken for the rate, new masks."""
    def rule(x: Array, dy: Array, keep: float, rng: np.random.Generator) -> Pair:
        def draw() -> Array:
            shape = tuple(1 if axis == one else n for axis, n in enumerate(x.shape))
            numbers = np.broadcast_to(rng.random(shape), x.shape)
            return (numbers >= keep if swap else numbers < keep) * 1.0

        mask = draw()
        return x * forward(mask, keep), dy * backward(draw() if again else mask, keep)
    return rule


def back_as_through_relu(x: Array, dy: Array, keep: float, rng: np.random.Generator) -> Pair:
    """The mistake of taking y > 0 for the mask: negative inputs that stayed get no gradient."""
    y, _ = inverted_dropout(x, dy, keep, rng)
    return y, dy * (y > 0) / keep


def _case(seed: int, keep: float) -> tuple:
    rng = np.random.default_rng(seed)
    x, dy = (rng.standard_normal((2, 300, 80)) + 3) * rng.choice([-1.0, 1.0], (2, 300, 80))
    return x, dy, keep, np.random.default_rng(seed + 1)


INVERTED = Exercise(
    reference=inverted_dropout,
    cases=[_case(1, 0.5), _case(2, 0.8), _case(3, 0.3)],
    tested="at keep 0.5, 0.8 and 0.3, on 300 examples with 80 units each: who stays, the factor 1/keep, a mask for "
           "every example, and the same mask on the way back.",
    view=factors,
    returns=("y", "dx"),
    rtol=1e-4,
    atol={"share of the entries of y that stay": 0.02, "share of the entries of dx that stay": 0.02,
          "share of the entries where y and dx disagree on who stays": 0.02,
          "share of the examples with the first one's mask": 0.02, "spread of y/x where it stays": 1e-4},
    hints=(
        "You need a number for every unit of every example that says: stays or falls. What must be done so that "
        "the mean of x is not changed by it?",
        "rng.random(x.shape) < keep is True with probability keep. Divided by keep it becomes a factor that is 1 "
        "on average. The layer multiplies by this factor: what is then its derivative?",
        "Compute the factor once, and keep it under a name. y is x times that factor; dx is built from dy in the "
        "same way, with the same factor.",
    ),
    mistakes={
        "that is plain dropout; the inverted form divides by keep in training, so that the mean stays x.":
            wrong_dropout(forward=lambda mask, keep: mask, backward=lambda mask, keep: mask),
        "y is right; on the way back dx needs the factor 1/keep too.":
            wrong_dropout(backward=lambda mask, keep: mask),
        "dx is right; y is to be divided by keep too.":
            wrong_dropout(forward=lambda mask, keep: mask),
        "keep is the probability of STAYING; yours drops that share. (Frameworks' rate is 1 - keep.)":
            wrong_dropout(swap=True),
        "the mask is right, but divide by keep, the share that stays, not by 1 - keep.":
            wrong_dropout(forward=lambda mask, keep: mask / (1 - keep), backward=lambda mask, keep: mask / (1 - keep)),
        "keep is the probability of STAYING: yours drops that share, and divides by the share it should have kept.":
            wrong_dropout(swap=True, forward=lambda mask, keep: mask / (1 - keep),
                          backward=lambda mask, keep: mask / (1 - keep)),
        "divide by keep, do not multiply: fewer units must speak louder.":
            wrong_dropout(forward=lambda mask, keep: mask * keep, backward=lambda mask, keep: mask * keep),
        "one mask serves all your examples; each needs its own: draw numbers of the shape of x.":
            wrong_dropout(one=0),
        "a whole example stays or falls; each of its units needs a number of its own: draw numbers of the shape of x.":
            wrong_dropout(one=1),
        "dx was given a new mask; the gradient goes back through the units that were there: use the same one.":
            wrong_dropout(again=True),
        "a dropped unit gets no gradient: dx needs the mask as well.":
            wrong_dropout(backward=lambda mask, keep: np.ones_like(mask) / keep),
        "a dropped unit gets no gradient: multiply dy by the same mask/keep as x.":
            wrong_dropout(backward=lambda mask, keep: np.ones_like(mask)),
        "y > 0 is no mask: a negative input that stayed gets its gradient too. Use the mask that was drawn.":
            back_as_through_relu,
    },
)
