"""Exercise: Xavier."""

import math

from labkit.exercises.exercise import Exercise


def xavier_std(n_in: int, n_out: int) -> float:
    """σ = √(2/(n_in + n_out)). Glorot & Bengio 2010."""
    return math.sqrt(2 / (n_in + n_out))


XAVIER = Exercise(
    reference=xavier_std,
    cases=[(300, 100), (784, 256), (3, 7), (500, 500)],
    tested="σ = √(2/(n_in + n_out)) in four layers, wide and narrow, 300 → 100 and 3 → 7 among them.",
    hints=(
        "Two signals want a say: the one that runs forward and the gradient that runs back. Which condition does "
        "each of them put on n·σ², and what is a fair compromise between the two?",
        "Forward wants n_in·σ² = 1, backward wants n_out·σ² = 1. Take the mean of the two conditions, (n_in + "
        "n_out)/2 · σ² = 1, and solve for σ².",
        "σ² is 2 divided by a sum. The standard deviation is asked for: which function is still missing? (Mind the "
        "brackets around the sum.)",
    ),
    mistakes={
        "that is the variance 2/(n_in + n_out); the standard deviation is its square root.":
            lambda n_in, n_out: 2 / (n_in + n_out),
        "1/n_in keeps the forward signal only; where is n_out, which keeps the gradient on its way back?":
            lambda n_in, n_out: math.sqrt(1 / n_in),
        "1/n_out keeps the gradient only; where is n_in, which keeps the signal on its way forward?":
            lambda n_in, n_out: math.sqrt(1 / n_out),
        "the 2 belongs under the square root too: √(2/(n_in + n_out)).":
            lambda n_in, n_out: 2 / math.sqrt(n_in + n_out),
        "2/n_in is He's variance, made for ReLU; Xavier's has n_in and n_out in it.":
            lambda n_in, n_out: math.sqrt(2 / n_in),
        "a factor √2 is missing: Xavier replaces n by the mean of n_in and n_out, which is (n_in + n_out)/2.":
            lambda n_in, n_out: math.sqrt(1 / (n_in + n_out)),
        "√(6/(n_in + n_out)) is the limit a of the uniform U(−a, a); its standard deviation is a/√3.":
            lambda n_in, n_out: math.sqrt(6 / (n_in + n_out)),
        "take the mean of the two conditions n_in·σ² = 1 and n_out·σ² = 1 themselves, not of their two solutions σ.":
            lambda n_in, n_out: (math.sqrt(1 / n_in) + math.sqrt(1 / n_out)) / 2,
        "take the mean of the two conditions n_in·σ² = 1 and n_out·σ² = 1 themselves, not of their two solutions σ².":
            lambda n_in, n_out: math.sqrt((1 / n_in + 1 / n_out) / 2),
        "the square root must cover the whole fraction, not the numerator alone.":
            lambda n_in, n_out: math.sqrt(2) / (n_in + n_out),
        "brackets: 2 / n_in + n_out divides by n_in only; write 2 / (n_in + n_out).":
            lambda n_in, n_out: math.sqrt(2 / n_in + n_out),
    },
)
